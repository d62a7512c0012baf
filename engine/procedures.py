"""Procedures in motion: one trigger is carried through the model, and what follows from it is kept.

What follows: the new state, history, work items opened and closed, jobs deferred, the document's own changes.
Everything happens in the caller's transaction; the caller locked the instance and records the event.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from engine import access, waits
from engine.approvals import TooFewMayAgree
from engine.definitions import Definition, DefinitionNotFound, HumanTask
from engine.documents import Document, IncomingDocument, OutgoingDocument, Version, VersionKind
from engine.errors import Conflict
from engine.events import IncidentOpened
from engine.ids import IncidentId, InstanceId, PersonId, TaskId, UnitId, WorkItemId
from engine.incidents import Incident
from engine.instances import Activity, Instance
from engine.operations.catalogue import INLINE, OPERATIONS
from engine.operations.move import Data, Move, OperationMisplaced
from engine.people import Role
from engine.ports import UnitOfWork
from engine.recalls import Hindrance, Recall, Standing, content_hindrance, effect_hindrance
from engine.runtime.errors import ExpressionFailed
from engine.runtime.procedures import Procedure, Procedures
from engine.runtime.progress import OpenedTask, Progress, RequestedJob
from engine.runtime.run import Run
from engine.work_items import NobodyMayDo, WorkItem, WorkItemState

Trigger = Callable[[Run], Progress]
"""What moves a procedure: a completed work item, a finished job, a due timer, a message, a signal."""

OPEN_WORK_ITEM = "open_work_item"
RUN_OPERATION = "run_operation"
USE_KEY = "use_key"


_MODELS: Final = Procedures(operations=OPERATIONS)


def model_of(instance: Instance, work: UnitOfWork) -> Procedure:
    """Return the parsed model an instance runs by; parsed once per process and bundle."""
    return _MODELS.get(instance.bundle_sha256, lambda: work.definitions.get(instance.definition_id).files)


def steps_of(work: UnitOfWork) -> dict[str, HumanTask | None]:
    """Return the procedures there are by key, and people's steps in them as 'key/element', by the active models."""
    found: dict[str, HumanTask | None] = {}
    for key in dict.fromkeys(definition.key for definition in work.definitions.all()):
        definition = work.definitions.find_active(key)
        if definition is not None:
            model = _MODELS.get(definition.bundle_sha256, _files_of(definition))
            found[key] = None
            found |= {f"{key}/{name}": task for name, task in model.human_tasks.items()}
    return found


def _files_of(definition: Definition) -> Callable[[], Mapping[str, bytes]]:
    return lambda: definition.files


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """How a procedure begins.

    Attributes:
        key: Id of the process in its model.
        data: What it knows from the start, besides the ids of document and agency, and how urgent it is.
        first: What happens to the kept document before the first step.
    """

    key: str
    data: Data
    first: Callable[[Move], None] | None = None


def start(begin: Beginning, document: Document, *, by: PersonId, at: datetime, work: UnitOfWork) -> Move:
    """Keep a new document, start the active version of its procedure, carry it to its first waits.

    Raises:
        DefinitionNotFound: The model was never deployed.
    """
    definition = work.definitions.find_active(begin.key)
    if definition is None:
        raise DefinitionNotFound
    instance = Instance(
        id=InstanceId(work.new_id()),
        agency_id=document.agency_id,
        definition_id=definition.id,
        definition_key=definition.key,
        bundle_sha256=definition.bundle_sha256,
        document_id=document.id,
        state=b"",
        started_at=at,
    )
    work.documents.add(document)
    work.documents.add_version(_first_version(document))
    move = _move(instance, document, by, at, work)
    if begin.first is not None:
        begin.first(move)
    known = {"document_id": str(document.id), "agency_id": str(document.agency_id), "urgency": int(document.urgency)}
    data = {**known, **begin.data}
    model = model_of(instance, work)
    progress = Run.start(model, data, move.inline(INLINE), at=at).progress
    move.instance = instance.moved(progress.state, finished=progress.finished, at=at, waits=waits.digest_of(progress))
    work.instances.add(move.instance)
    _follow(move, model, progress)
    if move.instance.waits:
        waits.keep(move.instance, progress, work)
    return move


def prepare(instance: Instance, *, by: PersonId, at: datetime, work: UnitOfWork, even_suspended: bool = False) -> Move:
    """Lock the document of a locked instance and return the move about to be made with it.

    Raises:
        InstanceEnded: It is over.
        InstanceHalted: An administrator suspended it, and *even_suspended* does not say that this is another's act.
    """
    if even_suspended:
        instance.require_unfinished()
    else:
        instance.require_running()
    return _move(instance, work.documents.lock(instance.document_id), by, at, work)


def carry(move: Move, trigger: Trigger, done: TaskId | None = None, item_id: WorkItemId | None = None) -> Move:
    """Carry *trigger*, which finishes the task *done*, through the prepared move, and keep what follows.

    With *item_id*, the work item a person completed by it, the instance keeps what taking it back needs.
    """
    model, before = model_of(move.instance, move.work), move.document
    run = Run.resume(model, move.instance.state, move.inline(INLINE))
    progress = trigger(run)
    waited, now = move.instance.waits, waits.digest_of(progress)
    move.instance = move.instance.moved(progress.state, finished=progress.finished, at=move.at, waits=now)
    opened = _follow(move, model, progress, done)
    recall = _recall(item_id, before, move, progress, opened) if item_id else None
    move.work.instances.save(move.instance, recall)
    if now != waited:
        waits.keep(move.instance, progress, move.work)
    return move


def _recall(
    item_id: WorkItemId, before: Document, move: Move, progress: Progress, opened: Sequence[WorkItem]
) -> Recall:
    after = move.document
    hindrance = (
        move.hindrance
        or content_hindrance(before, after)
        or _further(progress, opened)
        or effect_hindrance(before, after, move.operations())
    )
    return Recall(
        work_item_id=item_id,
        opened=tuple(item.id for item in opened),
        before=Standing.of(before),
        after=Standing.of(after),
        units=after.reader_units - before.reader_units,
        people=after.reader_people - before.reader_people,
        hindrance=hindrance,
    )


def _further(progress: Progress, opened: Sequence[WorkItem]) -> Hindrance | None:
    """Return what of the procedure itself keeps a step from being taken back, or None."""
    if progress.sent:
        return Hindrance.SENT
    if progress.jobs or progress.dropped_jobs:
        return Hindrance.MACHINE
    if progress.finished:
        return Hindrance.FINISHED
    if len(progress.closed) > 1:
        return Hindrance.OTHERS_ENDED
    return Hindrance.NOBODY_MAY if len(opened) < len(progress.opened) else None


def change_data(move: Move, data: Data) -> None:
    """Replace what the procedure of the prepared move knows under the names in *data*; keep what follows.

    An open work item stays whose it is, unless the data now say that it is for others; then it is opened for those.
    """
    model = model_of(move.instance, move.work)
    progress = Run.resume(model, move.instance.state, move.inline(INLINE)).change_data(data, move.at)
    move.instance = move.instance.moved(progress.state, finished=progress.finished, at=move.at)
    move.work.instances.save(move.instance)
    kept = {item.task_id: item for item in move.work.work_items.open_of(move.instance.id)}
    for wanted in [_item(task, model, move) for task in progress.opened]:
        item = kept.get(wanted.task_id)
        if item is not None and (item.state is WorkItemState.SIGNING or item.is_for_the_same(wanted)):
            continue
        if item is not None:
            move.work.work_items.save(item.cancelled(move.at))
        if _somebody_may(wanted, move):
            _open([wanted], move)
            waits.settle(wanted.task_id, move.work)
    move.keep_document()


def job_waits(instance: Instance, task_id: TaskId, work: UnitOfWork) -> bool:
    """Say whether the procedure still waits for the job of this task; a job may run again after it was finished."""
    return instance.finished_at is None and any(job.task_id == task_id for job in look(instance, work).open_jobs)


def look(instance: Instance, work: UnitOfWork) -> Run:
    """Return the instance as it stands, to be looked at and not to be moved."""
    return Run.resume(model_of(instance, work), instance.state, _no_inline)


def _no_inline(operation: str, parameters: Data, data: Data) -> Data:
    raise OperationMisplaced(operation=operation, why="the procedure is only looked at")


def open_again(move: Move, task_id: TaskId) -> bool:
    """Try again to open the work item of a task nobody could do; say whether somebody can now."""
    model = model_of(move.instance, move.work)
    waiting = Run.resume(model, move.instance.state, move.inline(INLINE)).open_tasks
    opened = [task for task in waiting if task.task_id == task_id]
    items = [_item(task, model, move) for task in opened]
    if any(not _somebody_may(item, move) for item in items):
        return False
    _open(items, move)
    move.keep_document()
    return True


def _move(instance: Instance, document: Document, by: PersonId, at: datetime, work: UnitOfWork) -> Move:
    def start_another(key: str, new: Document, data: Data) -> None:
        start(Beginning(key=key, data=data), new, by=by, at=at, work=work)

    return Move(instance=instance, document=document, by=by, at=at, work=work, start_procedure=start_another)


def _first_version(document: Document) -> Version:
    made_here = isinstance(document, OutgoingDocument) and document.body is not None
    kind = VersionKind.PREPARED if made_here else VersionKind.ORIGINAL
    return Version(
        document_id=document.id,
        ordinal=1,
        kind=kind,
        file_id=document.file_id,
        made_at=document.created_at,
        made_by=document.created_by,
    )


def _follow(move: Move, model: Procedure, progress: Progress, done: TaskId | None = None) -> list[WorkItem]:
    """Keep what followed; return the work items that were opened."""
    work, instance = move.work, move.instance
    _close([task_id for task_id in progress.closed if task_id != done], move)
    items = [_item(task, model, move) for task in progress.opened]
    opened = [item for item in items if _somebody_may(item, move)]
    _open(opened, move)
    for job in progress.jobs:
        work.jobs.defer(RUN_OPERATION, arguments_of(job, instance))
    for sent in progress.sent:
        waits.send(sent, instance, work)
    work.instances.record(
        [
            Activity(
                instance_id=instance.id,
                agency_id=instance.agency_id,
                task_id=passed.task_id,
                element_id=passed.element_id,
                name=passed.name,
                kind=passed.kind,
                movement=passed.movement,
                at=move.at,
                actor=move.by,
                outcome=passed.outcome,
            )
            for passed in progress.activities
        ]
    )
    move.keep_document()
    return opened


def arguments_of(job: RequestedJob, instance: Instance) -> dict[str, str]:
    """Return what the worker is given to run the job of this instance."""
    return {
        "instance_id": str(instance.id),
        "task_id": str(job.task_id),
        "element_id": job.element_id,
        "operation": job.operation,
        "parameters": json.dumps(dict(job.parameters)),
    }


def _close(closed: Sequence[TaskId], move: Move) -> None:
    if not closed:
        return
    for item in move.work.work_items.open_of(move.instance.id):
        if item.task_id in closed:
            move.work.work_items.save(item.cancelled(move.at))


def _item(task: OpenedTask, model: Procedure, move: Move) -> WorkItem:
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
    # Most steps have no limit at all, and then nobody asks for the calendar.
    limited = task.due is not None or (isinstance(document, IncomingDocument) and document.due_date is not None)
    return item.due_again(document, move.work.calendars.of(item.agency_id)) if limited else item


def _id_in(text: str, expression: str | None, step: HumanTask) -> UUID:
    try:
        return UUID(text)
    except ValueError as cause:
        raise ExpressionFailed(element=step.element_id, expression=expression, reason="it gives no id") from cause


def _open(items: list[WorkItem], move: Move) -> None:
    if not items:
        return
    move.work.work_items.add(items)
    move.document = move.document.read_by(
        units=[item.unit_id for item in items if item.unit_id],
        people=[item.assignee for item in items if item.assignee],
    )


def _somebody_may(item: WorkItem, move: Move) -> bool:
    """Say whether anybody can do the item; where nobody can, an incident says so instead of silence."""
    people = move.work.people.of_agency(item.agency_id)
    if item.needs == 1:
        if any(access.is_candidate(person, item) and access.may_act(person, item) for person in people):
            return True
        _cannot_open(item, NobodyMayDo(name=item.name), move)
        return False
    holders = access.holders(people, item)
    if holders < item.needs:
        _cannot_open(item, TooFewMayAgree(needs=item.needs, name=item.name, holders=holders), move)
    return holders >= item.needs


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
