"""Building: a checked model becomes SpiffWorkflow specs, made once and never changed by a run."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from engine.runtime.events import Boundary, Catch, End, EventStart, Throw
from engine.runtime.gateways import EventBased, Exclusive, Inclusive, Parallel
from engine.runtime.models import Kind, Model, Node, Scope, TriggerKind
from engine.runtime.scopes import ScopeSpec
from engine.runtime.specs import Called, Element, Human, Repeated, Service, Start, SubProcess

_CLASSES: Final[dict[Kind, type[Element]]] = {
    Kind.START: Start,
    Kind.END: End,
    Kind.CATCH: Catch,
    Kind.THROW: Throw,
    Kind.BOUNDARY: Boundary,
    Kind.HUMAN: Human,
    Kind.MANUAL: Human,
    Kind.PLAIN: Human,
    Kind.SERVICE: Service,
    Kind.RULE: Service,
    Kind.SEND: Throw,
    Kind.RECEIVE: Catch,
    Kind.EXCLUSIVE: Exclusive,
    Kind.INCLUSIVE: Inclusive,
    Kind.PARALLEL: Parallel,
    Kind.EVENT_BASED: EventBased,
    Kind.SUB_PROCESS: SubProcess,
    Kind.CALL: SubProcess,
}


def build(models: Iterable[Model]) -> dict[str, ScopeSpec]:
    """Return the specs of checked models: of every process and sub-process, by id."""
    built, models = {}, list(models)
    keys = {model.key for model in models}
    for model in models:
        scopes = {scope.id: scope for scope in model.scopes}
        for scope in model.scopes:
            built[scope.id] = _Builder(scope, scopes, keys).spec
        built[model.key].errors = model.errors
        built[model.key].known_at_start = tuple(name for scope in model.scopes for name in scope.data_objects)
    return built


class _Builder:
    """Builds one scope; *inner* holds the other scopes of the model by id, *keys* the processes of the bundle."""

    def __init__(self, scope: Scope, inner: dict[str, Scope], keys: Collection[str]) -> None:
        self.scope = scope
        self.inner = inner
        self.keys = keys
        self.spec = ScopeSpec(scope.id)
        self.made: dict[str, Any] = {}
        for node in scope.nodes.values():
            self._node(node)
        for node in scope.nodes.values():
            if node.attached_to is not None:
                self._attach(node)
        for flow in scope.flows:
            self._connect(flow.source, flow.target, flow.condition, default=scope.nodes[flow.source].default == flow.id)
        for gateway in self.spec.inclusive:
            gateway.look_back()

    def _node(self, node: Node) -> None:
        made = self._class(node)(self.spec, node)
        if node.by_event:
            self._event_sub_process(node, made)
        self.made[node.id] = made if node.repetition is None else Repeated(self.spec, node, made)
        if node.kind is Kind.START:
            self.spec.begin = made
        if node.kind is Kind.INCLUSIVE:
            self.spec.inclusive.append(made)

    def _class(self, node: Node) -> type[Element]:
        if node.trigger is not None and node.trigger.kind is TriggerKind.LINK:
            return Throw
        if node.kind is Kind.CALL and node.calls not in self.keys:
            return Called
        return _CLASSES[node.kind]

    def _event_sub_process(self, node: Node, made: Element) -> None:
        start = next(one for one in self.inner[node.id].nodes.values() if one.kind is Kind.START)
        self.spec.event_starts.append(EventStart(self.spec, start, made))

    def _attach(self, node: Node) -> None:
        border, host = self.made[node.id], self.made[node.attached_to or ""]
        border.host = host
        host.boundaries.append(border)

    def _connect(self, source: str, target: str, condition: str | None, *, default: bool) -> None:
        before, behind = self.made[source], self.made[target]
        before.connect(behind)
        if not isinstance(before, Exclusive | Inclusive):
            return
        if default:
            before.otherwise = behind
        else:
            before.ways.append((condition, behind))
