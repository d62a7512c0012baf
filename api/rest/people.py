"""Agencies, units and people, as forms offer them: names and posts, nothing private."""

from uuid import UUID

from fastapi import APIRouter

from api.deps import PersonDep, WorkDep
from api.rest.answers import Answer, PageOf
from api.rest.routes import Door
from engine.people import Agency, Person, Role, Unit

router = APIRouter(route_class=Door, tags=["people"])


class AgencyAnswer(Answer):
    """An agency of this installation; its id is what `recipients` takes."""

    id: UUID
    code: str
    name: str
    symbol: str
    place: str


class UnitAnswer(Answer):
    """A unit of one's agency."""

    id: UUID
    name: str
    symbol: str


class PostAnswer(Answer):
    """A role held in a unit, or in the whole agency where `unit_id` is null; acting heads are printed 'Q.'."""

    role: Role
    unit_id: UUID | None
    acting: bool


class ColleagueAnswer(Answer):
    """Somebody of one's agency; their id is what `signer` and `to` take."""

    id: UUID
    name: str
    title: str
    posts: list[PostAnswer]


@router.get("/agencies", summary="Agencies of this installation", response_model=PageOf[AgencyAnswer])
def list_agencies(by: PersonDep, work: WorkDep) -> PageOf[AgencyAnswer]:
    """Return all agencies, by name."""
    return PageOf(items=[agency_answer(agency) for agency in work.people.agencies()])


@router.get("/units", summary="Units of one's agency", response_model=PageOf[UnitAnswer])
def list_units(by: PersonDep, work: WorkDep) -> PageOf[UnitAnswer]:
    """Return the units of one's own agency."""
    return PageOf(items=[unit_answer(unit) for unit in work.people.units(by.agency_id)])


@router.get("/people", summary="People of one's agency", response_model=PageOf[ColleagueAnswer])
def list_people(by: PersonDep, work: WorkDep) -> PageOf[ColleagueAnswer]:
    """Return the people of one's own agency with their posts."""
    return PageOf(items=[colleague_answer(person) for person in work.people.of_agency(by.agency_id)])


def agency_answer(agency: Agency) -> AgencyAnswer:
    """Return the agency as answers show it."""
    return AgencyAnswer(id=agency.id, code=agency.code, name=agency.name, symbol=agency.symbol, place=agency.place)


def unit_answer(unit: Unit) -> UnitAnswer:
    """Return the unit as answers show it."""
    return UnitAnswer(id=unit.id, name=unit.name, symbol=unit.symbol)


def colleague_answer(person: Person) -> ColleagueAnswer:
    """Return the person as answers show them."""
    posts = [PostAnswer(role=post.role, unit_id=post.unit_id, acting=post.acting) for post in person.posts]
    return ColleagueAnswer(id=person.id, name=person.name, title=person.title, posts=posts)
