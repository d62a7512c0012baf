"""Cases of the one-stop office: where each stands, until when it is promised, and what may be done to it next.

A case is promised for a moment counted in working half days from its receipt. The clock stands while the applicant is
asked for a supplement. Who sees that it will be late says so a day before, with an apology, and only once.

Source: Decree 118/2025/NĐ-CP.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from engine.calendars import WorkCalendar
from engine.deadlines import (
    Pause,
    Standing,
    half_days_after,
    office_date,
    shifted,
    standing,
    working_days_after,
)
from engine.errors import Conflict, Invalid, NotFound
from engine.ids import AgencyId, CaseId, CaseProcedureId, DocumentId
from engine.legal_dates import Appointment

CASE_TYPES: Final = {"HS": "Hồ sơ thủ tục hành chính"}
"""The type of the document a case hangs on; it is an application, which the decree on records work has no name for."""
FEEDBACK_DAYS: Final = 10
"""Working days in which an applicant's complaint or suggestion is answered (fact 48)."""

MOST_WAITING: Final = 5
"""So many applications of one applicant that came online may wait to be checked at one office."""
MOST_UNCHECKED: Final = 2_000
"""So many of all applicants together; more are a flood."""


class Channel(StrEnum):
    """How an application comes: at the counter, by the public post, through the national portal."""

    DIRECT = "direct"
    POST = "post"
    ONLINE = "online"


class ReturnBy(StrEnum):
    """How the applicant gets the result."""

    COUNTER = "counter"
    POST = "post"
    PAGE = "page"


class CaseState(StrEnum):
    """Where a case stands."""

    SUBMITTED = "submitted"
    SUPPLEMENT_REQUIRED = "supplement_required"
    REFUSED = "refused"
    RECEIVED = "received"
    PROCESSING = "processing"
    WAITING_SUPPLEMENT = "waiting_supplement"
    PENDING_SIGN = "pending_sign"
    RESULT_READY = "result_ready"
    RETURNED = "returned"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


class Satisfaction(StrEnum):
    """What an applicant thought of how the case was handled, said once when it was over."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"


FINISHED: Final = frozenset({CaseState.REFUSED, CaseState.RETURNED, CaseState.STOPPED, CaseState.WITHDRAWN})
"""A case in one of these is over."""
HANDLED: Final = frozenset({CaseState.RECEIVED, CaseState.PROCESSING, CaseState.PENDING_SIGN})
"""In these the office works on the case and its clock runs."""

_LEADS: Final[Mapping[CaseState, frozenset[CaseState]]] = {
    CaseState.SUBMITTED: frozenset(
        {CaseState.SUPPLEMENT_REQUIRED, CaseState.REFUSED, CaseState.RECEIVED, CaseState.WITHDRAWN}
    ),
    CaseState.SUPPLEMENT_REQUIRED: frozenset({CaseState.SUBMITTED, CaseState.REFUSED, CaseState.WITHDRAWN}),
    CaseState.RECEIVED: frozenset({CaseState.PROCESSING, CaseState.WITHDRAWN, CaseState.STOPPED}),
    CaseState.PROCESSING: frozenset(
        {
            CaseState.PROCESSING,
            CaseState.WAITING_SUPPLEMENT,
            CaseState.PENDING_SIGN,
            CaseState.RESULT_READY,
            CaseState.STOPPED,
            CaseState.WITHDRAWN,
        }
    ),
    CaseState.WAITING_SUPPLEMENT: frozenset({CaseState.PROCESSING, CaseState.STOPPED, CaseState.WITHDRAWN}),
    CaseState.PENDING_SIGN: frozenset({CaseState.PROCESSING, CaseState.RESULT_READY, CaseState.STOPPED}),
    CaseState.RESULT_READY: frozenset({CaseState.RETURNED}),
    CaseState.REFUSED: frozenset(),
    CaseState.RETURNED: frozenset(),
    CaseState.STOPPED: frozenset(),
    CaseState.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An application of somebody outside, on its way through the office; who it is, is kept apart from it.

    Attributes:
        code: Number of the case (mã hồ sơ), as in 'H56.12-261123-0001'.
        track_code: The code by which its applicant follows it; nobody can guess it.
        procedure_id: The version of the procedure it was handed in under.
        document_id: The application as an incoming document, on which its procedure works.
        submitted_at: When it came, whole or not.
        received_at: When it was found whole and its clock began.
        due: When the result is promised; None before.
        first_due: What was promised first, put off by supplements but never by an apology.
        apologised_at: When the applicant was told that it would be late.
        pauses: When its clock stood, in order; the last one may not have ended.
        step: Number of the configured step it is at, from 1; 0 before the first.
        ready_at: When the result was there.
        result_id: The signed document that is the result, where it is one.
        returned_at, returned_by: When and how the applicant got the result.
        satisfaction: What the applicant said of it.
        rev: Counts changes; the ETag of the case.
    """

    id: CaseId
    agency_id: AgencyId
    code: str
    track_code: str
    procedure_id: CaseProcedureId
    document_id: DocumentId
    channel: Channel
    return_by: ReturnBy
    submitted_at: datetime
    state: CaseState = CaseState.SUBMITTED
    received_at: datetime | None = None
    due: datetime | None = None
    first_due: datetime | None = None
    apologised_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    step: int = 0
    ready_at: datetime | None = None
    result_id: DocumentId | None = None
    returned_at: datetime | None = None
    returned_by: ReturnBy | None = None
    satisfaction: Satisfaction | None = None
    rev: int = 0

    @property
    def reappointed(self) -> bool:
        """Whether the applicant was given another day, which happens at most once."""
        return self.apologised_at is not None

    def received(self, at: datetime, half_days: int, calendar: WorkCalendar) -> "Case":
        """Return this case as whole and received; it is promised for the end of so many half days after this one.

        Raises:
            CaseNotInState: It is not waiting to be received.
        """
        due = half_days_after(calendar, at, half_days)
        return replace(self._to(CaseState.RECEIVED), received_at=at, due=due, first_due=due)

    def refused(self) -> "Case":
        """Return this case as not received. Raises CaseNotInState."""
        return self._to(CaseState.REFUSED)

    def at_step(self, number: int) -> "Case":
        """Return this case at the step of this number. Raises CaseNotInState."""
        return replace(self._to(CaseState.PROCESSING), step=number)

    def supplement_asked(self, at: datetime, reason: str) -> "Case":
        """Return this case as waiting for its applicant; where it was received, its clock stands from now on.

        Raises:
            CaseNotInState: It was refused, is over, or waits already.
        """
        if self.state is CaseState.SUBMITTED:
            return self._to(CaseState.SUPPLEMENT_REQUIRED)
        waiting = self._to(CaseState.WAITING_SUPPLEMENT)
        return replace(waiting, pauses=(*self.pauses, Pause(began=at, reason=reason)))

    def supplemented(self, at: datetime, calendar: WorkCalendar) -> "Case":
        """Return this case with what was asked for; of the promised time there is left what was left when it was asked.

        Raises:
            CaseNotInState: Nothing was asked for, or it was refused since.
        """
        if self.state is CaseState.SUPPLEMENT_REQUIRED:
            return self._to(CaseState.SUBMITTED)
        if self.state is not CaseState.WAITING_SUPPLEMENT:
            raise self._not_in_state()
        ended = replace(self.pauses[-1], ended=at)

        def moved(due: datetime | None) -> datetime | None:
            return None if due is None else shifted(calendar, due, ended.began, at)

        return replace(
            self._to(CaseState.PROCESSING),
            pauses=(*self.pauses[:-1], ended),
            due=moved(self.due),
            first_due=moved(self.first_due),
        )

    def apologised(self, at: datetime, to: datetime) -> "Case":
        """Return this case promised for *to*, after an apology.

        Raises:
            CaseNotInState: Nothing is promised, or the clock stands.
            PutOffTwice: The applicant was given another day before.
            ApologyTooLate: It is the day it is due on, or later, by the date of Việt Nam.
            AppointmentNotLater: The other day is not after the promised one.

        Source: Decree 118/2025/NĐ-CP: a day before at the latest, and once.
        """
        if self.due is None or self.state not in HANDLED:
            raise self._not_in_state()
        first = office_date(self.first_due) if self.first_due and self.reappointed else None
        promised = Appointment(due=office_date(self.due), first=first)
        promised.put_off(office_date(to))
        last = promised.apology_by()
        if office_date(at) > last:
            raise ApologyTooLate(due=promised.due, last=last)
        if office_date(to) <= promised.due:
            raise AppointmentNotLater(due=promised.due)
        return replace(self, due=to, apologised_at=at)

    def to_be_signed(self) -> "Case":
        """Return this case with its result on the way to be signed. Raises CaseNotInState."""
        return self._to(CaseState.PENDING_SIGN)

    def ready(self, at: datetime, result_id: DocumentId | None) -> "Case":
        """Return this case with its result. Raises CaseNotInState."""
        return replace(self._to(CaseState.RESULT_READY), ready_at=at, result_id=result_id)

    def returned(self, at: datetime, by: ReturnBy) -> "Case":
        """Return this case as over, its result in the applicant's hands.

        Raises:
            ResultReturnedAlready: It was returned before.
            CaseNotInState: There is no result yet.
        """
        if self.returned_at is not None:
            raise ResultReturnedAlready(code=self.code, on=office_date(self.returned_at))
        return replace(self._to(CaseState.RETURNED), returned_at=at, returned_by=by)

    def stopped(self) -> "Case":
        """Return this case as given up by the office: it cannot be settled. Raises CaseNotInState."""
        return self._to(CaseState.STOPPED)

    def withdrawn(self) -> "Case":
        """Return this case as taken back by its applicant. Raises CaseNotInState."""
        return self._to(CaseState.WITHDRAWN)

    def rated(self, satisfaction: Satisfaction) -> "Case":
        """Return this case with what its applicant thought of it.

        Raises:
            CaseNotInState: The result was not returned yet.
            CaseRatedAlready: The applicant said so before.
        """
        if self.state is not CaseState.RETURNED:
            raise self._not_in_state()
        if self.satisfaction is not None:
            raise CaseRatedAlready
        return replace(self, satisfaction=satisfaction)

    def on_time(self, at: datetime) -> bool | None:
        """Say whether what was promised first was kept; None while it still can be, or where nothing was promised.

        A case that was put off with an apology is late by this measure, since its applicant had to wait longer.
        """
        if self.first_due is None or self.state is CaseState.WITHDRAWN:
            return None
        if self.ready_at is not None:
            return self.ready_at <= self.first_due
        paused = self.state is CaseState.WAITING_SUPPLEMENT
        return False if self.state not in FINISHED and not paused and at > self.first_due else None

    def standing(self, calendar: WorkCalendar, at: datetime) -> Standing | None:
        """Say how its promise stands; None where nothing is promised or the result is there."""
        if self.due is None or self.ready_at is not None or self.state in FINISHED:
            return None
        paused = self.pauses[-1].began if self.state is CaseState.WAITING_SUPPLEMENT else None
        return standing(calendar, self.due, at, paused_since=paused)

    def _to(self, state: CaseState) -> "Case":
        if state not in _LEADS[self.state]:
            raise self._not_in_state()
        return replace(self, state=state)

    def _not_in_state(self) -> "CaseNotInState":
        return CaseNotInState(code=self.code, state=self.state.value)


def require_room(own: int, unchecked: int) -> None:
    """Refuse an application that comes online while too many wait to be checked at the office.

    Args:
        own: How many of this applicant wait.
        unchecked: How many of all.

    Raises:
        TooManyWaiting, DeskFull: Too many do.
    """
    if own >= MOST_WAITING:
        raise TooManyWaiting(most=MOST_WAITING)
    if unchecked >= MOST_UNCHECKED:
        raise DeskFull


def printed_case_code(agency_code: str, on: date, number: int) -> str:
    """Return the number of a case: agency, day and place in that day's receipts, as in 'H56.12-261123-0001'."""
    return f"{agency_code}-{on:%y%m%d}-{number:04d}"


def feedback_due(calendar: WorkCalendar, sent_at: datetime) -> date:
    """Return the last day on which what an applicant wrote is to be answered.

    Source: Decree 118/2025/NĐ-CP: 10 working days.
    """
    return working_days_after(calendar, office_date(sent_at), FEEDBACK_DAYS)


class CaseNotFound(NotFound):
    """No such case, or not for this person to know."""

    code = "case.not_found"
    template = "There is no such case."


class CaseInvalid(Invalid):
    """Some fields of a case are wrong; all are named."""

    code = "case.invalid"
    template = "Some fields are not right. Correct those that are marked and send again."


class CaseNotInState(Conflict):
    """What is asked does not fit where the case stands."""

    code = "case.not_in_state"
    template = "The case %(code)s is '%(state)s', so this cannot be done now. Reload the page to see how it stands."


class ApologyTooLate(Conflict):
    """An apology must be sent a day before the result is due."""

    code = "case.apology_too_late"
    template = (
        "The result is due on %(due)s, so an apology had to be sent by %(last)s. Settle the case first of all and "
        "explain the delay to the applicant."
    )


class AppointmentNotLater(Invalid):
    """The new appointment is not after the old one."""

    code = "case.appointment_not_later"
    template = "The result is promised for %(due)s already. Choose a later day for the new appointment."


class ResultReturnedAlready(Conflict):
    """The applicant has the result."""

    code = "case.returned_already"
    template = "The result of the case %(code)s was returned on %(on)s already. Nothing was changed."


class CaseRatedAlready(Conflict):
    """The applicant said once already what they thought of the case."""

    code = "case.rated_already"
    template = "This case was rated already; it is rated once. Write to the office by the box for feedback instead."


class TooManyWaiting(Conflict):
    """Several applications of one applicant wait to be checked."""

    code = "case.too_many_waiting"
    template = (
        "%(most)s applications with this identity number wait to be checked here already. Wait until the office has"
        " answered them, or come to the counter."
    )


class DeskFull(Conflict):
    """More applications wait at an office than its desk could check."""

    code = "case.desk_full"
    template = "Very many applications wait to be checked at this office. Try again tomorrow, or come to the counter."
