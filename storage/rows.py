"""Rows that more than one noun reads, and rows that are written many at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Insert, Row, Table, bindparam, column, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY

from engine.ids import AgencyId, DefinitionId, DocumentId, InstanceId
from engine.instances import Instance


def instance_from(row: Row[Any], prefix: str = "") -> Instance:
    """Return the instance in the columns of *row* whose names begin with *prefix*."""

    def kept(name: str) -> Any:  # noqa: ANN401 - whatever the column holds
        return getattr(row, prefix + name)

    return Instance(
        id=InstanceId(kept("id")),
        agency_id=AgencyId(kept("agency_id")),
        definition_id=DefinitionId(kept("definition_id")),
        definition_key=kept("definition_key"),
        bundle_sha256=kept("bundle_sha256"),
        document_id=DocumentId(kept("document_id")),
        state=bytes(kept("state")),
        started_at=kept("started_at"),
        finished_at=kept("finished_at"),
        rev=kept("rev"),
    )


def insert_many(table: Table, *names: str) -> Insert:
    """Return the statement that inserts any number of rows with these columns at once; give it *columns_of* the rows.

    However many rows there are, the server sees one and the same statement, which it has prepared.
    """
    arrays = [bindparam(name, type_=ARRAY(table.c[name].type)) for name in names]
    given = func.unnest(*arrays).table_valued(*(column(name, table.c[name].type) for name in names)).render_derived()
    return insert(table).inline().from_select(list(names), select(given))


def columns_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Turn rows into columns."""
    return {name: [row[name] for row in rows] for name in rows[0]}
