"""Directions on incoming documents as rows; they are only ever added, and so is the note that one was taken back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Row, bindparam, exists, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from engine.directives import Directive
from engine.ids import AgencyId, DocumentId, PersonId, UnitId
from storage.schema import directives, recalled_directives
from storage.statements import Fixed, Statements

_NAMES = tuple(column.name for column in directives.c if column.name != "id")
_ADD = Fixed(insert(directives).inline(), *_NAMES)
_IN_FORCE = ~exists().where(recalled_directives.c.directive_id == directives.c.id)


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
        given = select(directives).where(directives.c.document_id == document_id, _IN_FORCE).order_by(directives.c.id)
        return [_directive(row) for row in self._connection.execute(given)]

    def recall(self, document_id: DocumentId, given_at: datetime, at: datetime) -> None:
        """Note that the directive given at that moment, if one was, holds no more; it stays on record."""
        given = select(directives.c.id, bindparam("recalled", type_=DateTime(timezone=True))).where(
            directives.c.document_id == bindparam("of_document"), directives.c.given_at == bindparam("of_moment")
        )
        self._connection.later(
            insert(recalled_directives).inline().from_select(["directive_id", "recalled_at"], given),
            {"recalled": at, "of_document": document_id, "of_moment": given_at},
        )

    def latest(self, document_ids: Collection[DocumentId]) -> Mapping[DocumentId, Directive]:
        """Return the newest directive of each of the documents that have one, in one statement."""
        newest = (
            select(directives)
            .where(directives.c.document_id.in_(document_ids), _IN_FORCE)
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
