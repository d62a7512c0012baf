"""Reading BPMN: uploaded bytes become a model, with every element we do not run found and named.

How files are parsed stands in parsing.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from lxml import etree

from engine.runtime.extensions import ATTRIBUTES, CHILDREN, EVENTS
from engine.runtime.findings import Findings
from engine.runtime.models import Extension, Flow, Kind, Lane, Model, Node, Repetition, Scope, TriggerKind
from engine.runtime.parsing import parse
from engine.runtime.trigger_reading import Triggers
from engine.runtime.xml import BPMN, VANTHU, children, line, reference, tag

MAX_NESTING: Final = 10
"""How deep sub-processes may lie in one another."""
MAX_PROCESSES: Final = 100
"""Executable processes of one file."""

_KINDS: Final = {kind.value: kind for kind in Kind}
_DRAWN_ONLY: Final = {
    *("documentation", "extensionElements", "laneSet", "textAnnotation", "association", "group"),
    *("dataObject", "dataObjectReference", "dataStoreReference", "ioSpecification", "property"),
}
_INSIDE: Final = {
    *("documentation", "extensionElements", "incoming", "outgoing", "ioSpecification", "property"),
    *("dataInputAssociation", "dataOutputAssociation"),
}
_REPEATED: Final = {"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"}
_ONLY_SO: Final = {
    "behavior": "All",
    "completionQuantity": "1",
    "instantiate": "false",
    "isForCompensation": "false",
    "parallelMultiple": "false",
    "startQuantity": "1",
}
"""Attributes of BPMN that change what happens, with the one value that is run; it is that of those left out."""


def read(findings: Findings, content: bytes) -> list[Model]:
    """Return the executable processes of the file; where there are none *findings* says why."""
    root = parse(findings, content)
    if root is None:
        return []
    if root.tag != f"{{{BPMN}}}definitions":
        findings.add("xml.not_bpmn", "This is not a BPMN 2.0 file.", line=line(root))
        return []
    executable = [process for process in children(root, "process") if process.get("isExecutable") == "true"]
    if not executable:
        _nothing_to_run(findings, root)
    if len(executable) > MAX_PROCESSES:
        message = f"The file has {len(executable)} processes, at most {MAX_PROCESSES} are allowed. Split the procedure."
        findings.add("model.too_large", message, line=line(root))
        return []
    triggers = Triggers(findings, root)
    return [_Reader(findings, process, triggers).model() for process in executable]


def _nothing_to_run(findings: Findings, root: etree._Element) -> None:
    first = next(children(root, "process"), None)
    drawn = root if first is None else first
    message = "The file has no process with isExecutable='true', so there is nothing to run."
    findings.add("process.none", message, element_id=drawn.get("id"), line=line(drawn))


class _Reader:
    """Reads one process; keeps the ids seen, the lanes and the scopes found on the way."""

    def __init__(self, findings: Findings, process: etree._Element, triggers: Triggers) -> None:
        self.findings = findings
        self.process = process
        self.triggers = triggers
        self.seen: set[str] = set()
        self.scopes: list[Scope] = []
        self.lanes = dict(self._lanes(process, None))
        self.objects = {
            drawn.get("id"): drawn.get("dataObjectRef", "") for drawn in process.iter(f"{{{BPMN}}}dataObjectReference")
        }

    def model(self) -> Model:
        key = self._id(self.process)
        ours = self._attributes(self.process, ATTRIBUTES["process"])
        self._refuse_scripts()
        self._scope(self.process, key, by_event=False)
        name = self.process.get("name", key)
        return Model(
            file=self.findings.file,
            key=key,
            name=name,
            name_en=ours.get("nameEn", name),
            scopes=tuple(self.scopes),
            line=line(self.process),
            starts_with=tuple(ours.get("startsWith", "").split()),
            document_kind=ours.get("documentKind"),
            errors=tuple(ours.get("errors", "").split()),
        )

    def _scope(self, element: etree._Element, scope_id: str, *, by_event: bool) -> None:
        place = len(self.scopes)
        nodes: dict[str, Node] = {}
        flows: list[Flow] = []
        for child in children(element):
            kind = tag(child)
            if kind == "sequenceFlow":
                flows.append(self._flow(child))
            elif kind in _KINDS:
                node = self._node(child, _KINDS[kind])
                nodes[node.id] = node
            elif kind not in _DRAWN_ONLY | _INSIDE | _REPEATED:
                self._unsupported(child, element)
        made = Scope(
            id=scope_id,
            line=line(element),
            nodes=nodes,
            flows=(*flows, *self._links(nodes)),
            data_objects=tuple(child.get("id", "") for child in children(element, "dataObject")),
            by_event=by_event,
        )
        self.scopes.insert(place, made)

    def _links(self, nodes: dict[str, Node]) -> Iterator[Flow]:
        """Yield a flow for each pair of link events; what has no partner stays without way."""
        links = [node for node in nodes.values() if node.trigger and node.trigger.kind is TriggerKind.LINK]
        caught = {node.trigger.name: node.id for node in links if node.trigger and node.kind is Kind.CATCH}
        for node in links:
            there = caught.get(node.trigger.name if node.trigger else None)
            if node.kind is Kind.THROW and there:
                yield Flow(id=f"{node.id}>{there}", source=node.id, target=there, condition=None, line=node.line)

    def _node(self, element: etree._Element, kind: Kind) -> Node:
        node_id = self._id(element)
        by_event = kind is Kind.SUB_PROCESS and element.get("triggeredByEvent") == "true"
        if kind is Kind.SUB_PROCESS:
            if sum(1 for _ in element.iterancestors()) > MAX_NESTING:
                self._unsupported(element, self.process)
            else:
                self._scope(element, node_id, by_event=by_event)
        attributes = self._attributes(element, ATTRIBUTES[kind])
        made = Node(
            id=node_id,
            kind=kind,
            name=element.get("name", node_id),
            line=line(element),
            attributes=attributes,
            extensions=tuple(self._extensions(element, kind)),
            lane=self.lanes.get(node_id),
            default=element.get("default"),
            attached_to=reference(element.get("attachedToRef", "")) if kind is Kind.BOUNDARY else None,
            interrupting=element.get("cancelActivity", element.get("isInterrupting", "true")) != "false",
            calls=reference(element.get("calledElement", "")) if kind is Kind.CALL else None,
            keeps=tuple(self._kept(element)),
            by_event=by_event,
        )
        return self._details(element, made)

    def _details(self, element: etree._Element, node: Node) -> Node:
        """Add what is inside the element beyond arrows and notes; refuse what we do not know."""
        self._refuse_attributes(element, node.id)
        for child in children(element) if node.kind is not Kind.SUB_PROCESS else children(element, *_REPEATED):
            kind = tag(child)
            if kind in _REPEATED:
                node = replace(node, repetition=self._repetition(child, node.id))
            elif node.kind in EVENTS and node.trigger is None and kind in self.triggers.known:
                node = replace(node, trigger=self.triggers.of_event(child, node))
            elif node.trigger is not None and kind in self.triggers.known:
                message = "An event with several triggers is not supported. Draw an event for each."
                self.findings.add("element.unsupported", message, element_id=node.id, line=line(child))
            elif kind not in _INSIDE:
                self._unsupported(child, element)
        if node.kind in (Kind.SEND, Kind.RECEIVE):
            node = replace(node, trigger=self.triggers.of_message(element, node))
        return node

    def _refuse_attributes(self, element: etree._Element, owner: str) -> None:
        for name, only in _ONLY_SO.items():
            value = str(element.get(name, only))
            if value != only:
                message = f"'{name}' is '{value}' here, and only '{only}' is supported."
                self.findings.add("element.unsupported", message, element_id=owner, line=line(element))

    def _repetition(self, element: etree._Element, owner: str) -> Repetition:
        self._refuse_attributes(element, owner)
        for part in children(element, "complexBehaviorDefinition"):
            self._unsupported(part, element)
        ours = self._attributes(element, ATTRIBUTES["multiInstanceLoopCharacteristics"])
        text = {tag(child): (child.text or "").strip() for child in children(element)}
        maximum = element.get("loopMaximum")
        if tag(element) == "standardLoopCharacteristics":
            return Repetition(
                line=line(element),
                condition=text.get("loopCondition") or None,
                test_before=element.get("testBefore") == "true",
                maximum=int(maximum) if maximum and maximum.isdecimal() else None,
            )
        return Repetition(
            line=line(element),
            collection=ours.get("collection", text.get("loopCardinality", "")),
            item=ours.get("item", "item"),
            sequential=element.get("isSequential") == "true",
            condition=text.get("completionCondition") or None,
        )

    def _kept(self, element: etree._Element) -> Iterator[str]:
        """Yield the data objects that arrows lead to from the element; data stores are drawn only."""
        for association in children(element, "dataOutputAssociation"):
            for part in children(association):
                if tag(part) in ("transformation", "assignment"):
                    self._unsupported(part, element)
            target = next(children(association, "targetRef"), None)
            name = self.objects.get(reference("" if target is None else target.text or ""))
            if name:
                yield name

    def _flow(self, element: etree._Element) -> Flow:
        condition = next(children(element, "conditionExpression"), None)
        return Flow(
            id=self._id(element),
            source=element.get("sourceRef", ""),
            target=element.get("targetRef", ""),
            condition=None if condition is None else (condition.text or ""),
            line=line(element),
        )

    def _lanes(self, element: etree._Element, outer: Lane | None) -> Iterator[tuple[str, Lane]]:
        for lane_set in (*children(element, "laneSet"), *children(element, "childLaneSet")):
            for child in children(lane_set, "lane"):
                own = tuple(self._attributes(child, ATTRIBUTES["lane"]).get("roles", "").split())
                roles = own or (outer.roles if outer else ())
                lane = Lane(id=self._id(child), name=child.get("name", ""), roles=roles, line=line(child))
                yield from (((named.text or "").strip(), lane) for named in children(child, "flowNodeRef"))
                yield from self._lanes(child, lane)

    def _extensions(self, element: etree._Element, kind: Kind) -> Iterator[Extension]:
        for container in children(element, "extensionElements"):
            for child in children(container, namespace=VANTHU):
                known = CHILDREN.get(kind, {}).get(tag(child))
                for name in {tag(child)} if known is None else sorted(set(map(str, child.attrib)).difference(known)):
                    self._stray(child, name, element)
                attributes = {str(name): str(value) for name, value in child.attrib.items()}
                yield Extension(tag=tag(child), attributes=attributes, line=line(child))

    def _attributes(self, element: etree._Element, known: Collection[str]) -> dict[str, str]:
        found = {etree.QName(name): str(value) for name, value in element.attrib.items()}
        ours = {name.localname: value for name, value in found.items() if name.namespace == VANTHU}
        for name in sorted(set(ours).difference(known)):
            self._stray(element, name, element)
        return ours

    def _id(self, element: etree._Element) -> str:
        found = element.get("id", "")
        if not found:
            self.findings.add("element.no_id", f"This {tag(element)} has no id.", line=line(element))
        elif found in self.seen:
            message = f"The id '{found}' is used twice."
            self.findings.add("element.duplicate_id", message, element_id=found, line=line(element))
        self.seen.add(found)
        return found

    def _refuse_scripts(self) -> None:
        """No Python of a model is ever run: neither a script task nor what other engines hide in extensions."""
        for element in self.process.iter():
            if isinstance(element.tag, str) and "script" in tag(element).lower() and tag(element) != "script":
                owner = next(one.get("id") for one in (element, *element.iterancestors()) if one.get("id"))
                message = "Scripts are never run. Use a service task with an operation, or a condition on a flow."
                self.findings.add("script.refused", message, element_id=owner, line=line(element))

    def _unsupported(self, element: etree._Element, owner: etree._Element) -> None:
        if "script" in tag(element).lower():
            return  # found by _refuse_scripts already
        message = f"'{tag(element)}' is not supported yet."
        named = element.get("id") or owner.get("id")
        self.findings.add("element.unsupported", message, element_id=named, line=line(element))

    def _stray(self, element: etree._Element, name: str, owner: etree._Element) -> None:
        message = f"'vanthu:{name}' has no meaning in this place; see bpmn/README.md."
        self.findings.add("extension.unknown", message, element_id=owner.get("id"), line=line(element))
