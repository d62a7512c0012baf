"""Arriving: from where a token can still come to a join, and whether one will wait there for ever."""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow

from engine.runtime.gateways import ARRIVED_FROM, Parallel
from engine.runtime.scopes import live
from engine.runtime.specs import Element


def arrival_of(source: str, gateway: Element, table: Mapping[str, str]) -> str | None:
    """Return by which input of *gateway* a token is there that came from *source* of another version; None: by none.

    Where steps were put between the two, the token counts as having passed them, if there is but one way.
    """
    inputs = {one.element_id: one for one in gateway.inputs}
    came = table.get(source)
    if came is None or came in inputs:
        return came
    spec = gateway._wf_spec.task_specs.get(came)  # noqa: SLF001  # see specs
    ways = [name for name, one in inputs.items() if one in reached_from(spec, without=gateway)]
    return ways[0] if len(ways) == 1 else None


def reached_from(spec: Any, without: Element | None = None) -> set[Element]:  # noqa: ANN401  # untyped library
    """Return the elements that a token at *spec* can come to, *spec* itself among them, but not through *without*."""
    seen, todo = {spec}, [spec]
    while todo:
        one = todo.pop()
        ways = [way for way in (*one.outputs, *one.boundaries) if way is not without and way not in seen]
        seen |= set(ways)
        todo += ways
    return seen


def starved(tree: BpmnBaseWorkflow) -> set[Element]:
    """Return the parallel joins of the scope that get some of their branches, and can never get the others."""
    tokens = [task for task in live(tree) if isinstance(task.task_spec, Element)]
    found = set()
    for gateway in tree.spec.task_specs.values():
        if not isinstance(gateway, Parallel) or len(gateway.inputs) < 2:  # noqa: PLR2004  # it joins nothing
            continue
        arrived = {task.internal_data[ARRIVED_FROM] for task in tokens if task.task_spec is gateway}
        specs = {task.task_spec for task in tokens if task.task_spec is not gateway}
        reached = set().union(*(reached_from(spec) for spec in specs)) if specs else set()
        coming = arrived | {one.element_id for one in gateway.inputs if one in reached}
        if coming and len(coming) < len(gateway.inputs):
            found.add(gateway)
    return found
