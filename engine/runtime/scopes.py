"""Scopes: a process and its sub-processes while they run, each a SpiffWorkflow of its own with its own tokens.

SpiffWorkflow predicts, updates every waiting task after every step, and finds the end of a process by walking a tree
that is as deep as its history. Ours do none of that: what a machine can do next stands in one queue, first come first
served, and a scope ends when no token is left in it. All tasks that belong to another (what waits at the border of an
activity, the rounds of a repeated one) name it in their internal data under OWNER, so that they go when it goes.
"""

# ruff: noqa: SLF001  # the library's protocol is underscored throughout

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final, Protocol, cast
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow, BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.runtime.models import Trigger, TriggerKind

OWNER: Final = "of"
"""In internal data: id of the task this one belongs to."""
LOCAL: Final = "local"
"""In internal data of a task with an inside of its own: what is known in there alone."""

Catcher = Callable[[object], bool]
"""Lets an event catch an error or escalation with its data; says whether the token that threw it is gone."""


class Listener(Protocol):
    """What the elements tell the run that moves them; it takes the place of SpiffWorkflow's script engine."""

    def evaluate(self, task: Task, expression: str, external_context: Mapping[str, object] | None = None) -> object:
        """Compute an expression over what is known at the task, and besides that in *external_context*."""

    def entered(self, task: Task) -> None:
        """Note that a token has come to the element."""

    def left(self, task: Task, *, cancelled: bool) -> None:
        """Note that the token has left the element, or was taken away."""

    def serve(self, task: Task) -> bool:
        """Do a service task: True when it is done, False when a job is to do it."""

    def parameters(self, task: Task) -> dict[str, Any]:
        """Compute the parameters of the element."""

    def keep(self, task: Task, value: object) -> None:
        """Keep what the element found out, in the innermost scope that has data of its own."""

    def keep_as(self, task: Task, name: str, value: object) -> None:
        """Keep *value* under *name*, in the innermost scope around the task that has data of its own."""

    def items(self, task: Task, expression: str) -> list[Any]:
        """Compute the collection of a multi-instance activity; a number stands for as many places."""

    def arm(self, task: Task, trigger: Trigger) -> dict[str, Any]:
        """Return what is kept with a task that begins to wait for *trigger*: when it is due, or by which key."""

    def rearm(self, task: Task) -> bool:
        """Set the timer of the task to its next round; False when there is none."""

    def send(self, task: Task, trigger: Trigger) -> None:
        """Note that a message or signal was thrown."""

    def call(self, task: Task) -> None:
        """Note that another procedure is called, whose end the task waits for."""

    def results(self, task: Task, learned: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a call activity keeps of what it called *learned*: its results, where it names any."""

    def fail(self, code: str, data: object) -> None:
        """Note that the instance ends with an error for whoever called it."""


class Token(Task):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """A task whose changes are not put together for SpiffWorkflow's log, which nobody reads.

    What it cost is in bench/README.md. The times that would be noted with it are not used: history is ours.
    """

    def _set_state(self, value: int) -> None:
        self._state = value


class ScopeSpec(BpmnProcessSpec):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """The spec of a process or sub-process.

    Attributes:
        begin: Its start event.
        event_starts: What starts its event sub-processes.
        known_at_start: Of a process: its data objects, with nothing in them yet.
        inclusive: Its inclusive gateways, which look at the whole scope.
        errors: Of a process: codes of the errors it may end with.
    """

    begin: Any

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.event_starts: list[Any] = []
        self.known_at_start: tuple[str, ...] = ()
        self.inclusive: list[Any] = []
        self.errors: tuple[str, ...] = ()


class Process(BpmnWorkflow):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """The outermost scope, with the queue of what the machine can do next."""

    def __init__(self, spec: ScopeSpec, inner: dict[str, ScopeSpec], listener: Listener) -> None:
        super().__init__(spec, inner, script_engine=listener, deserializing=True)
        self.ready: deque[Task] = deque()

    def scopes(self) -> Iterator[BpmnBaseWorkflow]:
        """Yield every scope that is not at its end, outer ones first."""
        yield self
        yield from (tree for tree in list(self.subprocesses.values()) if not tree.completed)


class Inside(BpmnSubWorkflow):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """The inside of a sub-process or call; it knows its task, where SpiffWorkflow looks for it everywhere."""

    def __init__(self, spec: ScopeSpec, holder: Task) -> None:
        self.holder = holder
        super().__init__(spec, holder.id, holder.workflow.top_workflow, deserializing=True)
        self.top_workflow.subprocesses[holder.id] = self

    @property
    def parent_workflow(self) -> BpmnBaseWorkflow:
        """The scope around this one."""
        return self.holder.workflow


def listener_of(task: Task) -> Listener:
    """Return the listener of the instance the task belongs to."""
    return cast("Listener", task.workflow.top_workflow.script_engine)


def holder_of(tree: BpmnBaseWorkflow) -> Task | None:
    """Return the task the scope is the inside of; None for the process."""
    return tree.holder if isinstance(tree, Inside) else None


def open_scope(tree: BpmnBaseWorkflow) -> None:
    """Begin in an empty scope: its event sub-processes listen, its start event is reached."""
    tree.task_tree = Token(tree, tree.spec.start, state=TaskState.COMPLETED)
    holder = holder_of(tree)
    if holder is not None:
        tree.task_tree.data = dict(holder.data)
    for start in tree.spec.event_starts:
        start.listen(tree.task_tree)
    reach(tree.task_tree, tree.spec.begin)


def reach(task: Task, spec: Any, internal: dict[str, Any] | None = None) -> Task:  # noqa: ANN401  # untyped library
    """Let a token come from *task* to the element *spec*."""
    token = Token(task.workflow, spec, task, state=TaskState.FUTURE)
    token.data = dict(task.data)
    token.internal_data = internal or {}
    spec._update(token)
    return token


def owned(task: Task) -> Iterator[Task]:
    """Yield the unfinished tasks that belong to *task*."""
    owner = str(task.id)
    for one in list(task.workflow.tasks.values()):
        if one.internal_data.get(OWNER) == owner and unfinished(one):
            yield one


def owner_of(task: Task) -> Task | None:
    """Return the task this one belongs to, or None."""
    owner = task.internal_data.get(OWNER)
    return task.workflow.tasks.get(UUID(owner)) if owner else None


def unfinished(task: Task) -> bool:
    """Say whether the task still waits for something."""
    return bool(task._state & TaskState.NOT_FINISHED_MASK)


def live(tree: BpmnBaseWorkflow) -> Iterator[Task]:
    """Yield the tokens of the scope: what is unfinished, without what only listens."""
    return (task for task in list(tree.tasks.values()) if unfinished(task) and not task.task_spec.listens(task))


def take_away(task: Task) -> None:
    """End a token where it stands, with all that belongs to it and all inside it."""
    if not unfinished(task):
        return
    silent = task.task_spec.silent(task)
    task._set_state(TaskState.CANCELLED)
    if task.task_spec.owns:
        for one in owned(task):
            take_away(one)
    inside = task.workflow.top_workflow.subprocesses.get(task.id)
    if inside is not None and not inside.completed:
        clear(inside)
        inside.completed = True
    if not silent:
        listener_of(task).left(task, cancelled=True)


def clear(tree: BpmnBaseWorkflow) -> None:
    """Take away every token of the scope."""
    for task in list(tree.tasks.values()):
        take_away(task)


def settle(last: Task) -> None:
    """End the scope of a token that is no more, if it was the last in it, and go on behind the scope."""
    tree = last.workflow
    if tree.completed or any(True for _ in live(tree)):
        return
    clear(tree)
    tree.completed = True
    holder = holder_of(tree)
    if holder is not None:
        holder.data = dict(last.data)
        holder.task_spec.inside_ended(holder)


def catch(task: Task, kind: TriggerKind, code: str | None) -> Catcher | None:
    """Find what catches an error or escalation thrown at *task*, from the inside out; return what lets it catch.

    What nothing catches ends the instance, where its process says that it may end with this error.
    """
    while True:
        for host in filter(None, (task, owner_of(task))):
            border = _matching(host.task_spec.boundaries, kind, code)
            if border is not None:
                return partial(border.caught, host)
        tree = task.workflow
        # What happens inside an event sub-process is not for those beside it, but for what is around them.
        start = None if task.task_spec.by_event else _matching(tree.spec.event_starts, kind, code)
        if start is not None:
            return partial(start.caught, tree.task_tree)
        holder = holder_of(tree)
        if holder is None:
            expected = kind is TriggerKind.ERROR and code is not None and code in tree.spec.errors
            return partial(_end_with, tree, code or "") if expected else None
        task = holder


def expects_errors(task: Task) -> bool:
    """Say whether anything around the task catches errors at all."""
    while True:
        tree, hosts = task.workflow, filter(None, (task, owner_of(task)))
        around = [border for host in hosts for border in host.task_spec.boundaries] + tree.spec.event_starts
        holder = holder_of(tree)
        if any(one.trigger.kind is TriggerKind.ERROR for one in around) or (holder is None and tree.spec.errors):
            return True
        if holder is None:
            return False
        task = holder


def _end_with(tree: BpmnBaseWorkflow, code: str, data: object) -> bool:
    listener_of(tree.task_tree).fail(code, data)
    clear(tree)
    tree.completed = True
    return True


def _matching(specs: list[Any], kind: TriggerKind, code: str | None) -> Any:  # noqa: ANN401  # untyped library
    found = [spec for spec in specs if spec.trigger.kind is kind and spec.trigger.name in (code, None)]
    return min(found, key=lambda spec: spec.trigger.name is None, default=None)
