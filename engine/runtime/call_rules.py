"""Rules of the processes of a bundle together: one is started, the others are called by it, none calls itself."""

from collections.abc import Iterable, Sequence

from engine.runtime.findings import Findings
from engine.runtime.models import Kind, Model, Node


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


def judge_calls(findings: Findings, models: Sequence[Model]) -> None:
    """Note calls of what is not in the bundle or comes back to itself, and ids that two processes share."""
    keys = {model.key: model for model in models}
    reached = {key: _called(key, keys) for key in keys}
    for model in models:
        findings.file = model.file
        for node in calls_of(model):
            called = node.calls or ""
            if called not in keys:
                message = (
                    f"The process '{called}' is not in the bundle. Put the .bpmn file it is in beside this one; "
                    "a process that was deployed by itself cannot be called."
                )
                findings.add("call.unknown", message, element_id=node.id, line=node.line)
            elif model.key in reached[called]:
                message = f"The process '{called}' would call itself again and again."
                findings.add("call.recursive", message, element_id=node.id, line=node.line)
    _judge_ids(findings, models)


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
