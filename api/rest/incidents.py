"""Stuck work: which there is, trying it again, passing it over."""

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.deps import PageDep, WorkDep
from api.rest.answers import Answer, Names, PageOf, PersonRef, page_of, problems
from api.rest.calls import Call, CallDep
from api.rest.fields import PRINTABLE, RequestBody
from api.rest.paths import IncidentPath
from api.rest.routes import Door
from api.texts import spoken
from engine import access
from engine.actions.confirm_skip import confirm_skip
from engine.actions.propose_skip import ProposeSkip, propose_skip
from engine.actions.retry_incident import retry_incident
from engine.administration import MAX_REASON
from engine.incidents import Incident, IncidentState
from engine.operations.catalogue import PARAMETERS

router = APIRouter(route_class=Door, tags=["incidents"])


class SkipAnswer(Answer):
    """The proposal to pass a step over: by whom, when, why."""

    by: PersonRef | None
    at: datetime
    reason: str


class IncidentAnswer(Answer):
    """A stuck step of a procedure: what was tried, why it failed, what helps, since when, how often.

    `parameters` is what its operation was given, `takes` names what it can be given.
    """

    id: UUID
    instance_id: UUID
    document_id: UUID
    element_id: str
    operation: str
    code: str
    message: str
    advice: str
    first_seen: datetime
    last_seen: datetime
    count: int
    state: IncidentState
    parameters: dict[str, Any]
    takes: list[str]
    skip: SkipAnswer | None


class RetryBody(RequestBody):
    """What the operation is given instead of what it was given; null for the same again."""

    parameters: dict[str, Any] | None = None


class SkipBody(RequestBody):
    """A reason proposes to pass the step over, `confirm` agrees to what another person proposed."""

    reason: Annotated[str, Field(max_length=MAX_REASON), PRINTABLE] = ""
    confirm: bool = False


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
    names = Names(call.by.agency_id, work)
    return page_of(found, lambda incident: _answer(incident, call, names))


@router.post(
    "/incidents/{incident_id}/retry",
    status_code=202,
    summary="Try again",
    response_model=IncidentAnswer,
    responses=problems(403, 404, 409, 422),
)
def retry(incident_id: IncidentPath, call: CallDep, work: WorkDep, body: RetryBody | None = None) -> IncidentAnswer:
    """Have the stuck step tried again, as it was or with other parameters."""
    parameters = body.parameters if body else None
    retried = retry_incident(incident_id, parameters, by=call.by, at=call.at, work=work)
    return _answer(retried, call, Names(call.by.agency_id, work))


@router.post(
    "/incidents/{incident_id}/skip",
    summary="Pass the step over",
    response_model=IncidentAnswer,
    responses=problems(403, 404, 409, 422),
)
def skip(incident_id: IncidentPath, body: SkipBody, call: CallDep, work: WorkDep) -> IncidentAnswer:
    """Propose to pass the step over, or as a second person confirm it; the procedure then goes on without it."""
    if body.confirm:
        incident = confirm_skip(incident_id, by=call.by, at=call.at, work=work)
    else:
        proposal = ProposeSkip(incident_id=incident_id, reason=body.reason)
        incident = propose_skip(proposal, by=call.by, at=call.at, work=work)
    return _answer(incident, call, Names(call.by.agency_id, work))


def _answer(incident: Incident, call: Call, names: Names) -> IncidentAnswer:
    proposed = incident.skip
    return IncidentAnswer(
        id=incident.id,
        instance_id=incident.instance_id,
        document_id=incident.document_id,
        element_id=incident.element_id,
        operation=incident.operation,
        code=incident.code,
        message=spoken(incident.message, call.language),
        advice=spoken(incident.advice, call.language),
        first_seen=incident.first_seen,
        last_seen=incident.last_seen,
        count=incident.count,
        state=incident.state,
        parameters=json.loads(incident.parameters),
        takes=sorted(PARAMETERS.get(incident.operation, ())),
        skip=SkipAnswer(by=names.person(proposed.by), at=proposed.at, reason=proposed.reason) if proposed else None,
    )
