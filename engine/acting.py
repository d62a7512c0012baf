"""Acting in another's place: allowed by what was known at sign-in, and made sure of in the transaction that acts."""

from datetime import datetime

from engine import access
from engine.people import Person, Place
from engine.ports import UnitOfWork
from engine.work_items import WorkItem


def acting(by: Person, item: WorkItem, at: datetime, work: UnitOfWork) -> WorkItem:
    """Raise unless the person may act on the locked item now; return it as acted on in the place they act in.

    Whoever acts for themselves costs no statement. In another's place the stand-in is held, so that it is either
    revoked before, and the act refused, or after.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded, OpinionGiven: It is not theirs to act on.
        StandInOver: They stood in for somebody, and do so no longer.
    """
    place = access.require_act(by, item)
    if place is None:
        return item.acted_on(None, None)
    work.stand_ins.hold(place.by.id, at)
    return item.acted_on(place.of.id, place.by.id)


def held_place(by: Person, action: str, at: datetime, work: UnitOfWork) -> Place | None:
    """Return the place in which the person does *action*, held as above; None where they do it for themselves.

    Raises:
        StandInOver: They stood in for somebody, and do so no longer.
    """
    place = access.place_to(by, action)
    if place is not None:
        work.stand_ins.hold(place.by.id, at)
    return place
