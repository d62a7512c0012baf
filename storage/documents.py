"""Documents as rows: one table for both directions, so that one list, one search and one rule of reading suffice."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Row,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or

from engine.deadlines import VIETNAM, Pause, office_date
from engine.document_lines import DocumentLine
from engine.documents import (
    ArchivedFile,
    Document,
    DocumentNotFound,
    IncomingDocument,
    OutgoingDocument,
    Version,
    VersionKind,
)
from engine.ids import DocumentId, FileId, PersonId
from engine.queries import DocumentQuery, ForecastQuery, Page, PageRequest
from engine.registers import Direction
from engine.validations import KeptReport, ValidationReport
from storage.queries import PlaceUnknown, has_words, id_in, page_of, readable_by
from storage.rows import (
    DOCUMENT_COLUMNS,
    DOCUMENT_LINE_COLUMNS,
    document_from,
    document_line_from,
    incoming_from,
    outgoing_from,
    signatories_written,
)
from storage.schema import archived_files, document_versions, documents, validation_reports
from storage.statements import Fixed, Statements

_ONE = select(*DOCUMENT_COLUMNS).where(documents.c.id == bindparam("document_id"))
_GET = Fixed(_ONE)
_LOCK = Fixed(_ONE.with_for_update())
_AMONG = documents.c.id == any_(bindparam("document_ids", type_=ARRAY(Uuid)))
_SEVERAL = Fixed(select(*DOCUMENT_COLUMNS).where(_AMONG))
_LINES = Fixed(select(*DOCUMENT_LINE_COLUMNS).where(_AMONG))
_ADD = Fixed(insert(documents).inline(), *(column.name for column in DOCUMENT_COLUMNS))
_VERSIONS = Fixed(
    select(document_versions)
    .where(document_versions.c.document_id == bindparam("document_id"))
    .order_by(document_versions.c.ordinal)
)
_ADD_VERSION = Fixed(insert(document_versions).inline(), *(column.name for column in document_versions.c))
_ADD_ARCHIVED = Fixed(insert_or(archived_files).on_conflict_do_nothing(), *(column.name for column in archived_files.c))
_ADD_REPORT = Fixed(insert(validation_reports).inline(), "document_id", "file_id", "report")
_REPORT = Fixed(
    select(validation_reports)
    .where(validation_reports.c.document_id == bindparam("document_id"))
    .order_by(validation_reports.c.id.desc())
    .limit(1)
)
_REPORTS = Fixed(
    select(validation_reports)
    .where(validation_reports.c.document_id == bindparam("document_id"))
    .order_by(validation_reports.c.id.desc())
    .limit(100)
)
_DUPLICATES = (
    select(documents.c.id)
    .where(
        documents.c.agency_id == bindparam("agency_id"),
        documents.c.code_number == bindparam("code_number"),
        documents.c.code_notation == bindparam("code_notation"),
        func.vanthu_fold(documents.c.organ_name) == func.vanthu_fold(bindparam("organ_name")),
        documents.c.arrival_number.is_not(None),
        documents.c.id != bindparam("document_id"),
    )
    .order_by(documents.c.id)
)


@lru_cache
def _save(names: tuple[str, ...]) -> Fixed:
    """Return the statement that changes these columns; a step changes few of the many."""
    return Fixed(
        update(documents)
        .where(documents.c.id == bindparam("document_id"))
        .values({documents.c[name]: bindparam(name) for name in names})
        .values(rev=documents.c.rev + 1)
    )


class PostgresDocuments:
    """Documents, their versions, archived contents and reports, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, document_id: DocumentId) -> Document:
        """Return the document, or raise DocumentNotFound."""
        held = self._connection.seen.documents.get(document_id)
        return held if held is not None else _found(self._connection.ask_one(_GET, {"document_id": document_id}))

    def several(self, document_ids: Collection[DocumentId]) -> Mapping[DocumentId, Document]:
        """Return those of the documents that there are, by id, in one statement."""
        rows = self._connection.ask(_SEVERAL, {"document_ids": list(document_ids)})
        return {DocumentId(row.id): document_from(row) for row in rows}

    def lines(self, document_ids: Collection[DocumentId]) -> Mapping[DocumentId, DocumentLine]:
        """Return what lists say of these documents, by id, in one statement."""
        rows = self._connection.ask(_LINES, {"document_ids": list(document_ids)})
        return {DocumentId(row.id): document_line_from(row) for row in rows}

    def lock(self, document_id: DocumentId) -> Document:
        """Return the document for changing, or raise DocumentNotFound."""
        held = self._connection.seen.documents
        if document_id not in held:
            held[document_id] = _found(self._connection.ask_one(_LOCK, {"document_id": document_id}))
        return held[document_id]

    def add(self, document: Document) -> None:
        """Keep a new document."""
        self._connection.later(_ADD, {"id": document.id, "rev": document.rev, **_values(document)})

    def save(self, document: Document) -> None:
        """Keep the new value of a locked document; its rev goes up by one."""
        kept = self.lock(document.id)
        before = _values(kept)
        changed = {name: value for name, value in _values(document).items() if value != before[name]}
        self._connection.later(_save(tuple(changed)), {"document_id": document.id, **changed})
        self._connection.seen.documents[document.id] = replace(document, rev=kept.rev + 1)

    def duplicates(self, document: IncomingDocument) -> Sequence[DocumentId]:
        """Return registered documents of the agency with the same number, symbol and issuing agency."""
        same = {
            "agency_id": document.agency_id,
            "code_number": document.code_number,
            "code_notation": document.code_notation,
            "organ_name": document.organ_name,
            "document_id": document.id,
        }
        return self._connection.execute(_DUPLICATES, same).scalars().all()

    def replies_to(self, document_id: DocumentId) -> Sequence[OutgoingDocument]:
        """Return the outgoing documents that answer this one."""
        answers = (
            select(*DOCUMENT_COLUMNS).where(documents.c.replies_to.contains([document_id])).order_by(documents.c.id)
        )
        return [outgoing_from(row) for row in self._connection.execute(answers)]

    def search(self, query: DocumentQuery, page: PageRequest) -> Page[Document]:
        """Return a page of documents, the newest first."""
        wanted = select(*DOCUMENT_COLUMNS).where(readable_by(query.reader), *_asked_for(query))
        if page.after is not None:
            wanted = wanted.where(documents.c.id < id_in(page.after))
        return page_of(
            self._connection, wanted.order_by(documents.c.id.desc()), page, document_from, lambda row: row.id
        )

    def forecast(self, query: ForecastQuery, page: PageRequest) -> Page[IncomingDocument]:
        """Return a page of the unfinished documents that are late once *query.until* has passed, the soonest first."""
        wanted = select(*DOCUMENT_COLUMNS).where(
            documents.c.agency_id == query.agency_id,
            documents.c.due_date <= office_date(query.until),
            documents.c.due_date.is_not(None),
            ~documents.c.ended,
            NOT_PAUSED,
        )
        if query.unit_id is not None:
            wanted = wanted.where(documents.c.reader_units.contains([query.unit_id]))
        if query.person_id is not None:
            wanted = wanted.where(documents.c.reader_people.contains([query.person_id]))
        if page.after is not None:
            wanted = wanted.where(_due_behind(page.after))
        ordered = wanted.order_by(documents.c.due_date, documents.c.id)
        return page_of(self._connection, ordered, page, incoming_from, lambda row: f"{row.due_date}.{row.id}")

    def versions(self, document_id: DocumentId) -> Sequence[Version]:
        """Return all versions, the oldest first."""
        return [_version(row) for row in self._connection.ask(_VERSIONS, {"document_id": document_id})]

    def add_version(self, version: Version) -> None:
        """Keep a new version; its ordinal must be the next one."""
        self._connection.later(
            _ADD_VERSION,
            {
                "document_id": version.document_id,
                "ordinal": version.ordinal,
                "kind": version.kind.value,
                "file_id": version.file_id,
                "made_at": version.made_at,
                "made_by": version.made_by,
            },
        )

    def add_archived(self, archived: ArchivedFile) -> None:
        """Note where a content lies in the locked archive; the first note stays."""
        self._connection.later(
            _ADD_ARCHIVED,
            {
                "document_id": archived.document_id,
                "file_id": archived.file_id,
                "version_id": archived.version_id,
                "archived_at": archived.archived_at,
            },
        )

    def archived(self, document_id: DocumentId) -> Sequence[ArchivedFile]:
        """Return the document's contents in the locked archive."""
        kept = select(archived_files).where(archived_files.c.document_id == document_id)
        return [_archived(row) for row in self._connection.execute(kept.order_by(archived_files.c.archived_at))]

    def add_report(self, document_id: DocumentId, file_id: FileId, report: ValidationReport) -> None:
        """Keep what a validation of this content said."""
        said = {"document_id": document_id, "file_id": file_id, "report": report.as_data()}
        self._connection.later(_ADD_REPORT, said)

    def reports_of(self, document_id: DocumentId) -> Mapping[FileId, ValidationReport]:
        """Return the newest validation of each of its contents that was validated: versions and attachments."""
        in_order = (
            select(validation_reports.c.file_id, validation_reports.c.report)
            .where(validation_reports.c.document_id == document_id)
            .order_by(validation_reports.c.id)
        )
        return {
            FileId(row.file_id): ValidationReport.from_data(row.report) for row in self._connection.execute(in_order)
        }

    def find_report(self, document_id: DocumentId) -> KeptReport | None:
        """Return the newest validation, or None."""
        row = self._connection.ask_one(_REPORT, {"document_id": document_id})
        return None if row is None else _kept_report(row)

    def reports(self, document_id: DocumentId) -> Sequence[KeptReport]:
        """Return the validations of the document, the newest first, at most a hundred."""
        rows = self._connection.ask(_REPORTS, {"document_id": document_id})
        return [_kept_report(row) for row in rows]


NOT_PAUSED = ~documents.c.pauses.contains([{"ended": None}])
"""The condition on rows of documents that their clock runs."""


def _due_behind(after: str) -> ColumnElement[bool]:
    day, _, document = after.partition(".")
    try:
        due = date.fromisoformat(day)
    except ValueError as cause:
        raise PlaceUnknown(after=after) from cause
    return or_(documents.c.due_date > due, and_(documents.c.due_date == due, documents.c.id > id_in(document)))


_day = func.coalesce(documents.c.arrival_date, cast(func.timezone(VIETNAM.key, documents.c.created_at), Date))


def _asked_for(query: DocumentQuery) -> list[ColumnElement[bool]]:
    """Return what the query says beside who asks."""
    conditions = has_words(documents.c.search, (query.text or "").replace("\0", " "))
    if query.direction is not None:
        conditions.append(documents.c.direction == query.direction.value)
    if query.type is not None:
        conditions.append(documents.c.type == query.type)
    if query.from_date is not None:
        conditions.append(_day >= query.from_date)
    if query.to_date is not None:
        conditions.append(_day <= query.to_date)
    return conditions


def _found(row: Row[Any] | None) -> Document:
    if row is None:
        raise DocumentNotFound
    return document_from(row)


_OF_INCOMING = (
    "code_number",
    "code_notation",
    "organ_name",
    "due_date",
    "arrival_number",
    "arrival_date",
    "delivery_id",
    "result",
)
_OF_OUTGOING = ("drafter", "unit_id", "signer", "signer_under", "body", "number", "capacity", "collective")


def _values(document: Document) -> dict[str, Any]:
    """Return every column of the document but its id and rev."""
    incoming = isinstance(document, IncomingDocument)
    recipients: Sequence[UUID] = () if isinstance(document, IncomingDocument) else document.recipients
    replies_to: Sequence[UUID] = () if isinstance(document, IncomingDocument) else document.replies_to
    return {
        "agency_id": document.agency_id,
        "direction": (Direction.INCOMING if incoming else Direction.OUTGOING).value,
        "state": document.state.value,
        "type": document.type,
        "subject": document.subject,
        "urgency": int(document.urgency),
        "file_id": document.file_id,
        "version": document.version,
        "attachments": [{"file_id": item.file_id, "name": item.name} for item in document.attachments],
        "pauses": [_pause_values(pause) for pause in document.pauses],
        "reader_units": sorted(document.reader_units),
        "reader_people": sorted(document.reader_people),
        "created_at": document.created_at,
        "created_by": document.created_by,
        "issued_date": document.issued_date,
        "due_by_noon": isinstance(document, IncomingDocument) and document.due_by_noon,
        "recipients": list(recipients),
        "others": [] if isinstance(document, IncomingDocument) else list(document.others),
        **_signatories(document),
        "replies_to": list(replies_to),
        **{name: getattr(document, name) if incoming else None for name in _OF_INCOMING},
        **{name: None if incoming else getattr(document, name) for name in _OF_OUTGOING},
    }


def _signatories(document: Document) -> dict[str, Any]:
    if isinstance(document, IncomingDocument):
        return {"further": [], "in_order": True, "initials": [], "reserved_to_head": False}
    own = {"in_order": document.in_order, "reserved_to_head": document.reserved_to_head}
    return {**signatories_written(document), **own}


def _pause_values(pause: Pause) -> dict[str, str | None]:
    return {
        "began": pause.began.isoformat(),
        "reason": pause.reason,
        "ended": pause.ended.isoformat() if pause.ended else None,
    }


def _kept_report(row: Row[Any]) -> KeptReport:
    return KeptReport(id=row.id, file_id=FileId(row.file_id), report=ValidationReport.from_data(row.report))


def _version(row: Row[Any]) -> Version:
    return Version(
        document_id=DocumentId(row.document_id),
        ordinal=row.ordinal,
        kind=VersionKind(row.kind),
        file_id=FileId(row.file_id),
        made_at=row.made_at,
        made_by=PersonId(row.made_by),
    )


def _archived(row: Row[Any]) -> ArchivedFile:
    return ArchivedFile(
        document_id=DocumentId(row.document_id),
        file_id=FileId(row.file_id),
        version_id=row.version_id,
        archived_at=row.archived_at,
    )
