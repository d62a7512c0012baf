"""Decisions: DMN tables as plain values, and what they come to over the data of an instance.

Numbers are decimals with 34 digits, as DMN says, so that scores add up. What a decision gives is one value where its
table has one output, a mapping by output name where it has several; a list of these under RULE ORDER, OUTPUT ORDER and
COLLECT. Where no rule matches it is the default output, else None, else for those three the empty list; COUNT gives 0.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Any, Final, assert_never

from engine.errors import OurFault
from engine.runtime.decisions_cells import Cell, Value, ValueKind, ValueMisfit, fits, value_of
from engine.runtime.errors import ExpressionRefused
from engine.runtime.expressions import DECIMAL128, EVALUATION, evaluate_exact, exact, spend


class DecisionFailed(OurFault):
    """A decision that was fine at deployment cannot be made from the data there is."""

    code = "decision.failed"
    template = "The decision '%(decision)s' cannot be made: %(reason)s. Nothing was changed. Tell the administrator."


class DecisionAmbiguous(OurFault):
    """Several rules match where the hit policy wants one, or one answer."""

    code = "decision.ambiguous"
    template = (
        "In the decision '%(decision)s' the rules %(rules)s match at once, which its hit policy %(policy)s excludes. "
        "Nothing was changed. Tell the administrator."
    )


class HitPolicy(StrEnum):
    """What a table gives where several rules match; the values are DMN's."""

    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    PRIORITY = "PRIORITY"
    ANY = "ANY"
    COLLECT = "COLLECT"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"


class Aggregation(StrEnum):
    """What COLLECT makes of the outputs it collects."""

    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


Answer = Decimal | str | bool | None
"""What an output entry gives; days are text, as everywhere in the data of an instance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A column that is looked at: an expression, what kind of value it gives, which values it may give."""

    id: str
    line: int
    expression: str
    kind: ValueKind | None
    allowed: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An output entry: a value, or an expression to be computed."""

    line: int
    text: str
    value: Answer = None
    expression: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A column that is given; *allowed* are its values in the order of their priority, the highest first."""

    id: str
    line: int
    name: str
    kind: ValueKind | None
    allowed: tuple[Answer, ...]
    default: Entry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row; *number* counts from 1, as tables are printed."""

    id: str
    line: int
    number: int
    cells: tuple[Cell, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A decision table."""

    policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision of a DMN file.

    Attributes:
        variable: Another name its result is known by to the decisions that require it.
        logic: A table, or one expression.
        requires: Ids of the decisions of the same file that are made first; their results are known by their ids.
    """

    id: str
    name: str
    variable: str
    file: str
    line: int
    logic: Table | Entry
    requires: tuple[str, ...]


Decisions = Mapping[str, Decision]
"""Decisions by id."""

_LISTS: Final = frozenset({HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER})
_WORDS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None}


def decide(decisions: Decisions, decision_id: str, data: Mapping[str, Any]) -> object:
    """Make the decision over *data* (what JSON can hold) and return what it gives, as JSON can hold it.

    Raises:
        DecisionFailed: The data lacks something the decision looks at, or has something of another kind.
        DecisionAmbiguous: Several rules match under UNIQUE, or disagree under ANY.
    """
    known = {**{str(name): exact(value) for name, value in data.items()}, **_WORDS}
    with localcontext(DECIMAL128):
        return _plain(_Maker(decisions, known).make(decision_id), decision_id)


class _Maker:
    """Makes decisions over one instance's data, each that is required once."""

    def __init__(self, decisions: Decisions, known: dict[str, Any]) -> None:
        self._decisions = decisions
        self._known = known
        self._made: dict[str, object] = {}

    def make(self, decision_id: str) -> object:
        if decision_id not in self._made:
            self._made[decision_id] = self._make(self._decisions[decision_id])
        return self._made[decision_id]

    def _make(self, decision: Decision) -> object:
        scope = dict(self._known)
        for required in decision.requires:
            scope[self._decisions[required].variable] = scope[required] = self.make(required)
        try:
            if isinstance(decision.logic, Entry):
                return _answer(decision.logic, None, scope)
            return _decided(decision, decision.logic, scope)
        except ValueMisfit as misfit:
            raise DecisionFailed(decision=decision.id, reason=str(misfit)) from misfit


def _decided(decision: Decision, table: Table, scope: Mapping[str, Any]) -> object:
    hits = _hits(table, scope)
    if table.policy in (HitPolicy.UNIQUE, HitPolicy.FIRST):
        if table.policy is HitPolicy.UNIQUE and len(hits) > 1:
            raise _ambiguous(decision, table, hits)
        hits = hits[:1]
    rows = [_row(table, rule.entries, scope) for rule in hits]
    if table.policy is HitPolicy.ANY and any(row != rows[0] for row in rows):
        raise _ambiguous(decision, table, hits)
    if table.policy is HitPolicy.COLLECT and table.aggregation is not None:
        return _aggregated(table, table.aggregation, [row[0] for row in rows], scope)
    return _by_policy(table, rows) if rows else _default(table, scope)


def _by_policy(table: Table, rows: Sequence[Sequence[object]]) -> object:
    match table.policy:
        case HitPolicy.UNIQUE | HitPolicy.ANY | HitPolicy.FIRST:
            return _shown(table, rows[0])
        case HitPolicy.PRIORITY:
            return _shown(table, min(rows, key=lambda row: _priority(table, row)))
        case HitPolicy.OUTPUT_ORDER:
            return [_shown(table, row) for row in sorted(rows, key=lambda row: _priority(table, row))]
        case HitPolicy.RULE_ORDER | HitPolicy.COLLECT:
            return [_shown(table, row) for row in rows]
        case _:
            assert_never(table.policy)


def _hits(table: Table, scope: Mapping[str, Any]) -> list[Rule]:
    values = [_looked_at(column, scope) for column in table.inputs]
    try:
        spend(EVALUATION // 4 * len(table.rules) * (len(table.inputs) + len(table.outputs)))
    except ValueError as cause:
        raise ValueMisfit(str(cause)) from cause
    return [
        rule
        for rule in table.rules
        if all(cell.passes(value, scope) for cell, value in zip(rule.cells, values, strict=True))
    ]


def _looked_at(column: Input, scope: Mapping[str, Any]) -> Value:
    try:
        found = evaluate_exact(column.expression, scope)
    except ExpressionRefused as refused:
        raise ValueMisfit(f"'{column.expression}' cannot be computed ({refused.facts['reason']})") from refused
    try:
        value = value_of(found, column.kind)
    except ValueMisfit as misfit:
        raise ValueMisfit(f"'{column.expression}': {misfit}") from misfit
    if value is not None and not column.allowed.passes(value, scope):
        raise ValueMisfit(f"'{column.expression}' is {value}, which is not among the values it may have")
    return value


def _row(table: Table, entries: Sequence[Entry], scope: Mapping[str, Any]) -> list[object]:
    return [_answer(entry, output, scope) for entry, output in zip(entries, table.outputs, strict=True)]


def _answer(entry: Entry, output: Output | None, scope: Mapping[str, Any]) -> object:
    if entry.expression is None:
        return entry.value
    try:
        found = evaluate_exact(entry.expression, scope)
    except ExpressionRefused as refused:
        raise ValueMisfit(f"'{entry.expression}' cannot be computed ({refused.facts['reason']})") from refused
    if output is not None and output.kind is not None:
        value_of(found, output.kind)
    if output is not None and output.allowed and _place(output, found) == len(output.allowed):
        raise ValueMisfit(f"'{entry.expression}' gives {found}, which is not among the output values")
    return found


def _shown(table: Table, row: Sequence[object]) -> object:
    if len(table.outputs) == 1:
        return row[0]
    return {output.name: value for output, value in zip(table.outputs, row, strict=True)}


def _default(table: Table, scope: Mapping[str, Any]) -> object:
    if any(output.default is not None for output in table.outputs):
        nothing = Entry(line=0, text="")
        row = _row(table, [output.default or nothing for output in table.outputs], scope)
        return [_shown(table, row)] if table.policy in _LISTS else _shown(table, row)
    return [] if table.policy in _LISTS else None


def _priority(table: Table, row: Sequence[object]) -> tuple[int, ...]:
    return tuple(_place(output, value) for output, value in zip(table.outputs, row, strict=True) if output.allowed)


def _place(output: Output, value: object) -> int:
    places = (
        place for place, allowed in enumerate(output.allowed) if type(allowed) is type(value) and allowed == value
    )
    return next(places, len(output.allowed))


_AGGREGATE: Final[dict[Aggregation, Callable[[Any], Any]]] = {
    Aggregation.SUM: sum,
    Aggregation.MIN: min,
    Aggregation.MAX: max,
}


def _aggregated(table: Table, how: Aggregation, given: Sequence[object], scope: Mapping[str, Any]) -> object:
    if how is Aggregation.COUNT:
        return len(given)
    if not given:
        return _shown(table, _row(table, [table.outputs[0].default or Entry(line=0, text="")], scope))
    numbers = [value_of(value, ValueKind.NUMBER) for value in given]
    if None in numbers:
        raise ValueMisfit(f"one of the outputs is empty, so there is no {how}")
    return _AGGREGATE[how](numbers)


def _ambiguous(decision: Decision, table: Table, hits: Sequence[Rule]) -> DecisionAmbiguous:
    rules = ", ".join(f"{rule.number} ({rule.id})" for rule in hits)
    return DecisionAmbiguous(decision=decision.id, rules=rules, policy=table.policy.value)


def _plain(value: object, decision_id: str) -> object:
    """Return the value with its decimals as JSON writes them: up to 15 digits come back as they were."""
    if isinstance(value, Mapping):
        return {key: _plain(item, decision_id) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, decision_id) for item in value]
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        return value
    exactly = Decimal(value)
    if fits(exactly, ValueKind.INTEGER) and abs(exactly) < 2**53:
        return int(exactly)
    number = float(exactly)
    if number in (float("inf"), float("-inf")):
        raise DecisionFailed(decision=decision_id, reason="the result is too large")
    return number
