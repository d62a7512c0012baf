"""Embedded sub-processes: entered, left, left early, beside others, one in another, with jobs."""

import pytest

from engine.runtime.errors import TaskNotOpen
from tests.engine.runtime.drawing import NOON, Walk, event, flows, human, made, parallel, service

START, END = event("start", "start"), event("end", "end")


def inside(scope: str, *parts: str, way: str) -> str:
    """A sub-process whose own start and end are called into_scope and out_scope."""
    events = event("start", f"into_{scope}"), event("end", f"out_{scope}")
    return "\n".join([f'<subProcess id="{scope}" name="{scope}">', *events, *parts, flows(way), "</subProcess>"])


def test_a_sub_process_is_entered_and_left_around_what_it_holds() -> None:
    model = made(
        START,
        inside("inner", human("ask"), way="into_inner > ask > out_inner"),
        END,
        flows("start > inner > end"),
    )
    walk = Walk(model)
    walk.complete("ask")

    assert walk.path == [
        *("entered start", "left start", "entered inner", "entered into_inner", "left into_inner", "entered ask"),
        *("left ask", "entered out_inner", "left out_inner", "left inner", "entered end", "left end"),
    ]
    assert walk.progress.finished


def test_two_sub_processes_run_beside_each_other_across_save_and_load() -> None:
    model = made(
        START,
        parallel("split"),
        inside("one", human("a"), way="into_one > a > out_one"),
        inside("two", service("store", "archive"), human("b"), way="into_two > store > b > out_two"),
        parallel("join"),
        END,
        flows("start > split > one > join > end", "split > two > join"),
    )
    walk = Walk(model)

    assert walk.waiting == ["a", "store"]
    walk.finish("store")
    walk.complete("a")
    assert walk.complete("b").finished


def test_one_sub_process_may_hold_another() -> None:
    inner = inside("inner", human("a"), way="into_inner > a > out_inner")
    model = made(
        START,
        inside("outer", inner, human("b"), way="into_outer > inner > b > out_outer"),
        human("c"),
        END,
        flows("start > outer > c > end"),
    )
    walk = Walk(model)

    for element in "abc":
        assert walk.waiting == [element]
        walk.complete(element)

    assert walk.progress.finished


def test_a_terminate_end_inside_ends_only_its_own_scope() -> None:
    stop = event("end", "stopped", "<terminateEventDefinition/>")
    body = [parallel("split"), human("a"), human("b"), stop]
    model = made(
        START,
        '<subProcess id="inner" name="inner">',
        event("start", "into_inner"),
        event("end", "out_inner"),
        *body,
        flows("into_inner > split > a > stopped", "split > b > out_inner"),
        "</subProcess>",
        human("last"),
        END,
        flows("start > inner > last > end"),
    )
    walk = Walk(model)
    beside = walk.open("b")

    progress = walk.complete("a")

    assert beside in progress.closed
    assert walk.waiting == ["last"]
    assert "left inner" in walk.path


def test_a_terminate_end_outside_takes_the_sub_process_with_it() -> None:
    model = made(
        START,
        parallel("split"),
        inside("inner", human("a"), way="into_inner > a > out_inner"),
        human("stop"),
        event("end", "stopped", "<terminateEventDefinition/>"),
        END,
        flows("start > split > inner > end", "split > stop > stopped"),
    )
    walk = Walk(model)
    task_id = walk.open("a")

    progress = walk.complete("stop")

    assert progress.finished
    assert task_id in progress.closed
    with pytest.raises(TaskNotOpen):
        walk.run().complete(task_id, "done", {}, "an", NOON)
