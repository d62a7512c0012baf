"""Administration of running procedures: what every act of an administrator has in common."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine import access, calling, procedures, waits
from engine.administration_events import InstanceCancelled
from engine.documents import FINISHED, Document, IncomingDocument, IncomingState, OutgoingState
from engine.drafts import FieldChecks
from engine.errors import FieldError
from engine.events import Private
from engine.ids import IncidentId, InstanceId, TaskId
from engine.incidents import Incident, IncidentNotFound, IncidentState
from engine.instances import (
    Activity,
    AdministrationInvalid,
    Instance,
    InstanceNotCancellable,
    InstanceNotFound,
    Movement,
)
from engine.operations.catalogue import JOBS
from engine.operations.move import Move
from engine.operations.voiding import void_signatures
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_items import WorkItemState

MAX_REASON: Final = 500
SKIPPABLE: Final = frozenset({*JOBS, calling.FINISH_CALL, calling.CALL_PROCEDURE})
"""What a stuck step must be doing for a second person to be able to have it passed over."""
CANCELLABLE: Final = frozenset(
    {OutgoingState.DRAFT, OutgoingState.IN_REVIEW, OutgoingState.TO_SIGN, OutgoingState.SIGNING}
)
"""What nobody outside can rely on yet: there is neither a signature nor a number on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """A running procedure, and why an administrator lays hands on it."""

    instance_id: InstanceId
    reason: str

    @property
    def why(self) -> str:
        """The reason as it is kept."""
        return self.reason.strip()


def data_typed(text: str) -> Mapping[str, object]:
    """Return the JSON object somebody typed as new data; raises AdministrationInvalid if it is none."""
    try:
        typed = json.loads(text)
    except (ValueError, RecursionError):
        typed = None
    if isinstance(typed, Mapping):
        return typed
    wrong = FieldError(field="data", code="not_an_object", message="Write the data as a JSON object: {...}.")
    raise AdministrationInvalid(errors=[wrong])


def administers(person: Person, instance: Instance) -> bool:
    """Say whether the person may see where the procedure stands because they look after it, document or not."""
    return person.agency_id == instance.agency_id and access.may(person, "administer_instance")


def lock(asked: Administration, *, by: Person, work: UnitOfWork) -> Instance:
    """Return the locked instance if this person may administer it and said why.

    Raises:
        InstanceNotFound: Not there, or of another agency.
        NotAllowed: The person is no administrator.
        AdministrationInvalid: There is no reason, or none of 1 to 500 characters that can be read.
    """
    found = work.instances.get(asked.instance_id)
    access.require_agency(by, found.agency_id, InstanceNotFound())
    access.require(by, "administer_instance")
    check = FieldChecks()
    check.text("reason", asked.reason, MAX_REASON)
    check.done(AdministrationInvalid)
    return work.instances.lock(found.id)


def lock_incident(incident_id: IncidentId, action: str, *, by: Person, work: UnitOfWork) -> tuple[Incident, Instance]:
    """Return the incident and its locked instance if this person may do *action* to it.

    Raises:
        IncidentNotFound: Not there, or of another agency.
        NotAllowed: The person's posts do not include this.
        InstanceHalted: Its procedure is suspended.
    """
    found = work.incidents.get(incident_id)
    access.require_agency(by, found.agency_id, IncidentNotFound())
    access.require(by, action)
    instance = work.instances.lock(found.instance_id)
    instance.require_not_suspended()
    return work.incidents.get(incident_id), instance


def go_on(instance: Instance, work: UnitOfWork) -> None:
    """Set up again all that a locked, resumed instance waits for by itself: timers, messages, jobs, keys to be used.

    What an incident has stopped stays stopped, until somebody retries it. A job that is still in the queue runs twice,
    which is harmless.
    """
    run = procedures.look(instance, work)
    if instance.waits:
        waits.keep(instance, run, work, paused=work.documents.get(instance.document_id).pause is not None)
    incidents = {incident.task_id: incident for incident in work.incidents.unresolved_of(instance.id)}
    stuck = {task_id for task_id, incident in incidents.items() if incident.state is IncidentState.OPEN}
    for job in run.open_jobs:
        if job.task_id not in stuck:
            retried = incidents.get(job.task_id)
            given = {"parameters": retried.parameters} if retried else {}
            work.jobs.defer(procedures.RUN_OPERATION, {**procedures.arguments_of(job, instance), **given})
    for item in work.work_items.open_of(instance.id):
        if item.state is WorkItemState.SIGNING and item.task_id not in stuck:
            work.jobs.defer(procedures.USE_KEY, {"work_item_id": str(item.id)})


def cancel(move: Move, reason: str, *, with_caller: bool = False) -> Instance:
    """End the prepared, unfinished instance before its end, and the handling of a document of its own.

    Raises:
        InstanceNotCancellable: The outgoing document is signed, or has its number.
    """
    instance, document = move.instance, move.document
    if not instance.beside:
        move.document = _given_up(document)
        void_signatures(move, reason)
    move.instance = instance.cancelled(reason, move.at, with_caller=with_caller)
    move.work.instances.save(move.instance)
    items = stop(move)
    move.keep_document()
    calling.tell_called(move.instance, move.work)
    calling.tell_caller(move.instance, None, move.work)
    move.work.record(
        InstanceCancelled(
            by=move.by,
            at=move.at,
            agency_id=instance.agency_id,
            instance_id=instance.id,
            document_id=instance.document_id,
            document_state=move.document.state.value,
            items=items,
            reason=Private(value=reason),
        )
    )
    return move.instance


def _given_up(document: Document) -> Document:
    """Return the document as it stands once its own procedure is cancelled."""
    if isinstance(document, IncomingDocument):
        return document if document.state in FINISHED else document.in_state(IncomingState.STOPPED)
    if document.state not in CANCELLABLE:
        raise InstanceNotCancellable(state=document.state.value)
    return document.in_state(OutgoingState.CANCELLED)


def stop(move: Move) -> int:
    """Take away all that the locked, cancelled instance of a move waited for; return how many work items that were."""
    work, instance = move.work, move.instance
    open_items = work.work_items.open_of(instance.id)
    for item in open_items:
        work.work_items.save(item.cancelled(move.at))
    for incident in work.incidents.unresolved_of(instance.id):
        work.incidents.save(incident.resolved())
    work.timers.replace(instance.id, ())
    work.messages.replace(instance.id, ())
    inside: dict[TaskId, Activity] = {}
    for activity in work.instances.history(instance.id):
        if activity.movement is Movement.LEFT:
            inside.pop(activity.task_id, None)
        else:
            inside[activity.task_id] = activity
    work.instances.record(
        [replace(activity, movement=Movement.LEFT, at=move.at, actor=move.by) for activity in inside.values()]
    )
    return len(open_items)


def settle_gone(before: Instance, now: Instance, work: UnitOfWork) -> None:
    """End the incidents of steps that waited in *before* and do not *now*."""
    waited, waiting = (
        {task_id for task_id, _ in procedures.look(instance, work).waiting_elements} for instance in (before, now)
    )
    for incident in work.incidents.unresolved_of(now.id):
        if incident.task_id in waited - waiting:
            work.incidents.save(incident.resolved())


def earlier_steps(instance: Instance, work: UnitOfWork) -> list[str]:
    """Return the elements of people's steps the instance has passed and does not wait at, the last passed first."""
    human = procedures.model_of(instance, work).human_tasks
    now = {element for _, element in procedures.look(instance, work).waiting_elements}
    passed = [each.element_id for each in work.instances.history(instance.id) if each.movement is Movement.LEFT]
    return [element for element in dict.fromkeys(reversed(passed)) if element in human and element not in now]
