"""Documents as answers show them: a line of a list, and everything about one."""

from dataclasses import asdict, replace
from datetime import date, datetime
from uuid import UUID

from api.rest.answers import AgencyRef, Answer, Names, PersonRef
from api.rest.calls import Call
from api.rest.people import UnitAnswer, unit_answer
from api.rest.signers import InitialAnswer, SignerAnswer, signing_parts
from api.rest.work_item_answers import FileFacts, file_facts, waiting_items
from api.texts import ENGLISH, explained, told
from engine import access
from engine.arrival_stamps import STAMP_HEIGHT_MM, STAMP_WIDTH_MM
from engine.attachment_seals import AttachmentState, state_of
from engine.copies import CopyForm, Medium
from engine.copy_forms import COPY_FORMS
from engine.deadlines import Light
from engine.deliveries import DeliveryState
from engine.document_lines import printed_number
from engine.document_types import DOCUMENT_TYPES
from engine.documents import Document, DocumentNotFound, IncomingDocument, OutgoingDocument
from engine.expectations import expected
from engine.explanations import waits_for
from engine.ids import DocumentId, UnitId
from engine.incidents import IncidentState
from engine.people import Person
from engine.ports import UnitOfWork
from engine.procedures import model_of
from engine.registers import Direction
from engine.validations import Verdict


class DocumentRef(Answer):
    """A document that has to do with another one."""

    id: UUID
    direction: Direction
    subject: str
    number: str | None
    state: str


class DocumentLine(Answer):
    """A document as lists show it; `number` is the one printed on it, `arrival_number` that of our register."""

    id: UUID
    direction: Direction
    type: str
    subject: str
    urgency: int
    state: str
    number: str | None
    arrival_number: int | None
    arrival_date: date | None
    organ_name: str | None
    issued_date: date | None
    due_date: date | None
    due_by_noon: bool
    created_at: datetime
    rev: int


class AttachmentAnswer(Answer):
    """A file that goes with a document; `n` (from 1) is its place in the path `/attachments/{n}`.

    `seal` says how the agency's signature on it stands, of an outgoing document; `verdict` what the check of it said.
    """

    n: int
    name: str
    file: FileFacts
    seal: AttachmentState | None
    verdict: Verdict | None


class DeliveryAnswer(Answer):
    """What became of an issued document at one recipient; `status` is the national code of `state`."""

    agency: AgencyRef
    state: str
    status: str
    state_at: datetime
    reason: str | None


class DirectiveAnswer(Answer):
    """What a leader said is to be done."""

    given_at: datetime
    given_by: PersonRef | None
    lead_unit: UnitAnswer
    coordinating_units: list[UnitAnswer]
    due_date: date | None
    note: str | None


class SignatureSummary(Answer):
    """What the check of the signatures said; `pending` until it has run."""

    state: str
    verdict: Verdict | None
    checked_at: datetime | None


class StampAnswer(Answer):
    """What the stamp 'ĐẾN' says, and its size."""

    agency: str
    number: int
    arrived_on: date
    forwarded_to: str | None
    file_code: str | None
    width_mm: int
    height_mm: int


class PauseAnswer(Answer):
    """A time in which the clock of the document stood; `ended` is null while it stands."""

    began: datetime
    ended: datetime | None
    reason: str


class CopyFacts(Answer):
    """What makes a document a copy of another: form, media, the pages of an extract, who decided on it."""

    of: DocumentRef
    form: CopyForm
    source: Medium
    target: Medium
    first_page: int | None
    last_page: int | None
    decided_by: PersonRef | None
    decided_at: datetime | None


class DocumentAnswer(DocumentLine):
    """Everything about one document; what belongs to the other direction is null or empty."""

    type_name: str
    created_by: PersonRef | None
    version: int
    file: FileFacts
    attachments: list[AttachmentAnswer]
    instance_id: UUID | None
    code_number: str | None
    code_notation: str | None
    result: str | None
    body: str | None
    drafter: PersonRef | None
    signer: PersonRef | None
    signers: list[SignerAnswer]
    in_order: bool | None
    collective: str | None
    initials: list[InitialAnswer]
    unit: UnitAnswer | None
    recipients: list[AgencyRef]
    other_recipients: list[str]
    deliveries: list[DeliveryAnswer]
    directives: list[DirectiveAnswer]
    stamp: StampAnswer | None
    replies_to: list[DocumentRef]
    replies: list[DocumentRef]
    waits_for: list[str]
    light: Light | None
    due_in_words: str
    pauses: list[PauseAnswer]
    signature: SignatureSummary
    archived: bool
    copy_of: CopyFacts | None


def readable(document_id: DocumentId, by: Person, work: UnitOfWork) -> Document:
    """Return the document, or raise DocumentNotFound unless the person may read it."""
    document = work.documents.get(document_id)
    access.require_read(by, document)
    return document


def document_line(document: Document) -> DocumentLine:
    """Return the document as lists show it."""
    incoming = document if isinstance(document, IncomingDocument) else None
    return DocumentLine(
        id=document.id,
        direction=direction_of(document),
        type=document.type,
        subject=document.subject,
        urgency=int(document.urgency),
        state=document.state.value,
        number=printed_number(document),
        arrival_number=incoming.arrival_number if incoming else None,
        arrival_date=incoming.arrival_date if incoming else None,
        organ_name=incoming.organ_name if incoming else None,
        issued_date=document.issued_date,
        due_date=incoming.due_date if incoming else None,
        due_by_noon=incoming is not None and incoming.due_by_noon,
        created_at=document.created_at,
        rev=document.rev,
    )


def direction_of(document: Document) -> Direction:
    """Return which way the document goes."""
    return Direction.INCOMING if isinstance(document, IncomingDocument) else Direction.OUTGOING


def document_answer(document: Document, call: Call, work: UnitOfWork) -> DocumentAnswer:
    """Return everything about the document that the person may know."""
    names = Names(call.by.agency_id, work)
    units = {unit.id: unit_answer(unit) for unit in work.people.units(document.agency_id)}
    instance = work.instances.find_of_document(document.id)
    incoming = document if isinstance(document, IncomingDocument) else None
    outgoing = document if isinstance(document, OutgoingDocument) else None
    clock = incoming.standing(work.calendars.of(document.agency_id), call.at) if incoming else None
    return DocumentAnswer(
        **dict(document_line(document)),
        type_name=(DOCUMENT_TYPES | COPY_FORMS).get(document.type, document.type),
        created_by=names.person(document.created_by),
        version=document.version,
        file=file_facts(work.files.get(document.file_id)),
        attachments=_attachments(document, work),
        instance_id=instance.id if instance else None,
        code_number=incoming.code_number if incoming else None,
        code_notation=incoming.code_notation if incoming else None,
        result=incoming.result if incoming else None,
        body=outgoing.body if outgoing else None,
        drafter=names.person(outgoing.drafter) if outgoing else None,
        signer=names.person(outgoing.signer) if outgoing else None,
        **signing_parts(outgoing, names, work),
        unit=units.get(outgoing.unit_id) if outgoing else None,
        recipients=[names.agency(agency) for agency in outgoing.recipients] if outgoing else [],
        other_recipients=list(outgoing.others) if outgoing else [],
        deliveries=_deliveries(outgoing, names, work) if outgoing else [],
        directives=_directives(incoming, units, names, work) if incoming else [],
        stamp=_stamp(incoming, work) if incoming else None,
        replies_to=_answered(outgoing, call.by, work) if outgoing else [],
        replies=[_ref(reply) for reply in work.documents.replies_to(document.id) if access.may_read(call.by, reply)],
        waits_for=_waits_for(document, names, call, work),
        light=clock.light if clock else None,
        due_in_words=told(clock, call.language) if clock else "",
        pauses=[PauseAnswer(began=one.began, ended=one.ended, reason=one.reason) for one in document.pauses],
        signature=_signature(document, work),
        archived=any(kept.file_id == document.file_id for kept in work.documents.archived(document.id)),
        copy_of=_copy_of(document, names, work),
    )


def _copy_of(document: Document, names: Names, work: UnitOfWork) -> CopyFacts | None:
    copy = work.copies.find(document.id) if document.type in COPY_FORMS else None
    if copy is None:
        return None
    return CopyFacts(
        of=_ref(work.documents.get(copy.of_document_id)),
        form=copy.form,
        source=copy.source,
        target=copy.target,
        first_page=copy.first_page,
        last_page=copy.last_page,
        decided_by=names.person(copy.decided_by) if copy.decided_by else None,
        decided_at=copy.decided_at,
    )


def _attachments(document: Document, work: UnitOfWork) -> list[AttachmentAnswer]:
    if not document.attachments:
        return []
    outgoing = isinstance(document, OutgoingDocument)
    seals = work.attachment_seals.of_document(document.id) if outgoing else ()
    reports = work.documents.reports_of(document.id)
    answers = []
    for place, attached in enumerate(document.attachments):
        file = work.files.get(attached.file_id)
        answers.append(
            AttachmentAnswer(
                n=place + 1,
                name=attached.name,
                file=file_facts(file),
                seal=state_of(place, file.signatures, seals) if outgoing else None,
                verdict=reports[file.id].verdict if file.id in reports else None,
            )
        )
    return answers


def _deliveries(document: OutgoingDocument, names: Names, work: UnitOfWork) -> list[DeliveryAnswer]:
    return [
        DeliveryAnswer(
            agency=names.agency(delivery.to_agency),
            state=DeliveryState(delivery.state).name.lower(),
            status=delivery.state.value,
            state_at=delivery.state_at,
            reason=delivery.reason,
        )
        for delivery in work.deliveries.of_outgoing(document.id)
    ]


def _directives(
    document: IncomingDocument, units: dict[UnitId, UnitAnswer], names: Names, work: UnitOfWork
) -> list[DirectiveAnswer]:
    return [
        DirectiveAnswer(
            given_at=given.given_at,
            given_by=names.person(given.given_by),
            lead_unit=units[given.lead_unit],
            coordinating_units=[units[unit] for unit in given.coordinating_units],
            due_date=given.due_date,
            note=given.note,
        )
        for given in work.directives.of_document(document.id)
    ]


def _stamp(document: IncomingDocument, work: UnitOfWork) -> StampAnswer | None:
    given = work.directives.of_document(document.id)
    units = {unit.id: unit.name for unit in work.people.units(document.agency_id)}
    agency = work.people.get_agency(document.agency_id).name
    stamp = document.stamp(agency, units[given[-1].lead_unit] if given else None)
    if stamp is None:
        return None
    return StampAnswer(**asdict(stamp), width_mm=STAMP_WIDTH_MM, height_mm=STAMP_HEIGHT_MM)


def _answered(document: OutgoingDocument, by: Person, work: UnitOfWork) -> list[DocumentRef]:
    found = []
    for answered in document.replies_to:
        try:
            found.append(_ref(readable(answered, by, work)))
        except DocumentNotFound:
            continue
    return found


def _ref(document: Document) -> DocumentRef:
    return DocumentRef(
        id=document.id,
        direction=direction_of(document),
        subject=document.subject,
        number=printed_number(document),
        state=document.state.value,
    )


def _waits_for(document: Document, names: Names, call: Call, work: UnitOfWork) -> list[str]:
    instance = work.instances.find_of_document(document.id)
    if instance is None:
        return []
    incidents = [
        found for found in work.incidents.of_instance(instance.id) if found.state is not IncidentState.RESOLVED
    ]
    expects = expected(instance, lambda element_id: model_of(instance, work).names.get(element_id, element_id), work)
    stand_ins = work.stand_ins.in_force(document.agency_id, call.at)
    items = [
        replace(item, name=item.name_en) if call.language == ENGLISH else item
        for item in waiting_items(instance.id, work)
    ]
    said = waits_for(document, items, incidents, names.by_id(), stand_ins, expects)
    return [explained(sentence, call.language) for sentence in said]


def _signature(document: Document, work: UnitOfWork) -> SignatureSummary:
    kept = work.documents.find_report(document.id)
    if kept is None:
        return SignatureSummary(state="pending", verdict=None, checked_at=None)
    return SignatureSummary(state="checked", verdict=kept.report.verdict, checked_at=kept.report.checked_at)
