"""Rules of the tasks: every human task has people and outcomes, every service task an operation there is."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from keyword import iskeyword

from engine.deadlines import Term, TermInvalid, is_length
from engine.definitions import SignatureKind, Vocabulary
from engine.runtime.findings import Findings
from engine.runtime.flow_rules import expression_findings
from engine.runtime.models import ACTIVITIES, PEOPLE, Extension, Kind, Model, Node, Repetition
from engine.signatories import InitialKind

MOST_APPROVALS = 99
"""More people than this agree in a meeting, not in a task."""

_RESERVED = frozenset({"outcome", "Start", "End", "Root"})
"""'outcome' is the last outcome in expressions; the others are SpiffWorkflow's own elements."""
_OF_ROUNDS = frozenset({"index", "results", "total"})
"""What the rounds of a multi-instance activity know besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a model may name of the other files of its bundle: forms by name, decisions by id."""

    forms: Collection[str]
    decisions: Collection[str]


def judge_tasks(findings: Findings, model: Model, vocabulary: Vocabulary, beside: Beside) -> None:
    """Note every mistake in the tasks of the model."""
    humans = {node.id for node in model.nodes() if node.kind in PEOPLE}
    for scope in model.scopes:
        if not _usable(scope.id):
            _add_unusable(findings, scope.id, scope.line)
    for node in model.nodes():
        if node.kind is not Kind.SUB_PROCESS and not _usable(node.id):
            _add_unusable(findings, node.id, node.line)
        if node.kind in PEOPLE:
            _judge_people(findings, node, vocabulary)
            _judge_due(findings, node)
            _judge_outcomes(findings, node, beside.forms)
            _judge_separation(findings, node, humans)
        _judge_machine(findings, node, vocabulary, beside)
        if node.repetition is not None:
            _judge_repetition(findings, node, node.repetition)
        _judge_parameters(findings, node)


def _judge_people(findings: Findings, node: Node, vocabulary: Vocabulary) -> None:
    assignee, unit = node.attributes.get("assignee"), node.attributes.get("unit")
    for expression in filter(None, (assignee, unit)):
        expression_findings(findings, expression, node.id, node.line)
    if not node.roles and not assignee:
        _add_nobody(findings, node)
    if unit and not node.roles:
        message = "A unit is named but no role in it."
        findings.add("task.unit_without_role", message, element_id=node.id, line=node.line)
    for role in node.roles:
        if role not in vocabulary.roles:
            message = f"There is no role '{role}'. Known roles: {', '.join(sorted(vocabulary.roles))}."
            findings.add("role.unknown", message, element_id=node.id, line=node.line)
    known = [role for role in node.roles if role in vocabulary.roles]
    if known and not any(vocabulary.roles[role] for role in known):
        message = f"Nobody holds the role {' or '.join(known)}. Give somebody the post first."
        findings.add("role.nobody", message, element_id=node.id, line=node.line)


def _judge_due(findings: Findings, node: Node) -> None:
    due = node.attributes.get("due")
    if due is None:
        return
    if not is_length(due):
        expression_findings(findings, due, node.id, node.line)
        return
    try:
        Term.parse(due)
    except TermInvalid as cause:
        findings.add("due.length", str(cause), element_id=node.id, line=node.line)


def _add_nobody(findings: Findings, node: Node) -> None:
    if node.lane:
        message = f"The lane '{node.lane.name}' gives this task to nobody: neither lane nor task names roles."
        findings.add("lane.nobody", message, element_id=node.id, line=node.line)
    else:
        message = "Nobody may do this task: name its roles, or an assignee."
        findings.add("task.nobody", message, element_id=node.id, line=node.line)


def _judge_outcomes(findings: Findings, node: Node, forms: Collection[str]) -> None:
    outcomes = list(node.tagged("outcome"))
    counted = Counter(outcome.attributes.get("id", "") for outcome in outcomes)
    for outcome in outcomes:
        outcome_id = outcome.attributes.get("id", "")
        form = outcome.attributes.get("form")
        signature, initial = outcome.attributes.get("signature"), outcome.attributes.get("initial")
        mistakes = {
            "outcome.id": (not outcome_id.isidentifier(), f"'{outcome_id}' cannot be the id of an outcome."),
            "outcome.twice": (counted[outcome_id] > 1, f"The outcome '{outcome_id}' is there twice."),
            "outcome.no_label": (not outcome.attributes.get("label"), f"The outcome '{outcome_id}' has no label."),
            "form.missing": (bool(form) and form not in forms, f"The form '{form}.json' is not in the bundle."),
            "outcome.signature": (
                signature is not None and signature not in set(SignatureKind),
                f"'{signature}' is no kind of signature: 'person' or 'agency'.",
            ),
            "outcome.initial": (
                initial is not None and initial not in set(InitialKind),
                f"'{initial}' is not initialled: 'content' or 'format'.",
            ),
        }
        _add_those(findings, node, outcome, mistakes)
    _judge_approvals(findings, node, outcomes)


def _judge_approvals(findings: Findings, node: Node, outcomes: Sequence[Extension]) -> None:
    agreed = [outcome for outcome in outcomes if "approvals" in outcome.attributes]
    for outcome in agreed:
        number = outcome.attributes["approvals"]
        mistakes = {
            "approvals.number": (
                not (number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= MOST_APPROVALS),
                f"'{number}' people cannot agree: name a number from 1 to {MOST_APPROVALS}.",
            ),
            "approvals.twice": (len(agreed) > 1, "Only one outcome of a task can need several approvals."),
            "approvals.no_other": (
                len(outcomes) < 2,  # noqa: PLR2004 - the agreement, and what happens without one
                "The task needs another outcome, for when too few people agree.",
            ),
            "approvals.signature": (
                any("signature" in one.attributes for one in outcomes),
                "A task done by signing is one person's; several people cannot agree on it.",
            ),
            "approvals.assignee": (not node.roles, "Several people agree by their roles; the task names none."),
        }
        _add_those(findings, node, outcome, mistakes)


def short_of_people(model: Model, vocabulary: Vocabulary) -> Iterator[tuple[Node, str]]:
    """Yield the tasks that need more people to agree than hold their roles in the agency, with a warning."""
    for node in model.nodes():
        for outcome in node.tagged("outcome"):
            needs = int(outcome.attributes.get("approvals", 1))
            held = sum(vocabulary.roles.get(role, 0) for role in set(node.roles))
            if needs > 1 and held < needs:
                yield node, f"{needs} people must agree on this task, but only {held} hold its roles now."


def _add_those(findings: Findings, node: Node, where: Extension, mistakes: dict[str, tuple[bool, str]]) -> None:
    for code, (made, message) in mistakes.items():
        if made:
            findings.add(code, message, element_id=node.id, line=where.line)


def _judge_separation(findings: Findings, node: Node, humans: Collection[str]) -> None:
    for other in node.tagged("notSameAs"):
        named = other.attributes.get("element", "")
        by_itself = named == node.id and (node.repetition is None or node.repetition.collection is None)
        if named not in humans or by_itself:
            message = f"'{named}' is not another human task of this model."
            findings.add("not_same_as.unknown", message, element_id=node.id, line=other.line)


def _judge_operation(findings: Findings, node: Node, vocabulary: Vocabulary) -> None:
    operation = node.attributes.get("operation")
    if not operation:
        message = "The service task names no operation."
        findings.add("operation.missing", message, element_id=node.id, line=node.line)
    elif operation not in vocabulary.operations:
        message = f"There is no operation '{operation}'. Known ones: {', '.join(sorted(vocabulary.operations))}."
        findings.add("operation.unknown", message, element_id=node.id, line=node.line)
    else:
        _judge_given(findings, node, operation, vocabulary)


def _judge_given(findings: Findings, node: Node, operation: str, vocabulary: Vocabulary) -> None:
    takes = vocabulary.parameters.get(operation)
    for parameter in node.tagged("parameter"):
        name = parameter.attributes.get("name", "")
        if takes is not None and name not in takes:
            known = ", ".join(sorted(takes)) or "–"
            message = f"'{operation}' knows no parameter '{name}'. It takes: {known}."
            findings.add("parameter.unknown", message, element_id=node.id, line=parameter.line)


def _judge_machine(findings: Findings, node: Node, vocabulary: Vocabulary, beside: Beside) -> None:
    if node.kind is Kind.SERVICE:
        _judge_operation(findings, node, vocabulary)
    if node.kind is Kind.RULE:
        _judge_decision(findings, node, beside.decisions)


def _judge_decision(findings: Findings, node: Node, decisions: Collection[str]) -> None:
    decision = node.attributes.get("decision")
    if not decision:
        message = "The business rule task names no decision."
        findings.add("decision.missing", message, element_id=node.id, line=node.line)
    elif decision not in decisions:
        known = ", ".join(sorted(decisions)) or "none"
        message = f"There is no decision '{decision}' in the bundle. Its .dmn files hold: {known}."
        findings.add("decision.unknown", message, element_id=node.id, line=node.line)


def _judge_parameters(findings: Findings, node: Node) -> None:
    for tag in ("parameter", "result"):
        given = list(node.tagged(tag))
        counted = Counter(one.attributes.get("name", "") for one in given)
        for one in given:
            name = one.attributes.get("name", "")
            if not name.isidentifier() or counted[name] > 1:
                message = f"'{name}' cannot be the name of a {tag}, or is there twice."
                findings.add(f"{tag}.name", message, element_id=node.id, line=one.line)
            expression_findings(findings, one.attributes.get("expression", ""), node.id, one.line)


def _judge_repetition(findings: Findings, node: Node, repetition: Repetition) -> None:
    item = repetition.item
    mistakes = {
        "repetition.misplaced": (
            node.kind not in ACTIVITIES or node.by_event,
            "Only a task, a sub-process or a call can be repeated.",
        ),
        "repetition.no_collection": (
            repetition.collection == "",
            "Nothing says how often the activity is to be done: vanthu:collection or loopCardinality.",
        ),
        "repetition.item": (
            not _usable(item) or item in _OF_ROUNDS,
            f"'{item}' cannot be the name of the element of a round.",
        ),
        "repetition.endless": (
            repetition.collection is None and not repetition.condition and repetition.maximum is None,
            "The loop has neither a condition nor a maximum.",
        ),
    }
    for code, (made, message) in mistakes.items():
        if made:
            findings.add(code, message, element_id=node.id, line=repetition.line)
    for expression in filter(None, (repetition.collection, repetition.condition)):
        expression_findings(findings, expression, node.id, repetition.line)


def _usable(element_id: str) -> bool:
    return element_id.isidentifier() and not iskeyword(element_id) and element_id not in _RESERVED


def _add_unusable(findings: Findings, element_id: str, line: int) -> None:
    if element_id:
        message = (
            f"The id '{element_id}' cannot be used in expressions: letters, digits and '_' only, no reserved word."
        )
        findings.add("element.id_unusable", message, element_id=element_id, line=line)
