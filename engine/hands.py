"""Hands: to whom a work item can be given, how it changed hands, and who is part of a document's handling chain."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine import access
from engine.audit import AuditEvent
from engine.comments import UNPRINTABLE
from engine.competence import signatories_of
from engine.concerned import staff_now
from engine.documents import Document, OutgoingDocument
from engine.errors import FieldError
from engine.events import WorkItemClaimed, WorkItemDelegated, WorkItemReleased
from engine.ids import PersonId, StandInId, WorkItemId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_item_events import HandoverRefused, WorkItemHandedOver
from engine.work_items import OutcomeDataInvalid, WorkItem, WorkItemState

MAX_NOTE: Final = 2_000


class Hand(StrEnum):
    """How a work item changed hands without being done."""

    CLAIMED = "claimed"
    RELEASED = "released"
    DELEGATED = "delegated"
    HANDED_OVER = "handed_over"
    HANDOVER_REFUSED = "handover_refused"


_ACTIONS: Final[Mapping[str, Hand]] = {
    WorkItemClaimed.action: Hand.CLAIMED,
    WorkItemReleased.action: Hand.RELEASED,
    WorkItemDelegated.action: Hand.DELEGATED,
    WorkItemHandedOver.action: Hand.HANDED_OVER,
    HandoverRefused.action: Hand.HANDOVER_REFUSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """One change of hands: of which item, by whom, to whom if to somebody, with which words if they were not erased."""

    work_item_id: WorkItemId
    hand: Hand
    at: datetime
    by: PersonId
    to: PersonId | None
    note: str | None


def handings(leaves: Sequence[AuditEvent]) -> list[Handing]:
    """Return the changes of hands among the leaves about work items, in the order of the leaves."""
    return [_handing(leaf) for leaf in leaves if leaf.action in _ACTIONS]


def _handing(leaf: AuditEvent) -> Handing:
    to = json.loads(leaf.leaf)["data"].get("to")
    said = [private.value for private in leaf.private if private.path in ("note", "reason")]
    return Handing(
        work_item_id=WorkItemId(UUID(leaf.subject_id)),
        hand=_ACTIONS[leaf.action],
        at=leaf.at,
        by=leaf.actor,
        to=PersonId(UUID(to)) if to else None,
        note=next(iter(said), None) or None,
    )


def placed_in(items: Iterable[WorkItem], leaves: Sequence[AuditEvent]) -> dict[tuple[WorkItemId, datetime], StandInId]:
    """Return, by work item and moment, the stand-ins by which people acted on these items in another's place.

    The items tell it of their last completion, the leaves about them of everything else.
    """
    placed = {
        (item.id, item.completed_at): item.by_stand_in for item in items if item.completed_at and item.by_stand_in
    }
    told = {(WorkItemId(UUID(leaf.subject_id)), leaf.at): by for leaf in leaves if (by := _stand_in(leaf))}
    return placed | told


def _stand_in(leaf: AuditEvent) -> StandInId | None:
    by = json.loads(leaf.leaf)["data"].get("by_stand_in")
    return StandInId(UUID(by)) if by else None


def colleagues_for(item: WorkItem, by: Person, at: datetime, work: UnitOfWork) -> list[Person]:
    """Return the colleagues of *by* who may do the item by their posts, in the order of the agency's people."""
    anyones = replace(item, assignee=None, on_behalf_of=None)
    # By their posts alone: in whose place they may act is no reason to make it theirs.
    people = [replace(one, places=()) for one in staff_now(by.agency_id, at, work)]
    return [one for one in people if one.id != by.id and access.is_candidate(one, anyones)]


def colleague_for(item: WorkItem, to: PersonId, by: Person, at: datetime, work: UnitOfWork) -> Person:
    """Return the colleague an item is given to.

    Raises:
        OutcomeDataInvalid: Their posts do not include this work, or it is *by* themselves.
    """
    if to == by.id:
        raise _wrong("to", "yourself", "This is you. Choose a colleague.")
    found = next((one for one in colleagues_for(item, by, at, work) if one.id == to), None)
    if found is None:
        raise _wrong("to", "not_a_candidate", "This person's posts do not include this work.")
    return found


def checked_note(field: str, text: str | None, *, required: bool = False) -> str | None:
    """Return what goes with an item that is given, None where nothing was written.

    Raises:
        OutcomeDataInvalid: It is too long, cannot be printed, or is missing.
    """
    note = (text or "").replace("\r\n", "\n").strip()
    if required and not note:
        raise _wrong(field, "required", "This field must not be empty.")
    if len(note) > MAX_NOTE:
        raise _wrong(field, "too_long", f"A note takes at most {MAX_NOTE} characters.")
    if UNPRINTABLE.search(note):
        raise _wrong(field, "unprintable", "This field has characters that cannot be printed. Type it again.")
    return note or None


def handles(person: Person, document: Document, items: Sequence[WorkItem]) -> bool:
    """Say whether the person is part of the document's handling chain.

    That is who made it, its signer, and whoever does, did or may now do one of its steps.

    Args:
        person: Of the document's agency.
        document: The document.
        items: Every work item it ever had.
    """
    if person.id == document.created_by:
        return True
    signs = {one.person for one in signatories_of(document)} if isinstance(document, OutgoingDocument) else set()
    if isinstance(document, OutgoingDocument) and person.id in {document.drafter, *signs}:
        return True
    return any(_has_to_do(person, item) for item in items)


def _has_to_do(person: Person, item: WorkItem) -> bool:
    if person.id in (item.assignee, item.completed_by, item.on_behalf_of) or person.id in item.voters:
        return True
    return item.state is WorkItemState.OPEN and access.is_candidate(person, item)


def _wrong(field: str, code: str, message: str) -> OutcomeDataInvalid:
    return OutcomeDataInvalid(errors=[FieldError(field=field, code=code, message=message)])
