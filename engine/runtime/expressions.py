"""The small language of conditions and parameters in a model: computed by simpleeval, never by Python itself.

An expression reads the data of the instance by name, as in ``outcome == 'return' and direct.lead_unit in allowed``.
There are names, text, numbers, truth values, None, lists; ``a.b`` and ``a['b']`` into mappings, ``a[0]`` into lists;
comparisons, ``in``, ``and``, ``or``, ``not``, ``x if y else z``; ``+ - * / // %`` on numbers, ``+`` on text; and the
functions in FUNCTIONS. A field that a mapping lacks is None, like a field left empty in a form; a name that the data
lacks is refused.

What is not in ``_ALLOWED`` is refused before anything is computed. simpleeval alone is not enough: it lets
``4000000**4000000``, ``f"{x:>9999999999}"`` and ``"%9999999999d" % x`` through, and reads attributes of objects.
"""

import ast
import operator
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import ROUND_FLOOR, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from functools import lru_cache
from math import isfinite
from typing import Any, Final

from simpleeval import InvalidExpression, NameNotDefined, SimpleEval

from engine.runtime.errors import ExpressionRefused

MAX_LENGTH: Final = 500
"""Characters of one expression."""
MAX_DEPTH: Final = 20
"""Levels of one expression's syntax tree."""
MAX_TEXT: Final = 65_536
"""Characters of a text, digits of a number, or values in a list that an expression may make."""
MAX_EFFORT: Final = 5_000_000
"""What the expressions of one trigger may take: EVALUATION for each, 1 for each character and value looked at."""
EVALUATION: Final = 100

_ALLOWED: Final = (
    *(ast.Expression, ast.Constant, ast.Name, ast.Load, ast.Attribute, ast.Subscript, ast.List, ast.Tuple, ast.Call),
    *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.IfExp, ast.Compare),
    *(ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot),
    *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod),
)


def _numbers(compute: Callable[[Any, Any], Any]) -> Callable[[object, object], object]:
    def on_numbers(left: object, right: object) -> object:
        if not isinstance(left, int | float | Decimal) or not isinstance(right, int | float | Decimal):
            raise TypeError("only numbers can be calculated with")
        return _bounded(compute(left, right))

    return on_numbers


def _add(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str):
        return _bounded(left + right)
    return _numbers(operator.add)(left, right)


def _bounded(value: object) -> object:
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("the result is too large")
    size = value.bit_length() // 3 if isinstance(value, int) else weight(value, MAX_TEXT)
    if size > MAX_TEXT:
        raise ValueError("the result is too large")
    spend(size)
    return value


class _Effort(threading.local):
    """What the expressions of one thread may still take."""

    left = sys.maxsize


_EFFORT: Final = _Effort()


@contextmanager
def bounded_effort() -> Iterator[None]:
    """Let all expressions computed inside take MAX_EFFORT together."""
    before, _EFFORT.left = _EFFORT.left, MAX_EFFORT
    try:
        yield
    finally:
        _EFFORT.left = before


def spend(effort: int) -> None:
    """Raise ValueError where the expressions of the trigger would take more than they may."""
    _EFFORT.left -= effort
    if _EFFORT.left < 0:
        raise ValueError("the model makes this step compute too much")


def weight(value: object, most: int) -> int:
    """Return how much *value* holds: characters, and what is in lists and mappings, each as often as it is there.

    It stops above *most*: a list that holds the same list twice, and so on thirty times, holds a billion.
    """
    found, todo = 0, [value]
    while todo and found <= most:
        one = todo.pop()
        if isinstance(one, str):
            found += len(one)
        elif isinstance(one, list | tuple):
            found += len(one)
            todo += one[: most + 1]
        elif isinstance(one, Mapping):
            found += len(one) + sum(len(str(key)) for key in one)
            todo += one.values()
    return found


def _contains(item: object, container: object) -> bool:
    if not isinstance(container, str | list | tuple | Mapping):
        raise TypeError("'in' needs a text, a list or a mapping on its right")
    spend(weight(container, MAX_TEXT))
    return item in container


def _compared(compare: Callable[[Any, Any], object]) -> Callable[[object, object], object]:
    def on_values(left: object, right: object) -> object:
        if isinstance(left, list | Mapping):
            spend(weight(left, MAX_TEXT))
        return compare(left, right)

    return on_values


OPERATORS: Final[dict[type[ast.AST], Callable[..., object]]] = {
    ast.Eq: _compared(operator.eq),
    ast.NotEq: _compared(operator.ne),
    ast.Lt: _compared(operator.lt),
    ast.LtE: _compared(operator.le),
    ast.Gt: _compared(operator.gt),
    ast.GtE: _compared(operator.ge),
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: _contains,
    ast.NotIn: lambda item, container: not _contains(item, container),
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.Add: _add,
    ast.Sub: _numbers(operator.sub),
    ast.Mult: _numbers(operator.mul),
    ast.Div: _numbers(operator.truediv),
    ast.FloorDiv: _numbers(operator.floordiv),
    ast.Mod: _numbers(operator.mod),
}


def _count(container: object, field: object, value: object) -> int:
    if not isinstance(container, list):
        raise TypeError("'count' needs a list")
    spend(weight(container, MAX_TEXT))
    return sum(1 for one in container if isinstance(one, Mapping) and one.get(field) == value)


def _first(container: object, field: object, value: object) -> object:
    if not isinstance(container, list):
        raise TypeError("'first' needs a list")
    spend(weight(container, MAX_TEXT))
    return next((one for one in container if isinstance(one, Mapping) and one.get(field) == value), None)


def _whole(value: Any) -> object:  # noqa: ANN401  # whatever int() takes
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() > MAX_TEXT:
        raise ValueError("the result is too large")
    return _bounded(int(value))


FUNCTIONS: Final[dict[str, Callable[..., object]]] = {
    "len": len,
    "min": min,
    "max": max,
    "int": _whole,
    "text": lambda value: _bounded(str(value)),
    "lower": lambda text: _bounded(str.lower(text)),
    "count": _count,
    "first": _first,
}
"""The functions an expression may call, all harmless on what JSON can hold."""

OF_CALENDAR: Final = ("workdays", "half_days", "working_days_after")
"""Functions that count by the calendar of the agency, where there is one (engine.deadlines.calendar_functions)."""


class _Evaluator(SimpleEval):  # type: ignore[misc]  # simpleeval ships no types
    """simpleeval without the doors we do not need; names are data, attributes are keys of mappings, nothing else."""

    nodes: dict[type[ast.AST], Callable[[Any], object]]

    def __init__(self) -> None:
        super().__init__(operators=OPERATORS, functions=FUNCTIONS, names={})
        handlers: dict[type[ast.AST], Callable[[Any], object]] = {
            kind: handler for kind, handler in self.nodes.items() if kind in _ALLOWED
        }
        handlers[ast.Name] = self._named
        handlers[ast.Attribute] = lambda node: self._field(self._eval(node.value), node.attr)
        handlers[ast.Subscript] = lambda node: self._field(self._eval(node.value), self._eval(node.slice))
        handlers[ast.List] = handlers[ast.Tuple] = lambda node: _bounded([self._eval(item) for item in node.elts])
        self.nodes = handlers

    def _named(self, node: ast.Name) -> object:
        if node.id not in self.names:
            raise NameNotDefined(node.id, self.expr)
        return self.names[node.id]

    def _check_disallowed_items(self, item: object) -> None:
        """Look for no functions among values: names are data of JSON, and each node would search all of them again."""

    @staticmethod
    def _field(container: object, key: object) -> object:
        if isinstance(container, Mapping) and isinstance(key, str):
            return container.get(key)
        if isinstance(container, list) and isinstance(key, int):
            return container[key]
        raise TypeError(f"{'nothing' if container is None else type(container).__name__} has no {key!r}")


DECIMAL128: Final = Context(prec=34, traps=[DivisionByZero, InvalidOperation, Overflow])
"""How decisions calculate: 34 decimal digits, as DMN says; never binary fractions."""


def exact(value: object) -> object:
    """Return *value* (what JSON can hold) with its fractions as the decimals they are written as."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {key: exact(item) for key, item in value.items()}
    return [exact(item) for item in value] if isinstance(value, list | tuple) else value


class _ExactEvaluator(_Evaluator):
    """The same language, calculated in decimals: 0.1 + 0.2 == 0.3."""

    def __init__(self) -> None:
        super().__init__()
        self.operators = {
            **OPERATORS,
            ast.Div: _numbers(lambda left, right: Decimal(left) / Decimal(right)),
            ast.FloorDiv: _numbers(_floor),
            ast.Mod: _numbers(lambda left, right: left - right * _floor(left, right)),
        }
        self.nodes[ast.Constant] = lambda node: exact(node.value)


def _floor(left: Decimal, right: Decimal) -> Decimal:
    return (Decimal(left) / Decimal(right)).to_integral_value(ROUND_FLOOR)


class _Evaluators(threading.local):
    """Evaluators of one thread: building one changes the process-wide warning filters for a moment."""

    def __init__(self) -> None:
        self.own = _Evaluator()
        self.exact = _ExactEvaluator()


_EVALUATORS: Final = _Evaluators()


def check(expression: str) -> None:
    """Raise ExpressionRefused unless *expression* is of the small language; nothing is computed."""
    _parsed(expression)


def names_in(expression: str) -> frozenset[str]:
    """Return the names the expression reads from the data, functions left out.

    Raises:
        ExpressionRefused: It is not of the small language.
    """
    tree = _parsed(expression)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called)


def evaluate(
    expression: str, data: Mapping[str, Any], functions: Mapping[str, Callable[..., object]] | None = None
) -> object:
    """Compute *expression* over *data* (what JSON can hold) and return what it gives.

    Args:
        expression: Of the small language.
        data: What its names stand for.
        functions: Those of the calendar; without them it cannot count by it.

    Raises:
        ExpressionRefused: It is not of the small language, or the data does not allow it (a name that does not exist,
            a number compared with a text, a division by zero).
    """
    return _evaluated(_EVALUATORS.own, expression, data, functions or {})


def evaluate_exact(expression: str, data: Mapping[str, Any]) -> object:
    """Compute *expression* in decimals over *data*, whose fractions are decimals already (see ``exact``).

    Raises:
        ExpressionRefused: As of ``evaluate``.
    """
    with localcontext(DECIMAL128):
        return _evaluated(_EVALUATORS.exact, expression, data, {})


def _evaluated(
    evaluator: _Evaluator,
    expression: str,
    data: Mapping[str, Any],
    functions: Mapping[str, Callable[..., object]],
) -> object:
    tree = _parsed(expression)
    evaluator.names = data
    evaluator.functions = {**FUNCTIONS, **functions} if functions else FUNCTIONS
    try:
        spend(EVALUATION)
        return evaluator.eval(expression, previously_parsed=tree.body)
    except InvalidExpression as cause:
        raise _refused(expression, str(cause)) from cause
    except (TypeError, ValueError, KeyError, IndexError, ArithmeticError, AttributeError) as cause:
        raise _refused(expression, str(cause)) from cause
    except (RecursionError, MemoryError) as cause:
        raise _refused(expression, "it is too deep or too large") from cause
    finally:
        evaluator.names = {}


@lru_cache(maxsize=4096)
def _parsed(expression: str) -> ast.Expression:
    if len(expression) > MAX_LENGTH:
        raise _refused(expression[:40] + "…", f"it is longer than {MAX_LENGTH} characters")
    if "\\" in expression:
        raise _refused(expression, "a backslash is not allowed")
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except SyntaxError as cause:
        raise _refused(expression, f"it is not well formed ({cause.msg})") from cause
    except (ValueError, RecursionError, MemoryError) as cause:
        raise _refused(expression, "it cannot be read") from cause
    _require_shallow(expression, tree)
    for node in ast.walk(tree):
        _require_allowed(expression, node)
    return tree


def _require_shallow(expression: str, tree: ast.AST) -> None:
    level: Sequence[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise _refused(expression, f"it is nested deeper than {MAX_DEPTH} levels")


def _require_allowed(expression: str, node: ast.AST) -> None:
    match node:
        case ast.Constant(value=value) if not isinstance(value, str | int | float | None):
            raise _refused(expression, f"{type(value).__name__} values are not allowed")
        case ast.Constant(value=float(value)) if not isfinite(value):
            raise _refused(expression, "a number is too large")
        case ast.Name(id=name) | ast.Attribute(attr=name) if name.startswith("_"):
            raise _refused(expression, f"the name '{name}' is not allowed")
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in FUNCTIONS or name in OF_CALENDAR:
            return
        case ast.Call():
            known = ", ".join((*FUNCTIONS, *OF_CALENDAR))
            raise _refused(expression, f"only these functions may be called: {known}")
        case _ if not isinstance(node, _ALLOWED):
            raise _refused(expression, f"{type(node).__name__} is not allowed")


def _refused(expression: str, reason: str) -> ExpressionRefused:
    return ExpressionRefused(expression=expression, reason=reason.rstrip("."))
