"""Calendars as rows: a year that nobody confirmed has none, and is what engine.calendars proposes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from engine.calendars import (
    CalendarChanged,
    CalendarDay,
    CalendarYear,
    DayKind,
    OfficeHours,
    WorkCalendar,
    proposed_year,
    require_year,
)
from engine.ids import AgencyId, PersonId
from storage.schema import calendar_days, calendar_years
from storage.statements import Fixed, Statements

_HOURS = ("morning_start", "morning_end", "afternoon_start", "afternoon_end")
_YEAR = select(calendar_years).where(
    calendar_years.c.agency_id == bindparam("agency_id"), calendar_years.c.year == bindparam("year")
)
_LOCK_YEAR = _YEAR.with_for_update()
_YEARS = select(calendar_years).where(calendar_years.c.agency_id == bindparam("agency_id"))
_DAYS = select(calendar_days).where(calendar_days.c.agency_id == bindparam("agency_id")).order_by(calendar_days.c.day)
_ADD_YEAR = insert_or(calendar_years).on_conflict_do_nothing().returning(calendar_years.c.rev)
_SAVE_YEAR = (
    update(calendar_years)
    .where(calendar_years.c.agency_id == bindparam("for_agency"), calendar_years.c.year == bindparam("for_year"))
    .values({name: bindparam(f"new_{name}") for name in (*_HOURS, "confirmed_at", "confirmed_by", "rev")})
)
_CLEAR = delete(calendar_days).where(
    calendar_days.c.agency_id == bindparam("for_agency"), calendar_days.c.year == bindparam("for_year")
)


def version_of(agency_id: Any) -> Select[Any]:  # noqa: ANN401 - a column or a parameter
    """Return the statement that gives the version of an agency's calendar: no change leaves this sum as it was."""
    revs = func.coalesce(func.sum(calendar_years.c.rev), 0).label("calendar_version")
    return select(revs).where(calendar_years.c.agency_id == agency_id)


_VERSION = Fixed(version_of(bindparam("agency_id")))


class PostgresCalendars:
    """Calendars, as one transaction sees them; *known* are those this process has read, by agency."""

    def __init__(self, connection: Statements, known: dict[AgencyId, WorkCalendar]) -> None:
        self._connection = connection
        self._known = known
        self._changed: set[AgencyId] = set()

    def get(self, agency_id: AgencyId, year: int) -> CalendarYear:
        """Return a year, as it was confirmed or else as it is proposed; raises YearOutOfRange."""
        return self._year(_YEAR, agency_id, year)

    def lock(self, agency_id: AgencyId, year: int) -> CalendarYear:
        """Return a year for changing."""
        return self._year(_LOCK_YEAR, agency_id, year)

    def save(self, year: CalendarYear) -> None:
        """Keep the new value of a year; raises CalendarChanged if its rev is not the next one."""
        hours = {name: getattr(year.hours, name) for name in _HOURS}
        values = {**hours, "confirmed_at": year.confirmed_at, "confirmed_by": year.confirmed_by, "rev": year.rev}
        if year.rev == 1:
            row = {"agency_id": year.agency_id, "year": year.year, **values}
            if self._connection.execute(_ADD_YEAR, row).one_or_none() is None:
                raise CalendarChanged(year=year.year)
        else:
            changed = {f"new_{name}": value for name, value in values.items()}
            self._connection.later(_SAVE_YEAR, {"for_agency": year.agency_id, "for_year": year.year, **changed})
        self._connection.later(_CLEAR, {"for_agency": year.agency_id, "for_year": year.year})
        if year.days:
            self._connection.execute(insert(calendar_days), [_day_values(year, one) for one in year.days])
        self._connection.seen.calendars.pop(year.agency_id, None)
        self._changed.add(year.agency_id)

    def of(self, agency_id: AgencyId) -> WorkCalendar:
        """Return the agency's calendar of all years; it is kept from one transaction to the next."""
        versions = self._connection.seen.calendars
        if agency_id not in versions:
            ((versions[agency_id],),) = self._connection.ask(_VERSION, {"agency_id": agency_id})
        known = self._known.get(agency_id)
        if known is None or known.version != versions[agency_id]:
            known = self._read(agency_id)
            # What this transaction changed itself may never be committed, and is not for others to know.
            if agency_id not in self._changed:
                self._known[agency_id] = known
        return known

    def _year(self, statement: Select[Any], agency_id: AgencyId, year: int) -> CalendarYear:
        require_year(year)
        row = self._connection.execute(statement, {"agency_id": agency_id, "year": year}).one_or_none()
        if row is None:
            return proposed_year(agency_id, year)
        days = self._connection.execute(_DAYS.where(calendar_days.c.year == year), {"agency_id": agency_id})
        return _calendar_year(row, [_day(day) for day in days])

    def _read(self, agency_id: AgencyId) -> WorkCalendar:
        rows = self._connection.execute(_YEARS, {"agency_id": agency_id}).all()
        days: dict[int, list[CalendarDay]] = {row.year: [] for row in rows}
        for day in self._connection.execute(_DAYS, {"agency_id": agency_id}) if rows else ():
            days.setdefault(day.year, []).append(_day(day))
        years = [_calendar_year(row, days[row.year]) for row in rows]
        return WorkCalendar.of(years, version=sum(row.rev for row in rows))


def _day_values(year: CalendarYear, one: CalendarDay) -> dict[str, Any]:
    return {
        "agency_id": year.agency_id,
        "year": year.year,
        "day": one.day,
        "kind": one.kind.value,
        "name": one.name,
    }


def _day(row: Row[Any]) -> CalendarDay:
    return CalendarDay(day=row.day, kind=DayKind(row.kind), name=row.name)


def _calendar_year(row: Row[Any], days: Sequence[CalendarDay]) -> CalendarYear:
    return CalendarYear(
        agency_id=AgencyId(row.agency_id),
        year=row.year,
        days=tuple(days),
        hours=OfficeHours(**{name: getattr(row, name) for name in _HOURS}),
        confirmed_at=row.confirmed_at,
        confirmed_by=PersonId(row.confirmed_by),
        rev=row.rev,
    )
