"""Answer what an applicant wrote about their case."""

from dataclasses import dataclass
from datetime import datetime

from engine import access
from engine.case_events import CaseFeedbackAnswered
from engine.case_feedback import MAX_TEXT, Feedback, FeedbackNotFound
from engine.cases import CaseInvalid
from engine.drafts import FieldChecks
from engine.events import Private
from engine.ids import CaseFeedbackId
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCaseFeedback:
    """What is answered, and the answer."""

    feedback_id: CaseFeedbackId
    answer: str


def answer_case_feedback(request: AnswerCaseFeedback, *, by: Person, at: datetime, work: UnitOfWork) -> Feedback:
    """Keep the answer; the applicant reads it where they follow the case.

    Raises:
        NotAllowed: The person answers no applicants.
        CaseInvalid: There is no answer, or it is too long.
        FeedbackNotFound: Not there, or of another agency.
        FeedbackAnswered: Somebody answered already.
    """
    access.require(by, "answer_case_feedback")
    check = FieldChecks()
    check.text("answer", request.answer, MAX_TEXT)
    check.done(CaseInvalid)
    feedback = work.case_feedback.lock(request.feedback_id)
    access.require_agency(by, feedback.agency_id, FeedbackNotFound())
    answered = feedback.answered(request.answer.strip(), at, by.id)
    work.case_feedback.save(answered)
    work.record(
        CaseFeedbackAnswered(
            by=by.id,
            at=at,
            agency_id=feedback.agency_id,
            case_feedback_id=feedback.id,
            case_id=feedback.case_id,
            answer=Private(value=request.answer.strip()),
        )
    )
    return answered
