"""Rules of the events: each catches or throws what can be caught or thrown there, and says from whom and when."""

from datetime import UTC, datetime
from typing import Final

from engine.runtime.findings import Findings
from engine.runtime.flow_rules import expression_findings
from engine.runtime.models import ACTIVITIES, TIMERS, WAITED, Kind, Model, Node, Scope, Trigger, TriggerKind
from engine.runtime.timers import TimerMalformed, alarm, is_literal

_RAISED: Final = frozenset({TriggerKind.ERROR, TriggerKind.ESCALATION})
_THROWN: Final = frozenset({TriggerKind.MESSAGE, TriggerKind.SIGNAL, TriggerKind.ESCALATION})
_POSSIBLE: Final = {
    Kind.CATCH: WAITED | {TriggerKind.LINK},
    Kind.BOUNDARY: WAITED | _RAISED,
    Kind.THROW: _THROWN | {TriggerKind.LINK},
    Kind.END: _THROWN | {TriggerKind.ERROR, TriggerKind.TERMINATE},
    Kind.RECEIVE: {TriggerKind.MESSAGE},
    Kind.SEND: {TriggerKind.MESSAGE},
}
_WITHOUT: Final = frozenset({Kind.THROW, Kind.END, Kind.START})
"""Events that may be plain."""
_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)


def judge_events(findings: Findings, model: Model) -> None:
    """Note every mistake in the events of the process and of its sub-processes."""
    for scope in model.scopes:
        for node in scope.nodes.values():
            _judge_place(findings, node, scope, model)
            if node.kind is Kind.BOUNDARY:
                _judge_boundary(findings, node, scope)
            if node.kind is Kind.EVENT_BASED:
                _judge_race(findings, node, scope)
            if node.trigger is not None:
                _judge_trigger(findings, node, node.trigger, scope)


def judge_errors(findings: Findings, model: Model) -> None:
    """Note errors that an end event throws and nothing around it catches."""
    around = {node.id: scope for scope in model.scopes for node in scope.nodes.values()}
    for scope in model.scopes:
        for node in scope.nodes.values():
            thrown = node.trigger if node.kind is Kind.END else None
            if not thrown or thrown.kind is not TriggerKind.ERROR or thrown.name in model.errors:
                continue
            if not _caught(thrown, scope, model, around):
                error = thrown.name
                message = (
                    f"Nothing around this event catches the error '{error}'. If whoever calls the procedure is to, "
                    "name it in vanthu:errors of the process."
                )
                findings.add("error.not_caught", message, element_id=node.id, line=node.line)


def _caught(thrown: Trigger, scope: Scope, model: Model, around: dict[str, Scope]) -> bool:
    scopes = {one.id: one for one in model.scopes}
    inside: Scope | None = scope
    seen: set[str] = set()
    # Where ids are used twice, a scope may seem to lie in itself.
    while inside is not None and inside.id not in seen:
        seen.add(inside.id)
        starts = [] if inside.by_event else [scopes[node.id] for node in inside.nodes.values() if node.by_event]
        catching = [node.trigger for start in starts for node in start.nodes.values() if node.kind is Kind.START]
        outer = around.get(inside.id)
        catching += [node.trigger for node in outer.attached(inside.id)] if outer else []
        if any(one and one.kind is TriggerKind.ERROR and one.name in (thrown.name, None) for one in catching):
            return True
        inside = outer
    return False


def _judge_place(findings: Findings, node: Node, scope: Scope, model: Model) -> None:
    trigger = node.trigger
    if node.kind is Kind.START:
        _judge_start(findings, node, scope, top=scope is model.scopes[0])
    elif node.kind in _POSSIBLE and trigger is None and node.kind not in _WITHOUT:
        message = "The event says not what it waits for."
        findings.add("event.empty", message, element_id=node.id, line=node.line)
    elif trigger is not None and trigger.kind not in _POSSIBLE.get(node.kind, ()):
        element, caused = node.kind.value, trigger.kind.value
        message = f"A {element} of this kind ({caused}) is not supported."
        findings.add("event.unsupported", message, element_id=node.id, line=trigger.line)


def _judge_start(findings: Findings, node: Node, scope: Scope, *, top: bool) -> None:
    if scope.by_event and (node.trigger is None or node.trigger.kind not in WAITED | _RAISED):
        message = "An event sub-process starts with a timer, message, signal, error or escalation."
        findings.add("start.plain", message, element_id=node.id, line=node.line)
    elif not scope.by_event and node.trigger is not None:
        _judge_trigger_of_start(findings, node, node.trigger, top=top)
    _judge_interrupting(findings, node)


def _judge_trigger_of_start(findings: Findings, node: Node, trigger: Trigger, *, top: bool) -> None:
    if not top:
        message = "A sub-process begins when it is reached, so its start event has no trigger of its own."
        findings.add("start.triggered", message, element_id=node.id, line=node.line)
    elif trigger.kind is not TriggerKind.MESSAGE:
        caused = trigger.kind.value
        message = (
            f"A procedure is about a document, which nothing of this kind ({caused}) brings. "
            "It is started by the application, by a call, or by a message that names the document."
        )
        findings.add("start.triggered", message, element_id=node.id, line=node.line)
    elif "correlation" in node.attributes:
        message = "A message that starts a procedure starts it whatever its correlation is; so none is asked for here."
        findings.add("event.correlation", message, element_id=node.id, line=node.line)


def _judge_boundary(findings: Findings, node: Node, scope: Scope) -> None:
    host_id = node.attached_to
    host = scope.nodes.get(host_id or "")
    if host is None or host.kind not in ACTIVITIES or host.by_event:
        message = f"The boundary event is not attached to an activity beside it ('{host_id}')."
        findings.add("boundary.unattached", message, element_id=node.id, line=node.line)
    _judge_interrupting(findings, node)


def _judge_interrupting(findings: Findings, node: Node) -> None:
    if node.trigger is not None and node.trigger.kind is TriggerKind.ERROR and not node.interrupting:
        message = "An error ends what it happened in; it cannot be caught without interrupting."
        findings.add("error.not_interrupting", message, element_id=node.id, line=node.line)


def _judge_race(findings: Findings, node: Node, scope: Scope) -> None:
    targets = [flow.target for flow in scope.leaving(node.id)]
    arriving = [flow.target for flow in scope.flows]
    for target in targets:
        waiting = scope.nodes.get(target)
        fit = waiting and waiting.trigger and waiting.kind in (Kind.CATCH, Kind.RECEIVE)
        if waiting and (not fit or arriving.count(target) > 1 or scope.attached(target) or waiting.repetition):
            message = (
                f"Behind an event-based gateway stand only events and receive tasks that wait, reached from it alone, "
                f"not '{target}'."
            )
            findings.add("gateway.no_race", message, element_id=node.id, line=node.line)


def _judge_trigger(findings: Findings, node: Node, trigger: Trigger, scope: Scope) -> None:
    if trigger.kind in TIMERS:
        _judge_timer(findings, node, trigger)
    _judge_clock(findings, node, trigger)
    throws = node.kind in (Kind.THROW, Kind.END, Kind.SEND)
    if not trigger.name and (trigger.kind in WAITED - TIMERS or (throws and trigger.kind in _RAISED)):
        caused = trigger.kind.value
        message = f"The event names no {caused}."
        findings.add("event.no_name", message, element_id=node.id, line=trigger.line)
    if trigger.correlation is not None:
        expression_findings(findings, trigger.correlation, node.id, trigger.line)
        if trigger.kind is not TriggerKind.MESSAGE:
            message = "Only a message has a correlation."
            findings.add("event.correlation", message, element_id=node.id, line=trigger.line)
    if trigger.kind is TriggerKind.LINK:
        _judge_link(findings, node, trigger, scope)


def _judge_clock(findings: Findings, node: Node, trigger: Trigger) -> None:
    clock = node.attributes.get("clock")
    if clock is None:
        return
    if trigger.kind not in (TriggerKind.DATE, TriggerKind.DURATION) or clock not in ("document", "wall"):
        message = "A timer with a date or a duration follows the clock 'document' or 'wall'; nothing else has a clock."
        findings.add("timer.clock", message, element_id=node.id, line=trigger.line)


def _judge_link(findings: Findings, node: Node, trigger: Trigger, scope: Scope) -> None:
    same = [one for one in scope.nodes.values() if one.trigger and one.trigger.kind is TriggerKind.LINK]
    there = [one.id for one in same if one.kind is Kind.CATCH and one.trigger and one.trigger.name == trigger.name]
    if len(there) != 1:
        link, count = trigger.name, len(there)
        message = f"The link '{link}' leads to {count} places in this scope, not to one."
        findings.add("link.unpaired", message, element_id=node.id, line=trigger.line)


def _judge_timer(findings: Findings, node: Node, trigger: Trigger) -> None:
    text = trigger.timer or ""
    if not is_literal(trigger.kind, text):
        expression_findings(findings, text, node.id, trigger.line)
        return
    try:
        alarm(trigger.kind, text, _DAY)
    except TimerMalformed as cause:
        message = f"The timer cannot be set: {cause}."
        findings.add("timer.malformed", message, element_id=node.id, line=trigger.line)
