"""Release a work item: everybody whose work it is can take it again."""

from datetime import datetime

from engine.acting import acting
from engine.events import WorkItemReleased
from engine.ids import WorkItemId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_items import WorkItem


def release_work_item(work_item_id: WorkItemId, *, by: Person, at: datetime, work: UnitOfWork) -> WorkItem:
    """Give the item back.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded: It is not this person's to give.
        WorkItemNotOpen: It is done, or being signed.
        WorkItemNotShared: The model names this very person.
    """
    item, _ = work.work_items.lock(work_item_id)
    item = acting(by, item, at, work)
    released = item.seen(by.id, at).released()
    work.work_items.save(released)
    work.record(
        WorkItemReleased(
            by=by.id,
            at=at,
            agency_id=item.agency_id,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
            work_item_id=item.id,
            document_id=item.document_id,
        )
    )
    return released
