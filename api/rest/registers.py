"""Number books: which there are, and what is in them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.deps import PageDep, WorkDep
from api.rest.answers import Answer, Names, PageOf, PersonRef, page_of, problems
from api.rest.calls import CallDep
from api.rest.fields import BLANK_AS_NONE
from api.rest.paths import RegisterPath
from api.rest.routes import Door
from engine import access
from engine.deadlines import office_date
from engine.registers import Direction, RegisterEntry, RegisterNotFound

router = APIRouter(route_class=Door, tags=["registers"])


class RegisterAnswer(Answer):
    """One series of numbers; it restarts at 1 each 1 January."""

    id: UUID
    direction: Direction
    name: str


class EntryAnswer(Answer):
    """One number; a cancelled one stays, with its reason."""

    year: int
    number: int
    printed: str
    document_id: UUID
    entered_on: date
    entered_at: datetime
    entered_by: PersonRef | None
    cancelled_at: datetime | None
    cancelled_reason: str | None


@router.get("/registers", summary="Number books", response_model=PageOf[RegisterAnswer], responses=problems(403))
def list_registers(call: CallDep, work: WorkDep) -> PageOf[RegisterAnswer]:
    """Return the number books of one's agency."""
    access.require(call.by, "read_registers")
    return PageOf(
        items=[
            RegisterAnswer(id=register.id, direction=register.direction, name=register.name)
            for register in work.registers.of_agency(call.by.agency_id)
        ]
    )


@router.get(
    "/registers/{register_id}/entries",
    summary="Numbers of a year",
    response_model=PageOf[EntryAnswer],
    responses=problems(403, 404, 422),
)
def list_entries(
    register_id: RegisterPath,
    page: PageDep,
    call: CallDep,
    work: WorkDep,
    year: Annotated[
        Annotated[int, Field(ge=1900, le=9999)] | None, BLANK_AS_NONE, Query(description="This year without it")
    ] = None,
) -> PageOf[EntryAnswer]:
    """Return the numbers taken in a year, the highest first."""
    access.require(call.by, "read_registers")
    register = work.registers.get(register_id)
    access.require_agency(call.by, register.agency_id, RegisterNotFound())
    names = Names(call.by.agency_id, work)
    found = work.registers.entries(register.id, year or office_date(call.at).year, page)
    return page_of(found, lambda entry: entry_answer(entry, names))


def entry_answer(entry: RegisterEntry, names: Names) -> EntryAnswer:
    """Return the entry as answers show it."""
    return EntryAnswer(
        year=entry.year,
        number=entry.number,
        printed=entry.printed,
        document_id=entry.document_id,
        entered_on=entry.entered_on,
        entered_at=entry.entered_at,
        entered_by=names.person(entry.entered_by),
        cancelled_at=entry.cancelled_at,
        cancelled_reason=entry.cancelled_reason,
    )
