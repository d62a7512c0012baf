"""Snapshots: small, readable for ever, and refused where they are not ours."""

from pathlib import Path

import orjson
import pytest

from engine.runtime.errors import DataNotPlain, StateUnreadable
from engine.runtime.run import Run
from engine.runtime.snapshot import plain
from tests.engine.runtime.drawing import NOON, Walk, event, flows, human, made, parallel, quiet, service

START, END = event("start", "start"), event("end", "end")
MODEL = made(
    START,
    parallel("split"),
    '<subProcess id="inner" name="inner">',
    event("start", "into"),
    human("a"),
    event("end", "out"),
    flows("into > a > out"),
    "</subProcess>",
    human("b"),
    service("store", "archive"),
    parallel("join"),
    human("last"),
    END,
    flows("start > split > inner > join > last > end", "split > b > store > join"),
)
VERSION_1 = Path(__file__).with_name("state_v1.json")


def test_a_state_holds_what_waits_and_no_model() -> None:
    state = orjson.loads(Walk(MODEL, {"document_id": "d1"}).progress.state)

    assert state["v"] == 1
    assert state["data"] == {"document_id": "d1"}
    assert [[task[2] for task in tree[1:]] for tree in state["trees"]] == [["Start", "inner", "b"], ["Start", "a"]]


def test_a_state_is_loaded_as_it_was_kept() -> None:
    state = Walk(MODEL).progress.state
    run = Run.resume(MODEL, state, quiet)

    assert [task.element_id for task in run.open_tasks] == ["b", "a"]


def test_a_state_of_version_1_is_read_for_ever() -> None:
    run = Run.resume(MODEL, VERSION_1.read_bytes(), quiet)

    assert [task.element_id for task in run.open_tasks] == ["a"]
    progress = run.complete(run.open_tasks[0].task_id, "done", {}, "lan", NOON)

    assert [task.element_id for task in progress.opened] == ["last"]
    assert run.data["b"] == {"outcome": "done", "by": "minh", "note": "Đồng ý"}


def test_a_state_of_version_1_that_waits_at_the_end_for_another_branch_is_read() -> None:
    ways = flows("start > split > a > end", "split > b > other")
    model = made(START, parallel("split"), human("a"), human("b"), END, event("end", "other"), ways)
    run = Run.resume(model, VERSION_1.with_name("state_v1_one_end.json").read_bytes(), quiet)

    (task,) = run.open_tasks

    assert run.complete(task.task_id, "done", {}, "lan", NOON).finished


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"v": 2}',
        b'{"v": 1, "data": {}, "performers": {}, "trees": []}',
        b'{"v": 1, "data": {}, "performers": {}, "trees": [[null, ["x", null, "Start", 64, {}, {}]]]}',
    ],
)
def test_what_is_no_state_of_ours_is_refused(state: bytes) -> None:
    with pytest.raises(StateUnreadable):
        Run.resume(MODEL, state, quiet)


def test_a_state_of_another_model_is_refused() -> None:
    other = made(START, human("elsewhere"), END, flows("start > elsewhere > end"))

    with pytest.raises(StateUnreadable):
        Run.resume(other, Walk(MODEL).progress.state, quiet)


@pytest.mark.parametrize("value", ["\x00", {"a": ["b\x00c"]}, {"\x00": 1}, "\ud800", 2**64])
def test_what_no_database_keeps_is_refused(value: object) -> None:
    with pytest.raises(DataNotPlain):
        plain({"v": value})


def test_text_that_looks_like_an_escape_is_text() -> None:
    assert plain({"v": "\\u0000"}) == {"v": "\\u0000"}
