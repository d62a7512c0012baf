"""The index of Decision 766 on a page: what the cases show, what was entered, the shares the province reports."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep
from api.problems import status_of
from api.web import case_words
from api.web.desk import Desk, DeskDep
from api.web.forms import FormDep, Typed
from api.web.words import msgid
from engine import access
from engine.actions.enter_index_points import EnterIndexPoints, enter_index_points
from engine.deadlines import VIETNAM, office_date
from engine.errors import Conflict, Invalid
from engine.neighbours import Services
from engine.service_index import ITEMS, WEIGHTS, group_points, percent, scored

router = APIRouter()

LABELS: Final = {"item": msgid("Item"), "points": msgid("Points")}
FIRST_YEAR: Final = 2022
_LONGEST: Final = 10


@router.get("/service-index")
def show(desk: DeskDep, services: ServicesDep, year: str = "") -> Response:
    """Show the index of a year, of the present one where none is named."""
    access.require(desk.person, "read_cases")
    return _page(desk, services, Typed.of(LABELS, desk.language), _year(year, desk))


@router.post("/service-index/{year}")
def enter(desk: DeskDep, form: FormDep, services: ServicesDep, year: str) -> Response:
    """Keep points that were entered, or say what is wrong with them."""
    access.require(desk.person, "enter_index_points")
    known = _year(year, desk)
    request = EnterIndexPoints(year=known, item=form.text("item"), points=_points(form.text("points")))
    try:
        with services.begin() as work:
            enter_index_points(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        typed = Typed.of(LABELS, desk.language).typed(form).refused(refusal, desk.language)
        return _page(desk, services, typed, known, status_of(refusal))
    return desk.to(f"/service-index?year={known}", "points_entered")


def _page(desk: Desk, services: Services, form: Typed, year: int, status: int = 200) -> Response:
    agency = desk.person.agency_id
    began, ended = (datetime(one, 1, 1, tzinfo=VIETNAM).astimezone(UTC) for one in (year, year + 1))
    with services.begin() as work:
        tally = work.service_index.tally(agency, began, ended, desk.at)
        items = scored(tally, work.service_index.entries(agency, year))
    groups = group_points(items)
    return desk.page(
        "service_index/show.html",
        status=status,
        form=form,
        year=year,
        items=items,
        groups=groups,
        total=sum(groups.values(), Decimal(0)),
        weights=WEIGHTS,
        shares=[(tally.on_time, percent(tally.on_time)), (tally.kept, percent(tally.kept))],
        online=(tally.online, percent(tally.online)),
        satisfied=(tally.satisfied, percent(tally.satisfied)),
        said=case_words,
        entered=[(one.code, desk.speaks(case_words.ITEMS[one.code])) for one in ITEMS if not one.counted],
        may_enter=desk.may("enter_index_points"),
    )


def _year(text: str, desk: Desk) -> int:
    """Return the year that is asked for; what is none, or far away, is the present one."""
    now = office_date(desk.at).year
    known = text.isdecimal() and text.isascii() and len(text) == len("2026")
    return int(text) if known and FIRST_YEAR <= int(text) <= now else now


def _points(text: str) -> Decimal:
    try:
        return Decimal(text.strip().replace(",", ".")[:_LONGEST])
    except InvalidOperation:
        return Decimal(-1)
