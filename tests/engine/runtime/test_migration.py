"""States taken from one version of a model to another: where tokens go, what is waited for, and why some cannot go."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from engine.ids import TaskId
from engine.instance_migrations import Hindrance
from engine.runtime.mapping import way
from engine.runtime.migrated import Known, Migrated
from engine.runtime.migration import migrate
from engine.runtime.procedures import Procedure
from engine.runtime.run import Run
from tests.engine.runtime.drawing import NOON, Walk, event, exclusive, flows, human, made, parallel, quiet, service
from tests.engine.runtime.test_sub_processes import inside

LATER = NOON + timedelta(days=2)
BEGIN, END = event("start", "begin"), event("end", "finished")


def line(*steps: str) -> Procedure:
    """People's steps one after the other."""
    return made(BEGIN, *map(human, steps), END, flows(" > ".join(["begin", *steps, "finished"])))


def taken(walk: Walk, target: Procedure, **wanted: str | None) -> Migrated:
    """Take the walk to another version two days after it began."""
    asked: dict[TaskId | None, datetime] = dict.fromkeys([task for task, _ in walk.run().waiting_elements], NOON)
    asked[None] = NOON
    return migrate(way(walk.model, target, wanted), walk.progress.state, Known(began=lambda: asked), at=LATER)


def gone_on(walk: Walk, target: Procedure, **wanted: str | None) -> Walk:
    """Take the walk to another version, where it must get."""
    migrated = taken(walk, target, **wanted)
    assert migrated.obstacles == ()
    assert migrated.progress is not None
    walk.model, walk.progress, walk.at = target, migrated.progress, LATER
    return walk


def hindered(walk: Walk, target: Procedure, **wanted: str | None) -> dict[Hindrance, str | None]:
    migrated = taken(walk, target, **wanted)
    assert migrated.progress is None
    return {one.hindrance: one.element_id for one in migrated.obstacles}


def wrong(source: Procedure, target: Procedure, wanted: Mapping[str, str | None]) -> dict[str, str]:
    return {error.field: error.code for error in way(source, target, wanted).wrong}


def test_a_token_stays_where_its_element_is_under_the_same_task() -> None:
    walk = Walk(line("a", "b"))
    task = walk.open("a")

    gone_on(walk, line("a", "b", "c"))

    assert walk.open("a") == task
    walk.complete("a")
    walk.complete("b")
    assert walk.waiting == ["c"]


def test_a_renamed_element_is_found_by_kind_and_name_and_takes_its_data_and_performers_along() -> None:
    source = made(BEGIN, human("a"), human("b"), END, flows("begin > a > b > finished"))
    renamed = human("x", inside="").replace('name="x"', 'name="a"')
    last = human("z", inside='<vanthu:notSameAs element="x"/>')
    target = made(
        BEGIN,
        renamed,
        human("b"),
        exclusive("g", default="finished"),
        last,
        event("end", "over"),
        END,
        flows("begin > x > b > g > z > over", "g > finished", g_z="x['by'] == 'an'"),
    )
    walk = Walk(source)
    walk.complete("a")

    gone_on(walk, target)
    walk.complete("b", by="binh")

    assert (walk.waiting, walk.data["x"]["by"]) == (["z"], "an")
    assert walk.run().open_tasks[0].excluded == ("an",)


def test_two_elements_may_change_places() -> None:
    walk = Walk(line("a", "b"))

    gone_on(walk, line("b", "a"), a="b", b="a")

    assert walk.waiting == ["b"]
    walk.complete("b")
    assert walk.waiting == ["a"]


def test_what_somebody_maps_wrongly_is_all_said_at_once() -> None:
    source = made(BEGIN, human("a"), human("b"), service("s", "archive"), END, flows("begin > a > b > s > finished"))
    target = made(BEGIN, human("a"), human("c"), service("s", "archive"), END, flows("begin > a > c > s > finished"))

    found = wrong(source, target, {"nowhere": "a", "a": "c", "b": "c", "s": "nothing"})

    assert found == {
        "mapping/nowhere": "unknown",
        "mapping/a": "twice",
        "mapping/b": "twice",
        "mapping/s": "target_unknown",
    }


def test_an_element_of_another_kind_is_no_place_for_a_token() -> None:
    source = line("a", "b")
    target = made(BEGIN, service("a", "archive"), human("b"), END, flows("begin > a > b > finished"))

    assert hindered(Walk(source), target) == {Hindrance.OTHER_KIND: "a"}
    assert wrong(source, target, {"b": "a"}) == {"mapping/b": "other_kind"}


def test_a_token_whose_element_is_gone_stays_and_so_does_one_taken_from_the_mapping() -> None:
    assert hindered(Walk(line("a", "b")), line("b")) == {Hindrance.GONE: "a"}
    assert hindered(Walk(line("a", "b")), line("a", "b"), a=None) == {Hindrance.GONE: "a"}


def test_an_element_in_another_sub_process_is_no_place_for_its_token() -> None:
    target = made(BEGIN, inside("s", human("a"), way="into_s > a > out_s"), END, flows("begin > s > finished"))

    assert hindered(Walk(line("a")), target) == {Hindrance.OTHER_SCOPE: "a"}
    assert wrong(line("a"), target, {"a": "a"}) == {"mapping/a": "other_scope"}


def nested(outer: str, step: str) -> Procedure:
    deep = inside("deep", human(step), way=f"into_deep > {step} > out_deep")
    middle = inside(outer, deep, way=f"into_{outer} > deep > out_{outer}")
    return made(BEGIN, middle, human("last"), END, flows(f"begin > {outer} > last > finished"))


def test_tokens_in_nested_sub_processes_go_along_where_the_sub_process_has_another_id() -> None:
    walk = Walk(nested("s", "a"))

    assert hindered(walk, nested("t", "a")) == {Hindrance.GONE: "s"}
    gone_on(walk, nested("t", "x"), s="t", a="x")
    walk.complete("x")

    assert walk.waiting == ["last"]


FORK = (BEGIN, parallel("split"), parallel("join"), human("last"), END)


def forked(*branches: str) -> Procedure:
    steps = dict.fromkeys(step for branch in branches for step in branch.split())
    ways = [" > ".join(["split", *branch.split(), "join"]) for branch in branches]
    return made(*FORK, *map(human, steps), flows("begin > split", *ways, "join > last > finished"))


def test_a_half_done_join_is_completed_in_the_other_version() -> None:
    walk = Walk(forked("a", "b"))
    walk.complete("a")

    gone_on(walk, forked("x", "b"), a="x")
    walk.complete("b")

    assert walk.waiting == ["last"]


def test_a_branch_that_has_arrived_counts_as_past_the_step_put_before_the_join() -> None:
    walk = Walk(forked("a", "b"))
    walk.complete("a")

    gone_on(walk, forked("a check", "b"))
    walk.complete("b")

    assert walk.waiting == ["last"]


def test_a_join_with_a_branch_that_was_never_begun_would_wait_for_ever() -> None:
    walk = Walk(forked("a", "b"))

    assert hindered(walk, forked("a", "b", "c")) == {Hindrance.BRANCH_MISSING: "join"}


def test_a_token_on_a_branch_that_is_gone_stays() -> None:
    walk = Walk(forked("a", "b", "c"))
    walk.complete("a")
    walk.complete("b")

    assert hindered(walk, forked("a", "b")) == {Hindrance.GONE: "c"}


def test_what_the_other_version_would_join_at_once_does_not_go_by_itself() -> None:
    walk = Walk(forked("a", "b", "c"))
    walk.complete("a")
    walk.complete("b")

    assert hindered(walk, beside("a", "b")) == {Hindrance.WOULD_GO_ON: "join"}


def beside(*branches: str) -> Procedure:
    """As forked, with c beside the join."""
    ways = [f"split > {branch} > join" for branch in branches]
    steps = map(human, [*branches, "c"])
    return made(
        *FORK, *steps, event("end", "beyond"), flows("begin > split > c > beyond", *ways, "join > last > finished")
    )


INCLUSIVE = '<inclusiveGateway id="{}" name="{}"{}/>'


def test_an_inclusive_join_keeps_what_has_arrived() -> None:
    source = made(
        BEGIN,
        INCLUSIVE.format("split", "split", ' default="split_c"'),
        *map(human, "abc"),
        INCLUSIVE.format("join", "join", ""),
        human("last"),
        END,
        flows(
            "begin > split > a > join > last > finished",
            "split > b > join",
            "split > c > join",
            split_a="1 == 1",
            split_b="1 == 1",
        ),
    )
    walk = Walk(source)
    walk.complete("a")

    gone_on(walk, source)
    walk.complete("b")

    assert walk.waiting == ["last"]


def asked(operation: str) -> Procedure:
    ways = flows("begin > s > finished")
    return made(BEGIN, service("s", "archive", what=operation), END, ways)


def test_the_same_job_goes_along_and_another_one_is_asked_anew_under_its_own_task() -> None:
    walk = Walk(asked("1"))
    (task,) = (job.task_id for job in walk.run().open_jobs)

    gone_on(walk, asked("1"))
    assert (walk.progress.jobs, [job.task_id for job in walk.run().open_jobs]) == ((), [task])
    migrated = taken(walk, asked("2"))

    assert migrated.progress is not None
    (job,) = migrated.progress.jobs
    assert (migrated.anew, dict(job.parameters)) == ({task: job.task_id}, {"what": 2})
    assert [one.movement for one in migrated.progress.activities] == ["left", "entered"]


def test_what_open_steps_of_the_target_need_and_nobody_gave_is_an_obstacle() -> None:
    target = made(BEGIN, human("a", unit="direct['unit']"), END, flows("begin > a > finished"))

    assert hindered(Walk(line("a")), target) == {Hindrance.DATA_MISSING: None}


def each(item: str, step: str) -> Procedure:
    units = "['u1', 'u2', 'u3']"
    rounds = f'<multiInstanceLoopCharacteristics vanthu:collection="{units}" vanthu:item="{item}"/></userTask>'
    task = human(step, unit=item).replace("</userTask>", rounds)
    return made(BEGIN, task, END, flows(f"begin > {step} > finished"))


def test_rounds_in_flight_go_along_with_their_item_under_its_new_name() -> None:
    walk = Walk(each("one", "a"))
    walk.complete("a")

    gone_on(walk, each("two", "x"), a="x")

    assert [task.unit for task in walk.run().open_tasks] == ["u2", "u3"]
    walk.complete("x")
    assert walk.complete("x").finished
    assert len(walk.data["x"]) == 3


def test_one_task_does_not_become_several_nor_several_one() -> None:
    assert hindered(Walk(each("one", "a")), line("a")) == {Hindrance.OTHER_KIND: "a"}
    assert hindered(Walk(line("a")), each("one", "a")) == {Hindrance.OTHER_KIND: "a"}


def test_the_start_state_of_a_version_is_that_of_itself() -> None:
    walk = Walk(forked("a", "b"))
    walk.complete("a")
    before = walk.progress.state

    gone_on(walk, walk.model)

    assert walk.progress.state == before


@pytest.mark.parametrize("compacted", [True, False])
def test_states_with_finished_tasks_go_too(compacted: bool) -> None:
    walk = Walk(line("a", "b"), compacted=compacted)
    walk.complete("a")

    gone_on(walk, line("a", "x"), b="x")

    assert [task.element_id for task in Run.resume(walk.model, walk.progress.state, quiet).open_tasks] == ["x"]
