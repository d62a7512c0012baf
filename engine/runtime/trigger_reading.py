"""Reading what events catch and throw, with the messages, signals, errors and escalations a file declares."""

from collections.abc import Iterable
from typing import Final

from lxml import etree

from engine.runtime.findings import Findings
from engine.runtime.models import Node, Trigger, TriggerKind
from engine.runtime.xml import BPMN, VANTHU, children, line, reference, tag

_NAMED: Final = {
    TriggerKind.MESSAGE: "name",
    TriggerKind.SIGNAL: "name",
    TriggerKind.ERROR: "errorCode",
    TriggerKind.ESCALATION: "escalationCode",
}
"""By which attribute of its declaration an event is known to others."""
_DEFINITIONS: Final = {
    f"{kind.value}EventDefinition": kind for kind in (*_NAMED, TriggerKind.TERMINATE, TriggerKind.LINK)
}
_TIMER: Final = "timerEventDefinition"
_TIMERS: Final = {kind.value: kind for kind in (TriggerKind.DATE, TriggerKind.DURATION, TriggerKind.CYCLE)}


class Triggers:
    """The triggers of one file.

    Attributes:
        known: Tags of the event definitions that Vanthu runs.
    """

    known: Final = frozenset({*_DEFINITIONS, _TIMER})

    def __init__(self, findings: Findings, root: etree._Element) -> None:
        self.findings = findings
        self.declared = {
            (kind, found.get("id", "")): found
            for kind in _NAMED
            for found in root.iterchildren(f"{{{BPMN}}}{kind.value}")
        }

    def of_event(self, definition: etree._Element, node: Node) -> Trigger | None:
        """Return the trigger of an event from its definition."""
        if tag(definition) == _TIMER:
            return self._timer(children(definition), definition, node)
        kind = _DEFINITIONS[tag(definition)]
        if kind in _NAMED:
            return self._declared(kind, definition.get(f"{kind.value}Ref", ""), node, line(definition))
        return Trigger(kind=kind, name=definition.get("name"), line=line(definition))

    def of_message(self, element: etree._Element, node: Node) -> Trigger:
        """Return the trigger of a send or receive task."""
        return self._declared(TriggerKind.MESSAGE, element.get("messageRef", ""), node, node.line)

    def _timer(self, parts: Iterable[etree._Element], definition: etree._Element, node: Node) -> Trigger | None:
        for part in parts:
            if tag(part) in _TIMERS:
                text, clock = (part.text or "").strip(), node.attributes.get("clock")
                return Trigger(kind=_TIMERS[tag(part)], timer=text, line=line(part), clock=clock)
        message = "The timer says neither date nor duration nor cycle."
        self.findings.add("timer.empty", message, element_id=node.id, line=line(definition))
        return None

    def _declared(self, kind: TriggerKind, named: str, node: Node, where: int) -> Trigger:
        declared = self.declared.get((kind, reference(named)))
        if named and declared is None:
            caused = kind.value
            message = f"There is no {caused} '{named}' in the file."
            self.findings.add("event.unknown_reference", message, element_id=node.id, line=where)
        own = node.attributes.get("correlation")
        if declared is None:
            return Trigger(kind=kind, line=where, correlation=own)
        name = declared.get(_NAMED[kind]) or declared.get("name") or declared.get("id")
        return Trigger(kind=kind, name=name, line=where, correlation=own or declared.get(f"{{{VANTHU}}}correlation"))
