"""Report that a step of the machine failed: people see what it waits for, or an incident when it gave up."""

from dataclasses import dataclass
from datetime import datetime

from engine.events import IncidentFailedAgain, IncidentOpened
from engine.ids import SYSTEM, IncidentId, InstanceId, TaskId
from engine.incidents import Incident
from engine.instances import Instance
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What failed, and why, in a sentence for people."""

    operation: str
    element_id: str
    task_id: TaskId
    code: str
    message: str
    parameters: str = "{}"


def report_failure(failure: Failure, instance_id: InstanceId, *, at: datetime, work: UnitOfWork) -> Incident:
    """Open an incident for the step, or count the failure on the one there is."""
    instance = work.instances.lock(instance_id)
    known = work.incidents.find_of_task(failure.task_id)
    if known is not None:
        incident = known.seen_again(failure.code, failure.message, at)
        work.incidents.save(incident)
    else:
        incident = _incident(failure, instance, at, work)
        work.incidents.add(incident)
    happened = IncidentOpened if known is None else IncidentFailedAgain
    work.record(
        happened(
            by=SYSTEM,
            at=at,
            agency_id=instance.agency_id,
            incident_id=incident.id,
            instance_id=instance.id,
            element=failure.element_id,
            code=failure.code,
        )
    )
    return incident


def _incident(failure: Failure, instance: Instance, at: datetime, work: UnitOfWork) -> Incident:
    return Incident(
        id=IncidentId(work.new_id()),
        agency_id=instance.agency_id,
        instance_id=instance.id,
        document_id=instance.document_id,
        task_id=failure.task_id,
        element_id=failure.element_id,
        operation=failure.operation,
        parameters=failure.parameters,
        code=failure.code,
        message=failure.message,
        first_seen=at,
        last_seen=at,
    )
