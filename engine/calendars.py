"""The office calendar: which days are worked and from when to when, year by year; decided by an administrator."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from engine.errors import Conflict, FieldError, Invalid
from engine.ids import AgencyId, PersonId
from engine.public_holidays import FIRST_YEAR, LAST_YEAR, proposed_days_off, proposed_make_up_days

MAX_NAME: Final = 200
_SATURDAY: Final = 5


class DayKind(StrEnum):
    """How a day differs from the week's rule that Monday to Friday are worked and the weekend is not."""

    OFF = "off"
    MAKE_UP = "make_up"
    MORNING_ONLY = "morning_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """A day that differs from the week's rule, with what it is called: 'Tết Nguyên Đán'."""

    day: date
    kind: DayKind
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """When an office works, in the time of Việt Nam; a day's two halves are its morning and its afternoon.

    Morning and afternoon count as half a day each, however long they are.
    """

    morning_start: time = time(8)
    morning_end: time = time(12)
    afternoon_start: time = time(13)
    afternoon_end: time = time(17)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """One year of an agency's calendar; without *confirmed_at* it is a proposal, which is used until somebody confirms.

    Attributes:
        days: The days that differ from the week's rule, in order.
        rev: Counts changes; 0 while nobody touched the proposal.
    """

    agency_id: AgencyId
    year: int
    days: Sequence[CalendarDay]
    hours: OfficeHours = field(default_factory=OfficeHours)
    confirmed_at: datetime | None = None
    confirmed_by: PersonId | None = None
    rev: int = 0

    def require_right(self) -> None:
        """Raise CalendarInvalid, naming every mistake, unless the year is one that can be kept."""
        errors = [*_hour_errors(self.hours), *_day_errors(self.year, self.days)]
        if errors:
            raise CalendarInvalid(errors=errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """An agency's calendar of all years, ready to count with: those that were decided, and proposals for the others.

    Attributes:
        kinds: Year to the days of it that differ from the week's rule.
        hours: Year to the hours of it.
        version: Counts changes of any year; the same version is the same calendar.
    """

    kinds: Mapping[int, Mapping[date, DayKind]] = field(default_factory=dict)
    hours: Mapping[int, OfficeHours] = field(default_factory=dict)
    version: int = 0

    @classmethod
    def of(cls, years: Iterable[CalendarYear], version: int) -> "WorkCalendar":
        """Return the calendar in which these years were decided."""
        decided = list(years)
        return cls(
            kinds={one.year: {special.day: special.kind for special in one.days} for one in decided},
            hours={one.year: one.hours for one in decided},
            version=version,
        )

    def half_days(self, day: date) -> int:
        """Return how many halves of *day* are worked: 0, 1 (the morning) or 2."""
        kinds = self.kinds.get(day.year)
        kind = (_proposed_kinds(day.year) if kinds is None else kinds).get(day)
        match kind:
            case DayKind.OFF:
                return 0
            case DayKind.MORNING_ONLY:
                return 1
            case DayKind.MAKE_UP:
                return 2
            case None:
                return 2 if day.weekday() < _SATURDAY else 0

    def is_worked(self, day: date) -> bool:
        """Say whether the office works on *day*, be it for the morning alone."""
        return self.half_days(day) > 0

    def hours_of(self, day: date) -> OfficeHours:
        """Return the office hours of the day's year."""
        return self.hours.get(day.year, _USUAL)


_USUAL: Final = OfficeHours()


def proposed_year(agency_id: AgencyId, year: int) -> CalendarYear:
    """Return the proposal for a year. Raises YearOutOfRange."""
    require_year(year)
    days = [CalendarDay(day=day, kind=DayKind.OFF, name=name) for day, name in proposed_days_off(year)]
    days += [CalendarDay(day=day, kind=DayKind.MAKE_UP) for day in proposed_make_up_days(year)]
    return CalendarYear(agency_id=agency_id, year=year, days=tuple(sorted(days, key=lambda one: one.day)))


def require_year(year: int) -> None:
    """Raise YearOutOfRange unless a calendar can be kept for *year*."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearOutOfRange(first=FIRST_YEAR, last=LAST_YEAR)


@lru_cache(maxsize=128)
def _proposed_kinds(year: int) -> Mapping[date, DayKind]:
    kinds = dict.fromkeys(proposed_make_up_days(year), DayKind.MAKE_UP)
    kinds.update((day, DayKind.OFF) for day, _ in proposed_days_off(year))
    return MappingProxyType(kinds)


def _hour_errors(hours: OfficeHours) -> Iterable[FieldError]:
    named = {
        "morning_end": (hours.morning_start, hours.morning_end),
        "afternoon_start": (hours.morning_end, hours.afternoon_start),
        "afternoon_end": (hours.afternoon_start, hours.afternoon_end),
    }
    for name, (before, after) in named.items():
        if after < before or (after == before and name != "afternoon_start"):
            yield FieldError(
                field=f"hours/{name}", code="order", message="This time must come after the one before it."
            )


def _day_errors(year: int, days: Sequence[CalendarDay]) -> Iterable[FieldError]:
    seen: set[date] = set()
    for place, one in enumerate(days):
        weekend = one.day.weekday() >= _SATURDAY
        mistakes = {
            "other_year": (one.day.year != year, f"This day is not in {year}."),
            "twice": (one.day in seen, "This day is in the calendar twice."),
            "worked_already": (
                one.kind is DayKind.MAKE_UP and not weekend,
                "Monday to Friday are worked already; only a Saturday or Sunday can be a make-up day.",
            ),
            "off_already": (
                one.kind is DayKind.OFF and weekend,
                "Saturdays and Sundays are days off already; leave this day out.",
            ),
            "unprintable": (
                not one.name.isprintable(),
                "This field has characters that cannot be printed. Type it again.",
            ),
            "too_long": (len(one.name) > MAX_NAME, f"A name takes at most {MAX_NAME} characters."),
        }
        seen.add(one.day)
        yield from (
            FieldError(field=f"days/{place}", code=code, message=message)
            for code, (made, message) in mistakes.items()
            if made
        )


class YearOutOfRange(Invalid):
    """No calendar can be kept for this year."""

    code = "calendar.year_out_of_range"
    template = "A calendar can be kept for the years %(first)s to %(last)s."


class CalendarChanged(Conflict):
    """Somebody else confirmed this year of the calendar meanwhile."""

    code = "calendar.changed"
    template = (
        "Somebody changed the calendar of %(year)s meanwhile. Reload it, look at what is new, then confirm again."
    )


class CalendarInvalid(Invalid):
    """Some days or hours of a year are wrong; all are named."""

    code = "calendar.invalid"
    template = "Some days or hours are not right. Correct those that are marked and send again."
