"""What makes outgoing documents copies, as rows beside theirs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from engine.copies import Copy, CopyForm, Medium
from engine.ids import AgencyId, DocumentId, PersonId
from storage.schema import copies
from storage.statements import Statements

_FIND = select(copies).where(copies.c.document_id == bindparam("copy_id"))
_OF = select(copies).where(copies.c.of_document_id == bindparam("source_id")).order_by(copies.c.document_id)
_DECIDE = (
    update(copies)
    .where(copies.c.document_id == bindparam("copy_id"))
    .values(decided_by=bindparam("by"), decided_at=bindparam("at"))
)
_NAMES = tuple(column.name for column in copies.c)


class PostgresCopies:
    """Copies, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def find(self, document_id: DocumentId) -> Copy | None:
        """Return what makes this document a copy, or None."""
        row = self._connection.execute(_FIND, {"copy_id": document_id}).one_or_none()
        return None if row is None else _copy(row)

    def of(self, document_id: DocumentId) -> Sequence[Copy]:
        """Return the copies of this document, the oldest first."""
        return [_copy(row) for row in self._connection.execute(_OF, {"source_id": document_id})]

    def add(self, copy: Copy) -> None:
        """Keep a new one."""
        values = {name: getattr(copy, name) for name in _NAMES}
        plain = {"form": copy.form.value, "source": copy.source.value, "target": copy.target.value}
        self._connection.execute(insert(copies), {**values, **plain})

    def save(self, copy: Copy) -> None:
        """Keep who decided on it, and when."""
        decided = {"copy_id": copy.document_id, "by": copy.decided_by, "at": copy.decided_at}
        self._connection.execute(_DECIDE, decided)


def _copy(row: Row[Any]) -> Copy:
    return Copy(
        document_id=DocumentId(row.document_id),
        agency_id=AgencyId(row.agency_id),
        of_document_id=DocumentId(row.of_document_id),
        form=CopyForm(row.form),
        source=Medium(row.source),
        target=Medium(row.target),
        asked_by=PersonId(row.asked_by),
        asked_at=row.asked_at,
        first_page=row.first_page,
        last_page=row.last_page,
        attachments=row.attachments,
        decided_by=None if row.decided_by is None else PersonId(row.decided_by),
        decided_at=row.decided_at,
    )
