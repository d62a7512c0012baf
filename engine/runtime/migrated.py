"""What the migration of an instance may have to know, and what it comes to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.calendars import WorkCalendar
from engine.deadlines import Pause
from engine.ids import TaskId
from engine.instance_migrations import Consequence, Obstacle
from engine.runtime.progress import Progress

Began = Callable[[], Mapping[TaskId | None, datetime]]
"""Gives when each task was entered, and under None when the instance was started; asked only where it is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the migration of an instance may have to know besides its state; asked for only where it is needed.

    Attributes:
        pauses: When the clock of its document stood.
    """

    began: Began
    calendar: Callable[[], WorkCalendar] = WorkCalendar
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What an instance would be in the other version.

    Attributes:
        progress: Its state there; ``opened`` is every human task that waits. None where there are obstacles.
        anew: Tasks of jobs that are asked anew, with the ids they have now.
    """

    progress: Progress | None
    obstacles: tuple[Obstacle, ...]
    consequences: tuple[Consequence, ...]
    anew: Mapping[TaskId, TaskId]
