"""Runs: what a trigger moves, what it says about it, and what it refuses."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from engine.ids import TaskId
from engine.runtime.errors import (
    DataNotPlain,
    DataTooLarge,
    ExpressionFailed,
    OutcomeUnknown,
    PerformerExcluded,
    ProcedureLoops,
    ProcedureStands,
    RunSpent,
    TaskNotOpen,
)
from engine.runtime.run import Run
from tests.engine.runtime.drawing import (
    NOON,
    Walk,
    event,
    exclusive,
    flows,
    human,
    made,
    parallel,
    quiet,
    service,
)

START, END = event("start", "start"), event("end", "end")
NOBODY = TaskId(UUID("00000000-0000-0000-0000-000000000000"))

ONE_TASK = made(START, human("draft", "submit", "cancel"), END, flows("start > draft > end"))
REVIEW = made(
    START,
    human("draft", "submit", assignee="drafter", roles=""),
    human("review", "approve", "return", unit="unit_id", inside='<vanthu:notSameAs element="draft"/>'),
    exclusive("decide", "note"),
    service("note", "note", who="review.by", text="'Duyệt: ' + review.reason"),
    END,
    flows("start > draft > review > decide > note > end", "decide > draft", decide_draft="outcome == 'return'"),
)
JOB = made(START, service("store", "archive", id="document_id"), END, flows("start > store > end"))


def test_a_start_waits_at_the_first_task_and_names_what_it_passed() -> None:
    progress = Run.start(ONE_TASK, {"x": 1}, quiet, at=NOON).progress

    assert [(one.movement.value, one.element_id, one.kind) for one in progress.activities] == [
        ("entered", "start", "startEvent"),
        ("left", "start", "startEvent"),
        ("entered", "draft", "userTask"),
    ]
    assert [task.element_id for task in progress.opened] == ["draft"]
    assert (progress.closed, progress.jobs, progress.finished) == ((), (), False)


def test_a_completion_closes_its_task_and_ends_the_procedure() -> None:
    walk = Walk(ONE_TASK)
    task_id = walk.open("draft")

    progress = walk.complete("draft", "submit", by="lan", note="Kính trình")

    assert (progress.closed, progress.opened, progress.finished) == ((task_id,), (), True)
    assert [one.outcome for one in progress.activities if one.element_id == "draft"] == ["submit"]
    assert walk.data["draft"] == {"outcome": "submit", "by": "lan", "note": "Kính trình"}


def test_a_form_cannot_say_who_did_it_or_with_which_outcome() -> None:
    walk = Walk(ONE_TASK)

    walk.complete("draft", "submit", by="lan", outcome_=1)

    assert (walk.data["draft"]["by"], walk.data["draft"]["outcome"]) == ("lan", "submit")


def test_a_task_that_is_done_is_refused() -> None:
    walk = Walk(ONE_TASK)
    task_id = walk.open("draft")
    walk.complete("draft", "submit")

    with pytest.raises(TaskNotOpen):
        walk.run().complete(task_id, "submit", {}, "an", NOON)


def test_a_task_that_never_was_is_refused_and_the_run_can_go_on() -> None:
    walk = Walk(ONE_TASK)
    run = walk.run()

    with pytest.raises(TaskNotOpen):
        run.complete(NOBODY, "submit", {}, "an", NOON)

    assert run.complete(walk.open("draft"), "submit", {}, "an", NOON).finished


def test_an_outcome_the_model_does_not_offer_is_refused_with_those_it_does() -> None:
    walk = Walk(ONE_TASK)

    with pytest.raises(OutcomeUnknown, match="submit, cancel"):
        walk.complete("draft", "approve")


def test_the_outcome_decides_the_way() -> None:
    walk = Walk(REVIEW, {"drafter": "lan", "unit_id": "u1"})

    walk.complete("draft", "submit", by="lan")
    returned = walk.complete("review", "return", by="minh", reason="Thiếu căn cứ")
    walk.complete("draft", "submit", by="lan")
    approved = walk.complete("review", "approve", by="minh", reason="được")

    assert [task.element_id for task in returned.opened] == ["draft"]
    assert approved.finished
    assert walk.data["note"] == {"who": "minh", "text": "Duyệt: được"}


def test_unit_and_assignee_come_from_the_data() -> None:
    walk = Walk(REVIEW, {"drafter": "lan", "unit_id": "u1"})
    first = walk.progress.opened[0]

    second = walk.complete("draft", "submit", by="lan").opened[0]

    assert (first.assignee, first.unit) == ("lan", None)
    assert (second.assignee, second.unit) == (None, "u1")
    assert second.data["draft"]["by"] == "lan"


def test_who_drafted_in_any_round_may_not_review() -> None:
    walk = Walk(REVIEW, {"drafter": "lan", "unit_id": "u1"})
    walk.complete("draft", "submit", by="lan")
    walk.complete("review", "return", by="minh", reason="x")

    opened = walk.complete("draft", "submit", by="hoa").opened[0]

    assert opened.excluded == ("lan", "hoa")
    with pytest.raises(PerformerExcluded):
        walk.complete("review", "approve", by="lan")


def test_ids_and_dates_become_text() -> None:
    walk = Walk(ONE_TASK, {"document_id": UUID(int=7), "day": date(2026, 2, 28)})

    assert walk.data["document_id"] == "00000000-0000-0000-0000-000000000007"
    assert walk.data["day"] == "2026-02-28"


def test_data_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(DataNotPlain):
        Run.start(ONE_TASK, {"x": object()}, quiet, at=NOON)


def test_data_may_not_outgrow_its_limit_and_nothing_is_kept() -> None:
    walk = Walk(ONE_TASK)

    with pytest.raises(DataTooLarge, match="65536"):
        walk.complete("draft", "submit", text="ă" * 40_000)

    assert walk.waiting == ["draft"]


def test_a_model_that_expects_data_which_is_not_there_is_our_fault() -> None:
    with pytest.raises(ExpressionFailed, match="'drafter'"):
        Run.start(REVIEW, {"unit_id": "u1"}, quiet, at=NOON)


@pytest.mark.parametrize("drafter", [None, "", 5, ["lan"]])
def test_an_assignee_is_an_id_or_the_model_is_wrong(drafter: object) -> None:
    with pytest.raises(ExpressionFailed, match="it gives no id"):
        Run.start(REVIEW, {"drafter": drafter, "unit_id": "u1"}, quiet, at=NOON)


def test_a_job_is_asked_for_once_and_waited_for_across_save_and_load() -> None:
    walk = Walk(JOB, {"document_id": "d1"})
    (job,) = walk.progress.jobs

    assert (job.element_id, job.operation, dict(job.parameters)) == ("store", "archive", {"id": "d1"})
    assert walk.waiting == ["store"]
    assert walk.run().open_jobs == (job,)

    progress = walk.finish("store", version="v1")

    assert progress.finished
    assert (progress.jobs, progress.dropped_jobs) == ((), ())
    assert walk.data["store"] == {"version": "v1"}


def test_a_second_result_of_a_job_is_refused() -> None:
    walk = Walk(JOB, {"document_id": "d1"})
    (job,) = walk.progress.jobs
    walk.finish("store")

    with pytest.raises(TaskNotOpen):
        walk.run().finish_job(job.task_id, {}, NOON)


def test_a_job_is_no_task_and_a_task_no_job() -> None:
    job, task = Walk(JOB, {"document_id": "d1"}), Walk(ONE_TASK)

    with pytest.raises(TaskNotOpen):
        job.run().complete(job.progress.jobs[0].task_id, "done", {}, "an", NOON)
    with pytest.raises(TaskNotOpen):
        task.run().finish_job(task.open("draft"), {}, NOON)


class CannotNow(Exception):
    """What an inline operation may raise."""


def test_what_an_inline_operation_raises_comes_through_and_spends_the_run() -> None:
    def away(_operation: str, _parameters: Mapping[str, Any], _data: Mapping[str, Any]) -> Mapping[str, object]:
        raise CannotNow

    walk = Walk(REVIEW, {"drafter": "lan", "unit_id": "u1"}, away)
    walk.complete("draft", "submit", by="lan")
    run = walk.run()
    task_id = walk.open("review")

    with pytest.raises(CannotNow):
        run.complete(task_id, "approve", {"reason": "được"}, "minh", NOON)
    with pytest.raises(RunSpent):
        run.complete(task_id, "approve", {"reason": "được"}, "minh", NOON)

    assert walk.waiting == ["review"]


def test_an_inline_operation_sees_the_data_but_cannot_replace_it() -> None:
    seen: list[Mapping[str, Any]] = []

    def look(_operation: str, _parameters: Mapping[str, Any], data: Mapping[str, Any]) -> Mapping[str, object]:
        seen.append(data)
        return {}

    walk = Walk(REVIEW, {"drafter": "lan", "unit_id": "u1"}, look)
    walk.complete("draft", "submit", by="lan")
    walk.complete("review", "approve", by="minh", reason="")

    assert seen[0]["review"]["by"] == "minh"
    with pytest.raises(TypeError):
        seen[0]["review"] = {}  # type: ignore[index]


def test_a_loop_that_waits_for_nobody_is_stopped() -> None:
    spinning = made(
        START,
        service("spin", "note"),
        exclusive("again", "spin"),
        END,
        flows("start > spin > again > spin", "again > end", again_end="False"),
    )

    with pytest.raises(ProcedureLoops, match="2000 steps"):
        Run.start(spinning, {}, quiet, at=NOON)


def test_a_long_way_without_a_wait_is_no_loop() -> None:
    names = [f"step{number}" for number in range(100)]
    long = made(START, *(service(name, "note") for name in names), END, flows(" > ".join(["start", *names, "end"])))

    assert Run.start(long, {}, quiet, at=NOON).progress.finished


def test_a_join_that_can_never_fire_is_not_waited_for_in_silence() -> None:
    stuck = made(
        START,
        human("choose", "a", "b"),
        exclusive("way", "left"),
        service("left", "note"),
        service("right", "note"),
        parallel("join"),
        END,
        flows(
            "start > choose > way > left > join > end",
            "way > right > join",
            way_right="outcome == 'b'",
        ),
    )
    walk = Walk(stuck)

    with pytest.raises(ProcedureStands, match="After 'left'"):
        walk.complete("choose", "a")

    assert walk.waiting == ["choose"]


def test_a_terminate_end_takes_away_tasks_and_jobs_beside_it() -> None:
    race = made(
        START,
        parallel("split"),
        human("stop", "stop"),
        human("work", "done"),
        service("store", "archive"),
        event("end", "stopped", "<terminateEventDefinition/>"),
        END,
        flows("start > split > stop > stopped", "split > work > end", "split > store > end"),
    )
    walk = Walk(race)
    work, (job,) = walk.open("work"), walk.progress.jobs

    progress = walk.complete("stop", "stop")

    assert progress.finished
    assert work in progress.closed
    assert progress.dropped_jobs == (job.task_id,)
    assert {one.element_id for one in progress.activities if one.cancelled} == {"work", "store"}
    with pytest.raises(TaskNotOpen):
        walk.run().complete(work, "done", {}, "an", NOON)
