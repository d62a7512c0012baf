"""What is waited for in another version: timers from when their step began, new events, events that are gone."""

from datetime import timedelta

from engine.instance_migrations import Effect
from engine.runtime.procedures import Procedure
from tests.engine.runtime.drawing import NOON, Walk, event, flows, human, made
from tests.engine.runtime.test_migration import BEGIN, END, LATER, gone_on, line, taken
from tests.support.models import after, boundary, every


def timed(text: str, *more: str, step: str = "a") -> Procedure:
    return made(
        BEGIN,
        human(step),
        boundary("late", step, after(text), interrupting=False),
        human("hurry"),
        event("end", "hurried"),
        END,
        *more,
        flows(f"begin > {step} > finished", "late > hurry > hurried"),
    )


def test_a_timer_keeps_its_moment_and_one_of_another_length_counts_from_when_its_step_began() -> None:
    walk = Walk(timed("P5D"))
    (before,) = walk.progress.timers

    gone_on(walk, timed("P5D", step="x"), a="x")
    assert walk.progress.timers == (before,)
    gone_on(walk, timed("P9D", step="x"))

    (timer,) = walk.progress.timers
    assert (timer.task_id, timer.due_at) == (before.task_id, NOON + timedelta(days=9))


def test_a_boundary_timer_that_only_the_target_has_begins_with_the_step_and_may_be_over() -> None:
    migrated = taken(Walk(line("a")), timed("P1D"))

    assert migrated.progress is not None
    assert [timer.due_at for timer in migrated.progress.timers] == [NOON + timedelta(days=1)]
    assert [one.effect for one in migrated.consequences] == [Effect.BEGUN, Effect.OVERDUE]


def test_a_boundary_timer_that_has_fired_does_not_begin_again() -> None:
    walk = Walk(timed("P1D"))
    walk.fire("late")

    gone_on(walk, timed("P1D"))

    assert (walk.progress.timers, walk.waiting) == ((), ["a", "hurry"])


def test_a_boundary_timer_that_the_target_lacks_is_dropped_and_said() -> None:
    migrated = taken(Walk(timed("P5D")), line("a"))

    assert migrated.progress is not None
    assert migrated.progress.timers == ()
    assert [one.effect for one in migrated.consequences] == [Effect.DROPPED]


def test_a_cycle_goes_on_with_its_next_round() -> None:
    def reminded(cycle: str) -> Procedure:
        ways = flows("begin > a > finished", "late > hurry > hurried")
        late = boundary("late", "a", every(cycle), interrupting=False)
        return made(BEGIN, human("a"), late, human("hurry"), event("end", "hurried"), END, ways)

    walk = Walk(reminded("R/PT30H"))
    walk.fire("late")

    gone_on(walk, reminded("R/P1D"))

    assert [timer.due_at for timer in walk.progress.timers] == [LATER + timedelta(days=1)]


def raced(*waits: str) -> Procedure:
    events = "".join(
        f'<intermediateCatchEvent id="{one}" name="{one}">{after("P" + one[1:] + "D")}</intermediateCatchEvent>'
        for one in waits
    )
    ways = [f"gate > {one} > go_{one} > end_{one}" for one in waits]
    steps = [part for one in waits for part in (human(f"go_{one}"), event("end", f"end_{one}"))]
    return made(BEGIN, '<eventBasedGateway id="gate"/>', events, *steps, flows("begin > gate", *ways))


def test_behind_an_event_based_gateway_a_new_event_is_waited_for_and_one_that_is_gone_is_not() -> None:
    walk = Walk(raced("t3", "t5"))

    gone_on(walk, raced("t5", "t7"))

    assert [timer.due_at for timer in walk.progress.timers] == [NOON + timedelta(days=days) for days in (5, 7)]
    walk.fire("t7")
    assert (walk.progress.timers, walk.waiting) == ((), ["go_t7"])


def in_time(*starts: str) -> Procedure:
    def beside(one: str) -> str:
        ways = flows(f"into_{one} > do_{one} > out_{one}")
        body = (event("start", f"into_{one}", after(f"P{one[1:]}D")), human(f"do_{one}"), event("end", f"out_{one}"))
        return f'<subProcess id="{one}" name="{one}" triggeredByEvent="true">{"".join(body)}{ways}</subProcess>'

    return made(BEGIN, human("a"), END, flows("begin > a > finished"), *map(beside, starts))


def test_event_sub_processes_that_only_the_target_has_begin_to_listen_unless_one_has_ended_the_rest() -> None:
    walk = Walk(in_time("t3"))

    gone_on(walk, in_time("t3", "t4"))
    assert [timer.due_at for timer in walk.progress.timers] == [NOON + timedelta(days=days) for days in (3, 4)]
    walk.fire("into_t3")
    gone_on(walk, in_time("t3", "t4", "t5"))

    assert (walk.progress.timers, walk.waiting) == ((), ["do_t3"])
