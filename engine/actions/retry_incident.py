"""Retry an incident: the stuck step is tried again, as it was."""

from datetime import datetime

from engine import access, procedures
from engine.actions.ask_signature import USE_KEY
from engine.actions.run_operation import RunOperation
from engine.events import IncidentRetried
from engine.ids import IncidentId, InstanceId
from engine.incidents import Incident, IncidentNotFound
from engine.operations.catalogue import JOBS
from engine.people import Person
from engine.ports import UnitOfWork


def retry_incident(incident_id: IncidentId, *, by: Person, at: datetime, work: UnitOfWork) -> Incident:
    """Have the step tried again; it ends the incident, or the incident counts one more failure.

    Raises:
        IncidentNotFound: Not there, or of another agency.
        NotAllowed: The person's posts do not include this.
        IncidentNotOpen: It is being retried, or over.
    """
    found = work.incidents.get(incident_id)
    access.require_agency(by, found.agency_id, IncidentNotFound())
    access.require(by, "retry_incident")
    instance = work.instances.lock(found.instance_id)
    incident = work.incidents.get(incident_id).retrying()
    if incident.operation == procedures.OPEN_WORK_ITEM:
        move = procedures.prepare(instance, by=by.id, at=at, work=work)
        if procedures.open_again(move, incident.task_id):
            incident = incident.resolved()
        else:
            incident = work.incidents.get(incident_id)
    elif incident.operation in JOBS:
        work.jobs.defer(procedures.RUN_OPERATION, _again(incident).arguments())
    else:
        incident = _sign_again(incident, instance.id, work)
    work.incidents.save(incident)
    work.record(
        IncidentRetried(
            by=by.id,
            at=at,
            agency_id=incident.agency_id,
            incident_id=incident.id,
            instance_id=incident.instance_id,
            element=incident.element_id,
        )
    )
    return incident


def _sign_again(incident: Incident, instance_id: InstanceId, work: UnitOfWork) -> Incident:
    for item in work.work_items.open_of(instance_id):
        if item.task_id == incident.task_id:
            work.jobs.defer(USE_KEY, {"work_item_id": str(item.id)})
            return incident
    return incident.resolved()


def _again(incident: Incident) -> RunOperation:
    return RunOperation(
        instance_id=incident.instance_id,
        task_id=incident.task_id,
        element_id=incident.element_id,
        operation=incident.operation,
        parameters=incident.parameters,
    )
