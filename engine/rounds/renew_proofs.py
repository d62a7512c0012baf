"""Keep what is archived provable: see until when each file can be proven, and stamp it anew before that.

Each file has transactions of its own, so a worker that dies loses nothing but the file it was at; that one is done
again from the same content. A file is stamped anew only while it still is the document's, so never twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Final

from engine.attachment_seals import with_files
from engine.documents import ArchivedFile, Document, OutgoingDocument, Version, VersionKind
from engine.errors import NeighbourAway, VanthuError
from engine.expected_signers import held_against_records
from engine.files import StoredFile
from engine.ids import SYSTEM, FileId
from engine.neighbours import ARCHIVE, Services, StoredObject
from engine.ports import UnitOfWork
from engine.renewal_events import ProofRenewed
from engine.renewals import Archived, NoLaterEnd, Proof, RenewalNotProven
from engine.signatures import SigningStopped
from engine.validations import KeptReport, ValidationReport, Verdict

AT_ONCE: Final = 100
MOST: Final = 2_000
"""So many files at most are stamped anew in one round; the next round goes on."""


def renew_proofs(*, services: Services) -> int:
    """Stamp anew every file whose time has come; return how many. A neighbour that is away ends the round."""
    learn_of_archived(services=services)
    reckon_algorithms(services=services)
    renewed = 0
    while renewed < MOST:
        with services.begin() as work:
            due = work.renewals.due(services.clock(), AT_ONCE)
        for proof in due:
            try:
                renewed += _renew(proof, services)
            except (NeighbourAway, SigningStopped) as error:
                _note(proof, error, services)
                return renewed
            except VanthuError as error:
                _note(proof, error, services)
        if len(due) < AT_ONCE:
            break
    return renewed


def learn_of_archived(*, services: Services) -> None:
    """Read from every archived file of which nothing is known until when it can be proven."""
    while True:
        with services.begin() as work:
            unknown = work.renewals.unknown(AT_ONCE)
        for archived in unknown:
            proof = proof_of(archived, _content(archived, services), services)
            with services.begin() as work:
                work.renewals.keep(proof)
        if not unknown:
            return


def reckon_algorithms(*, services: Services) -> None:
    """Bring the plan to what is known now of how long algorithms last."""
    with services.begin() as work:
        known = work.renewals.algorithms()
    for algorithms in known:
        end = services.pdfs.algorithms_end_at(algorithms)
        while _reckon(algorithms, end, services):
            pass


def _reckon(algorithms: tuple[str, ...], end: datetime | None, services: Services) -> int:
    """Reckon some of those that rely on these algorithms by this end; return how many."""
    with services.begin() as work:
        changed = work.renewals.reckoned_otherwise(algorithms, end, AT_ONCE)
        for proof in changed:
            work.renewals.keep(proof.reckoned(end))
        return len(changed)


def proof_of(archived: Archived, content: bytes, services: Services) -> Proof:
    """Return until when a file can be proven, read from its time-stamps."""
    stamps = services.pdfs.stamps(content)
    end = services.pdfs.algorithms_end_at(stamps[-1].algorithms) if stamps else None
    return Proof.of(archived.file_id, archived.document_id, archived.agency_id, stamps, end)


def _renew(proof: Proof, services: Services) -> bool:
    """Stamp one file anew and keep it; say whether it still was to be done."""
    with services.begin() as work:
        locked = next(one for one in work.documents.archived(proof.document_id) if one.file_id == proof.file_id)
        before = work.documents.find_report(proof.document_id)
    archived = Archived(
        document_id=proof.document_id,
        agency_id=proof.agency_id,
        file_id=proof.file_id,
        version_id=locked.version_id,
    )
    renewed = services.pdfs.renew(_content(archived, services), services.clock())
    found = services.pdfs.validate(renewed, services.clock())
    with services.begin() as work:
        document = work.documents.get(proof.document_id)
        report = held_against_records(found, proof.file_id, document, work)
    _require_no_worse(report, before)
    attached = _renewed_attachments(document, services)
    file, stored = _put(renewed, proof, services)
    after = proof_of(replace(archived, file_id=file.id), renewed, services)
    made = _Renewed(file=file, stored=stored, report=report, proof=after, attached=attached)
    return _keep(proof, made, services)


def _put(content: bytes, proof: Proof, services: Services) -> tuple[StoredFile, StoredObject]:
    file = services.put_pdf(content, by=SYSTEM, agency_id=proof.agency_id)
    return file, services.store.put(ARCHIVE, file.id, BytesIO(content), len(content))


def _renewed_attachments(document: Document, services: Services) -> "Mapping[int, _Attached]":
    """Return the attachments the agency sealed, stamped anew with their document: both were stamped at one time.

    One whose proof lasts longer than a new time-stamp would is left as it is.
    """
    if not isinstance(document, OutgoingDocument) or not document.attachments:
        return {}
    with services.begin() as work:
        sealed = {seal.place for seal in work.attachment_seals.of_document(document.id)}
        places = {one.file_id: one.version_id for one in work.documents.archived(document.id)}
    made: dict[int, _Attached] = {}
    for place in sorted(sealed):
        known = document.attachments[place].file_id
        with services.store.open(ARCHIVE, known, places.get(known)) as stream:
            content = stream.read()
        try:
            renewed = services.pdfs.renew(content, services.clock())
        except NoLaterEnd:
            continue
        report = services.pdfs.validate(renewed, services.clock())
        _require_no_worse(report, None)
        file = services.put_pdf(renewed, by=SYSTEM, agency_id=document.agency_id)
        stored = services.store.put(ARCHIVE, file.id, BytesIO(renewed), len(renewed))
        made[place] = _Attached(before=known, file=file, stored=stored, report=report)
    return made


def _require_no_worse(report: ValidationReport, before: KeptReport | None) -> None:
    """Raise RenewalNotProven unless the renewed file is judged as well as the one before was."""
    was_valid = before is None or before.report.verdict is Verdict.VALID
    if report.verdict is Verdict.VALID or (report.verdict is Verdict.REVIEW and not was_valid):
        return
    raise RenewalNotProven(reason="; ".join(found.message for found in report.problems) or report.verdict.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Renewed:
    """A file stamped anew: the file, where it lies, how it was judged, and until when it can be proven."""

    file: StoredFile
    stored: StoredObject
    report: ValidationReport
    proof: Proof
    attached: "Mapping[int, _Attached]"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attached:
    """An attachment stamped anew with its document; *before* is its file until now."""

    before: FileId
    file: StoredFile
    stored: StoredObject
    report: ValidationReport


def _keep(before: Proof, renewed: _Renewed, services: Services) -> bool:
    """Make the renewed file the document's, unless it has another one by now."""
    at = services.clock()
    with services.begin() as work:
        document = work.documents.lock(before.document_id)
        if document.file_id != before.file_id:
            return False
        work.files.add(renewed.file)
        document = _with_attached(document.with_file(renewed.file.id), renewed.attached, at, work)
        work.documents.add_version(
            Version(
                document_id=document.id,
                ordinal=document.version,
                kind=VersionKind.RENEWED,
                file_id=document.file_id,
                made_at=at,
                made_by=SYSTEM,
            )
        )
        work.documents.save(document)
        version_id = renewed.stored.version_id
        work.documents.add_archived(
            ArchivedFile(document_id=document.id, file_id=document.file_id, version_id=version_id, archived_at=at)
        )
        work.documents.add_report(document.id, document.file_id, renewed.report)
        work.renewals.keep(renewed.proof)
        work.record(_event(before, renewed, at))
        return True


def _with_attached(document: Document, attached: "Mapping[int, _Attached]", at: datetime, work: UnitOfWork) -> Document:
    """Return the document with its attachments stamped anew, and keep where they lie."""
    if not isinstance(document, OutgoingDocument):
        return document
    for one in attached.values():
        work.files.add(one.file)
        work.documents.add_archived(
            ArchivedFile(document_id=document.id, file_id=one.file.id, version_id=one.stored.version_id, archived_at=at)
        )
        work.documents.add_report(document.id, one.file.id, one.report)
    return with_files(document, {place: one.file.id for place, one in attached.items()})


def _event(before: Proof, renewed: _Renewed, at: datetime) -> ProofRenewed:
    after, last = renewed.proof, renewed.proof.stamps[-1]
    return ProofRenewed(
        by=SYSTEM,
        at=at,
        agency_id=after.agency_id,
        document_id=after.document_id,
        file_id=after.file_id,
        file_before=before.file_id,
        authority=last.authority,
        until=after.until or last.certificate_ends_at,
        attachments=[one.file.id for one in renewed.attached.values()],
        attachments_before=[one.before for one in renewed.attached.values()],
    )


def _note(proof: Proof, error: VanthuError, services: Services) -> None:
    """Note that it failed; whoever sees the status page is told, and it is tried again."""
    with services.begin() as work:
        work.documents.lock(proof.document_id)
        if work.renewals.find(proof.document_id) == proof:
            work.renewals.keep(proof.failed(error, services.clock()))


def _content(archived: Archived, services: Services) -> bytes:
    with services.store.open(ARCHIVE, archived.file_id, archived.version_id) as stream:
        return stream.read()
