"""Revise a draft: new text, a new file or a new subject while it is with its drafter."""

from dataclasses import dataclass, replace

from engine import access, procedures
from engine.documents import DocumentInvalid, DocumentNotInState, OutgoingDocument, OutgoingState, VersionKind
from engine.drafts import Draft, FieldChecks, compose, make_pdf
from engine.events import DraftRevised
from engine.files import StoredFile
from engine.ids import FileId, WorkItemId
from engine.letters import Letter
from engine.neighbours import Services
from engine.operations.move import Move, VersionMoved
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseDraft:
    """What is new; None leaves a thing as it is."""

    work_item_id: WorkItemId
    subject: str | None = None
    body: str | None = None
    file_id: FileId | None = None


def revise_draft(request: ReviseDraft, *, by: Person, services: Services) -> OutgoingDocument:
    """Make the PDF anew and keep it as the draft's current version.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemNotOpen: The draft is not with this person.
        DocumentNotInState: The document is no draft any more.
        DocumentInvalid: Some fields are wrong; all are named.
        AlreadySigned: The new file carries a signature already.
    """
    with services.begin() as work:
        document = _draft(request, by, work)
        _require_right(request, by, work)
        letter = _letter(request, document, work)
    file = make_pdf(letter, request.file_id, None, by=by, services=services) if letter or request.file_id else None
    with services.begin() as work:
        move = _lock(request, document, by=by, services=services, work=work)
        return _keep(request, file, move)


def _draft(request: ReviseDraft, by: Person, work: UnitOfWork) -> OutgoingDocument:
    item = work.work_items.get(request.work_item_id)
    access.require_act(by, item)
    item.require_open()
    document = work.documents.get(item.document_id)
    if not isinstance(document, OutgoingDocument) or document.state is not OutgoingState.DRAFT:
        raise DocumentNotInState(state=document.state.value)
    return document


def _require_right(request: ReviseDraft, by: Person, work: UnitOfWork) -> None:
    check = FieldChecks()
    if request.file_id is not None and request.body is not None:
        check.add("body", "one_of", "Give either an uploaded PDF (file_id) or the text (body), not both.")
    if request.subject is not None:
        check.text("subject", request.subject, 500)
    if request.body is not None:
        check.body(request.body)
    if request.file_id is not None:
        check.file("file_id", request.file_id, by, work)
    check.done(DocumentInvalid)


def _letter(request: ReviseDraft, document: OutgoingDocument, work: UnitOfWork) -> Letter | None:
    """Return the letter to be made anew; None where an uploaded PDF is, or stays, the content."""
    body = request.body if request.body is not None else document.body
    if request.file_id is not None or body is None:
        return None
    unit = next(unit for unit in work.people.units(document.agency_id) if unit.id == document.unit_id)
    draft = Draft(
        type=document.type,
        subject=(request.subject or document.subject).strip(),
        body=body,
        urgency=int(document.urgency),
        recipients=tuple(work.people.get_agency(agency_id) for agency_id in document.recipients),
        signer=work.people.get(document.signer),
        unit=unit,
    )
    return compose(draft, work)


def _lock(request: ReviseDraft, seen: OutgoingDocument, *, by: Person, services: Services, work: UnitOfWork) -> Move:
    item, instance = work.work_items.lock(request.work_item_id)
    access.require_act(by, item)
    item.require_open()
    move = procedures.prepare(instance, by=by.id, at=services.clock(), work=work)
    # The PDF was made of what was seen: somebody's change of it meanwhile must not be lost.
    if move.document.rev != seen.rev:
        raise VersionMoved
    return move


def _keep(request: ReviseDraft, file: StoredFile | None, move: Move) -> OutgoingDocument:
    document = move.outgoing()
    move.document = replace(
        document,
        subject=(request.subject or document.subject).strip(),
        body=None if request.file_id is not None else request.body or document.body,
    )
    if file is not None:
        move.work.files.add(file)
        if request.file_id is not None:
            move.add_version(VersionKind.ORIGINAL, request.file_id)
        move.add_version(VersionKind.PREPARED, file.id)
    move.keep_document()
    revised = move.outgoing()
    move.work.record(
        DraftRevised(
            by=move.by, at=move.at, agency_id=revised.agency_id, document_id=revised.id, file_id=revised.file_id
        )
    )
    return revised
