"""Fire a timer that is due: the procedure moves on, in the transaction that claimed it."""

from datetime import datetime

from engine import procedures, waits
from engine.ids import SYSTEM
from engine.instances import Instance
from engine.ports import UnitOfWork
from engine.timers import DueTimer
from engine.wait_events import TimerFired


def fire_timer(due: DueTimer, instance: Instance, *, at: datetime, work: UnitOfWork) -> None:
    """Carry the claimed instance to its next waits.

    Args:
        due: The timer.
        instance: Its instance, locked.
        at: The moment by the database's clock.
        work: The transaction that claimed it.

    Raises:
        TaskNotOpen, TimerNotDue: The row of the timer does not say what the state of the instance says.
        Refusal, Fault: Whatever stopped the operations that follow; nothing was kept.
    """
    timer = due.timer
    move = procedures.prepare(instance, by=SYSTEM, at=at, work=work)
    procedures.carry(move, lambda run: run.fire(timer.task_id, at), timer.task_id)
    waits.settle(timer.task_id, work)
    work.record(
        TimerFired(
            by=SYSTEM,
            at=at,
            agency_id=instance.agency_id,
            instance_id=instance.id,
            document_id=instance.document_id,
            element=timer.element_id,
            due_at=timer.due_at,
            effects=tuple(move.effects),
        )
    )
