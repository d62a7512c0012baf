"""Answering outsiders: what a code stands for, and what a file is to what was issued here; nothing of it is kept."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from engine.case_slips import IssuedSlip
from engine.copies import Medium, number_of
from engine.copy_forms import COPY_FORMS
from engine.documents import OutgoingDocument, OutgoingState, Version, VersionKind
from engine.ids import DocumentId, FileId
from engine.neighbours import PdfRoom, Services
from engine.pdfs import NotAPdf, PdfDamaged, PdfEmpty, PdfEncrypted
from engine.ports import UnitOfWork
from engine.signatures import SigningBusy, SigningStopped
from engine.validations import ValidationReport
from engine.verifications import (
    FAR_ABOVE,
    PER_APPLICATION,
    PER_CODE,
    PER_CONTENT,
    PER_NETWORK,
    PUBLIC_STATES,
    WINDOW,
    FileMatch,
    IssuedDocument,
    Limits,
    Question,
    Verification,
    VerificationBusy,
    VerificationCodeUnknown,
    VerificationGaveUp,
    VerificationThrottled,
    course_of,
    read_code,
)

_END: Final = b"%%EOF"
_MOST_ENDS: Final = 200
"""So many places where a revision may end are looked at; a document of ours has a handful."""
_REFUSALS: Final = {kind.code: kind for kind in (PdfEmpty, NotAPdf, PdfEncrypted, PdfDamaged)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, and about what.

    Attributes:
        address: A digest of the address, forgotten with its window.
        around: The same of the larger network it is one of, where whoever has one has thousands; '' otherwise.
        about: The office that is to take something in, the case or the draft; '' for nothing in particular.
    """

    address: str
    around: str = ""
    about: str = ""


def admit(question: Question, asker: Asker, limits: Limits, *, at: datetime, work: UnitOfWork) -> None:
    """Count a question of an outsider: first and only then judged, in this transaction, so that no two slip through.

    Raises:
        VerificationThrottled: This address, all who ask about the same, or all together asked too often. Then nothing
            is counted: who is refused uses up nobody's share.
    """
    kind = question.value
    share = _share(limits.per_address, question)
    count_in(f"{kind}:{asker.address}", share, at, work)
    if asker.around:
        count_in(f"{kind}:{asker.around}", share * PER_NETWORK, at, work)
    if asker.about:
        count_in(f"{kind}@{asker.about}", _share(limits.overall, question), at, work)
    count_in(kind, _together(limits.overall, question), at, work)


def count_in(counter: str, most: int, at: datetime, work: UnitOfWork) -> None:
    """Count once, or raise VerificationThrottled where that was done *most* times in this window."""
    window = window_of(at)
    if most < 1 or not work.verifications.take(counter, window, most):
        ends = int((window + WINDOW).timestamp())
        raise VerificationThrottled(retry_after_s=ends - int(at.timestamp()))


def window_of(at: datetime) -> datetime:
    """Return when the window began in which *at* lies."""
    seconds = int(WINDOW.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)


def _share(limit: int, question: Question) -> int:
    match question:
        case Question.FILE:
            return limit
        case Question.CODE:
            return limit * PER_CODE
        case Question.CONTENT:
            return limit * PER_CONTENT
        case Question.APPLICATION | Question.SUPPLEMENT | Question.OPINION:
            return max(1, limit // PER_APPLICATION)


def _together(limit: int, question: Question) -> int:
    """Return the bound for all: what a house can check at once; for the rest far above what any one sender reaches."""
    match question:
        case Question.FILE:
            return limit
        case Question.CODE | Question.CONTENT:
            return _share(limit, question) * FAR_ABOVE
        case Question.APPLICATION | Question.SUPPLEMENT | Question.OPINION:
            return limit * FAR_ABOVE


def look_up(code: str, *, services: Services) -> IssuedDocument:
    """Return what outsiders may know of the document of this code, its subject left out.

    Raises:
        VerificationCodeUnknown: No document has it, or one that was not issued.
    """
    with services.begin() as work:
        return _public(_document_of(code, work), work, with_subject=False)


def verify_file(content: bytes, code: str | None, *, services: Services, room: PdfRoom) -> Verification:
    """Say what a file is to what was issued here, and what its signatures are worth.

    Args:
        content: The file.
        code: Of the document it is said to be, or None.
        services: Of this process.
        room: Where outsiders' files are read; it fetches nothing from the network.

    Raises:
        VerificationCodeUnknown: No issued document has this code.
        PdfEmpty, NotAPdf, PdfEncrypted, PdfDamaged: It is none of ours, and nothing can be said about it.
        VerificationBusy: No process became free in time.
        VerificationGaveUp: Checking it took too much time or memory.
    """
    with services.begin() as work:
        expected = _document_of(code, work) if code is not None else None
        found = _found(content, services, work)
        public = _public(found.document, work, with_subject=True) if found else None
        slip = None if found else _slip(_revisions(content), work)
    report = _judged(content, services.clock(), room)
    if found is None and slip is None:
        _refuse_unreadable(report)
    return Verification(
        match=found.match if found else _slip_match(slip),
        version=found.version if found else None,
        document=public,
        attachment=found.attachment if found else None,
        fits_code=None if expected is None else found is not None and found.document.id == expected.id,
        report=report,
        slip=slip,
    )


def _slip(revisions: Sequence[FileId], work: UnitOfWork) -> IssuedSlip | None:
    """Return which slip of a one-stop case the file is, whole or in its first bytes."""
    known = work.cases.slips_with(revisions)
    begins = next((file_id for file_id in revisions if file_id in known), None)
    if begins is None:
        return None
    slip = work.cases.get_slip(known[begins])
    kept = work.cases.find_kept_slip(slip.id)
    return IssuedSlip(
        number=slip.printed,
        kind=slip.kind,
        case_code=work.cases.get(slip.case_id).code,
        agency=work.people.get_agency(slip.agency_id).name,
        issued_at=slip.issued_at,
        sealed=kept is not None and kept.is_sealed,
        whole=begins == revisions[0],
    )


def _slip_match(slip: IssuedSlip | None) -> FileMatch:
    if slip is None:
        return FileMatch.UNKNOWN
    return FileMatch.CURRENT if slip.whole else FileMatch.CHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    match: FileMatch
    version: VersionKind
    document: OutgoingDocument
    attachment: str | None = None


def _found(content: bytes, services: Services, work: UnitOfWork) -> _Found | None:
    """Return which issued document, or attachment of one, the file is of, whole or in its first bytes."""
    revisions = _revisions(content)
    known = work.verifications.issued_with(revisions)
    begins = next((file_id for file_id in revisions if file_id in known), None)
    if begins is None:
        return _found_attached(revisions, services, work)
    document = _issued(known[begins], work)
    versions = work.documents.versions(document.id)
    version = next(one for one in reversed(versions) if one.file_id == begins)
    match = _match(document, version, versions) if begins == revisions[0] else FileMatch.CHANGED
    return _Found(match=match, version=version.kind, document=document)


def _found_attached(revisions: Sequence[FileId], services: Services, work: UnitOfWork) -> _Found | None:
    """Return which attachment it is of those the agency signed; what came from others is not told as ours."""
    known = work.verifications.attached_to(revisions)
    for file_id in (one for one in revisions if one in known):
        document = _issued(known[file_id], work)
        seals = {seal.place: seal.signed_file_id for seal in work.attachment_seals.of_document(document.id)}
        place = _place_of(file_id, document, seals)
        if place is None:
            place = _grown_from(file_id, document, seals, services)
        if place is None:
            continue
        attached = document.attachments[place]
        match = FileMatch.CURRENT if file_id == attached.file_id else FileMatch.EARLIER
        return _Found(
            match=match if file_id == revisions[0] else FileMatch.CHANGED,
            version=VersionKind.SEALED if file_id in seals.values() else VersionKind.FINAL,
            document=document,
            attachment=attached.name,
        )
    return None


def _place_of(file_id: FileId, document: OutgoingDocument, seals: Mapping[int, FileId | None]) -> int | None:
    """Return the place of a sealed attachment by its file, as it is or as it was sealed."""
    now = {place: document.attachments[place].file_id for place in seals if place < len(document.attachments)}
    return next((place for place, known in now.items() if file_id in (known, seals[place])), None)


def _grown_from(
    file_id: FileId, document: OutgoingDocument, seals: Mapping[int, FileId | None], services: Services
) -> int | None:
    """Return the place of an attachment by a file it was until it was stamped anew: the new one begins with that."""
    for place in seals:
        if place < len(document.attachments) and file_id in _revisions(
            services.read(document.attachments[place].file_id)
        ):
            return place
    return None


def _match(document: OutgoingDocument, version: Version, versions: Sequence[Version]) -> FileMatch:
    if version.file_id == document.file_id:
        return FileMatch.CURRENT
    led = {one.file_id for one in course_of(versions)}
    return FileMatch.EARLIER if version.file_id in led else FileMatch.SET_ASIDE


def _revisions(content: bytes) -> list[FileId]:
    """Return the digest of the file, then those of its beginnings up to each end of a revision, the longest first."""
    ends: set[int] = set()
    start = content.find(_END)
    while start >= 0 and len(ends) < _MOST_ENDS:
        after = start + len(_END)
        ends |= {after + len(line) for line in (b"", b"\n", b"\r", b"\r\n") if content.startswith(line, after)}
        start = content.find(_END, after)
    digest, done, found = hashlib.sha256(), 0, []
    view = memoryview(content)
    for end in sorted(ends | {len(content)}):
        digest.update(view[done:end])
        done = end
        found.append(FileId(digest.hexdigest()))
    return found[::-1]


def _document_of(code: str, work: UnitOfWork) -> OutgoingDocument:
    read = read_code(code)
    document_id = work.verifications.find_document(read) if read else None
    if document_id is None:
        raise VerificationCodeUnknown
    return _issued(document_id, work)


def _issued(document_id: DocumentId, work: UnitOfWork) -> OutgoingDocument:
    document = work.documents.get(document_id)
    if not isinstance(document, OutgoingDocument) or document.state not in PUBLIC_STATES:
        raise VerificationCodeUnknown
    return document


def _public(document: OutgoingDocument, work: UnitOfWork, *, with_subject: bool) -> IssuedDocument:
    kept = work.documents.find_report(document.id)
    copy = work.copies.find(document.id) if document.type in COPY_FORMS else None
    source = work.documents.get(copy.of_document_id) if copy else None
    return IssuedDocument(
        number=document.number,
        issued_date=document.issued_date,
        type=document.type,
        agency=work.people.get_agency(document.agency_id).name,
        state=OutgoingState(document.state),
        subject=document.subject if with_subject else None,
        signatures=kept.report.signatures if kept else (),
        checked_at=kept.report.checked_at if kept else None,
        copy_of="/".join(number_of(source)) if source else None,
        on_paper=copy is not None and copy.target is Medium.PAPER,
        published=work.publications.find_of_document(document.id) is not None,
    )


def _judged(content: bytes, at: datetime, room: PdfRoom) -> ValidationReport:
    try:
        return room.validate(content, at)
    except SigningStopped as cause:
        raise VerificationGaveUp from cause
    except SigningBusy as cause:
        raise VerificationBusy from cause


def _refuse_unreadable(report: ValidationReport) -> None:
    for problem in report.problems:
        if problem.code in _REFUSALS:
            raise _REFUSALS[problem.code](**problem.facts)
