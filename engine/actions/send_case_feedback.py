"""Send feedback on a case: its applicant writes to the office, which answers within ten working days."""

from datetime import datetime

from engine.case_events import CaseFeedbackSent
from engine.case_feedback import MAX_TEXT, MOST_OPEN, Feedback, TooMuchFeedback
from engine.cases import CaseInvalid, feedback_due
from engine.drafts import FieldChecks
from engine.events import Private
from engine.ids import SYSTEM, CaseFeedbackId
from engine.ports import UnitOfWork
from engine.queries import Once
from engine.tracking import tracked_case


def send_case_feedback(code: str, text: str, *, at: datetime, work: UnitOfWork, once: Once | None = None) -> Feedback:
    """Keep what the applicant wrote for the office to answer; the same sent twice is one message.

    Raises:
        TrackCodeUnknown: No case has this code.
        CaseInvalid: There is no text, or it is too long.
        TooMuchFeedback: Several messages about the case wait for an answer already.
        IdempotencyKeyReused: The same form came before, with another text in it.

    Source: Decree 118/2025/NĐ-CP: answered in 10 working days.
    """
    check = FieldChecks()
    check.text("text", text, MAX_TEXT)
    check.done(CaseInvalid)
    case = work.cases.lock(tracked_case(code, work).id)
    known = work.case_feedback.of_case(case.id)
    if once and (before := work.requests.find(SYSTEM, once)):
        return next(one for one in known if one.id == before)
    waiting = [one for one in known if one.answered_at is None]
    if len(waiting) >= MOST_OPEN:
        raise TooMuchFeedback(most=MOST_OPEN)
    feedback = Feedback(
        id=CaseFeedbackId(work.new_id()),
        case_id=case.id,
        agency_id=case.agency_id,
        sent_at=at,
        due=feedback_due(work.calendars.of(case.agency_id), at),
        text=text.strip(),
    )
    work.case_feedback.add(feedback)
    if once:
        work.requests.remember(SYSTEM, once, feedback.id, at)
    work.record(_sent(feedback))
    return feedback


def _sent(feedback: Feedback) -> CaseFeedbackSent:
    return CaseFeedbackSent(
        by=SYSTEM,
        at=feedback.sent_at,
        agency_id=feedback.agency_id,
        case_feedback_id=feedback.id,
        case_id=feedback.case_id,
        due=feedback.due,
        text=Private(value=feedback.text),
    )
