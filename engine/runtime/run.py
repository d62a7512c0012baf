"""A run: one instance moved by one trigger to where it waits again, and what came of it.

A run has no clock (every trigger brings the time), no database and no ids but those of SpiffWorkflow's tasks. The
data of an instance is one mapping for all branches: completing the human task ``direct`` puts ``data['direct'] =
{outcome, by, **form}``, the result of an operation is ``data[element]``; only called processes and the rounds of a
multi-instance activity keep to themselves what they learn, until they end. ``outcome`` belongs to the branch: it is
that of the last human task on its way, so that what somebody does beside it changes no decision.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from types import UnionType
from typing import Final

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.deadlines import Pause
from engine.ids import TaskId
from engine.runtime.compaction import compact
from engine.runtime.errors import (
    ErrorNotCaught,
    OutcomeUnknown,
    PerformerExcluded,
    ProcedureLoops,
    ProcedureStands,
    RunSpent,
    TaskNotOpen,
    TimerNotDue,
)
from engine.runtime.events import Waiting
from engine.runtime.expressions import bounded_effort
from engine.runtime.landing import landing
from engine.runtime.listener import RunListener, due_of
from engine.runtime.models import TIMERS, TriggerKind
from engine.runtime.procedures import Procedure
from engine.runtime.progress import Progress, RequestedCall
from engine.runtime.scopes import Process, catch, open_scope, owner_of, reach, take_away
from engine.runtime.snapshot import Memory, dump, load, plain
from engine.runtime.specs import Called, Element, Human, Service
from engine.runtime.standing import Standing, ids_of, subscriptions_among, timers_among
from engine.runtime.surroundings import Inline, Surroundings

MAX_STEPS: Final = 2_000
"""Steps of one trigger; a model has at most 1,000 elements, so more of them is a loop that waits for nobody."""
MAX_MOVEMENTS: Final = 20_000
"""Elements entered or left in one trigger: rounds within rounds multiply without taking a step."""


class Run(Standing):
    """One instance, in memory for as long as a trigger lasts; a run that raised half way is of no more use.

    No run is kept alive between triggers: with states this small, resume, one step and the new state take about 0.1 ms
    together (a bare one-row commit takes three times that), and what is in memory could be stale.
    """

    progress: Progress
    """What the last trigger came to."""

    def __init__(self, workflow: Process, procedure: Procedure, *, compacted: bool) -> None:
        super().__init__(workflow)
        self._procedure: Final = procedure
        self._compacted: Final = compacted
        self._spent = False

    @classmethod
    def start(
        cls,
        procedure: Procedure,
        data: Mapping[str, object],
        around: Inline | Surroundings,
        *,
        at: datetime,
        compacted: bool = True,
    ) -> "Run":
        """Start an instance with *data* and move it to where it first waits; ``progress`` says what came of it.

        Args:
            procedure: The model.
            data: What the application knows at the start; ids and dates become text.
            around: The transaction around it, or only what does the inline operations on the way.
            at: The moment of the trigger, with its offset; from it timers count.
            compacted: False keeps finished tasks in the state, to compare with.

        Raises:
            DataNotPlain: *data* is not made of text, numbers, truth values, lists and mappings.
            DataTooLarge, ExpressionFailed, ProcedureLoops, ProcedureStands: It cannot get to where it would wait.
        """
        known = {**dict.fromkeys(procedure.spec.known_at_start), **plain(data)}
        listener = RunListener(procedure, Memory(data=known, performers={}), Surroundings.of(around))
        process = Process(procedure.spec, procedure.inner, listener)
        run = cls(process, procedure, compacted=compacted)
        run._trigger(lambda: open_scope(process), procedure.key, at)
        return run

    @classmethod
    def resume(
        cls, procedure: Procedure, state: bytes, around: Inline | Surroundings, *, compacted: bool = True
    ) -> "Run":
        """Return the instance as *state* keeps it, ready for one trigger or several.

        Raises:
            StateUnreadable: The state is none of ours, or of another model.
        """
        listener = RunListener(procedure, Memory(data={}, performers={}), Surroundings.of(around))
        workflow = Process(procedure.spec, procedure.inner, listener)
        listener.memory = load(state, workflow)
        return cls(workflow, procedure, compacted=compacted)

    def complete(
        self,
        task_id: TaskId,
        outcome: str,
        data: Mapping[str, object],
        by: str,
        at: datetime,
        along: Collection[str] = (),
    ) -> Progress:
        """Complete a human task with *outcome* and the *data* of its form, done by the person *by*.

        Those *along* count as having done it too: in whose place *by* did it, and who agreed with them.

        Raises:
            TaskNotOpen: The task does not wait, or never was.
            OutcomeUnknown: The model does not offer this outcome.
            PerformerExcluded: *by* did a task that the model keeps apart from this one.
            DataNotPlain, DataTooLarge, ExpressionFailed, ProcedureLoops, ProcedureStands: It cannot go on from here.
        """
        task = self._waiting_task(task_id, Human)
        element = task.task_spec.element_id
        human = self._procedure.human_tasks[element]
        if human.outcome(outcome) is None:
            raise OutcomeUnknown(outcome=outcome, offered=", ".join(one.id for one in human.outcomes))
        did = tuple(dict.fromkeys((by, *along)))
        if not set(did).isdisjoint(self._listener.excluded(task)):
            raise PerformerExcluded
        answer = {**plain(data), "outcome": outcome, "by": by}

        def act() -> None:
            self._listener.keep(task, answer)
            performers = self._listener.memory.performers.setdefault(element, [])
            performers += [person for person in did if person not in performers]
            task.data["outcome"] = outcome
            task.run()

        return self._trigger(act, element, at)

    def finish_job(self, task_id: TaskId, result: Mapping[str, object], at: datetime) -> Progress:
        """Take the *result* of the job asked for under *task_id*.

        Raises:
            TaskNotOpen: The job's result is there already, or nothing waits for it any more.
            DataNotPlain, DataTooLarge, ExpressionFailed, ProcedureLoops, ProcedureStands: It cannot go on from here.
        """
        task = self._waiting_task(task_id, Service)
        answer = plain(result)

        def act() -> None:
            self._listener.keep(task, answer)
            task.complete()

        return self._trigger(act, task.task_spec.element_id, at, finishing=task_id)

    def fail_job(self, task_id: TaskId, error_code: str, data: Mapping[str, object], at: datetime) -> Progress:
        """Let the job of *task_id* end with the error *error_code* of the model; *data* go to what catches it.

        Raises:
            TaskNotOpen: The job's result is there already, or nothing waits for it any more.
            ErrorNotCaught: Neither the task nor anything around it catches the error; the run can still be used.
            DataNotPlain, DataTooLarge, ExpressionFailed, ProcedureLoops, ProcedureStands: It cannot go on from here.
        """
        return self._fail(self._waiting_task(task_id, Service), error_code, data, at)

    def _fail(self, task: Task, error_code: str, data: Mapping[str, object], at: datetime) -> Progress:
        element, answer = task.task_spec.element_id, plain(data)
        caught = catch(task, TriggerKind.ERROR, error_code)
        if caught is None:
            raise ErrorNotCaught(element=element, error=error_code)
        return self._trigger(lambda: caught(answer), element, at, finishing=TaskId(task.id))

    def called(self, task_id: TaskId) -> RequestedCall:
        """Return what the call activity *task_id* asks for, as the data says now.

        Raises:
            TaskNotOpen: Nothing waits for what it called any more.
            ExpressionFailed: The data does not allow it.
        """
        return self._listener.called(self._waiting_task(task_id, Called))

    def finish_call(
        self, task_id: TaskId, learned: Mapping[str, object], ids: Mapping[str, object], at: datetime
    ) -> Progress:
        """Take the end of what *task_id* called: of all it *learned* the results the model names, and its *ids*.

        Raises:
            TaskNotOpen: Its end was taken already, or nothing waits for it any more.
            DataTooLarge, ExpressionFailed, ProcedureLoops, ProcedureStands: It cannot go on from here.
        """
        task = self._waiting_task(task_id, Called)
        named = any(True for _ in task.task_spec.node.tagged("result"))
        answer = plain({**ids, **(self._listener.results(task, learned) if named else {})})

        def act() -> None:
            self._listener.keep(task, answer)
            task.complete()

        return self._trigger(act, task.task_spec.element_id, at, finishing=task_id)

    def fail_call(self, task_id: TaskId, error_code: str, data: Mapping[str, object], at: datetime) -> Progress:
        """Let the call of *task_id* end with an error; see ``fail_job``."""
        return self._fail(self._waiting_task(task_id, Called), error_code, data, at)

    def skip(self, task_id: TaskId, at: datetime) -> Progress:
        """Pass a job or a call over: its result is ``{skipped: true}``; see ``finish_job``."""
        task = self._waiting_task(task_id, Service | Called)

        def act() -> None:
            self._listener.keep(task, {"skipped": True})
            task.complete()

        return self._trigger(act, task.task_spec.element_id, at, finishing=task_id)

    def recount(self, pauses: Sequence[Pause], at: datetime) -> Progress:
        """Set the timers anew that count working time, or that stood during *pauses* of the document's clock.

        Raises:
            ExpressionFailed: One cannot be counted.
        """
        waiting = [task for task in self._waiting(Waiting) if task.task_spec.trigger.kind in TIMERS]

        def act() -> None:
            for task in waiting:
                self._listener.recount(task, pauses)

        return self._trigger(act, self._procedure.key, at)

    def fire(self, task_id: TaskId, at: datetime) -> Progress:
        """Let the timer *task_id* fire, which is due at *at* or was before.

        Raises:
            TaskNotOpen: It does not wait any more.
            TimerNotDue: It waits, but not until *at*.
            DataTooLarge, ExpressionFailed, ProcedureLoops, ProcedureStands: It cannot go on from here.
        """
        task = self._waiting_task(task_id, Waiting)
        if task.task_spec.trigger.kind not in TIMERS:
            raise TaskNotOpen
        if due_of(task) > at:
            raise TimerNotDue(due=due_of(task).isoformat())
        return self._trigger(lambda: task.task_spec.fire(task, None), task.task_spec.element_id, at)

    def receive(self, task_id: TaskId, payload: Mapping[str, object], at: datetime) -> Progress:
        """Take a message or signal for the wait *task_id*; its *payload* is kept under the id of the element.

        Raises:
            TaskNotOpen: It does not wait any more.
            DataNotPlain, DataTooLarge, ExpressionFailed, ProcedureLoops, ProcedureStands: It cannot go on from here.
        """
        task = self._waiting_task(task_id, Waiting)
        if task.task_spec.trigger.kind in TIMERS:
            raise TaskNotOpen
        brought = plain(payload)
        return self._trigger(lambda: task.task_spec.fire(task, brought), task.task_spec.element_id, at)

    def move(self, from_task_id: TaskId, to_element_id: str, at: datetime) -> Progress:
        """Take the waiting task away and let its token come to another element of the same scope.

        All rounds of a repeated activity go together.

        Raises:
            TaskNotOpen: The task does not wait any more, or only listens beside the way.
            MoveImpossible: There is no such element in the scope, or no token can be put there.
            DataTooLarge, ExpressionFailed, ProcedureLoops, ProcedureStands: It cannot go on from there.
        """
        task = self._waiting_task(from_task_id, Element)
        if task.task_spec.listens(task):
            raise TaskNotOpen
        token = owner_of(task) or task
        target = landing(task.workflow.spec, to_element_id)

        def act() -> None:
            take_away(token)
            reach(token, target)

        return self._trigger(act, to_element_id, at)

    def change_data(self, data: Mapping[str, object], at: datetime) -> Progress:
        """Replace what the instance knows under the names in *data*; ``opened`` then holds every task that waits.

        Units and assignees are computed anew; the tasks keep their ids. Timers stay as they were set.

        Raises:
            DataNotPlain, DataTooLarge, ExpressionFailed: The data cannot be kept, or open tasks cannot do with it.
        """
        if self._spent:
            raise RunSpent
        changed = plain(data)
        return self._trigger(lambda: self._listener.memory.data.update(changed), self._procedure.key, at, anew=True)

    def settle_in(self, act: Callable[[], object], at: datetime) -> Progress:
        """Let *act* put right what was built from a state of another version; see engine.runtime.migration.

        ``opened`` then holds every task that waits.
        """
        return self._trigger(act, self._procedure.key, at, anew=True)

    def _trigger(
        self,
        act: Callable[[], object],
        element: str,
        at: datetime,
        *,
        finishing: TaskId | None = None,
        anew: bool = False,
    ) -> Progress:
        self._spent = True
        listener, waited = self._listener, self._waits()
        people, jobs, calls = (ids_of(waited, kind) for kind in (Human, Service, Called))
        listener.begin(at)
        with bounded_effort():
            act()
            self._advance(element)
        if self._compacted:
            compact(self._workflow)
        waits = self._waits()
        people_now, jobs_now, calls_now = (ids_of(waits, kind) for kind in (Human, Service, Called))
        reached = people_now if anew else people_now.keys() - people.keys()
        self.progress = Progress(
            state=dump(self._workflow, listener.memory),
            finished=bool(self._workflow.completed),
            opened=tuple(listener.opened(task) for task in waits if task.id in reached),
            closed=tuple(task_id for task_id in people if task_id not in people_now),
            jobs=tuple(job for job in listener.jobs if job.task_id in jobs_now),
            dropped_jobs=tuple(task_id for task_id in jobs if task_id not in jobs_now and task_id != finishing),
            activities=tuple(listener.activities),
            timers=timers_among(waits),
            subscriptions=subscriptions_among(waits),
            sent=tuple(listener.sent),
            calls=tuple(call for call in listener.calls if call.task_id in calls_now),
            dropped_calls=tuple(task_id for task_id in calls if task_id not in calls_now and task_id != finishing),
            failure=listener.failure,
        )
        self._spent = False
        return self.progress

    def _advance(self, element: str) -> None:
        """Run what the machine can do by itself after *element*, in the order it became possible."""
        steps, ready = 0, self._workflow.ready
        while ready or self._join_inclusive():
            task = ready.popleft()
            if task.state != TaskState.READY:
                continue
            movements = len(self._listener.activities)
            if steps == MAX_STEPS or movements > MAX_MOVEMENTS:
                raise ProcedureLoops(steps=steps if steps == MAX_STEPS else movements, element=element)
            element, steps = task.task_spec.element_id, steps + 1
            task.task_spec.turn(task)
        if not self._workflow.completed and not self._waits():
            raise ProcedureStands(element=element)

    def _join_inclusive(self) -> bool:
        """Where all else stands, let an inclusive gateway join what has come to it; say whether one could."""
        return any(gateway.try_to_join(tree) for tree in self._workflow.scopes() for gateway in tree.spec.inclusive)

    def _waiting_task(self, task_id: TaskId, kind: type | UnionType) -> Task:
        if self._spent:
            raise RunSpent
        task = next((task for task in self._waiting(kind) if task.id == task_id), None)
        if task is None:
            raise TaskNotOpen
        return task
