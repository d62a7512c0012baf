"""What happened to a document: the steps of its procedure, who did them, with what they said, whose hands they took."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from heapq import merge
from typing import Any
from uuid import UUID

from api.rest.answers import Answer, Names, PersonRef
from api.rest.calls import Call
from engine.audit import AuditEvent
from engine.events import WorkItemCompleted
from engine.hands import Hand, Handing, handings, placed_in
from engine.history import Removal, removal
from engine.ids import TaskId
from engine.instances import Activity, Instance, Movement
from engine.ports import UnitOfWork
from engine.stand_ins import StandIn
from engine.work_items import WorkItem


class HistoryLine(Answer):
    """An element of the procedure was entered, left or taken back, or its work item changed hands.

    `on_behalf_of` is in whose place it was done, `basis` by which decision. `actor` is null for the machine, `to` is
    who an item was given to. `data` and `comment` are what the person gave with the outcome, or wrote to a colleague;
    they are missing once they were erased. `removed` says that the element did not end by itself: an administrator took
    the procedure out of it.
    """

    at: datetime
    element_id: str
    name: str
    kind: str
    movement: Movement | Hand
    task_id: UUID
    actor: PersonRef | None
    to: PersonRef | None
    on_behalf_of: PersonRef | None
    basis: str | None
    outcome: str | None
    data: dict[str, Any] | None
    comment: str | None
    removed: Removal | None


Said = Mapping[tuple[TaskId, datetime], Mapping[str, str]]
"""What people gave with their outcomes; a step that was taken back and done again was done more than once."""

Places = Mapping[tuple[TaskId, datetime], StandIn]
"""By which stand-ins people acted in another's place."""


def history_of(instance: Instance, call: Call, work: UnitOfWork) -> list[HistoryLine]:
    """Return what happened, the oldest first."""
    items = {str(item.id): item for item in work.work_items.of_instance(instance.id)}
    stuck = [str(incident.id) for incident in work.incidents.of_instance(instance.id)]
    about = work.audit.about(instance.agency_id, [str(instance.id), *items, *stuck])
    leaves = [leaf for leaf in about if leaf.subject_id in items]
    said, places = _said(items, leaves), _places(items, leaves, work)
    names = Names(call.by.agency_id, work)
    lines = [
        _line(activity, said, places, names, removal(activity, about))
        for activity in work.instances.history(instance.id)
    ]
    hands = [_hand(handing, items[str(handing.work_item_id)], places, names) for handing in handings(leaves)]
    return list(merge(lines, hands, key=lambda line: line.at))


def _places(items: Mapping[str, WorkItem], leaves: Sequence[AuditEvent], work: UnitOfWork) -> Places:
    """Return, by task and moment, the stand-ins by which people acted in another's place."""
    placed = placed_in(items.values(), leaves)
    known = work.stand_ins.several(set(placed.values())) if placed else {}
    return {(items[str(item_id)].task_id, at): known[by] for (item_id, at), by in placed.items()}


def _said(items: Mapping[str, WorkItem], leaves: Sequence[AuditEvent]) -> Said:
    """Return, by task and moment, what people gave with their outcomes, where it is still kept."""
    return {
        (items[leaf.subject_id].task_id, leaf.at): {private.path: private.value for private in leaf.private}
        for leaf in leaves
        if leaf.action == WorkItemCompleted.action
    }


def _line(activity: Activity, said: Said, places: Places, names: Names, removed: Removal | None) -> HistoryLine:
    left = activity.movement is Movement.LEFT
    done = None if activity.movement is Movement.ENTERED else (activity.task_id, activity.at)
    place = places.get(done) if done else None
    given = said.get((activity.task_id, activity.at), {}) if left else {}
    return HistoryLine(
        at=activity.at,
        element_id=activity.element_id,
        name=activity.name,
        kind=activity.kind,
        movement=activity.movement,
        task_id=activity.task_id,
        actor=names.person(activity.actor),
        to=None,
        on_behalf_of=names.person(place.principal) if place else None,
        basis=place.basis.text if place else None,
        outcome=activity.outcome,
        data=json.loads(given["details"]) if given.get("details") else None,
        comment=given.get("comment") or None,
        removed=removed,
    )


def _hand(handing: Handing, item: WorkItem, places: Places, names: Names) -> HistoryLine:
    place = places.get((item.task_id, handing.at))
    return HistoryLine(
        at=handing.at,
        element_id=item.element_id,
        name=item.name,
        kind="userTask",
        movement=handing.hand,
        task_id=item.task_id,
        actor=names.person(handing.by),
        to=names.person(handing.to),
        on_behalf_of=names.person(place.principal) if place else None,
        basis=place.basis.text if place else None,
        outcome=None,
        data=None,
        comment=handing.note,
        removed=None,
    )
