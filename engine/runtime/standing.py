"""Where an instance stands: what it knows, and what it waits for."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType, UnionType
from typing import Any, Final

from SpiffWorkflow.task import Task

from engine.ids import TaskId
from engine.runtime.events import Waiting
from engine.runtime.listener import RunListener, due_of, follows
from engine.runtime.models import TIMERS, TriggerKind
from engine.runtime.progress import OpenedTask, RequestedJob, Subscription, WaitingTimer
from engine.runtime.scopes import Process
from engine.runtime.specs import Called, Human, Service


class Standing:
    """An instance in memory, to be looked at."""

    def __init__(self, workflow: Process) -> None:
        self._workflow: Final = workflow
        self._listener: Final[RunListener] = workflow.script_engine

    @property
    def data(self) -> Mapping[str, Any]:
        """What the instance knows."""
        return MappingProxyType(self._listener.memory.data)

    @property
    def open_tasks(self) -> tuple[OpenedTask, ...]:
        """The human tasks that wait, with who may do them as the data says now."""
        return tuple(self._listener.opened(task) for task in self._waiting(Human))

    @property
    def open_jobs(self) -> tuple[RequestedJob, ...]:
        """The jobs waited for, with their parameters as the data gives them now."""
        return tuple(self._listener.job(task) for task in self._waiting(Service))

    @property
    def open_calls(self) -> tuple[TaskId, ...]:
        """The call activities that wait for the end of another procedure."""
        return tuple(ids_of(self._waits(), Called))

    @property
    def timers(self) -> tuple[WaitingTimer, ...]:
        """The timers that wait."""
        return timers_among(self._waits())

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """The waits for messages and signals."""
        return subscriptions_among(self._waits())

    @property
    def waiting_elements(self) -> tuple[tuple[TaskId, str], ...]:
        """Every task that waits for the world, with the id of its element, for the diagram."""
        return tuple((TaskId(task.id), task.task_spec.element_id) for task in self._waits())

    def _waits(self) -> list[Task]:
        """Return what waits for a person, a job, a timer, a message or a signal."""
        return [
            task
            for tree in self._workflow.scopes()
            for task in tree.tasks.values()
            if task.state == getattr(task.task_spec, "waits", None)
        ]

    def _waiting(self, kind: type | UnionType) -> list[Task]:
        return [task for task in self._waits() if isinstance(task.task_spec, kind)]


def ids_of(waits: Iterable[Task], kind: type) -> dict[TaskId, None]:
    """Return the ids of those of the waiting tasks whose elements are of this kind, in their order."""
    return {TaskId(task.id): None for task in waits if isinstance(task.task_spec, kind)}


def timers_among(waits: Iterable[Task]) -> tuple[WaitingTimer, ...]:
    """Return the timers among the waiting tasks."""
    return tuple(
        WaitingTimer(
            task_id=TaskId(task.id),
            element_id=task.task_spec.element_id,
            due_at=due_of(task),
            follows=follows(task),
            counted_by=task.internal_data.get("cal"),
        )
        for task in waits
        if isinstance(task.task_spec, Waiting) and task.task_spec.trigger.kind in TIMERS
    )


def subscriptions_among(waits: Iterable[Task]) -> tuple[Subscription, ...]:
    """Return the waits for messages and signals among the waiting tasks."""
    return tuple(
        Subscription(
            task_id=TaskId(task.id),
            element_id=task.task_spec.element_id,
            kind="message" if task.task_spec.trigger.kind is TriggerKind.MESSAGE else "signal",
            name=task.task_spec.trigger.name or "",
            correlation=task.internal_data.get("key"),
        )
        for task in waits
        if isinstance(task.task_spec, Waiting) and task.task_spec.trigger.kind not in TIMERS
    )
