"""What happened to a document: the steps of its procedure, who did them, with what they said."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from api.rest.answers import Answer, Names, PersonRef
from api.rest.calls import Call
from engine.audit import AuditEvent
from engine.events import WorkItemCompleted
from engine.ids import TaskId
from engine.instances import Activity, Instance, Movement
from engine.ports import UnitOfWork


class HistoryLine(Answer):
    """An element of the procedure was entered or left; `actor` is null for the machine.

    `data` and `comment` are what the person gave with the outcome; they are missing once they were erased.
    """

    at: datetime
    element_id: str
    name: str
    kind: str
    movement: Movement
    task_id: UUID
    actor: PersonRef | None
    outcome: str | None
    data: dict[str, Any] | None
    comment: str | None


def history_of(instance: Instance, call: Call, work: UnitOfWork) -> list[HistoryLine]:
    """Return what happened, the oldest first."""
    said = _said(instance, work)
    names = Names(call.by.agency_id, work)
    return [_line(activity, said, names) for activity in work.instances.history(instance.id)]


def _said(instance: Instance, work: UnitOfWork) -> dict[TaskId, Mapping[str, str]]:
    """Return, by task, what people gave with their outcomes, where it is still kept."""
    tasks = {str(item.id): item.task_id for item in work.work_items.of_instance(instance.id)}
    leaves: Sequence[AuditEvent] = work.audit.about(instance.agency_id, list(tasks)) if tasks else ()
    return {
        tasks[leaf.subject_id]: {private.path: private.value for private in leaf.private}
        for leaf in leaves
        if leaf.action == WorkItemCompleted.action
    }


def _line(activity: Activity, said: Mapping[TaskId, Mapping[str, str]], names: Names) -> HistoryLine:
    left = activity.movement is Movement.LEFT
    given = said.get(activity.task_id, {}) if left else {}
    return HistoryLine(
        at=activity.at,
        element_id=activity.element_id,
        name=activity.name,
        kind=activity.kind,
        movement=activity.movement,
        task_id=activity.task_id,
        actor=names.person(activity.actor),
        outcome=activity.outcome,
        data=json.loads(given["details"]) if given.get("details") else None,
        comment=given.get("comment") or None,
    )
