"""Timers, messages, signals and errors: who is told, when, and what is refused."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from engine.ids import TaskId
from engine.runtime.errors import (
    DataTooLarge,
    ErrorNotCaught,
    ExpressionFailed,
    MoveImpossible,
    PerformerExcluded,
    RunSpent,
    TaskNotOpen,
    TimerNotDue,
)
from engine.runtime.run import Run
from tests.engine.runtime.drawing import (
    NOON,
    Walk,
    event,
    exclusive,
    findings,
    flows,
    human,
    made,
    parallel,
    quiet,
    service,
)

START, END = event("start", "start"), event("end", "end")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def timer(kind: str, text: str) -> str:
    return f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"


def border(element_id: str, inside: str, host: str = "work", *, interrupting: bool = True) -> str:
    cancel = "" if interrupting else ' cancelActivity="false"'
    return (
        f'<boundaryEvent id="{element_id}" name="{element_id}" attachedToRef="{host}"{cancel}>{inside}</boundaryEvent>'
    )


REMINDED = made(
    START,
    human("work"),
    border("remind", timer("timeCycle", "R/PT1H"), interrupting=False),
    event("end", "reminded"),
    END,
    flows("start > work > end", "remind > reminded"),
)
RECEIVE = '<receiveTask id="wait" name="wait" messageRef="m" vanthu:correlation="number"/>'
MESSAGE = '</process><message id="m" name="reply"/><process id="none" isExecutable="false">'
WAITING = made(START, RECEIVE, END, flows("start > wait > end"), MESSAGE)
STORE = made(START, service("store", "archive"), END, flows("start > store > end"))


def test_a_timer_keeps_its_id_and_its_hour_from_round_to_round() -> None:
    walk = Walk(REMINDED)
    (first,) = walk.progress.timers

    walk.fire("remind", late=timedelta(minutes=20))
    (second,) = walk.progress.timers

    assert first.due_at == NOON + timedelta(hours=1)
    assert (second.task_id, second.due_at) == (first.task_id, NOON + timedelta(hours=2))


def test_missed_rounds_are_made_up_for_once() -> None:
    walk = Walk(REMINDED)

    walk.fire("remind", late=timedelta(days=3, minutes=1))

    assert walk.path.count("left remind") == 1
    assert walk.progress.timers[0].due_at == NOON + timedelta(days=3, hours=2)


def test_a_timer_does_not_fire_before_its_moment_and_stays() -> None:
    walk = Walk(REMINDED)
    run, (waiting,) = walk.run(), walk.progress.timers

    with pytest.raises(TimerNotDue, match="2026-03-02T06:00:00"):
        run.fire(waiting.task_id, NOON + timedelta(minutes=59))

    assert run.fire(waiting.task_id, NOON + timedelta(minutes=60)).timers


def test_a_timer_of_a_task_that_is_done_fires_no_more() -> None:
    walk = Walk(REMINDED)
    (waiting,) = walk.progress.timers

    done = walk.complete("work")

    assert (done.finished, done.timers) == (True, ())
    with pytest.raises(TaskNotOpen):
        walk.run().fire(waiting.task_id, waiting.due_at)


def test_a_message_is_no_timer_and_a_timer_no_message() -> None:
    walk, reminded = Walk(WAITING, {"number": 7}), Walk(REMINDED)

    with pytest.raises(TaskNotOpen):
        walk.run().fire(walk.progress.subscriptions[0].task_id, NOON)
    with pytest.raises(TaskNotOpen):
        reminded.run().receive(reminded.progress.timers[0].task_id, {}, NOON)


def test_a_wait_for_a_message_says_its_name_and_key() -> None:
    walk = Walk(WAITING, {"number": 7})
    (waiting,) = walk.progress.subscriptions

    assert (waiting.kind, waiting.name, waiting.correlation) == ("message", "reply", "7")
    assert walk.run().subscriptions == (waiting,)

    progress = walk.run().receive(waiting.task_id, {"text": "Có"}, NOON)

    assert (progress.finished, progress.subscriptions) == (True, ())


def test_a_message_nobody_waits_for_changes_nothing() -> None:
    walk = Walk(WAITING, {"number": 7})

    with pytest.raises(TaskNotOpen):
        walk.run().receive(TaskId(UUID(int=1)), {}, NOON)

    assert walk.progress.subscriptions == walk.run().subscriptions


def test_a_payload_over_the_limit_is_refused() -> None:
    walk = Walk(WAITING, {"number": 7})

    with pytest.raises(DataTooLarge):
        walk.run().receive(walk.progress.subscriptions[0].task_id, {"text": "x" * 70_000}, NOON)


@pytest.mark.parametrize("number", [None, "", True, [1], 1.5])
def test_a_key_is_a_text_or_a_whole_number(number: object) -> None:
    with pytest.raises(ExpressionFailed, match="found by"):
        Run.start(WAITING, {"number": number}, quiet, at=NOON)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("timeCycle", "R/PT0.001S"),
        ("timeCycle", "R/PT59S"),
        ("timeCycle", "R0/PT1H"),
        ("timeCycle", "0 0 9 * * MON"),
        ("timeDuration", "P"),
        ("timeDuration", "3 weekends"),
        ("timeDuration", "P9999Y"),
        ("timeDate", "tomorrow"),
        ("timeDate", "9999-12-31T23:59-23:00"),
        ("timeDate", 7),
    ],
)
def test_a_timer_that_says_no_moment_is_the_fault_of_the_model(kind: str, said: object) -> None:
    model = made(START, event("intermediateCatch", "wait", timer(kind, "said")), END, flows("start > wait > end"))

    with pytest.raises(ExpressionFailed, match="'wait'"):
        Run.start(model, {"said": said}, quiet, at=NOON)


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("timeCycle", "R/PT0.001S", "timer.malformed"),
        ("timeCycle", "R/PT1X", "timer.malformed"),
        ("timeDuration", "P1", "timer.malformed"),
        ("timeDate", "2026-13-01", "timer.malformed"),
        ("timeDate", "import os", "expression.refused"),
        ("timeDuration", "", "expression.refused"),
    ],
)
def test_a_timer_that_can_never_be_set_is_found_at_deployment(kind: str, text: str, code: str) -> None:
    wait = event("intermediateCatch", "wait", timer(kind, text))

    found = findings(START, wait, END, flows("start > wait > end"))

    assert {one: found[one].element_id for one in found} == {code: "wait"}


def test_dates_without_offset_are_those_of_viet_nam() -> None:
    wait = event("intermediateCatch", "wait", timer("timeDate", "2026-03-05T07:00"))

    progress = Run.start(made(START, wait, END, flows("start > wait > end")), {}, quiet, at=LONG_AGO).progress

    assert progress.timers[0].due_at == datetime(2026, 3, 5, tzinfo=UTC)


def test_an_error_nothing_catches_is_said_and_the_job_can_still_be_finished() -> None:
    walk = Walk(STORE)
    run, (job,) = walk.run(), walk.progress.jobs

    with pytest.raises(ErrorNotCaught, match="'FULL'"):
        run.fail_job(job.task_id, "FULL", {}, NOON)

    assert run.finish_job(job.task_id, {}, NOON).finished


def test_an_error_is_caught_at_the_border_of_a_call_of_the_process_that_threw_it() -> None:
    failed = '<errorEventDefinition errorRef="e"/>'
    called = "".join(
        [
            '</process><error id="e" errorCode="E"/><process id="called" isExecutable="true">',
            event("start", "into"),
            event("end", "failed", failed),
            flows("into > failed"),
        ]
    )
    call = '<callActivity id="call" name="call" calledElement="called"/>'
    body = [START, call, END, flows("start > call > end"), border("caught", failed, "call"), human("mend")]
    caught = Walk(made(*body, flows("caught > mend > end"), called))
    uncaught = made(START, call, END, flows("start > call > end"), called)

    assert caught.waiting == ["mend"]
    with pytest.raises(ErrorNotCaught, match="'failed'"):
        Run.start(uncaught, {}, quiet, at=NOON)


def test_what_is_interrupted_leaves_nothing_open() -> None:
    model = made(
        START,
        '<subProcess id="work" name="work">',
        event("start", "into"),
        parallel("split"),
        human("a"),
        service("b", "archive"),
        event("end", "out"),
        flows("into > split > a > out", "split > b > out"),
        "</subProcess>",
        border("late", timer("timeDuration", "P1D")),
        human("decide"),
        END,
        flows("start > work > end", "late > decide > end"),
    )
    walk = Walk(model)
    task, (job,) = walk.open("a"), walk.progress.jobs

    progress = walk.fire("late")

    assert (progress.closed, progress.dropped_jobs) == ((task,), (job.task_id,))
    assert [one.element_id for one in progress.activities if one.cancelled] == ["a", "b", "work"]
    assert walk.waiting == ["decide"]


@pytest.mark.parametrize("items", [None, "abc", {"a": 1}, 1001, ["x"] * 1001, True])
def test_rounds_come_from_a_list_or_a_number_and_are_not_too_many(items: object) -> None:
    with pytest.raises(ExpressionFailed, match="'work'"):
        Run.start(VOTE, {"people": items, "until": False}, quiet, at=NOON)


VOTE = made(
    START,
    human(
        "work",
        roles="clerk",
        inside='<vanthu:notSameAs element="work"/>',
    ).replace(
        "</userTask>",
        '<multiInstanceLoopCharacteristics vanthu:collection="people">'
        "<completionCondition>until</completionCondition></multiInstanceLoopCharacteristics></userTask>",
    ),
    exclusive("again", "end"),
    END,
    flows("start > work > again > end", "again > work", again_work="len(work) > 5"),
)


def test_each_round_can_be_asked_to_be_of_another_person() -> None:
    walk = Walk(VOTE, {"people": 2, "until": False})
    walk.complete("work", by="lan")

    with pytest.raises(PerformerExcluded):
        walk.complete("work", by="lan")

    assert walk.run().open_tasks[0].excluded == ("lan",)
    assert walk.complete("work", by="hoa").finished


def test_no_rounds_at_all_are_no_wait() -> None:
    assert Run.start(VOTE, {"people": [], "until": False}, quiet, at=NOON).progress.finished


def test_a_hundred_people_asked_at_once_cost_what_they_are() -> None:
    walk = Walk(VOTE, {"people": 100, "until": True})

    assert len(walk.progress.opened) == 100
    assert len(walk.complete("work", by="lan").closed) == 100
    assert walk.progress.finished


MOVED = made(
    START,
    human("draft", "submit"),
    human("review", roles="", assignee="chief"),
    parallel("split"),
    service("store", "archive"),
    human("tell"),
    parallel("join"),
    border("remind", timer("timeDuration", "P1D"), "review", interrupting=False),
    END,
    flows("start > draft > review > split > store > join > end", "split > tell > join", "remind > end"),
)


def test_a_token_is_moved_and_what_waited_there_waits_no_more() -> None:
    walk = Walk(MOVED, {"chief": "minh"})
    walk.complete("draft", "submit")
    before = walk.open("review")

    progress = walk.run().move(before, "draft", NOON)

    assert (progress.closed, progress.timers) == ((before,), ())
    assert [task.element_id for task in progress.opened] == ["draft"]
    assert [(one.element_id, one.cancelled) for one in progress.activities if one.cancelled] == [("review", True)]


def test_a_token_is_not_moved_to_where_it_would_mean_nothing() -> None:
    walk = Walk(MOVED, {"chief": "minh"})
    run, task_id = walk.run(), walk.open("draft")

    for element in ("start", "remind", "join", "nowhere", "Start"):
        with pytest.raises(MoveImpossible, match=element):
            run.move(task_id, element, NOON)

    assert [task.element_id for task in run.move(task_id, "split", NOON).opened] == ["tell"]


def test_what_only_listens_is_not_moved() -> None:
    walk = Walk(MOVED, {"chief": "minh"})
    progress = walk.complete("draft", "submit")

    with pytest.raises(TaskNotOpen):
        walk.run().move(progress.timers[0].task_id, "draft", NOON)


def test_changed_data_are_asked_again_by_open_tasks() -> None:
    walk = Walk(MOVED, {"chief": "minh"})
    before = walk.complete("draft", "submit").opened[0]

    progress = walk.run().change_data({"chief": "hoa"}, NOON)

    assert [(task.task_id, task.assignee) for task in progress.opened] == [(before.task_id, "hoa")]
    assert (progress.closed, progress.activities) == ((), ())


def test_data_that_open_tasks_cannot_do_with_are_refused_and_spend_the_run() -> None:
    walk = Walk(MOVED, {"chief": "minh"})
    walk.complete("draft", "submit")
    run = walk.run()

    with pytest.raises(ExpressionFailed):
        run.change_data({"chief": None}, NOON)
    with pytest.raises(RunSpent):
        run.change_data({"chief": "hoa"}, NOON)


def test_everything_that_waits_is_named_with_its_element() -> None:
    walk = Walk(MOVED, {"chief": "minh"})
    walk.complete("draft", "submit")

    assert sorted(element for _, element in walk.run().waiting_elements) == ["remind", "review"]


def test_an_event_sub_process_that_cannot_say_when_it_begins_is_the_fault_of_the_model() -> None:
    begun = '<startEvent id="came"><timerEventDefinition><timeDuration>missing</timeDuration></timerEventDefinition>'
    inside = f'<subProcess id="late" triggeredByEvent="true">{begun}</startEvent>{event("end", "over")}'
    inside += flows("came > over") + "</subProcess>"
    model = made(START, human("work"), END, flows("start > work > end"), inside)

    with pytest.raises(ExpressionFailed, match="At 'test' the expression 'missing'"):
        Walk(model)
