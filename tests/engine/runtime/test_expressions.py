"""Expressions of a model: what they may say, and that nothing else is ever computed."""

import threading

import pytest

from engine.runtime.errors import ExpressionRefused
from engine.runtime.expressions import check, evaluate, names_in

DATA = {
    "outcome": "return",
    "count": 7,
    "direct": {"lead_unit": "u1", "coordinating_units": ["u2", "u3"], "note": None},
    "items": [1, 2, 3],
    "votes": [{"outcome": "yes"}, {"outcome": "no"}, {"outcome": "yes"}, None],
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("outcome == 'return'", True),
        ("direct.lead_unit", "u1"),
        ("direct['lead_unit']", "u1"),
        ("direct.coordinating_units[1]", "u3"),
        ("'u2' in direct.coordinating_units and not direct.note", True),
        ("outcome not in ['return', 'refuse']", False),
        ("count * 2 - 1 if count > 5 else 0", 13),
        ("-count // 2 % 3", 2),
        ("len(items) + max(items)", 6),
        ("count(votes, 'outcome', 'yes') * 2 >= len(votes)", True),
        ("'Số ' + text(count)", "Số 7"),
        ("direct.note is None", True),
        ("lower('VĂN THƯ')", "văn thư"),
        ("True and None", None),
    ],
)
def test_what_the_language_offers_gives_what_it_says(expression: str, value: object) -> None:
    assert evaluate(expression, DATA) == value


def test_a_field_left_empty_in_a_form_is_none() -> None:
    assert evaluate("direct.due_date", DATA) is None


def test_a_name_the_data_lacks_is_refused_and_named() -> None:
    with pytest.raises(ExpressionRefused, match="'assign' is not defined"):
        evaluate("assign.handler", DATA)


ATTACKS = [
    "10**10**10",
    "4000000**4000000",
    "1 << 100000",
    "1 >> 1",
    "1 | 2",
    "~1",
    "f'{count:>9999999999}'",
    "'%9999999999d' % count",
    "'a' * 999999999",
    "items * 999999999",
    "'{0.__class__}'.format(count)",
    "outcome.upper()",
    "outcome.__class__",
    "direct.__class__.__mro__",
    "direct['__class__'].__init__.__globals__",
    "().__class__.__bases__[0].__subclasses__()",
    "__import__('os').system('id')",
    "eval('1')",
    "exec('1')",
    "open('/etc/passwd')",
    "getattr(direct, 'keys')",
    "rand()",
    "randint(5)",
    "[x for x in items]",
    "[[y for y in items] for x in items]",
    "while True: pass",
    "[items] * 10**9",
    "'{0.__init__.__globals__}'.format(text)",
    "(lambda f: f(f))(lambda f: f(f))",
    "{x: 1 for x in items}",
    "(x for x in items)",
    "(lambda: 1)()",
    "(y := 5)",
    "len(*[items])",
    "text(object=1)",
    "{'a': 1}",
    "{1, 2}",
    "b'bytes'",
    "1j",
    "...",
    "items[0:2]",
    "await count",
    "x = 1",
    "import os",
    "1; 2",
    "",
    "   ",
    "1 +",
    "'\\x41'",
    "\x00",
    "(" * 300 + "1" + ")" * 300,
    "-" * 400 + "1",
    "not " * 100 + "1",
    "1" + "+1" * 240,
    "1 == 1 or " * 60 + "1",
]


@pytest.mark.parametrize("expression", ATTACKS, ids=lambda text: text[:30])
def test_what_the_language_does_not_offer_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionRefused):
        evaluate(expression, DATA)


@pytest.mark.parametrize(
    "expression",
    [
        "1 / 0",
        "count < outcome",
        "items[9]",
        "items['a']",
        "count.real",
        "outcome[0]",
        "int('x')",
        "len(5)",
        "1 in 'a'",
    ],
)
def test_what_the_data_does_not_allow_is_refused_with_the_expression(expression: str) -> None:
    with pytest.raises(ExpressionRefused) as caught:
        evaluate(expression, DATA)

    assert caught.value.facts["expression"] == expression


@pytest.mark.parametrize("expression", ["len == 1", "direct.keys", "direct.items"])
def test_functions_and_methods_are_not_values(expression: str) -> None:
    try:
        value = evaluate(expression, DATA)
    except ExpressionRefused:
        return

    assert value is None


def test_numbers_cannot_be_grown_without_limit() -> None:
    product = " * ".join(["big"] * 15)

    with pytest.raises(ExpressionRefused, match="too large"):
        evaluate(product, {"big": 10**20000})


def test_data_named_like_a_function_is_read_as_data() -> None:
    assert evaluate("len", {"len": 5}) == 5


def test_names_are_known_before_anything_is_computed() -> None:
    assert names_in("len(assign.handler) > count and drafter") == {"assign", "count", "drafter"}


def test_a_check_needs_no_data() -> None:
    check("anything.at.all == 1")


def test_threads_do_not_see_one_anothers_names() -> None:
    wrong: list[object] = []

    def look(own: int) -> None:
        wrong.extend(value for _ in range(200) if (value := evaluate("own", {"own": own})) != own)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
