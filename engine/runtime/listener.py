"""The run's ear: what the elements report while SpiffWorkflow moves them, and what they ask for.

It stands where SpiffWorkflow would have its script engine, so the one that calls ``exec`` and ``eval`` does not exist.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NoReturn

from SpiffWorkflow.task import Task

from engine.definitions import OperationKind
from engine.ids import TaskId
from engine.instances import Movement
from engine.runtime.errors import BundleUnusable, ExpressionFailed, ExpressionRefused
from engine.runtime.expressions import evaluate
from engine.runtime.procedures import Procedure
from engine.runtime.progress import Activity, OpenedTask, RequestedJob
from engine.runtime.snapshot import Memory, plain

Inline = Callable[[str, Mapping[str, Any], Mapping[str, Any]], Mapping[str, object]]
"""Does an inline operation: its name, the parameters, the data of the instance; returns what it found out."""


class RunListener:
    """Writes down activities and jobs, computes expressions, has inline operations done."""

    def __init__(self, procedure: Procedure, memory: Memory, inline: Inline) -> None:
        self.memory = memory
        self.activities: list[Activity] = []
        self.jobs: list[RequestedJob] = []
        self._procedure: Final = procedure
        self._inline: Final = inline

    def evaluate(self, task: Task, expression: str, external_context: object = None) -> object:
        """Compute an expression of the element over the data of the instance; see ``specs.Listener``.

        Raises:
            ExpressionFailed: The data does not allow it.
        """
        try:
            return evaluate(expression, {**self.memory.data, "outcome": task.data.get("outcome")})
        except ExpressionRefused as cause:
            reason = cause.facts["reason"]
            raise ExpressionFailed(element=task.task_spec.name, expression=expression, reason=reason) from cause

    def execute(self, task: Task, script: str, external_context: object = None) -> NoReturn:
        """Refuse: Python of a model is never run."""
        raise BundleUnusable(reason=f"'{task.task_spec.name}' holds a script")

    def entered(self, task: Task) -> None:
        """Note that a token has come to the element."""
        self.activities.append(self._activity(task, Movement.ENTERED))

    def left(self, task: Task, *, cancelled: bool) -> None:
        """Note that the token has left the element, or was taken away."""
        self.activities.append(self._activity(task, Movement.LEFT, cancelled=cancelled))

    def serve(self, task: Task) -> bool:
        """Do the service task: True when it is done, False when a job is to do it."""
        job = self.job(task)
        match self._procedure.operations.get(job.operation):
            case OperationKind.INLINE:
                result = self._inline(job.operation, job.parameters, MappingProxyType(self.memory.data))
                self.memory.data[job.element_id] = plain(result)
                return True
            case OperationKind.JOB:
                self.jobs.append(job)
                return False
            case None:
                raise BundleUnusable(reason=f"there is no operation '{job.operation}' any more")

    def job(self, task: Task) -> RequestedJob:
        """Return what the service task asks for, computed from the data as it is now."""
        service = self._procedure.service_tasks[task.task_spec.name]
        return RequestedJob(
            task_id=TaskId(task.id),
            element_id=service.element_id,
            operation=service.operation,
            parameters={name: self.evaluate(task, expression) for name, expression in service.parameters.items()},
        )

    def opened(self, task: Task) -> OpenedTask:
        """Return the human task as one that waits, with who may do it."""
        human = self._procedure.human_tasks[task.task_spec.name]
        return OpenedTask(
            task_id=TaskId(task.id),
            element_id=human.element_id,
            unit=self._id(task, human.unit),
            assignee=self._id(task, human.assignee),
            excluded=self.excluded(task),
            data=plain(self.memory.data),
        )

    def excluded(self, task: Task) -> tuple[str, ...]:
        """Return the people who did what the model keeps apart from this task, in any round."""
        apart = self._procedure.human_tasks[task.task_spec.name].not_same_as
        return tuple(dict.fromkeys(person for element in apart for person in self.memory.performers.get(element, ())))

    def _id(self, task: Task, expression: str | None) -> str | None:
        if expression is None:
            return None
        found = self.evaluate(task, expression)
        if not isinstance(found, str) or not found:
            raise ExpressionFailed(element=task.task_spec.name, expression=expression, reason="it gives no id")
        return found

    def _activity(self, task: Task, movement: Movement, *, cancelled: bool = False) -> Activity:
        element = task.task_spec.name
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
