"""Reading BPMN: uploaded bytes become a model, with every element we do not run found and named.

The parser resolves no entity, loads no DTD, opens no connection, and refuses huge trees; a document type is refused as
such. SpiffWorkflow's own parser never sees an uploaded file.
"""

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from engine.runtime.findings import Findings
from engine.runtime.models import Extension, Flow, Kind, Lane, Model, Node, Scope

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
VANTHU: Final = "urn:vanthu:bpmn:1"

MAX_NESTING: Final = 10
"""How deep sub-processes may lie in one another."""

_KINDS: Final = {kind.value: kind for kind in Kind if kind is not Kind.TERMINATE}
_DRAWN_ONLY: Final = {"documentation", "extensionElements", "laneSet", "textAnnotation", "association", "group"}
_INSIDE: Final = {"documentation", "extensionElements", "incoming", "outgoing"}
_ATTRIBUTES: Final = {
    Kind.HUMAN: {"nameEn", "roles", "unit", "assignee"},
    Kind.SERVICE: {"nameEn", "operation"},
}
_EXTENSIONS: Final = {
    ("outcome", Kind.HUMAN): {"id", "label", "labelEn", "form", "signature"},
    ("notSameAs", Kind.HUMAN): {"element"},
    ("parameter", Kind.SERVICE): {"name", "expression"},
}


def read(findings: Findings, content: bytes) -> Model | None:
    """Return the executable process of the file, or None where it cannot be made out; *findings* says why."""
    root = _parse(findings, content)
    if root is None:
        return None
    executable = [process for process in _children(root, "process") if process.get("isExecutable") == "true"]
    if len(executable) != 1:
        code, line = ("process.several", _line(executable[1])) if executable else ("process.none", _line(root))
        findings.add(code, f"The file has {len(executable)} processes with isExecutable='true', not one.", line=line)
        return None
    return _Reader(findings, executable[0]).model()


def _parse(findings: Findings, content: bytes) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as cause:
        findings.add("xml.malformed", f"This is not well-formed XML: {cause.msg}", line=cause.lineno)
        return None
    document: Any = root.getroottree().docinfo
    if document.doctype:
        findings.add("xml.doctype", "A document type or entities are not allowed in a model.", line=1)
        return None
    if str(document.encoding or "UTF-8").upper() not in ("UTF-8", "ASCII", "US-ASCII"):
        findings.add("xml.encoding", f"The file is written in {document.encoding}; save it as UTF-8.", line=1)
        return None
    if root.tag != f"{{{BPMN}}}definitions":
        findings.add("xml.not_bpmn", "This is not a BPMN 2.0 file.", line=_line(root))
        return None
    return root


class _Reader:
    """Reads one process; keeps the ids seen, the lanes and the scopes found on the way."""

    def __init__(self, findings: Findings, process: etree._Element) -> None:
        self.findings = findings
        self.process = process
        self.seen: set[str] = set()
        self.scopes: list[Scope] = []
        self.lanes = dict(self._lanes(process, None))

    def model(self) -> Model:
        key = self._id(self.process)
        ours = self._attributes(self.process, {"nameEn"})
        self._refuse_scripts()
        self._scope(self.process, key)
        name = self.process.get("name", key)
        file = self.findings.file
        return Model(file=file, key=key, name=name, name_en=ours.get("nameEn", name), scopes=tuple(self.scopes))

    def _scope(self, element: etree._Element, scope_id: str) -> None:
        place = len(self.scopes)
        nodes: dict[str, Node] = {}
        flows: list[Flow] = []
        for child in _children(element):
            tag = _tag(child)
            if tag == "sequenceFlow":
                flows.append(self._flow(child))
            elif tag in _KINDS:
                node = self._node(child, _KINDS[tag])
                nodes[node.id] = node
            elif tag not in _DRAWN_ONLY | _INSIDE:
                self._unsupported(child, element)
        self.scopes.insert(place, Scope(id=scope_id, line=_line(element), nodes=nodes, flows=tuple(flows)))

    def _node(self, element: etree._Element, kind: Kind) -> Node:
        node_id = self._id(element)
        if kind is Kind.SUB_PROCESS:
            if element.get("triggeredByEvent") == "true" or sum(1 for _ in element.iterancestors()) > MAX_NESTING:
                self._unsupported(element, self.process)
            else:
                self._scope(element, node_id)
        else:
            kind = self._details(element, kind)
        return Node(
            id=node_id,
            kind=kind,
            name=element.get("name", node_id),
            line=_line(element),
            attributes=self._attributes(element, _ATTRIBUTES.get(kind, {"nameEn"})),
            extensions=tuple(self._extensions(element, kind)),
            lane=self.lanes.get(node_id),
            default=element.get("default"),
        )

    def _details(self, element: etree._Element, kind: Kind) -> Kind:
        """Refuse what is inside the element beyond arrows and notes; a terminate definition makes another kind."""
        for child in _children(element):
            if kind is Kind.END and _tag(child) == "terminateEventDefinition":
                kind = Kind.TERMINATE
            elif _tag(child) not in _INSIDE:
                self._unsupported(child, element)
        return kind

    def _flow(self, element: etree._Element) -> Flow:
        condition = next(_children(element, "conditionExpression"), None)
        return Flow(
            id=self._id(element),
            source=element.get("sourceRef", ""),
            target=element.get("targetRef", ""),
            condition=None if condition is None else (condition.text or ""),
            line=_line(element),
        )

    def _lanes(self, element: etree._Element, outer: Lane | None) -> Iterator[tuple[str, Lane]]:
        for lane_set in (*_children(element, "laneSet"), *_children(element, "childLaneSet")):
            for child in _children(lane_set, "lane"):
                named = tuple(self._attributes(child, {"nameEn", "roles"}).get("roles", "").split())
                roles = named or (outer.roles if outer else ())
                lane = Lane(id=self._id(child), name=child.get("name", ""), roles=roles, line=_line(child))
                yield from (((reference.text or "").strip(), lane) for reference in _children(child, "flowNodeRef"))
                yield from self._lanes(child, lane)

    def _extensions(self, element: etree._Element, kind: Kind) -> Iterator[Extension]:
        for container in _children(element, "extensionElements"):
            for child in _children(container, namespace=VANTHU):
                known = _EXTENSIONS.get((_tag(child), kind))
                for name in {_tag(child)} if known is None else sorted(set(map(str, child.attrib)) - known):
                    self._stray(child, name, element)
                attributes = {str(name): str(value) for name, value in child.attrib.items()}
                yield Extension(tag=_tag(child), attributes=attributes, line=_line(child))

    def _attributes(self, element: etree._Element, known: set[str]) -> dict[str, str]:
        found = {etree.QName(name): str(value) for name, value in element.attrib.items()}
        ours = {name.localname: value for name, value in found.items() if name.namespace == VANTHU}
        for name in sorted(set(ours) - known):
            self._stray(element, name, element)
        return ours

    def _id(self, element: etree._Element) -> str:
        found = element.get("id", "")
        if not found:
            self.findings.add("element.no_id", f"This {_tag(element)} has no id.", line=_line(element))
        elif found in self.seen:
            message = f"The id '{found}' is used twice."
            self.findings.add("element.duplicate_id", message, element_id=found, line=_line(element))
        self.seen.add(found)
        return found

    def _refuse_scripts(self) -> None:
        """No Python of a model is ever run: neither a script task nor what other engines hide in extensions."""
        for element in self.process.iter():
            if isinstance(element.tag, str) and "script" in _tag(element).lower() and _tag(element) != "script":
                owner = next(one.get("id") for one in (element, *element.iterancestors()) if one.get("id"))
                message = "Scripts are never run. Use a service task with an operation, or a condition on a flow."
                self.findings.add("script.refused", message, element_id=owner, line=_line(element))

    def _unsupported(self, element: etree._Element, owner: etree._Element) -> None:
        if "script" in _tag(element).lower():
            return  # found by _refuse_scripts already
        message = f"'{_tag(element)}' is not supported yet."
        named = element.get("id") or owner.get("id")
        self.findings.add("element.unsupported", message, element_id=named, line=_line(element))

    def _stray(self, element: etree._Element, name: str, owner: etree._Element) -> None:
        message = f"'vanthu:{name}' has no meaning in this place; see bpmn/README.md."
        self.findings.add("extension.unknown", message, element_id=owner.get("id"), line=_line(element))


def _children(element: etree._Element, tag: str | None = None, namespace: str = BPMN) -> Iterator[etree._Element]:
    # '*' leaves out comments and processing instructions.
    return element.iterchildren(f"{{{namespace}}}{tag or '*'}")


def _tag(element: etree._Element) -> str:
    return etree.QName(element).localname


def _line(element: etree._Element) -> int:
    line: Any = element.sourceline
    return int(line or 0)
