"""Rules of the arrows: every token that starts can move, finds exactly one way, and can reach an end."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from engine.runtime.errors import ExpressionRefused
from engine.runtime.expressions import check
from engine.runtime.findings import Findings
from engine.runtime.models import Flow, Kind, Model, Node, Scope

_DECIDING = frozenset({Kind.EXCLUSIVE, Kind.INCLUSIVE})
_JOINING = frozenset({Kind.PARALLEL, Kind.INCLUSIVE})
_GATEWAYS = _DECIDING | _JOINING | {Kind.EVENT_BASED}


def judge_flows(findings: Findings, model: Model) -> None:
    """Note every mistake in the arrows of the process and of its sub-processes."""
    for scope in model.scopes:
        _judge_endpoints(findings, scope)
        for node in scope.nodes.values():
            _judge_leaving(findings, node, scope.leaving(node.id))
            if node.kind in _DECIDING:
                _judge_decision(findings, node, scope.leaving(node.id))
            if node.kind in _JOINING:
                _judge_join(findings, node, scope)
        _judge_conditions(findings, scope)
        _judge_reach(findings, scope)


def expression_findings(findings: Findings, expression: str, element_id: str, line: int) -> None:
    """Note the expression unless it is of our small language."""
    try:
        check(expression)
    except ExpressionRefused as refused:
        message = f"The expression '{expression[:80]}' cannot be used: {refused.facts['reason']}."
        findings.add("expression.refused", message, element_id=element_id, line=line)


def _judge_endpoints(findings: Findings, scope: Scope) -> None:
    for flow in scope.flows:
        for end in (flow.source, flow.target):
            if end not in scope.nodes:
                message = f"The flow '{flow.id}' begins or ends at '{end}', which is not an element beside it."
                findings.add("flow.dangling", message, element_id=flow.id, line=flow.line)
    starts = [node for node in scope.nodes.values() if node.kind is Kind.START]
    if not starts:
        findings.add("process.no_start", "There is no start event.", element_id=scope.id, line=scope.line)
    for earlier, later in pairwise(starts):
        message = f"A second start event beside '{earlier.id}'."
        findings.add("process.several_starts", message, element_id=later.id, line=later.line)
    _judge_closed(findings, scope)


def _judge_closed(findings: Findings, scope: Scope) -> None:
    for flow in scope.flows:
        source, target = scope.nodes.get(flow.source), scope.nodes.get(flow.target)
        if target is not None and target.kind is Kind.START:
            message = "Nothing can flow into a start event."
            findings.add("flow.into_start", message, element_id=flow.id, line=flow.line)
        if target is not None and target.kind is Kind.BOUNDARY:
            message = "Nothing can flow into a boundary event; it belongs to its activity."
            findings.add("flow.into_boundary", message, element_id=flow.id, line=flow.line)
        if any(node is not None and node.by_event for node in (source, target)):
            message = "An event sub-process is started by its event; nothing flows into it or out of it."
            findings.add("flow.event_sub_process", message, element_id=flow.id, line=flow.line)


def _judge_leaving(findings: Findings, node: Node, leaving: tuple[Flow, ...]) -> None:
    if node.by_event:
        return
    if node.kind is Kind.END:
        if leaving:
            message = "Nothing can flow out of an end event."
            findings.add("flow.out_of_end", message, element_id=node.id, line=node.line)
    elif not leaving:
        message = "Nothing leads on from here. Draw a flow to the next element or to an end event."
        findings.add("element.dead_end", message, element_id=node.id, line=node.line)
    elif len(leaving) > 1 and node.kind not in _GATEWAYS:
        message = "Several flows leave this element. Put a gateway behind it that says which are taken."
        findings.add("flow.implicit_split", message, element_id=node.id, line=node.line)


def _judge_decision(findings: Findings, node: Node, leaving: tuple[Flow, ...]) -> None:
    if len(leaving) < 2 and not any(flow.condition for flow in leaving):  # noqa: PLR2004  # a gateway that only joins
        return
    if node.default not in {flow.id for flow in leaving}:
        message = (
            "The gateway decides but has no default flow: where no condition holds, the procedure would stand still."
        )
        findings.add("gateway.no_default", message, element_id=node.id, line=node.line)
    for flow in leaving:
        if flow.id != node.default and not flow.condition:
            message = "The flow has no condition and is not the default of its gateway."
            findings.add("flow.no_condition", message, element_id=flow.id, line=flow.line)


def _judge_conditions(findings: Findings, scope: Scope) -> None:
    for flow in scope.flows:
        if flow.condition is None:
            continue
        expression_findings(findings, flow.condition, flow.id, flow.line)
        source = scope.nodes.get(flow.source)
        if source and (source.kind not in _DECIDING or source.default == flow.id):
            message = "The condition would never be looked at: the flow is a default or leaves no gateway that decides."
            findings.add("flow.condition_unused", message, element_id=flow.id, line=flow.line)


def _judge_join(findings: Findings, node: Node, scope: Scope) -> None:
    arriving = [flow for flow in scope.flows if flow.target == node.id]
    sources = [flow.source for flow in arriving]
    without = [flow for flow in scope.flows if node.id not in (flow.source, flow.target)]
    before = _reached(_starts(scope), _next(scope, without))
    for flow in arriving:
        if sources.count(flow.source) > 1:
            message = "Two flows lead from the same element into this join, which waits for one token of each element."
            findings.add("gateway.double_flow", message, element_id=flow.id, line=flow.line)
        elif node.kind is Kind.PARALLEL and flow.source in scope.nodes and flow.source not in before:
            message = f"The join waits for '{flow.source}', which can only come after it: it would wait for ever."
            findings.add("gateway.waits_for_itself", message, element_id=node.id, line=node.line)


def _judge_reach(findings: Findings, scope: Scope) -> None:
    reached = _reached(_starts(scope), _next(scope, scope.flows))
    ends = [node.id for node in scope.nodes.values() if node.kind is Kind.END]
    ending = _reached(ends, _next(scope, scope.flows, backwards=True))
    for node in scope.nodes.values():
        if node.id not in reached:
            message = "No flow from the start event reaches this element."
            findings.add("element.unreachable", message, element_id=node.id, line=node.line)
        elif node.id not in ending and scope.leaving(node.id):
            message = "No way leads from here to an end event."
            findings.add("element.no_way_out", message, element_id=node.id, line=node.line)


def _starts(scope: Scope) -> list[str]:
    return [node.id for node in scope.nodes.values() if node.kind is Kind.START or node.by_event]


def _next(scope: Scope, flows: Iterable[Flow], *, backwards: bool = False) -> Mapping[str, list[str]]:
    following: dict[str, list[str]] = {}
    pairs = [(flow.source, flow.target) for flow in flows]
    pairs += [(node.attached_to, node.id) for node in scope.nodes.values() if node.attached_to]
    for pair in pairs:
        source, target = reversed(pair) if backwards else pair
        following.setdefault(source, []).append(target)
    return following


def _reached(origins: Iterable[str], following: Mapping[str, list[str]]) -> set[str]:
    reached = set(origins)
    todo = list(reached)
    while todo:
        fresh = [node for node in following.get(todo.pop(), ()) if node not in reached]
        reached.update(fresh)
        todo.extend(fresh)
    return reached
