"""Dossiers as rows: the dossier, its parts, its files, its submissions; a file that was taken out stays on record."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, Uuid, and_, any_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as insert_or

from engine.dossier_access import WHOLE
from engine.dossier_errors import DossierFileNotFound, DossierMoved, DossierNotFound
from engine.dossier_records import ArchivedDossierFile, DossierLine, DossierQuery
from engine.dossiers import Dossier, DossierKind, DossierState, Part, PartFile, Submission, SupplementRequest
from engine.ids import AgencyId, DocumentId, DossierId, FileId, LocalityId, PersonId
from engine.people import Person
from engine.queries import Page, PageRequest
from storage.queries import has_words, id_in, page_of, readable_by
from storage.schema import (
    archived_dossier_files,
    documents,
    dossier_files,
    dossier_parts,
    dossier_submissions,
    dossiers,
)
from storage.statements import AnyRow, Fixed, Statements

_ONE = select(dossiers).where(dossiers.c.id == bindparam("dossier"))
_GET = Fixed(_ONE)
_LOCK = Fixed(_ONE.with_for_update())
_OF_DOCUMENT = Fixed(
    select(dossiers).where(
        or_(
            dossiers.c.own_document_id == bindparam("document"),
            dossiers.c.received_document_id == bindparam("document"),
        )
    )
)
_PARTS = Fixed(
    select(dossier_parts).where(dossier_parts.c.dossier_id == bindparam("dossier")).order_by(dossier_parts.c.position)
)
_HAS_IT = (dossier_files.c.dossier_id == bindparam("dossier"), dossier_files.c.removed_at.is_(None))
_FILES = Fixed(select(dossier_files).where(*_HAS_IT).order_by(dossier_files.c.id))
_ASKED: Final = ("asked_at", "asked_by", "reason", "until")
_SUBMISSIONS = Fixed(
    select(*(column for column in dossier_submissions.c if column.name != "manifest"))
    .where(dossier_submissions.c.dossier_id == bindparam("dossier"))
    .order_by(dossier_submissions.c.ordinal)
)
_MANIFEST = Fixed(
    select(dossier_submissions.c.manifest).where(
        dossier_submissions.c.dossier_id == bindparam("dossier"), dossier_submissions.c.ordinal == bindparam("number")
    )
)
_COLUMNS: Final = tuple(column.name for column in dossiers.c)
_SAVED: Final = ("subject", "rules_id", "own_document_id", "received_document_id", "state", "submit_by")
_ADD = Fixed(insert(dossiers).inline(), *_COLUMNS)
_SAVE = Fixed(
    update(dossiers)
    .where(dossiers.c.id == bindparam("dossier"), dossiers.c.rev == bindparam("known"))
    .values(**{f"{name}": bindparam(f"new_{name}") for name in _SAVED}, rev=dossiers.c.rev + 1)
    .returning(dossiers.c.rev)
)
_ADD_FILE = Fixed(insert(dossier_files).inline(), "dossier_id", "part", "file_id", "name", "added_at", "added_by")
_REMOVE_FILE = (
    update(dossier_files)
    .where(*_HAS_IT, dossier_files.c.part == bindparam("of_part"), dossier_files.c.file_id == bindparam("file"))
    .values(removed_at=bindparam("at"), removed_by=bindparam("who"))
)
_ADD_SUBMISSION = Fixed(
    insert(dossier_submissions).inline(), "dossier_id", "ordinal", "at", "by", "manifest_sha256", "manifest"
)
_ASK = (
    update(dossier_submissions)
    .where(
        dossier_submissions.c.dossier_id == bindparam("dossier"), dossier_submissions.c.ordinal == bindparam("number")
    )
    .values(**{name: bindparam(f"new_{name}") for name in _ASKED})
)
_ADD_ARCHIVED = insert_or(archived_dossier_files).on_conflict_do_nothing()
_ARCHIVED = select(archived_dossier_files).where(archived_dossier_files.c.dossier_id == bindparam("dossier"))
_COUNT = (
    select(func.count())
    .where(dossier_files.c.dossier_id == dossiers.c.id, dossier_files.c.removed_at.is_(None))
    .scalar_subquery()
    .label("files")
)
_LAST = (
    select(func.max(dossier_submissions.c.at))
    .where(dossier_submissions.c.dossier_id == dossiers.c.id)
    .scalar_subquery()
    .label("submitted_at")
)
_LINES = select(dossiers, _COUNT, _LAST)
_OF_LOCALITY = Fixed(_LINES.where(dossiers.c.locality_id == bindparam("locality")).order_by(dossiers.c.id))
_SEVERAL = Fixed(_LINES.where(dossiers.c.id == any_(bindparam("dossier_ids", type_=ARRAY(Uuid)))))


class PostgresDossiers:
    """Dossiers, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, dossier_id: DossierId) -> Dossier:
        """Return the dossier with all its files, or raise DossierNotFound."""
        return self._read(_GET, dossier_id)

    def lock(self, dossier_id: DossierId) -> Dossier:
        """Return the dossier for changing, or raise DossierNotFound."""
        return self._read(_LOCK, dossier_id)

    def _read(self, statement: Fixed, dossier_id: DossierId) -> Dossier:
        row = self._connection.ask_one(statement, {"dossier": dossier_id})
        if row is None:
            raise DossierNotFound
        return self._whole(row)

    def _whole(self, row: AnyRow) -> Dossier:
        given = {"dossier": row.id}
        files: dict[str, list[PartFile]] = {}
        for file in self._connection.ask(_FILES, given):
            files.setdefault(file.part, []).append(_file(file))
        parts = [_part(part, files.get(part.code, [])) for part in self._connection.ask(_PARTS, given)]
        submissions = [_submission(one) for one in self._connection.ask(_SUBMISSIONS, given)]
        return replace(_dossier(row), parts=tuple(parts), submissions=tuple(submissions))

    def find_of_document(self, document_id: DocumentId) -> Dossier | None:
        """Return the dossier this document covers, or with which it is handled, or None."""
        row = self._connection.ask_one(_OF_DOCUMENT, {"document": document_id})
        return None if row is None else self._whole(row)

    def several(self, dossier_ids: Collection[DossierId]) -> Mapping[DossierId, DossierLine]:
        """Return those of the dossiers that there are, as lists show them, in one statement."""
        rows = self._connection.ask(_SEVERAL, {"dossier_ids": list(dossier_ids)})
        return {DossierId(row.id): _line(row) for row in rows}

    def of_locality(self, locality_id: LocalityId) -> Sequence[DossierLine]:
        """Return the locality's dossiers as lists show them, the oldest first."""
        return [_line(row) for row in self._connection.ask(_OF_LOCALITY, {"locality": locality_id})]

    def search(self, query: DossierQuery, page: PageRequest) -> Page[DossierLine]:
        """Return a page of dossiers, the newest first."""
        wanted = _asked_for(query, _LINES.where(_readable_by(query.reader)))
        if page.after is not None:
            wanted = wanted.where(dossiers.c.id < id_in(page.after))
        return page_of(self._connection, wanted.order_by(dossiers.c.id.desc()), page, _line, lambda row: row.id)

    def add(self, dossier: Dossier) -> None:
        """Keep a new dossier with its parts, none of which has a file."""
        plain = {"kind": dossier.kind.value, "state": dossier.state.value}
        self._connection.later(_ADD, {**{name: getattr(dossier, name) for name in _COLUMNS}, **plain})
        names = ("code", "name", "required", "photos")
        rows = [
            {"dossier_id": dossier.id, "position": place, **{name: getattr(part, name) for name in names}}
            for place, part in enumerate(dossier.parts)
        ]
        if rows:
            self._connection.execute(insert(dossier_parts), rows)

    def save(self, dossier: Dossier) -> Dossier:
        """Keep where a locked dossier stands, not its files; return it with its next rev. Raises DossierMoved."""
        new = {f"new_{name}": getattr(dossier, name) for name in _SAVED} | {"new_state": dossier.state.value}
        row = self._connection.ask_one(_SAVE, {"dossier": dossier.id, "known": dossier.rev, **new})
        if row is None:
            raise DossierMoved
        return replace(dossier, rev=row.rev)

    def add_file(self, dossier_id: DossierId, part: str, file: PartFile) -> None:
        """Keep a file in a part of a locked dossier."""
        kept = {"file_id": file.file_id, "name": file.name, "added_at": file.added_at, "added_by": file.added_by}
        self._connection.later(_ADD_FILE, {"dossier_id": dossier_id, "part": part, **kept})

    def remove_file(self, dossier_id: DossierId, part: str, file_id: FileId, *, by: PersonId, at: datetime) -> None:
        """Take a file out of a part; that it was there, and who took it out, stays on record."""
        given = {"dossier": dossier_id, "of_part": part, "file": file_id, "who": by, "at": at}
        if not self._connection.execute(_REMOVE_FILE, given).rowcount:
            raise DossierFileNotFound

    def add_submission(self, dossier_id: DossierId, submission: Submission, manifest: bytes) -> None:
        """Keep a submission with its manifest."""
        names = ("ordinal", "at", "by", "manifest_sha256")
        kept = {name: getattr(submission, name) for name in names}
        self._connection.later(_ADD_SUBMISSION, {"dossier_id": dossier_id, "manifest": manifest, **kept})

    def ask(self, dossier_id: DossierId, submission: Submission) -> None:
        """Keep what is asked after this submission."""
        asked = {f"new_{name}": getattr(submission.supplement, name, None) for name in _ASKED}
        self._connection.execute(_ASK, {"dossier": dossier_id, "number": submission.ordinal, **asked})

    def get_manifest(self, dossier_id: DossierId, ordinal: int) -> bytes:
        """Return the manifest of a submission, or raise DossierNotFound."""
        row = self._connection.ask_one(_MANIFEST, {"dossier": dossier_id, "number": ordinal})
        if row is None:
            raise DossierNotFound
        return bytes(row.manifest)

    def add_archived(self, archived: Sequence[ArchivedDossierFile]) -> None:
        """Note where contents lie in the locked archive; the first note stays."""
        names = ("dossier_id", "file_id", "version_id", "archived_at")
        rows = [{name: getattr(one, name) for name in names} for one in archived]
        if rows:
            self._connection.execute(_ADD_ARCHIVED, rows)

    def archived(self, dossier_id: DossierId) -> Sequence[ArchivedDossierFile]:
        """Return the dossier's contents in the locked archive."""
        return [_archived(row) for row in self._connection.execute(_ARCHIVED, {"dossier": dossier_id})]


def _asked_for(query: DossierQuery, wanted: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    if query.kind is not None:
        wanted = wanted.where(dossiers.c.kind == query.kind.value)
    if query.state is not None:
        wanted = wanted.where(dossiers.c.state == query.state.value)
    if query.received is not None:
        side = dossiers.c.receiver_id if query.received else dossiers.c.agency_id
        wanted = wanted.where(side == query.reader.agency_id)
    folded = func.vanthu_fold(dossiers.c.subject)
    return wanted.where(*has_words(folded, (query.text or "").replace("\0", " ")))


def _readable_by(reader: Person) -> ColumnElement[bool]:
    """Return the condition of engine.dossier_access.may_read on rows of dossiers."""
    whole = bool(reader.powers & WHOLE)
    has_document = exists().where(documents.c.id == dossiers.c.received_document_id, readable_by(reader))
    own = dossiers.c.agency_id == reader.agency_id
    private = dossiers.c.kind == DossierKind.CASE.value
    composed = and_(own, or_(~private, dossiers.c.opened_by == reader.id)) if not whole else own
    sent = and_(dossiers.c.receiver_id == reader.agency_id, dossiers.c.state != DossierState.DRAFT.value)
    handled = sent if whole else and_(sent, has_document)
    return or_(composed, handled)


def _dossier(row: AnyRow) -> Dossier:
    return Dossier(
        id=DossierId(row.id),
        kind=DossierKind(row.kind),
        agency_id=AgencyId(row.agency_id),
        receiver_id=AgencyId(row.receiver_id),
        locality_id=None if row.locality_id is None else LocalityId(row.locality_id),
        subject=row.subject,
        rules_id=row.rules_id,
        own_document_id=None if row.own_document_id is None else DocumentId(row.own_document_id),
        received_document_id=None if row.received_document_id is None else DocumentId(row.received_document_id),
        state=DossierState(row.state),
        submit_by=row.submit_by,
        opened_at=row.opened_at,
        opened_by=PersonId(row.opened_by),
        rev=row.rev,
    )


def _part(row: AnyRow, files: Sequence[PartFile]) -> Part:
    return Part(code=row.code, name=row.name, required=row.required, photos=row.photos, files=tuple(files))


def _file(row: AnyRow) -> PartFile:
    return PartFile(file_id=FileId(row.file_id), name=row.name, added_at=row.added_at, added_by=PersonId(row.added_by))


def _submission(row: AnyRow) -> Submission:
    asked = (
        None
        if row.asked_at is None
        else SupplementRequest(
            asked_at=row.asked_at, asked_by=PersonId(row.asked_by), reason=row.reason, until=row.until
        )
    )
    return Submission(
        ordinal=row.ordinal,
        at=row.at,
        by=PersonId(row.by),
        manifest_sha256=row.manifest_sha256,
        supplement=asked,
    )


def _line(row: AnyRow) -> DossierLine:
    return DossierLine(
        id=DossierId(row.id),
        kind=DossierKind(row.kind),
        agency_id=AgencyId(row.agency_id),
        receiver_id=AgencyId(row.receiver_id),
        subject=row.subject,
        rules_id=row.rules_id,
        state=DossierState(row.state),
        opened_at=row.opened_at,
        submitted_at=row.submitted_at,
        files=row.files,
    )


def _archived(row: AnyRow) -> ArchivedDossierFile:
    return ArchivedDossierFile(
        dossier_id=DossierId(row.dossier_id),
        file_id=FileId(row.file_id),
        version_id=row.version_id,
        archived_at=row.archived_at,
    )
