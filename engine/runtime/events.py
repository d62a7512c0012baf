"""Events: what is waited for, what is thrown, and what takes an activity or a whole scope away from what it was doing.

SpiffWorkflow hands an event to every task that catches its name and starts event sub-processes from the shared spec.
Here every wait is a task with an id of its own, fired by that id; errors and escalations go from the inside out.
"""

# ruff: noqa: SLF001  # see specs

from typing import Any, cast

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.runtime.errors import ErrorNotCaught
from engine.runtime.gateways import RACE
from engine.runtime.models import TIMERS, WAITED, Node, Trigger, TriggerKind
from engine.runtime.scopes import OWNER, ScopeSpec, Token, catch, clear, listener_of, reach, take_away
from engine.runtime.specs import Element

_FIRED = "fired"
"""In the internal data of a boundary event that has fired: it is on its way, where others still listen."""


class Waiting(Element):
    """What waits for a timer, a message or a signal."""

    waits = TaskState.WAITING
    trigger: Trigger

    def __init__(self, spec: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(spec, node, name)
        self.trigger = cast("Trigger", node.trigger)

    def fire(self, task: Task, payload: dict[str, Any] | None) -> None:
        """Let what the task waits for happen."""
        raise NotImplementedError  # a catch, a boundary and a start each do it their way


class Catch(Waiting):
    """An intermediate event or receive task in the flow."""

    def arrive(self, task: Task) -> bool:
        """Wait."""
        listener_of(task).entered(task)
        task.internal_data |= listener_of(task).arm(task, self.trigger)
        task._set_state(TaskState.WAITING)
        return False

    def fire(self, task: Task, payload: dict[str, Any] | None) -> None:
        """Go on; what else waits behind the same event-based gateway does not any more."""
        if payload is not None:
            listener_of(task).keep(task, payload)
        race = task.internal_data.get(RACE)
        for other in list(task.workflow.tasks.values()) if race else ():
            if other is not task and other.internal_data.get(RACE) == race:
                take_away(other)
        task.complete()


class _Armed(Waiting):
    """What listens beside the flow; when it fires, a token of its own begins, and it may go on listening."""

    @property
    def interrupting(self) -> bool:
        """Say whether what was going on ends."""
        return self.node.interrupting

    def silent(self, task: Task) -> bool:
        """Listening is not told of; the token that comes of it is."""
        return self.listens(task)

    def listens(self, task: Task) -> bool:
        """Tell a wait from a token that came of it."""
        return _FIRED not in task.internal_data

    def _listening(self, parent: Task, armed_by: Task, internal: dict[str, Any]) -> None:
        if self.trigger.kind not in WAITED:
            return  # errors and escalations find it by its spec
        task = Token(parent.workflow, self, parent, state=TaskState.WAITING)
        task.internal_data = internal | listener_of(armed_by).arm(armed_by, self.trigger)

    def _listen_on_or_stop(self, task: Task) -> None:
        if self.trigger.kind in TIMERS and not listener_of(task).rearm(task):
            task._set_state(TaskState.COMPLETED)


class Boundary(_Armed):
    """An event at the border of an activity, its host."""

    def listen(self, host: Task) -> None:
        """Begin to listen for as long as the host is there."""
        self._listening(host.workflow.task_tree, host, {OWNER: str(host.id)})

    def fire(self, task: Task, payload: dict[str, Any] | None) -> None:
        """Take the host's token, or make one beside it."""
        host = next(one for one in task.workflow.tasks.values() if str(one.id) == task.internal_data[OWNER])
        if not self.interrupting:
            self._listen_on_or_stop(task)
        self.caught(host, payload)

    def caught(self, host: Task, payload: object) -> bool:
        """Go on from here instead of, or beside, the host; say whether it is gone."""
        if self.interrupting:
            take_away(host)
        token = Token(host.workflow, self, host.workflow.task_tree, state=TaskState.FUTURE)
        token.data = dict(host.data)
        token.internal_data[_FIRED] = True
        if payload is not None:
            listener_of(token).keep(token, payload)
        token._ready()
        return self.interrupting


class EventStart(_Armed):
    """The start event of an event sub-process, as the scope around it sees it; *inside* is the sub-process."""

    def __init__(self, spec: ScopeSpec, node: Node, inside: Element) -> None:
        super().__init__(spec, node, f"{node.id}*")
        self.inside = inside

    def listen(self, root: Task) -> None:
        """Begin to listen for as long as the scope is there."""
        self._listening(root, root, {})

    def fire(self, task: Task, payload: dict[str, Any] | None) -> None:
        """Start the event sub-process, instead of all else in the scope or beside it."""
        if not self.interrupting:
            self._listen_on_or_stop(task)
        self.caught(task.workflow.task_tree, payload)

    def caught(self, root: Task, payload: object) -> bool:
        """Start the event sub-process; say whether all else in the scope is gone."""
        if self.interrupting:
            clear(root.workflow)
        if payload is not None:
            listener_of(root).keep_as(root, self.element_id, payload)
        reach(root, self.inside)
        return self.interrupting


class Throw(Element):
    """An intermediate event or send task that throws, or does nothing."""

    def proceed(self, task: Task) -> None:
        """Throw, then go on, unless what was thrown took this token away too."""
        trigger = self.node.trigger
        if trigger is None or not self._throw(task, trigger):
            super().proceed(task)

    def _throw(self, task: Task, trigger: Trigger) -> bool:
        match trigger.kind:
            case TriggerKind.MESSAGE | TriggerKind.SIGNAL:
                listener_of(task).send(task, trigger)
            case TriggerKind.ESCALATION | TriggerKind.ERROR:
                return self._raise(task, trigger)
            case TriggerKind.TERMINATE:
                clear(task.workflow)
        return False

    @staticmethod
    def _raise(task: Task, trigger: Trigger) -> bool:
        caught = catch(task, trigger.kind, trigger.name)
        if caught is not None:
            return caught(listener_of(task).parameters(task))
        if trigger.kind is TriggerKind.ERROR:
            raise ErrorNotCaught(element=task.task_spec.element_id, error=trigger.name)
        return False


class End(Throw):
    """An end event: it throws, and the token is no more."""
