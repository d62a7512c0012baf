"""Put off a timer that failed to fire: it is tried again later and later, and people are told what stops it."""

from datetime import datetime
from typing import Final

from engine.actions.report_failure import Failure, report_failure
from engine.errors import Conflict, NeighbourAway, VanthuError
from engine.ports import UnitOfWork
from engine.timers import DueTimer
from engine.waits import FIRE_TIMER

UNSAID: Final = 3
"""So often a timer may fail of what is often over soon, before an incident says so."""


def put_off_timer(due: DueTimer, error: VanthuError, *, at: datetime, work: UnitOfWork) -> None:
    """Leave the timer alone for its pause, and open an incident unless the cause may be over at the next try."""
    timer = due.timer
    work.instances.lock(timer.instance_id)
    work.timers.put_off(due)
    if isinstance(error, (Conflict, NeighbourAway)) and due.failures < UNSAID:
        return
    failure = Failure(
        operation=FIRE_TIMER,
        element_id=timer.element_id,
        task_id=timer.task_id,
        code=error.code,
        message=str(error),
    )
    report_failure(failure, timer.instance_id, at=at, work=work)
