"""Rules of decisions: what is required is there, priorities are given, and no two rules of a UNIQUE table can meet."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Final

from engine.runtime.decisions import Decision, Decisions, HitPolicy, Input, Rule, Table
from engine.runtime.decisions_cells import Cell, Comparison, Name, Value, ValueKind, fits
from engine.runtime.errors import ExpressionRefused
from engine.runtime.expressions import names_in
from engine.runtime.findings import Findings

_PATH: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_MOST_LOOKED_AT: Final = 400_000
"""Values times tests in the cells of one column, above which overlap is left to be found when it happens."""
_ORDERED: Final = frozenset({HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER})


def judge_decisions(findings: Findings, decisions: Decisions) -> None:
    """Note every mistake that shows only when the decisions of a file are looked at together, or a table as a whole."""
    _judge_requirements(findings, decisions)
    for decision in decisions.values():
        if isinstance(decision.logic, Table):
            _judge_outputs(findings, decision, decision.logic)
            if decision.logic.policy is HitPolicy.UNIQUE and not findings.found:
                _judge_overlap(findings, decision.logic)


def _judge_requirements(findings: Findings, decisions: Decisions) -> None:
    for decision in decisions.values():
        for required in decision.requires:
            if required not in decisions:
                message = f"The required decision '{required}' is not in this file."
                findings.add("decision.required_unknown", message, element_id=decision.id, line=decision.line)
        if decision.id in _required_by(decisions, decision.requires):
            message = "The decision requires itself, perhaps by way of others."
            findings.add("decision.circle", message, element_id=decision.id, line=decision.line)


def _required_by(decisions: Decisions, first: Iterable[str]) -> set[str]:
    reached: set[str] = set()
    todo = list(first)
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo.extend(decisions[name].requires if name in decisions else ())
    return reached


def _judge_outputs(findings: Findings, decision: Decision, table: Table) -> None:
    if table.policy in _ORDERED and not any(output.allowed for output in table.outputs):
        message = f"{table.policy} needs output values in the order of their priority; the table lists none."
        findings.add("decision.priorities_missing", message, element_id=decision.id, line=decision.line)
    for place, output in enumerate(table.outputs):
        entries = [(rule.id, rule.entries[place]) for rule in table.rules]
        given = [*entries, *([(output.id, output.default)] if output.default else [])]
        for named, entry in given:
            listed = any(type(one) is type(entry.value) and one == entry.value for one in output.allowed)
            if output.allowed and entry.expression is None and not listed:
                message = f"The output '{entry.text}' is not among the output values of its column."
                findings.add("decision.output_unknown", message, element_id=named, line=entry.line)


def _judge_overlap(findings: Findings, table: Table) -> None:
    """Note each rule that a later one can meet; where that cannot be decided here, it is found when it happens."""
    if not table.rules or not _independent(table.inputs):
        return
    masks = list(_masks(table))
    found: set[str] = set()
    for (place, one), (other_place, other) in combinations(enumerate(table.rules), 2):
        if other.id not in found and all(column[place] & column[other_place] for column in masks):
            found.add(other.id)
            earlier, later = one.number, other.number
            message = f"The rules {earlier} and {later} can match at once, which UNIQUE excludes."
            findings.add("decision.overlap", message, element_id=other.id, line=other.line)


def _independent(inputs: Sequence[Input]) -> bool:
    """Say whether each column can have any value whatever the others have; columns of one expression count as one."""
    expressions = sorted({column.expression for column in inputs})
    for one, other in combinations(expressions, 2):
        if _PATH.fullmatch(one) and _PATH.fullmatch(other):
            if other.startswith(f"{one}.") or one.startswith(f"{other}."):
                return False
            continue
        try:
            if names_in(one) & names_in(other):
                return False
        except ExpressionRefused:
            return False
    return True


def _masks(table: Table) -> Iterator[list[int]]:
    """Yield for each expression, rule by rule, which of its telling values pass, as bits.

    Two rules can meet if for each expression some value passes both; the telling values are those that cells name,
    those between them and beyond them. A cell that names other data may pass anything.
    """
    for expression in sorted({column.expression for column in table.inputs}):
        places = [place for place, column in enumerate(table.inputs) if column.expression == expression]
        values = _telling(table, places)
        tests = sum(1 + len(rule.cells[place].tests) for rule in table.rules for place in places)
        if len(values) * tests > _MOST_LOOKED_AT:
            yield [0] * len(table.rules)
            return
        yield [_mask(table.inputs, rule, places, values) for rule in table.rules]


def _mask(inputs: Sequence[Input], rule: Rule, places: Sequence[int], values: Sequence[Value]) -> int:
    mask = 0
    for bit, value in enumerate(values):
        cells = [cell for place in places for cell in (rule.cells[place], inputs[place].allowed)]
        if all(_passes(cell, value) for cell in cells):
            mask |= 1 << bit
    return mask


def _passes(cell: Cell, value: Value) -> bool:
    # Whether a cell that names data can pass is not decided here, so no overlap is claimed of it.
    return not any(isinstance(endpoint, Name) for endpoint in cell.endpoints()) and cell.passes(value, {})


def _telling(table: Table, places: Sequence[int]) -> list[Value]:
    cells = [rule.cells[place] for rule in table.rules for place in places]
    cells += [table.inputs[place].allowed for place in places]
    kinds = [table.inputs[place].kind for place in places]
    named = {value for cell in cells for value in cell.endpoints() if not isinstance(value, Name)}
    candidates: list[Value] = [None, *_numbers(named), *_days(named), *_texts(cells, named)]
    if ValueKind.BOOLEAN in kinds:
        candidates += [True, False]
    if not any(kinds):
        candidates.append("")  # Every cell is '-' or null: one value stands for all.
    return [value for value in candidates if all(fits(value, kind) for kind in kinds)]


def _numbers(named: Iterable[Value]) -> Iterator[Decimal]:
    numbers = sorted(value for value in named if isinstance(value, Decimal))
    for number in numbers or [Decimal(0)]:
        yield from (number, number - 1, number + 1)
    for low, high in pairwise(numbers):
        yield (low + high) / 2


def _days(named: Iterable[Value]) -> Iterator[date]:
    for day in sorted(value for value in named if isinstance(value, date)) or [date(2000, 1, 1)]:
        yield day
        if day > date.min:
            yield day - timedelta(days=1)
        if day < date.max:
            yield day + timedelta(days=1)


def _texts(cells: Iterable[Cell], named: Iterable[Value]) -> Iterator[str]:
    texts = sorted(value for value in named if isinstance(value, str))
    yield from texts
    compared = any(
        not isinstance(test, Comparison) or test.operator not in ("=", "!=") for cell in cells for test in cell.tests
    )
    if not compared:
        yield "".join(texts) + "?"  # a text that no cell names
    elif texts:
        yield from ("", *(f"{text}\x00" for text in texts))
