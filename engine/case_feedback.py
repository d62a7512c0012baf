"""What applicants write about their case, and the office's answer within ten working days.

Source: Decree 118/2025/NĐ-CP.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from engine.errors import Conflict, NotFound
from engine.ids import AgencyId, CaseFeedbackId, CaseId, PersonId

MAX_TEXT: Final = 2_000
MOST_OPEN: Final = 5
"""Of one case so many may wait for their answer; whoever has a code cannot fill the office's desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """A complaint or suggestion about a case; *due* is the last day on which it is to be answered."""

    id: CaseFeedbackId
    case_id: CaseId
    agency_id: AgencyId
    sent_at: datetime
    due: date
    text: str
    answer: str | None = None
    answered_at: datetime | None = None
    answered_by: PersonId | None = None

    def answered(self, answer: str, at: datetime, by: PersonId) -> "Feedback":
        """Return this as answered.

        Raises:
            FeedbackAnswered: It was answered before.
        """
        if self.answered_at is not None:
            raise FeedbackAnswered
        return replace(self, answer=answer, answered_at=at, answered_by=by)


class FeedbackNotFound(NotFound):
    """No such feedback in this agency."""

    code = "case_feedback.not_found"
    template = "There is no such feedback."


class FeedbackAnswered(Conflict):
    """Somebody answered already."""

    code = "case_feedback.answered"
    template = "Somebody answered this already. Reload the page to read the answer."


class TooMuchFeedback(Conflict):
    """Several messages about one case wait for an answer already."""

    code = "case_feedback.too_much"
    template = "%(most)s messages about this case wait for an answer already. Wait for it, or come to the counter."
