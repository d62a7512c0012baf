"""Reading DMN: uploaded bytes become decisions, with everything that we do not take found and named."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from lxml import etree

from engine.runtime.decisions import Aggregation, Answer, Decision, Entry, HitPolicy, Input, Output, Rule, Table
from engine.runtime.decisions_cells import (
    Cell,
    CellMalformed,
    Value,
    ValueKind,
    kind_of,
    read_cell,
    read_value,
)
from engine.runtime.decisions_rules import judge_decisions
from engine.runtime.errors import ExpressionRefused
from engine.runtime.expressions import check
from engine.runtime.findings import Findings
from engine.runtime.parsing import parse
from engine.runtime.xml import line as line_of
from engine.runtime.xml import tag as tag_of

NAMESPACES: Final = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
"""DMN 1.1 to 1.5."""
MAX_RULES: Final = 500
"""Rows of one table; a longer one belongs into a register of its own."""
MAX_COLUMNS: Final = 50
"""Inputs of one table, or outputs."""
MAX_DECISIONS: Final = 100
"""Decisions of one file."""

_KINDS: Final[Mapping[str, ValueKind | None]] = {
    "": None,
    "Any": None,
    "string": ValueKind.TEXT,
    "boolean": ValueKind.BOOLEAN,
    "number": ValueKind.NUMBER,
    "double": ValueKind.NUMBER,
    "decimal": ValueKind.NUMBER,
    "integer": ValueKind.INTEGER,
    "long": ValueKind.INTEGER,
    "date": ValueKind.DATE,
}
_LOGIC: Final = {"decisionTable", "literalExpression"}
_BOXED: Final = {"invocation", "context", "relation", "list", "functionDefinition", "conditional", "filter", "for"}
_LANGUAGES: Final = ("feel", "feel/", "urn:vanthu")
_Choice = TypeVar("_Choice", bound=StrEnum)


def read_decisions(findings: Findings, content: bytes) -> dict[str, Decision]:
    """Return the decisions of the file by id; what is wrong with them is added to *findings*."""
    root = parse(findings, content)
    if root is None:
        return {}
    namespace = etree.QName(root).namespace
    if namespace not in NAMESPACES or tag_of(root) != "definitions":
        findings.add("dmn.not_dmn", "This is not a DMN file.", line=line_of(root))
        return {}
    elements = list(root.iterchildren(f"{{{namespace}}}decision"))
    if not 0 < len(elements) <= MAX_DECISIONS:
        message = f"The file has {len(elements)} decisions; it needs one at least and {MAX_DECISIONS} at most."
        findings.add("decision.count", message, line=line_of(root))
        return {}
    reader = _Reader(findings)
    decisions = {decision.id: decision for element in elements for decision in reader.decision(element)}
    judge_decisions(findings, decisions)
    return decisions


class _Reader:
    """Reads the decisions of one file; keeps the ids seen on the way."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._seen: set[str] = set()

    def decision(self, element: etree._Element) -> Iterator[Decision]:
        """Yield the decision where it can be made out."""
        decision_id = self._id(element)
        if not decision_id.isidentifier():
            self._add("decision.id_unusable", f"The id '{decision_id}' cannot be used in expressions.", element)
        for knowledge in _children(element, "knowledgeRequirement"):
            self._add("decision.unsupported", "Business knowledge models are not supported yet.", knowledge)
        logics = [child for child in _children(element) if tag_of(child) in _LOGIC | _BOXED]
        if len(logics) != 1 or tag_of(logics[0]) not in _LOGIC:
            message = "A decision holds one table or one expression; nothing else is supported yet."
            self._add("decision.unsupported", message, logics[-1] if logics else element, decision_id)
            return
        logic = self._table(logics[0]) if tag_of(logics[0]) == "decisionTable" else self._expression_of(logics[0])
        variable = next((one.get("name", "") for one in _children(element, "variable")), "")
        yield Decision(
            id=decision_id,
            name=element.get("name", decision_id),
            variable=variable if variable.isidentifier() else decision_id,
            file=self._findings.file,
            line=line_of(element),
            logic=logic,
            requires=tuple(_required(element)),
        )

    def _table(self, element: etree._Element) -> Table:
        rules = list(_children(element, "rule"))
        if len(rules) > MAX_RULES:
            self._add("decision.too_large", f"The table has {len(rules)} rules, at most {MAX_RULES} may.", element)
            rules = []
        inputs = [self._input(child, place, rules) for place, child in enumerate(self._columns(element, "input"))]
        outputs = [self._output(child) for child in self._columns(element, "output")]
        if not outputs:
            self._add("decision.columns", "The table has no output.", element)
        policy = self._chosen(element, "hitPolicy", HitPolicy) or HitPolicy.UNIQUE
        return Table(
            policy=policy,
            aggregation=self._aggregation(element, policy, outputs),
            inputs=tuple(inputs),
            outputs=tuple(outputs),
            rules=tuple(
                rule for number, child in enumerate(rules, 1) for rule in self._rule(child, number, inputs, outputs)
            ),
        )

    def _columns(self, element: etree._Element, tag: str) -> list[etree._Element]:
        found = list(_children(element, tag))
        if len(found) > MAX_COLUMNS:
            message = f"The table has {len(found)} columns of a kind, at most {MAX_COLUMNS} may."
            self._add("decision.too_large", message, element)
        return found[:MAX_COLUMNS]

    def _chosen(self, element: etree._Element, attribute: str, choices: type[_Choice]) -> _Choice | None:
        given = element.get(attribute)
        if given is None:
            return None
        try:
            return choices(given)
        except ValueError:
            known = ", ".join(choices)
            self._add("decision.hit_policy", f"'{given}' is no {attribute} of DMN. There are: {known}.", element)
            return None

    def _aggregation(self, element: etree._Element, policy: HitPolicy, outputs: list[Output]) -> Aggregation | None:
        how = self._chosen(element, "aggregation", Aggregation)
        if how is not None and policy is not HitPolicy.COLLECT:
            self._add("decision.aggregation", "Only COLLECT aggregates.", element)
        if how is not None and len(outputs) > 1:
            self._add("decision.aggregation", f"{how} needs a table with one output.", element)
        if how not in (None, Aggregation.COUNT) and any(
            output.kind not in (None, ValueKind.NUMBER, ValueKind.INTEGER) for output in outputs
        ):
            self._add("decision.aggregation", f"{how} needs numbers as output.", element)
        return how

    def _input(self, element: etree._Element, place: int, rules: list[etree._Element]) -> Input:
        expression = next(_children(element, "inputExpression"), None)
        text = "" if expression is None else _text(expression)
        self._check(text, element if expression is None else expression)
        kind = self._kind(expression) if expression is not None else None
        values = next(_children(element, "inputValues"), None)
        allowed = Cell(tests=()) if values is None else self._cell(values, kind)
        if kind is None:
            cells = [list(_children(rule, "inputEntry")) for rule in rules]
            kind = self._kind_of_cells(element, [row[place] for row in cells if place < len(row)])
        return Input(id=self._id(element), line=line_of(element), expression=text, kind=kind, allowed=allowed)

    def _kind_of_cells(self, element: etree._Element, cells: list[etree._Element]) -> ValueKind | None:
        """Return what a column without a type compares with, which has to be one kind throughout."""
        kinds = {kind_of(value) for cell in cells for value in _values_in(_text(cell))} - {None}
        if len(kinds) > 1:
            named = ", ".join(sorted(str(kind) for kind in kinds))
            self._add("decision.mixed_kinds", f"The column compares with values of several kinds: {named}.", element)
            return None
        return next(iter(kinds), None)

    def _output(self, element: etree._Element) -> Output:
        kind = self._kind(element)
        values = next(_children(element, "outputValues"), None)
        default = next(_children(element, "defaultOutputEntry"), None)
        name = element.get("name", "")
        several = sum(1 for _ in element.itersiblings(element.tag, preceding=True)) + sum(
            1 for _ in element.itersiblings(element.tag)
        )
        if several and not name.isidentifier():
            self._add("decision.output_name", f"'{name}' cannot be the name of an output.", element)
        return Output(
            id=self._id(element),
            line=line_of(element),
            name=name,
            kind=kind,
            allowed=() if values is None else tuple(self._allowed(values, kind)),
            default=None if default is None else self._entry(default, kind),
        )

    def _allowed(self, element: etree._Element, kind: ValueKind | None) -> Iterator[Answer]:
        cell = self._cell(element, kind)
        endpoints = cell.endpoints()
        for endpoint in endpoints:
            if isinstance(endpoint, Decimal | str | bool | date | None) and len(cell.tests) == len(endpoints):
                yield _answer(endpoint)
            else:
                self._add("decision.cell", 'Output values are listed one by one, as in "high","low".', element)

    def _rule(self, element: etree._Element, number: int, inputs: list[Input], outputs: list[Output]) -> Iterator[Rule]:
        rule_id = self._id(element) or f"rule {number}"
        cells, entries = list(_children(element, "inputEntry")), list(_children(element, "outputEntry"))
        if (len(cells), len(entries)) != (len(inputs), len(outputs)):
            message = (
                f"Rule {number} has {len(cells)} inputs and {len(entries)} outputs; "
                f"the table has {len(inputs)} and {len(outputs)}."
            )
            self._add("decision.columns", message, element)
            return
        yield Rule(
            id=rule_id,
            line=line_of(element),
            number=number,
            cells=tuple(self._cell(cell, column.kind) for cell, column in zip(cells, inputs, strict=True)),
            entries=tuple(self._entry(entry, output.kind) for entry, output in zip(entries, outputs, strict=True)),
        )

    def _cell(self, element: etree._Element, kind: ValueKind | None) -> Cell:
        text = _text(element)
        try:
            return read_cell(text, kind)
        except CellMalformed as malformed:
            message = f"The cell '{text[:80]}' cannot be used: {malformed}."
            self._add("decision.cell", message, element)
            return Cell(tests=())

    def _entry(self, element: etree._Element, kind: ValueKind | None) -> Entry:
        text, line = _text(element), line_of(element)
        if text in ("", "-"):
            return Entry(line=line, text=text)
        try:
            return Entry(line=line, text=text, value=_answer(read_value(text, kind)))
        except CellMalformed as malformed:
            if _is_value(text):
                self._add("decision.cell", f"The output '{text[:80]}' cannot be used: {malformed}.", element)
            else:
                self._check(text, element)
            return Entry(line=line, text=text, expression=text)

    def _expression_of(self, element: etree._Element) -> Entry:
        text = _text(element)
        self._check(text, element)
        return Entry(line=line_of(element), text=text, expression=text)

    def _check(self, expression: str, element: etree._Element) -> None:
        language = element.get("expressionLanguage", "").lower()
        if language and not any(language.endswith(known) for known in _LANGUAGES):
            self._add("decision.language", f"Expressions in '{language}' are not computed here.", element)
        try:
            check(expression)
        except ExpressionRefused as refused:
            message = f"The expression '{expression[:80]}' cannot be used: {refused.facts['reason']}."
            self._add("expression.refused", message, element)

    def _kind(self, element: etree._Element) -> ValueKind | None:
        named = element.get("typeRef", "").rsplit(":", 1)[-1]
        if named not in _KINDS:
            known = ", ".join(sorted(filter(None, _KINDS)))
            message = f"The type '{named}' is not supported; use one of {known}."
            self._add("decision.type_unsupported", message, element)
        return _KINDS.get(named)

    def _id(self, element: etree._Element) -> str:
        found = element.get("id", "")
        if found and found in self._seen:
            self._add("element.duplicate_id", f"The id '{found}' is used twice.", element)
        self._seen.add(found)
        return found

    def _add(self, code: str, message: str, element: etree._Element, element_id: str | None = None) -> None:
        # A cell is named by its rule: that is what an author sees.
        owner = next((one for one in (element, *element.iterancestors()) if tag_of(one) == "rule"), element)
        named = element_id or next((one.get("id") for one in (owner, *owner.iterancestors()) if one.get("id")), None)
        self._findings.add(code, message, element_id=named, line=line_of(element))


def _children(element: etree._Element, tag: str = "*") -> Iterator[etree._Element]:
    return element.iterchildren(f"{{{etree.QName(element).namespace}}}{tag}")


def _text(element: etree._Element) -> str:
    return next(("".join(map(str, child.itertext())) for child in _children(element, "text")), "").strip()


def _required(element: etree._Element) -> Iterator[str]:
    for requirement in _children(element, "informationRequirement"):
        for required in _children(requirement, "requiredDecision"):
            yield required.get("href", "").removeprefix("#")


def _values_in(text: str) -> Iterator[Value]:
    try:
        endpoints = read_cell(text).endpoints()
    except CellMalformed:
        return
    yield from (value for value in endpoints if isinstance(value, Decimal | str | bool | date))


def _is_value(text: str) -> bool:
    try:
        read_value(text)
    except CellMalformed:
        return False
    return True


def _answer(value: Value) -> Answer:
    return value.isoformat() if isinstance(value, date) else value
