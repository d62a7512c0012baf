"""Opinions of other agencies on cases by REST: asking for them, reading them, answering for one's own agency."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.contents import file_answer
from api.deps import WorkDep
from api.rest.answers import AgencyRef, Answer, Names, problems
from api.rest.calls import Call, CallDep
from api.rest.fields import FILLED, PRINTABLE, RequestBody, Sha256
from api.rest.paths import CaseOpinionPath, CasePath
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from engine.actions.answer_case_opinion import AnswerCaseOpinion, answer_case_opinion
from engine.actions.ask_case_opinion import AskCaseOpinion, ask_case_opinion
from engine.case_asking import file_of_opinion, readable_opinion
from engine.case_opinions import MAX_ASKED, MAX_FILES, MAX_TEXT, CaseOpinion, OpinionFile, OpinionStanding, View
from engine.case_reading import readable_case
from engine.ids import AgencyId, FileId
from engine.ports import UnitOfWork

router = APIRouter(route_class=Door, tags=["cases"])


class OpinionFileBody(RequestBody):
    """A file of the case, or one that was uploaded before, and the name it goes by."""

    file_id: Sha256
    name: Annotated[str, Field(max_length=200), FILLED]


class OpinionBody(RequestBody):
    """Which agencies are asked what; `half_days` are working half days, a part of the case's own time."""

    agencies: Annotated[list[UUID], Field(min_length=1, max_length=MAX_ASKED)]
    question: Annotated[str, Field(max_length=MAX_TEXT), FILLED]
    half_days: Annotated[int, Field(strict=True, ge=1, le=1_000)]
    files: Annotated[list[OpinionFileBody], Field(max_length=MAX_FILES)] = Field(default_factory=list)


class OpinionAnswerBody(RequestBody):
    """The opinion of one's agency; who does not agree says why."""

    view: View
    text: Annotated[str, Field(max_length=MAX_TEXT), PRINTABLE] = ""
    files: Annotated[list[OpinionFileBody], Field(max_length=MAX_FILES)] = Field(default_factory=list)


class OpinionFileAnswer(Answer):
    """A file that goes with the question or the answer."""

    file_id: str
    name: str


class CaseOpinionAnswer(Answer):
    """One agency asked about a case; `document_id` is the request as an incoming document there.

    `standing` is 'silent' where its time is over without an answer, which holds nothing up; `late` whether an answer
    came after `due`.
    """

    id: UUID
    case_id: UUID
    case_code: str
    agency: AgencyRef
    document_id: UUID
    number: str
    question: str
    half_days: int
    asked_at: datetime
    due: datetime
    files: list[OpinionFileAnswer]
    standing: OpinionStanding
    silent_at: datetime | None
    view: View | None
    text: str
    answer_files: list[OpinionFileAnswer]
    answered_at: datetime | None
    late: bool
    ended_at: datetime | None


class CaseOpinionsAnswer(Answer):
    """The opinions asked for on a case, the oldest first."""

    items: list[CaseOpinionAnswer]


@router.post(
    "/cases/{case_id}/opinions",
    status_code=201,
    summary="Ask other agencies",
    response_model=CaseOpinionsAnswer,
    responses=problems(404, 409, 422, 503),
)
def post_opinions(
    case_id: CasePath, body: OpinionBody, key: RepeatKeyDep, call: CallDep, response: Response
) -> CaseOpinionsAnswer:
    """Ask other agencies for their opinion, as whoever handles the case at its present step."""
    request = AskCaseOpinion(
        case_id=case_id,
        agencies=[AgencyId(one) for one in body.agencies],
        question=body.question,
        half_days=body.half_days,
        files=_files(body.files),
        once=key.once(body),
    )
    asked = ask_case_opinion(request, by=call.by, services=call.services)
    response.headers["Location"] = f"/api/v1/cases/{case_id}/opinions"
    with call.services.begin() as work:
        return CaseOpinionsAnswer(items=[_told(work.case_opinions.get(one.id), call, work) for one in asked])


@router.get(
    "/cases/{case_id}/opinions",
    summary="Opinions on a case",
    response_model=CaseOpinionsAnswer,
    responses=problems(404),
)
def list_opinions(case_id: CasePath, call: CallDep, work: WorkDep) -> CaseOpinionsAnswer:
    """Return which agencies were asked about a case, and what they answered."""
    case = readable_case(case_id, call.by, work)
    return CaseOpinionsAnswer(items=[_told(one, call, work) for one in work.case_opinions.of_case(case.id)])


@router.get(
    "/case-opinions/{opinion_id}",
    summary="An opinion on a case",
    response_model=CaseOpinionAnswer,
    responses=problems(404),
)
def get_opinion(opinion_id: CaseOpinionPath, call: CallDep, work: WorkDep) -> CaseOpinionAnswer:
    """Return what is asked and what was answered, to both agencies."""
    return _told(readable_opinion(opinion_id, call.by, work), call, work)


@router.post(
    "/case-opinions/{opinion_id}/answer",
    summary="Give the opinion",
    response_model=CaseOpinionAnswer,
    responses=problems(403, 404, 409, 422),
)
def post_opinion(
    opinion_id: CaseOpinionPath, body: OpinionAnswerBody, call: CallDep, work: WorkDep
) -> CaseOpinionAnswer:
    """Give the opinion of one's agency, in time or late; the work item that waits for it is done."""
    request = AnswerCaseOpinion(opinion_id=opinion_id, view=body.view, text=body.text, files=_files(body.files))
    return _told(answer_case_opinion(request, by=call.by, at=call.at, work=work), call, work)


@router.get(
    "/case-opinions/{opinion_id}/files/{file_id}",
    summary="A file of an opinion",
    response_class=Response,
    responses=problems(404),
)
def get_opinion_file(opinion_id: CaseOpinionPath, file_id: str, call: CallDep, work: WorkDep) -> Response:
    """Return a file that went with the question or the answer, to both agencies."""
    found = file_of_opinion(readable_opinion(opinion_id, call.by, work), FileId(file_id))
    media_type = work.files.get(found.file_id).media_type
    return file_answer(call.services.read(found.file_id), media_type, found.name)


def _files(given: list[OpinionFileBody]) -> list[OpinionFile]:
    return [OpinionFile(file_id=FileId(one.file_id), name=one.name) for one in given]


def _told(opinion: CaseOpinion, call: Call, work: UnitOfWork) -> CaseOpinionAnswer:
    names = Names(call.by.agency_id, work)
    plain = ("id", "case_id", "document_id", "number", "question", "half_days", "asked_at", "due", "silent_at")
    more = ("standing", "view", "text", "answered_at", "ended_at")
    return CaseOpinionAnswer(
        **{name: getattr(opinion, name) for name in (*plain, *more)},
        case_code=work.cases.get(opinion.case_id).code,
        agency=names.agency(opinion.agency_id),
        late=opinion.came_late,
        files=[OpinionFileAnswer(file_id=one.file_id, name=one.name) for one in opinion.files],
        answer_files=[OpinionFileAnswer(file_id=one.file_id, name=one.name) for one in opinion.answer_files],
    )
