"""Compaction: an instance stays small whatever it went through, and nothing that happens depends on it."""

import logging
import pickle

import orjson
import pytest

from engine.runtime.procedures import Procedure
from engine.runtime.run import Run
from tests.engine.runtime.drawing import NOON, Walk, event, exclusive, flows, human, made, parallel, quiet, service

START, END = event("start", "start"), event("end", "end")

SEND_BACK = made(
    START,
    human("draft", "submit"),
    human("review", "approve", "return"),
    exclusive("decide", "end"),
    service("back", "note", reason="review.reason"),
    END,
    flows("start > draft > review > decide > end", "decide > back > draft", decide_back="outcome == 'return'"),
)
LOOP_BESIDE_BRANCH = made(
    START,
    parallel("split"),
    human("draft", "submit"),
    human("review", "approve", "return"),
    exclusive("decide", "join"),
    human("long", "done"),
    service("store", "archive"),
    parallel("join"),
    human("last", "done"),
    END,
    flows(
        "start > split > draft > review > decide > join > last > end",
        "decide > draft",
        "split > long > store > join",
        decide_draft="outcome == 'return'",
    ),
)
SPLITS_ABOVE = made(
    START,
    parallel("first"),
    human("a", "done"),
    parallel("second"),
    human("b", "done"),
    human("c", "done"),
    parallel("join"),
    END,
    flows("start > first > a > join > end", "first > second > b > join", "second > c > join"),
)
JOIN_IN_LOOP = made(
    START,
    parallel("outer"),
    human("long", "done"),
    exclusive("merge"),
    parallel("split"),
    human("a", "done"),
    human("b", "done"),
    parallel("join"),
    human("ask", "again", "enough"),
    exclusive("decide", "together"),
    parallel("together"),
    END,
    flows(
        "start > outer > long > together > end",
        "outer > merge > split > a > join > ask > decide > together",
        "split > b > join",
        "decide > merge",
        decide_merge="outcome == 'again'",
    ),
)
INNER_LOOP = made(
    START,
    '<subProcess id="inner" name="inner">',
    event("start", "inner_start"),
    human("draft", "submit"),
    human("review", "approve", "return"),
    exclusive("decide", "inner_end"),
    event("end", "inner_end"),
    flows("inner_start > draft > review > decide > inner_end", "decide > draft", decide_draft="outcome == 'return'"),
    "</subProcess>",
    human("last", "done"),
    END,
    flows("start > inner > last > end"),
)


def tasks_in(state: bytes) -> int:
    return sum(len(tree) - 1 for tree in orjson.loads(state)["trees"])


def rounds(walk: Walk, count: int) -> list[bytes]:
    states = []
    for _ in range(count):
        walk.complete("draft", "submit", by="lan")
        walk.complete("review", "return", by="minh", reason="Thiếu")
        states.append(walk.progress.state)
    return states


def test_a_thousand_send_backs_stay_flat_with_save_and_load_at_each_wait() -> None:
    walk = Walk(SEND_BACK)

    states = rounds(walk, 1000)

    assert {(len(state), tasks_in(state)) for state in states} == {(len(states[0]), 2)}
    walk.complete("draft", "submit")
    assert walk.complete("review", "approve").finished


def test_a_loop_beside_an_open_branch_stays_flat_and_then_joins() -> None:
    walk = Walk(LOOP_BESIDE_BRANCH)

    states = rounds(walk, 300)
    walk.complete("draft", "submit")
    walk.complete("review", "approve")
    joined_early = "last" in walk.waiting
    walk.complete("long")
    walk.finish("store")

    assert {tasks_in(state) for state in states} == {3}
    assert not joined_early
    assert walk.waiting == ["last"]


def test_a_loop_inside_a_sub_process_stays_flat_and_its_data_come_out() -> None:
    walk = Walk(INNER_LOOP)

    states = rounds(walk, 100)
    walk.complete("draft", "submit")
    walk.complete("review", "approve", note="được")

    assert {tasks_in(state) for state in states} == {4}
    assert walk.waiting == ["last"]
    assert walk.data["review"]["note"] == "được"
    assert walk.complete("last").finished


@pytest.mark.parametrize("order", ["abc", "acb", "bac", "bca", "cab", "cba"])
def test_a_join_waits_for_branches_that_were_split_off_one_above_the_other(order: str) -> None:
    walk = Walk(SPLITS_ABOVE)

    finished = [walk.complete(element).finished for element in order]

    assert finished == [False, False, True]


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_a_join_in_a_loop_beside_an_open_branch_waits_in_every_round(order: str) -> None:
    walk = Walk(JOIN_IN_LOOP)

    for _ in range(5):
        walk.complete(order[0])
        assert "ask" not in walk.waiting
        walk.complete(order[1])
        walk.complete("ask", "again")
    walk.complete(order[0])
    walk.complete(order[1])
    walk.complete("ask", "enough")

    assert walk.waiting == ["long"]
    assert walk.complete("long").finished


def test_a_second_token_at_a_join_waits_for_the_next_one_of_the_other_side() -> None:
    twice = made(
        START,
        parallel("split"),
        human("a", "done"),
        human("b", "done"),
        exclusive("merge"),
        human("c", "done"),
        parallel("join"),
        human("last", "done"),
        END,
        flows("start > split > a > merge > join > last > end", "split > b > merge", "split > c > join"),
    )
    walk = Walk(twice)

    walk.complete("a")
    walk.complete("b")
    nothing_yet = "last" not in walk.waiting
    walk.complete("c")

    assert nothing_yet
    assert walk.waiting == ["last"]


SCRIPT = [
    ("draft", "submit"),
    ("review", "return"),
    ("long", "done"),
    ("draft", "submit"),
    ("store", None),
    ("review", "return"),
    ("draft", "submit"),
    ("review", "approve"),
    ("last", "done"),
]
INNER_SCRIPT = [("draft", "submit"), ("review", "return"), ("draft", "submit"), ("review", "approve"), ("last", "done")]
JOINS_SCRIPT = [*[("a", "done"), ("b", "done"), ("ask", "again")] * 3, ("b", "done"), ("long", "done"), ("a", "done")]


@pytest.mark.parametrize(
    ("model", "script"),
    [(LOOP_BESIDE_BRANCH, SCRIPT), (INNER_LOOP, INNER_SCRIPT), (JOIN_IN_LOOP, JOINS_SCRIPT)],
    ids=["loop beside branch", "sub-process", "joins in a loop"],
)
def test_what_happens_does_not_depend_on_compaction(model: Procedure, script: list[tuple[str, str | None]]) -> None:
    kept, cut = Walk(model, compacted=False), Walk(model)

    for number, (element, outcome) in enumerate(script):
        for walk in (kept, cut):
            if outcome is None:
                walk.finish(element, number=number)
            else:
                walk.complete(element, outcome, number=number)

        assert cut.path == kept.path
        assert cut.data == kept.data
        assert cut.waiting == kept.waiting

    assert cut.progress.finished == kept.progress.finished
    assert tasks_in(cut.progress.state) < tasks_in(kept.progress.state)


@pytest.mark.parametrize(("model", "script"), [(LOOP_BESIDE_BRANCH, SCRIPT), (INNER_LOOP, INNER_SCRIPT)])
def test_running_an_instance_changes_nothing_in_the_shared_procedure(
    model: Procedure, script: list[tuple[str, str | None]]
) -> None:
    before = pickle.dumps([model.spec, model.inner])

    walk = Walk(model)
    for element, outcome in script:
        if outcome is None:
            walk.finish(element)
        else:
            walk.complete(element, outcome)

    assert pickle.dumps([model.spec, model.inner]) == before


def test_no_data_of_an_instance_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        Walk(SEND_BACK, {"citizen": "Nguyễn Thị Mẫu"}).complete("draft", "submit")

    assert caplog.records == []


def test_many_parallel_diamonds_cost_what_they_are_and_no_more() -> None:
    parts, way = [], ["start"]
    for number in range(20):
        parts += [
            parallel(f"s{number}"),
            service(f"a{number}", "note"),
            service(f"b{number}", "note"),
            parallel(f"j{number}"),
        ]
        way += [f"s{number}", f"a{number}", f"j{number}"]
    beside = [f"s{number} > b{number} > j{number}" for number in range(20)]
    diamonds = made(
        START, human("first", "done"), *parts, END, flows(" > ".join(["start", "first", *way[1:], "end"]), *beside)
    )

    run = Run.start(diamonds, {}, quiet, at=NOON)

    assert tasks_in(run.progress.state) == 2
    assert run.complete(run.open_tasks[0].task_id, "done", {}, "an", NOON).finished
