"""Rules of calls: one process of a bundle is started, it calls the others, or procedures that are installed."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from engine.definitions import Interface
from engine.runtime.findings import Findings
from engine.runtime.flow_rules import expression_findings
from engine.runtime.models import Kind, Model, Node

Installed = Callable[[str, int | None], Interface | None]
"""Finds an installed procedure by its key and version."""

_VERSION: Final = re.compile(r"[1-9]\d{0,5}")


def order(findings: Findings, models: Sequence[Model]) -> list[Model]:
    """Return the models, the one that is started first: the only one that no other calls."""
    called = {node.calls for model in models for node in calls_of(model) if node.calls != model.key}
    first = [model for model in models if model.key not in called]
    if len(first) > 1:
        keys = ", ".join(f"'{model.key}'" for model in first)
        findings.file = first[1].file
        message = f"Which of these is to be started? {keys}. Leave one executable that no other calls."
        findings.add("bundle.several_procedures", message, element_id=first[1].key)
    return [*first, *(model for model in models if model not in first)]


def judge_calls(findings: Findings, models: Sequence[Model], installed: Installed) -> None:
    """Note calls of what there is not or cannot be called so, and ids that two processes share."""
    keys = {model.key: model for model in models}
    reached = {key: _called(key, keys) for key in keys}
    for model in models:
        findings.file = model.file
        for node in calls_of(model):
            if node.calls in keys:
                _judge_inside(findings, node, keys, recursive=model.key in reached[node.calls])
            else:
                _judge_installed(findings, node, models[0], installed)
    _judge_ids(findings, models)


def _judge_inside(findings: Findings, node: Node, keys: dict[str, Model], *, recursive: bool) -> None:
    called = node.calls or ""
    if recursive:
        message = f"The process '{called}' would call itself again and again."
        findings.add("call.recursive", message, element_id=node.id, line=node.line)
    if node.attributes.keys() & {"version", "document"}:
        message = f"The process '{called}' is in this bundle: it has no version and no document of its own."
        findings.add("call.in_bundle", message, element_id=node.id, line=node.line)
    if any(one.kind is Kind.START and one.trigger for one in keys[called].scopes[0].nodes.values()):
        _add_started_by_message(findings, node)


def _judge_installed(findings: Findings, node: Node, caller: Model, installed: Installed) -> None:
    written, document = node.attributes.get("version"), node.attributes.get("document")
    if document is not None:
        expression_findings(findings, document, node.id, node.line)
    if written is not None and not _VERSION.fullmatch(written):
        message = f"'{written}' is no version: write its number, as 3, or leave it out for the active one."
        findings.add("call.version", message, element_id=node.id, line=node.line)
        return
    called = node.calls or ""
    found = installed(called, int(written) if written else None) if called else None
    if found is None:
        which = f"'{called}'" + (f", version {written}" if written else "")
        message = (
            f"There is no procedure {which}: it is not in the bundle and not installed. "
            "Put the .bpmn file it is in beside this one, or deploy it first."
        )
        findings.add("call.unknown", message, element_id=node.id, line=node.line)
        return
    _judge_given(findings, node, caller, found)


def _judge_given(findings: Findings, node: Node, caller: Model, called: Interface) -> None:
    given = {one.attributes.get("name") for one in node.tagged("parameter")}
    missing = [name for name in called.starts_with if name not in given]
    if missing:
        message = f"The procedure '{called.key}' starts with {', '.join(missing)}: give it by vanthu:parameter."
        findings.add("call.data_missing", message, element_id=node.id, line=node.line)
    kind = called.document_kind
    if kind is not None and kind != caller.document_kind and "document" not in node.attributes:
        message = (
            f"The procedure '{called.key}' is for an {kind} document. Say which one by vanthu:document, "
            f"or that this one is for {kind} documents too, by vanthu:documentKind on its process."
        )
        findings.add("call.document_missing", message, element_id=node.id, line=node.line)
    if called.message is not None:
        _add_started_by_message(findings, node)


def _add_started_by_message(findings: Findings, node: Node) -> None:
    message = f"'{node.calls}' is started by a message, not by a call. Throw that message instead."
    findings.add("call.started_by_message", message, element_id=node.id, line=node.line)


def calls_of(model: Model) -> Iterable[Node]:
    """Return the call activities of the model."""
    return [node for node in model.nodes() if node.kind is Kind.CALL]


def _called(key: str, models: dict[str, Model]) -> set[str]:
    reached, todo = {key}, [key]
    while todo:
        model = models.get(todo.pop())
        fresh = {node.calls for node in calls_of(model) if node.calls} - reached if model else set()
        reached |= fresh
        todo += fresh
    return reached


def _judge_ids(findings: Findings, models: Sequence[Model]) -> None:
    seen: dict[str, str] = {}
    for model in models:
        findings.file = model.file
        for element_id, line in [(node.id, node.line) for node in model.nodes()] + [
            (scope.id, scope.line) for scope in model.scopes[:1]
        ]:
            other = seen.setdefault(element_id, model.key)
            if other != model.key:
                message = f"The id '{element_id}' is also used in the process '{other}'."
                findings.add("element.duplicate_id", message, element_id=element_id, line=line)
