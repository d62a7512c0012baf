"""What one trigger of a procedure came to, as values for the actions to write down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from engine.ids import TaskId
from engine.instances import Movement


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedTask:
    """A human task that was reached.

    Attributes:
        unit: Id of the unit whose people may do it, or None: any of the agency.
        assignee: Id of the one person who is to do it, or None.
        excluded: Ids of the people who may not, by separation of duties.
        due: The step's own time limit, as engine.deadlines.Term is written, or None.
        data: Everything the instance knows.
        signs: Name of the signature field that its signature goes into, where the model says.
    """

    task_id: TaskId
    element_id: str
    unit: str | None
    assignee: str | None
    excluded: tuple[str, ...]
    due: str | None
    data: Mapping[str, Any]
    signs: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedJob:
    """A job to be done by a worker; the task id is its key, so that a second result is refused."""

    task_id: TaskId
    element_id: str
    operation: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedCall:
    """Another installed procedure that is to be started, and waited for.

    Attributes:
        key: Its key.
        version: The version it is to run by; None: the active one.
        document: Id of the document it is for, as the model computed it; None: that of the caller.
        parameters: What it knows from the start.
    """

    task_id: TaskId
    element_id: str
    key: str
    version: int | None
    document: str | None
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The error an instance ended with, for whoever called it, and what goes with it."""

    code: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTimer:
    """A timer that waits; *due_at* is in UTC. The task id stays the same from round to round of a cycle.

    Attributes:
        follows: It stands while the clock of the document does.
        counted_by: Version of the calendar it was counted by; None: it counts no working time.
    """

    task_id: TaskId
    element_id: str
    due_at: datetime
    follows: bool = False
    counted_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A wait for a message or a signal of that name.

    Attributes:
        correlation: For a message: only one with this key is for this wait; None takes a message without key.
    """

    task_id: TaskId
    element_id: str
    kind: Literal["message", "signal"]
    name: str
    correlation: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message or a signal that was thrown.

    The caller delivers it to every wait it fits, by ``Run.receive``; a signal also to the waits of the instance that
    threw it. The run itself delivers nothing.
    """

    element_id: str
    kind: Literal["message", "signal"]
    name: str
    correlation: str | None
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """An element was entered or left.

    Attributes:
        kind: As BPMN writes it, as in 'userTask'.
        outcome: Of a human task that was completed.
        cancelled: The token did not go on from here; an end event took it away.
    """

    task_id: TaskId
    element_id: str
    name: str
    kind: str
    movement: Movement
    outcome: str | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What one trigger came to.

    Attributes:
        state: To be kept for the next trigger.
        opened: Human tasks that wait now and did not before.
        closed: Human tasks that waited before and do not now, completed or taken away.
        jobs: Jobs asked for by this trigger.
        dropped_jobs: Jobs asked for earlier that nothing waits for any more; the one just finished is not among them.
        activities: What was entered and left, in order.
        timers: All timers that wait now.
        subscriptions: All waits for messages and signals now.
        sent: Messages and signals thrown by this trigger, in order.
        calls: Procedures called by this trigger.
        dropped_calls: Tasks whose called procedure nothing waits for any more; the one just finished is not among them.
        failure: The error it ended with, where it did.
    """

    state: bytes
    finished: bool
    opened: tuple[OpenedTask, ...]
    closed: tuple[TaskId, ...]
    jobs: tuple[RequestedJob, ...]
    dropped_jobs: tuple[TaskId, ...]
    activities: tuple[Activity, ...]
    timers: tuple[WaitingTimer, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    sent: tuple[Sent, ...] = ()
    calls: tuple[RequestedCall, ...] = ()
    dropped_calls: tuple[TaskId, ...] = ()
    failure: Failure | None = None
