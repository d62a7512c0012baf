"""Scenarios: how a procedure is to go, rehearsed before it is deployed; each lives in memory only.

The file is YAML in which nothing repeats what repeats something itself, so that a few lines cannot become a billion.
Between two steps an instance is kept and loaded as it would be in the office; inline operations give back their
parameters and what the scenario says of them. A form takes every choice here.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import yaml

from engine.definitions import Finding, HumanTask
from engine.errors import VanthuError
from engine.forms import Choice, choices_of, errors_in, offer
from engine.ids import TaskId
from engine.instances import Movement
from engine.runtime.findings import Findings
from engine.runtime.procedures import Procedure
from engine.runtime.progress import OpenedTask, Progress, Subscription
from engine.runtime.run import Run
from engine.runtime.snapshot import plain

MAX_BYTES: Final = 200_000
"""Size of one file of scenarios."""
BEGINNING: Final = datetime(2026, 3, 2, 5, tzinfo=UTC)
"""When every scenario begins: noon of a Monday in Việt Nam."""
MAX_STEPS: Final = 1_000
"""Steps of all scenarios of a file together."""

MAX_CONTENT: Final = 1_000_000
"""Characters and values of one file, with everything as often as it is repeated."""
MAX_DIGITS: Final = 100
"""Characters of one number: YAML reckons some as hours and minutes, which takes long."""

_NUMBERS: Final = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_BORDERS: Final = ("startEvent", "endEvent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happens: what it says, and on which line it stands."""

    line: int
    says: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One way through the procedure; *operations* says what inline operations find out, besides their parameters."""

    name: str
    line: int
    start: Mapping[str, Any]
    operations: Mapping[str, Any]
    steps: tuple[Step, ...]
    expect: Mapping[str, Any]


class _NotAsWritten(Exception):
    """The scenario does not go as it is written; the message is a sentence for its author."""


class _TooClever(yaml.YAMLError):
    """The file repeats what repeats something itself."""


class _Loader(yaml.SafeLoader):
    """Takes an alias of plain content, as of one start for several scenarios, but none inside what is aliased."""

    _anchored = 0
    _content = 0

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._contents: dict[int, int] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:  # noqa: ANN401  # as the library has it
        alias = self.check_event(yaml.AliasEvent)
        if alias and self._anchored:
            raise _TooClever
        own = not alias and getattr(self.peek_event(), "anchor", None) is not None  # type: ignore[no-untyped-call]  # its stubs lack it
        before = self._content
        self._anchored += own
        node: Any = super().compose_node(parent, index)
        self._anchored -= own
        scalar = isinstance(node, yaml.ScalarNode)
        if scalar and node.tag in _NUMBERS and len(node.value) > MAX_DIGITS:
            raise _TooClever
        self._content += self._contents[id(node)] if alias else 1 + len(node.value if scalar else "")
        self._contents.setdefault(id(node), self._content - before)
        if self._content > MAX_CONTENT:
            raise _TooClever
        return node


def rehearse(procedure: Procedure, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Play every scenario of the bundle and return what does not go as written; each ends at its first mistake."""
    found: list[Finding] = []
    for name in sorted(name for name in files if name.endswith(".yaml")):
        findings = Findings(name)
        for scenario in read_scenarios(findings, files[name]):
            _Rehearsal(findings, procedure, scenario).play()
        found += findings.found
    return tuple(found)


def read_scenarios(findings: Findings, content: bytes) -> tuple[Scenario, ...]:
    """Return the scenarios of the file; what is wrong with it is added to *findings*."""
    if len(content) > MAX_BYTES:
        message = f"The scenarios have {len(content)} bytes, at most {MAX_BYTES} are allowed."
        findings.add("scenario.too_large", message)
        return ()
    loader = _Loader(content)
    try:
        node = loader.get_single_node()
        written = [] if node is None else loader.construct_document(node)
    except (yaml.YAMLError, ValueError, LookupError, ArithmeticError, RecursionError) as cause:
        mark = getattr(cause, "problem_mark", None)
        problem = getattr(cause, "problem", None) or "it cannot be read, or repeats what repeats something itself"
        message = f"This is no file of scenarios: {problem}."
        findings.add("scenario.malformed", message, line=mark.line + 1 if mark else None)
        return ()
    finally:
        loader.dispose()
    scenarios = tuple(_scenarios(findings, written, node))
    if sum(len(scenario.steps) for scenario in scenarios) > MAX_STEPS:
        findings.add("scenario.too_large", f"The scenarios have more than {MAX_STEPS} steps together.")
        return ()
    return scenarios


def _scenarios(findings: Findings, written: object, node: Any) -> Iterator[Scenario]:  # noqa: ANN401  # untyped nodes
    if not isinstance(written, list):
        findings.add("scenario.malformed", "This is no file of scenarios: it is no list.", line=1)
        return
    for one, place in zip(written, node.value if node else (), strict=True):
        line = place.start_mark.line + 1
        if not isinstance(one, dict) or not _whole(one):
            message = "A scenario has a name, and mappings 'start' and 'expect', and a list of mappings 'steps'."
            findings.add("scenario.malformed", message, line=line)
            continue
        listed: list[Any] = [value.value for key, value in place.value if key.value == "steps"][-1]
        steps = (Step(line=at.start_mark.line + 1, says=says) for says, at in zip(one["steps"], listed, strict=False))
        yield Scenario(
            name=str(one["name"]),
            line=line,
            start=one["start"],
            operations=one.get("operations", {}),
            steps=tuple(steps),
            expect=one["expect"],
        )


def _whole(one: dict[Any, Any]) -> bool:
    mappings = all(isinstance(one.get(key), dict) for key in ("start", "expect"))
    operations, steps = one.get("operations", {}), one.get("steps")
    if not isinstance(operations, dict) or not all(isinstance(given, dict) for given in operations.values()):
        return False
    return mappings and bool(one.get("name")) and isinstance(steps, list) and all(isinstance(x, dict) for x in steps)


class _Rehearsal:
    """One scenario being played."""

    def __init__(self, findings: Findings, procedure: Procedure, scenario: Scenario) -> None:
        self._findings = findings
        self._procedure = procedure
        self._scenario = scenario
        self._path: list[str] = []
        self._ends: list[str] = []
        self._sent: list[str] = []
        self._fired: list[str] = []
        self._now = BEGINNING
        self._at: Step | None = None
        self._number = 0
        self._progress: Progress

    def play(self) -> None:
        """Play it, and note the first thing that does not go as written."""
        try:
            self._remember(Run.start(self._procedure, self._scenario.start, self._inline, at=BEGINNING).progress)
            for number, step in enumerate(self._scenario.steps, 1):
                self._at, self._number = step, number
                self._stepped(step.says)
            self._at, self._number = None, 0
            self._compare()
        except _NotAsWritten as mistake:
            self._note(str(mistake))
        except VanthuError as cause:
            where = self._where
            self._note(f"{where}: it cannot go on: {cause} Mend the model or the scenario.")

    @property
    def _where(self) -> str:
        step = f", {self._number}/{len(self._scenario.steps)}" if self._at else ""
        return f"'{self._scenario.name}'{step}"

    def _note(self, message: str) -> None:
        element = self._at.says.get("element", self._at.says.get("job")) if self._at else None
        line = self._at.line if self._at else self._scenario.line
        self._findings.add("scenario.failed", message, element_id=str(element) if element else None, line=line)

    def _inline(self, operation: str, parameters: Mapping[str, Any], _data: Mapping[str, Any]) -> Mapping[str, object]:
        return {**parameters, **self._scenario.operations.get(operation, {})}

    def _run(self) -> Run:
        return Run.resume(self._procedure, self._progress.state, self._inline)

    def _stepped(self, says: Mapping[str, Any]) -> None:
        data = plain(says.get("data", says.get("result", {})))
        match says:
            case {"waits": wanted}:
                self._require_waits(wanted)
            case {"job": _} | {"job_error": _, "code": _} | {"call": _} | {"call_error": _, "code": _}:
                self._remember(self._ended(says, data))
            case {"timer": element}:
                self._fire(element, says.get("late"))
            case {"message": name}:
                self._deliver("message", name, says.get("key"), data)
            case {"signal": name}:
                self._deliver("signal", name, None, data)
            case _:
                self._complete(says, data)

    def _ended(self, says: Mapping[str, Any], data: Mapping[str, Any]) -> Progress:
        """Let a job, or what was called, end well or with an error."""
        match says:
            case {"job": element}:
                return self._run().finish_job(self._job(element), data, self._now)
            case {"job_error": element, "code": code}:
                return self._run().fail_job(self._job(element), str(code), data, self._now)
            case {"call": element}:
                return self._run().finish_call(self._call(element), data, {}, self._now)
            case _:
                return self._run().fail_call(self._call(says["call_error"]), str(says["code"]), data, self._now)

    def _complete(self, says: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        run, where, by = self._run(), self._where, str(says.get("by"))
        waits = [task for task in run.open_tasks if task.element_id == says.get("element")]
        if not waits:
            wanted, waiting = says.get("element"), _waiting(run)
            raise _NotAsWritten(f"{where}: expected the task '{wanted}' to wait, got: {waiting}.")
        # Of the rounds of a repeated task each may wait for somebody else.
        task = next((one for one in waits if by in self._people(one)), waits[0])
        self._require(says, task, data)
        self._remember(run.complete(task.task_id, str(says.get("outcome", "done")), data, by, self._now))

    def _job(self, element: object) -> TaskId:
        run, where = self._run(), self._where
        job = next((job for job in run.open_jobs if job.element_id == element), None)
        if job is None:
            wanted, waiting = element, _waiting(run)
            raise _NotAsWritten(f"{where}: expected the job '{wanted}' to wait, got: {waiting}.")
        return job.task_id

    def _call(self, element: object) -> TaskId:
        run, where = self._run(), self._where
        task_id = next((task for task, at in run.waiting_elements if at == element and task in run.open_calls), None)
        if task_id is None:
            wanted, waiting = element, _waiting(run)
            raise _NotAsWritten(f"{where}: expected the call '{wanted}' to wait, got: {waiting}.")
        return task_id

    def _fire(self, element: object, late: object) -> None:
        timer = next((timer for timer in self._progress.timers if timer.element_id == element), None)
        if timer is None:
            wanted, waiting, where = element, _waiting(self._run()), self._where
            raise _NotAsWritten(f"{where}: expected the timer '{wanted}' to wait, got: {waiting}.")
        self._now = max(self._now, late if isinstance(late, datetime) and late.tzinfo else timer.due_at)
        self._fired.append(f"{element} {timer.due_at}")
        self._remember(self._run().fire(timer.task_id, self._now))

    def _deliver(self, kind: str, name: object, key: object, data: Mapping[str, Any]) -> None:
        fitting = [one for one in self._progress.subscriptions if _fits(one, kind, name, key)]
        if not fitting:
            wanted, waiting, where = name, _waiting(self._run()), self._where
            raise _NotAsWritten(f"{where}: expected something to wait for '{wanted}', got: {waiting}.")
        for one in fitting:
            self._remember(self._run().receive(one.task_id, data, self._now))

    def _require_waits(self, wanted: object) -> None:
        found = sorted(element for _, element in self._run().waiting_elements)
        if not isinstance(wanted, list) or sorted(map(str, wanted)) != found:
            expected, went, where = _listed(wanted), _listed(found), self._where
            raise _NotAsWritten(f"{where}: expected these to wait: {expected}, got: {went}.")

    def _people(self, task: OpenedTask) -> tuple[str, ...]:
        return (task.assignee,) if task.assignee else self._procedure.human_tasks[task.element_id].roles

    def _require(self, says: Mapping[str, Any], task: OpenedTask, data: Mapping[str, Any]) -> None:
        human, by, where = self._procedure.human_tasks[task.element_id], str(says.get("by")), self._where
        if by not in self._people(task):
            people = ", ".join(self._people(task))
            raise _NotAsWritten(f"{where}: expected the task to be for '{by}', got: {people}.")
        errors = errors_in(self._form(human, str(says.get("outcome", "done")), data), data)
        if errors:
            wrong = "; ".join(f"{error.field}: {error.message.removesuffix('.')}" for error in errors)
            raise _NotAsWritten(f"{where}: expected the form to take the data, got: {wrong}.")

    def _form(self, human: HumanTask, outcome_id: str, data: Mapping[str, Any]) -> dict[str, Any]:
        outcome = human.outcome(outcome_id)
        if outcome is None:
            where, offered = self._where, ", ".join(one.id for one in human.outcomes)
            raise _NotAsWritten(f"{where}: expected the outcome '{outcome_id}' to be offered, got: {offered}.")
        schema = self._procedure.forms[outcome.form] if outcome.form else {"type": "object", "properties": {}}
        given = [Choice(id=text, label=text) for text in dict.fromkeys(_texts(data))]
        return offer(schema, dict.fromkeys(choices_of(schema), given))

    def _remember(self, progress: Progress) -> None:
        """Note what was left, and bring what was thrown to the instance's own waits, the first thrown first."""
        self._noted(progress)
        thrown, brought = deque(progress.sent), 0
        while thrown:
            sent = thrown.popleft()
            waiting = [
                one for one in self._progress.subscriptions if _fits(one, sent.kind, sent.name, sent.correlation)
            ]
            brought += len(waiting)
            if brought > MAX_STEPS:
                where, name = self._where, sent.name
                raise _NotAsWritten(f"{where}: '{name}' is sent to the procedure itself without end.")
            for one in waiting:
                self._noted(self._run().receive(one.task_id, sent.payload, self._now))
                thrown += self._progress.sent

    def _noted(self, progress: Progress) -> None:
        self._progress = progress
        left = [one for one in progress.activities if one.movement is Movement.LEFT and not one.cancelled]
        on_the_way = [one for one in left if one.kind.lower().endswith(("task", "event")) and one.kind not in _BORDERS]
        self._path += [one.element_id for one in on_the_way]
        self._ends += [one.element_id for one in left if one.kind == "endEvent"]
        self._sent += [one.name for one in progress.sent]

    def _compare(self) -> None:
        run, expect, where = self._run(), self._scenario.expect, self._where
        if not self._progress.finished:
            waiting = _waiting(run)
            raise _NotAsWritten(f"{where}: expected it to be finished, got: {waiting}.")
        ways = {"path": self._path, "end": self._ends, "sent": self._sent, "due": self._fired}
        for name, got in ways.items():
            wanted = expect.get(name)
            if wanted not in (None, got):
                expected, went = _listed(wanted), _listed(got)
                raise _NotAsWritten(f"{where}: expected the way {expected}, got: {went}.")
        for name, wanted in plain(expect.get("data", {})).items():
            known = run.data.get(name)
            if not _holds(known, wanted):
                raise _NotAsWritten(f"{where}: expected {name} to be {wanted}, got: {known}.")


def _waiting(run: Run) -> str:
    return ", ".join(element for _, element in run.waiting_elements) or "-"


def _fits(one: Subscription, kind: str, name: object, key: object) -> bool:
    return (one.kind, one.name, one.correlation) == (kind, name, None if key is None else str(key))


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for child in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _texts(child)


def _holds(known: object, expected: object) -> bool:
    """Say whether what is known has everything that is expected; more of it is no mistake."""
    if isinstance(expected, Mapping):
        return isinstance(known, Mapping) and all(
            name in known and _holds(known[name], value) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return isinstance(known, list) and len(known) == len(expected) and all(map(_holds, known, expected))
    return known == expected
