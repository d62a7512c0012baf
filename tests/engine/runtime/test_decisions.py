"""Decision tables: what each hit policy gives, cell by cell; and what is wrong with one before it is deployed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.runtime.decisions import DecisionAmbiguous, DecisionFailed, decide
from engine.runtime.decisions_cells import CellMalformed, read_cell
from engine.runtime.decisions_reading import MAX_RULES
from tests.engine.runtime.tables import decided, findings, made, table


@pytest.mark.parametrize(
    ("cell", "passing", "failing"),
    [
        ("-", (1, 0, None), ()),
        ("", (1, None), ()),
        ("5", (5, 5.0), (4, None)),
        ("< 5", (4.999,), (5, 6, None)),
        ("<=5", (5,), (5.001,)),
        ("> -1.5", (0, -1.4), (-1.5, -2)),
        (">= .5", (0.5,), (0.49,)),
        ("!= 5", (4, None), (5,)),
        ("[2..6]", (2, 4, 6), (1, 7, None)),
        ("]2..6[", (3, 5), (2, 6)),
        ("(2..6)", (3, 5), (2, 6)),
        ("(2..6]", (6,), (2,)),
        ("[2..6[", (2,), (6,)),
        ("1, 3, [5..7], > 10", (1, 3, 6, 11), (2, 4, 8, 10)),
        ("not(1, 3)", (2,), (1, 3)),
        ("not([2..6], 9)", (1, 7), (2, 6, 9, None)),
        ("not(< 5)", (5, 6), (4, None)),
        ("null", (None,), (0,)),
        ("not(null)", (0,), (None,)),
        ('"a"', ("a",), ("A", "b", None)),
        ('"a","b"', ("a", "b"), ("a,b", '"a"')),
        ('not("a", "b")', ("c", None), ("a", "b")),
        ('"nói \\"có\\""', ('nói "có"',), ("nói có",)),
        ('>= "b"', ("b", "c"), ("a",)),
        ("true", (True,), (False, None)),
        ("not(true)", (False, None), (True,)),
        ('date("2026-05-22")', ("2026-05-22",), ("2026-05-23",)),
        ('< date("2026-05-22")', ("2026-05-21",), ("2026-05-22",)),
        ('[date("2026-01-01")..date("2026-12-31")]', ("2026-02-28",), ("2027-01-01", None)),
    ],
)
def test_a_cell_lets_pass_what_its_words_say(cell: str, passing: tuple[Any, ...], failing: tuple[Any, ...]) -> None:
    decision = table("x | y", f"{cell or ' '} | true" if cell else "- | true", policy="FIRST")

    assert [value for value in passing if decided(decision, x=value) is not True] == []
    assert [value for value in failing if decided(decision, x=value) is not None] == []


def test_a_cell_compares_with_what_the_instance_knows() -> None:
    decision = table("score | y", ">= limits.least | true", policy="FIRST")

    assert decided(decision, score=5, limits={"least": 4.5}) is True
    assert decided(decision, score=4, limits={"least": 4.5}) is None
    with pytest.raises(DecisionFailed, match="'limits'"):
        decided(decision, score=4)


@pytest.mark.parametrize(
    "cell",
    ["5 6", "[2..", "[2..6", "2..6", "[6..2]", "]2..2[", "< ", "<< 5", "not(", "not(5", '"a', "a b", "< true",
     "[null..5]", '[1.."a"]', "5a", "1,,2", ",", 'date("2026-02-30")', 'date("20260228")', "1234567890123456", "f(5)",
     "x * 2", "limits.pass", '"\\q"', "__import__('os')", "é€", "x" * 1001],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_is_refused_with_rule_and_line(cell: str) -> None:
    with pytest.raises(CellMalformed):
        read_cell(cell)

    found = findings(table("x | y", "1 | 1", f"{cell} | 2"))["decision.cell"]
    assert (found.file, found.element_id, found.line) == ("rules.dmn", "r2", 7)


LEVELS = ('>= 80 | "high"; 3', '>= 50 | "middle"; 2', '- | "low"; 1')
RANKED = 'score:number | level:string="high","middle","low"; points:number'


@pytest.mark.parametrize(
    ("policy", "score", "expected"),
    [
        ("FIRST", 90, {"level": "high", "points": 3}),
        ("FIRST", 10, {"level": "low", "points": 1}),
        ("PRIORITY", 60, {"level": "middle", "points": 2}),
        (
            "RULE ORDER",
            60,
            [{"level": "middle", "points": 2}, {"level": "low", "points": 1}],
        ),
        ("COLLECT", 10, [{"level": "low", "points": 1}]),
    ],
)
def test_a_hit_policy_chooses_among_the_rules_that_match(policy: str, score: int, expected: object) -> None:
    assert decided(table(RANKED, *LEVELS, policy=policy), score=score) == expected


def test_priority_and_output_order_follow_the_output_values_and_not_the_rules() -> None:
    rows = ('- | "low"', '> 5 | "high"', '> 3 | "middle"')
    columns = 'x | level="high","middle","low"'

    assert decided(table(columns, *rows, policy="PRIORITY"), x=9) == "high"
    assert decided(table(columns, *rows, policy="OUTPUT ORDER"), x=9) == ["high", "middle", "low"]
    assert decided(table(columns, *rows, policy="RULE ORDER"), x=9) == ["low", "high", "middle"]


def test_rules_that_meet_under_unique_are_an_error_that_names_them() -> None:
    decision = table("x:number | y", ">= low | 1", "<= 5 | 2", "> 100 | 3")

    assert decided(decision, x=9, low=6) == 1
    with pytest.raises(DecisionAmbiguous, match=r"rules 1 \(r1\), 2 \(r2\) match at once.*UNIQUE"):
        decided(decision, x=5, low=2)


def test_rules_that_disagree_under_any_are_an_error_and_those_that_agree_are_not() -> None:
    decision = table("x | y", "> 1 | 1", "> 2 | 1", "> 3 | 2", policy="ANY")

    assert decided(decision, x=3) == 1
    with pytest.raises(DecisionAmbiguous, match="ANY"):
        decided(decision, x=4)


@pytest.mark.parametrize(
    ("how", "expected", "of_nothing"),
    [("", [0.1, 0.2, 0.3], []), (" SUM", 0.6, None), (" MIN", 0.1, None), (" MAX", 0.3, None), (" COUNT", 3, 0)],
)
def test_collect_gives_a_list_or_what_it_comes_to_in_exact_decimals(
    how: str, expected: object, of_nothing: object
) -> None:
    decision = table("x | points", "> 0 | 0.1", "> 1 | 0.2", "> 2 | 0.3", policy=f"COLLECT{how}")

    assert decided(decision, x=3) == expected
    assert decided(decision, x=0) == of_nothing


def test_scores_are_added_in_decimals_and_never_in_binary_fractions() -> None:
    decision = table("a + b; c / 3 | y", "= 0.3; = 0.1 | a + b + 0.7", policy="FIRST")

    assert 0.1 + 0.2 != 0.3
    assert decided(decision, a=0.1, b=0.2, c=0.3) == 1


@pytest.mark.parametrize(
    ("policy", "expected"), [("", "none"), ("FIRST", "none"), ("COLLECT", ["none"]), ("RULE ORDER", ["none"])]
)
def test_where_no_rule_matches_the_default_is_given(policy: str, expected: object) -> None:
    assert decided(table('x | y=>"none"', '1 | "one"', policy=policy), x=2) == expected


@pytest.mark.parametrize(("policy", "expected"), [("", None), ("ANY", None), ("OUTPUT ORDER", []), ("COLLECT", [])])
def test_without_a_default_nothing_or_an_empty_list_is_given(policy: str, expected: object) -> None:
    assert decided(table('x | y="one"', '1 | "one"', policy=policy), x=2) == expected


def test_several_inputs_and_outputs_are_looked_at_together_and_given_by_name() -> None:
    decision = table(
        "kind; days:number | route:string; due:date; copies",
        '"urgent"; - | "head"; date("2026-05-22"); 1',
        'not("urgent"); > 5 | "unit"; null; days * 2',
    )

    assert decided(decision, kind="urgent", days=None) == {"route": "head", "due": "2026-05-22", "copies": 1}
    assert decided(decision, kind="plain", days=7) == {"route": "unit", "due": None, "copies": 14}


def test_a_decision_uses_the_result_of_another_by_its_id_and_by_the_name_of_its_variable() -> None:
    points = table(
        "x | n", "> 0 | 0.5", "> 1 | 0.25", policy="COLLECT SUM", key="points", inside='<variable name="p"/>'
    )
    half = '<decision id="half"><literalExpression><text>points / 2</text></literalExpression></decision>'
    half = half.replace(
        "<literal", '<informationRequirement><requiredDecision href="#points"/></informationRequirement><literal'
    )
    grade = table("half; p | g", "0.375; 0.75 | true", requires=("half", "points"))

    assert decide(made(grade, half, points), "grade", {"x": 2}) is True


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({}, "'score'"),
        ({"score": "many"}, "is no number"),
        ({"score": [1]}, "no single value"),
        ({"score": True}, "is no number"),
        ({"score": 101}, "not among the values"),
    ],
)
def test_data_that_a_decision_cannot_look_at_is_an_error_that_says_why(data: dict[str, Any], reason: str) -> None:
    with pytest.raises(DecisionFailed, match=reason):
        decided(table("score:number=[0..100] | y", "1 | 1"), data)


@pytest.mark.parametrize(
    ("decision", "code", "element", "line"),
    [
        (table("x | y", "1 | 1", policy="BEST"), "decision.hit_policy", "grade", 3),
        (table("x | y", "1 | 1", policy="COLLECT MEAN"), "decision.hit_policy", "grade", 3),
        (table("x | y; z", "1 | 1; 2", policy="COLLECT SUM"), "decision.aggregation", "grade", 3),
        (table("x | y:string", '1 | "a"', policy="COLLECT SUM"), "decision.aggregation", "grade", 3),
        (table("x | y", "1; 2 | 1"), "decision.columns", "r1", 6),
        (table("x | y", "1 | 1; 2"), "decision.columns", "r1", 6),
        (table("x | "), "decision.columns", "grade", 3),
        (table("x | y; 2z", "1 | 1; 2"), "decision.output_name", "out1", 6),
        (table("x | y", "1 | 1", "[1..3] | 2"), "decision.overlap", "r2", 7),
        (table("x | y", "1 | 1", policy="PRIORITY"), "decision.priorities_missing", "grade", 3),
        (table("x | y", "1 | 1", policy="OUTPUT ORDER"), "decision.priorities_missing", "grade", 3),
        (table('x | y="a"', '1 | "b"'), "decision.output_unknown", "r1", 6),
        (table('x | y="a"=>"b"', '1 | "a"'), "decision.output_unknown", "out0", 5),
        (table("x | y=[1..2]", "1 | 1"), "decision.cell", "out0", 5),
        (table("x:string | y", "1 | 1"), "decision.cell", "r1", 6),
        (table("x | y:number", '1 | "a"'), "decision.cell", "r1", 6),
        (table("x | y", "1 | 1", '"a" | 2'), "decision.mixed_kinds", "in0", 4),
        (table("x:dateTime | y", "1 | 1"), "decision.type_unsupported", "in0", 4),
        (table("lambda: 1 | y", "1 | 1"), "expression.refused", "in0", 4),
        (table("x | y", "1 | open('f')"), "expression.refused", "r1", 6),
        (table("x | y", "1 | 1", requires=["nothing"]), "decision.required_unknown", "grade", 3),
        (table("x | y", "1 | 1", requires=["grade"]), "decision.circle", "grade", 3),
        (table("x | y", "1 | 1", key="my-grade"), "decision.id_unusable", "my-grade", 3),
        (table("x | y", *(f"{n} | 1" for n in range(MAX_RULES + 1))), "decision.too_large", "grade", 3),
        ('<decision id="d"><context/></decision>', "decision.unsupported", "d", 3),
        ('<decision id="d"/>', "decision.unsupported", "d", 3),
        ('<decision id="d"><literalExpression expressionLanguage="groovy"/></decision>', "decision.language", "d", 3),
    ],
)  # fmt: skip
def test_a_mistake_in_a_table_is_found_before_it_is_deployed(decision: str, code: str, element: str, line: int) -> None:
    found = findings(decision)[code]

    assert (found.element_id, found.line) == (element, line)


def test_an_id_used_twice_and_a_file_without_decisions_are_found() -> None:
    assert "element.duplicate_id" in findings(table("x | y", "1 | 1"), table("x | y", "1 | 1"))
    assert "decision.count" in findings()


@pytest.mark.parametrize(
    ("columns", "rows", "overlapping"),
    [
        ("x | y", ("< 5 | 1", ">= 5 | 2"), False),
        ("x | y", ("<= 5 | 1", ">= 5 | 2"), True),
        ("x | y", ("]2..6[ | 1", "2 | 2", "6 | 3"), False),
        ("x | y", ("> 1 | 1", "< 2 | 2"), True),
        ("x:integer | y", ("> 1 | 1", "< 2 | 2"), False),
        ("x | y", ('not("a") | 1', '"a" | 2'), False),
        ("x | y", ('not("a") | 1', 'not("b") | 2'), True),
        ('x="a","b" | y', ('not("a") | 1', 'not("b") | 2'), False),
        ("x:boolean | y", ("true | 1", "false | 2"), False),
        ("x:boolean | y", ("- | 1", "false | 2"), True),
        ("x | y", ("- | 1", "- | 2"), True),
        ("x; z | y", ("1; 1 | 1", "1; 2 | 2"), False),
        ("x; z | y", ("1; - | 1", "-; 2 | 2"), True),
        ("x; x | y", ("> 1; < 3 | 1", "> 3; < 5 | 2"), False),
        ("x; x + 1 | y", ("1; - | 1", "-; 3 | 2"), False),  # not decided here
        ("x | y", ("limit | 1", "- | 2"), False),  # not decided here
        ("x | y", ('date("2026-01-01") | 1', '> date("2026-01-01") | 2'), False),
        ("x | y", ('<= date("2026-01-01") | 1', '[date("2026-01-01")..date("2026-02-01")] | 2'), True),
    ],
)  # fmt: skip
def test_rules_of_a_unique_table_that_can_meet_are_found_where_that_can_be_decided(
    columns: str, rows: tuple[str, ...], overlapping: bool
) -> None:
    assert ("decision.overlap" in findings(table(columns, *rows))) is overlapping


def test_a_large_unique_table_is_judged_and_decided() -> None:
    rows = [f"[{number * 10}..{number * 10 + 10}[ | {number}" for number in range(MAX_RULES)]

    assert decided(table("x:number | y", *rows), x=4321) == 432


Number = st.integers(-4, 4)


@st.composite
def cells(draw: st.DrawFn) -> tuple[str, Callable[[Decimal], bool]]:
    """A cell with what it means, said a second time in Python."""
    low, high = sorted((draw(Number), draw(Number)))
    point = draw(Number)
    simple: list[tuple[str, Callable[[Decimal], bool]]] = [
        ("-", lambda _: True),
        (f"{point}", lambda x: x == point),
        (f"< {point}", lambda x: x < point),
        (f">= {point}", lambda x: x >= point),
        (f"[{low}..{high}]", lambda x: low <= x <= high),
        (f"]{low}..{high + 1}[", lambda x: low < x < high + 1),
        (f"{low}, > {high}", lambda x: x == low or x > high),
        (f"not({point}, [{low}..{high}])", lambda x: not (x == point or low <= x <= high)),
    ]
    return draw(st.sampled_from(simple))


Row = tuple[tuple[str, Callable[[Decimal], bool]], tuple[str, Callable[[Decimal], bool]], int]
ROWS = st.lists(st.tuples(cells(), cells(), st.integers(0, 3)), min_size=1, max_size=5)
POLICIES = st.sampled_from(
    ["FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER"]
    + [f"COLLECT{how}" for how in ("", " SUM", " MIN", " MAX", " COUNT")]
)
REFERENCE: dict[str, Callable[[list[int]], object]] = {
    "FIRST": lambda hits: hits[0] if hits else None,
    "PRIORITY": lambda hits: max(hits, default=None),
    "RULE ORDER": list,
    "OUTPUT ORDER": lambda hits: sorted(hits, reverse=True),
    "COLLECT": list,
    "COLLECT SUM": lambda hits: sum(hits) if hits else None,
    "COLLECT MIN": lambda hits: min(hits, default=None),
    "COLLECT MAX": lambda hits: max(hits, default=None),
    "COLLECT COUNT": len,
}


def _table(rows: list[Row], policy: str) -> str:
    written = [f"{one[0]}; {other[0]} | {output}" for one, other, output in rows]
    return table("a:number; b:number | y:number=3,2,1,0", *written, policy=policy)


@given(rows=ROWS, policy=POLICIES, a=st.integers(-10, 10), b=st.integers(-10, 10))
def test_every_table_gives_what_a_naive_reading_of_it_gives(rows: list[Row], policy: str, a: int, b: int) -> None:
    x, y = Decimal(a) / 2, Decimal(b) / 2
    hits = [output for one, other, output in rows if one[1](x) and other[1](y)]
    decision = _table(rows, policy)

    if policy == "ANY" and len(set(hits)) > 1:
        with pytest.raises(DecisionAmbiguous):
            decided(decision, a=a / 2, b=b / 2)
    else:
        expected = REFERENCE["FIRST" if policy == "ANY" else policy](hits)
        assert decided(decision, a=a / 2, b=b / 2) == expected


@given(rows=ROWS)
def test_an_overlap_is_found_exactly_where_two_rules_have_a_value_in_common(rows: list[Row]) -> None:
    points = [Decimal(half) / 2 for half in range(-12, 13)]
    hits = [sum(1 for one, other, _ in rows if one[1](x) and other[1](y)) for x in points for y in points]

    assert ("decision.overlap" in findings(_table(rows, "UNIQUE"))) is (max(hits) > 1)


@given(st.text(max_size=12) | st.text(alphabet='[](),.<>=!-"not ad0159', max_size=12))
def test_no_text_in_a_cell_does_anything_but_be_a_cell_or_be_refused(text: str) -> None:
    try:
        cell = read_cell(text)
    except CellMalformed:
        return
    assert isinstance(cell.tests, tuple)
