"""Recall a work item: who completed it takes it back, and everything stands as before, while nobody has gone on."""

import json
from dataclasses import replace
from datetime import datetime

from engine import access, procedures, waits
from engine.events import WorkItemCompleted
from engine.form_drafts import FormDraft, packed
from engine.ids import WorkItemId
from engine.instances import Activity, Instance, Movement
from engine.people import Person
from engine.ports import UnitOfWork
from engine.recalls import Hindrance, Recall, RecallRefused, Situation, hindrance_now
from engine.work_item_events import WorkItemRecalled
from engine.work_items import WorkItem, WorkItemNotFound


def recall_work_item(work_item_id: WorkItemId, *, by: Person, at: datetime, work: UnitOfWork) -> WorkItem:
    """Take the completed item back: state, document and history as before, the form as it was sent kept as a draft.

    Raises:
        WorkItemNotFound: The person is not to know of it.
        StandInOver: They did it in another's place, and stand in for them no longer.
        RecallRefused: Somebody went on, or what was done reaches too far; the sentence says which.
    """
    item, instance = work.work_items.lock(work_item_id)
    if item.completed_by != by.id and not access.is_candidate(by, item):
        raise WorkItemNotFound
    kept, state = work.instances.find_recall(instance.id) or (None, None)
    document, followers = work.documents.lock(item.document_id), work.work_items.open_of(instance.id)
    now = Situation(instance=instance, document=document, followers=followers)
    hindrance = hindrance_now(item, by.id, kept, now)
    if hindrance is not None or kept is None or state is None:
        raise RecallRefused(hindrance or Hindrance.NOT_LAST)
    if item.by_stand_in is not None:
        work.stand_ins.hold(item.by_stand_in, at)
    work.documents.save(kept.undo(document))
    if item.completed_at is not None:
        work.directives.recall(document.id, item.completed_at, at)
    for follower in followers:
        if follower.id in kept.opened:
            work.work_items.save(follower.cancelled(at))
    again = item.taken_back(by.id)
    work.work_items.save(again)
    _wait_again(instance, state, at, work)
    work.instances.record([_line(item, by, at, work)])
    _keep_form(item, by, at, work)
    work.record(_event(item, kept, by, at))
    return again


def _wait_again(instance: Instance, state: bytes, at: datetime, work: UnitOfWork) -> None:
    """Have the instance stand where it did; timers come back with their moments, messages are waited for again."""
    run = procedures.look(replace(instance, state=state), work)
    before = instance.moved(state, finished=False, at=at, waits=waits.digest_of(run))
    work.instances.save(before)
    if before.waits != instance.waits:
        paused = work.documents.get(instance.document_id).pause is not None
        waits.keep(before, run, work, paused=paused)


def _line(item: WorkItem, by: Person, at: datetime, work: UnitOfWork) -> Activity:
    left = next(line for line in reversed(work.instances.history(item.instance_id)) if line.task_id == item.task_id)
    return replace(left, movement=Movement.RECALLED, at=at, actor=by.id)


def _keep_form(item: WorkItem, by: Person, at: datetime, work: UnitOfWork) -> None:
    """Keep what was sent as the person's draft, as far as it was not erased."""
    leaves = work.audit.about(item.agency_id, [str(item.id)])
    sent = [leaf for leaf in leaves if leaf.action == WorkItemCompleted.action][-1:]
    given = {private.path: private.value for leaf in sent for private in leaf.private}
    if item.outcome is not None and given.get("details"):
        draft = FormDraft(
            work_item_id=item.id,
            person_id=by.id,
            outcome=item.outcome,
            data=packed(json.loads(given["details"])),
            comment=given.get("comment") or None,
            saved_at=at,
        )
        work.form_drafts.save(draft)


def _event(item: WorkItem, kept: Recall, by: Person, at: datetime) -> WorkItemRecalled:
    return WorkItemRecalled(
        by=by.id,
        at=at,
        agency_id=item.agency_id,
        on_behalf_of=item.on_behalf_of,
        by_stand_in=item.by_stand_in,
        work_item_id=item.id,
        document_id=item.document_id,
        instance_id=item.instance_id,
        element=item.element_id,
        outcome=item.outcome or "",
        withdrawn=kept.opened,
    )
