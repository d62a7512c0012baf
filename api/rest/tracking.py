"""Following a case from outside by REST: by the code on its receipt, without signing in; nobody is named."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter, Depends

from api.deps import ServicesDep
from api.outsiders import admitted
from api.rest.answers import Answer, problems
from api.rest.fields import RequestBody
from engine.actions.rate_case import rate_case
from engine.actions.send_case_feedback import send_case_feedback
from engine.case_slips import SlipKind
from engine.cases import CaseState, ReturnBy, Satisfaction
from engine.neighbours import Services
from engine.tracking import track
from engine.verifications import Question

public = APIRouter(tags=["cases"], dependencies=[Depends(admitted(Question.CODE))])


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


class RatingBody(RequestBody):
    """How satisfied the applicant is, said once when the case is over."""

    satisfaction: Satisfaction


class FeedbackBody(RequestBody):
    """What the applicant writes to the office."""

    text: str


@public.get("/track/{code}", summary="Follow a case", response_model=TrackedAnswer, responses=problems(404, 422, 429))
def get_tracked(code: str, services: ServicesDep) -> TrackedAnswer:
    """Return where the case of a code stands."""
    return _answer(code, services)


@public.post(
    "/track/{code}/rating",
    summary="Rate a case",
    response_model=TrackedAnswer,
    responses=problems(404, 409, 422, 429),
)
def post_rating(code: str, body: RatingBody, services: ServicesDep) -> TrackedAnswer:
    """Keep how satisfied the applicant is; once."""
    with services.begin() as work:
        rate_case(code, body.satisfaction, at=services.clock(), work=work)
    return _answer(code, services)


@public.post(
    "/track/{code}/feedback",
    summary="Write to the office",
    response_model=TrackedAnswer,
    responses=problems(404, 409, 422, 429),
)
def post_feedback(code: str, body: FeedbackBody, services: ServicesDep) -> TrackedAnswer:
    """Keep what the applicant wrote; the office answers within ten working days."""
    with services.begin() as work:
        send_case_feedback(code, body.text, at=services.clock(), work=work)
    return _answer(code, services)


def _answer(code: str, services: Services) -> TrackedAnswer:
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
