"""Save a locality: the province's administrator changes its facts, as the count of households or its group."""

from dataclasses import dataclass
from datetime import datetime

from engine.criteria_events import LocalityChanged
from engine.ids import AgencyId, LocalityId
from engine.localities import AreaClass, CommuneGroup, Locality, LocalityMoved, Region, require_right
from engine.people import Person
from engine.ports import UnitOfWork
from engine.provinces import require_provincial


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveLocality:
    """The facts as they are to be, and the *rev* they were seen at; None where any will do."""

    locality_id: LocalityId
    name: str
    region: Region
    group: CommuneGroup | None
    area_class: AreaClass | None
    hardship: bool
    households: int
    agency_id: AgencyId | None
    rev: int | None = None


def save_locality(request: SaveLocality, *, by: Person, at: datetime, work: UnitOfWork) -> Locality:
    """Keep the facts and return the locality; what was judged before stays judged as it was.

    Raises:
        NotAllowed: The person is no administrator of the province.
        LocalityNotFound: There is no such one.
        LocalityMoved: Somebody changed it after it was seen.
        LocalityInvalid: Facts are wrong; all are named.
        AgencyNotFound: The agency is not of this installation.
    """
    require_provincial(by, "manage_localities", work)
    before = work.localities.lock(request.locality_id)
    if request.rev not in (None, before.rev):
        raise LocalityMoved(name=before.name)
    if request.agency_id is not None:
        work.people.get_agency(request.agency_id)
    saved = before.changed(
        name=" ".join(request.name.split()),
        region=request.region,
        group=request.group,
        area_class=request.area_class,
        hardship=request.hardship,
        households=request.households,
        agency_id=request.agency_id,
    )
    require_right(saved, work.localities.get(saved.parent_id) if saved.parent_id else None)
    work.localities.save(saved)
    work.record(_event(saved, by, at))
    return saved


def _event(saved: Locality, by: Person, at: datetime) -> LocalityChanged:
    return LocalityChanged(
        by=by.id,
        at=at,
        agency_id=by.agency_id,
        locality_id=saved.id,
        code=saved.code,
        name=saved.name,
        region=saved.region.value,
        group=saved.group.value if saved.group else None,
        area_class=saved.area_class.value if saved.area_class else None,
        hardship=saved.hardship,
        households=saved.households,
    )
