"""Procedures in motion: one trigger is carried through the model, and what follows from it is kept.

What follows: the new state, history, work items opened and closed, jobs deferred, the document's own changes.
Everything happens in the caller's transaction; the caller locked the instance and records the event.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from engine import calling, waits
from engine.call_events import InstanceCalled
from engine.definitions import Definition, DefinitionNotFound, HumanTask, Interface
from engine.documents import Document, OutgoingDocument, Version, VersionKind
from engine.history import record
from engine.ids import InstanceId, PersonId, TaskId, WorkItemId
from engine.instances import Caller, Instance
from engine.opening import close, item_of, open_items, somebody_may
from engine.operations.catalogue import CATCHABLE, INLINE, OPERATIONS
from engine.operations.move import Data, Move, OperationMisplaced
from engine.ports import UnitOfWork
from engine.recalls import Hindrance, Recall, Standing, content_hindrance, effect_hindrance
from engine.runtime.procedures import Procedure, Procedures
from engine.runtime.progress import Progress, RequestedCall, RequestedJob
from engine.runtime.run import Run
from engine.runtime.surroundings import Surroundings
from engine.work_items import WorkItem, WorkItemState

Trigger = Callable[[Run], Progress]
"""What moves a procedure: a completed work item, a finished job, a due timer, a message, a signal."""

RUN_OPERATION = "run_operation"
USE_KEY = "use_key"


_MODELS: Final = Procedures(operations=OPERATIONS)


def model_of(instance: Instance, work: UnitOfWork) -> Procedure:
    """Return the parsed model an instance runs by; parsed once per process and bundle."""
    return _MODELS.get(instance.bundle_sha256, lambda: work.definitions.get(instance.definition_id).files)


def interface_of(definition: Definition) -> Interface:
    """Return what a version of a procedure asks of whoever starts it."""
    return model_of_version(definition).interface


def steps_of(work: UnitOfWork) -> dict[str, HumanTask | None]:
    """Return the procedures there are by key, and people's steps in them as 'key/element', by the active models."""
    found: dict[str, HumanTask | None] = {}
    for key in dict.fromkeys(definition.key for definition in work.definitions.all()):
        definition = work.definitions.find_active(key)
        if definition is not None:
            model = model_of_version(definition)
            found[key] = None
            found |= {f"{key}/{name}": task for name, task in model.human_tasks.items()}
    return found


def model_of_version(definition: Definition) -> Procedure:
    """Return the parsed model of a version."""
    return _MODELS.get(definition.bundle_sha256, lambda: definition.files)


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
    work.documents.add(document)
    work.documents.add_version(_first_version(document))
    move = move_of(_instance(definition, document, at, work), document, by, at, work)
    if begin.first is not None:
        begin.first(move)
    return _begin(move, begin.data)


def start_by_message(
    definition: Definition, document: Document, data: Data, *, by: PersonId, at: datetime, work: UnitOfWork
) -> Move:
    """Start this version for a locked document that may have a procedure already, and carry it to its first waits."""
    beside = work.instances.find_of_document(document.id) is not None
    instance = replace(_instance(definition, document, at, work), beside=beside)
    return _begin(move_of(instance, document, by, at, work), data)


def call(request: RequestedCall, move: Move) -> Instance:
    """Start the procedure that a step of the moved one calls, and carry it to its first waits.

    Raises:
        CallImpossible, CallTooDeep, TooManyCalls: It cannot be called so.
        Refusal, Fault: Whatever stopped its first steps.
    """
    calling.require_few(request, move)
    work = move.work
    definition, caller = calling.definition_of(request, work), calling.caller_of(request, move.instance)
    document = calling.document_of(request, interface_of(definition), move)
    move.keep_document()
    shared = document.id == move.document.id
    instance = _instance(definition, document, move.at, work)
    called = move_of(replace(instance, caller=caller, beside=shared), document, move.by, move.at, work)
    called.calls = move.calls
    called.calls.append(called.instance.id)
    _begin(called, request.parameters)
    if shared:
        move.take_over(called)
    work.record(
        InstanceCalled(
            by=move.by,
            at=move.at,
            agency_id=document.agency_id,
            instance_id=called.instance.id,
            document_id=document.id,
            definition_id=definition.id,
            caller_id=caller.instance_id,
            element=caller.element_id,
            effects=tuple(called.effects),
        )
    )
    return called.instance


def call_again(move: Move, task_id: TaskId) -> None:
    """Call anew what the step of the prepared move waits for, where that ended badly; see ``call``.

    Raises:
        TaskNotOpen: It waits no more.
    """
    call(look(move.instance, move.work).called(task_id), move)
    move.keep_document()


def _instance(definition: Definition, document: Document, at: datetime, work: UnitOfWork) -> Instance:
    return Instance(
        id=InstanceId(work.new_id()),
        agency_id=document.agency_id,
        definition_id=definition.id,
        definition_key=definition.key,
        bundle_sha256=definition.bundle_sha256,
        document_id=document.id,
        state=b"",
        started_at=at,
    )


def _begin(move: Move, given: Data) -> Move:
    """Start the new instance of the move with the data it is given, and keep it."""
    document, work, instance = move.document, move.work, move.instance
    known = {"document_id": str(document.id), "agency_id": str(document.agency_id), "urgency": int(document.urgency)}
    model = model_of(instance, work)
    progress = Run.start(model, {**known, **given}, _surroundings(move), at=move.at).progress
    move.instance = _moved(instance, progress, move.at)
    work.instances.add(move.instance)
    _follow(move, model, progress)
    if move.instance.waits:
        waits.keep(move.instance, progress, work, paused=move.document.pause is not None)
    return move


def _moved(instance: Instance, progress: Progress, at: datetime) -> Instance:
    return instance.moved(
        progress.state,
        finished=progress.finished,
        at=at,
        waits=waits.digest_of(progress),
        failed_with=progress.failure.code if progress.failure else None,
    )


def _surroundings(move: Move) -> Surroundings:
    return Surroundings(
        inline=move.inline(INLINE),
        guard=move.guarded(CATCHABLE),
        calendar=lambda: move.work.calendars.of(move.instance.agency_id),
    )


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
    return move_of(instance, work.documents.lock(instance.document_id), by, at, work)


def carry(move: Move, trigger: Trigger, done: TaskId | None = None, item_id: WorkItemId | None = None) -> Move:
    """Carry *trigger*, which finishes the task *done*, through the prepared move, and keep what follows.

    With *item_id*, the work item a person completed by it, the instance keeps what taking it back needs.
    """
    model, before = model_of(move.instance, move.work), move.document
    run = Run.resume(model, move.instance.state, _surroundings(move))
    progress = trigger(run)
    waited = move.instance.waits
    move.instance = _moved(move.instance, progress, move.at)
    opened = _follow(move, model, progress, done)
    recall = _recall(item_id, before, move, progress, opened) if item_id else None
    move.work.instances.save(move.instance, recall)
    if move.instance.waits != waited:
        waits.keep(move.instance, progress, move.work, paused=move.document.pause is not None)
    return move


def count_again(move: Move) -> None:
    """Set the timers of the prepared move by the calendar and the pauses of its document as they are now."""
    model = model_of(move.instance, move.work)
    run = Run.resume(model, move.instance.state, _surroundings(move))
    progress = run.recount(move.document.pauses, move.at)
    move.instance = _moved(move.instance, progress, move.at)
    move.work.instances.save(move.instance)
    waits.keep(move.instance, progress, move.work, paused=move.document.pause is not None)


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
    if progress.calls or progress.dropped_calls:
        return Hindrance.CALLED
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
    progress = Run.resume(model, move.instance.state, _surroundings(move)).change_data(data, move.at)
    move.instance = move.instance.moved(progress.state, finished=progress.finished, at=move.at)
    move.work.instances.save(move.instance)
    kept = {item.task_id: item for item in move.work.work_items.open_of(move.instance.id)}
    for wanted in [item_of(task, model, move) for task in progress.opened]:
        item = kept.get(wanted.task_id)
        if item is not None and (item.state is WorkItemState.SIGNING or item.is_for_the_same(wanted)):
            continue
        if item is not None:
            move.work.work_items.save(item.cancelled(move.at))
        if somebody_may(wanted, move):
            open_items([wanted], move)
            waits.settle(wanted.task_id, move.work)
    move.keep_document()


def job_waits(instance: Instance, task_id: TaskId, work: UnitOfWork) -> bool:
    """Say whether the procedure still waits for the job of this task; a job may run again after it was finished."""
    return instance.finished_at is None and any(job.task_id == task_id for job in look(instance, work).open_jobs)


def call_waits(instance: Instance, task_id: TaskId, work: UnitOfWork) -> bool:
    """Say whether the procedure still waits for what this task called."""
    return instance.finished_at is None and task_id in look(instance, work).open_calls


def calling_element(caller: Caller, above: Instance, work: UnitOfWork) -> str:
    """Return the id of the calling step in the model that *above* runs by; a migration may have given it another."""
    return dict(look(above, work).waiting_elements).get(caller.task_id, caller.element_id)


def look(instance: Instance, work: UnitOfWork) -> Run:
    """Return the instance as it stands, to be looked at and not to be moved."""
    return Run.resume(model_of(instance, work), instance.state, _no_inline)


def _no_inline(operation: str, parameters: Data, data: Data) -> Data:
    raise OperationMisplaced(operation=operation, why="the procedure is only looked at")


def open_again(move: Move, task_id: TaskId) -> bool:
    """Try again to open the work item of a task nobody could do; say whether somebody can now."""
    model = model_of(move.instance, move.work)
    waiting = Run.resume(model, move.instance.state, _surroundings(move)).open_tasks
    opened = [task for task in waiting if task.task_id == task_id]
    items = [item_of(task, model, move) for task in opened]
    if any(not somebody_may(item, move) for item in items):
        return False
    open_items(items, move)
    move.keep_document()
    return True


def move_of(instance: Instance, document: Document, by: PersonId, at: datetime, work: UnitOfWork) -> Move:
    """Return a move with this instance and document, for ``prepare`` or only to be tried."""

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
    close([task_id for task_id in progress.closed if task_id != done], move)
    items = [item_of(task, model, move) for task in progress.opened]
    opened = [item for item in items if somebody_may(item, move)]
    open_items(opened, move)
    for job in progress.jobs:
        work.jobs.defer(RUN_OPERATION, arguments_of(job, instance))
    for sent in progress.sent:
        waits.send(sent, instance, work)
    record(progress, instance, by=move.by, at=move.at, work=work)
    move.keep_document()
    for wanted in progress.calls:
        call(wanted, move)
    if progress.dropped_calls:
        calling.tell_called(instance, work, progress.dropped_calls)
    if progress.finished:
        calling.tell_caller(instance, progress.failure, work)
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
