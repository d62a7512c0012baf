"""What outsiders verify, as rows: the codes of documents, issued contents, and how often somebody asked."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ARRAY, Text, any_, bindparam, delete, insert, select, union, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from engine.ids import DocumentId, FileId
from engine.registers import Direction
from engine.verifications import PUBLIC_STATES, SIGNED_KINDS
from storage.schema import (
    archived_files,
    attachment_seals,
    document_versions,
    documents,
    verification_codes,
    verification_counts,
)
from storage.statements import Fixed, Statements

_ADD_CODE = Fixed(insert(verification_codes).inline(), "code", "document_id")
_CODE = Fixed(select(verification_codes.c.code).where(verification_codes.c.document_id == bindparam("document_id")))
_DOCUMENT = Fixed(select(verification_codes.c.document_id).where(verification_codes.c.code == bindparam("code")))
_ISSUED_WITH = (
    select(document_versions.c.file_id, documents.c.id)
    .join(documents, documents.c.id == document_versions.c.document_id)
    .where(
        document_versions.c.file_id == any_(bindparam("file_ids", type_=ARRAY(Text))),
        document_versions.c.kind.in_([kind.value for kind in SIGNED_KINDS]),
        documents.c.direction == Direction.OUTGOING.value,
        documents.c.state.in_([state.value for state in PUBLIC_STATES]),
    )
)
_WANTED = any_(bindparam("file_ids", type_=ARRAY(Text)))
_CARRIED = union(
    select(attachment_seals.c.signed_file_id.label("file_id"), attachment_seals.c.document_id).where(
        attachment_seals.c.signed_file_id == _WANTED
    ),
    select(archived_files.c.file_id, archived_files.c.document_id).where(archived_files.c.file_id == _WANTED),
).subquery()
_ATTACHED_TO = (
    select(_CARRIED.c.file_id, _CARRIED.c.document_id)
    .join(documents, documents.c.id == _CARRIED.c.document_id)
    .where(
        documents.c.direction == Direction.OUTGOING.value,
        documents.c.state.in_([state.value for state in PUBLIC_STATES]),
    )
)
_C = verification_counts.c
_TAKE = (
    insert_or(verification_counts)
    .values(taken=1)
    .on_conflict_do_update(
        index_elements=["counter", "window"], set_={"taken": _C.taken + 1}, where=_C.taken < bindparam("most")
    )
    .returning(_C.taken)
)
_TAKEN = (_C.counter == bindparam("of_counter"), _C.window == bindparam("of_window"))
_PUT_BACK = update(verification_counts).where(*_TAKEN, _C.taken > 1).values(taken=_C.taken - 1)
_PUT_LAST_BACK = delete(verification_counts).where(*_TAKEN, _C.taken == 1)
_FORGET = delete(verification_counts).where(verification_counts.c.window < bindparam("before"))


class PostgresVerifications:
    """Codes, issued contents and counters, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def add_code(self, document_id: DocumentId, code: str) -> None:
        """Keep the code of a new document."""
        self._connection.later(_ADD_CODE, {"code": code, "document_id": document_id})

    def find_code(self, document_id: DocumentId) -> str | None:
        """Return the document's code, or None: it was drafted before there were codes."""
        row = self._connection.ask_one(_CODE, {"document_id": document_id})
        return None if row is None else str(row.code)

    def find_document(self, code: str) -> DocumentId | None:
        """Return the document of this code, or None."""
        row = self._connection.ask_one(_DOCUMENT, {"code": code})
        return None if row is None else DocumentId(row.document_id)

    def issued_with(self, file_ids: Collection[FileId]) -> Mapping[FileId, DocumentId]:
        """Return which of these contents are signed versions of a document that was issued here, and of which."""
        rows = self._connection.execute(_ISSUED_WITH, {"file_ids": list(file_ids)})
        return {FileId(row.file_id): DocumentId(row.id) for row in rows}

    def attached_to(self, file_ids: Collection[FileId]) -> Mapping[FileId, DocumentId]:
        """Return which of these contents went along with a document that was issued here, and with which."""
        rows = self._connection.execute(_ATTACHED_TO, {"file_ids": list(file_ids)})
        return {FileId(row.file_id): DocumentId(row.document_id) for row in rows}

    def take(self, counter: str, window: datetime, most: int) -> bool:
        """Count once in the window that began then, unless it was counted *most* times; say whether it was counted."""
        taken = self._connection.execute(_TAKE, {"counter": counter, "window": window, "most": most})
        return taken.one_or_none() is not None

    def put_back(self, counter: str, window: datetime) -> None:
        """Undo having counted once."""
        known = {"of_counter": counter, "of_window": window}
        if not self._connection.execute(_PUT_BACK, known).rowcount:
            self._connection.execute(_PUT_LAST_BACK, known)

    def forget_counts(self, before: datetime) -> int:
        """Forget the windows that began before this moment; return how many counters that were."""
        return self._connection.execute(_FORGET, {"before": before}).rowcount
