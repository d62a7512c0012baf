"""A run: one instance moved by one trigger to where it waits again, and what came of it.

A run has no clock, no database and no ids but those of SpiffWorkflow's tasks. The data of an instance is one mapping
for all branches: completing the human task ``direct`` puts ``data['direct'] = {outcome, by, **form}``, the result of an
operation is ``data[element]``. Only ``outcome`` belongs to the branch: it is that of the last human task on its way, so
that what somebody does beside it changes no decision.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.ids import TaskId
from engine.runtime.compaction import compact
from engine.runtime.errors import (
    OutcomeUnknown,
    PerformerExcluded,
    ProcedureLoops,
    ProcedureStands,
    RunSpent,
    TaskNotOpen,
)
from engine.runtime.listener import Inline, RunListener
from engine.runtime.procedures import Procedure
from engine.runtime.progress import OpenedTask, Progress, RequestedJob
from engine.runtime.snapshot import Memory, dump, load, plain
from engine.runtime.specs import Human, Service, new_workflow

MAX_STEPS: Final = 500
"""Steps of one trigger; SpiffWorkflow's own walks end silently at 1,000."""


class Run:
    """One instance, in memory for as long as a trigger lasts; a run that raised half way is of no more use.

    No run is kept alive between triggers: with states this small, resume, one step and the new state take about 0.1 ms
    together (a bare one-row commit takes three times that), and what is in memory could be stale.
    """

    progress: Progress
    """What the last trigger came to."""

    def __init__(self, workflow: BpmnWorkflow, procedure: Procedure, *, compacted: bool) -> None:
        self._workflow: Final = workflow
        self._procedure: Final = procedure
        self._listener: Final[RunListener] = workflow.script_engine
        self._compacted: Final = compacted
        self._spent = False

    @classmethod
    def start(
        cls,
        procedure: Procedure,
        data: Mapping[str, object],
        inline: Inline,
        *,
        at: datetime,
        compacted: bool = True,
    ) -> "Run":
        """Start an instance with *data* and move it to where it first waits; ``progress`` says what came of it.

        Args:
            procedure: The model.
            data: What the application knows at the start; ids and dates become text.
            inline: Does the inline operations on the way; what it raises passes through.
            at: The moment of the trigger, with its offset; from it timers count.
            compacted: False keeps finished tasks in the state, to compare with.

        Raises:
            DataNotPlain: *data* is not made of text, numbers, truth values, lists and mappings.
            DataTooLarge, ExpressionFailed, ProcedureLoops, ProcedureStands: It cannot get to where it would wait.
        """
        listener = RunListener(procedure, Memory(data=plain(data), performers={}), inline)
        workflow = new_workflow(procedure.spec, procedure.inner, listener)
        run = cls(workflow, procedure, compacted=compacted)
        run._trigger(lambda: None, procedure.key)
        return run

    @classmethod
    def resume(cls, procedure: Procedure, state: bytes, inline: Inline, *, compacted: bool = True) -> "Run":
        """Return the instance as *state* keeps it, ready for one trigger or several.

        Raises:
            StateUnreadable: The state is none of ours, or of another model.
        """
        listener = RunListener(procedure, Memory(data={}, performers={}), inline)
        workflow = new_workflow(procedure.spec, procedure.inner, listener, empty=True)
        listener.memory = load(state, workflow)
        return cls(workflow, procedure, compacted=compacted)

    @property
    def data(self) -> Mapping[str, Any]:
        """What the instance knows."""
        return MappingProxyType(self._listener.memory.data)

    @property
    def open_tasks(self) -> tuple[OpenedTask, ...]:
        """The human tasks that wait, with who may do them as the data says now."""
        return tuple(self._listener.opened(task) for task in self._waiting(Human))

    @property
    def open_jobs(self) -> tuple[RequestedJob, ...]:
        """The jobs waited for, with their parameters as the data gives them now."""
        return tuple(self._listener.job(task) for task in self._waiting(Service))

    def complete(self, task_id: TaskId, outcome: str, data: Mapping[str, object], by: str, at: datetime) -> Progress:
        """Complete a human task with *outcome* and the *data* of its form, done by the person *by*.

        Raises:
            TaskNotOpen: The task does not wait, or never was.
            OutcomeUnknown: The model does not offer this outcome.
            PerformerExcluded: *by* did a task that the model keeps apart from this one.
            DataNotPlain, DataTooLarge, ExpressionFailed, ProcedureLoops, ProcedureStands: It cannot go on from here.
        """
        task = self._waiting_task(task_id, Human)
        element = task.task_spec.name
        human = self._procedure.human_tasks[element]
        if human.outcome(outcome) is None:
            raise OutcomeUnknown(outcome=outcome, offered=", ".join(one.id for one in human.outcomes))
        if by in self._listener.excluded(task):
            raise PerformerExcluded
        answer = {**plain(data), "outcome": outcome, "by": by}

        def act() -> None:
            memory = self._listener.memory
            memory.data[element] = answer
            performers = memory.performers.setdefault(element, [])
            if by not in performers:
                performers.append(by)
            task.data["outcome"] = outcome
            task.run()

        return self._trigger(act, element)

    def fire(self, task_id: TaskId, at: datetime) -> Progress:
        """Let the timer *task_id* fire, which is due at *at* or was before.

        Raises:
            TaskNotOpen: It does not wait any more.
            TimerNotDue: It waits, but not until *at*.
        """
        raise TaskNotOpen

    def receive(self, task_id: TaskId, payload: Mapping[str, object], at: datetime) -> Progress:
        """Take a message or signal for the wait *task_id*; its payload is kept under the id of the element.

        Raises:
            TaskNotOpen: It does not wait any more.
        """
        raise TaskNotOpen

    def fail_job(self, task_id: TaskId, error_code: str, data: Mapping[str, object], at: datetime) -> Progress:
        """Let the job of *task_id* end with the error *error_code* of the model.

        Raises:
            TaskNotOpen: The job's result is there already, or nothing waits for it any more.
            ErrorNotCaught: Neither the task nor anything around it catches the error.
        """
        raise TaskNotOpen

    def finish_job(self, task_id: TaskId, result: Mapping[str, object], at: datetime) -> Progress:
        """Take the *result* of the job asked for under *task_id*.

        Raises:
            TaskNotOpen: The job's result is there already, or nothing waits for it any more.
            DataNotPlain, DataTooLarge, ExpressionFailed, ProcedureLoops, ProcedureStands: It cannot go on from here.
        """
        task = self._waiting_task(task_id, Service)
        answer = plain(result)

        def act() -> None:
            self._listener.memory.data[task.task_spec.name] = answer
            task.complete()

        return self._trigger(act, task.task_spec.name, finishing=task_id)

    def _trigger(self, act: Callable[[], None], element: str, *, finishing: TaskId | None = None) -> Progress:
        self._spent = True
        people, jobs = self._waiting_ids(Human), self._waiting_ids(Service)
        self._listener.activities, self._listener.jobs = [], []
        act()
        self._advance(element)
        if self._compacted:
            compact(self._workflow)
        people_now, jobs_now = self._waiting_ids(Human), self._waiting_ids(Service)
        self.progress = Progress(
            state=dump(self._workflow, self._listener.memory),
            finished=bool(self._workflow.completed),
            opened=tuple(task for task in self.open_tasks if task.task_id not in people),
            closed=tuple(task_id for task_id in people if task_id not in people_now),
            jobs=tuple(job for job in self._listener.jobs if job.task_id in jobs_now),
            dropped_jobs=tuple(task_id for task_id in jobs if task_id not in jobs_now and task_id != finishing),
            activities=tuple(self._listener.activities),
        )
        self._spent = False
        return self.progress

    def _advance(self, element: str) -> None:
        """Run what the machine can do by itself after *element*, in the order it became possible."""
        for _ in range(MAX_STEPS):
            task = next(
                (task for task in self._tasks() if task.state == TaskState.READY and not task.task_spec.manual), None
            )
            if task is None:
                break
            element = task.task_spec.name
            task.run()
        else:
            raise ProcedureLoops(steps=MAX_STEPS, element=element)
        if not self._workflow.completed and not any(True for _ in self._waits()):
            raise ProcedureStands(element=element)

    def _tasks(self) -> Iterator[Task]:
        yield from list(self._workflow.tasks.values())
        for tree in list(self._workflow.subprocesses.values()):
            if not tree.completed:
                yield from list(tree.tasks.values())

    def _waits(self) -> Iterator[Task]:
        """Yield what waits for a person or for a job."""
        for task in self._tasks():
            if task.state == _WAITS.get(type(task.task_spec)):
                yield task

    def _waiting(self, kind: type) -> Iterator[Task]:
        return (task for task in self._waits() if isinstance(task.task_spec, kind))

    def _waiting_ids(self, kind: type) -> list[TaskId]:
        return [TaskId(task.id) for task in self._waiting(kind)]

    def _waiting_task(self, task_id: TaskId, kind: type) -> Task:
        if self._spent:
            raise RunSpent
        task = next((task for task in self._waiting(kind) if task.id == task_id), None)
        if task is None:
            raise TaskNotOpen
        return task


_WAITS: Final = {Human: TaskState.READY, Service: TaskState.STARTED}
"""The state in which an element waits for the world."""
