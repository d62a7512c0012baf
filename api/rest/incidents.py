"""Stuck work: which there is, and trying it again."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.deps import PageDep, WorkDep
from api.rest.answers import Answer, PageOf, page_of, problems
from api.rest.calls import Call, CallDep
from api.rest.paths import IncidentPath
from api.texts import spoken
from engine import access
from engine.actions.retry_incident import retry_incident
from engine.incidents import Incident, IncidentState

router = APIRouter(tags=["incidents"])


class IncidentAnswer(Answer):
    """A stuck step of a procedure: what was tried, why it failed, since when, how often."""

    id: UUID
    instance_id: UUID
    document_id: UUID
    element_id: str
    operation: str
    code: str
    message: str
    first_seen: datetime
    last_seen: datetime
    count: int
    state: IncidentState


@router.get("/incidents", summary="Stuck work", response_model=PageOf[IncidentAnswer], responses=problems(403, 422))
def list_incidents(
    call: CallDep,
    page: PageDep,
    work: WorkDep,
    resolved: Annotated[bool, Query(description="Those that are over, too")] = False,
) -> PageOf[IncidentAnswer]:
    """Return the agency's incidents, the newest first."""
    access.require(call.by, "read_incidents")
    found = work.incidents.search(call.by.agency_id, page, unresolved=not resolved)
    return page_of(found, lambda incident: _answer(incident, call))


@router.post(
    "/incidents/{incident_id}/retry",
    status_code=202,
    summary="Try again",
    response_model=IncidentAnswer,
    responses=problems(403, 404, 409),
)
def retry(incident_id: IncidentPath, call: CallDep, work: WorkDep) -> IncidentAnswer:
    """Have the stuck step tried again, as it was."""
    return _answer(retry_incident(incident_id, by=call.by, at=call.at, work=work), call)


def _answer(incident: Incident, call: Call) -> IncidentAnswer:
    return IncidentAnswer(
        id=incident.id,
        instance_id=incident.instance_id,
        document_id=incident.document_id,
        element_id=incident.element_id,
        operation=incident.operation,
        code=incident.code,
        message=spoken(incident.message, call.language),
        first_seen=incident.first_seen,
        last_seen=incident.last_seen,
        count=incident.count,
        state=incident.state,
    )
