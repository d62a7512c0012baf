"""Refuse a handover: the work item goes back to who handed it over, with a reason."""

from datetime import datetime

from engine import hands
from engine.acting import acting
from engine.events import Private
from engine.ids import WorkItemId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_item_events import HandoverRefused
from engine.work_items import WorkItem


def refuse_handover(work_item_id: WorkItemId, reason: str, *, by: Person, at: datetime, work: UnitOfWork) -> WorkItem:
    """Give the item back to the colleague it came from.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded: It is not with this person.
        StandInOver: They stood in for whom it was handed to, and do so no longer.
        WorkItemNotOpen: It is done, or being signed.
        NothingHandedOver: Nobody handed it to them, or they took it already.
        OutcomeDataInvalid: There is no reason, or too long a one.
    """
    item, _ = work.work_items.lock(work_item_id)
    item = acting(by, item, at, work)
    giver = item.handed_to(item.on_behalf_of or by.id)
    said = hands.checked_note("reason", reason, required=True)
    given_back = item.acted_on(None, None).seen(by.id, at).claimed(giver)
    work.work_items.save(given_back)
    work.record(
        HandoverRefused(
            by=by.id,
            at=at,
            agency_id=item.agency_id,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
            work_item_id=item.id,
            document_id=item.document_id,
            to=giver,
            reason=Private(value=said or ""),
        )
    )
    return given_back
