"""Timers of running procedures: when each is due, and how long to wait after firing one failed.

What is due is decided by the database's clock alone, whatever the clocks of the workers say.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from engine.ids import AgencyId, InstanceId, TaskId

LONGEST_PAUSE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A step of an instance that waits for a moment.

    Attributes:
        counted_by: Version of the calendar its moment was counted by; None: it counts no working time.
    """

    instance_id: InstanceId
    agency_id: AgencyId
    task_id: TaskId
    element_id: str
    due_at: datetime
    counted_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTimer:
    """A timer whose moment has come.

    Attributes:
        at: The present moment by the database's clock.
        failures: How often firing it failed.
    """

    timer: Timer
    at: datetime
    failures: int

    @property
    def pause(self) -> timedelta:
        """How long to leave it alone when firing it fails now: 1, 2, 4, … seconds, at most five minutes."""
        return min(LONGEST_PAUSE, timedelta(seconds=2 ** min(self.failures, 30)))
