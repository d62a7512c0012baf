"""Note what a work item waits for while the machine signs it: people read it, and it goes on by itself."""

from datetime import datetime

from engine.errors import VanthuError
from engine.events import WaitNoted
from engine.ids import SYSTEM, WorkItemId
from engine.ports import UnitOfWork
from engine.work_items import WorkItem, WorkItemState


def note_wait(work_item_id: WorkItemId, error: VanthuError, *, at: datetime, work: UnitOfWork) -> WorkItem:
    """Say on a work item being signed what the machine waits for; it goes on by itself."""
    item, _ = work.work_items.lock(work_item_id)
    if item.state is not WorkItemState.SIGNING:
        return item
    waiting = item.waiting(str(error), at)
    work.work_items.save(waiting)
    work.signature_batches.note_trouble(item.id, error)
    work.record(
        WaitNoted(
            by=SYSTEM,
            at=at,
            agency_id=item.agency_id,
            work_item_id=item.id,
            document_id=item.document_id,
            code=error.code,
        )
    )
    return waiting
