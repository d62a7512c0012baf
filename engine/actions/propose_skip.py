"""Propose a skip: a stuck step of the machine is to be passed over, once a second person confirms it."""

from dataclasses import dataclass
from datetime import datetime

from engine import administration
from engine.administration import MAX_REASON, SKIPPABLE
from engine.administration_events import SkipProposed
from engine.drafts import FieldChecks
from engine.events import Private
from engine.ids import IncidentId
from engine.incidents import Incident, IncidentInvalid, IncidentNoJob, Skip
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeSkip:
    """An incident, and why the procedure can do without its step."""

    incident_id: IncidentId
    reason: str


def propose_skip(request: ProposeSkip, *, by: Person, at: datetime, work: UnitOfWork) -> Incident:
    """Put the proposal on the incident; trying the step again takes it away.

    Raises:
        IncidentNotFound, NotAllowed, InstanceHalted: As for retrying.
        IncidentInvalid: There is no reason, or none of 1 to 500 characters that can be read.
        IncidentNoJob: Only steps of the machine can be passed over.
        IncidentNotOpen: It is being retried, or over.
        SkipAlreadyProposed: Somebody did.
    """
    known, _ = administration.lock_incident(request.incident_id, "skip_incident", by=by, work=work)
    check = FieldChecks()
    check.text("reason", request.reason, MAX_REASON)
    check.done(IncidentInvalid)
    if known.operation not in SKIPPABLE:
        raise IncidentNoJob
    reason = request.reason.strip()
    proposed = known.skip_proposed(Skip(by=by.id, at=at, reason=reason))
    work.incidents.save(proposed)
    work.record(
        SkipProposed(
            by=by.id,
            at=at,
            agency_id=known.agency_id,
            incident_id=known.id,
            instance_id=known.instance_id,
            element=known.element_id,
            operation=known.operation,
            reason=Private(value=reason),
        )
    )
    return proposed
