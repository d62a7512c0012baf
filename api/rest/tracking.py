"""Following a case from outside by REST: by the code on its receipt, without signing in; nobody is named."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from api.contents import file_answer
from api.deps import ServicesDep
from api.outsiders import admitted, once_of
from api.rest.answers import Answer, problems
from api.rest.fields import RequestBody
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import OpenDoor
from engine.actions.rate_case import rate_case
from engine.actions.send_case_feedback import send_case_feedback
from engine.applicants import MAX_CONTACT
from engine.case_slips import SlipKind
from engine.cases import CaseState, ReturnBy, Satisfaction
from engine.ids import CaseSlipId
from engine.neighbours import Services
from engine.tracking import answers_of, result_of, slip_of, track
from engine.verifications import Question

public = APIRouter(route_class=OpenDoor, tags=["cases"], dependencies=[Depends(admitted(Question.CODE))])
_PDF: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}


class TrackedStepAnswer(Answer):
    """A step: its name, and the unit whose turn it is or was."""

    name: str
    unit: str | None
    began_at: datetime
    ended_at: datetime | None


class TrackedSlipAnswer(Answer):
    """A slip that was given out."""

    id: UUID
    kind: SlipKind
    number: str
    issued_at: datetime


class TrackedFeedbackAnswer(Answer):
    """A message of the applicant: when it came, until when it is answered, when it was; not what was written."""

    sent_at: datetime
    due: date
    answered_at: datetime | None


class TrackedComponentAnswer(Answer):
    """A component that can be supplied now."""

    code: str
    name: str


class TrackedAnswer(Answer):
    """What whoever has the code may know of a case.

    `answer_by` is until when the desk says whether it receives it; `asked` what can be supplied online now, `supplied`
    whether that was done; `opinions_waiting` how many agencies are asked for their opinion now; `has_file` whether the
    result lies ready as a file on the tracking page.
    """

    code: str
    procedure: str
    agency: str
    state: CaseState
    submitted_at: datetime
    received_at: datetime | None
    due: datetime | None
    reappointed: bool
    answer_by: datetime | None
    asked: list[TrackedComponentAnswer]
    supplied: bool
    steps: list[TrackedStepAnswer]
    slips: list[TrackedSlipAnswer]
    returned_by: ReturnBy | None
    has_file: bool
    rated: bool
    opinions_waiting: int
    feedback: list[TrackedFeedbackAnswer]


class FeedbackAnswer(Answer):
    """A message of the applicant and what the office answered."""

    sent_at: datetime
    text: str
    answer: str | None
    answered_at: datetime | None


class FeedbackAnswers(Answer):
    """Every message about a case, the oldest first."""

    items: list[FeedbackAnswer]


class IdentityBody(RequestBody):
    """Proves that whoever asks knows whose case it is; after 5 wrong in ten minutes, 20 on a day, none is heard."""

    identity: Annotated[str, Field(max_length=MAX_CONTACT)]


class SlipBody(IdentityBody):
    """Which slip is wanted, by its id among those of the case."""

    slip_id: UUID


class RatingBody(RequestBody):
    """How satisfied the applicant is, said once when the case is over."""

    satisfaction: Satisfaction


class FeedbackBody(RequestBody):
    """What the applicant writes to the office."""

    text: str


@public.get("/track/{code}", summary="Follow a case", response_model=TrackedAnswer, responses=problems(404, 422, 429))
def get_tracked(code: str, services: ServicesDep) -> TrackedAnswer:
    """Return where the case of a code stands."""
    return tracked(code, services)


@public.post(
    "/track/{code}/rating",
    summary="Rate a case",
    response_model=TrackedAnswer,
    responses=problems(404, 408, 409, 413, 415, 422, 429),
)
def post_rating(code: str, body: RatingBody, services: ServicesDep) -> TrackedAnswer:
    """Keep how satisfied the applicant is; once."""
    with services.begin() as work:
        rate_case(code, body.satisfaction, at=services.clock(), work=work)
    return tracked(code, services)


@public.post(
    "/track/{code}/feedback",
    summary="Write to the office",
    response_model=TrackedAnswer,
    responses=problems(404, 408, 409, 413, 415, 422, 429),
)
def post_feedback(code: str, body: FeedbackBody, key: RepeatKeyDep, services: ServicesDep) -> TrackedAnswer:
    """Keep what the applicant wrote; the office answers within ten working days."""
    once = once_of(key.key or "", f"feedback {code}", body.text)
    with services.begin() as work:
        send_case_feedback(code, body.text, at=services.clock(), work=work, once=once)
    return tracked(code, services)


@public.post(
    "/track/{code}/result",
    summary="Fetch the result",
    response_class=Response,
    responses=_PDF | problems(403, 404, 408, 413, 415, 422, 429, 503),
)
def post_for_result(code: str, body: IdentityBody, services: ServicesDep) -> Response:
    """Return the result that was returned as a file, to whoever names the applicant's identity number."""
    file_id = result_of(code, body.identity, services=services)
    return file_answer(services.read(file_id), "application/pdf", "ket-qua.pdf", attached=True)


@public.post(
    "/track/{code}/slip",
    summary="Fetch a slip",
    response_class=Response,
    responses=_PDF | problems(403, 404, 408, 413, 415, 422, 429, 503),
)
def post_for_slip(code: str, body: SlipBody, services: ServicesDep) -> Response:
    """Return a slip that was given out, to whoever names the applicant's identity number."""
    made = slip_of(code, body.identity, CaseSlipId(body.slip_id), services=services)
    return file_answer(made, "application/pdf", f"{body.slip_id}.pdf")


@public.post(
    "/track/{code}/answers",
    summary="Read what the office answered",
    response_model=FeedbackAnswers,
    responses=problems(403, 404, 408, 413, 415, 422, 429),
)
def post_for_answers(code: str, body: IdentityBody, services: ServicesDep) -> FeedbackAnswers:
    """Return what was written about the case and what the office answered, in the same way."""
    found = answers_of(code, body.identity, services=services)
    return FeedbackAnswers(
        items=[
            FeedbackAnswer(sent_at=one.sent_at, text=one.text, answer=one.answer, answered_at=one.answered_at)
            for one in found
        ]
    )


def tracked(code: str, services: Services) -> TrackedAnswer:
    """Return what whoever has the code may know. Raises TrackCodeUnknown."""
    found = track(code, services=services)
    plain = ("code", "procedure", "agency", "state", "submitted_at", "received_at", "due", "reappointed")
    more = ("answer_by", "supplied", "returned_by", "has_file", "rated", "opinions_waiting")
    return TrackedAnswer(
        **{name: getattr(found, name) for name in (*plain, *more)},
        asked=[TrackedComponentAnswer(code=component, name=name) for component, name in found.asked],
        steps=[
            TrackedStepAnswer(name=one.name, unit=one.unit, began_at=one.began_at, ended_at=one.ended_at)
            for one in found.steps
        ],
        slips=[
            TrackedSlipAnswer(id=one.id, kind=one.kind, number=one.number, issued_at=one.issued_at)
            for one in found.slips
        ],
        feedback=[
            TrackedFeedbackAnswer(sent_at=sent, due=due, answered_at=answered) for sent, due, answered in found.feedback
        ],
    )
