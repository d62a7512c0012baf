"""The agency's signatures on attachments as rows; one for each attachment and work item."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from engine.attachment_seals import AttachmentSeal
from engine.ids import AgencyId, DocumentId, FileId, PersonId, SignatureId, WorkItemId
from engine.signings import SigningState
from storage.schema import attachment_seals
from storage.statements import Statements

_OF_ITEM = (
    select(attachment_seals)
    .where(attachment_seals.c.work_item_id == bindparam("item_id"))
    .order_by(attachment_seals.c.place)
)
_OF_DOCUMENT = (
    select(attachment_seals)
    .where(attachment_seals.c.document_id == bindparam("document_id"))
    .order_by(attachment_seals.c.id)
)
_SAVE = (
    update(attachment_seals)
    .where(attachment_seals.c.id == bindparam("seal_id"))
    .values(state=bindparam("state"), signed_file_id=bindparam("signed_file_id"), signed_at=bindparam("signed_at"))
)
_NAMES = tuple(column.name for column in attachment_seals.c)


class PostgresAttachmentSeals:
    """Signatures on attachments, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def of_item(self, work_item_id: WorkItemId) -> Sequence[AttachmentSeal]:
        """Return those asked for with this work item, by their place."""
        return [_seal(row) for row in self._connection.execute(_OF_ITEM, {"item_id": work_item_id})]

    def of_document(self, document_id: DocumentId) -> Sequence[AttachmentSeal]:
        """Return those of the document, the oldest first."""
        return [_seal(row) for row in self._connection.execute(_OF_DOCUMENT, {"document_id": document_id})]

    def add(self, seal: AttachmentSeal) -> None:
        """Keep a new one."""
        values = {name: getattr(seal, name) for name in _NAMES}
        self._connection.execute(insert(attachment_seals), {**values, "state": seal.state.value})

    def save(self, seal: AttachmentSeal) -> None:
        """Keep it as signed; what is signed, and with which key, stays."""
        changed = {"state": seal.state.value, "signed_file_id": seal.signed_file_id, "signed_at": seal.signed_at}
        self._connection.execute(_SAVE, {"seal_id": seal.id, **changed})


def _seal(row: Row[Any]) -> AttachmentSeal:
    return AttachmentSeal(
        id=SignatureId(row.id),
        agency_id=AgencyId(row.agency_id),
        document_id=DocumentId(row.document_id),
        work_item_id=WorkItemId(row.work_item_id),
        place=row.place,
        file_id=FileId(row.file_id),
        text=row.text,
        key_id=row.key_id,
        digest=row.digest,
        prepared_file_id=FileId(row.prepared_file_id),
        prepared=row.prepared,
        asked_at=row.asked_at,
        asked_by=PersonId(row.asked_by),
        state=SigningState(row.state),
        signed_file_id=None if row.signed_file_id is None else FileId(row.signed_file_id),
        signed_at=row.signed_at,
    )
