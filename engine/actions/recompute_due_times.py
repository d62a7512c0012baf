"""Recompute due times: open work is counted again by the calendar as it is now."""

from typing import Final

from engine.calendar_events import DueTimesRecomputed
from engine.ids import SYSTEM, AgencyId
from engine.neighbours import Services
from engine.ports import UnitOfWork

RECOMPUTE: Final = "recompute_due_times"
"""The job's name; its argument is the agency."""
BATCH: Final = 200


def recompute_due_times(agency_id: AgencyId, *, services: Services) -> int:
    """Count every open item again that was counted by an older calendar; return how many.

    Each batch is a transaction of its own. What somebody is acting on in this moment is left for the next time.
    """
    total = 0
    while True:
        with services.begin() as work:
            counted = _batch(agency_id, services, work)
        total += counted
        if counted < BATCH:
            return total


def _batch(agency_id: AgencyId, services: Services, work: UnitOfWork) -> int:
    calendar = work.calendars.of(agency_id)
    items = work.work_items.lock_counted_before(agency_id, calendar.version, BATCH)
    if not items:
        return 0
    documents = work.documents.several({item.document_id for item in items})
    again = [item.due_again(documents[item.document_id], calendar) for item in items]
    for item in again:
        work.work_items.save(item)
    work.record(
        DueTimesRecomputed(
            by=SYSTEM,
            at=services.clock(),
            agency_id=agency_id,
            version=calendar.version,
            items=len(items),
            moved=sum(new.due_at != old.due_at for new, old in zip(again, items, strict=True)),
        )
    )
    return len(items)
