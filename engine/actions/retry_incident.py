"""Retry an incident: the stuck step is tried again, as it was or with other parameters."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import administration, procedures
from engine.actions.run_operation import RunOperation
from engine.administration_events import IncidentRetriedWithParameters
from engine.calling import CALL_PROCEDURE, FINISH_CALL
from engine.events import IncidentRetried, Private
from engine.ids import IncidentId
from engine.incidents import Incident, IncidentNoJob, parameters_of
from engine.opening import OPEN_WORK_ITEM
from engine.operations.catalogue import JOBS
from engine.operations.parameters import require_known
from engine.people import Person
from engine.ports import UnitOfWork
from engine.waits import FIRE_TIMER, PASS_MESSAGE, RECEIVE_SIGNAL


def retry_incident(
    incident_id: IncidentId,
    parameters: Mapping[str, object] | None = None,
    *,
    by: Person,
    at: datetime,
    work: UnitOfWork,
) -> Incident:
    """Have the step tried again; it ends the incident, or the incident counts one more failure.

    Args:
        incident_id: Which one.
        parameters: What the operation is given instead, for an operation of a worker; None: what it was given.
        by: Who asks for it.
        at: When.
        work: The transaction.

    Raises:
        IncidentNotFound, NotAllowed: Not there, of another agency, or not for this person.
        IncidentNotOpen: It is being retried, or over.
        IncidentNoJob: Parameters were given for a step that takes none.
        IncidentInvalid: The parameters are no JSON object, or too large.
        ParametersUnfit: The operation does not know one of them, or cannot use it; each is named.
        InstanceHalted: Its procedure is suspended.
    """
    known, instance = administration.lock_incident(incident_id, "retry_incident", by=by, work=work)
    retrying = known.retrying(given := None if parameters is None else parameters_of(parameters))
    if parameters is not None:
        _require_fit(known, parameters, at, work)
    if known.operation == OPEN_WORK_ITEM:
        move = procedures.prepare(instance, by=by.id, at=at, work=work)
        incident = known.resolved() if procedures.open_again(move, known.task_id) else work.incidents.get(incident_id)
    elif known.operation == CALL_PROCEDURE:
        procedures.call_again(procedures.prepare(instance, by=by.id, at=at, work=work), known.task_id)
        incident = known.resolved()
    else:
        incident = retrying if _tried(retrying, work) else known.resolved()
    work.incidents.save(incident)
    _record(incident, by, at, work, before=None if given is None else known.parameters)
    return incident


def _require_fit(known: Incident, parameters: Mapping[str, object], at: datetime, work: UnitOfWork) -> None:
    if known.operation not in JOBS:
        raise IncidentNoJob
    require_known(known.operation, parameters, work.documents.get(known.document_id), at)


def _record(incident: Incident, by: Person, at: datetime, work: UnitOfWork, *, before: str | None) -> None:
    said: dict[str, Any] = {
        "by": by.id,
        "at": at,
        "agency_id": incident.agency_id,
        "incident_id": incident.id,
        "instance_id": incident.instance_id,
        "element": incident.element_id,
    }
    if before is None:
        work.record(IncidentRetried(**said))
    else:
        after = Private(value=incident.parameters)
        work.record(IncidentRetriedWithParameters(**said, before=Private(value=before), after=after))


def _tried(incident: Incident, work: UnitOfWork) -> bool:
    """Have the worker try again what is stuck; say whether anything still waits for it."""
    if incident.operation == FIRE_TIMER:
        return work.timers.try_now(incident.instance_id, incident.task_id)
    if incident.operation in (PASS_MESSAGE, RECEIVE_SIGNAL, FINISH_CALL):
        work.jobs.defer(incident.operation, json.loads(incident.parameters))
        return True
    if incident.operation in JOBS:
        work.jobs.defer(procedures.RUN_OPERATION, _again(incident).arguments())
        return True
    return _sign_again(incident, work)


def _sign_again(incident: Incident, work: UnitOfWork) -> bool:
    for item in work.work_items.open_of(incident.instance_id):
        if item.task_id == incident.task_id:
            work.jobs.defer(procedures.USE_KEY, {"work_item_id": str(item.id)})
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
