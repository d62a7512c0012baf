"""What only the agency that speaks for the province may do: say what is counted there, and by what it is judged."""

from engine import access
from engine.access import NotAllowed
from engine.localities import Locality, LocalityKind
from engine.people import Person
from engine.ports import UnitOfWork


def require_provincial(person: Person, action: str, work: UnitOfWork) -> None:
    """Raise NotAllowed unless the person's posts include *action* and their agency speaks for the province.

    Where no province is known yet, an administrator of any agency may make it known.
    """
    access.require(person, action)
    provinces = work.localities.all(LocalityKind.PROVINCE)
    if provinces and not any(each.agency_id == person.agency_id for each in provinces):
        raise NotAllowed


def province_of(locality: Locality, work: UnitOfWork) -> Locality:
    """Return the province the locality lies in, itself where it is one."""
    found = locality
    while found.parent_id is not None:
        found = work.localities.get(found.parent_id)
    return found
