"""Rules for the steps of a model that sign: one field once, nobody beside another in the same one, the seal last."""

from collections.abc import Collection, Iterator
from itertools import combinations
from typing import Final

from engine.definitions import SignatureKind
from engine.runtime.findings import Findings
from engine.runtime.flow_rules import expression_findings
from engine.runtime.models import PEOPLE, Kind, Model, Node, Scope
from engine.signatures import SIGNER_FIELD, is_signer_field

_DECIDES: Final = frozenset({Kind.EXCLUSIVE, Kind.EVENT_BASED})
_JOINS: Final = frozenset({Kind.PARALLEL, Kind.INCLUSIVE})


def judge_signing(findings: Findings, model: Model) -> None:
    """Note every step that signs a field there cannot be, or that others sign at the same time, or after the seal."""
    for scope in model.scopes:
        for node in scope.nodes.values():
            _judge_place(findings, node)
        beside = [(left, right) for left, right in combinations(_signing(scope), 2) if _meet(scope, left, right)]
        for left, right in beside:
            _judge_beside(findings, left, right)
        _judge_seal(findings, scope)


def _judge_place(findings: Findings, node: Node) -> None:
    signs = node.attributes.get("signs")
    if signs is None:
        return
    expression_findings(findings, signs, node.id, node.line)
    field = _field(node)
    mistakes = {
        "signs.without_signature": (
            not _gives(node, SignatureKind.PERSON),
            "The task names a field to sign, but no outcome of it is given by a person's signature.",
        ),
        "signs.unknown": (
            field is not None and not is_signer_field(field),
            f"There is no field '{field}' for a signature: they are called ChuKy, ChuKy2 and so on to ChuKy20.",
        ),
        "signs.same_field": (
            field is not None and node.repetition is not None and node.repetition.collection is not None,
            f"Every round of the task would sign the field '{field}'. Name that of the round, as in 'item.field'.",
        ),
    }
    for code, (made, message) in mistakes.items():
        if made:
            findings.add(code, message, element_id=node.id, line=node.line)


def _judge_beside(findings: Findings, left: Node, right: Node) -> None:
    one, other, field = left.id, right.id, _field(left)
    if SignatureKind.AGENCY in (_kind(left), _kind(right)):
        message = f"'{one}' and '{other}' can be reached at the same time, but the seal follows all signatures."
        findings.add("signs.seal_beside", message, element_id=right.id, line=right.line)
    elif field is not None and field == _field(right):
        message = f"'{one}' and '{other}' can sign the field '{field}' at the same time."
        findings.add("signs.same_field", message, element_id=right.id, line=right.line)


def _judge_seal(findings: Findings, scope: Scope) -> None:
    """Note who signs only after the seal; what returns from the seal to a signer is well."""
    seals = [node for node in _signing(scope) if _kind(node) is SignatureKind.AGENCY]
    people = [node for node in _signing(scope) if _kind(node) is SignatureKind.PERSON]
    for seal in seals:
        after = _reached(scope, [flow.target for flow in scope.leaving(seal.id)], frozenset())
        for node in people:
            back = _reached(scope, [flow.target for flow in scope.leaving(node.id)], frozenset())
            if node.id in after and seal.id not in back:
                late, closing = node.id, seal.id
                message = f"'{late}' would sign after the seal of '{closing}', which closes the document."
                findings.add("signs.after_seal", message, element_id=node.id, line=node.line)


def _signing(scope: Scope) -> list[Node]:
    return [node for node in scope.nodes.values() if _kind(node) is not None]


def _kind(node: Node) -> SignatureKind | None:
    return next((kind for kind in SignatureKind if _gives(node, kind)), None)


def _gives(node: Node, kind: SignatureKind) -> bool:
    return node.kind in PEOPLE and any(one.attributes.get("signature") == kind for one in node.tagged("outcome"))


def _field(node: Node) -> str | None:
    """Return the field a step signs where that is written down; None where it is computed, or it is the seal."""
    signs = node.attributes.get("signs")
    if signs is None:
        return SIGNER_FIELD if _gives(node, SignatureKind.PERSON) else None
    text = signs.strip()
    is_text = len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" and text[0] not in text[1:-1]
    return text[1:-1] if is_text else None


def _meet(scope: Scope, left: Node, right: Node) -> bool:
    """Say whether both can wait at the same time: on two ways that part somewhere and have not joined again."""
    return any(
        (left.id in one and right.id in other) or (left.id in other and right.id in one)
        for ways in _partings(scope)
        for one, other in combinations(ways, 2)
    )


def _partings(scope: Scope) -> Iterator[list[Collection[str]]]:
    """Yield for each element behind which several ways are taken at once what lies on each, up to where they join."""
    joins = frozenset(
        node.id
        for node in scope.nodes.values()
        if node.kind in _JOINS and sum(flow.target == node.id for flow in scope.flows) > 1
    )
    for node in scope.nodes.values():
        leaving = scope.leaving(node.id)
        if len(leaving) > 1 and node.kind not in _DECIDES:
            yield [_reached(scope, [flow.target], joins) for flow in leaving]


def _reached(scope: Scope, start: Collection[str], stop: frozenset[str]) -> frozenset[str]:
    """Return what can be reached from these elements, not going on from those of *stop*."""
    found: set[str] = set()
    ahead = list(start)
    while ahead:
        node = ahead.pop()
        if node in found:
            continue
        found.add(node)
        if node not in stop:
            ahead += [flow.target for flow in scope.leaving(node)]
            ahead += [flow.target for event in scope.attached(node) for flow in scope.leaving(event.id)]
    return frozenset(found)
