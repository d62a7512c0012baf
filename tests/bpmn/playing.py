"""Scenarios played: an instance is led through the steps of a scenario and what happens is written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from engine.definitions import HumanTask
from engine.forms import Choice, choices_of, errors_in, offer
from engine.instances import Movement
from engine.runtime.procedures import Procedure
from engine.runtime.progress import OpenedTask, Progress, Sent, Subscription
from engine.runtime.run import Run

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)
OFFERED = {
    "units": ("u1", "u2"),
    "lead_units": ("u1", "u2"),
    "handlers": ("lan", "hoa"),
    "agencies": ("r1",),
}


def echo(operation: str, parameters: Mapping[str, Any], data: Mapping[str, Any]) -> Mapping[str, object]:
    """Answer with the parameters; submitting a draft also says who is to sign it."""
    return {**parameters, "signer": data["signer"]} if operation == "submit_draft" else dict(parameters)


@dataclass
class Play:
    """A scenario being played; the instance lives only as bytes between the steps, unless it is *kept*.

    Attributes:
        answers: What operations inside the transaction answer, where that is not what they are given.
        path: Tasks and events on the way, in the order they were left; *ends* are the end events.
        sent: The names of what was thrown.
        fired: The timers that fired, with when they were due.
        waits: After each step, what waits: element and, of a timer, when it is due.
    """

    model: Procedure
    start: Mapping[str, object]
    answers: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    compacted: bool = True
    kept: bool = False
    at: datetime = NOON
    path: list[str] = field(default_factory=list)
    moves: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    fired: list[str] = field(default_factory=list)
    waits: list[list[str]] = field(default_factory=list)
    progress: Progress = field(init=False)

    def __post_init__(self) -> None:
        """Start the instance."""
        self._run = Run.start(self.model, self.start, self._answer, at=self.at, compacted=self.compacted)
        self._remember(self._run.progress)

    def _answer(self, operation: str, parameters: Mapping[str, Any], data: Mapping[str, Any]) -> Mapping[str, object]:
        return self.answers.get(operation) or echo(operation, parameters, data)

    def run(self) -> Run:
        """The instance as it is kept."""
        if not self.kept:
            self._run = Run.resume(self.model, self.progress.state, self._answer, compacted=self.compacted)
        return self._run

    @property
    def data(self) -> dict[str, Any]:
        """What the instance knows."""
        return dict(self.run().data)

    @property
    def waiting(self) -> list[str]:
        """The elements that wait, by name."""
        return sorted(element for _, element in self.run().waiting_elements)

    def step(self, step: dict[str, Any]) -> None:
        """Do what one line of a scenario says."""
        data = orjson.loads(orjson.dumps(step.get("data", step.get("result", {}))))
        match step:
            case {"waits": expected}:
                assert self.waiting == sorted(expected)
            case {"job": _} | {"job_error": _} | {"call": _} | {"call_error": _}:
                self._remember(self._ended(step, data))
            case {"timer": element}:
                self._fire(element, step.get("late"))
            case {"message": name}:
                self._deliver("message", name, step.get("key"), data)
            case {"signal": name}:
                self._deliver("signal", name, None, data)
            case _:
                self._complete(step, data)

    def _ended(self, step: dict[str, Any], data: dict[str, Any]) -> Progress:
        run, code = self.run(), str(step.get("code"))
        match step:
            case {"job": element}:
                return run.finish_job(self._job(element), data, self.at)
            case {"job_error": element}:
                return run.fail_job(self._job(element), code, data, self.at)
            case {"call": element}:
                return run.finish_call(self._call(element), data, {}, self.at)
            case _:
                return run.fail_call(self._call(step["call_error"]), code, data, self.at)

    def _complete(self, step: dict[str, Any], data: dict[str, Any]) -> None:
        human, run = self.model.human_tasks[step["element"]], self.run()
        waiting = [task for task in run.open_tasks if task.element_id == step["element"]]
        task = next(task for task in waiting if may(step["by"], task, human))
        outcome = step.get("outcome", "done")
        assert errors_in(self.form(human, outcome), data) == ()
        self._remember(run.complete(task.task_id, outcome, data, step["by"], self.at))

    def _job(self, element: str) -> Any:  # noqa: ANN401  # a TaskId
        return next(job.task_id for job in self.run().open_jobs if job.element_id == element)

    def _call(self, element: str) -> Any:  # noqa: ANN401  # a TaskId
        run = self.run()
        return next(task for task, at in run.waiting_elements if at == element and task in run.open_calls)

    def _fire(self, element: str, late: datetime | None) -> None:
        timer = next(timer for timer in self.progress.timers if timer.element_id == element)
        self.fired.append(f"{element} {timer.due_at}")
        self.at = max(self.at, late or timer.due_at)
        self._remember(self.run().fire(timer.task_id, self.at))

    def _deliver(self, kind: str, name: str, key: object, data: dict[str, Any]) -> None:
        fitting = [one for one in self.progress.subscriptions if fits(one, kind, name, key)]
        assert fitting, f"nobody waits for the {kind} {name}"
        for one in fitting:
            self._remember(self.run().receive(one.task_id, data, self.at))

    def form(self, human: HumanTask, outcome_id: str) -> dict[str, Any]:
        """The form of an outcome with the people and units of the scenarios offered."""
        outcome = human.outcome(outcome_id)
        assert outcome is not None
        open_to_all = {"type": "object", "properties": {}}
        schema = self.model.forms[outcome.form] if outcome.form else open_to_all
        assert choices_of(schema) <= set(OFFERED)
        return offer(schema, {name: [Choice(id=one, label=one) for one in ids] for name, ids in OFFERED.items()})

    def _remember(self, progress: Progress) -> None:
        """Note which tasks were left and which ends were reached; bring what was thrown to the instance's own waits."""
        self.progress = progress
        self.moves += [f"{one.movement.value} {one.element_id} {one.cancelled}" for one in progress.activities]
        left = [one for one in progress.activities if one.movement is Movement.LEFT and not one.cancelled]
        self.path += [
            one.element_id for one in left if one.kind.lower().endswith(("task", "event")) and named(one.kind)
        ]
        self.ends += [one.element_id for one in left if one.kind == "endEvent"]
        self.waits.append([*self.waiting, *sorted(f"{one.element_id} {one.due_at}" for one in progress.timers)])
        self.sent += [one.name for one in progress.sent]
        for thrown in progress.sent:
            self._bring(thrown)

    def _bring(self, thrown: Sent) -> None:
        for one in self.progress.subscriptions:
            if fits(one, thrown.kind, thrown.name, thrown.correlation):
                self._remember(self.run().receive(one.task_id, thrown.payload, self.at))


def fits(one: Subscription, kind: str, name: str, key: object) -> bool:
    """Say whether the wait is for this message or signal."""
    return (one.kind, one.name, one.correlation) == (kind, name, None if key is None else str(key))


def named(kind: str) -> bool:
    """Say whether a path names the element: tasks, and events on the way."""
    return kind not in ("startEvent", "endEvent")


def may(by: str, task: OpenedTask, human: HumanTask) -> bool:
    """Say whether the scenario's person or role may do the task."""
    return by == task.assignee if task.assignee else by in human.roles


def holds(known: Any, expected: Any) -> bool:  # noqa: ANN401  # JSON against JSON
    """Say whether *known* has at least what is expected."""
    if isinstance(expected, dict):
        return isinstance(known, dict) and all(
            name in known and holds(known[name], expected[name]) for name in expected
        )
    if isinstance(expected, list):
        return isinstance(known, list) and len(known) == len(expected) and all(map(holds, known, expected))
    return bool(known == expected)
