"""Whom a work item concerns: who may do it now, stand-ins among them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from engine import access
from engine.ids import AgencyId, PersonId
from engine.people import Person, Role, placed
from engine.ports import UnitOfWork
from engine.work_items import WorkItem


def placed_people(
    agency_ids: Collection[AgencyId], at: datetime, work: UnitOfWork
) -> Mapping[AgencyId, Sequence[Person]]:
    """Return the people of these agencies, with the places they may act in at this moment."""
    return {agency_id: staff_now(agency_id, at, work) for agency_id in agency_ids}


def staff_now(agency_id: AgencyId, at: datetime, work: UnitOfWork) -> Sequence[Person]:
    """Return the people of one agency like that, in the order they were given."""
    return placed(work.people.of_agency(agency_id), work.stand_ins.in_force(agency_id, at))


def who_could_do(item: WorkItem, at: datetime, work: UnitOfWork) -> Sequence[Person]:
    """Return the people of the item's agency as far as posts decide who can do it.

    Only the head's work passes to somebody who would not have it; for any other nobody asks who stands in for whom:
    a substitute can do nothing that whom they stand in for cannot.
    """
    return staff_now(item.agency_id, at, work) if Role.HEAD in item.roles else work.people.of_agency(item.agency_id)


def people_for(item: WorkItem, people: Sequence[Person]) -> set[PersonId]:
    """Return whose a work item is: its assignee, or everybody who may take it, and who stands in for one of them."""
    able = {person.id for person in people if access.may_act(person, item)}
    return able if item.assignee is None else able | {item.assignee}
