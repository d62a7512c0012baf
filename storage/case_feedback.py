"""What applicants wrote about their cases, as rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update

from engine.case_feedback import Feedback, FeedbackNotFound
from engine.ids import AgencyId, CaseFeedbackId, CaseId, PersonId
from storage.schema import case_feedback
from storage.statements import Statements

_NAMES = tuple(column.name for column in case_feedback.c)
_MOST = 500


class PostgresCaseFeedback:
    """Feedback, as one transaction sees it."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def lock(self, feedback_id: CaseFeedbackId) -> Feedback:
        """Return it and keep others out until the transaction ends; raises FeedbackNotFound."""
        wanted = select(case_feedback).where(case_feedback.c.id == feedback_id).with_for_update()
        row = self._connection.execute(wanted).one_or_none()
        if row is None:
            raise FeedbackNotFound
        return _feedback(row)

    def of_case(self, case_id: CaseId) -> Sequence[Feedback]:
        """Return what was written about a case, the oldest first."""
        wanted = select(case_feedback).where(case_feedback.c.case_id == case_id).order_by(case_feedback.c.id)
        return [_feedback(row) for row in self._connection.execute(wanted)]

    def open_of(self, agency_id: AgencyId) -> Sequence[Feedback]:
        """Return what waits for an answer, what is due first before the others."""
        waiting = select(case_feedback).where(
            case_feedback.c.agency_id == agency_id, case_feedback.c.answered_at.is_(None)
        )
        ordered = waiting.order_by(case_feedback.c.due, case_feedback.c.id).limit(_MOST)
        return [_feedback(row) for row in self._connection.execute(ordered)]

    def add(self, feedback: Feedback) -> None:
        """Keep a new one."""
        self._connection.execute(insert(case_feedback), {name: getattr(feedback, name) for name in _NAMES})

    def save(self, feedback: Feedback) -> None:
        """Keep it as answered."""
        answered = {name: getattr(feedback, name) for name in ("answer", "answered_at", "answered_by")}
        self._connection.execute(update(case_feedback).where(case_feedback.c.id == feedback.id).values(**answered))


def _feedback(row: Row[Any]) -> Feedback:
    kept = {name: getattr(row, name) for name in _NAMES}
    built = {
        "id": CaseFeedbackId(row.id),
        "case_id": CaseId(row.case_id),
        "agency_id": AgencyId(row.agency_id),
        "answered_by": None if row.answered_by is None else PersonId(row.answered_by),
    }
    return Feedback(**{**kept, **built})
