"""What can happen to a work item between its opening and its end, besides those of engine.events."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.events import Private, WorkItemEvent
from engine.ids import InstanceId, PersonId, WorkItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemSeen(WorkItemEvent):
    """Somebody who may do a work item opened it first; from now on the step before it stays done."""

    action = "work_item.seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemHandedOver(WorkItemEvent):
    """A work item was handed over to a colleague, who may refuse it."""

    action = "work_item.handed_over"
    to: PersonId
    note: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRefused(WorkItemEvent):
    """A colleague refused what was handed over to them; it went back."""

    action = "work_item.handover_refused"
    to: PersonId
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemRecalled(WorkItemEvent):
    """Who completed a step took it back; *withdrawn* are the work items it had led to."""

    action = "work_item.recalled"
    instance_id: InstanceId
    element: str
    outcome: str
    withdrawn: Sequence[WorkItemId]
