"""Circulations: sending an issued document to communes, a table of who read and answered, and the page to answer on."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.contents import file_answer
from api.deps import HouseDep, PageDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web.criteria_words import GROUPS
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.uploads import Counter, take_one
from api.web.words import msgid
from engine import access
from engine.actions.answer_circulation import AnswerCirculation, answer_circulation
from engine.actions.circulate_document import CirculateDocument, circulate_document
from engine.actions.close_circulation import close_circulation
from engine.actions.note_reading import note_reading
from engine.actions.remind_addressees import remind_addressees
from engine.circulating import (
    answer_file,
    communes,
    late_ones,
    may_circulate,
    sent_by,
    sent_to,
    to_remind,
)
from engine.circulations import Addressee, Ask, Circulation, CirculationAnswer, CirculationInvalid, Standing
from engine.deadlines import office_date
from engine.documents import Document, DocumentNotFound, OutgoingDocument, OutgoingState
from engine.errors import FieldError, Invalid
from engine.ids import AgencyId, CirculationId, DocumentId, FileId
from engine.localities import CommuneGroup
from engine.neighbours import Services
from engine.ports import UnitOfWork
from engine.queries import DocumentQuery, PageRequest
from engine.registers import Direction

router = APIRouter()

LABELS: Final = {
    "asks": msgid("What is asked"),
    "note": msgid("In words"),
    "due": msgid("Last day"),
    "groups": msgid("Only communes of these groups"),
    "agencies": msgid("Only these communes"),
}
ANSWER_LABELS: Final = {
    "text": msgid("Short answer"),
    "document_id": msgid("Document you answered with"),
    "file_id": msgid("File (PDF, JPEG, PNG)"),
}
ASKS: Final[Mapping[str, str]] = {
    Ask.ANSWER: msgid("Answer"),
    Ask.READ: msgid("Take note of it"),
}
STANDINGS: Final[Mapping[str, str]] = {
    Standing.WAITING: msgid("Being sent"),
    Standing.SENT: msgid("Not read yet"),
    Standing.READ: msgid("Read"),
    Standing.ANSWERED: msgid("Answered"),
}
TONES: Final[Mapping[str, str]] = {
    Standing.WAITING: "new",
    Standing.SENT: "new",
    Standing.READ: "under-way",
    Standing.ANSWERED: "done",
}
NOT_A_DAY: Final = msgid("This is not a date of the calendar; write it as 28/02/2026.")


@router.get("/circulations")
def show_list(desk: DeskDep, work: WorkDep, page: PageDep) -> Response:
    """Show what the agency sent to localities, and what was sent to it."""
    sent = work.circulations.search(desk.person.agency_id, page)
    received = work.circulations.received(desk.person.agency_id, PageRequest(limit=50))
    shown = [one for one in sent.items if _readable(one, desk, work)]
    ids = {one.document_id for one in shown}
    return desk.page(
        "circulations/list.html",
        sent=shown,
        standings=STANDINGS,
        tones=TONES,
        received=_own(received.items, desk, work),
        progress=work.circulations.progress([one.id for one in shown], office_date(desk.at)),
        documents=work.documents.several(ids) if ids else {},
        next_page=sent.next,
    )


@router.get("/documents/{document_id}/circulation")
def show_form(desk: DeskDep, work: WorkDep, document_id: str) -> Response:
    """Show the form for sending an issued document to communes."""
    typed = Typed.of(LABELS, desk.language, asks=Ask.ANSWER.value)
    return _form(desk, _document(document_id, desk, work), typed, work)


@router.post("/documents/{document_id}/circulation")
def circulate(desk: DeskDep, form: FormDep, services: ServicesDep, document_id: str) -> Response:
    """Send it, or show the form again with everything that is wrong."""
    try:
        with services.begin() as work:
            document = _document(document_id, desk, work)
            circulation = circulate_document(_request(document, form), by=desk.person, at=desk.at, work=work)
    except Invalid as refusal:
        typed = Typed.of(LABELS, desk.language).typed(form).refused(refusal, desk.language)
        with services.begin() as work:
            return _form(desk, _document(document_id, desk, work), typed, work, status_of(refusal))
    return desk.to(f"/circulations/{circulation.id}", "circulated")


@router.get("/circulations/{circulation_id}")
def show(desk: DeskDep, work: WorkDep, circulation_id: str) -> Response:
    """Show who of those it was sent to did what."""
    circulation = sent_by(CirculationId(id_of(circulation_id)), desk.person, work)
    answers: dict[AgencyId, list[CirculationAnswer]] = {}
    for answer in work.circulations.answers(circulation.id):
        answers.setdefault(answer.agency_id, []).append(answer)
    today, addressees = office_date(desk.at), work.circulations.addressees(circulation.id)
    open_to = desk.may("circulate_documents") and circulation.closed_at is None
    return desk.page(
        "circulations/show.html",
        circulation=circulation,
        document=work.documents.get(circulation.document_id),
        addressees=addressees,
        reminded_at=max((one.reminded_at for one in addressees if one.reminded_at), default=None),
        answers=answers,
        arrived=_arrived(answers, desk, work),
        progress=work.circulations.progress([circulation.id], today)[circulation.id],
        today_is=today,
        standings=STANDINGS,
        tones=TONES,
        asks=ASKS,
        may_close=open_to,
        may_remind=open_to and bool(to_remind(circulation, addressees, today)),
        reminded_today=open_to and any(one.was_reminded_on(today) for one in late_ones(circulation, addressees)),
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
    )


@router.post("/circulations/{circulation_id}/reminders")
def remind(desk: DeskDep, _: FormDep, work: WorkDep, circulation_id: str) -> Response:
    """Remind those who have not done what is asked."""
    count = remind_addressees(CirculationId(id_of(circulation_id)), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/circulations/{circulation_id}", "circulation_reminded", count=str(count))


@router.post("/circulations/{circulation_id}/closing")
def close(desk: DeskDep, _: FormDep, work: WorkDep, circulation_id: str) -> Response:
    """Ask nothing any more."""
    close_circulation(CirculationId(id_of(circulation_id)), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/circulations/{circulation_id}", "circulation_closed")


@router.get("/received-circulations/{circulation_id}")
def show_received(desk: DeskDep, work: WorkDep, circulation_id: str) -> Response:
    """Show what is asked of the person's agency, with the document; who opens it has read it."""
    key = CirculationId(id_of(circulation_id))
    note_reading(key, by=desk.person, at=desk.at, work=work)
    return _received(desk, key, Typed.of(ANSWER_LABELS, desk.language), work)


@router.post("/received-circulations/{circulation_id}/answers")
def answer(desk: DeskDep, form: FormDep, house: HouseDep, services: ServicesDep, circulation_id: str) -> Response:
    """Keep the agency's answer, or show the page again with what is wrong."""
    key = CirculationId(id_of(circulation_id))
    try:
        request = _answer_of(key, form, house.settings.max_upload_mb, desk, services)
        with services.begin() as work:
            answer_circulation(request, by=desk.person, at=desk.at, work=work)
    except Invalid as refusal:
        typed = Typed.of(ANSWER_LABELS, desk.language).typed(form).refused(refusal, desk.language, {"file": "file_id"})
        with services.begin() as work:
            return _received(desk, key, typed, work, status_of(refusal))
    return desk.to(f"/received-circulations/{circulation_id}", "circulation_answered")


def _answer_of(key: CirculationId, form: Form, limit_mb: int, desk: Desk, services: Services) -> AnswerCirculation:
    """Return what was typed and chosen; a file is kept as soon as it arrives. Raises what keeping it raises."""
    chosen = form.text("document_id")
    counter = Counter(by=desk.person, services=services, limit_mb=limit_mb, language=desk.language)
    file = take_one(form, "file_id", counter) if form.files("file_id") else None
    return AnswerCirculation(
        circulation_id=key,
        text=form.text("text"),
        document_id=DocumentId(id_of(chosen)) if chosen else None,
        file_id=file.id if file else None,
        file_name=file.name if file else "",
    )


@router.get("/circulations/{circulation_id}/answers/{file_id}")
def answered_file(desk: DeskDep, services: ServicesDep, circulation_id: str, file_id: str) -> Response:
    """Send the file that went with an answer, to whoever asked and whoever answered."""
    with services.begin() as work:
        found = answer_file(CirculationId(id_of(circulation_id)), FileId(file_id), desk.person, work)
        media_type = work.files.get(FileId(file_id)).media_type
    return file_answer(services.read(FileId(file_id)), media_type, found.file_name or file_id)


def _received(desk: Desk, key: CirculationId, typed: Typed, work: UnitOfWork, status: int = 200) -> Response:
    circulation, own = sent_to(key, desk.person, work)
    assert own.incoming_id is not None  # noqa: S101  sent_to found it as arrived
    document = work.documents.get(own.incoming_id)
    names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    return desk.page(
        "circulations/received.html",
        status=status,
        circulation=circulation,
        own=own,
        asks=ASKS,
        is_late=own.is_late(circulation, office_date(desk.at)),
        document=document,
        may_read=access.may_read(desk.person, document),
        may_answer=desk.may("draft_document") and circulation.closed_at is None,
        answers=work.circulations.answers(circulation.id, desk.person.agency_id),
        issued=_issued_to(circulation, desk, work),
        form=typed,
        names=names,
    )


def _own(
    received: Sequence[Circulation], desk: Desk, work: UnitOfWork
) -> list[tuple[Circulation, Addressee, Document]]:
    """Return what was sent to the agency, as far as the person may read it: what it did, and the document there."""
    found = []
    for one in received:
        own = work.circulations.find_addressee(one.id, desk.person.agency_id)
        document = work.documents.get(own.incoming_id) if own is not None and own.incoming_id is not None else None
        if own is not None and document is not None and access.may_read(desk.person, document):
            found.append((one, own, document))
    return found


def _issued_to(circulation: Circulation, desk: Desk, work: UnitOfWork) -> Sequence[tuple[str, str]]:
    """Return the latest documents the person may read that their agency issued to the one that asks."""
    query = DocumentQuery(reader=desk.person, direction=Direction.OUTGOING)
    found = work.documents.search(query, PageRequest(limit=100)).items
    return [
        (str(one.id), f"{one.number}: {one.subject}")
        for one in found
        if isinstance(one, OutgoingDocument)
        and one.state is OutgoingState.ISSUED
        and circulation.agency_id in one.recipients
    ]


def _arrived(
    answers: Mapping[AgencyId, Sequence[CirculationAnswer]], desk: Desk, work: UnitOfWork
) -> Mapping[DocumentId, DocumentId]:
    """Return which incoming document of the sender's own agency each document of an answer became."""
    named = [one.document_id for given in answers.values() for one in given if one.document_id is not None]
    return {
        delivery.outgoing_id: delivery.incoming_id
        for document_id in named
        for delivery in work.deliveries.of_outgoing(document_id)
        if delivery.to_agency == desk.person.agency_id
    }


def _readable(circulation: Circulation, desk: Desk, work: UnitOfWork) -> bool:
    return access.may_read(desk.person, work.documents.get(circulation.document_id))


def _document(document_id: str, desk: Desk, work: UnitOfWork) -> Document:
    access.require(desk.person, "circulate_documents")
    document = work.documents.get(DocumentId(id_of(document_id)))
    access.require_read(desk.person, document)
    if not isinstance(document, OutgoingDocument) or not may_circulate(desk.person, document):
        raise DocumentNotFound
    return document


def _request(document: Document, form: Form) -> CirculateDocument:
    asks = form.text("asks")
    return CirculateDocument(
        document_id=document.id,
        asks=Ask(asks) if asks in set(Ask) else Ask.READ,
        note=form.text("note"),
        due=_due(form),
        groups=frozenset(CommuneGroup(one) for one in form.texts("groups") if one in set(CommuneGroup)),
        agencies=[AgencyId(id_of(one)) for one in form.texts("agencies")],
    )


def _due(form: Form) -> date | None:
    try:
        return form.date("due")
    except ValueError as cause:
        raise CirculationInvalid(errors=[FieldError(field="due", code="date", message=NOT_A_DAY)]) from cause


def _form(desk: Desk, document: Document, typed: Typed, work: UnitOfWork, status: int = 200) -> Response:
    names = names_of(desk.person.agency_id, work, "")
    own = desk.person.agency_id
    return desk.page(
        "circulations/new.html",
        status=status,
        document=document,
        form=typed,
        asks=[(value, desk.speaks(said)) for value, said in ASKS.items()],
        groups=[(value, desk.speaks(said)) for value, said in GROUPS.items()],
        agencies=[(str(one), names.agency(one)) for one in communes((), work) if one != own],
    )
