"""Gateways: where the ways part and meet.

SpiffWorkflow's joins look for finished ancestors and take arrivals of an earlier round for arrivals of this one, so a
join in a loop beside an open branch fires too early. Ours count tokens, as BPMN says: one of each source, the rest
wait.
"""

# ruff: noqa: SLF001  # see specs

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.runtime.models import Node
from engine.runtime.scopes import ScopeSpec, listener_of, live, reach
from engine.runtime.specs import Element

ARRIVED_FROM: Final = "from"
"""In a waiting join's internal data: the element its token came from, since its parent may be dropped."""
RACE: Final = "race"
"""In the internal data of the waits behind an event-based gateway: the token they share."""


class _Deciding(Element):
    """A gateway with conditions on its flows; conditions are looked at in the order of the file."""

    def __init__(self, spec: ScopeSpec, node: Node, name: str | None = None) -> None:
        super().__init__(spec, node, name)
        self.ways: list[tuple[str | None, Any]] = []
        self.otherwise: Any = None

    def holding(self, task: Task) -> Iterator[Any]:
        """Yield the successors whose condition holds."""
        for condition, successor in self.ways:
            if condition is None or listener_of(task).evaluate(task, condition):
                yield successor


class Exclusive(_Deciding):
    """The first flow whose condition holds, else the default."""

    def proceed(self, task: Task) -> None:
        """Take one way."""
        chosen = next(self.holding(task), self.otherwise)
        self.go_on(task, [] if chosen is None else [chosen])


class Joining(Element):
    """A gateway where tokens wait for one another."""

    def waiting(self, tree: BpmnBaseWorkflow, mine: Task | None = None) -> dict[str, Task]:
        """Return the tokens that would be joined now: the earliest of each source."""
        arrived: dict[str, Task] = {}
        for task in tree.tasks.values():
            if task.task_spec is self and (task is mine or task.state == TaskState.WAITING):
                arrived.setdefault(task.internal_data[ARRIVED_FROM], task)
        return arrived

    def arrive(self, task: Task) -> bool:
        """Wait, or go on where this was the last that was missing."""
        task.internal_data[ARRIVED_FROM] = task.parent.task_spec.element_id
        arrived = self.waiting(task.workflow, task)
        if self.complete_with(task, arrived):
            self.merge(task, arrived.values())
            return True
        task._set_state(TaskState.WAITING)
        return False

    def complete_with(self, task: Task, arrived: Mapping[str, Task]) -> bool:
        """Say whether nothing more is to be waited for."""
        raise NotImplementedError  # each kind of join says when

    def would_join(self, tree: BpmnBaseWorkflow, arrived: Mapping[str, Task]) -> bool:
        """Say whether what has arrived would be joined, were the gateway looked at now."""
        raise NotImplementedError  # as above: each kind of join says when

    @staticmethod
    def merge(task: Task, arrived: Iterable[Task]) -> None:
        """Let the tokens that arrived become one."""
        for other in arrived:
            if other is not task:
                other._set_state(TaskState.COMPLETED)


class Parallel(Joining):
    """A split, a join, or both; it joins one token of each source and leaves further ones waiting."""

    def complete_with(self, task: Task, arrived: Mapping[str, Task]) -> bool:
        """Want a token of each source."""
        return len(arrived) >= len(self.inputs)

    def would_join(self, tree: BpmnBaseWorkflow, arrived: Mapping[str, Task]) -> bool:
        """Say whether a token of each source has arrived."""
        return len(arrived) >= len(self.inputs)


class Inclusive(Joining, _Deciding):
    """All flows whose condition holds, else the default; it joins what has come when nothing more can come.

    Attributes:
        ways_here: For each element from which a token may come here, other than through here: by which sources.
    """

    ways_here: Mapping[str, frozenset[str]]

    def complete_with(self, task: Task, arrived: Mapping[str, Task]) -> bool:
        """Go on at once only where everything has come; else ``try_to_join`` decides when all else stands."""
        return len(arrived) >= len(self.inputs)

    def proceed(self, task: Task) -> None:
        """Take every way whose condition holds."""
        chosen = list(self.holding(task))
        self.go_on(task, chosen or ([] if self.otherwise is None else [self.otherwise]))

    def try_to_join(self, tree: BpmnBaseWorkflow) -> bool:
        """Join what has come, if no token can still come where none has; say whether it did."""
        arrived = self.waiting(tree)
        if not self.would_join(tree, arrived):
            return False
        task = next(iter(arrived.values()))
        self.merge(task, arrived.values())
        task._ready()
        return True

    def would_join(self, tree: BpmnBaseWorkflow, arrived: Mapping[str, Task]) -> bool:
        """Say whether something has arrived, and no token can still come where none has."""
        return bool(arrived) and not any(self._may_still_come(task, set(arrived)) for task in live(tree))

    def _may_still_come(self, task: Task, arrived: set[str]) -> bool:
        # As BPMN 2.0.2 says (table 13.3): a token that can also come where one has come already is not waited for.
        if task.task_spec is self:
            return False
        sources = self.ways_here.get(task.task_spec.element_id, frozenset())
        return bool(sources) and not sources & arrived

    def look_back(self) -> None:
        """Find out, once the whole scope is built, by which sources a token of each element may come here."""
        after: dict[str, set[str]] = {}
        for source in self.inputs:
            seen, todo = {source.element_id}, [source]
            while todo:
                spec = todo.pop()
                after.setdefault(spec.element_id, set()).add(source.element_id)
                before = [*spec.inputs, *([spec.host] if isinstance(spec.host, Element) else [])]
                fresh = [one for one in before if one is not self and one.element_id not in seen]
                seen |= {one.element_id for one in fresh}
                todo += fresh
        self.ways_here = {element: frozenset(sources) for element, sources in after.items()}


class EventBased(Element):
    """The first of the events behind it takes the token; the others stop waiting."""

    def go_on(self, task: Task, successors: list[Any]) -> None:
        """Wait for all of them."""
        for spec in successors:
            reach(task, spec, {RACE: str(task.id)})
