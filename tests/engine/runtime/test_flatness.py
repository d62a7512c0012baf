"""Flatness: a send-back loop stays as small and as quick wherever it stands."""

from collections.abc import Callable

import orjson
import pytest

from engine.definitions import OperationKind
from engine.runtime.bundles import check
from engine.runtime.procedures import Procedure, procedure
from engine.runtime.run import Run
from tests.engine.runtime.drawing import (
    NOON,
    VOCABULARY,
    Walk,
    drawn,
    event,
    exclusive,
    flows,
    human,
    parallel,
    service,
)

START, END = event("start", "start"), event("end", "end")
LOOP = [
    human("draft", "submit"),
    human("review", "approve", "return"),
    exclusive("decide", "out"),
    event("end", "out"),
]
DAILY = "<timerEventDefinition><timeCycle>R/P1D</timeCycle></timerEventDefinition>"
WEEK = "<timerEventDefinition><timeDuration>P7D</timeDuration></timerEventDefinition>"
ROUNDS = "<multiInstanceLoopCharacteristics vanthu:collection=\"['x', 'y']\"/>"


def loop(start: str) -> list[str]:
    way = flows(f"{start} > draft > review > decide > out", "decide > draft", decide_draft="outcome == 'return'")
    return [*LOOP, way]


def plain_loop() -> list[str]:
    return [START, *loop("start")]


def beside_a_branch() -> list[str]:
    parts = [START, parallel("split"), human("long"), END, flows("start > split > long > end")]
    return [*parts, *loop("split")]


def under_boundary_timers() -> list[str]:
    border = [
        f'<boundaryEvent id="daily" attachedToRef="draft" cancelActivity="false">{DAILY}</boundaryEvent>',
        f'<boundaryEvent id="weekly" attachedToRef="review">{WEEK}</boundaryEvent>',
        flows("daily > end", "weekly > end"),
    ]
    return [START, *loop("start"), *border, END]


def in_a_sub_process(inside: str = "", attributes: str = "") -> list[str]:
    body = "\n".join([event("start", "into"), *loop("into"), inside])
    return [
        START,
        f'<subProcess id="inner" name="inner"{attributes}>{body}</subProcess>',
        END,
        flows("start > inner > end"),
    ]


def in_rounds() -> list[str]:
    return in_a_sub_process(ROUNDS)


def in_an_event_sub_process() -> list[str]:
    begin = event("start", "into", WEEK)
    body = "\n".join([begin, *loop("into")])
    return [
        START,
        human("ask"),
        END,
        flows("start > ask > end"),
        f'<subProcess id="s" triggeredByEvent="true">{body}</subProcess>',
    ]


def in_a_call() -> list[str]:
    return [START, '<callActivity id="call" calledElement="called"/>', END, flows("start > call > end")]


PLACES: list[Callable[[], list[str]]] = [
    plain_loop,
    beside_a_branch,
    under_boundary_timers,
    in_a_sub_process,
    in_rounds,
    in_an_event_sub_process,
    in_a_call,
]


def made_of(parts: list[str]) -> Procedure:
    called = drawn(event("start", "begin"), *loop("begin"), key="called")
    bundle = {"test.bpmn": drawn(*parts), **({"called.bpmn": called} if "callActivity" in "".join(parts) else {})}
    assert check(bundle, VOCABULARY) == ()
    return procedure(bundle, VOCABULARY.operations)


def tasks_in(state: bytes) -> int:
    return sum(len(tree) - 1 for tree in orjson.loads(state)["trees"])


def rounds(walk: Walk, count: int) -> set[tuple[int, int]]:
    seen = set()
    for _ in range(count):
        walk.complete("draft", "submit", by="lan")
        walk.complete("review", "return", by="minh")
        seen.add((len(walk.progress.state), tasks_in(walk.progress.state)))
    return seen


@pytest.mark.parametrize("place", PLACES)
def test_a_loop_stays_flat_wherever_it_stands(place: Callable[[], list[str]]) -> None:
    walk = Walk(made_of(place()))
    if place is in_an_event_sub_process:
        walk.fire("into")
    walk.complete("draft", "submit", by="lan")
    walk.complete("review", "return", by="minh")

    assert len(rounds(walk, 50)) == 1


def test_a_loop_of_a_thousand_rounds_stays_flat_in_all_of_them_at_once() -> None:
    timer = f'<boundaryEvent id="weekly" attachedToRef="inner">{WEEK}</boundaryEvent>'
    parts = [
        START,
        parallel("split"),
        human("long"),
        f'<subProcess id="inner">{event("start", "into")}{human("other")}',
        f'<callActivity id="call" calledElement="called">{ROUNDS}</callActivity>',
        event("end", "left"),
        flows("into > call > other > left"),
        "</subProcess>",
        timer,
        END,
        flows("start > split > long > end", "split > inner > end", "weekly > end"),
    ]
    walk = Walk(made_of(parts))
    walk.complete("draft", "submit", by="lan")
    walk.complete("review", "return", by="minh")

    assert len(rounds(walk, 1000)) == 1


def test_a_process_of_a_hundred_tasks_starts_at_once() -> None:
    names = [f"step{number}" for number in range(100)]
    beside = [f"beside{number}" for number in range(100)]
    parts = [START, parallel("split"), *(service(name, "note") for name in names), *map(human, beside), END]
    ways = [" > ".join(["start", *names, "split"]), *(f"split > {name} > end" for name in beside)]

    progress = Run.start(made_of([*parts, flows(*ways)]), {}, lambda *_: {}, at=NOON).progress

    assert VOCABULARY.operations["note"] is OperationKind.INLINE
    assert len(progress.opened) == len(beside)
    assert [one.element_id for one in progress.activities if one.element_id in names][::2] == names
