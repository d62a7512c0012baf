"""Retry an incident: the stuck step is tried again, as it was."""

import json
from datetime import datetime

from engine import access, procedures
from engine.actions.ask_signature import USE_KEY
from engine.actions.run_operation import RunOperation
from engine.events import IncidentRetried
from engine.ids import IncidentId
from engine.incidents import Incident, IncidentNotFound
from engine.operations.catalogue import JOBS
from engine.people import Person
from engine.ports import UnitOfWork
from engine.waits import FIRE_TIMER, PASS_MESSAGE, RECEIVE_SIGNAL


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
    known = work.incidents.get(incident_id)
    retrying = known.retrying()
    if known.operation == procedures.OPEN_WORK_ITEM:
        move = procedures.prepare(instance, by=by.id, at=at, work=work)
        incident = known.resolved() if procedures.open_again(move, known.task_id) else work.incidents.get(incident_id)
    else:
        incident = retrying if _tried(known, work) else known.resolved()
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


def _tried(incident: Incident, work: UnitOfWork) -> bool:
    """Have the worker try again what is stuck; say whether anything still waits for it."""
    if incident.operation == FIRE_TIMER:
        return work.timers.try_now(incident.instance_id, incident.task_id)
    if incident.operation in (PASS_MESSAGE, RECEIVE_SIGNAL):
        work.jobs.defer(incident.operation, json.loads(incident.parameters))
        return True
    if incident.operation in JOBS:
        work.jobs.defer(procedures.RUN_OPERATION, _again(incident).arguments())
        return True
    return _sign_again(incident, work)


def _sign_again(incident: Incident, work: UnitOfWork) -> bool:
    for item in work.work_items.open_of(incident.instance_id):
        if item.task_id == incident.task_id:
            work.jobs.defer(USE_KEY, {"work_item_id": str(item.id)})
            return True
    return False


def _again(incident: Incident) -> RunOperation:
    return RunOperation(
        instance_id=incident.instance_id,
        task_id=incident.task_id,
        element_id=incident.element_id,
        operation=incident.operation,
        parameters=incident.parameters,
    )
