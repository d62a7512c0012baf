"""Opening: a task that waits for a person becomes a work item, or an incident where nobody may do it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from engine import access
from engine.concerned import who_could_do
from engine.definitions import HumanTask
from engine.documents import IncomingDocument, OutgoingDocument
from engine.errors import Conflict
from engine.events import IncidentOpened
from engine.ids import IncidentId, PersonId, TaskId, UnitId, WorkItemId
from engine.incidents import Incident
from engine.operations.move import Move
from engine.people import Role
from engine.runtime.errors import ExpressionFailed
from engine.runtime.procedures import Procedure
from engine.runtime.progress import OpenedTask
from engine.work_items import WorkItem

OPEN_WORK_ITEM: Final = "open_work_item"


def close(closed: Sequence[TaskId], move: Move) -> None:
    """End the work items of tasks that wait no more."""
    if not closed:
        return
    for item in move.work.work_items.open_of(move.instance.id):
        if item.task_id in closed:
            move.work.work_items.save(item.cancelled(move.at))


def item_of(task: OpenedTask, model: Procedure, move: Move) -> WorkItem:
    """Return the work item for a task that was reached."""
    step, document = model.human_tasks[task.element_id], move.document
    unit = UnitId(_id_in(task.unit, step.unit, step)) if task.unit else None
    item = WorkItem(
        id=WorkItemId(move.work.new_id()),
        agency_id=document.agency_id,
        instance_id=move.instance.id,
        task_id=task.task_id,
        element_id=task.element_id,
        name=step.name,
        name_en=step.name_en,
        document_id=document.id,
        roles=frozenset(Role(role) for role in step.roles),
        unit_id=unit,
        assignee=PersonId(_id_in(task.assignee, step.assignee, step)) if task.assignee else None,
        excluded=frozenset(PersonId(UUID(person)) for person in task.excluded),
        urgency=int(document.urgency),
        opened_at=move.at,
        opened_by=move.by,
        term=task.due,
        procedure=move.instance.definition_key,
        document_type=document.type,
        about_unit=unit or (document.unit_id if isinstance(document, OutgoingDocument) else None),
        needs=step.needs,
    )
    return timed(item, move)


def timed(item: WorkItem, move: Move) -> WorkItem:
    """Return the item with its last moment counted by the agency's calendar."""
    document = move.document
    # Most steps have no limit at all, and then nobody asks for the calendar.
    limited = item.term is not None or (isinstance(document, IncomingDocument) and document.term is not None)
    return item.due_again(document, move.work.calendars.of(item.agency_id)) if limited else item


def _id_in(text: str, expression: str | None, step: HumanTask) -> UUID:
    try:
        return UUID(text)
    except ValueError as cause:
        raise ExpressionFailed(element=step.element_id, expression=expression, reason="it gives no id") from cause


def open_items(items: Sequence[WorkItem], move: Move) -> None:
    """Keep new work items; whom they are for may read the document from now on."""
    if not items:
        return
    move.work.work_items.add(items)
    move.document = move.document.read_by(
        units=[item.unit_id for item in items if item.unit_id],
        people=[item.assignee for item in items if item.assignee],
    )


def somebody_may(item: WorkItem, move: Move) -> bool:
    """Say whether anybody can do the item; where nobody can, an incident says so instead of silence."""
    cause = access.why_nobody_may(item, who_could_do(item, move.at, move.work))
    if cause is not None:
        _cannot_open(item, cause, move)
    return cause is None


def _cannot_open(item: WorkItem, cause: Conflict, move: Move) -> None:
    work = move.work
    known = work.incidents.find_of_task(item.task_id)
    if known is not None:
        work.incidents.save(known.seen_again(cause.code, str(cause), move.at))
        return
    incident = Incident(
        id=IncidentId(work.new_id()),
        agency_id=item.agency_id,
        instance_id=item.instance_id,
        document_id=item.document_id,
        task_id=item.task_id,
        element_id=item.element_id,
        operation=OPEN_WORK_ITEM,
        parameters="{}",
        code=cause.code,
        message=str(cause),
        first_seen=move.at,
        last_seen=move.at,
    )
    work.incidents.add(incident)
    work.record(
        IncidentOpened(
            by=move.by,
            at=move.at,
            agency_id=item.agency_id,
            incident_id=incident.id,
            instance_id=item.instance_id,
            element=item.element_id,
            code=cause.code,
        )
    )
