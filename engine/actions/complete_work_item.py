"""Complete a work item: its outcome and data are checked, the procedure moves on, all in one transaction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from engine import procedures
from engine.acting import acting
from engine.choices import form_of
from engine.definitions import HumanTask, Outcome
from engine.errors import FieldError
from engine.events import Private, WorkItemCompleted
from engine.forms import errors_in
from engine.ids import WorkItemId
from engine.operations.move import Move
from engine.people import Person
from engine.ports import UnitOfWork
from engine.runtime.errors import OutcomeUnknown
from engine.runtime.procedures import Procedure
from engine.signatories import Initial, InitialKind
from engine.signer_events import DocumentInitialled
from engine.voting import Opinion, vote
from engine.work_items import OutcomeDataInvalid, WorkItem, WorkItemNeedsSignature

MAX_COMMENT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteWorkItem:
    """A work item, the outcome chosen for it, and what its form asks for."""

    work_item_id: WorkItemId
    outcome: str
    data: Mapping[str, object]
    comment: str | None = None


def complete_work_item(request: CompleteWorkItem, *, by: Person, at: datetime, work: UnitOfWork) -> WorkItem:
    """Finish the item and carry its procedure to the next waits; implies a claim.

    Where several people must agree, this is one opinion; the item stays open until they decide it.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded, OpinionGiven: It is not this person's to do.
        StandInOver: They stood in for whose it is, and do so no longer.
        WorkItemNotOpen: It is done, or being signed.
        OutcomeUnknown: The model does not offer this outcome.
        WorkItemNeedsSignature: The outcome is given by signing.
        OutcomeDataInvalid: The data does not fit the form; every wrong field is named.
    """
    item, instance = work.work_items.lock(request.work_item_id)
    item = acting(by, item, at, work)
    item.require_open()
    move = procedures.prepare(instance, by=by.id, at=at, work=work)
    model = procedures.model_of(instance, work)
    outcome = _outcome(request.outcome, model.human_tasks[item.element_id])
    data = _checked(request, outcome, model, item, work)
    given = Opinion(outcome=outcome, data=data, comment=(request.comment or "").strip())
    if item.needs > 1:
        item, decided = vote(item, given, by=by, at=at, work=work)
        if not decided:
            work.work_items.save(item)
            return item
    return _finished(item, given, move)


def _finished(item: WorkItem, given: Opinion, move: Move) -> WorkItem:
    work, by, at, outcome = move.work, move.by, move.at, given.outcome
    done = item.completed(outcome.id, by, at)
    work.work_items.save(done)
    if item.on_behalf_of is not None:
        move.document = move.document.read_by(people=[by])
    if outcome.initial is not None:
        _initial(outcome.initial, item, move)
    along = [str(person) for person in item.done_along(by)]
    procedures.carry(
        move,
        lambda run: run.complete(item.task_id, outcome.id, given.data, by=str(by), at=at, along=along),
        item.task_id,
        item.id,
    )
    work.record(
        WorkItemCompleted(
            by=by,
            at=at,
            agency_id=item.agency_id,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
            work_item_id=item.id,
            document_id=item.document_id,
            instance_id=item.instance_id,
            element=item.element_id,
            outcome=outcome.id,
            details=Private(value=json.dumps(dict(given.data), ensure_ascii=False, sort_keys=True)),
            comment=Private(value=given.comment),
            effects=tuple(move.effects),
        )
    )
    return done


def _initial(kind: InitialKind, item: WorkItem, move: Move) -> None:
    """Note who answers for the content or the form of the file as it is; an earlier initial for that is replaced."""
    document = move.outgoing()
    given = Initial(kind=kind, by=move.by, at=move.at, file_id=document.file_id, work_item_id=item.id)
    others = tuple(known for known in document.initials if known.kind is not kind)
    move.document = replace(document, initials=(*others, given))
    move.work.record(
        DocumentInitialled(
            by=move.by,
            at=move.at,
            agency_id=item.agency_id,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
            document_id=document.id,
            work_item_id=item.id,
            kind=kind.value,
            file_id=document.file_id,
        )
    )


def _outcome(outcome_id: str, step: HumanTask) -> Outcome:
    outcome = step.outcome(outcome_id)
    if outcome is None:
        raise OutcomeUnknown(outcome=outcome_id, offered=", ".join(known.id for known in step.outcomes))
    if outcome.signature is not None:
        raise WorkItemNeedsSignature
    return outcome


def _checked(
    request: CompleteWorkItem, outcome: Outcome, model: Procedure, item: WorkItem, work: UnitOfWork
) -> dict[str, object]:
    data = {name: value for name, value in request.data.items() if value not in (None, "")}
    errors = list(errors_in(form_of(outcome, model, item, work), data))
    if request.comment and len(request.comment) > MAX_COMMENT:
        errors.append(
            FieldError(field="comment", code="too_long", message=f"A comment takes at most {MAX_COMMENT} characters.")
        )
    if errors:
        raise OutcomeDataInvalid(errors=errors)
    return data
