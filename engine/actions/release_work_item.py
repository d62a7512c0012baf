"""Release a work item: everybody whose work it is can take it again."""

from datetime import datetime

from engine import access
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
    access.require_act(by, item)
    released = item.seen(by.id, at).released()
    work.work_items.save(released)
    work.record(
        WorkItemReleased(by=by.id, at=at, agency_id=item.agency_id, work_item_id=item.id, document_id=item.document_id)
    )
    return released
