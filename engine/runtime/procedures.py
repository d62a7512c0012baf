"""Procedures: checked bundles made ready to run, kept per process by the digest of the bundle."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from types import MappingProxyType
from typing import Any, Final

from engine.definitions import HumanTask, Interface, OperationKind, Outcome, ServiceTask, SignatureKind
from engine.runtime.building import build
from engine.runtime.bundles import decisions_in, forms_in
from engine.runtime.call_rules import order
from engine.runtime.decisions import Decisions
from engine.runtime.errors import BundleUnusable
from engine.runtime.findings import Findings
from engine.runtime.models import PEOPLE, Kind, Model, Node
from engine.runtime.reading import read
from engine.runtime.scopes import ScopeSpec
from engine.runtime.xml import text_of
from engine.signatories import InitialKind

Files = Mapping[str, bytes]
_MACHINE: Final = frozenset({Kind.SERVICE, Kind.RULE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A model ready to run; shared by all threads and never changed by a run.

    Attributes:
        key: Id of the process.
        kinds: Element id to kind as BPMN writes it ('userTask'), for all elements.
        forms: Form name to JSON Schema, as parsed JSON.
        bpmn_xml: The model as it was deployed, for the diagram.
        operations: Kind of every operation there is.
        decisions: Those of its .dmn files, by id.
        interface: What it asks of whoever starts it.
        spec: SpiffWorkflow's spec of the process; no business outside engine.runtime.
        inner: Specs of all processes and sub-processes by id; likewise.
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
    decisions: Decisions
    interface: Interface
    spec: ScopeSpec = field(repr=False)
    inner: dict[str, ScopeSpec] = field(repr=False)


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
    findings = Findings("")
    models = order(
        findings, [model for name in sorted(files) if name.endswith(".bpmn") for model in _read(name, files)]
    )
    if not models or findings.found:
        raise BundleUnusable(reason=findings.found[0].message if findings.found else "there is no .bpmn file")
    return _made(models, files, operations)


def _read(name: str, files: Files) -> list[Model]:
    findings = Findings(name)
    models = read(findings, files[name])
    if findings.found:
        raise BundleUnusable(reason=findings.found[0].message)
    return models


def interface(main: Model) -> Interface:
    """Return what the process that is started asks of whoever starts it."""
    start = next(node for node in main.scopes[0].nodes.values() if node.kind is Kind.START)
    return Interface(
        key=main.key,
        name=main.name,
        starts_with=main.starts_with,
        document_kind=main.document_kind,
        errors=main.errors,
        start=start.id,
        message=start.trigger.name if start.trigger else None,
    )


def _made(models: list[Model], files: Files, operations: Mapping[str, OperationKind]) -> Procedure:
    try:
        specs = build(models)
    except (KeyError, AttributeError, StopIteration) as cause:
        raise BundleUnusable(reason=f"its flows do not fit together ({cause})") from cause
    main, nodes = models[0], [node for model in models for node in model.nodes()]
    return Procedure(
        key=main.key,
        name=main.name,
        name_en=main.name_en,
        human_tasks=MappingProxyType({node.id: _human_task(node) for node in nodes if node.kind in PEOPLE}),
        service_tasks=MappingProxyType({node.id: _service_task(node) for node in nodes if node.kind in _MACHINE}),
        names=MappingProxyType({node.id: node.name for node in nodes}),
        kinds=MappingProxyType({node.id: node.kind.value for node in nodes}),
        forms=MappingProxyType(forms_in(files)),
        bpmn_xml=text_of(files[main.file]),
        operations=operations,
        decisions=MappingProxyType(decisions_in(files)),
        interface=interface(main),
        spec=specs[main.key],
        inner=specs,
    )


_JUST_DONE: Final = (Outcome(id="done", label="Hoàn thành", label_en="Done"),)
"""How a task ends that names no outcome of its own."""


def _human_task(node: Node) -> HumanTask:
    return HumanTask(
        element_id=node.id,
        name=node.name,
        name_en=node.attributes.get("nameEn", node.name),
        roles=node.roles if "assignee" not in node.attributes or "roles" in node.attributes else (),
        unit=node.attributes.get("unit"),
        assignee=node.attributes.get("assignee"),
        due=node.attributes.get("due"),
        signs=node.attributes.get("signs"),
        outcomes=tuple(_outcome(extension.attributes) for extension in node.tagged("outcome")) or _JUST_DONE,
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
        initial=InitialKind(attributes["initial"]) if "initial" in attributes else None,
        approvals=int(attributes["approvals"]) if "approvals" in attributes else None,
    )


def _service_task(node: Node) -> ServiceTask:
    parameters = {one.attributes["name"]: one.attributes["expression"] for one in node.tagged("parameter")}
    return ServiceTask(
        element_id=node.id,
        name=node.name,
        name_en=node.attributes.get("nameEn", node.name),
        operation=node.attributes.get("operation", ""),
        parameters=MappingProxyType(parameters),
        decision=node.attributes.get("decision"),
    )
