"""Models drawn to eat time or memory: small files that ask for a billion of something are refused or stopped."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from engine.definitions import Finding
from engine.forms import MAX_LISTED, MAX_VALUES
from engine.runtime.bundles import check
from engine.runtime.decisions import DecisionFailed, decide
from engine.runtime.decisions_reading import MAX_COLUMNS
from engine.runtime.errors import DataTooLarge, ExpressionFailed, ExpressionRefused, ProcedureLoops
from engine.runtime.expressions import evaluate, evaluate_exact
from engine.runtime.models import TriggerKind
from engine.runtime.procedures import procedure
from engine.runtime.reading import MAX_PROCESSES
from engine.runtime.scenarios import rehearse
from engine.runtime.timers import alarm
from tests.engine.runtime import tables
from tests.engine.runtime.drawing import NOON, VOCABULARY, Walk, drawn, event, exclusive, flows, human, made, rule

START, END = event("start", "start"), event("end", "end")
STRAIGHT = flows("start > work > end")
MODEL = drawn(START, human("work"), END, STRAIGHT)


def literal(key: str, expression: str, requires: str = "") -> str:
    """A decision that is one expression."""
    needed = f'<informationRequirement><requiredDecision href="#{requires}"/></informationRequirement>'
    return (
        f'<decision id="{key}" name="{key}">{needed if requires else ""}'
        f"<literalExpression><text>{expression}</text></literalExpression></decision>"
    )


def doubled(times: int, first: str = "1", again: str = "[{0}, {0}]") -> list[str]:
    """Decisions d0, d1 …, each of which has what the one before it gives, twice."""
    more = [literal(f"d{n}", again.format(f"d{n - 1}"), f"d{n - 1}") for n in range(1, times)]
    return [literal("d0", first), *more]


def codes(**files: bytes) -> set[str]:
    beside = {name.replace("_", "."): content for name, content in files.items()}
    return {finding.code for finding in check({"test.bpmn": MODEL, **beside}, VOCABULARY)}


def test_a_list_that_repeats_itself_stops_growing_before_it_is_a_billion() -> None:
    with pytest.raises(DecisionFailed, match="too large"):
        decide(tables.made(*doubled(31)), "d30", {})


def test_a_loop_that_doubles_what_it_knows_is_stopped() -> None:
    model = made(
        START,
        exclusive("again"),
        rule("grow", "more"),
        END,
        exclusive("enough", "again"),
        flows("start > again > grow > enough > again", "enough > end", enough_end="1 == 2"),
        '<dataObject id="known"/>',
        files={"rules.dmn": tables.drawn(literal("more", "[grow, grow] if len(text(grow)) > 9 else ['xxxxxxxxxx']"))},
    )

    with pytest.raises((DecisionFailed, DataTooLarge), match=r"large|hold"):
        Walk(model, {"grow": None})


@pytest.mark.parametrize("expression", ["int(d10)", "text(int(d10))", "int(d10) * int(d10)", "int(d10) % 7"])
def test_a_number_of_a_million_digits_is_not_written_out(expression: str) -> None:
    huge = doubled(11, "1e300*1e300", "{0}*{0}")

    with pytest.raises(DecisionFailed, match="too large"):
        decide(tables.made(*huge, literal("z", expression, "d10")), "z", {})


@pytest.mark.parametrize("expression", ["1e308 * 10", "text([note, note])", "[note, note]", "1e400"])
def test_what_an_expression_makes_is_finite_and_bounded(expression: str) -> None:
    with pytest.raises(ExpressionRefused, match="too large"):
        evaluate(expression, {"note": "x" * 60_000})


def test_a_whole_number_beyond_64_bits_is_kept_as_json_keeps_it() -> None:
    assert decide(tables.made(literal("d", "int('99999999999999999999')")), "d", {}) == 1e20


SEARCHING = " and ".join(["0 not in long"] * 20)


def test_a_loop_that_searches_long_lists_is_stopped_by_what_it_takes_not_by_its_steps() -> None:
    model = made(
        START,
        exclusive("again"),
        exclusive("way", "again"),
        END,
        flows("start > again > way > again", "way > end", way_end=SEARCHING.replace("not in", "in")),
    )

    with pytest.raises(ExpressionFailed, match="compute too much"):
        Walk(model, {"long": [1] * 30_000})


def test_a_table_that_searches_long_lists_in_every_rule_is_stopped() -> None:
    rows = [f"> {n} | {SEARCHING}" for n in range(400)]
    searching = tables.table("score | found", *rows, policy="COLLECT")
    model = made(START, rule("work", "grade"), END, STRAIGHT, files={"rules.dmn": tables.drawn(searching)})

    with pytest.raises(DecisionFailed, match="compute too much"):
        Walk(model, {"score": 999, "long": [1] * 30_000})


def test_an_expression_over_data_that_repeat_themselves_is_bounded() -> None:
    shared: list[object] = [1]
    for _ in range(40):
        shared = [shared, shared]

    for compute in (evaluate, evaluate_exact):
        with pytest.raises(ExpressionRefused, match="too large"):
            compute("[shared]", {"shared": shared})


ROUNDS = "<multiInstanceLoopCharacteristics><loopCardinality>1000</loopCardinality></multiInstanceLoopCharacteristics>"


def test_rounds_within_rounds_are_stopped_before_they_are_a_million() -> None:
    inside = human("work").replace("</userTask>", f"{ROUNDS}</userTask>")
    within = flows("first > work > last")
    sub = f'<subProcess id="sub">{ROUNDS}{event("start", "first")}{inside}{event("end", "last")}{within}</subProcess>'
    model = made(START, sub, END, flows("start > sub > end"))

    with pytest.raises(ProcedureLoops):
        Walk(model)


def test_a_file_of_more_processes_than_anybody_calls_is_refused() -> None:
    many = "".join(f'<process id="p{n}" isExecutable="true"/>' for n in range(MAX_PROCESSES + 1)).encode()

    found = check({"test.bpmn": MODEL.replace(b"</definitions>", many + b"</definitions>")}, VOCABULARY)

    assert [finding.code for finding in found] == ["model.too_large"]


@pytest.mark.parametrize("column", ['<input id="c{0}"/>', '<output id="c{0}" name="c{0}"/>'])
def test_a_table_wider_than_anybody_reads_is_refused_unread(column: str) -> None:
    columns = "".join(column.format(n) for n in range(40_000))
    wide = f'<decision id="d"><decisionTable>{columns}</decisionTable></decision>'

    found = tables.findings(wide)

    assert "decision.too_large" in found
    assert str(MAX_COLUMNS) in found["decision.too_large"].message


def test_overlap_of_rules_with_many_tests_each_is_left_to_when_it_happens() -> None:
    rows = [", ".join(str(1000 * row + n) for n in range(120)) + " | 1" for row in range(100, 140)]

    assert tables.findings(tables.table("score | level", *rows)) == {}


def a_form(**keywords: object) -> bytes:
    return json.dumps({"type": "object", **keywords}).encode()


BAD_FORMS = {
    "list of two kinds": a_form(required=[one for n in range(MAX_LISTED) for one in (str(n), n)]),
    "many fields": a_form(properties={f"p{n}": 5 for n in range(MAX_VALUES)}),
}


@pytest.mark.parametrize("form", BAD_FORMS.values(), ids=BAD_FORMS)
def test_a_form_larger_than_anybody_fills_in_is_refused_unread(form: bytes) -> None:
    assert codes(big_json=form) == {"form.too_large"}


def test_of_a_form_that_is_all_wrong_no_more_is_told_than_anybody_reads() -> None:
    found = check({"test.bpmn": MODEL, "a.json": a_form(properties={f"p{n}": 5 for n in range(2_000)})}, VOCABULARY)

    assert {finding.code for finding in found} == {"form.invalid"}
    assert len(found) <= 100


def rehearsed(text: str, *body: str, declared: str = "") -> Sequence[Finding]:
    bundle = {"test.bpmn": drawn(*body).replace(b"</definitions>", declared.encode() + b"</definitions>")}
    assert check(bundle, VOCABULARY) == ()
    return rehearse(procedure(bundle, VOCABULARY.operations), {"s.yaml": text.encode()})


MANY = "- &many {" + ", ".join(f"k{n}: 1" for n in range(3_000)) + "}\n"


@pytest.mark.parametrize(
    "text",
    [
        MANY + "- {<<: [" + ", ".join(["*many"] * 20_000) + "]}",
        MANY + "- {name: a, steps: [], expect: {}, start: {x: [" + ", ".join(["*many"] * 20_000) + "]}}",
        "- &long " + "x" * 50_000 + "\n- {name: a, steps: [], expect: {}, start: {x: [" + "*long, " * 10_000 + "]}}",
        "- " + "1:" * 90_000 + "0",
        "- " + "1:" * 90_000 + "0.5",
        "- !!bool perhaps",
    ],
    ids=["merged", "repeated", "repeated text", "base sixty", "base sixty fraction", "no truth value"],
)
def test_a_file_of_scenarios_that_grows_when_it_is_read_is_refused(text: str) -> None:
    found = rehearsed(text, START, human("work"), END, STRAIGHT)

    assert [one.code for one in found] == ["scenario.malformed"]


def test_a_procedure_that_sends_itself_messages_without_end_is_stopped_in_its_rehearsal() -> None:
    found = rehearsed(
        "- {name: a, start: {}, steps: [], expect: {}}",
        START,
        '<parallelGateway id="fork"/><exclusiveGateway id="back"/><receiveTask id="get" messageRef="x"/>',
        '<sendTask id="put" messageRef="x"/><sendTask id="first" messageRef="x"/>',
        exclusive("way", "back"),
        END,
        event("end", "other"),
        flows("start > fork > back > get > put > way > back", "way > end", "fork > first > other", way_end="1 == 2"),
        declared='<message id="x" name="x"/>',
    )

    assert [(one.code, "without end" in one.message) for one in found] == [("scenario.failed", True)]


@pytest.mark.parametrize("cycle", ["R/0001-01-02T00:00/P0MT60S", "R/0001-01-02T00:00/P0Y0MT24H", "R/0001-01-02/P1D"])
def test_a_cycle_that_began_with_the_calendar_finds_its_next_round_at_once(cycle: str) -> None:
    following = alarm(TriggerKind.CYCLE, cycle, NOON).after(NOON)

    assert following is not None
    assert NOON < following.due <= NOON + timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    ["R/PT0.001S", "R/PT0S", "R/P0D", "R-1/PT1H", "R/-PT1H", "R0/PT1H", "R/PT59S", "R/P1D/2026-01-01", "R9999999/P1D"],
)
def test_a_cycle_shorter_than_a_minute_or_without_rounds_sets_no_timer(text: str) -> None:
    with pytest.raises(ValueError, match=r"cycle|duration"):
        alarm(TriggerKind.CYCLE, text, datetime(2026, 3, 2, tzinfo=UTC))
