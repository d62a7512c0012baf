"""The run's ear: what the elements report while SpiffWorkflow moves them, and what they ask for.

It stands where SpiffWorkflow would have its script engine, so the one that calls ``exec`` and ``eval`` does not exist.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final, NoReturn, cast

from SpiffWorkflow.task import Task

from engine.deadlines import Pause, Term, TermInvalid, calendar_functions, is_length, is_too_far, office_date
from engine.definitions import OperationKind
from engine.ids import TaskId
from engine.instances import Movement
from engine.runtime.decisions import decide
from engine.runtime.errors import BundleUnusable, DataTooLarge, ExpressionFailed, ExpressionRefused
from engine.runtime.expressions import OF_CALENDAR, evaluate, weight
from engine.runtime.models import TIMERS, Trigger, TriggerKind
from engine.runtime.procedures import Procedure
from engine.runtime.progress import Activity, Failure, OpenedTask, RequestedCall, RequestedJob, Sent
from engine.runtime.scopes import LOCAL, catch, expects_errors, holder_of, owner_of
from engine.runtime.snapshot import MAX_DATA, Memory, plain
from engine.runtime.surroundings import OperationEnded, Surroundings
from engine.runtime.timers import Alarm, TimerMalformed, alarm, is_literal, is_working_time, recounted

MAX_ROUNDS: Final = 1_000
"""Rounds of one multi-instance activity."""

MAX_LEARNED: Final = 4_000_000
"""Characters and values that the steps of one trigger find out, though each replaces what one found out before."""


class RunListener:
    """Writes down activities and jobs, computes expressions, has inline operations done."""

    def __init__(self, procedure: Procedure, memory: Memory, around: Surroundings) -> None:
        self.memory = memory
        self.at = datetime.min.replace(tzinfo=UTC)
        self._procedure: Final = procedure
        self._around: Final = around
        self._functions: Final = {name: partial(self._count, name) for name in OF_CALENDAR}
        self._counted: Final[dict[str, str]] = {}
        self.begin(self.at)

    def begin(self, at: datetime) -> None:
        """Note nothing yet of a trigger at the moment *at*."""
        self.at = at
        self.activities: list[Activity] = []
        self.jobs: list[RequestedJob] = []
        self.sent: list[Sent] = []
        self.calls: list[RequestedCall] = []
        self.failure: Failure | None = None
        self.learned = 0

    def known(self, task: Task) -> dict[str, Any]:
        """Return what is known at the task: what is local, then what is known around it, then in the instance."""
        layers, inside = [task.internal_data.get(LOCAL)], holder_of(task.workflow)
        while inside is not None:
            layers.append(inside.internal_data.get(LOCAL))
            inside = holder_of(inside.workflow)
        known = dict(self.memory.data)
        for layer in reversed(layers):
            known |= layer or {}
        return known

    def evaluate(self, task: Task, expression: str, external_context: Mapping[str, object] | None = None) -> object:
        """Compute an expression of the element; see ``scopes.Listener``.

        Raises:
            ExpressionFailed: The data does not allow it.
        """
        known = {**self.known(task), "outcome": task.data.get("outcome"), **(external_context or {})}
        try:
            return evaluate(expression, known, self._functions)
        except ExpressionRefused as cause:
            raise _failed(task, expression, str(cause.facts["reason"])) from cause

    def items(self, task: Task, expression: str) -> list[Any]:
        """Compute the collection of a multi-instance activity; see ``scopes.Listener``."""
        found = self.evaluate(task, expression)
        if isinstance(found, int) and not isinstance(found, bool):
            found = list(range(found)) if found <= MAX_ROUNDS else [None] * (MAX_ROUNDS + 1)
        if not isinstance(found, list):
            raise _failed(task, expression, "it gives neither a list nor a number")
        if len(found) > MAX_ROUNDS:
            raise _failed(task, expression, f"it gives more than {MAX_ROUNDS} rounds")
        return list(found)

    def keep(self, task: Task, value: object) -> None:
        """Keep what the element found out: a round in its own place, everything else under its id."""
        self.learned += weight(value, MAX_LEARNED)
        if self.learned > MAX_LEARNED:
            raise DataTooLarge(size=self.learned, limit=MAX_DATA)
        owner = owner_of(task)
        if owner is not None and owner.task_spec.node.repetition.collection is not None:
            task.internal_data["result"] = value
        else:
            self.keep_as(task, task.task_spec.element_id, value)
        for name in task.task_spec.node.keeps:
            self.keep_as(task, name, value)

    def keep_as(self, task: Task, name: str, value: object) -> None:
        """Keep *value* under *name*; see ``scopes.Listener``."""
        inside = holder_of(task.workflow)
        while inside is not None and LOCAL not in inside.internal_data:
            inside = holder_of(inside.workflow)
        data = self.memory.data if inside is None else inside.internal_data[LOCAL]
        data[name] = value

    def arm(self, task: Task, trigger: Trigger) -> dict[str, Any]:
        """Return when the timer is due, or by which key the message comes; see ``scopes.Listener``."""
        if trigger.kind in TIMERS:
            return self._alarm(task, trigger)
        return {"key": self._key(task, trigger)} if trigger.kind is TriggerKind.MESSAGE else {}

    def rearm(self, task: Task) -> bool:
        """Set the timer to its next round; see ``scopes.Listener``."""
        own = task.internal_data
        following = Alarm(due=due_of(task), every=own.get("every"), left=own.get("left", 0)).after(self.at)
        if following is not None:
            task.internal_data |= _kept(following)
        return following is not None

    def send(self, task: Task, trigger: Trigger) -> None:
        """Note that a message or signal was thrown."""
        is_message = trigger.kind is TriggerKind.MESSAGE
        self.sent.append(
            Sent(
                element_id=task.task_spec.element_id,
                kind="message" if is_message else "signal",
                name=trigger.name or "",
                correlation=self._key(task, trigger) if is_message else None,
                payload=plain(self.parameters(task)),
            )
        )

    def parameters(self, task: Task) -> dict[str, Any]:
        """Compute the parameters of the element, in the order of the file."""
        return {
            one.attributes["name"]: self.evaluate(task, one.attributes["expression"])
            for one in task.task_spec.node.tagged("parameter")
        }

    def recount(self, task: Task, pauses: Iterable[Pause]) -> None:
        """Set a timer anew that counts working time or stood during *pauses*; others stay as they are.

        Raises:
            ExpressionFailed: It cannot be counted by the calendar as it is now.
        """
        own, calendar = task.internal_data, self._around.calendar()
        if "since" not in own:
            return
        stood = pauses if follows(task) else ()
        try:
            due = recounted(own["said"], datetime.fromisoformat(own["since"]), stood, calendar)
        except TimerMalformed as cause:
            raise _failed(task, own["said"], str(cause)) from cause
        own["due"] = due.isoformat()
        if "cal" in own:
            own["cal"] = calendar.version

    def _alarm(self, task: Task, trigger: Trigger) -> dict[str, Any]:
        kind, text = trigger.kind, trigger.timer or ""
        self._counted.clear()
        said = text if is_literal(kind, text) else self.evaluate(task, text)
        if not isinstance(said, str):
            raise _failed(task, text, "it gives no text like 'P3D', '3 days' or '2026-03-02T08:00'")
        try:
            kept = _kept(alarm(kind, said, self.at, self._around.calendar))
        except TimerMalformed as cause:
            raise _failed(task, text, str(cause)) from cause
        said = self._counted.get(said, said)
        if is_working_time(said):
            kept["cal"] = self._around.calendar().version
        if kind is not TriggerKind.CYCLE and ("cal" in kept or trigger.clock == "document"):
            kept |= {"since": self.at.isoformat(), "said": said}
        return kept

    def _count(self, name: str, *arguments: object) -> str:
        """Count by the calendar, and remember how, so that it can be counted again."""
        found = calendar_functions(self._around.calendar(), self.at)[name](*arguments)
        self._counted[found] = f"{name}({', '.join(map(repr, arguments))})"
        return found

    def _key(self, task: Task, trigger: Trigger) -> str | None:
        if trigger.correlation is None:
            return None
        key = self.evaluate(task, trigger.correlation)
        if isinstance(key, bool) or not isinstance(key, str | int) or key == "":
            raise _failed(task, trigger.correlation, "it gives no text or whole number to be found by")
        return str(key)

    def execute(self, task: Task, script: str, external_context: object = None) -> NoReturn:
        """Refuse: Python of a model is never run."""
        raise BundleUnusable(reason=f"'{task.task_spec.element_id}' holds a script")

    def entered(self, task: Task) -> None:
        """Note that a token has come to the element."""
        self.activities.append(self._activity(task, Movement.ENTERED))

    def left(self, task: Task, *, cancelled: bool) -> None:
        """Note that the token has left the element, or was taken away."""
        self.activities.append(self._activity(task, Movement.LEFT, cancelled=cancelled))

    def serve(self, task: Task) -> bool:
        """Do the service or business rule task: True when it is done, False when a job is to do it."""
        decision = self._procedure.service_tasks[task.task_spec.element_id].decision
        if decision is not None:
            self.keep(task, self._decided(task, decision))
            return True
        job = self.job(task)
        match self._procedure.operations.get(job.operation):
            case OperationKind.INLINE:
                return self._done_inline(task, job)
            case OperationKind.JOB:
                self.jobs.append(job)
                return False
            case None:
                raise BundleUnusable(reason=f"there is no operation '{job.operation}' any more")

    def _done_inline(self, task: Task, job: RequestedJob) -> bool:
        around, known = self._around, MappingProxyType(self.known(task))
        do = partial(around.inline, job.operation, job.parameters, known)
        if not expects_errors(task):
            self.keep(task, plain(do()))
            return True
        try:
            self.keep(task, plain(around.guard(do)))
        except OperationEnded as ended:
            caught = catch(task, TriggerKind.ERROR, ended.code)
            if caught is None:
                raise ended.__cause__ or ended from None
            caught({"message": ended.message})
        return True

    def call(self, task: Task) -> None:
        """Note that another procedure is called; see ``scopes.Listener``."""
        self.calls.append(self.called(task))

    def called(self, task: Task) -> RequestedCall:
        """Return what the call activity asks for, computed from the data as it is now."""
        node = task.task_spec.node
        version = node.attributes.get("version")
        return RequestedCall(
            task_id=TaskId(task.id),
            element_id=node.id,
            key=node.calls or "",
            version=int(version) if version else None,
            document=self._id(task, node.attributes.get("document")),
            parameters=plain(self.parameters(task)),
        )

    def results(self, task: Task, learned: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what the call activity keeps of what was learned; see ``scopes.Listener``."""
        named = {one.attributes["name"]: one.attributes["expression"] for one in task.task_spec.node.tagged("result")}
        if not named:
            return learned
        try:
            return {name: evaluate(expression, learned, self._functions) for name, expression in named.items()}
        except ExpressionRefused as cause:
            raise _failed(task, str(cause.facts["expression"]), str(cause.facts["reason"])) from cause

    def fail(self, code: str, data: object) -> None:
        """Note that the instance ends with an error; see ``scopes.Listener``."""
        self.failure = Failure(code=code, data=plain(data) if isinstance(data, Mapping) else {})

    def _decided(self, task: Task, decision: str) -> object:
        known = {**self.known(task), "outcome": task.data.get("outcome"), **self.parameters(task)}
        return decide(self._procedure.decisions, decision, known)

    def job(self, task: Task) -> RequestedJob:
        """Return what the service task asks for, computed from the data as it is now."""
        service = self._procedure.service_tasks[task.task_spec.element_id]
        return RequestedJob(
            task_id=TaskId(task.id),
            element_id=service.element_id,
            operation=service.operation,
            parameters=self.parameters(task),
        )

    def opened(self, task: Task) -> OpenedTask:
        """Return the human task as one that waits, with who may do it."""
        human = self._procedure.human_tasks[task.task_spec.element_id]
        return OpenedTask(
            task_id=TaskId(task.id),
            element_id=human.element_id,
            unit=self._id(task, human.unit),
            assignee=self._id(task, human.assignee),
            excluded=self.excluded(task),
            due=self._term(task, human.due),
            data=plain(self.known(task)),
            signs=self._id(task, human.signs),
        )

    def excluded(self, task: Task) -> tuple[str, ...]:
        """Return the people who did what the model keeps apart from this task, in any round.

        A task kept apart from itself is for another person in each round of the same multi-instance.
        """
        element = task.task_spec.element_id
        people: list[str] = []
        for apart in self._procedure.human_tasks[element].not_same_as:
            people += self._earlier_rounds(task) if apart == element else self.memory.performers.get(apart, ())
        return tuple(dict.fromkeys(people))

    @staticmethod
    def _earlier_rounds(task: Task) -> list[str]:
        owner = owner_of(task)
        return [] if owner is None else [result["by"] for result in owner.internal_data["results"] if result]

    def _id(self, task: Task, expression: str | None) -> str | None:
        if expression is None:
            return None
        found = self.evaluate(task, expression)
        if not isinstance(found, str) or not found:
            raise _failed(task, expression, "it gives no id")
        return found

    def _term(self, task: Task, due: str | None) -> str | None:
        """Return the time limit *due* says: written in the model, or given by an expression that gives text."""
        if due is None or is_length(due):
            return due
        found = self.evaluate(task, due)
        if found is None or found == "":
            return None
        try:
            term = Term.parse(str(found))
        except TermInvalid as cause:
            raise _failed(task, due, f"'{found}' is no time limit") from cause
        if term.until is not None and is_too_far(term.until, office_date(self.at)):
            raise _failed(task, due, f"'{found}' is years away")
        return term.written()

    def _activity(self, task: Task, movement: Movement, *, cancelled: bool = False) -> Activity:
        element = task.task_spec.element_id
        done = movement is Movement.LEFT and not cancelled and element in self._procedure.human_tasks
        return Activity(
            task_id=TaskId(task.id),
            element_id=element,
            name=self._procedure.names[element],
            kind=self._procedure.kinds[element],
            movement=movement,
            outcome=task.data["outcome"] if done else None,
            cancelled=cancelled,
        )


def due_of(task: Task) -> datetime:
    """Return when the waiting timer fires, in UTC."""
    return datetime.fromisoformat(cast("str", task.internal_data["due"]))


def follows(task: Task) -> bool:
    """Say whether the waiting timer stands while the clock of the document does."""
    clock = task.task_spec.trigger.clock
    return "since" in task.internal_data and (clock == "document" or (clock is None and "cal" in task.internal_data))


def _kept(alarm: Alarm) -> dict[str, Any]:
    once = {"due": alarm.due.isoformat()}
    return once if alarm.every is None else {**once, "every": alarm.every, "left": alarm.left}


def _failed(task: Task, expression: str, reason: str) -> ExpressionFailed:
    # What begins an event sub-process listens at the root of its scope, which is no element of the model.
    element = getattr(task.task_spec, "element_id", task.workflow.spec.name)
    return ExpressionFailed(element=element, expression=expression, reason=reason)
