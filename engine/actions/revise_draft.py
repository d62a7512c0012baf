"""Revise a draft: its text or file, subject, signer, recipients, urgency, attachments, while it is with its drafter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine import procedures
from engine.acting import acting
from engine.co_signing import FurtherSigner, Naming, check_naming, signatories
from engine.competence import matter_of
from engine.documents import (
    Attachment,
    DocumentInvalid,
    DocumentNotInState,
    DrafterMayNotSign,
    OutgoingDocument,
    OutgoingState,
    Urgency,
    VersionKind,
)
from engine.drafts import (
    FieldChecks,
    Signer,
    compose,
    draft_of,
    find_signer,
    further_of,
    make_letter,
    prepare_upload,
    require_head,
    signer_of,
)
from engine.events import DraftRevised
from engine.files import StoredFile
from engine.ids import AgencyId, FileId, PersonId, WorkItemId
from engine.letters import Letter
from engine.neighbours import Services
from engine.operations.move import Move, VersionMoved
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_items import WorkItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseDraft:
    """What is new; None leaves a thing as it is."""

    work_item_id: WorkItemId
    subject: str | None = None
    body: str | None = None
    file_id: FileId | None = None
    signer: PersonId | None = None
    recipients: Sequence[AgencyId] | None = None
    others: Sequence[str] | None = None
    urgency: int | None = None
    attachments: Sequence[Attachment] | None = None
    further: Sequence[FurtherSigner] | None = None
    in_order: bool | None = None
    capacity: str | None = None
    collective: str | None = None

    def applied(self, document: OutgoingDocument) -> OutgoingDocument:
        """Return the draft as it is to be, its PDF apart; nobody has initialled it any more."""
        new: dict[str, Any] = {
            "subject": None if self.subject is None else self.subject.strip(),
            "body": self.body,
            "signer": self.signer,
            "recipients": None if self.recipients is None else tuple(self.recipients),
            "others": None if self.others is None else tuple(" ".join(line.split()) for line in self.others),
            "urgency": None if self.urgency is None else Urgency(self.urgency),
            "attachments": None if self.attachments is None else tuple(self.attachments),
            "further": None if self.further is None else signatories(self.further),
            "in_order": self.in_order,
            "capacity": None if self.capacity is None else self.capacity.strip(),
            "collective": None if self.collective is None else self.collective.strip(),
            "initials": (),
        }
        revised = replace(document, **{name: value for name, value in new.items() if value is not None})
        revised = replace(revised, capacity=revised.capacity or None, collective=revised.collective or None)
        return replace(revised, body=None) if self.file_id is not None else revised


def revise_draft(request: ReviseDraft, *, by: Person, services: Services) -> OutgoingDocument:
    """Make the PDF anew and keep it as the draft's current version.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemNotOpen: The draft is not with this person.
        DocumentNotInState: The document is no draft any more.
        DocumentInvalid: Some fields are wrong; all are named.
        DrafterMayNotSign: The new signer is the drafter.
        ReservedToHead: The new signer is not the head, who alone signs this document.
        AlreadySigned: The new file carries a signature already.
    """
    with services.begin() as work:
        document = _draft(request, by, services.clock(), work)
        _require_right(request, document, by, services.clock(), work)
        signer = signer_of(request.applied(document), services.clock(), work)
        revised = request.applied(document)
        letter = _letter(revised, signer, services.clock(), work)
        source = request.file_id or _source(request, document, work)
        code = work.verifications.find_code(document.id)
    file = _made(letter, source, revised, code=code, by=by, services=services)
    with services.begin() as work:
        item, move = _lock(request, document, by=by, services=services, work=work)
        new = request.applied(move.outgoing())
        further = tuple(one.placed() for one in further_of(new, services.clock(), work))
        move.document = replace(new, signer_under=signer.competence.by, further=further)
        return _keep(request, file, item, move)


def _source(request: ReviseDraft, document: OutgoingDocument, work: UnitOfWork) -> FileId | None:
    """Return the uploaded file to be given fields for other signers, None where it keeps those it has."""
    if request.further is None or document.body is not None:
        return None
    versions = work.documents.versions(document.id)
    return next((version.file_id for version in reversed(versions) if version.kind is VersionKind.ORIGINAL), None)


def _made(
    letter: Letter | None,
    source: FileId | None,
    document: OutgoingDocument,
    *,
    code: str | None,
    by: Person,
    services: Services,
) -> StoredFile | None:
    if letter is not None:
        return make_letter(letter, code=code, by=by.id, agency_id=by.agency_id, services=services)
    if source is not None:
        further = [one.field for one in document.further]
        return prepare_upload(source, None, further, code=code, by=by, services=services)
    return None


def _draft(request: ReviseDraft, by: Person, at: datetime, work: UnitOfWork) -> OutgoingDocument:
    item = acting(by, work.work_items.get(request.work_item_id), at, work)
    item.require_open()
    document = work.documents.get(item.document_id)
    if not isinstance(document, OutgoingDocument) or document.state is not OutgoingState.DRAFT:
        raise DocumentNotInState(state=document.state.value)
    return document


def _require_right(
    request: ReviseDraft, document: OutgoingDocument, by: Person, at: datetime, work: UnitOfWork
) -> None:
    check = FieldChecks()
    _check_content(request, by, work, check)
    if request.signer == document.drafter:
        raise DrafterMayNotSign
    if request.signer is not None:
        signer = check.signer(request.signer, matter_of(document), by, at, work)
        require_head(document, signer)
    _check_naming(request, document, at, work, check)
    if request.recipients is not None:
        check.recipients(request.recipients, by, work)
    check.others(request.others or ())
    if request.urgency is not None:
        check.urgency(request.urgency)
    if request.attachments is not None:
        check.attachments(request.attachments, by, work)
    check.done(DocumentInvalid)


def _check_naming(
    request: ReviseDraft, document: OutgoingDocument, at: datetime, work: UnitOfWork, check: FieldChecks
) -> None:
    """Look at who signs together, if that is new: one signer and several go by procedures of their own."""
    if (request.further, request.signer, request.collective, request.capacity) == (None, None, None, None):
        return
    further = document.further if request.further is None else signatories(request.further)
    if bool(further) != bool(document.further):
        check.add("further_signers", "settled", "Whether one or several sign is settled with the draft. Draft it anew.")
        return
    naming = Naming(
        drafter=work.people.get(document.drafter),
        matter=matter_of(document),
        first=request.signer or document.signer,
        further=[
            FurtherSigner(person=one.person, capacity=one.capacity, countersigns=one.countersigns) for one in further
        ],
        capacity=request.capacity or None,
        collective=(document.collective if request.collective is None else request.collective) or None,
    )
    signer = find_signer(work.people.get(naming.first), naming.matter, at, work) if naming.collective else None
    check_naming(naming, signer, at=at, work=work, check=check)


def _check_content(request: ReviseDraft, by: Person, work: UnitOfWork, check: FieldChecks) -> None:
    if request.file_id is not None and request.body is not None:
        check.add("body", "one_of", "Give either an uploaded PDF (file_id) or the text (body), not both.")
    if request.subject is not None:
        check.text("subject", request.subject, 500)
    if request.body is not None:
        check.body(request.body)
    if request.file_id is not None:
        check.file("file_id", request.file_id, by, work)


def _letter(document: OutgoingDocument, signer: Signer, at: datetime, work: UnitOfWork) -> Letter | None:
    """Return the letter to be made anew; None where an uploaded PDF is, or stays, the content."""
    return None if document.body is None else compose(draft_of(document, signer, at, work), work)


def _lock(
    request: ReviseDraft, seen: OutgoingDocument, *, by: Person, services: Services, work: UnitOfWork
) -> tuple[WorkItem, Move]:
    at = services.clock()
    item, instance = work.work_items.lock(request.work_item_id)
    item = acting(by, item, at, work)
    item.require_open()
    move = procedures.prepare(instance, by=by.id, at=at, work=work)
    # The PDF was made of what was seen: somebody's change of it meanwhile must not be lost.
    if move.document.rev != seen.rev:
        raise VersionMoved
    return item, move


def _keep(request: ReviseDraft, file: StoredFile | None, item: WorkItem, move: Move) -> OutgoingDocument:
    if file is not None:
        move.work.files.add(file)
        if request.file_id is not None:
            move.add_version(VersionKind.ORIGINAL, request.file_id)
        move.add_version(VersionKind.PREPARED, file.id)
    move.keep_document()
    revised = move.outgoing()
    move.work.record(
        DraftRevised(
            by=move.by,
            at=move.at,
            agency_id=revised.agency_id,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
            document_id=revised.id,
            file_id=revised.file_id,
            signer=revised.signer,
            recipients=revised.recipients,
            urgency=int(revised.urgency),
            attachments=tuple(attached.file_id for attached in revised.attachments),
        )
    )
    return revised
