"""Confirming a year of the calendar, and what follows for work that is open; by real actions on a real database."""

from datetime import date, timedelta

import pytest

from engine.access import NotAllowed
from engine.actions.recompute_due_times import recompute_due_times
from engine.actions.save_calendar import SaveCalendar, save_calendar
from engine.calendars import CalendarChanged, CalendarDay, CalendarInvalid, CalendarYear, DayKind, YearOutOfRange
from engine.deadlines import end_of_day, office_date, working_days_after
from tests.support.office import Office


def save(office: Office, *days: date, by: str = "quantri", year: int = 2026, rev: int | None = None) -> CalendarYear:
    services = office.house.services
    off = [CalendarDay(day=day, kind=DayKind.OFF, name="Nghỉ") for day in days]
    with services.begin() as work:
        request = SaveCalendar(year=year, days=off, rev=rev)
        return save_calendar(request, by=office.people[by], at=services.clock(), work=work)


def year_of(office: Office, by: str, year: int) -> CalendarYear:
    with office.house.services.begin() as work:
        return work.calendars.get(office.people[by].agency_id, year)


def test_a_confirmed_year_is_kept_for_the_own_agency_alone(office: Office) -> None:
    saved = save(office, date(2026, 12, 24), date(2026, 12, 21))
    again = save(office, date(2026, 12, 24), rev=1)

    assert [one.day.day for one in saved.days] == [21, 24]
    assert year_of(office, "quantri", 2026) == again
    assert again.rev == 2
    assert year_of(office, "xa1.chutich", 2026).confirmed_at is None
    assert year_of(office, "quantri", 2027).rev == 0


def test_open_work_is_counted_again_when_the_calendar_changes(office: Office) -> None:
    with office.house.services.begin() as work:
        before = work.calendars.of(office.people["vanthu"].agency_id)
    today = office_date(office.house.services.clock())
    due = working_days_after(before, today, 5)
    document_id = office.register(due_date=due).document.id
    assert office.item(document_id, "direct").due_at == end_of_day(due)
    after = working_days_after(before, due, 1)

    for year in sorted({due.year, after.year}):
        save(office, *([due] if due.year == year else []), year=year)
    office.run_jobs()

    item = office.item(document_id, "direct")
    assert item.calendar_version > 0
    assert item.due_date is not None
    assert due < item.due_date <= after + timedelta(days=7)
    with office.house.services.begin() as work:
        leaves = work.audit.about(item.agency_id, [str(item.agency_id)])
    assert recompute_due_times(item.agency_id, services=office.house.services) == 0
    assert [leaf.action for leaf in leaves][-2:] == ["calendar.saved", "due_times.recomputed"]


def test_what_opens_after_the_change_is_counted_by_it_in_every_process(office: Office) -> None:
    today = office_date(office.house.services.clock())
    with office.house.services.begin() as work:
        calendar = work.calendars.of(office.people["vanthu"].agency_id)
    due = working_days_after(calendar, today, 3)
    document_id = office.register(due_date=due).document.id
    save(office, due, year=due.year)

    office.complete(document_id, "direct", "assign", "chutich", lead_unit=lead_unit(office), due_date=due.isoformat())

    assert office.item(document_id, "assign").due_date != due


def lead_unit(office: Office) -> str:
    head = office.people["truongphong"]
    return str(next(iter(head.units)))


@pytest.mark.parametrize("by", ["vanthu", "chutich", "kiemtra"])
def test_only_an_administrator_changes_the_calendar(office: Office, by: str) -> None:
    with pytest.raises(NotAllowed):
        save(office, date(2026, 12, 24), by=by)


def test_a_year_that_somebody_changed_meanwhile_is_not_overwritten(office: Office) -> None:
    save(office, date(2026, 12, 24), rev=0)

    with pytest.raises(CalendarChanged):
        save(office, date(2026, 12, 25), rev=0)


def test_wrong_years_and_days_change_nothing(office: Office) -> None:
    for year, day in ((1999, date(1999, 3, 1)), (2101, date(2101, 3, 1))):
        with pytest.raises(YearOutOfRange):
            save(office, day, year=year)
    with pytest.raises(CalendarInvalid):
        save(office, date(2026, 12, 24), date(2026, 12, 26))

    assert year_of(office, "quantri", 2026).rev == 0
