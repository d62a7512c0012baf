"""What only the agency that speaks for the province may do: say what is counted there, and by what it is judged."""

from engine import access
from engine.access import NotAllowed
from engine.ids import AgencyId
from engine.localities import Locality, LocalityKind
from engine.people import Person
from engine.ports import UnitOfWork
from engine.progress import Known


def may_provincial(person: Person, action: str, work: UnitOfWork) -> bool:
    """Say whether the person's posts include *action* and their agency speaks for the province.

    Where no province is known yet, an administrator of any agency may make it known.
    """
    provinces = work.localities.all(LocalityKind.PROVINCE)
    speaks = not provinces or any(each.agency_id == person.agency_id for each in provinces)
    return speaks and access.may(person, action)


def require_provincial(person: Person, action: str, work: UnitOfWork) -> None:
    """Raise NotAllowed unless may_provincial."""
    if not may_provincial(person, action, work):
        raise NotAllowed


def receiver_of(locality: Locality, work: UnitOfWork) -> AgencyId | None:
    """Return the agency that receives what it registers: that of the commune for a village, or of the province.

    Source: a village's dossier is received by its commune; since 1 July 2025 a commune turns to the province.
    """
    parent = None if locality.parent_id is None else work.localities.get(locality.parent_id)
    return None if parent is None else parent.agency_id


def province_of(locality: Locality, work: UnitOfWork) -> Locality:
    """Return the province the locality lies in, itself where it is one."""
    found = locality
    while found.parent_id is not None:
        found = work.localities.get(found.parent_id)
    return found


def provincial_agency(work: UnitOfWork) -> AgencyId | None:
    """Return the agency that speaks for the province, or None where none is known."""
    return next((each.agency_id for each in work.localities.all(LocalityKind.PROVINCE)), None)


def deciding_agencies(work: UnitOfWork) -> tuple[AgencyId, ...]:
    """Return the agencies that speak for a province: they alone recognise localities and rank products.

    Source: QĐ 18/2022/QĐ-TTg (chairman of the province) and Decision 26/2026/QĐ-TTg (levels of ranking).
    """
    found = (each.agency_id for each in work.localities.all(LocalityKind.PROVINCE))
    return tuple(agency_id for agency_id in found if agency_id is not None)


def known_progress(year: int, work: UnitOfWork) -> Known:
    """Return what progress of the year is counted of."""
    agency_id = provincial_agency(work)
    return Known(
        localities=work.localities.all(),
        achievements=work.achievements.all(),
        targets=work.targets.of_year(year),
        plan=[] if agency_id is None else work.targets.plan(agency_id, year),
    )
