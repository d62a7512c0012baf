"""Draft an outgoing document: its PDF is made or taken, its fields placed, and its procedure begins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import access, procedures
from engine.co_signing import FurtherSigner, Naming, check_naming
from engine.competence import Matter
from engine.documents import (
    Attachment,
    DocumentInvalid,
    IncomingDocument,
    OutgoingDocument,
    OutgoingState,
    Urgency,
    VersionKind,
)
from engine.drafts import Draft, FieldChecks, compose, make_letter, prepare_upload
from engine.errors import NotFound
from engine.events import DocumentDrafted
from engine.files import StoredFile
from engine.ids import AgencyId, DocumentId, FileId, InstanceId, PersonId, UnitId
from engine.letters import Letter
from engine.neighbours import Services
from engine.operations.incoming import begin_work
from engine.operations.move import Move
from engine.pdfs import FieldLayout
from engine.people import Person, Unit
from engine.ports import UnitOfWork
from engine.queries import Once
from engine.verifications import new_code

ONE_SIGNS, SEVERAL_SIGN = "outgoing_document", "joint_document"
"""The procedures of drafts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDocument:
    """A new outgoing document.

    Attributes:
        file_id: An uploaded, unsigned PDF; exactly one of it and *body* is given.
        body: Plain paragraphs, one a line, from which the PDF is made.
        unit_id: The drafting unit; the drafter's own where none is given.
        signer: Who is to sign it.
        further: Who signs it beside them; in the order given where *in_order*, else in any.
        capacity: In what capacity the signer signs, as in 'Chủ tọa'; None: by their post.
        collective: In whose name they sign (TM.), or None.
        recipients: Agencies of this installation.
        others: Names of recipients outside it, printed and not delivered to.
        replies_to: Incoming documents it answers.
        layout: Where number, date and signatures go on an uploaded PDF; None is the usual places.
    """

    type: str
    subject: str
    signer: PersonId
    file_id: FileId | None = None
    body: str | None = None
    unit_id: UnitId | None = None
    recipients: Sequence[AgencyId] = ()
    others: Sequence[str] = ()
    urgency: int = 0
    replies_to: Sequence[DocumentId] = ()
    attachments: Sequence[Attachment] = ()
    layout: FieldLayout | None = None
    further: Sequence[FurtherSigner] = ()
    in_order: bool = True
    capacity: str | None = None
    collective: str | None = None
    once: Once | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """The draft and its procedure."""

    document: OutgoingDocument
    instance_id: InstanceId


def draft_document(request: DraftDocument, *, by: Person, services: Services) -> Drafted:
    """Make the PDF with its empty fields, keep the draft and start its procedure.

    Raises:
        NotAllowed: The person's posts do not include drafting.
        DocumentInvalid: Some fields are wrong; all are named, nothing is kept.
        DrafterMayNotSign: Drafter and signer are the same person.
        AlreadySigned: The uploaded PDF carries a signature already.
        LetterUnprintable: The text has characters that cannot be printed.
    """
    access.require(by, "draft_document")
    with services.begin() as work:
        if request.once and (known := work.requests.find(by.id, request.once)):
            return _again(DocumentId(known), work)
        draft = _require_right(request, by, services.clock(), work)
        letter = compose(draft, work) if request.body is not None else None
    code = new_code(services.safe.random)
    file = _made(request, draft, letter, code=code, by=by, services=services)
    with services.begin() as work:
        drafted = _keep(request, draft, file, by=by, services=services, work=work)
        work.verifications.add_code(drafted.document.id, code)
        return drafted


def _made(
    request: DraftDocument, draft: Draft, letter: Letter | None, *, code: str, by: Person, services: Services
) -> StoredFile:
    if letter is not None:
        return make_letter(letter, code=code, by=by.id, agency_id=by.agency_id, services=services)
    assert request.file_id is not None  # noqa: S101  checked with the other fields
    fields = [one.signatory.field for one in draft.further]
    return prepare_upload(request.file_id, request.layout, fields, code=code, by=by, services=services)


def _keep(
    request: DraftDocument, draft: Draft, file: StoredFile, *, by: Person, services: Services, work: UnitOfWork
) -> Drafted:
    at = services.clock()
    work.files.add(file)
    document = _document(request, draft, file, at, work)
    data = {"unit_id": str(draft.unit.id), "drafter": str(by.id), "signer": str(draft.signer.person.id)}
    key = SEVERAL_SIGN if document.further else ONE_SIGNS
    begin = procedures.Beginning(key=key, data=data, first=_prepared(request, file))
    move = procedures.start(begin, document, by=by.id, at=at, work=work)
    # In one order, so that two replies to the same documents do not wait for each other.
    for answered in sorted(set(request.replies_to)):
        begin_work(answered, move)
    if request.once:
        work.requests.remember(by.id, request.once, document.id, at)
    work.record(
        DocumentDrafted(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            document_id=document.id,
            instance_id=move.instance.id,
            type=document.type,
            signer=document.signer,
            file_id=file.id,
            recipients=document.recipients,
            replies_to=document.replies_to,
        )
    )
    return Drafted(document=move.outgoing(), instance_id=move.instance.id)


def _document(
    request: DraftDocument, draft: Draft, file: StoredFile, at: datetime, work: UnitOfWork
) -> OutgoingDocument:
    return OutgoingDocument(
        id=DocumentId(work.new_id()),
        agency_id=file.agency_id,
        type=request.type,
        subject=draft.subject,
        urgency=Urgency(request.urgency),
        file_id=request.file_id or file.id,
        created_at=at,
        created_by=file.stored_by,
        attachments=tuple(request.attachments),
        reader_units=frozenset({draft.unit.id}),
        drafter=file.stored_by,
        unit_id=draft.unit.id,
        signer=draft.signer.person.id,
        signer_under=draft.signer.competence.by,
        state=OutgoingState.DRAFT,
        body=request.body,
        recipients=tuple(agency.id for agency in draft.recipients),
        others=draft.others,
        replies_to=tuple(request.replies_to),
        further=tuple(one.placed() for one in draft.further),
        in_order=request.in_order,
        capacity=draft.capacity,
        collective=draft.collective,
    )


def _prepared(request: DraftDocument, file: StoredFile) -> Callable[[Move], None] | None:
    """An uploaded file is kept as it came; the one with fields is its second version."""
    if request.file_id is None:
        return None
    return lambda move: move.add_version(VersionKind.PREPARED, file.id)


def _require_right(request: DraftDocument, by: Person, at: datetime, work: UnitOfWork) -> Draft:
    check = FieldChecks()
    check.document_type(request.type)
    check.text("subject", request.subject, 500)
    check.urgency(request.urgency)
    _check_content(request, by, work, check)
    check.attachments(request.attachments, by, work)
    unit = _unit(request.unit_id, by, work, check)
    matter = Matter(type=request.type, unit_id=unit.id if unit else UnitId(by.agency_id))
    signer = check.signer(request.signer, matter, by, at, work)
    naming = Naming(
        drafter=by,
        matter=matter,
        first=request.signer,
        further=request.further,
        capacity=request.capacity,
        collective=request.collective,
    )
    further = check_naming(naming, signer, at=at, work=work, check=check)
    recipients = check.recipients(request.recipients, by, work)
    others = check.others(request.others)
    _check_replies(request.replies_to, by, work, check)
    check.done(DocumentInvalid)
    if signer is None or unit is None:
        raise DocumentInvalid
    return Draft(
        type=request.type,
        subject=request.subject.strip(),
        body=request.body or "",
        urgency=request.urgency,
        recipients=recipients,
        others=others,
        signer=signer,
        unit=unit,
        further=further,
        capacity=request.capacity.strip() if request.capacity else None,
        collective=request.collective.strip() if request.collective else None,
    )


def _check_content(request: DraftDocument, by: Person, work: UnitOfWork, check: FieldChecks) -> None:
    if (request.file_id is None) == (request.body is None):
        check.add("body", "one_of", "Give either an uploaded PDF (file_id) or the text (body), not both.")
    if request.file_id is not None:
        check.file("file_id", request.file_id, by, work)
    if request.body is not None:
        check.body(request.body)


def _unit(unit_id: UnitId | None, by: Person, work: UnitOfWork, check: FieldChecks) -> Unit | None:
    units = [unit for unit in work.people.units(by.agency_id) if unit.id in by.units]
    chosen = next((unit for unit in units if unit_id in (None, unit.id)), None)
    if chosen is None:
        check.add("unit_id", "not_yours", "You can draft for a unit you work in. Choose one of yours.")
    return chosen


def _check_replies(ids: Sequence[DocumentId], by: Person, work: UnitOfWork, check: FieldChecks) -> None:
    for place, document_id in enumerate(ids):
        try:
            document = work.documents.get(document_id)
            access.require_read(by, document)
            found = isinstance(document, IncomingDocument)
        except NotFound:
            found = False
        if document_id in ids[:place]:
            check.add(f"replies_to/{place}", "twice", "This document is on the list twice.")
        elif not found:
            check.add(f"replies_to/{place}", "not_found", "There is no such incoming document.")


def _again(document_id: DocumentId, work: UnitOfWork) -> Drafted:
    document = work.documents.get(document_id)
    instance = work.instances.find_of_document(document_id)
    assert isinstance(document, OutgoingDocument)  # noqa: S101  the request was remembered by this action alone
    assert instance is not None  # noqa: S101
    return Drafted(document=document, instance_id=instance.id)
