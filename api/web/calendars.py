"""The office calendar: a year as deadlines are counted by it; an administrator changes and confirms it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep, WorkDep
from api.problems import status_of
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed
from api.web.names import names_of
from api.web.words import msgid
from engine import access
from engine.actions.save_calendar import SaveCalendar, save_calendar
from engine.calendars import CalendarChanged, CalendarDay, CalendarInvalid, CalendarYear, DayKind, OfficeHours
from engine.deadlines import office_date
from engine.errors import FieldError, Refusal
from engine.neighbours import Services
from engine.ports import UnitOfWork
from engine.public_holidays import FIRST_YEAR, LAST_YEAR

router = APIRouter()

MORE: Final = 6
"""Empty rows for days that are to be added."""
MOST: Final = 366
NOT_A_DAY: Final = msgid("This is not a date of the calendar; write it as 28/02/2026.")
NOT_A_TIME: Final = msgid("This is not a time of the day; write it as 07:30.")
HOURS: Final[Mapping[str, str]] = {
    "morning_start": msgid("Morning from"),
    "morning_end": msgid("Morning until"),
    "afternoon_start": msgid("Afternoon from"),
    "afternoon_end": msgid("Afternoon until"),
}


@router.get("/calendar")
def show_this_year(desk: DeskDep) -> Response:
    """Lead to the calendar of the present year."""
    return desk.to(f"/calendar/{office_date(desk.at).year}")


@router.get("/calendar/{year}")
def show(desk: DeskDep, work: WorkDep, year: str) -> Response:
    """Show a year: its days off and make-up days, who confirmed it, and for administrators the form to change it."""
    access.require(desk.person, "read_calendar")
    return _page(work.calendars.get(desk.person.agency_id, _year(year)), desk, work)


@router.post("/calendar/{year}")
def confirm(desk: DeskDep, form: FormDep, services: ServicesDep, year: str) -> Response:
    """Keep the year as confirmed, or show what is wrong with it."""
    access.require(desk.person, "save_calendar")
    rows, errors = _rows(form)
    hours, wrong_hours = _hours(form)
    if errors or wrong_hours:
        return _again(year, desk, services, (form, CalendarInvalid(errors=[*errors, *wrong_hours])))
    try:
        with services.begin() as work:
            request = SaveCalendar(year=_year(year), days=list(rows.values()), hours=hours, rev=form.number("rev"))
            saved = save_calendar(request, by=desk.person, at=desk.at, work=work)
    except (CalendarInvalid, CalendarChanged) as refusal:
        return _again(year, desk, services, (form, _placed(refusal, list(rows))))
    return desk.to(f"/calendar/{saved.year}", "calendar_confirmed", year=str(saved.year))


def _again(year: str, desk: Desk, services: Services, tried: tuple[Form, Refusal]) -> Response:
    with services.begin() as work:
        return _page(work.calendars.get(desk.person.agency_id, _year(year)), desk, work, tried)


def _year(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) == len("2026") else 0


def _page(shown: CalendarYear, desk: Desk, work: UnitOfWork, tried: tuple[Form, Refusal] | None = None) -> Response:
    names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    sent = tried[0].number("rows") if tried else len(shown.days) + MORE
    rows = range(max(0, min(sent, MOST)))
    form = _form(shown, rows, desk)
    if tried is not None:
        form = form.typed(tried[0]).refused(tried[1], desk.language)
    return desk.page(
        "calendars/show.html",
        status=status_of(tried[1]) if tried else 200,
        calendar=shown,
        names=names,
        form=form,
        rows=rows,
        kinds=[(kind.value, desk.speaks(KINDS[kind])) for kind in DayKind],
        may_save=desk.may("save_calendar"),
        before=shown.year - 1 if shown.year > FIRST_YEAR else None,
        after=shown.year + 1 if shown.year < LAST_YEAR else None,
    )


KINDS: Final[Mapping[DayKind, str]] = {
    DayKind.OFF: msgid("Day off"),
    DayKind.MAKE_UP: msgid("Worked instead"),
    DayKind.MORNING_ONLY: msgid("Only the morning is worked"),
}


def _form(shown: CalendarYear, rows: Sequence[int], desk: Desk) -> Typed:
    labels = dict(HOURS)
    values = {name: getattr(shown.hours, name).isoformat("minutes") for name in HOURS}
    for row in rows:
        labels |= {f"day_{row}": msgid("Day"), f"kind_{row}": msgid("Kind"), f"name_{row}": msgid("Occasion")}
    for row, one in enumerate(shown.days):
        values |= {f"day_{row}": one.day.isoformat(), f"kind_{row}": one.kind.value, f"name_{row}": one.name}
    return Typed.of(labels, desk.language, **values)


def _rows(form: Form) -> tuple[dict[int, CalendarDay], list[FieldError]]:
    """Return the days of the rows that are filled in, by row, and what is wrong with them."""
    found: dict[int, CalendarDay] = {}
    errors = []
    for row in range(max(0, min(form.number("rows"), MOST))):
        try:
            day: date | None = form.date(f"day_{row}")
        except ValueError:
            errors.append(FieldError(field=f"day_{row}", code="date", message=NOT_A_DAY))
            continue
        kind = form.text(f"kind_{row}")
        if day is not None and not form.text(f"gone_{row}"):
            chosen = DayKind(kind) if kind in set(DayKind) else DayKind.OFF
            found[row] = CalendarDay(day=day, kind=chosen, name=form.text(f"name_{row}").strip())
    return found, errors


def _hours(form: Form) -> tuple[OfficeHours, list[FieldError]]:
    found: dict[str, time] = {}
    errors = []
    for name in HOURS:
        try:
            found[name] = time.fromisoformat(form.text(name).strip()).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError:
            errors.append(FieldError(field=name, code="time", message=NOT_A_TIME))
    return OfficeHours(**found), errors


def _placed(refusal: Refusal, rows: Sequence[int]) -> Refusal:
    """Return the refusal with the rules' places ('days/2', 'hours/morning_end') as fields of the page."""
    if not isinstance(refusal, CalendarInvalid):
        return refusal
    errors = []
    for error in refusal.errors:
        part, _, place = error.field.partition("/")
        field = f"day_{rows[int(place)]}" if part == "days" else place or part
        errors.append(replace(error, field=field))
    return CalendarInvalid(errors=errors)
