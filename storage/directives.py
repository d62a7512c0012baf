"""Directions on incoming documents as rows; they are only ever added."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from engine.directives import Directive
from engine.ids import AgencyId, DocumentId, PersonId, UnitId
from storage.schema import directives
from storage.statements import Fixed, Statements

_NAMES = tuple(column.name for column in directives.c if column.name != "id")
_ADD = Fixed(insert(directives).inline(), *_NAMES)


class PostgresDirectives:
    """Directions, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def add(self, directive: Directive) -> None:
        """Keep a new directive."""
        values = {name: getattr(directive, name) for name in _NAMES}
        self._connection.later(_ADD, {**values, "coordinating_units": list(directive.coordinating_units)})

    def of_document(self, document_id: DocumentId) -> Sequence[Directive]:
        """Return the directives, the oldest first."""
        given = select(directives).where(directives.c.document_id == document_id).order_by(directives.c.id)
        return [_directive(row) for row in self._connection.execute(given)]

    def latest(self, document_ids: Collection[DocumentId]) -> Mapping[DocumentId, Directive]:
        """Return the newest directive of each of the documents that have one, in one statement."""
        newest = (
            select(directives)
            .where(directives.c.document_id.in_(document_ids))
            .ext(distinct_on(directives.c.document_id))
            .order_by(directives.c.document_id, directives.c.id.desc())
        )
        return {DocumentId(row.document_id): _directive(row) for row in self._connection.execute(newest)}


def _directive(row: Row[Any]) -> Directive:
    return Directive(
        document_id=DocumentId(row.document_id),
        agency_id=AgencyId(row.agency_id),
        given_at=row.given_at,
        given_by=PersonId(row.given_by),
        lead_unit=UnitId(row.lead_unit),
        coordinating_units=tuple(row.coordinating_units),
        due_date=row.due_date,
        note=row.note,
    )
