"""Mapping two versions of a procedure: which element of the one is which of the other, scope by scope.

What nobody says otherwise: an element is that of the same id, else the only one of the same kind and name, in the
scope that its scope became. Only elements of one family can be one another: a token of the one can stand in the other.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from engine.definitions import OperationKind
from engine.errors import FieldError
from engine.instance_migrations import Pairing
from engine.runtime.events import Catch, EventStart, Waiting
from engine.runtime.gateways import EventBased, Inclusive, Parallel
from engine.runtime.models import TIMERS
from engine.runtime.procedures import Procedure
from engine.runtime.specs import Called, Element, Human, Repeated, Service, SubProcess

Scopes = tuple[str, str]
"""A scope of the source and the one of the target that it becomes."""

_WRONG: Final[Mapping[str, str]] = {
    "unknown": "The version that is left has no element '%(element)s'.",
    "target_unknown": "The other version has no element '%(target)s'.",
    "other_kind": "'%(element)s' and '%(target)s' are of different kinds: %(kind)s and %(target_kind)s.",
    "other_scope": "'%(element)s' and '%(target)s' do not lie in the same sub-process.",
    "twice": "'%(target)s' cannot be what several elements become.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How the elements of *source* become those of *target*, by pair of scopes.

    Attributes:
        wrong: What is wrong with what somebody wanted, by element.
    """

    source: Procedure
    target: Procedure
    pairs: Mapping[Scopes, Mapping[str, str]]
    wrong: tuple[FieldError, ...]

    def renames(self) -> dict[str, str]:
        """Return which elements have another id in the target."""
        named: dict[str, str] = {}
        for table in self.pairs.values():
            named |= {before: after for before, after in table.items() if before != after}
        return named

    def pairings(self) -> tuple[Pairing, ...]:
        """Return every element of the source in which a token may stand, with what becomes of it."""
        found: dict[str, Pairing] = {}
        inside = _scopes(self.target)
        for scope, elements in _scopes(self.source).items():
            tables = [(inside[pair[1]], table) for pair, table in self.pairs.items() if pair[0] == scope]
            for element_id, spec in elements.items():
                if _holds_tokens(spec, self.source):
                    found[element_id] = self._pairing(spec, tables)
        return tuple(found[element_id] for element_id in self.source.names if element_id in found)

    def _pairing(self, spec: Element, tables: list[tuple[dict[str, Element], Mapping[str, str]]]) -> Pairing:
        own = family(spec, self.source)
        others = [pair for elements, _ in tables for pair in elements.items()]
        choices = [one for one, other in others if family(other, self.target) == own]
        return Pairing(
            element_id=spec.element_id,
            name=self.source.names.get(spec.element_id) or spec.element_id,
            kind=spec.node.kind.value,
            target_id=next((table[spec.element_id] for _, table in tables if spec.element_id in table), None),
            choices=tuple(dict.fromkeys(choices)),
        )


def way(source: Procedure, target: Procedure, wanted: Mapping[str, str | None]) -> Way:
    """Return how *source* becomes *target*; *wanted* says it for some elements, None takes nothing from there."""
    mapped = _Mapping(source, target, wanted)
    return Way(source=source, target=target, pairs=MappingProxyType(mapped.pairs), wrong=tuple(mapped.wrong()))


def family(spec: Element, model: Procedure) -> tuple[object, ...]:
    """Return what two elements must have in common for a token of the one to stand in the other."""
    node = spec.node
    trigger: object = None
    if isinstance(spec, Waiting):
        trigger = "timer" if spec.trigger.kind in TIMERS else spec.trigger.kind.value
    repeated = node.repetition and ("loop" if node.repetition.collection is None else "each")
    raced = isinstance(spec, Catch) and any(isinstance(one, EventBased) for one in spec.inputs)
    called = node.calls if isinstance(spec, Called) else bool(node.calls)
    return (type(spec).__name__, trigger, spec.by_event, called, repeated, raced, _is_job(spec, model))


def _is_job(spec: Element, model: Procedure) -> bool:
    if not isinstance(spec, Service):
        return False
    return model.operations.get(model.service_tasks[spec.element_id].operation) is OperationKind.JOB


def _holds_tokens(spec: Element, model: Procedure) -> bool:
    joins = isinstance(spec, Parallel | Inclusive) and len(spec.inputs) > 1
    return joins or isinstance(spec, Human | Catch | Called | SubProcess) or _is_job(spec, model)


def _scopes(model: Procedure) -> dict[str, dict[str, Element]]:
    """Return the elements of each scope by id; of a repeated one what is repeated."""
    return {scope: dict(_elements(spec.task_specs.values())) for scope, spec in model.inner.items()}


def _elements(specs: Any) -> Iterator[tuple[str, Element]]:  # noqa: ANN401  # untyped library
    for spec in specs:
        if isinstance(spec, Element) and not isinstance(spec, Repeated | EventStart):
            yield spec.element_id, spec


class _Mapping:
    """Maps scope after scope, outer ones first; what a scope becomes is what its sub-process or call became."""

    def __init__(self, source: Procedure, target: Procedure, wanted: Mapping[str, str | None]) -> None:
        self.source, self.target, self.wanted = source, target, wanted
        self.before, self.after = _scopes(source), _scopes(target)
        self.pairs: dict[Scopes, Mapping[str, str]] = {}
        waiting = [(source.spec.name, target.spec.name)]
        while waiting:
            pair = waiting.pop(0)
            if pair not in self.pairs:
                self.pairs[pair] = self._mapped(*pair)
                waiting += self._inside(pair)

    def _inside(self, pair: Scopes) -> Iterator[Scopes]:
        for before, after in self.pairs[pair].items():
            left, right = self.before[pair[0]][before], self.after[pair[1]][after]
            if isinstance(left, SubProcess) and isinstance(right, SubProcess):
                yield left.inside_id, right.inside_id

    def _mapped(self, scope: str, other: str) -> dict[str, str]:
        before, after = self.before[scope], self.after[other]
        found = {
            one: name
            for one, name in self.wanted.items()
            if one in before and name in after and self._fit(before[one], after[name])
        }
        free = [one for one in before if one not in self.wanted]
        taken = set(found.values())
        found |= {one: one for one in free if one in after and one not in taken and self._fit(before[one], after[one])}
        found |= self._by_name(scope, other, {one for one in free if one not in found}, set(found.values()))
        return {one: found[one] for one in before if one in found}

    def _by_name(self, scope: str, other: str, free: set[str], taken: set[str]) -> dict[str, str]:
        before, after = self.before[scope], self.after[other]
        lefts = self._named(before, free, self.source)
        rights = self._named(after, {one for one in after if one not in taken and one not in before}, self.target)
        return {lefts[key]: rights[key] for key in lefts.keys() & rights.keys()}

    @staticmethod
    def _named(elements: dict[str, Element], free: set[str], model: Procedure) -> dict[tuple[object, ...], str]:
        """Return the free elements by family and name, those left out of which there are two, or without a name."""
        keys = {one: (family(spec, model), spec.node.name) for one, spec in elements.items() if one in free}
        counted = Counter(keys.values())
        return {key: one for one, key in keys.items() if key[1] and counted[key] == 1}

    def _fit(self, before: Element, after: Element) -> bool:
        return family(before, self.source) == family(after, self.target)

    def wrong(self) -> Iterator[FieldError]:
        """Yield what is wrong with what was wanted."""
        named = Counter(name for name in self.wanted.values() if name is not None)
        carried = {one for table in self.pairs.values() for one in table}
        for one, name in self.wanted.items():
            code = self._mistake(one, name, named, carried)
            if code is not None:
                kinds = {"kind": self.source.kinds.get(one), "target_kind": self.target.kinds.get(name or "")}
                said = _WRONG[code] % {"element": one, "target": name, **kinds}
                yield FieldError(field=f"mapping/{one}", code=code, message=said)

    def _mistake(self, one: str, name: str | None, named: Counter[str], carried: set[str]) -> str | None:
        if one not in self.source.kinds:
            return "unknown"
        if name is None:
            return None
        if name not in self.target.kinds:
            return "target_unknown"
        if named[name] > 1:
            return "twice"
        if one in carried:
            return None
        lefts = [elements[one] for elements in self.before.values() if one in elements]
        rights = [elements[name] for elements in self.after.values() if name in elements]
        fits = any(self._fit(left, right) for left in lefts for right in rights)
        return "other_scope" if fits else "other_kind"
