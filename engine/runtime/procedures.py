"""Procedures: checked bundles made ready to run, kept per process by the digest of the bundle."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from types import MappingProxyType
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.definitions import HumanTask, OperationKind, Outcome, ServiceTask, SignatureKind
from engine.runtime.bundles import forms_in
from engine.runtime.errors import BundleUnusable
from engine.runtime.findings import Findings
from engine.runtime.models import Kind, Model, Node
from engine.runtime.reading import read
from engine.runtime.specs import build

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A model ready to run; shared by all threads and never changed by a run.

    Attributes:
        key: Id of the process.
        kinds: Element id to kind as BPMN writes it ('userTask'), for all elements.
        forms: Form name to JSON Schema, as parsed JSON.
        bpmn_xml: The model as it was deployed, for the diagram.
        operations: Kind of every operation there is.
        spec: SpiffWorkflow's spec of the process; no business outside engine.runtime.
        inner: Specs of the embedded sub-processes by id; likewise.
    """

    key: str
    name: str
    name_en: str
    human_tasks: Mapping[str, HumanTask]
    service_tasks: Mapping[str, ServiceTask]
    names: Mapping[str, str]
    kinds: Mapping[str, str]
    forms: Mapping[str, Any]
    bpmn_xml: str
    operations: Mapping[str, OperationKind]
    spec: BpmnProcessSpec = field(repr=False)
    inner: dict[str, BpmnProcessSpec] = field(repr=False)


class Procedures:
    """The procedures of this process, at most *size* of them, the longest unused dropped first."""

    def __init__(self, *, operations: Mapping[str, OperationKind], size: int = 64) -> None:
        self._operations: Final = MappingProxyType(dict(operations))
        self._size: Final = size
        self._lock: Final = Lock()
        self._kept: OrderedDict[str, Procedure] = OrderedDict()

    def get(self, bundle_sha256: str, files: Callable[[], Files]) -> Procedure:
        """Return the procedure of that bundle; *files* is called only where it is not kept yet.

        Raises:
            BundleUnusable: The bundle was never checked, or was changed since.
        """
        with self._lock:
            kept = self._kept.get(bundle_sha256)
            if kept is not None:
                self._kept.move_to_end(bundle_sha256)
                return kept
        # Two threads may parse the same bundle at once; both results are the same and either may be kept.
        made = procedure(files(), self._operations)
        with self._lock:
            self._kept[bundle_sha256] = made
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made


def procedure(files: Files, operations: Mapping[str, OperationKind]) -> Procedure:
    """Make a checked bundle ready to run.

    Raises:
        BundleUnusable: The bundle was never checked, or was changed since.
    """
    name = next((name for name in files if name.endswith(".bpmn")), None)
    if name is None:
        raise BundleUnusable(reason="there is no .bpmn file")
    findings = Findings(name)
    model = read(findings, files[name])
    if model is None or findings.found:
        raise BundleUnusable(reason=findings.found[0].message)
    return _made(model, files, operations, name)


def _made(model: Model, files: Files, operations: Mapping[str, OperationKind], name: str) -> Procedure:
    try:
        spec, inner = build(model)
    except (KeyError, AttributeError) as cause:
        raise BundleUnusable(reason=f"its flows do not fit together ({cause})") from cause
    nodes = list(model.nodes())
    return Procedure(
        key=model.key,
        name=model.name,
        name_en=model.name_en,
        human_tasks=MappingProxyType({node.id: _human_task(node) for node in nodes if node.kind is Kind.HUMAN}),
        service_tasks=MappingProxyType({node.id: _service_task(node) for node in nodes if node.kind is Kind.SERVICE}),
        names=MappingProxyType({node.id: node.name for node in nodes}),
        kinds=MappingProxyType({node.id: node.kind.value for node in nodes}),
        forms=MappingProxyType(forms_in(files)),
        bpmn_xml=files[name].decode("utf-8", "replace"),
        operations=operations,
        spec=spec,
        inner=inner,
    )


def _human_task(node: Node) -> HumanTask:
    return HumanTask(
        element_id=node.id,
        name=node.name,
        name_en=node.attributes.get("nameEn", node.name),
        roles=node.roles if "assignee" not in node.attributes or "roles" in node.attributes else (),
        unit=node.attributes.get("unit"),
        assignee=node.attributes.get("assignee"),
        outcomes=tuple(_outcome(extension.attributes) for extension in node.tagged("outcome")),
        not_same_as=tuple(extension.attributes["element"] for extension in node.tagged("notSameAs")),
    )


def _outcome(attributes: Mapping[str, str]) -> Outcome:
    signature = attributes.get("signature")
    return Outcome(
        id=attributes["id"],
        label=attributes["label"],
        label_en=attributes.get("labelEn", attributes["label"]),
        form=attributes.get("form"),
        signature=SignatureKind(signature) if signature else None,
    )


def _service_task(node: Node) -> ServiceTask:
    parameters = {one.attributes["name"]: one.attributes["expression"] for one in node.tagged("parameter")}
    return ServiceTask(
        element_id=node.id,
        name=node.name,
        name_en=node.attributes.get("nameEn", node.name),
        operation=node.attributes["operation"],
        parameters=MappingProxyType(parameters),
    )
