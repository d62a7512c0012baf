"""The elements as SpiffWorkflow runs them: its own specs, with what they do told to the run, and no guesses.

SpiffWorkflow predicts the tasks that may come and keeps them in the tree; behind ten parallel diamonds that is a
thousand of them. Ours predict nothing: an element's successors are made when it completes. So between two triggers the
tree holds only what waits, and what is finished can be dropped (see compaction).

Its parallel join looks for finished ancestors and takes arrivals of an earlier round for arrivals of this one, so a
join in a loop beside an open branch fires too early. Ours counts tokens, as BPMN says: one of each source, the rest
wait.
"""

# ruff: noqa: SLF001  # subclasses of the library's specs speak its own protocol, which is underscored throughout

import logging
from typing import Any, Final, Protocol, cast

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.runtime.models import Kind, Model, Node, Scope

# At lower levels SpiffWorkflow writes the data of the tasks into its log records, and copies it even when nobody reads.
for _name in ("spiff.task", "spiff.workflow"):
    logging.getLogger(_name).setLevel(logging.WARNING)

ARRIVED_FROM: Final = "from"
"""In a waiting join's internal data: the element its token came from, since its parent may be dropped."""


class Listener(Protocol):
    """What the elements tell the run that moves them; it takes the place of SpiffWorkflow's script engine."""

    def evaluate(self, task: Task, expression: str, external_context: object = None) -> object:
        """Compute a condition."""

    def entered(self, task: Task) -> None:
        """Note that a token has come to the element."""

    def left(self, task: Task, *, cancelled: bool) -> None:
        """Note that the token has left the element, or was taken away."""

    def serve(self, task: Task) -> bool:
        """Do a service task: True when it is done, False when a job is to do it."""


def _listener(task: Task) -> Listener:
    return cast("Listener", task.workflow.top_workflow.script_engine)


class _Element(BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """What all our elements have in common."""

    def _predict_hook(self, my_task: Task) -> None:
        return

    def _on_ready_hook(self, my_task: Task) -> None:
        super()._on_ready_hook(my_task)
        _listener(my_task).entered(my_task)

    def _on_complete_hook(self, my_task: Task) -> None:
        _listener(my_task).left(my_task, cancelled=False)
        super()._on_complete_hook(my_task)
        self._make_successors(my_task)

    def _on_cancel(self, my_task: Task) -> None:
        super()._on_cancel(my_task)
        _listener(my_task).left(my_task, cancelled=True)

    def _make_successors(self, my_task: Task) -> None:
        # A terminate event has completed its workflow by now: nothing comes after it.
        if not my_task.workflow.completed:
            my_task._sync_children(self.outputs, TaskState.FUTURE)
            for child in my_task.children:
                child.task_spec._predict(child, mask=TaskState.FUTURE)


class Start(_Element, defaults.StartEvent):  # type: ignore[misc]  # like all below: the base has no types
    """A start event without a trigger."""


class End(_Element, defaults.EndEvent):  # type: ignore[misc]
    """An end event; one that terminates takes away every other token of its scope."""


class Human(_Element, defaults.UserTask):  # type: ignore[misc]
    """A wait for a person."""


class Service(_Element, defaults.ServiceTask):  # type: ignore[misc]
    """A step of the machine: done at once, or left STARTED until the job's result comes."""

    def _execute(self, task: Task) -> bool | None:
        return _listener(task).serve(task) or None


class Exclusive(_Element, defaults.ExclusiveGateway):  # type: ignore[misc]
    """The first flow whose condition holds, else the default."""

    def _make_successors(self, my_task: Task) -> None:
        """Leave what the decision made."""


class Parallel(_Element):
    """A split, a join, or both; it joins one token of each source and leaves further ones waiting."""

    def _update_hook(self, my_task: Task) -> bool:
        super()._update_hook(my_task)
        if ARRIVED_FROM not in my_task.internal_data:
            my_task.internal_data[ARRIVED_FROM] = my_task.parent.task_spec.name
        arrived: dict[str, Task] = {}
        for task in my_task.workflow.tasks.values():
            if task.task_spec is self and (task is my_task or task.state == TaskState.WAITING):
                arrived.setdefault(task.internal_data[ARRIVED_FROM], task)
        if len(arrived) < len(self.inputs):
            my_task._set_state(TaskState.WAITING)
            return False
        for task in arrived.values():
            if task is not my_task:
                task._set_state(TaskState.COMPLETED)  # merged into this one
        return True


class SubProcess(_Element, defaults.SubWorkflowTask):  # type: ignore[misc]
    """An embedded sub-process: entered when its own start is, left when its last token ends."""

    def _update_hook(self, my_task: Task) -> bool:
        entering = my_task.workflow.top_workflow.get_subprocess(my_task) is None
        if entering:
            _listener(my_task).entered(my_task)
        return bool(super()._update_hook(my_task))


_CLASSES: Final = {
    Kind.START: Start,
    Kind.END: End,
    Kind.TERMINATE: End,
    Kind.HUMAN: Human,
    Kind.SERVICE: Service,
    Kind.EXCLUSIVE: Exclusive,
    Kind.PARALLEL: Parallel,
    Kind.SUB_PROCESS: SubProcess,
}
_TRIGGERS: Final = {
    Kind.START: NoneEventDefinition,
    Kind.END: NoneEventDefinition,
    Kind.TERMINATE: TerminateEventDefinition,
}


def build(model: Model) -> tuple[BpmnProcessSpec, dict[str, BpmnProcessSpec]]:
    """Return the spec of a checked model's process and those of its sub-processes by id."""
    process, *inner = [_build_scope(scope) for scope in model.scopes]
    return process, {spec.name: spec for spec in inner}


def _build_scope(scope: Scope) -> BpmnProcessSpec:
    spec = BpmnProcessSpec(name=scope.id)
    for node in scope.nodes.values():
        _build_node(spec, node)
    for flow in scope.flows:
        source, target = spec.task_specs[flow.source], spec.task_specs[flow.target]
        default = flow.id == scope.nodes[flow.source].default
        source.connect_outgoing_if(None if default else flow.condition, target)
    return spec


def _build_node(spec: BpmnProcessSpec, node: Node) -> None:
    details: dict[str, Any] = {"bpmn_name": node.name}
    if node.kind in _TRIGGERS:
        details["event_definition"] = _TRIGGERS[node.kind]()
    if node.kind is Kind.SUB_PROCESS:
        details["subworkflow_spec"] = node.id
    made = _CLASSES[node.kind](spec, node.id, **details)
    if node.kind is Kind.START:
        spec.start.connect(made)
    elif isinstance(made, End):
        made.connect(spec.end)


def new_workflow(
    spec: BpmnProcessSpec, inner: dict[str, BpmnProcessSpec], listener: Listener, *, empty: bool = False
) -> BpmnWorkflow:
    """Return a workflow whose script engine is *listener*; an *empty* one waits for its tasks to be loaded."""
    return BpmnWorkflow(spec, inner, script_engine=listener, deserializing=empty)
