"""Cells of decision tables: the unary tests of DMN that we take, and whether a value passes them.

A cell is ``-`` (anything), or one or several of these, separated by commas, perhaps inside ``not(…)``: a value, a
comparison (``< <= > >= = !=`` before a value), an interval (``[2..6]``, ``]2..6[``, ``(2..6)``). A value is a number, a
text in double quotes, ``true``, ``false``, ``null``, ``date("2026-05-22")``, or the name of something the instance
knows. As in DMN there are three answers: nothing is neither below 5 nor not below 5.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from engine.runtime.errors import ExpressionRefused
from engine.runtime.expressions import check, evaluate_exact

Value = Decimal | str | bool | date | None
"""What is compared in a cell."""


class ValueKind(StrEnum):
    """What the values of a column are."""

    NUMBER = "number"
    INTEGER = "whole number"
    TEXT = "text"
    BOOLEAN = "truth value"
    DATE = "date"


class CellMalformed(ValueError):
    """The text is no cell; the message says why."""


class ValueMisfit(ValueError):
    """A value is not of the kind it is compared with; the message names both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """Something the instance or a required decision knows, as in ``limits.lowest``."""

    path: str


Endpoint = Value | Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``< 5``; a bare value is '='."""

    operator: str
    value: Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """``[2..6]``: between two values, each of them in it or not."""

    low: Endpoint
    high: Endpoint
    low_open: bool
    high_open: bool


Test = Comparison | Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One input entry: any of the tests is to hold, or with *negated* none; without tests anything passes."""

    tests: tuple[Test, ...]
    negated: bool = False

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return every value the cell names."""
        pairs = ((test.value,) if isinstance(test, Comparison) else (test.low, test.high) for test in self.tests)
        return tuple(endpoint for pair in pairs for endpoint in pair)

    def passes(self, value: Value, scope: Mapping[str, Any]) -> bool:
        """Say whether *value* passes; *scope* is what names are looked up in.

        Raises:
            ValueMisfit: The value is of another kind than what it is compared with, or a name is not known.
        """
        if not self.tests:
            return True
        answers = [_holds(test, value, scope) for test in self.tests]
        known = True if True in answers else None if None in answers else False
        return known is (not self.negated)


_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _holds(test: Test, value: Value, scope: Mapping[str, Any]) -> bool | None:
    if isinstance(test, Comparison):
        return _compares(test.operator, value, _resolved(test.value, scope))
    above = _compares(">" if test.low_open else ">=", value, _resolved(test.low, scope))
    below = _compares("<" if test.high_open else "<=", value, _resolved(test.high, scope))
    return False if False in (above, below) else None if None in (above, below) else True


def _compares(operator: str, value: Value, limit: Value) -> bool | None:
    if value is not None and limit is not None and kind_of(value) is not kind_of(limit):
        raise ValueMisfit(f"a {kind_of(value)} is compared with a {kind_of(limit)}")
    if operator in ("=", "!="):
        return (value == limit) is (operator == "=")
    return None if value is None or limit is None else _COMPARE[operator](value, limit)


def _resolved(endpoint: Endpoint, scope: Mapping[str, Any]) -> Value:
    if not isinstance(endpoint, Name):
        return endpoint
    try:
        return value_of(evaluate_exact(endpoint.path, scope), None)
    except ExpressionRefused as refused:
        raise ValueMisfit(str(refused.facts["reason"])) from refused


def kind_of(value: Value) -> ValueKind | None:
    """Return what kind of value it is; None for nothing."""
    match value:
        case None:
            return None
        case bool():
            return ValueKind.BOOLEAN
        case Decimal():
            return ValueKind.NUMBER
        case date():
            return ValueKind.DATE
        case str():
            return ValueKind.TEXT


def fits(value: Value, kind: ValueKind | None) -> bool:
    """Say whether the value may stand in a column of this kind; nothing fits everywhere."""
    if kind is None or value is None:
        return True
    if kind is ValueKind.INTEGER:
        return isinstance(value, Decimal) and value == value.to_integral_value()
    return kind_of(value) is kind


def value_of(given: object, kind: ValueKind | None) -> Value:
    """Return what the instance knows as a value of a column of this kind; dates are known as text.

    Raises:
        ValueMisfit: It is something else.
    """
    value: Value
    match given:
        case bool() | None | Decimal():
            value = given
        case int():
            value = Decimal(given)
        case str():
            value = _day(given) if kind is ValueKind.DATE else given
        case _:
            raise ValueMisfit(f"{given!r:.60} is no single value")
    if not fits(value, kind):
        raise ValueMisfit(f"{given!r:.60} is no {kind}")
    return value


_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _day(text: str) -> date:
    # The pattern comes first: date.fromisoformat also takes '20260228' and '2026-W09-6'.
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueMisfit(f"'{text[:40]}' is no day of the calendar, written as 2026-02-28")


_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")
    |(?P<number>-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?![\w"]))
    |date\s*\(\s*"(?P<date>[^"]*)"\s*\)
    |(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    |(?P<sign><=|>=|!=|\.\.|[<>=,()\[\]]))""",
    re.VERBOSE | re.DOTALL,
)
_WORDS: Final[dict[str, Value]] = {"true": True, "false": False, "null": None}
_OPERATORS: Final = frozenset({"<", "<=", ">", ">=", "=", "!="})
_DIGITS: Final = 15
"""Digits of a number: as many as come back from JSON as they were written."""
MAX_LENGTH: Final = 1_000
"""Characters of one cell."""


def read_cell(text: str, kind: ValueKind | None = None) -> Cell:
    """Return the cell written as *text* in a column of this kind.

    Raises:
        CellMalformed: It is none.
    """
    stripped = text.strip()
    if stripped in ("", "-"):
        return Cell(tests=())
    return _Cells(_tokens(stripped), kind).cell()


def read_value(text: str, kind: ValueKind | None = None) -> Value:
    """Return the one value written as *text*.

    Raises:
        CellMalformed: It is none.
    """
    cell = read_cell(text, kind)
    match cell.tests:
        case (Comparison(operator="=", value=value),) if not cell.negated and not isinstance(value, Name):
            return value
        case _:
            raise CellMalformed("it is no single value")


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > MAX_LENGTH:
        raise CellMalformed(f"it is longer than {MAX_LENGTH} characters")
    found: list[tuple[str, str]] = []
    place = 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise CellMalformed(f"'{text[place : place + 20].strip()}' cannot be read")
        found.append((str(token.lastgroup), token[str(token.lastgroup)]))
        place = token.end()
    return found


class _Cells:
    """Reads one cell from its tokens, the last of which is an end that nothing else is."""

    def __init__(self, tokens: list[tuple[str, str]], kind: ValueKind | None) -> None:
        self._tokens = [*tokens, ("end", "")]
        self._kind = kind

    def cell(self) -> Cell:
        negated = self._tokens[:2] == [("name", "not"), ("sign", "(")]
        if negated:
            del self._tokens[:2]
        tests = [self._test()]
        while self._taken(","):
            tests.append(self._test())
        if negated:
            self._need(")")
        if self._tokens[0][0] != "end":
            raise CellMalformed(f"'{self._tokens[0][1]}' is not expected there")
        return Cell(tests=tuple(tests), negated=negated)

    def _test(self) -> Test:
        kind, text = self._tokens[0]
        if kind == "sign" and text in _OPERATORS:
            self._tokens.pop(0)
            return Comparison(operator=text, value=self._endpoint(ordered=text not in ("=", "!=")))
        if kind == "sign" and text in "[](":
            return self._interval()
        return Comparison(operator="=", value=self._endpoint(ordered=False))

    def _interval(self) -> Interval:
        _, opened = self._tokens.pop(0)
        low = self._endpoint(ordered=True)
        self._need("..")
        high = self._endpoint(ordered=True)
        _, closed = self._tokens.pop(0)
        if closed not in ("]", "[", ")"):
            raise CellMalformed("the interval has no end; write it as [2..6]")
        interval = Interval(low=low, high=high, low_open=opened != "[", high_open=closed != "]")
        _require_filled(interval)
        return interval

    def _endpoint(self, *, ordered: bool) -> Endpoint:
        kind, text = self._tokens.pop(0)
        value: Endpoint
        match kind:
            case "number":
                value = _number(text)
            case "text":
                value = _text(text)
            case "date":
                value = _date(text)
            case "name":
                value = _WORDS[text] if text in _WORDS else _name(text)
            case _:
                raise CellMalformed(f"a value is missing before '{text}'" if text else "a value is missing at its end")
        if ordered and (value is None or isinstance(value, bool)):
            raise CellMalformed(f"'{text}' is neither above nor below anything")
        if not isinstance(value, Name) and not fits(value, self._kind):
            raise CellMalformed(f"'{text}' is no {self._kind}, as this column has them")
        return value

    def _taken(self, sign: str) -> bool:
        if self._tokens[0] != ("sign", sign):
            return False
        self._tokens.pop(0)
        return True

    def _need(self, sign: str) -> None:
        if not self._taken(sign):
            raise CellMalformed(f"'{sign}' is missing")


def _require_filled(interval: Interval) -> None:
    low, high = interval.low, interval.high
    if isinstance(low, Name) or isinstance(high, Name):
        return
    if kind_of(low) is not kind_of(high):
        raise CellMalformed("the two ends of the interval are of different kinds")
    if _compares("<" if interval.low_open or interval.high_open else "<=", low, high) is not True:
        raise CellMalformed("nothing lies in the interval")


def _number(text: str) -> Decimal:
    if len(text.strip("-").replace(".", "").strip("0")) > _DIGITS:
        raise CellMalformed(f"a number has at most {_DIGITS} digits")
    return Decimal(text)


def _name(text: str) -> Name:
    try:
        check(text)
    except ExpressionRefused as refused:
        raise CellMalformed(f"'{text}' cannot be a name") from refused
    return Name(path=text)


def _text(text: str) -> str:
    try:
        return str(json.loads(text, strict=False))
    except ValueError as cause:
        raise CellMalformed("a backslash in the text is followed by no known sign") from cause


def _date(text: str) -> date:
    try:
        return _day(text)
    except ValueMisfit as cause:
        raise CellMalformed(str(cause)) from cause
