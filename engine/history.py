"""History: what a procedure entered and left, as lines that stay."""

import json
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from engine.administration_events import IncidentSkipped, InstanceCancelled, TokenMoved
from engine.audit import AuditEvent
from engine.ids import PersonId
from engine.instances import Activity, Instance, Movement
from engine.ports import UnitOfWork
from engine.runtime.progress import Progress


def record(progress: Progress, instance: Instance, *, by: PersonId, at: datetime, work: UnitOfWork) -> None:
    """Append what one trigger of the instance entered and left, in order."""
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
                at=at,
                actor=by,
                outcome=passed.outcome,
            )
            for passed in progress.activities
        ]
    )


class Removal(StrEnum):
    """By which act of an administrator a procedure left an element that did not end by itself."""

    MOVED = "moved"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


def removal(activity: Activity, leaves: Iterable[AuditEvent]) -> Removal | None:
    """Return by which of the acts in *leaves* the element was left; None where the procedure went on by itself."""
    if activity.movement is not Movement.LEFT:
        return None
    for leaf in leaves:
        if leaf.at != activity.at or leaf.action not in _REMOVALS:
            continue
        kind, data = _REMOVALS[leaf.action], json.loads(leaf.leaf)["data"]
        elements = {Removal.MOVED: data.get("from_element"), Removal.SKIPPED: data.get("element")}
        if elements.get(kind, activity.element_id) == activity.element_id:
            return kind
    return None


_REMOVALS = {
    TokenMoved.action: Removal.MOVED,
    IncidentSkipped.action: Removal.SKIPPED,
    InstanceCancelled.action: Removal.CANCELLED,
}
