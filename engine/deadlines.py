"""Deadlines: dates of the office, terms in working days and half days, and how near the end of one is.

How it is counted. The day on which a term begins does not count (Civil Code, art. 147); where the last day is not
worked, the term ends with the next one that is (art. 148), at its last second. Half days are counted in the same way:
the half in which the term begins does not count. A half begins when the office opens for it; a moment of the night
or of the noon break belongs to the half before it. A term that ends with a morning ends when the morning does.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from engine.calendars import WorkCalendar
from engine.errors import Conflict, Invalid

Counted = TypeVar("Counted")

VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
FURTHEST: Final = timedelta(days=1_400)
"""How far a date may be from today that something is due at; that is less than MAX_DAYS working days."""
MAX_DAYS: Final = 999
"""The longest term in working days."""
HALVES_OF_A_DAY: Final = 2
DUE_SOON_HALF_DAYS: Final = 2
"""A term with at most a working day left is due soon."""

_DAY_ENDS: Final = time(23, 59, 59)
_ONE_DAY: Final = timedelta(days=1)
_MOST_STEPS: Final = 4_000
"""Days looked at for one term: the longest one over the emptiest calendars that make sense."""


def office_date(at: datetime) -> date:
    """Return the calendar date in Việt Nam at the moment *at* (aware)."""
    return at.astimezone(VIETNAM).date()


def end_of_day(day: date) -> datetime:
    """Return the last second of *day* in Việt Nam: a term in days ends with it.

    Source: Civil Code 2015, art. 148.5.
    """
    return datetime.combine(day, _DAY_ENDS, VIETNAM)


def working_day_from(calendar: WorkCalendar, day: date) -> date:
    """Return *day*, or the first day after it that is worked."""
    for _ in range(_MOST_STEPS):
        if calendar.is_worked(day):
            return day
        day += _ONE_DAY
    raise CalendarEmpty


def working_days_after(calendar: WorkCalendar, start: date, days: int) -> date:
    """Return the *days*-th working day after *start*, which does not count itself; 0 is *start*, if it is worked.

    Raises:
        TermInvalid: *days* is negative or more than MAX_DAYS.

    Source: Civil Code 2015, art. 147 and 148.
    """
    _require_length(days, MAX_DAYS)
    day = working_day_from(calendar, start) if days == 0 else start
    for _ in range(days):
        day = working_day_from(calendar, day + _ONE_DAY)
    return day


def working_day_before(calendar: WorkCalendar, day: date) -> date:
    """Return the last working day before *day*."""
    for _ in range(_MOST_STEPS):
        day -= _ONE_DAY
        if calendar.is_worked(day):
            return day
    raise CalendarEmpty


def working_days_between(calendar: WorkCalendar, start: date, end: date) -> int:
    """Return how many working days there are after *start* up to and with *end*; negative where *end* is earlier."""
    if end < start:
        return -working_days_between(calendar, end, start)
    return sum(calendar.is_worked(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def half_days_after(calendar: WorkCalendar, start: datetime, half_days: int) -> datetime:
    """Return the end of the *half_days*-th working half day after the one of *start*.

    0 is the end of that one, or where it is over or not worked, of the next that is.

    Raises:
        TermInvalid: *half_days* is negative or more than twice MAX_DAYS.
    """
    _require_length(half_days, 2 * MAX_DAYS)
    half = _half_of(calendar, start)
    if half_days == 0:
        over = _end_of(calendar, half) < start
        return _end_of(calendar, _worked_from(calendar, half + over))
    for _ in range(half_days):
        half = _worked_from(calendar, half + 1)
    return _end_of(calendar, half)


def half_days_between(calendar: WorkCalendar, start: datetime, end: datetime) -> int:
    """Return how many working half days there are after that of *start* up to and with that of *end*.

    It is what is left of a term that ends at *end*; negative where *end* is earlier.
    """
    if end < start:
        return -half_days_between(calendar, end, start)
    first, last = _half_of(calendar, start), _half_of(calendar, end)
    first_day, last_day = first // 2, last // 2
    if first_day == last_day:
        return sum(_is_worked(calendar, half) for half in range(first + 1, last + 1))
    whole = sum(calendar.half_days(date.fromordinal(day)) for day in range(first_day + 1, last_day))
    rest = _is_worked(calendar, first + 1) if first % 2 == 0 else False
    begun = sum(_is_worked(calendar, half) for half in range(2 * last_day, last + 1))
    return whole + rest + begun


# A half day is a number: twice the ordinal of its day, and one more in the afternoon.


def _half_of(calendar: WorkCalendar, at: datetime) -> int:
    """Return the half that had begun last at the moment *at*, worked or not."""
    local = at.astimezone(VIETNAM)
    hours, morning = calendar.hours_of(local.date()), 2 * local.toordinal()
    if local.time() >= hours.afternoon_start:
        return morning + 1
    return morning if local.time() >= hours.morning_start else morning - 1


def _is_worked(calendar: WorkCalendar, half: int) -> bool:
    return calendar.half_days(date.fromordinal(half // 2)) > half % 2


def _worked_from(calendar: WorkCalendar, half: int) -> int:
    for _ in range(2 * _MOST_STEPS):
        if _is_worked(calendar, half):
            return half
        half += 1
    raise CalendarEmpty


def _end_of(calendar: WorkCalendar, half: int) -> datetime:
    day = date.fromordinal(half // 2)
    return end_of_day(day) if half % 2 else end_of_morning(calendar, day)


def end_of_morning(calendar: WorkCalendar, day: date) -> datetime:
    """Return when the morning of *day* ends in this office."""
    return datetime.combine(day, calendar.hours_of(day).morning_end, VIETNAM)


def _require_length(length: int, most: int) -> None:
    if not 0 <= length <= most:
        raise TermInvalid(term=length, most=MAX_DAYS)


_BY_NOON: Final = " by noon"
_WRITTEN: Final = re.compile(r"(?P<count>\d{1,4})(?P<half>\.5)? (?P<unit>day|half-day)s?(?P<noon> by noon)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How long something may take, or until when: '2 days', '5 half-days', '1 day by noon', '2026-12-31 by noon'.

    Attributes:
        days: Working days; None for one of the others.
        half_days: Working half days.
        until: The last day, which is moved on where it is not worked.
        by_noon: A term in days, or until a day, that ends with the morning of its last day.
    """

    days: int | None = None
    half_days: int | None = None
    until: date | None = None
    by_noon: bool = False

    @classmethod
    def parse(cls, written: str) -> "Term":
        """Read a term; '1.5 days' is three half days.

        Raises:
            TermInvalid: It is none, is negative or too long.
        """
        found = _WRITTEN.fullmatch(written.strip())
        if found is None:
            day = written.strip().removesuffix(_BY_NOON)
            return cls(until=_day(day), by_noon=day != written.strip())
        count, by_noon = int(found["count"]), found["noon"] is not None
        halves = found["unit"] == "half-day"
        if (found["half"] is not None) + by_noon + halves > 1:
            raise TermInvalid(term=written, most=MAX_DAYS)
        _require_length(count, 2 * MAX_DAYS if halves else MAX_DAYS)
        if halves or found["half"]:
            return cls(half_days=count if halves else 2 * count + 1)
        return cls(days=count, by_noon=by_noon)

    def written(self) -> str:
        """Return the term as ``parse`` reads it."""
        if self.half_days is not None:
            return f"{self.half_days} half-days"
        length = f"{self.days} days" if self.until is None else self.until.isoformat()
        return f"{length}{_BY_NOON if self.by_noon else ''}"

    def ends(self, calendar: WorkCalendar, start: datetime) -> datetime:
        """Return the last moment of the term that began at *start*."""
        if self.half_days is not None:
            return half_days_after(calendar, start, self.half_days)
        if self.until is not None:
            day = working_day_from(calendar, self.until)
        else:
            day = working_days_after(calendar, office_date(start), self.days or 0)
        return end_of_morning(calendar, day) if self.by_noon else end_of_day(day)


def is_too_far(day: date, today: date) -> bool:
    """Say whether *day* is further away than anything is counted to, so that nobody waits while it is."""
    return abs(day - today) > FURTHEST


def is_length(written: str) -> bool:
    """Say whether *written* is a length of time, as '2 days'; a date is none."""
    return _WRITTEN.fullmatch(written.strip()) is not None


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as cause:
        raise TermInvalid(term=written, most=MAX_DAYS) from cause


def calendar_functions(calendar: WorkCalendar, at: datetime) -> Mapping[str, Callable[..., str]]:
    """Return what expressions of a model may call to count working time, by name; *at* is now.

    ``workdays(3)`` is the end of the third working day from now, ``half_days(5)`` that of the fifth working half day,
    ``working_days_after('2026-12-28', 5)`` a date; all are ISO 8601 text. They raise ValueError or TypeError, as the
    other functions of expressions do.
    """

    def workdays(days: int) -> str:
        return _counted(lambda: Term(days=days).ends(calendar, at)).isoformat()

    def half_days(count: int) -> str:
        return _counted(lambda: half_days_after(calendar, at, count)).isoformat()

    def after(start: str, days: int) -> str:
        day = date.fromisoformat(start)
        return _counted(lambda: working_days_after(calendar, day, days)).isoformat()

    return {"workdays": workdays, "half_days": half_days, "working_days_after": after}


def _counted(count: Callable[[], Counted]) -> Counted:
    try:
        return count()
    except (TermInvalid, CalendarEmpty) as cause:
        raise ValueError(str(cause)) from cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A time in which the clock stood, since something was asked for and awaited; *ended* is None while it stands."""

    began: datetime
    reason: str
    ended: datetime | None = None


def due_at(calendar: WorkCalendar, term: Term, start: datetime, pauses: Iterable[Pause] = ()) -> datetime:
    """Return when a term that began at *start* ends, if the clock stood during *pauses* (in order).

    What was left of the term when the clock stopped is left when it goes on. A pause that has not ended, or that began
    when the term was over, changes nothing; one in which the term began moves its beginning to its own end.
    """
    return put_off_by(pauses, lambda began: term.ends(calendar, began), partial(shifted, calendar), start)


def put_off_by(
    pauses: Iterable[Pause],
    ends: Callable[[datetime], datetime],
    shift: Callable[[datetime, datetime, datetime], datetime],
    start: datetime,
) -> datetime:
    """Return when something that began at *start* ends, if the clock stood during *pauses* (in order).

    Args:
        pauses: When it stood; those that have not ended change nothing.
        ends: When it ends without pauses, if it began then.
        shift: When it ends after one pause: from its end without, the beginning and the end of the pause.
        start: When it began.
    """
    over = [(pause.began, pause.ended) for pause in pauses if pause.ended is not None]
    for began, ended in over:
        if began <= start < ended:
            start = ended
    due = ends(start)
    for began, ended in over:
        if start <= began <= due:
            due = shift(due, began, ended)
    return due


def shifted(calendar: WorkCalendar, due: datetime, began: datetime, ended: datetime) -> datetime:
    """Return the end of a term after a pause: as many half days after *ended* as there were left at *began*."""
    left = half_days_between(calendar, began, due)
    return due if left < 0 else half_days_after(calendar, ended, left)


def shifted_day(calendar: WorkCalendar, due: date, began: date, ended: date) -> date:
    """Return the last day of a term in days after a pause: as many working days after *ended* as were left."""
    return due if due < began else working_days_after(calendar, ended, working_days_between(calendar, began, due))


class Light(StrEnum):
    """How near the end of a term is."""

    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A term as it stands at a moment.

    Attributes:
        due: Its last moment.
        half_days: Working half days that are left after the present one; of an overdue term those that passed,
            the present one with them.
    """

    light: Light
    due: datetime
    half_days: int


def standing(calendar: WorkCalendar, due: datetime, at: datetime, *, paused_since: datetime | None = None) -> Standing:
    """Say how a term that ends at *due* stands at the moment *at*."""
    if paused_since is not None:
        return Standing(light=Light.PAUSED, due=due, half_days=half_days_between(calendar, paused_since, due))
    if at > due:
        return Standing(light=Light.OVERDUE, due=due, half_days=half_days_between(calendar, due, at))
    left = half_days_between(calendar, at, due)
    light = Light.DUE_SOON if left <= DUE_SOON_HALF_DAYS else Light.ON_TIME
    return Standing(light=light, due=due, half_days=left)


class TermInvalid(Invalid):
    """A length of time is not written as it must be, is negative or too long."""

    code = "deadline.term_invalid"
    template = (
        "'%(term)s' is no time limit. Write '2 days', '5 half-days', '1 day by noon' or a date; at most %(most)s days."
    )


class CalendarEmpty(Invalid):
    """The calendar has no working day for years; nothing can be counted with it."""

    code = "deadline.calendar_empty"
    template = "The calendar has no working day for years. Ask the administrator to correct it."


class ClockStands(Conflict):
    """The time limits of the document are paused already."""

    code = "document.clock_stands"
    template = "The time limits of this document have been paused since %(since)s. Resume them before pausing again."


class ClockRuns(Conflict):
    """The time limits of the document are not paused."""

    code = "document.clock_runs"
    template = "The time limits of this document are not paused, so there is nothing to resume."
