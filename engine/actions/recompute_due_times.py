"""Recompute due times: open work and timers in working time are counted again by the calendar as it is now."""

from typing import Final

from engine import procedures
from engine.calendar_events import DueTimesRecomputed, TimersRecomputed
from engine.ids import SYSTEM, AgencyId, InstanceId
from engine.neighbours import Services
from engine.ports import UnitOfWork

RECOMPUTE: Final = "recompute_due_times"
"""The job's name; its argument is the agency."""
BATCH: Final = 200


def recompute_due_times(agency_id: AgencyId, *, services: Services) -> int:
    """Count every open item and timer again that was counted by an older calendar; return how many.

    Each batch is a transaction of its own. What somebody is acting on in this moment is left for the next time.
    """
    total = 0
    while True:
        with services.begin() as work:
            counted = _batch(agency_id, services, work)
        total += counted
        if counted < BATCH:
            break
    after: InstanceId | None = None
    while True:
        with services.begin() as work:
            after = work.timers.find_counted_before(agency_id, work.calendars.of(agency_id).version, after)
            if after is None:
                return total
            total += _timers(after, services, work)


def _timers(instance_id: InstanceId, services: Services, work: UnitOfWork) -> int:
    """Count the timers of a procedure again that count working time; return how many, 0 where it has none by now."""
    instance = work.instances.lock(instance_id)
    before = {timer.task_id: timer.due_at for timer in work.timers.of_instance(instance_id)}
    if instance.finished_at is not None or not before:
        return 0
    move = procedures.prepare(instance, by=SYSTEM, at=services.clock(), work=work, even_suspended=True)
    procedures.count_again(move)
    after = work.timers.of_instance(instance_id)
    work.record(
        TimersRecomputed(
            by=SYSTEM,
            at=move.at,
            agency_id=instance.agency_id,
            instance_id=instance_id,
            version=work.calendars.of(instance.agency_id).version,
            moved=sum(before.get(timer.task_id) != timer.due_at for timer in after),
        )
    )
    return len(after)


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
