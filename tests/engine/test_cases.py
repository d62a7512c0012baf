"""Cases of the one-stop office: promises in half days, supplements, apologies, returns; facts 47 and 48."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from engine.calendars import WorkCalendar
from engine.cases import (
    MOST_UNCHECKED,
    MOST_WAITING,
    ApologyTooLate,
    AppointmentNotLater,
    Case,
    CaseNotInState,
    CaseRatedAlready,
    CaseState,
    Channel,
    DeskFull,
    ResultReturnedAlready,
    ReturnBy,
    Satisfaction,
    TooManyWaiting,
    feedback_due,
    printed_case_code,
    require_room,
)
from engine.deadlines import VIETNAM, Light
from engine.errors import Conflict
from engine.ids import CaseId, CaseProcedureId, DocumentId
from engine.legal_dates import PutOffTwice
from tests.support.builders import AGENCY

CALENDAR = WorkCalendar()
ID = UUID(int=7)


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM)


def a_case(state: CaseState = CaseState.SUBMITTED) -> Case:
    return Case(
        id=CaseId(ID),
        agency_id=AGENCY,
        code="H56.12-261201-0001",
        track_code="0" * 26,
        procedure_id=CaseProcedureId(ID),
        document_id=DocumentId(ID),
        channel=Channel.DIRECT,
        return_by=ReturnBy.COUNTER,
        submitted_at=at(1, 9),
        state=state,
    )


def a_handled_case() -> Case:
    """Return a case received on Tuesday 1 December at nine and promised for the end of Thursday 10 December."""
    return a_case().received(at(1, 9), 15, CALENDAR).at_step(1)


def test_a_case_is_promised_in_half_days_after_the_one_of_its_receipt() -> None:
    morning, afternoon = a_case().received(at(1, 9), 3, CALENDAR), a_case().received(at(1, 14), 3, CALENDAR)

    assert morning.due == at(2, 23, 59).replace(second=59)
    assert afternoon.due == at(3, 12)


def test_receipt_before_a_weekend_counts_no_weekend() -> None:
    received = a_case().received(at(4, 15), 2, CALENDAR)

    assert received.due == at(7, 23, 59).replace(second=59)


@pytest.mark.parametrize(
    ("said_at", "in_time"),
    [
        (at(9, 23, 59), True),
        (datetime(2026, 12, 9, 16, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 12, 9, 17, 0, 0, tzinfo=UTC), False),
        (datetime(2026, 12, 9, 23, 59, 59, tzinfo=UTC), False),
        (at(10, 7), False),
    ],
    ids=["the day before", "its last second, told in UTC", "midnight in Việt Nam", "23:59:59 elsewhere", "the due day"],
)
def test_an_apology_for_10_december_goes_out_by_9_december_of_viet_nam(said_at: datetime, in_time: bool) -> None:
    case = a_handled_case()

    if in_time:
        assert case.apologised(said_at, at(15, 17)).due == at(15, 17)
    else:
        with pytest.raises(ApologyTooLate, match="2026-12-09"):
            case.apologised(said_at, at(15, 17))


def test_a_second_new_appointment_is_refused() -> None:
    once = a_handled_case().apologised(at(8, 9), at(15, 17))

    with pytest.raises(PutOffTwice, match="2026-12-10"):
        once.apologised(at(9, 9), at(18, 17))


def test_a_new_appointment_is_later_than_the_old_one() -> None:
    with pytest.raises(AppointmentNotLater, match="2026-12-10"):
        a_handled_case().apologised(at(8, 9), at(10, 17))


def test_an_apology_keeps_what_was_promised_first() -> None:
    put_off = a_handled_case().apologised(at(8, 9), at(15, 17))

    assert put_off.first_due == a_handled_case().due
    assert put_off.ready(at(14, 9), None).on_time(at(20, 9)) is False


def test_while_a_supplement_is_awaited_the_promise_stands() -> None:
    case = a_handled_case()

    waiting = case.supplement_asked(at(3, 9), "Thiếu bản sao")
    back = waiting.supplemented(at(10, 9), CALENDAR)

    assert waiting.standing(CALENDAR, at(30, 9)) is not None
    assert getattr(waiting.standing(CALENDAR, at(30, 9)), "light", None) is Light.PAUSED
    assert waiting.on_time(at(30, 9)) is None
    assert back.due == back.first_due == at(17, 23, 59).replace(second=59)
    assert back.pauses[0].ended == at(10, 9)


def test_before_receipt_a_supplement_moves_no_clock() -> None:
    asked = a_case().supplement_asked(at(1, 9), "Thiếu đơn")

    back = asked.supplemented(at(2, 9), CALENDAR)

    assert asked.state is CaseState.SUPPLEMENT_REQUIRED
    assert (back.state, back.pauses, back.due) == (CaseState.SUBMITTED, (), None)


@pytest.mark.parametrize("over", [CaseState.REFUSED, CaseState.RETURNED, CaseState.STOPPED, CaseState.WITHDRAWN])
def test_a_supplement_after_the_end_is_refused(over: CaseState) -> None:
    case = a_case(state=over)

    with pytest.raises(CaseNotInState, match=over.value):
        case.supplemented(at(2, 9), CALENDAR)
    with pytest.raises(CaseNotInState):
        case.supplement_asked(at(2, 9), "Thiếu đơn")


def test_a_result_is_returned_once() -> None:
    returned = a_handled_case().ready(at(9, 9), None).returned(at(9, 15), ReturnBy.POST)

    with pytest.raises(ResultReturnedAlready, match="2026-12-09"):
        returned.returned(at(10, 9), ReturnBy.COUNTER)


def test_nothing_is_returned_before_there_is_a_result() -> None:
    with pytest.raises(CaseNotInState, match="processing"):
        a_handled_case().returned(at(9, 9), ReturnBy.COUNTER)


def test_a_case_is_rated_once_and_only_when_it_is_over() -> None:
    case = a_handled_case()
    returned = case.ready(at(9, 9), None).returned(at(9, 15), ReturnBy.COUNTER)

    with pytest.raises(CaseNotInState):
        case.rated(Satisfaction.SATISFIED)
    with pytest.raises(CaseRatedAlready):
        returned.rated(Satisfaction.SATISFIED).rated(Satisfaction.NOT_SATISFIED)


def test_a_case_is_on_time_up_to_the_last_second_it_is_promised_for() -> None:
    case = a_handled_case()
    assert case.due is not None

    assert case.ready(case.due, None).on_time(at(20, 9)) is True
    assert case.ready(at(11, 0), None).on_time(at(20, 9)) is False
    assert case.on_time(at(9, 9)) is None
    assert case.on_time(at(11, 9)) is False


def test_feedback_is_answered_within_ten_working_days() -> None:
    assert feedback_due(CALENDAR, at(1, 9)) == date(2026, 12, 15)
    assert feedback_due(CALENDAR, datetime(2026, 12, 1, 17, 30, tzinfo=UTC)) == date(2026, 12, 16)


def test_a_case_number_says_agency_day_and_place() -> None:
    assert printed_case_code("H56.12", date(2026, 11, 23), 7) == "H56.12-261123-0007"


@pytest.mark.parametrize(
    ("own", "unchecked", "refusal"), [(MOST_WAITING, 5, TooManyWaiting), (0, MOST_UNCHECKED, DeskFull)]
)
def test_a_desk_takes_no_flood_of_applications(own: int, unchecked: int, refusal: type[Conflict]) -> None:
    require_room(MOST_WAITING - 1, MOST_UNCHECKED - 1)

    with pytest.raises(refusal):
        require_room(own, unchecked)
