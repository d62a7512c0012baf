"""Timers: the moments written in a model, reckoned from the moment of the trigger.

They are written as ISO 8601 has them; a duration in working time as the time limits of tasks are: '3 days'. A date or
time without offset is that of Việt Nam. Months and years are those of its calendar; a cycle counts each round from the
round before, never from when somebody got round to it.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from engine.calendars import WorkCalendar
from engine.deadlines import VIETNAM, CalendarEmpty, Pause, Term, TermInvalid, calendar_functions, put_off_by, shifted
from engine.deadlines import is_length as counts_work
from engine.runtime.errors import ExpressionRefused
from engine.runtime.expressions import evaluate
from engine.runtime.models import TriggerKind

SHORTEST_CYCLE: Final = timedelta(minutes=1)

_DURATION: Final = re.compile(
    r"P(?=.)(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9}(?:\.\d{1,6})?)S)?)?"
)
_LITERALS: Final = {
    TriggerKind.DATE: re.compile(r"\d{4}-.*"),
    TriggerKind.DURATION: re.compile(r"P[\dT].*"),
    TriggerKind.CYCLE: re.compile(r"R\d*/.*"),
}


class TimerMalformed(ValueError):
    """The text says no moment; its message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A waiting timer.

    Attributes:
        due: When it fires next, in UTC.
        every: The ISO duration between two rounds; None fires once.
        left: Rounds after the next one; None without end.
    """

    due: datetime
    every: str | None = None
    left: int | None = 0

    def after(self, at: datetime) -> "Alarm | None":
        """Return the timer as it goes on after firing at *at*, or None.

        Rounds missed while nobody looked are made up for by the one that fires now.
        """
        if self.every is None or self.left == 0:
            return None
        due = _plus(self.due, self.every)
        if due <= at and not _months(self.every):
            due += (at - due) // (due - self.due) * (due - self.due)  # days and hours all have the same length
        while due <= at:
            due = _plus(due, self.every)
        return replace(self, due=due, left=None if self.left is None else self.left - 1)


def is_literal(kind: TriggerKind, text: str) -> bool:
    """Say whether the text of a timer stands for itself; else it is an expression."""
    in_working_time = kind is TriggerKind.DURATION and counts_work(text)
    return in_working_time or _LITERALS[kind].fullmatch(text) is not None


def alarm(kind: TriggerKind, text: str, at: datetime, calendar: Callable[[], WorkCalendar] = WorkCalendar) -> Alarm:
    """Return the timer that *text* sets at the moment *at*; *calendar* is asked for where working time is counted.

    Raises:
        TimerMalformed: The text is no date, duration or cycle, or the cycle is shorter than a minute.
    """
    match kind:
        case TriggerKind.DATE:
            return Alarm(due=_moment(text))
        case TriggerKind.DURATION:
            return Alarm(due=_set_by(text, at, calendar))
        case _:
            return _cycle(text, at)


def is_working_time(said: str) -> bool:
    """Say whether what set a timer, a text or a call of a function of the calendar, counts working time."""
    return counts_work(said) or "(" in said


def recounted(said: str, since: datetime, pauses: Iterable[Pause], calendar: WorkCalendar) -> datetime:
    """Return when a timer that *said* set at the moment *since* is due, if the clock stood during *pauses*.

    Raises:
        TimerMalformed: It cannot be counted by this calendar.
    """

    def later(due: datetime, began: datetime, ended: datetime) -> datetime:
        return shifted(calendar, due, began, ended) if is_working_time(said) else due + (ended - began)

    return put_off_by(pauses, lambda start: _set_by(said, start, lambda: calendar), later, since).astimezone(UTC)


def _set_by(said: str, at: datetime, calendar: Callable[[], WorkCalendar]) -> datetime:
    try:
        if counts_work(said):
            return Term.parse(said).ends(calendar(), at).astimezone(UTC)
        if "(" in said:
            return _moment(str(evaluate(said, {}, calendar_functions(calendar(), at))))
    except (TermInvalid, CalendarEmpty, ExpressionRefused) as cause:
        raise TimerMalformed(str(cause)) from cause
    return _moment(said) if said[:1].isdigit() else _plus(at, said)


def _cycle(text: str, at: datetime) -> Alarm:
    found = re.fullmatch(r"R(\d{0,6})/(?:(\d[^/]*)/)?(P[^/]+)", text)
    if found is None:
        raise TimerMalformed(f"'{text}' is no cycle like 'R3/PT1H' or 'R/2026-03-02T08:00/P1D'")
    rounds, begin, every = found.groups()
    if _plus(at, every) - at < SHORTEST_CYCLE:
        raise TimerMalformed(f"the cycle '{text}' is shorter than a minute")
    if rounds and int(rounds) == 0:
        raise TimerMalformed(f"the cycle '{text}' has no round")
    due = _moment(begin) if begin else _plus(at, every)
    return Alarm(due=due, every=every, left=int(rounds) - 1 if rounds else None)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=VIETNAM)).astimezone(UTC)
    except (ValueError, OverflowError) as cause:
        raise TimerMalformed(f"'{text}' is no date or time like '2026-03-02T08:00'") from cause


def _plus(moment: datetime, duration: str) -> datetime:
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise TimerMalformed(f"'{duration}' is no duration like 'P3D' or 'PT1H30M'")
    part = {name: float(value) for name, value in found.groupdict("0").items()}
    try:
        there = _months_later(moment.astimezone(VIETNAM), int(part.pop("years")) * 12 + int(part.pop("months")))
        return (there + timedelta(**part)).astimezone(UTC)
    except (ValueError, OverflowError) as cause:
        raise TimerMalformed(f"the duration '{duration}' leads beyond the calendar") from cause


def _months(duration: str) -> int:
    found = _DURATION.fullmatch(duration)
    return int(found["years"] or 0) * 12 + int(found["months"] or 0) if found else 0


def _months_later(moment: datetime, months: int) -> datetime:
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
