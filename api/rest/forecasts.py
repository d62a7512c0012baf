"""Forecasts: what will be late on a day, if nobody does anything until then."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from api.deps import PageDep, WorkDep
from api.rest.answers import Answer, Names, PageOf, PersonRef, page_of, problems
from api.rest.calls import CallDep
from api.rest.document_answers import DocumentLine, document_line
from api.rest.fields import OptionalDate, OptionalId
from api.rest.routes import Door
from api.rest.work_item_answers import WorkItemLine, work_item_line
from engine import access
from engine.deadlines import end_of_day, office_date
from engine.ids import PersonId, UnitId
from engine.queries import ForecastQuery

router = APIRouter(route_class=Door, tags=["forecast"])


def asked(
    call: CallDep,
    on: Annotated[OptionalDate, Query(description="The day; today without it")] = None,
    unit_id: Annotated[OptionalId, Query(description="Only what is with this unit or its people")] = None,
    person_id: Annotated[OptionalId, Query(description="Only what is with this person")] = None,
) -> ForecastQuery:
    """Return what a forecast is asked for; raises NotAllowed."""
    access.require(call.by, "read_forecast")
    return ForecastQuery(
        agency_id=call.by.agency_id,
        until=end_of_day(on or office_date(call.at)),
        unit_id=UnitId(unit_id) if unit_id else None,
        person_id=PersonId(person_id) if person_id else None,
    )


AskedDep = Annotated[ForecastQuery, Depends(asked)]


class CountAnswer(Answer):
    """How many open work items will be late with a unit and a person; null: with no unit, with nobody yet."""

    unit_id: UUID | None
    unit: str | None
    person: PersonRef | None
    count: int


@router.get(
    "/work-items/forecast",
    summary="Work late on a day",
    response_model=PageOf[WorkItemLine],
    responses=problems(403, 422),
)
def forecast_work_items(query: AskedDep, page: PageDep, call: CallDep, work: WorkDep) -> PageOf[WorkItemLine]:
    """Return the open work items whose time limit ends by the end of that day, the soonest first."""
    found = work.work_items.forecast(query, page)
    names, calendar = Names(call.by.agency_id, work), work.calendars.of(call.by.agency_id)
    documents = work.documents.lines({item.document_id for item in found.items})
    return page_of(found, lambda item: work_item_line(item, documents[item.document_id], names, calendar, call))


@router.get(
    "/work-items/forecast/counts",
    summary="Work late on a day, counted",
    response_model=PageOf[CountAnswer],
    responses=problems(403, 422),
)
def count_forecast(query: AskedDep, call: CallDep, work: WorkDep) -> PageOf[CountAnswer]:
    """Return how many such items there are, by unit and person."""
    names = Names(call.by.agency_id, work)
    units = {unit.id: unit.name for unit in work.people.units(call.by.agency_id)}
    return PageOf(
        items=[
            CountAnswer(
                unit_id=one.unit_id,
                unit=units.get(one.unit_id) if one.unit_id else None,
                person=names.person(one.person_id),
                count=one.count,
            )
            for one in work.work_items.forecast_counts(query)
        ]
    )


@router.get(
    "/documents/forecast",
    summary="Documents late on a day",
    response_model=PageOf[DocumentLine],
    responses=problems(403, 422),
)
def forecast_documents(query: AskedDep, page: PageDep, work: WorkDep) -> PageOf[DocumentLine]:
    """Return the unfinished documents whose due date is that day or earlier, the soonest first; paused ones are not."""
    return page_of(work.documents.forecast(query, page), document_line)
