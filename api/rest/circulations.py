"""Circulations: an issued document sent to communes, who of them read and answered it, and reminders."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.contents import file_answer
from api.deps import PageDep, WorkDep
from api.rest.answers import AgencyRef, Answer, Names, PageOf, PersonRef, page_of, problems
from api.rest.calls import Call, CallDep
from api.rest.fields import FILLED, PRINTABLE, CalendarDate, RequestBody, Sha256
from api.rest.paths import CirculationPath, DocumentPath
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from engine.actions.answer_circulation import AnswerCirculation, answer_circulation
from engine.actions.circulate_document import CirculateDocument, circulate_document
from engine.actions.close_circulation import close_circulation
from engine.actions.note_reading import note_reading
from engine.actions.remind_addressees import remind_addressees
from engine.circulating import answer_file, sent_by, sent_to
from engine.circulations import Addressee, Ask, Circulation, CirculationAnswer, Standing
from engine.deadlines import office_date
from engine.ids import AgencyId, CirculationId, DocumentId, FileId
from engine.localities import CommuneGroup
from engine.ports import UnitOfWork

router = APIRouter(route_class=Door, tags=["circulations"])

_MANY = 1_000


class CirculationBody(RequestBody):
    """What is sent to whom: to `agencies`, else to all communes that have one here, or those of these `groups`."""

    asks: Ask = Ask.READ
    note: Annotated[str, Field(max_length=2_000), FILLED]
    due: CalendarDate | None = None
    groups: Annotated[list[CommuneGroup], Field(max_length=3)] = Field(default_factory=list)
    agencies: Annotated[list[UUID], Field(max_length=_MANY)] = Field(default_factory=list)


class AnswerBody(RequestBody):
    """An answer: a text, a document issued to the agency that asks, a file uploaded before, or several of them."""

    text: Annotated[str, Field(max_length=5_000), PRINTABLE] = ""
    document_id: UUID | None = None
    file_id: Sha256 | None = None
    file_name: Annotated[str, Field(max_length=200), PRINTABLE] = ""


class AddresseeAnswer(Answer):
    """One agency it is sent to; `late`: the day has passed and it has not done what is asked."""

    agency: AgencyRef
    standing: Standing
    read_at: datetime | None
    readers: int
    answered_at: datetime | None
    reminded_at: datetime | None
    reminders: int
    late: bool


class GivenAnswer(Answer):
    """An answer that was given."""

    agency: AgencyRef
    by: PersonRef | None
    at: datetime
    text: str
    document_id: UUID | None
    file_id: str | None
    file_name: str | None


class CirculationLine(Answer):
    """A circulated document in a list."""

    id: UUID
    document_id: UUID
    asks: Ask
    note: str
    due: date | None
    begun_at: datetime
    closed_at: datetime | None


class CirculationWhole(CirculationLine):
    """A circulated document with everybody it is sent to, and their answers, the oldest first."""

    addressees: list[AddresseeAnswer]
    answers: list[GivenAnswer]


class ReceivedAnswer(CirculationLine):
    """What was sent to one's own agency: the document as it arrived, what the agency did, its answers."""

    incoming_id: UUID | None
    own: AddresseeAnswer
    answers: list[GivenAnswer]


class Reminded(Answer):
    """How many agencies were reminded."""

    count: int


@router.post(
    "/documents/{document_id}/circulations",
    status_code=201,
    summary="Circulate a document",
    response_model=CirculationWhole,
    responses=problems(403, 404, 409, 422),
)
def post_circulation(
    document_id: DocumentPath,
    body: CirculationBody,
    key: RepeatKeyDep,
    call: CallDep,
    work: WorkDep,
    response: Response,
) -> CirculationWhole:
    """Have an issued document sent to communes; the worker delivers it to those who have not got it yet."""
    request = CirculateDocument(
        document_id=document_id,
        asks=body.asks,
        note=body.note,
        due=body.due,
        groups=frozenset(body.groups),
        agencies=[AgencyId(one) for one in body.agencies],
        once=key.once(body),
    )
    circulation = circulate_document(request, by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/circulations/{circulation.id}"
    return _whole(circulation, call, work)


@router.get("/circulations", summary="What my agency circulated", response_model=PageOf[CirculationLine])
def list_circulations(call: CallDep, page: PageDep, work: WorkDep) -> PageOf[CirculationLine]:
    """Return what one's agency circulated, the newest first."""
    return page_of(work.circulations.search(call.by.agency_id, page), _line)


@router.get(
    "/circulations/{circulation_id}",
    summary="A circulated document",
    response_model=CirculationWhole,
    responses=problems(404),
)
def get_circulation(circulation_id: CirculationPath, call: CallDep, work: WorkDep) -> CirculationWhole:
    """Return who of those it was sent to did what."""
    return _whole(sent_by(circulation_id, call.by, work), call, work)


@router.post(
    "/circulations/{circulation_id}/reminders",
    summary="Remind",
    response_model=Reminded,
    responses=problems(403, 404, 409),
)
def post_reminders(circulation_id: CirculationPath, call: CallDep, work: WorkDep) -> Reminded:
    """Remind the agencies that have not done what is asked."""
    return Reminded(count=remind_addressees(circulation_id, by=call.by, at=call.at, work=work))


@router.post(
    "/circulations/{circulation_id}/closing",
    summary="Close",
    response_model=CirculationWhole,
    responses=problems(403, 404, 409),
)
def post_closing(circulation_id: CirculationPath, call: CallDep, work: WorkDep) -> CirculationWhole:
    """Ask nothing any more; nobody is reminded."""
    return _whole(close_circulation(circulation_id, by=call.by, at=call.at, work=work), call, work)


@router.get("/received-circulations", summary="What was sent to my agency", response_model=PageOf[CirculationLine])
def list_received(call: CallDep, page: PageDep, work: WorkDep) -> PageOf[CirculationLine]:
    """Return what was circulated to one's agency and has arrived, the newest first."""
    return page_of(work.circulations.received(call.by.agency_id, page), _line)


@router.get(
    "/received-circulations/{circulation_id}",
    summary="What is asked of my agency",
    response_model=ReceivedAnswer,
    responses=problems(404),
)
def get_received(circulation_id: CirculationPath, call: CallDep, work: WorkDep) -> ReceivedAnswer:
    """Return what is asked, and what one's agency did; this alone is no mark of having read it."""
    return _received(circulation_id, call, work)


@router.post(
    "/received-circulations/{circulation_id}/reading",
    summary="I have read it",
    response_model=ReceivedAnswer,
    responses=problems(404),
)
def post_reading(circulation_id: CirculationPath, call: CallDep, work: WorkDep) -> ReceivedAnswer:
    """Keep that one had it before oneself; said twice it changes nothing."""
    note_reading(circulation_id, by=call.by, at=call.at, work=work)
    return _received(circulation_id, call, work)


@router.post(
    "/received-circulations/{circulation_id}/answers",
    summary="Answer",
    response_model=ReceivedAnswer,
    responses=problems(403, 404, 409, 422),
)
def post_answer(circulation_id: CirculationPath, body: AnswerBody, call: CallDep, work: WorkDep) -> ReceivedAnswer:
    """Answer for one's agency; a further answer stands beside the first."""
    request = AnswerCirculation(
        circulation_id=circulation_id,
        text=body.text,
        document_id=DocumentId(body.document_id) if body.document_id else None,
        file_id=FileId(body.file_id) if body.file_id else None,
        file_name=body.file_name,
    )
    answer_circulation(request, by=call.by, at=call.at, work=work)
    return _received(circulation_id, call, work)


@router.get(
    "/circulations/{circulation_id}/answers/{file_id}",
    summary="The file of an answer",
    response_class=Response,
    responses=problems(404),
)
def get_answer_file(circulation_id: CirculationPath, file_id: str, call: CallDep, work: WorkDep) -> Response:
    """Return the file that went with an answer, to whoever asked and whoever answered."""
    found = answer_file(circulation_id, FileId(file_id), call.by, work)
    media_type = work.files.get(FileId(file_id)).media_type
    return file_answer(call.services.read(FileId(file_id)), media_type, found.file_name or file_id)


def _whole(circulation: Circulation, call: Call, work: UnitOfWork) -> CirculationWhole:
    names = Names(call.by.agency_id, work)
    today = office_date(call.at)
    return CirculationWhole(
        **_line(circulation).model_dump(),
        addressees=[_addressee(one, circulation, today, names) for one in work.circulations.addressees(circulation.id)],
        answers=[_given(one, names) for one in work.circulations.answers(circulation.id)],
    )


def _received(circulation_id: CirculationId, call: Call, work: UnitOfWork) -> ReceivedAnswer:
    circulation, own = sent_to(circulation_id, call.by, work)
    names = Names(call.by.agency_id, work)
    return ReceivedAnswer(
        **_line(circulation).model_dump(),
        incoming_id=own.incoming_id,
        own=_addressee(own, circulation, office_date(call.at), names),
        answers=[_given(one, names) for one in work.circulations.answers(circulation.id, call.by.agency_id)],
    )


def _line(circulation: Circulation) -> CirculationLine:
    return CirculationLine(
        id=circulation.id,
        document_id=circulation.document_id,
        asks=circulation.asks,
        note=circulation.note,
        due=circulation.due,
        begun_at=circulation.begun_at,
        closed_at=circulation.closed_at,
    )


def _addressee(one: Addressee, circulation: Circulation, today: date, names: Names) -> AddresseeAnswer:
    return AddresseeAnswer(
        agency=names.agency(one.agency_id),
        standing=one.standing,
        read_at=one.read_at,
        readers=one.readers,
        answered_at=one.answered_at,
        reminded_at=one.reminded_at,
        reminders=one.reminders,
        late=one.is_late(circulation, today),
    )


def _given(one: CirculationAnswer, names: Names) -> GivenAnswer:
    return GivenAnswer(
        agency=names.agency(one.agency_id),
        by=names.person(one.by),
        at=one.at,
        text=one.text,
        document_id=one.document_id,
        file_id=one.file_id,
        file_name=one.file_name,
    )
