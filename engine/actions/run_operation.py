"""Run an operation of a procedure as a job: outside any transaction first, then one that finishes its task."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from engine import procedures, waits
from engine.errors import VanthuError
from engine.events import OperationFinished
from engine.ids import SYSTEM, InstanceId, TaskId
from engine.neighbours import Services
from engine.operations.catalogue import CATCHABLE, JOBS
from engine.operations.jobs import Finish, Job
from engine.operations.move import Move
from engine.operations.parameters import require_known
from engine.runtime.errors import ErrorNotCaught
from engine.wait_events import OperationFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOperation:
    """Which task of which procedure, and what it asks for; *parameters* is a JSON object."""

    instance_id: InstanceId
    task_id: TaskId
    element_id: str
    operation: str
    parameters: str = "{}"

    def arguments(self) -> Mapping[str, str]:
        """Return what the worker is given to run it (again)."""
        return {
            "instance_id": str(self.instance_id),
            "task_id": str(self.task_id),
            "element_id": self.element_id,
            "operation": self.operation,
            "parameters": self.parameters,
        }


def run_operation(request: RunOperation, *, services: Services) -> None:
    """Do the work and finish the task; harmless when it was done before.

    While the procedure is suspended nothing is done: whoever resumes it has the job deferred again.

    Raises:
        InstanceHalted: It was suspended while the work was being done.
        InstanceNotFound: There is no such procedure.
        ParametersUnfit: The operation does not know what it is given, or cannot use it.
        Refusal, Fault: Whatever stopped the operation; nothing was kept.
    """
    with services.begin() as work:
        instance = work.instances.get(request.instance_id)
        if instance.suspended_at is not None:
            return
        awaited = procedures.job_waits(instance, request.task_id, work)
        document = work.documents.get(instance.document_id)
        agency = work.people.get_agency(document.agency_id)
    if not awaited:
        with services.begin() as work:
            waits.settle_alone(request.task_id, services.clock(), work)
        return
    job = Job(document=document, agency=agency, parameters=json.loads(request.parameters), services=services)
    require_known(request.operation, job.parameters, document, services.clock())
    ended = _done(request, job)
    with services.begin() as work:
        locked = work.instances.lock(request.instance_id)
        if not procedures.job_waits(locked, request.task_id, work):
            return
        move = procedures.prepare(locked, by=SYSTEM, at=services.clock(), work=work)
        if isinstance(ended, VanthuError):
            _fail(request, ended, move)
        else:
            _finish(request, ended, move)


def _done(request: RunOperation, job: Job) -> Finish | VanthuError:
    """Do the work; return how it is kept, or what it ended with where a model may expect that."""
    try:
        return JOBS[request.operation](job)
    except CATCHABLE as error:
        return error


def _finish(request: RunOperation, finish: Finish, move: Move) -> None:
    result = finish(move)
    move.note(request.operation, result)
    procedures.carry(move, lambda run: run.finish_job(request.task_id, result, move.at), request.task_id)
    waits.settle(request.task_id, move.work)
    move.work.record(
        OperationFinished(
            by=SYSTEM,
            at=move.at,
            agency_id=move.document.agency_id,
            instance_id=move.instance.id,
            document_id=move.document.id,
            element=request.element_id,
            operation=request.operation,
            effects=tuple(move.effects),
        )
    )


def _fail(request: RunOperation, error: VanthuError, move: Move) -> None:
    """Let the model go on from the error where it expects it; elsewhere the error itself says more than its code."""
    try:
        procedures.carry(
            move,
            lambda run: run.fail_job(request.task_id, error.code, {"message": str(error)}, move.at),
            request.task_id,
        )
    except ErrorNotCaught:
        raise error from None
    waits.settle(request.task_id, move.work)
    move.work.record(
        OperationFailed(
            by=SYSTEM,
            at=move.at,
            agency_id=move.document.agency_id,
            instance_id=move.instance.id,
            document_id=move.document.id,
            element=request.element_id,
            operation=request.operation,
            code=error.code,
            effects=tuple(move.effects),
        )
    )
