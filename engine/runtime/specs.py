"""The elements as SpiffWorkflow runs them: its tasks and specs, with what they do told to the run, and no guesses.

SpiffWorkflow predicts the tasks that may come and keeps them in the tree; behind ten parallel diamonds that is a
thousand of them. Ours predict nothing: an element's successors are made when it completes. So between two triggers the
tree holds only what waits, and what is finished can be dropped (see compaction).
"""

# ruff: noqa: SLF001  # subclasses of the library's specs speak its own protocol, which is underscored throughout

import logging
from typing import Any, Final, cast

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.runtime.models import Node, Repetition
from engine.runtime.scopes import (
    LOCAL,
    OWNER,
    Inside,
    ScopeSpec,
    listener_of,
    open_scope,
    owned,
    owner_of,
    reach,
    settle,
    take_away,
    unfinished,
)

# At lower levels SpiffWorkflow writes the data of the tasks into its log records, and copies it even when nobody reads.
for _name in ("spiff.task", "spiff.workflow"):
    logging.getLogger(_name).setLevel(logging.WARNING)

PLACE: Final = "index"
"""Name by which a round of a multi-instance activity knows its place, from 0."""


class Element(BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """What all our elements have in common: reached, done by the machine as soon as its turn comes, left.

    Attributes:
        element_id: Id in the model.
        node: The element as it was drawn.
        boundaries: The boundary events attached to it.
        host: Of a boundary event: the activity it is attached to.
        by_event: It is an event sub-process.
        waits: The state in which a task of this element waits for the world, or None.
    """

    by_event = False
    host: Any = None
    waits: int | None = None

    def __init__(self, spec: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(spec, name or node.id, bpmn_name=node.name)
        self.element_id = node.id
        self.node = node
        self.boundaries: list[Any] = []

    @property
    def owns(self) -> bool:
        """Say whether other tasks may belong to a task of this element."""
        return bool(self.boundaries)

    def silent(self, _task: Task) -> bool:
        """Say whether the task was never told of, so that its end is not either."""
        return False

    def listens(self, _task: Task) -> bool:
        """Say whether the task only listens: it is no token and holds no scope open."""
        return False

    def _predict(self, my_task: Task, *_args: object, **_kwargs: object) -> None:
        return

    def _update(self, my_task: Task) -> None:
        for border in self.boundaries:
            border.listen(my_task)
        if self.arrive(my_task):
            my_task._ready()

    def arrive(self, _task: Task) -> bool:
        """Take a token in; True where the machine may do the element at once."""
        return True

    def _on_ready(self, my_task: Task) -> None:
        listener_of(my_task).entered(my_task)
        if not self.manual:
            my_task.workflow.top_workflow.ready.append(my_task)

    def _run_hook(self, my_task: Task) -> bool | None:
        return True

    def turn(self, task: Task) -> None:
        """Do what the machine does of it, now that its turn has come."""
        task.run()

    def _on_complete(self, my_task: Task) -> None:
        if not self.silent(my_task):
            listener_of(my_task).left(my_task, cancelled=False)
        if self.owns:
            for one in owned(my_task):
                take_away(one)
        self.proceed(my_task)

    def proceed(self, task: Task) -> None:
        """Go on behind the element: to its successors, to the next round, or to the end of the scope."""
        owner = owner_of(task)
        if owner is not None:
            owner.task_spec.round_ended(owner, task)
        else:
            self.go_on(task, self.outputs)

    def go_on(self, task: Task, successors: list[Any]) -> None:
        """Let a token come to each of the *successors*; without any the scope may be at its end."""
        for spec in successors:
            reach(task, spec)
        if not successors:
            settle(task)


class Start(Element):
    """The start event of a scope."""


class Human(Element):
    """A wait for a person."""

    waits = TaskState.READY

    def __init__(self, spec: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(spec, node, name)
        self.manual = True


class Service(Element):
    """A step of the machine: done at once, or left STARTED until the job's result comes."""

    waits = TaskState.STARTED

    def turn(self, task: Task) -> None:
        """Do it, or ask for it; where it ended with an error that was caught, the task is gone."""
        done = listener_of(task).serve(task)
        if unfinished(task):
            task.complete() if done else task._set_state(TaskState.STARTED)


class Called(Element):
    """A wait for another installed procedure, which is an instance of its own."""

    waits = TaskState.STARTED

    def arrive(self, task: Task) -> bool:
        """Call it, and wait for its end."""
        listener_of(task).entered(task)
        task._set_state(TaskState.STARTED)
        listener_of(task).call(task)
        return False


class SubProcess(Element):
    """An embedded sub-process or a call: entered when its own start is, left when its last token ends.

    A call keeps to itself what is learned inside; so does each round of a repeated sub-process.
    """

    def __init__(self, spec: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(spec, node, name)
        self.inside_id = node.calls or node.id
        self.by_event = node.by_event
        self.given = {parameter.attributes["name"] for parameter in node.tagged("parameter")}
        if node.repetition is not None:
            self.given |= {node.repetition.item, PLACE}

    def arrive(self, task: Task) -> bool:
        """Begin inside."""
        listener_of(task).entered(task)
        if self.node.calls:
            task.internal_data[LOCAL] = {**task.internal_data.get(LOCAL, {}), **listener_of(task).parameters(task)}
        inner = task.workflow.top_workflow.subprocess_specs[self.inside_id]
        if self.node.calls:
            task.internal_data[LOCAL] |= dict.fromkeys(inner.known_at_start)
        task._set_state(TaskState.STARTED)
        open_scope(Inside(inner, task))
        return False

    def inside_ended(self, task: Task) -> None:
        """Leave; a call or round now tells what it learned."""
        learned = task.internal_data.get(LOCAL)
        if learned is not None:
            learned = {name: one for name, one in learned.items() if name not in self.given}
            listener_of(task).keep(task, listener_of(task).results(task, learned))
        task.complete()


class Repeated(Element):
    """An activity done several times; its rounds are tasks of the activity itself, which belong to this one.

    The internal data of a multi-instance task: ``items`` still to come, ``results`` by place (null while a round is
    open), ``open`` rounds. Of a loop: ``rounds`` done.
    """

    def __init__(self, spec: ScopeSpec, node: Node, body: Element) -> None:
        super().__init__(spec, node, f"{node.id}*")
        self.repetition = cast("Repetition", node.repetition)
        self.body = body

    @property
    def owns(self) -> bool:
        """Its rounds belong to it."""
        return True

    def silent(self, _task: Task) -> bool:
        """Only the rounds are told of."""
        return True

    def arrive(self, task: Task) -> bool:
        """Begin the first round, or all."""
        task._set_state(TaskState.STARTED)
        if self.repetition.collection is None:
            task.internal_data["rounds"] = 0
            self._loop(task)
        else:
            items = listener_of(task).items(task, self.repetition.collection)
            task.internal_data |= {"items": items, "results": [None] * len(items), "open": 0}
            self._spread(task)
        return False

    def knows(self, task: Task) -> dict[str, Any]:
        """Return what the completion condition of a multi-instance knows besides the data."""
        results = [result for result in task.internal_data["results"] if result is not None]
        return {"results": results, "total": len(task.internal_data["results"])}

    def round_ended(self, task: Task, body: Task) -> None:
        """Take the result of a round; begin the next, or end."""
        task.data["outcome"] = body.data.get("outcome")
        if self.repetition.collection is None:
            task.internal_data["rounds"] += 1
            self._loop(task)
            return
        own = task.internal_data
        own["results"][body.internal_data["place"]] = body.internal_data.get("result")
        own["open"] -= 1
        enough = self.repetition.condition
        if enough and listener_of(task).evaluate(task, enough, self.knows(task)):
            own["items"] = []
            for other in owned(task):
                if other.task_spec is self.body:
                    take_away(other)
            own["open"] = 0
        self._spread(task)

    def _spread(self, task: Task) -> None:
        own = task.internal_data
        while own["items"] and not (self.repetition.sequential and own["open"]):
            item = own["items"].pop(0)
            place = len(own["results"]) - len(own["items"]) - 1
            own["open"] += 1
            local = {self.repetition.item: item, PLACE: place}
            reach(task, self.body, {OWNER: str(task.id), "place": place, LOCAL: local})
        if not own["open"] and not own["items"] and task.state == TaskState.STARTED:
            listener_of(task).keep(task, self.knows(task)["results"])
            task.complete()

    def _loop(self, task: Task) -> None:
        loop, done = self.repetition, task.internal_data["rounds"]
        again = loop.maximum is None or done < loop.maximum
        if again and (done or loop.test_before) and loop.condition:
            again = bool(listener_of(task).evaluate(task, loop.condition))
        if again:
            reach(task, self.body, {OWNER: str(task.id)})
        else:
            task.complete()
