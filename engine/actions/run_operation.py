"""Run an operation of a procedure as a job: outside any transaction first, then one that finishes its task."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from engine import procedures
from engine.events import IncidentResolved, OperationFinished
from engine.ids import SYSTEM, InstanceId, TaskId
from engine.neighbours import Services
from engine.operations.catalogue import JOBS
from engine.operations.jobs import Finish, Job
from engine.operations.move import Move


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

    Raises:
        InstanceNotFound: There is no such procedure.
        Refusal, Fault: Whatever stopped the operation; nothing was kept.
    """
    with services.begin() as work:
        instance = work.instances.get(request.instance_id)
        waits = procedures.job_waits(instance, request.task_id, work)
        document = work.documents.get(instance.document_id)
        agency = work.people.get_agency(document.agency_id)
    if not waits:
        _settle_incident(request, services)
        return
    job = Job(document=document, agency=agency, parameters=json.loads(request.parameters), services=services)
    finish = JOBS[request.operation](job)
    with services.begin() as work:
        locked = work.instances.lock(request.instance_id)
        if procedures.job_waits(locked, request.task_id, work):
            _finish(request, finish, procedures.prepare(locked, by=SYSTEM, at=services.clock(), work=work))


def _finish(request: RunOperation, finish: Finish, move: Move) -> None:
    result = finish(move)
    move.note(request.operation, result)
    procedures.carry(move, lambda run: run.finish_job(request.task_id, result, move.at), request.task_id)
    incident = move.work.incidents.find_of_task(request.task_id)
    if incident is not None:
        move.work.incidents.save(incident.resolved())
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


def _settle_incident(request: RunOperation, services: Services) -> None:
    """End the incident of a task that is done: its job ran before, and only its answer got lost with its worker."""
    with services.begin() as work:
        incident = work.incidents.find_of_task(request.task_id)
        if incident is None:
            return
        work.incidents.save(incident.resolved())
        work.record(
            IncidentResolved(
                by=SYSTEM,
                at=services.clock(),
                agency_id=incident.agency_id,
                incident_id=incident.id,
                instance_id=incident.instance_id,
                element=incident.element_id,
            )
        )
