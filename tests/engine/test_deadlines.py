"""Terms in working days and half days, as Vietnamese law counts them; each fact of law is a test of its own."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars import CalendarDay, CalendarYear, DayKind, OfficeHours, WorkCalendar
from engine.deadlines import (
    VIETNAM,
    CalendarEmpty,
    Light,
    Pause,
    Term,
    TermInvalid,
    calendar_functions,
    due_at,
    end_of_day,
    half_days_after,
    half_days_between,
    is_length,
    office_date,
    shifted_day,
    standing,
    working_day_before,
    working_days_after,
    working_days_between,
)
from engine.legal_dates import Appointment, PutOffTwice
from engine.public_holidays import proposed_days_off
from tests.support.builders import AGENCY

PROPOSED = WorkCalendar()
AFTER_NEW_YEAR = {"Mùng hai Tết Nguyên Đán": 1, "Mùng ba Tết Nguyên Đán": 2, "Mùng bốn Tết Nguyên Đán": 3}
"""Days after the lunar new year, which is on a weekend in some years and then not among the days off itself."""
MADE_UP = {2023: date(2023, 5, 2), 2026: date(2026, 4, 27)}
"""The day that makes up for the day of the Hùng kings where that is on a weekend."""


def at(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=VIETNAM)


def a_calendar(**kinds: DayKind) -> WorkCalendar:
    """Return November 2026 with these days ('d27') decided."""
    days = [CalendarDay(day=date(2026, 11, int(day[1:])), kind=kind) for day, kind in kinds.items()]
    return WorkCalendar.of([CalendarYear(agency_id=AGENCY, year=2026, days=days)], version=1)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 2, 12), 5, date(2026, 2, 26)),
        (date(2026, 4, 24), 3, date(2026, 5, 4)),
        (date(2026, 8, 20), 3, date(2026, 8, 24)),
        (date(2026, 8, 27), 2, date(2026, 9, 3)),
        (date(2026, 12, 28), 5, date(2027, 1, 5)),
    ],
    ids=["over Tết", "over a made-up Giỗ Tổ", "over a worked Saturday", "over 2 September", "into the next year"],
)
def test_the_day_a_term_begins_does_not_count_and_days_off_do_not_either(start: date, days: int, end: date) -> None:
    assert working_days_after(PROPOSED, start, days) == end


def test_a_document_signed_on_friday_is_issued_on_monday_at_the_latest() -> None:
    assert Term.parse("1 day").ends(PROPOSED, at(20, 14)) == end_of_day(date(2026, 11, 23))


def test_a_document_is_sent_in_the_morning_of_the_next_working_day_at_the_latest() -> None:
    assert Term.parse("1 day by noon").ends(PROPOSED, at(20, 14)) == at(23, 12)
    assert Term.parse("1 day by noon").ends(PROPOSED, at(20, 8)) == at(23, 12)


def test_what_is_urgent_is_due_the_same_day() -> None:
    assert Term.parse("0 days").ends(PROPOSED, at(20, 9)) == end_of_day(date(2026, 11, 20))


@pytest.mark.parametrize(
    ("year", "new_year", "hung_kings"),
    [
        (2023, "01-22", "04-29"),
        (2024, "02-10", "04-18"),
        (2025, "01-29", "04-07"),
        (2026, "02-17", "04-26"),
        (2027, "02-06", "04-16"),
        (2028, "01-26", "04-04"),
        (2029, "02-13", "04-23"),
        (2030, "02-02", "04-12"),
    ],
)
def test_lunar_days_are_those_of_the_time_of_viet_nam(year: int, new_year: str, hung_kings: str) -> None:
    kings = date.fromisoformat(f"{year}-{hung_kings}")
    named = {name: day for day, name in proposed_days_off(year)}
    first = next(day - timedelta(days=after) for name, after in AFTER_NEW_YEAR.items() if (day := named.get(name)))

    assert first == date.fromisoformat(f"{year}-{new_year}")
    if kings.weekday() < 5:
        assert named["Ngày Giỗ Tổ Hùng Vương"] == kings
    else:
        assert named["Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"] == MADE_UP[year]


def test_an_apology_is_sent_a_day_before_and_an_appointment_is_put_off_only_once() -> None:
    appointment = Appointment(due=date(2026, 12, 10))

    assert appointment.apology_by() == date(2026, 12, 9)
    with pytest.raises(PutOffTwice, match="2026-12-10"):
        appointment.put_off(date(2026, 12, 15)).put_off(date(2026, 12, 20))


def test_feedback_is_answered_within_ten_working_days() -> None:
    assert working_days_after(PROPOSED, date(2026, 8, 25), 10) == date(2026, 9, 11)


def test_a_commune_checks_an_ocop_dossier_within_fifteen_working_days() -> None:
    assert working_days_after(PROPOSED, date(2026, 6, 5), 15) == date(2026, 6, 26)


def test_a_term_whose_last_day_is_not_worked_ends_with_the_next_that_is() -> None:
    assert Term.parse("2026-11-21").ends(PROPOSED, at(20, 9)) == end_of_day(date(2026, 11, 23))
    assert working_days_after(PROPOSED, date(2026, 11, 21), 0) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("start", "half_days", "end"),
    [
        (at(20, 9), 1, end_of_day(date(2026, 11, 20))),
        (at(20, 14), 1, at(23, 12)),
        (at(20, 12, 30), 1, end_of_day(date(2026, 11, 20))),
        (at(20, 6), 1, at(20, 12)),
        (at(20, 20), 2, end_of_day(date(2026, 11, 23))),
        (at(21, 10), 1, at(23, 12)),
        (at(20, 9), 0, at(20, 12)),
        (at(20, 12, 30), 0, end_of_day(date(2026, 11, 20))),
        (at(20, 3), 0, at(20, 12)),
        (at(21, 10), 0, at(23, 12)),
        (at(20, 9), 3, end_of_day(date(2026, 11, 23))),
    ],
)
def test_the_half_day_a_term_begins_in_does_not_count(start: datetime, half_days: int, end: datetime) -> None:
    assert half_days_after(PROPOSED, start, half_days) == end


def test_a_day_worked_in_the_morning_alone_is_one_half_day_and_a_working_day() -> None:
    calendar = a_calendar(d21=DayKind.MAKE_UP, d23=DayKind.MORNING_ONLY, d24=DayKind.OFF)

    assert half_days_after(calendar, at(20, 14), 3) == at(23, 12)
    assert half_days_after(calendar, at(20, 14), 4) == at(25, 12)
    assert working_days_after(calendar, date(2026, 11, 20), 3) == date(2026, 11, 25)


def test_office_hours_say_which_half_a_moment_belongs_to() -> None:
    early = OfficeHours(
        morning_start=time(7), morning_end=time(11, 30), afternoon_start=time(13, 30), afternoon_end=time(16, 30)
    )
    calendar = WorkCalendar(kinds={2026: {}}, hours={2026: early})

    assert half_days_after(calendar, at(20, 13, 15), 1) == end_of_day(date(2026, 11, 20))
    assert half_days_after(calendar, at(20, 13, 15), 2) == at(23, 11, 30)


def test_the_last_working_day_before_a_holiday_is_found() -> None:
    assert working_day_before(PROPOSED, date(2026, 2, 23)) == date(2026, 2, 13)


def test_a_calendar_without_working_days_is_refused_instead_of_searched_for_ever() -> None:
    nothing = WorkCalendar(
        kinds={
            year: {date(year, 1, 1) + timedelta(days=n): DayKind.OFF for n in range(366)} for year in range(2026, 2040)
        }
    )

    with pytest.raises(CalendarEmpty):
        working_days_after(nothing, date(2026, 1, 1), 1)
    with pytest.raises(CalendarEmpty):
        half_days_after(nothing, at(2, 9, month=1), 1)
    with pytest.raises(CalendarEmpty):
        working_day_before(nothing, date(2039, 12, 31))


@pytest.mark.parametrize(
    "written",
    [
        "-1 days",
        "1000 days",
        "2 weeks",
        "",
        "2026-02-30",
        "1.5 half-days",
        "1.5 days by noon",
        "2 half-days by noon",
        "P2D",
    ],
)
def test_what_is_no_time_limit_is_refused(written: str) -> None:
    with pytest.raises(TermInvalid):
        Term.parse(written)


@pytest.mark.parametrize("length", [-1, 2_000])
def test_a_negative_or_endless_length_is_refused(length: int) -> None:
    with pytest.raises(TermInvalid):
        working_days_after(PROPOSED, date(2026, 11, 20), length)
    with pytest.raises(TermInvalid):
        half_days_after(PROPOSED, at(20, 9), length)


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("1 day", Term(days=1)),
        ("2 days", Term(days=2)),
        ("0.5 days", Term(half_days=1)),
        ("1.5 days", Term(half_days=3)),
        ("5 half-days", Term(half_days=5)),
        ("1 day by noon", Term(days=1, by_noon=True)),
        ("2026-12-31", Term(until=date(2026, 12, 31))),
        ("2026-12-31 by noon", Term(until=date(2026, 12, 31), by_noon=True)),
    ],
)
def test_a_term_is_read_as_it_is_written(written: str, term: Term) -> None:
    assert Term.parse(written) == term
    assert Term.parse(term.written()) == term
    assert is_length(written) is (term.until is None)


moments = st.integers(0, 1_800 * 24 * 60).map(lambda minutes: at(1, 0, month=1, year=2025) + timedelta(minutes=minutes))
days = st.dates(date(2025, 1, 1), date(2029, 12, 31))


@given(start=moments, half_days=st.integers(1, 60))
def test_what_is_left_of_a_term_is_the_whole_term_when_it_begins(start: datetime, half_days: int) -> None:
    end = half_days_after(PROPOSED, start, half_days)

    assert end > start
    assert half_days_between(PROPOSED, start, end) == half_days


@given(start=moments, first=st.integers(1, 40), second=st.integers(1, 40))
def test_one_term_after_another_is_as_long_as_both(start: datetime, first: int, second: int) -> None:
    middle = half_days_after(PROPOSED, start, first)

    assert half_days_after(PROPOSED, middle, second) == half_days_after(PROPOSED, start, first + second)


@given(start=days, length=st.integers(1, 60))
def test_a_term_in_days_ends_on_a_working_day_as_many_days_on(start: date, length: int) -> None:
    end = working_days_after(PROPOSED, start, length)

    assert PROPOSED.is_worked(end)
    assert working_days_between(PROPOSED, start, end) == length
    assert working_days_between(PROPOSED, end, start) == -length


@given(start=moments, end=moments)
def test_time_counted_backwards_is_negative(start: datetime, end: datetime) -> None:
    assert half_days_between(PROPOSED, start, end) == -half_days_between(PROPOSED, end, start)


@given(start=moments, length=st.integers(0, 30), wait=st.integers(0, 20), pause=st.integers(0, 30))
def test_a_pause_leaves_of_a_term_what_was_left(start: datetime, length: int, wait: int, pause: int) -> None:
    began = start + timedelta(hours=7 * wait)
    ended = began + timedelta(hours=7 * pause)
    whole = Term(half_days=length).ends(PROPOSED, start)

    due = due_at(PROPOSED, Term(half_days=length), start, [Pause(began=began, reason="x", ended=ended)])

    if began > whole:
        assert due == whole
    elif began > start:
        assert half_days_between(PROPOSED, ended, due) >= half_days_between(PROPOSED, began, whole)
        assert due >= whole


def test_a_pause_over_days_off_moves_the_end_by_the_working_days_alone() -> None:
    pause = Pause(began=at(19, 9), reason="Chờ bổ sung", ended=at(23, 9))

    assert due_at(PROPOSED, Term(days=3), at(18, 9), [pause]) == end_of_day(date(2026, 11, 26))
    assert shifted_day(PROPOSED, date(2026, 11, 20), date(2026, 11, 19), date(2026, 11, 23)) == date(2026, 11, 25)


def test_what_was_late_before_a_pause_stays_late() -> None:
    pause = Pause(began=at(23, 9), reason="x", ended=at(26, 9))

    assert due_at(PROPOSED, Term(days=1), at(18, 9), [pause]) == end_of_day(date(2026, 11, 19))
    assert shifted_day(PROPOSED, date(2026, 11, 19), date(2026, 11, 23), date(2026, 11, 26)) == date(2026, 11, 19)


def test_what_begins_while_the_clock_stands_begins_when_it_runs_again() -> None:
    pause = Pause(began=at(18, 9), reason="x", ended=at(20, 9))

    assert due_at(PROPOSED, Term(days=1), at(19, 9), [pause]) == end_of_day(date(2026, 11, 23))
    assert due_at(PROPOSED, Term(days=1), at(19, 9), [Pause(began=at(18, 9), reason="x")]) == end_of_day(
        date(2026, 11, 20)
    )


@pytest.mark.parametrize(
    ("now", "light", "half_days"),
    [
        (at(19, 9), Light.ON_TIME, 5),
        (at(20, 9), Light.ON_TIME, 3),
        (at(20, 14), Light.DUE_SOON, 2),
        (at(21, 9), Light.DUE_SOON, 2),
        (at(23, 14), Light.DUE_SOON, 0),
        (at(23, 23), Light.DUE_SOON, 0),
        (at(24, 0, 1), Light.OVERDUE, 0),
        (at(25, 9), Light.OVERDUE, 1),
        (at(26, 14), Light.OVERDUE, 4),
    ],
)
def test_a_term_is_on_time_due_soon_or_overdue(now: datetime, light: Light, half_days: int) -> None:
    # 24 November 2026, Vietnam Cultural Day, is proposed as a day off.
    found = standing(PROPOSED, end_of_day(date(2026, 11, 23)), now)

    assert (found.light, found.half_days) == (light, half_days)


def test_a_paused_term_is_not_late_and_says_what_is_left() -> None:
    found = standing(PROPOSED, at(23, 12), at(30, 9), paused_since=at(20, 9))

    assert (found.light, found.half_days) == (Light.PAUSED, 2)


def test_expressions_count_working_time_by_the_calendar_they_are_given() -> None:
    functions = calendar_functions(PROPOSED, at(20, 14))

    assert functions["workdays"](1) == "2026-11-23T23:59:59+07:00"
    assert functions["half_days"](1) == "2026-11-23T12:00:00+07:00"
    assert functions["working_days_after"]("2026-12-28", 5) == "2027-01-05"
    with pytest.raises(ValueError, match="time limit"):
        functions["workdays"](-1)
    with pytest.raises(ValueError, match="day is out of range"):
        functions["working_days_after"]("2026-02-30", 1)
    with pytest.raises(TypeError):
        functions["workdays"]("two")


def test_the_date_of_the_office_is_that_of_viet_nam() -> None:
    assert office_date(datetime.fromisoformat("2026-11-20T17:30:00+00:00")) == date(2026, 11, 21)
