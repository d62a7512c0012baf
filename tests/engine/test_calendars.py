"""The calendar of an office: what is proposed, what can be kept, and what cannot."""

from dataclasses import replace
from datetime import date, time

import pytest

from engine.calendars import (
    CalendarDay,
    CalendarInvalid,
    CalendarYear,
    DayKind,
    OfficeHours,
    WorkCalendar,
    YearOutOfRange,
    proposed_year,
)
from tests.support.builders import AGENCY


def days_of(kind: DayKind, year: int) -> list[str]:
    return [str(one.day) for one in proposed_year(AGENCY, year).days if one.kind is kind]


def test_the_year_2026_is_proposed_as_the_government_announced_it() -> None:
    assert days_of(DayKind.MAKE_UP, 2026) == ["2026-08-22"]
    assert days_of(DayKind.OFF, 2026)[:10] == [
        "2026-01-01",
        *(f"2026-02-{day}" for day in (16, 17, 18, 19, 20)),
        "2026-04-27",
        "2026-04-30",
        "2026-05-01",
        "2026-08-31",
    ]


@pytest.mark.parametrize("year", [2024, 2026, 2030, 2100])
def test_every_proposal_could_be_confirmed_as_it_is(year: int) -> None:
    proposal = proposed_year(AGENCY, year)

    proposal.require_right()
    assert proposal.confirmed_at is None
    assert proposal.rev == 0


def test_a_year_that_was_decided_is_not_mixed_with_its_proposal() -> None:
    calendar = WorkCalendar.of([CalendarYear(agency_id=AGENCY, year=2026, days=())], version=1)

    assert calendar.is_worked(date(2026, 2, 17))
    assert not calendar.is_worked(date(2027, 2, 4))
    assert not WorkCalendar().is_worked(date(2026, 2, 17))


@pytest.mark.parametrize("year", [1999, 2101, -1, 0])
def test_a_year_out_of_range_has_no_calendar(year: int) -> None:
    with pytest.raises(YearOutOfRange):
        proposed_year(AGENCY, year)


def test_every_mistake_of_a_year_is_named_at_once() -> None:
    year = CalendarYear(
        agency_id=AGENCY,
        year=2026,
        days=(
            CalendarDay(day=date(2026, 11, 24), kind=DayKind.MAKE_UP),
            CalendarDay(day=date(2026, 11, 28), kind=DayKind.OFF),
            CalendarDay(day=date(2027, 1, 1), kind=DayKind.OFF),
            CalendarDay(day=date(2026, 9, 2), kind=DayKind.OFF, name="x" * 201),
            CalendarDay(day=date(2026, 9, 2), kind=DayKind.MORNING_ONLY),
            CalendarDay(day=date(2026, 9, 1), kind=DayKind.OFF, name="Lễ\x00"),
        ),
        hours=OfficeHours(morning_end=time(7)),
    )

    with pytest.raises(CalendarInvalid) as refused:
        year.require_right()

    assert [(error.field, error.code) for error in refused.value.errors] == [
        ("hours/morning_end", "order"),
        ("days/0", "worked_already"),
        ("days/1", "off_already"),
        ("days/2", "other_year"),
        ("days/3", "too_long"),
        ("days/4", "twice"),
        ("days/5", "unprintable"),
    ]


def test_an_office_without_a_noon_break_is_possible() -> None:
    replace(proposed_year(AGENCY, 2026), hours=OfficeHours(afternoon_start=time(12))).require_right()
