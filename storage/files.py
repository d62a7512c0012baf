"""What is known of contents, and who brought them, as rows."""

from collections.abc import Collection, Set
from typing import Any, Final

from sqlalchemy import Row, bindparam, exists, or_, select
from sqlalchemy.dialects.postgresql import insert

from engine.files import FileNotFound, StoredFile
from engine.ids import AgencyId, FileId, PersonId
from engine.people import Person
from storage.queries import readable_by
from storage.schema import document_versions, documents, files, uploads
from storage.statements import Fixed, Statements

_FIND = Fixed(select(files).where(files.c.id == bindparam("file_id")))
_ADD = insert(files).on_conflict_do_nothing()
_MOST_KNOWN: Final = 10_000
_UPLOAD = insert(uploads).on_conflict_do_nothing()


class PostgresFiles:
    """Contents, as one transaction knows of them; *known* are facts this process has read, which never change."""

    def __init__(self, connection: Statements, known: dict[FileId, StoredFile]) -> None:
        self._connection = connection
        self._known = known
        self._added: set[FileId] = set()

    def find(self, file_id: FileId) -> StoredFile | None:
        """Return the file, or None."""
        # Asked once: another thread may empty what is known between two looks at it.
        known = self._known.get(file_id)
        if known is not None:
            return known
        row = self._connection.ask_one(_FIND, {"file_id": file_id})
        if row is None:
            return None
        if file_id in self._added:
            return _file(row)  # it may never be committed, and is not for others to know
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        return self._known.setdefault(file_id, _file(row))

    def get(self, file_id: FileId) -> StoredFile:
        """Return the file, or raise FileNotFound."""
        file = self.find(file_id)
        if file is None:
            raise FileNotFound
        return file

    def add(self, file: StoredFile) -> None:
        """Keep a new file; nothing happens if its content is known."""
        self._added.add(file.id)
        names = ("id", "size", "media_type", "pages", "signatures", "stored_at", "stored_by", "agency_id")
        self._connection.execute(_ADD, {name: getattr(file, name) for name in names})

    def known(self, file_ids: Collection[FileId]) -> Set[FileId]:
        """Return those of the contents that are on record."""
        found = self._connection.execute(select(files.c.id).where(files.c.id.in_(file_ids)))
        return {FileId(row.id) for row in found}

    def may_be_used_by(self, file_id: FileId, person: Person) -> bool:
        """Say whether the person stored this content, or may read a document that has it."""
        brought = exists().where(uploads.c.file_id == file_id, uploads.c.person_id == person.id)
        has_version = exists().where(
            document_versions.c.document_id == documents.c.id, document_versions.c.file_id == file_id
        )
        has_it = or_(
            documents.c.file_id == file_id, documents.c.attachments.contains([{"file_id": file_id}]), has_version
        )
        read = exists(select(documents.c.id).where(readable_by(person), has_it))
        return bool(self._connection.execute(select(or_(brought, read))).scalar_one())

    def note_upload(self, file_id: FileId, person_id: PersonId) -> None:
        """Note that this person brought this content, so that they may use it."""
        self._connection.execute(_UPLOAD, {"file_id": file_id, "person_id": person_id})


def _file(row: Row[Any]) -> StoredFile:
    return StoredFile(
        id=FileId(row.id),
        size=row.size,
        media_type=row.media_type,
        pages=row.pages,
        signatures=row.signatures,
        stored_at=row.stored_at,
        stored_by=PersonId(row.stored_by),
        agency_id=AgencyId(row.agency_id),
    )
