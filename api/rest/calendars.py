"""The office calendar: a year as it is used, and confirming it."""

from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, Names, PersonRef, problems
from api.rest.calls import CallDep
from api.rest.fields import PRINTABLE, CalendarDate, RequestBody
from api.rest.preconditions import IfMatch, etag, require_match
from api.rest.routes import Door
from engine import access
from engine.actions.save_calendar import SaveCalendar, save_calendar
from engine.calendars import MAX_NAME, CalendarDay, CalendarYear, DayKind, OfficeHours

router = APIRouter(route_class=Door, tags=["calendar"])

Year = Annotated[int, Path(description="2000 to 2100")]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["07:30"])]


class DayBody(RequestBody):
    """A day that differs from the rule that Monday to Friday are worked: off, worked instead, worked in the morning."""

    day: CalendarDate
    kind: DayKind
    name: Annotated[str, Field(max_length=MAX_NAME), PRINTABLE] = ""


class HoursBody(RequestBody):
    """Office hours in the time of Việt Nam."""

    morning_start: Clock
    morning_end: Clock
    afternoon_start: Clock
    afternoon_end: Clock


class CalendarBody(RequestBody):
    """A year as it is to be; hours that are not given become the usual ones, 08:00-12:00 and 13:00-17:00."""

    days: Annotated[list[DayBody], Field(max_length=366)]
    hours: HoursBody | None = None


class DayAnswer(Answer):
    """A day that differs from the rule that Monday to Friday are worked."""

    day: date
    kind: DayKind
    name: str


class CalendarAnswer(Answer):
    """A year of the office's calendar; `proposed` until an administrator has confirmed it, and used all the same."""

    year: int
    proposed: bool
    days: list[DayAnswer]
    hours: HoursBody
    confirmed_at: datetime | None
    confirmed_by: PersonRef | None
    rev: int


@router.get(
    "/calendar/{year}", summary="A year of the calendar", response_model=CalendarAnswer, responses=problems(422)
)
def get_calendar(year: Year, call: CallDep, work: WorkDep, response: Response) -> CalendarAnswer:
    """Return the year as deadlines are counted by it now: confirmed, or as it is proposed."""
    access.require(call.by, "read_calendar")
    found = work.calendars.get(call.by.agency_id, year)
    response.headers["ETag"] = etag(found.rev)
    return _answer(found, Names(call.by.agency_id, work))


@router.put(
    "/calendar/{year}",
    summary="Confirm a year",
    response_model=CalendarAnswer,
    responses=problems(403, 409, 412, 422),
)
def put_calendar(
    year: Year, body: CalendarBody, accepted: IfMatch, call: CallDep, work: WorkDep, response: Response
) -> CalendarAnswer:
    """Keep the year as confirmed; due times of open work are counted again by a job."""
    access.require(call.by, "save_calendar")
    require_match(accepted, work.calendars.lock(call.by.agency_id, year).rev)
    saved = save_calendar(_request(year, body), by=call.by, at=call.at, work=work)
    response.headers["ETag"] = etag(saved.rev)
    return _answer(saved, Names(call.by.agency_id, work))


def _request(year: int, body: CalendarBody) -> SaveCalendar:
    hours = OfficeHours()
    if body.hours is not None:
        hours = OfficeHours(**{name: time.fromisoformat(value) for name, value in body.hours.model_dump().items()})
    days = [CalendarDay(day=one.day, kind=one.kind, name=one.name.strip()) for one in body.days]
    return SaveCalendar(year=year, days=days, hours=hours)


def _answer(found: CalendarYear, names: Names) -> CalendarAnswer:
    hours = found.hours
    return CalendarAnswer(
        year=found.year,
        proposed=found.confirmed_at is None,
        days=[DayAnswer(day=one.day, kind=one.kind, name=one.name) for one in found.days],
        hours=HoursBody(
            morning_start=hours.morning_start.isoformat("minutes"),
            morning_end=hours.morning_end.isoformat("minutes"),
            afternoon_start=hours.afternoon_start.isoformat("minutes"),
            afternoon_end=hours.afternoon_end.isoformat("minutes"),
        ),
        confirmed_at=found.confirmed_at,
        confirmed_by=names.person(found.confirmed_by),
        rev=found.rev,
    )
