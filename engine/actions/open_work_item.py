"""Open a work item: note who looked at it first; from then on the step before it is not taken back."""

from datetime import datetime

from engine import access
from engine.ids import WorkItemId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_item_events import WorkItemSeen
from engine.work_items import WorkItem, WorkItemState


def open_work_item(work_item_id: WorkItemId, *, by: Person, at: datetime, work: UnitOfWork) -> WorkItem:
    """Return the item, noted as opened if this person may do it now and is the first; nothing is locked otherwise.

    Raises:
        WorkItemNotFound: There is no such item; whether the person may see it is for the caller to ask.
    """
    item = work.work_items.get(work_item_id)
    if not _is_first(item, by):
        return item
    item, _ = work.work_items.lock(work_item_id)
    if not _is_first(item, by):
        return item
    seen = item.seen(by.id, at)
    work.work_items.save(seen)
    place = access.require_act(by, item)
    work.record(
        WorkItemSeen(
            by=by.id,
            at=at,
            agency_id=item.agency_id,
            on_behalf_of=place.of.id if place else None,
            by_stand_in=place.by.id if place else None,
            work_item_id=item.id,
            document_id=item.document_id,
        )
    )
    return seen


def _is_first(item: WorkItem, by: Person) -> bool:
    if item.state is not WorkItemState.OPEN or item.seen_at is not None or item.opened_by == by.id:
        return False
    return access.may_act(by, item)
