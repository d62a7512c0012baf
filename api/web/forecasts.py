"""Forecasts: what will be late on a day, if nobody does anything until then."""

from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import PageDep, WorkDep
from api.web.clocks import clocks_of
from api.web.desk import Desk, DeskDep
from api.web.documents import NOT_A_DAY
from api.web.forms import Typed, day_of, id_of
from api.web.names import names_of
from api.web.words import msgid
from engine import access
from engine.deadlines import end_of_day, office_date
from engine.errors import FieldError
from engine.ids import PersonId, UnitId
from engine.queries import ForecastQuery, PageRequest

router = APIRouter()

LABELS: Final = {"on": msgid("Late by the end of")}
FRIDAY: Final = 4
WEEK: Final = 7
DOCUMENTS: Final = 50
"""Documents shown beside the work; REST has them all."""


@router.get("/forecast")
def show(desk: DeskDep, work: WorkDep, page: PageDep) -> Response:
    """Show what would be late by the end of a day, the coming Friday unless another is asked for."""
    access.require(desk.person, "read_forecast")
    asked = {name: value.strip() for name, value in desk.request.query_params.items() if value.strip()}
    day, form = _day(asked, desk)
    query = ForecastQuery(
        agency_id=desk.person.agency_id,
        until=end_of_day(day),
        unit_id=UnitId(id_of(asked["unit"])) if "unit" in asked else None,
        person_id=PersonId(id_of(asked["person"])) if "person" in asked else None,
    )
    found = work.work_items.forecast(query, page)
    documents = work.documents.several({item.document_id for item in found.items}) if found.items else {}
    kept: dict[str, str] = {
        "on": day.isoformat(),
        **{name: asked[name] for name in ("unit", "person") if name in asked},
    }
    late: dict[str, Any] = {
        "counts": work.work_items.forecast_counts(query),
        "late_documents": work.documents.forecast(query, PageRequest(limit=DOCUMENTS)).items,
    }
    return desk.page(
        "forecasts/show.html",
        form=form,
        day=day,
        narrowed=len(kept) > 1,
        found=found,
        documents=documents,
        clocks=clocks_of(found.items, documents, desk, work),
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        next_page=urlencode({**kept, "after": found.next}) if found.next else None,
        **late,
    )


def _day(asked: dict[str, str], desk: Desk) -> tuple[date, Typed]:
    today = office_date(desk.at)
    friday = today + timedelta(days=(FRIDAY - today.weekday()) % WEEK)
    form = Typed.of(LABELS, desk.language, on=asked.get("on", friday.isoformat()))
    try:
        return (day_of(asked["on"]) if "on" in asked else friday), form
    except ValueError:
        return friday, form.wrong([FieldError(field="on", code="date", message=NOT_A_DAY)], desk.language)
