"""Claim a work item: it is this person's until it is done, released or delegated."""

from datetime import datetime

from engine.acting import acting
from engine.events import WorkItemClaimed
from engine.ids import WorkItemId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_items import WorkItem


def claim_work_item(work_item_id: WorkItemId, *, by: Person, at: datetime, work: UnitOfWork) -> WorkItem:
    """Make the item this person's own; claiming it again is harmless.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded: It is not this person's to do.
        WorkItemNotOpen: It is done, or being signed.
    """
    item, _ = work.work_items.lock(work_item_id)
    item = acting(by, item, at, work)
    claimed = item.seen(by.id, at).claimed(by.id)
    work.work_items.save(claimed)
    work.record(
        WorkItemClaimed(
            by=by.id,
            at=at,
            agency_id=item.agency_id,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
            work_item_id=item.id,
            document_id=item.document_id,
        )
    )
    return claimed
