"""Delegate a work item: give it to a named colleague who may do it too, for good."""

from datetime import datetime

from engine import hands
from engine.acting import acting
from engine.events import WorkItemDelegated
from engine.ids import PersonId, WorkItemId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_items import WorkItem


def delegate_work_item(
    work_item_id: WorkItemId, to: PersonId, *, by: Person, at: datetime, work: UnitOfWork
) -> WorkItem:
    """Make the item the colleague's own.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded: It is not this person's to give.
        WorkItemNotOpen: It is done, or being signed.
        OutcomeDataInvalid: The colleague's posts do not include this work.
    """
    item, _ = work.work_items.lock(work_item_id)
    item = acting(by, item, at, work)
    item.require_open()
    colleague = hands.colleague_for(item, to, by, at, work)
    given = item.acted_on(None, None).seen(by.id, at).claimed(colleague.id)
    work.work_items.save(given)
    work.record(
        WorkItemDelegated(
            by=by.id,
            at=at,
            agency_id=item.agency_id,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
            work_item_id=item.id,
            document_id=item.document_id,
            to=colleague.id,
        )
    )
    return given
