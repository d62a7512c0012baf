"""What applicants wrote, by REST: what waits for its answer, and the answer."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.fields import FILLED, RequestBody
from api.rest.paths import CaseFeedbackPath
from api.rest.routes import Door
from engine import access
from engine.actions.answer_case_feedback import AnswerCaseFeedback, answer_case_feedback
from engine.case_feedback import MAX_TEXT, Feedback

router = APIRouter(route_class=Door, tags=["cases"])


class FeedbackAnswer(Answer):
    """A message of an applicant about a case; `due` is the last day of its answer."""

    id: UUID
    case_id: UUID
    sent_at: datetime
    due: date
    text: str
    answer: str | None
    answered_at: datetime | None


class FeedbackListAnswer(Answer):
    """Messages that wait for their answer, what is due first before the others."""

    items: list[FeedbackAnswer]


class AnswerBody(RequestBody):
    """The answer; the applicant reads it on the tracking page."""

    answer: Annotated[str, Field(max_length=MAX_TEXT), FILLED]


@router.get(
    "/case-feedback", summary="Feedback to be answered", response_model=FeedbackListAnswer, responses=problems(403)
)
def list_feedback(call: CallDep, work: WorkDep) -> FeedbackListAnswer:
    """Return what applicants of the agency's cases wrote and nobody answered yet."""
    access.require(call.by, "answer_case_feedback")
    return FeedbackListAnswer(items=[_answer(one) for one in work.case_feedback.open_of(call.by.agency_id)])


@router.post(
    "/case-feedback/{feedback_id}/answer",
    summary="Answer feedback",
    response_model=FeedbackAnswer,
    responses=problems(403, 404, 409),
)
def post_answer(feedback_id: CaseFeedbackPath, body: AnswerBody, call: CallDep, work: WorkDep) -> FeedbackAnswer:
    """Keep the answer; it is given once."""
    request = AnswerCaseFeedback(feedback_id=feedback_id, answer=body.answer)
    return _answer(answer_case_feedback(request, by=call.by, at=call.at, work=work))


def _answer(one: Feedback) -> FeedbackAnswer:
    return FeedbackAnswer(
        id=one.id,
        case_id=one.case_id,
        sent_at=one.sent_at,
        due=one.due,
        text=one.text,
        answer=one.answer,
        answered_at=one.answered_at,
    )
