"""Hand a work item over: a colleague who may do it gets it with a note, and may refuse it."""

from dataclasses import dataclass
from datetime import datetime

from engine import hands
from engine.acting import acting
from engine.events import Private
from engine.ids import PersonId, WorkItemId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_item_events import WorkItemHandedOver
from engine.work_items import WorkItem


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverWorkItem:
    """A work item, the colleague who is to go on with it, and what they have to know."""

    work_item_id: WorkItemId
    to: PersonId
    note: str | None = None


def hand_over_work_item(request: HandOverWorkItem, *, by: Person, at: datetime, work: UnitOfWork) -> WorkItem:
    """Make the item the colleague's; they do it, take it for good, or refuse it with a reason.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded, OpinionGiven: It is not this person's to give.
        StandInOver: They stood in for whose it is, and do so no longer.
        WorkItemNotOpen: It is done, or being signed.
        NeedsSeveralPeople: It is not for one person.
        OutcomeDataInvalid: The colleague's posts do not include this work, or the note is too long.
    """
    item, _ = work.work_items.lock(request.work_item_id)
    item = acting(by, item, at, work)
    item.require_open()
    note = hands.checked_note("note", request.note)
    colleague = hands.colleague_for(item, request.to, by, at, work)
    # Refused, it goes back to whose it was; a substitute can take it in their place again.
    giver = item.on_behalf_of or by.id
    given = item.acted_on(None, None).seen(by.id, at).handed_over(colleague.id, giver, note)
    work.work_items.save(given)
    work.record(
        WorkItemHandedOver(
            by=by.id,
            at=at,
            agency_id=item.agency_id,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
            work_item_id=item.id,
            document_id=item.document_id,
            to=colleague.id,
            note=Private(value=note or ""),
        )
    )
    return given
