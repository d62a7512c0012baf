"""Confirm a skip: a second person agrees, and the procedure goes on without the stuck step."""

from datetime import datetime

from engine import administration, procedures
from engine.administration_events import IncidentSkipped
from engine.events import Private
from engine.ids import IncidentId
from engine.incidents import Incident, SkipNotProposed
from engine.people import Person
from engine.ports import UnitOfWork


def confirm_skip(incident_id: IncidentId, *, by: Person, at: datetime, work: UnitOfWork) -> Incident:
    """Pass the step over: its result is ``{skipped: true}``, nothing of what it would have done is done.

    Raises:
        IncidentNotFound, NotAllowed, InstanceHalted: As for retrying.
        IncidentNotOpen: It is being retried, or over.
        SkipNotProposed: There is nothing to confirm.
        SkipNeedsSecondPerson: It was proposed by the same person.
        TaskNotOpen: The procedure went another way meanwhile.
        Refusal, Fault: Whatever stopped the steps that follow; nothing was changed.
    """
    known, instance = administration.lock_incident(incident_id, "skip_incident", by=by, work=work)
    skipped, skip = known.skipped(by.id), known.skip
    if skip is None:
        raise SkipNotProposed
    move = procedures.prepare(instance, by=by.id, at=at, work=work)
    procedures.carry(move, lambda run: run.skip(known.task_id, at), known.task_id)
    work.incidents.save(skipped)
    work.record(
        IncidentSkipped(
            by=by.id,
            at=at,
            agency_id=known.agency_id,
            incident_id=known.id,
            instance_id=known.instance_id,
            document_id=known.document_id,
            element=known.element_id,
            operation=known.operation,
            proposed_by=skip.by,
            reason=Private(value=skip.reason),
            effects=tuple(move.effects),
        )
    )
    return skipped
