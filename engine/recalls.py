"""Recalls (thu hồi): who completed a step takes it back, while the next person has not opened what it led to.

What a recall needs is kept with the instance by the completion itself. The next trigger that moves the procedure takes
it away, since what that did would be undone too; suspending and resuming move nothing, and leave it. A step whose
effects reach further (a number, a signature, a message, work of the machine, another agency) is never taken back.
Timers and waits for messages come back with the step: each with its own moment, at once if that has passed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from engine.documents import Document, IncomingDocument, IncomingState, OutgoingDocument
from engine.errors import Conflict
from engine.ids import PersonId, UnitId, WorkItemId
from engine.instances import Instance
from engine.work_items import WorkItem, WorkItemState


class Hindrance(StrEnum):
    """Why a step cannot be taken back."""

    NOT_DONE = "not_done"
    NOT_YOURS = "not_yours"
    NOT_LAST = "not_last"
    CHANGED = "changed"
    SUSPENDED = "suspended"
    OPENED = "opened"
    SIGNED = "signed"
    NUMBERED = "numbered"
    FILED = "filed"
    MACHINE = "machine"
    SENT = "sent"
    CALLED = "called"
    SENDER_TOLD = "sender_told"
    FINISHED = "finished"
    NOBODY_MAY = "nobody_may"
    OTHERS_ENDED = "others_ended"
    SEVERAL_AGREED = "several_agreed"
    FAR_REACHING = "far_reaching"
    MIGRATED = "migrated"


SENTENCES: Final[Mapping[Hindrance, str]] = {
    Hindrance.NOT_DONE: "It is not done, or was taken back already.",
    Hindrance.NOT_YOURS: "Only who completed it can take it back.",
    Hindrance.NOT_LAST: "The procedure has gone on since.",
    Hindrance.CHANGED: "The document was changed since: its state, its file or its due date.",
    Hindrance.SUSPENDED: "The procedure is suspended; an administrator has to resume it first.",
    Hindrance.OPENED: "The next person has opened it already. Ask them to return it.",
    Hindrance.SIGNED: "The document was signed with it.",
    Hindrance.NUMBERED: "A number was taken or cancelled with it.",
    Hindrance.FILED: "The document got a new version with it.",
    Hindrance.MACHINE: "The machine has begun to work on it.",
    Hindrance.SENT: "A message or a signal went out with it.",
    Hindrance.CALLED: "Another procedure was started or ended with it.",
    Hindrance.SENDER_TOLD: "The sending agency was told of it.",
    Hindrance.FINISHED: "The procedure ended with it.",
    Hindrance.NOBODY_MAY: "The next step is stuck and has to be put right first.",
    Hindrance.OTHERS_ENDED: "Other people's work ended with it.",
    Hindrance.SEVERAL_AGREED: "Several people decided on it together.",
    Hindrance.FAR_REACHING: "What it did cannot be undone.",
    Hindrance.MIGRATED: "The procedure was taken to another version since.",
}

REVERSIBLE: Final = frozenset(
    {"record_directive", "record_assignment", "record_return", "submit_draft", "request_signature", "step_back"}
)
"""Inline operations whose effects a recall can undo; what else they change of the document still counts."""

_TOLD: Final = frozenset({IncomingState.REGISTERED, IncomingState.ASSIGNED, IncomingState.CLOSED})


class RecallRefused(Conflict):
    """The step cannot be taken back; the reason is in the sentence."""

    code = "work_item.recall_refused"
    template = "%(reason)s The step cannot be taken back."

    def __init__(self, hindrance: Hindrance) -> None:
        super().__init__(reason=SENTENCES[hindrance])
        self.hindrance = hindrance


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a document stood: what a recall sets back, and how it knows that nobody else changed it."""

    state: str
    due_date: date | None
    version: int

    @classmethod
    def of(cls, document: Document) -> "Standing":
        """Return where the document stands."""
        due = document.due_date if isinstance(document, IncomingDocument) else None
        return cls(state=document.state.value, due_date=due, version=document.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What taking back the last step of an instance needs.

    Attributes:
        opened: Work items the step led to.
        units: Units that could read the document from this step on, and not before; *people* likewise.
        hindrance: Why it can never be taken back, or None.
    """

    work_item_id: WorkItemId
    opened: tuple[WorkItemId, ...]
    before: Standing
    after: Standing
    units: frozenset[UnitId]
    people: frozenset[PersonId]
    hindrance: Hindrance | None

    def as_data(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "work_item_id": str(self.work_item_id),
            "opened": [str(item_id) for item_id in self.opened],
            "before": _standing_data(self.before),
            "after": _standing_data(self.after),
            "units": sorted(str(unit) for unit in self.units),
            "people": sorted(str(person) for person in self.people),
            "hindrance": self.hindrance.value if self.hindrance else None,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Recall":
        """Read what *as_data* returned."""
        return cls(
            work_item_id=WorkItemId(UUID(data["work_item_id"])),
            opened=tuple(WorkItemId(UUID(item_id)) for item_id in data["opened"]),
            before=_standing(data["before"]),
            after=_standing(data["after"]),
            units=frozenset(UnitId(UUID(unit)) for unit in data["units"]),
            people=frozenset(PersonId(UUID(person)) for person in data["people"]),
            hindrance=Hindrance(data["hindrance"]) if data["hindrance"] else None,
        )

    def ended(self, hindrance: Hindrance) -> "Recall":
        """Return this as no longer possible."""
        return replace(self, hindrance=self.hindrance or hindrance)

    def undo(self, document: Document) -> Document:
        """Return the document as it stood before the step; who may read it since for another reason still may."""
        undone: Document
        if isinstance(document, IncomingDocument):
            undone = document.set_back(self.before.state, self.before.due_date)
        else:
            undone = document.set_back(self.before.state).without_initial(self.work_item_id)
        return undone.not_read_by(units=self.units, people=self.people)


def content_hindrance(before: Document, after: Document) -> Hindrance | None:
    """Return what a step that made *after* of *before* did to number or file and cannot be taken back, or None."""
    if _numbers(before) != _numbers(after):
        return Hindrance.NUMBERED
    return Hindrance.FILED if before.version != after.version else None


def effect_hindrance(before: Document, after: Document, operations: Collection[str]) -> Hindrance | None:
    """Return why it cannot be taken back by what else these inline operations did, or None."""
    if not REVERSIBLE.issuperset(operations):
        return Hindrance.FAR_REACHING
    told = isinstance(after, IncomingDocument) and after.delivery_id is not None and after.state in _TOLD
    return Hindrance.SENDER_TOLD if told and after.state is not before.state else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """How things stand when somebody wants to take a step back.

    Attributes:
        followers: The open items of the instance; None right after the step, when nobody can have opened one.
    """

    instance: Instance
    document: Document
    followers: Sequence[WorkItem] | None


def hindrance_now(
    item: WorkItem,
    by: PersonId,
    kept: Recall | None,
    now: Situation,
) -> Hindrance | None:
    """Return why *by* cannot take the item back now, or None.

    Args:
        item: The item to be taken back.
        by: Who asks.
        kept: What its instance keeps for a recall.
        now: How all that it led to stands.
    """
    if item.state is not WorkItemState.COMPLETED:
        return Hindrance.NOT_DONE
    if item.completed_by != by:
        return Hindrance.NOT_YOURS
    if item.needs > 1:
        return Hindrance.SEVERAL_AGREED
    if kept is None or kept.work_item_id != item.id:
        return Hindrance.NOT_LAST
    return kept.hindrance or _since(kept, by, now)


def _since(kept: Recall, by: PersonId, now: Situation) -> Hindrance | None:
    """Return what happened since that keeps the step from being taken back, or None."""
    if now.instance.suspended_at is not None:
        return Hindrance.SUSPENDED
    if now.followers is not None:
        untouched = {one.id for one in now.followers if _is_untouched(one, by)}
        if not untouched.issuperset(kept.opened):
            return Hindrance.OPENED
    return None if Standing.of(now.document) == kept.after else Hindrance.CHANGED


def _is_untouched(item: WorkItem, by: PersonId) -> bool:
    return item.state is WorkItemState.OPEN and item.seen_by in (None, by) and not item.voters


def _numbers(document: Document) -> tuple[object, ...]:
    if isinstance(document, OutgoingDocument):
        return (document.number, document.issued_date)
    return (document.arrival_number, document.arrival_date)


def _standing_data(standing: Standing) -> dict[str, Any]:
    due = standing.due_date.isoformat() if standing.due_date else None
    return {"state": standing.state, "due_date": due, "version": standing.version}


def _standing(data: Mapping[str, Any]) -> Standing:
    due = date.fromisoformat(data["due_date"]) if data["due_date"] else None
    return Standing(state=data["state"], due_date=due, version=data["version"])
