"""Add localities: the province's administrator makes communes and villages known."""

from collections.abc import Sequence
from datetime import datetime

from engine.criteria_events import LocalitiesAdded
from engine.localities import Locality, LocalityKnown, require_right
from engine.locality_loading import wait_for_others
from engine.people import Person
from engine.ports import UnitOfWork
from engine.provinces import require_provincial


def add_localities(added: Sequence[Locality], *, by: Person, at: datetime, work: UnitOfWork) -> None:
    """Keep new localities; those that others lie in come before these.

    Raises:
        NotAllowed: The person is no administrator of the province.
        LocalityInvalid: Facts of one are wrong; all of the first that has any are named.
        LocalityKnown: A code is that of another one.
    """
    require_provincial(by, "manage_localities", work)
    wait_for_others(work)
    known = {each.code: each for each in work.localities.all()}
    by_id = {each.id: each for each in known.values()}
    for locality in added:
        require_right(locality, by_id.get(locality.parent_id) if locality.parent_id else None)
        if locality.code in known:
            raise LocalityKnown(code=locality.code, name=known[locality.code].name)
        known[locality.code] = by_id[locality.id] = locality
    work.localities.add(added)
    work.record(LocalitiesAdded(by=by.id, at=at, agency_id=by.agency_id, codes=[each.code for each in added]))
