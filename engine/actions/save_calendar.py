"""Save a calendar: an administrator confirms a year of the office's calendar, as proposed or changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine import access
from engine.actions.recompute_due_times import RECOMPUTE
from engine.calendar_events import CalendarSaved
from engine.calendars import CalendarChanged, CalendarDay, CalendarYear, OfficeHours, require_year
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveCalendar:
    """A year as it is to be: its days that differ from the week's rule, its hours, and the *rev* it was seen at."""

    year: int
    days: Sequence[CalendarDay]
    hours: OfficeHours = field(default_factory=OfficeHours)
    rev: int | None = None


def save_calendar(request: SaveCalendar, *, by: Person, at: datetime, work: UnitOfWork) -> CalendarYear:
    """Keep the year as confirmed; due times of open work follow by a job.

    Raises:
        NotAllowed: The person is no administrator.
        YearOutOfRange: No calendar can be kept for that year.
        CalendarInvalid: Days or hours are wrong; all are named.
        CalendarChanged: Somebody changed it after it was seen.
    """
    access.require(by, "save_calendar")
    require_year(request.year)
    before = work.calendars.lock(by.agency_id, request.year)
    if request.rev not in (None, before.rev):
        raise CalendarChanged(year=request.year)
    saved = CalendarYear(
        agency_id=by.agency_id,
        year=request.year,
        days=tuple(request.days),
        hours=request.hours,
        confirmed_at=at,
        confirmed_by=by.id,
        rev=before.rev + 1,
    )
    saved.require_right()
    saved = replace(saved, days=tuple(sorted(saved.days, key=lambda one: one.day)))
    work.calendars.save(saved)
    work.jobs.defer(RECOMPUTE, {"agency_id": str(by.agency_id)})
    work.record(_event(before, saved, by, at))
    return saved


def _event(before: CalendarYear, saved: CalendarYear, by: Person, at: datetime) -> CalendarSaved:
    old, new = ({f"{one.kind.value} {one.day}" for one in year.days} for year in (before, saved))
    hours = saved.hours
    return CalendarSaved(
        by=by.id,
        at=at,
        agency_id=saved.agency_id,
        year=saved.year,
        rev=saved.rev,
        added=sorted(new - old),
        removed=sorted(old - new),
        hours=[
            each.isoformat("minutes")
            for each in (hours.morning_start, hours.morning_end, hours.afternoon_start, hours.afternoon_end)
        ],
    )
