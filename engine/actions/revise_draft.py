"""Revise a draft: its text or file, subject, signer, recipients, urgency, attachments, while it is with its drafter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine import procedures
from engine.acting import acting
from engine.competence import Competence, matter_of
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
from engine.drafts import Draft, FieldChecks, Signer, compose, find_signer, head_of, make_pdf
from engine.events import DraftRevised
from engine.files import StoredFile
from engine.ids import AgencyId, FileId, PersonId, WorkItemId
from engine.letters import Authority, Letter
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

    def applied(self, document: OutgoingDocument) -> OutgoingDocument:
        """Return the draft as it is to be, its PDF apart."""
        new: dict[str, Any] = {
            "subject": None if self.subject is None else self.subject.strip(),
            "body": self.body,
            "signer": self.signer,
            "recipients": None if self.recipients is None else tuple(self.recipients),
            "others": None if self.others is None else tuple(" ".join(line.split()) for line in self.others),
            "urgency": None if self.urgency is None else Urgency(self.urgency),
            "attachments": None if self.attachments is None else tuple(self.attachments),
        }
        revised = replace(document, **{name: value for name, value in new.items() if value is not None})
        return replace(revised, body=None) if self.file_id is not None else revised


def revise_draft(request: ReviseDraft, *, by: Person, services: Services) -> OutgoingDocument:
    """Make the PDF anew and keep it as the draft's current version.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemNotOpen: The draft is not with this person.
        DocumentNotInState: The document is no draft any more.
        DocumentInvalid: Some fields are wrong; all are named.
        DrafterMayNotSign: The new signer is the drafter.
        AlreadySigned: The new file carries a signature already.
    """
    with services.begin() as work:
        document = _draft(request, by, services.clock(), work)
        _require_right(request, document, by, services.clock(), work)
        signer = _signer(request.applied(document), services.clock(), work)
        letter = _letter(request.applied(document), signer, work)
    file = make_pdf(letter, request.file_id, None, by=by, services=services) if letter or request.file_id else None
    with services.begin() as work:
        item, move = _lock(request, document, by=by, services=services, work=work)
        move.document = replace(request.applied(move.outgoing()), signer_under=signer.competence.by)
        return _keep(request, file, item, move)


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
        check.signer(request.signer, matter_of(document), by, at, work)
    if request.recipients is not None:
        check.recipients(request.recipients, by, work)
    check.others(request.others or ())
    if request.urgency is not None:
        check.urgency(request.urgency)
    if request.attachments is not None:
        check.attachments(request.attachments, by, work)
    check.done(DocumentInvalid)


def _check_content(request: ReviseDraft, by: Person, work: UnitOfWork, check: FieldChecks) -> None:
    if request.file_id is not None and request.body is not None:
        check.add("body", "one_of", "Give either an uploaded PDF (file_id) or the text (body), not both.")
    if request.subject is not None:
        check.text("subject", request.subject, 500)
    if request.body is not None:
        check.body(request.body)
    if request.file_id is not None:
        check.file("file_id", request.file_id, by, work)


def _signer(document: OutgoingDocument, at: datetime, work: UnitOfWork) -> Signer:
    person = work.people.get(document.signer)
    found = find_signer(person, matter_of(document), at, work)
    if found is not None:
        return found
    # An order or authorisation may be over by now; the draft can be revised all the same, only not be signed by it.
    head = head_of(document.agency_id, work)
    return Signer(person=person, competence=Competence(authority=Authority.BY_ORDER, of=head.title if head else None))


def _letter(document: OutgoingDocument, signer: Signer, work: UnitOfWork) -> Letter | None:
    """Return the letter to be made anew; None where an uploaded PDF is, or stays, the content."""
    if document.body is None:
        return None
    unit = next(unit for unit in work.people.units(document.agency_id) if unit.id == document.unit_id)
    draft = Draft(
        type=document.type,
        subject=document.subject,
        body=document.body,
        urgency=int(document.urgency),
        recipients=tuple(work.people.get_agency(agency_id) for agency_id in document.recipients),
        others=document.others,
        signer=signer,
        unit=unit,
    )
    return compose(draft, work)


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
