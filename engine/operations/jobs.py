"""What the worker does for a procedure: outside any transaction first, then what to keep inside one.

Each job can be repeated without harm: contents are addressed by digest, and the task it works for is finished once.
"""

from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.attachment_seals import with_files
from engine.competence import signatories_of
from engine.copy_forms import COPY_FORMS
from engine.documents import ArchivedFile, Document, DocumentNotInState, OutgoingDocument, VersionKind
from engine.errors import OurFault
from engine.expected_signers import held_against_records
from engine.files import StoredFile
from engine.ids import SYSTEM, FileId
from engine.letters import date_line, number_line
from engine.neighbours import ARCHIVE, WORK, Services
from engine.operations.deliver import deliver
from engine.operations.move import Data, Move, OperationMisplaced
from engine.people import Agency
from engine.renewals import LevelUnreachable, Proof
from engine.signatures import SEAL_FIELD, TEXT_SEAL_FIELD, CertificateRejected, NotYetSigned
from engine.validations import Level, SignatureKind, ValidationReport, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a job works on, as it stood when the job began."""

    document: Document
    agency: Agency
    parameters: Data
    services: Services


Finish = Callable[[Move], Data]
"""Keeps what the job made, inside the transaction that finishes its task; returns the task's result."""

JobOperation = Callable[[Job], Finish]


class NotProven(OurFault):
    """What we signed and sealed does not stand our own validation; it is not archived or sent."""

    code = "operation.not_proven"
    template = "The finished document does not pass validation (%(reason)s). It is neither archived nor sent."


CATCHABLE: Final = (NotProven, NotYetSigned, CertificateRejected, LevelUnreachable, DocumentNotInState)
"""What the operations of this module may end with that a model may expect, and DocumentNotInState of others."""


def check_signatures(job: Job) -> Finish:
    """Judge the signatures of an incoming document's PDF, now or as of the moment *at*; the report is kept with it."""
    document, services = job.document, job.services
    given = job.parameters.get("at")
    at = datetime.fromisoformat(given) if isinstance(given, str) else services.clock()
    found = services.pdfs.validate(services.read(document.file_id), at)

    def keep(move: Move) -> Data:
        report = held_against_records(found, document.file_id, document, move.work)
        move.work.documents.add_report(document.id, document.file_id, report)
        return {"verdict": report.verdict.value}

    return keep


def fill_number(job: Job) -> Finish:
    """Write number and date into the signed PDF, by the form fields its signer left open; *place* is printed before."""
    document, services = _outgoing(job, "fill_number"), job.services
    if document.number is None or document.issued_date is None:
        raise OperationMisplaced(operation="fill_number", why="no number was taken")
    filled = services.pdfs.fill_number(
        services.read(document.file_id),
        number_line(document.number),
        date_line(str(job.parameters.get("place") or job.agency.place).strip(), document.issued_date),
    )
    return new_version(job, VersionKind.NUMBERED, filled)


def extend_signatures(job: Job) -> Finish:
    """Add what proves the signatures later, to the PAdES level *level*: else the installation's (as a rule B-LTA).

    The attachments that the agency signed get the same.
    """
    services = job.services
    asked = job.parameters.get("level")
    level = Level(asked) if isinstance(asked, str) else None
    extended = services.pdfs.extend(services.read(job.document.file_id), services.clock(), level)
    keep_version = new_version(job, VersionKind.FINAL, extended)
    found = services.pdfs.validate(extended, services.clock())
    with services.begin() as work:
        report = held_against_records(found, job.document.file_id, job.document, work)
    _require_proven(report, _expected_fields(job.document))
    keep_attachments = _extend_attachments(job, level)

    def keep(move: Move) -> Data:
        keep_attachments(move)
        result = keep_version(move)
        move.work.documents.add_report(move.document.id, move.document.file_id, report)
        return {**result, "verdict": report.verdict.value}

    return keep


def _extend_attachments(job: Job, level: Level | None) -> Callable[[Move], None]:
    """Extend the attachments that the agency signed; return what keeps them in place of those."""
    services, document = job.services, job.document
    if not isinstance(document, OutgoingDocument) or not document.attachments:
        return lambda move: None
    with services.begin() as work:
        sealed = {seal.signed_file_id for seal in work.attachment_seals.of_document(document.id)}
    made: dict[int, tuple[StoredFile, ValidationReport]] = {}
    for place, attached in enumerate(document.attachments):
        if attached.file_id in sealed:
            extended = services.pdfs.extend(services.read(attached.file_id), services.clock(), level)
            report = services.pdfs.validate(extended, services.clock())
            _require_proven(report, {TEXT_SEAL_FIELD})
            made[place] = services.put_pdf(extended, by=SYSTEM, agency_id=document.agency_id), report

    def keep(move: Move) -> None:
        for file, report in made.values():
            move.work.files.add(file)
            move.work.documents.add_report(document.id, file.id, report)
        move.document = with_files(move.outgoing(), {place: file.id for place, (file, _) in made.items()})

    return keep


def archive(job: Job) -> Finish:
    """Put the document's current version and its attachments into the locked archive."""
    services, document = job.services, job.document
    stored = [_lock_away(file_id, services) for file_id in _contents(document)]
    stamps = services.pdfs.stamps(services.read(document.file_id))
    end = services.pdfs.algorithms_end_at(stamps[-1].algorithms) if stamps else None

    def keep(move: Move) -> Data:
        move.require_file(document.file_id)
        for archived in stored:
            move.work.documents.add_archived(archived.of(document, move.at))
        move.work.renewals.keep(Proof.of(document.file_id, document.id, document.agency_id, stamps, end))
        return {"archived": len(stored)}

    return keep


def deliver_document(job: Job) -> Finish:
    """Hand the issued document to every recipient of this installation; each clerk finds it waiting.

    With *recipients* it goes to these only: the others were reached, or are not to be.
    """
    document = _outgoing(job, "deliver")
    chosen = job.parameters.get("recipients")

    to = [each for each in document.recipients if not isinstance(chosen, list) or str(each) in chosen]

    def keep(move: Move) -> Data:
        move.require_file(document.file_id)
        return {"delivered": [str(delivery.id) for delivery in deliver(move.outgoing(), move, to)]}

    return keep


@dataclass(frozen=True, slots=True, kw_only=True)
class _Locked:
    file_id: FileId
    version_id: str | None

    def of(self, document: Document, at: datetime) -> ArchivedFile:
        return ArchivedFile(document_id=document.id, file_id=self.file_id, version_id=self.version_id, archived_at=at)


def _expected_fields(document: Document) -> Set[str]:
    if document.type in COPY_FORMS:
        return {TEXT_SEAL_FIELD}
    people = signatories_of(document) if isinstance(document, OutgoingDocument) else ()
    return {SEAL_FIELD, *(one.field for one in people)}


def _require_proven(report: ValidationReport, fields: Set[str]) -> None:
    """Raise NotProven unless these fields are all signed and the file is VALID: only such a file is archived."""
    signed = {signature.field for signature in report.signatures if signature.kind is not SignatureKind.TIMESTAMP}
    # A signer's own tool may have made a field of its own instead of filling ours.
    missing = fields - signed
    if SEAL_FIELD in signed and len(signed - fields) >= len(missing):
        missing = set()
    if missing or report.verdict is not Verdict.VALID:
        found = [problem.message for problem in report.problems] + [f"{field} is missing" for field in sorted(missing)]
        raise NotProven(reason="; ".join(found) or report.verdict.value)


def _lock_away(file_id: FileId, services: Services) -> _Locked:
    with services.begin() as work:
        size = work.files.get(file_id).size
    with services.store.open(WORK, file_id) as stream:
        stored = services.store.put(ARCHIVE, file_id, stream, size)
    return _Locked(file_id=file_id, version_id=stored.version_id)


def _contents(document: Document) -> list[FileId]:
    return list(dict.fromkeys([document.file_id, *(attached.file_id for attached in document.attachments)]))


def new_version(job: Job, kind: VersionKind, content: bytes) -> Finish:
    """Return what keeps this content as the document's new version, unless the document moved on meanwhile."""
    file = job.services.put_pdf(content, by=SYSTEM, agency_id=job.document.agency_id)

    def keep(move: Move) -> Data:
        move.require_file(job.document.file_id)
        move.work.files.add(file)
        move.add_version(kind, file.id)
        return {"file_id": file.id}

    return keep


def _outgoing(job: Job, operation: str) -> OutgoingDocument:
    if not isinstance(job.document, OutgoingDocument):
        raise OperationMisplaced(operation=operation, why="the document is an incoming one")
    return job.document
