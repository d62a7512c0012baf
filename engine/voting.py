"""Voting: one opinion on a step that several people must agree on, and whether it decides the step."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import access
from engine.approval_events import OpinionRecorded
from engine.approvals import Approval, is_agreed, is_out_of_reach
from engine.concerned import who_could_do
from engine.definitions import Outcome
from engine.events import Private
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_items import WorkItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What somebody chose for a step, and what they wrote."""

    outcome: Outcome
    data: Mapping[str, object]
    comment: str


def vote(item: WorkItem, opinion: Opinion, *, by: Person, at: datetime, work: UnitOfWork) -> tuple[WorkItem, bool]:
    """Record the opinion; return the item with it, and whether the step is decided by it: for its own outcome.

    It is decided when enough people agree, or when those who are left are too few for that.
    """
    agrees = opinion.outcome.approvals is not None
    voted = item.with_opinion(by.id, agrees=agrees)
    work.approvals.add(
        Approval(
            work_item_id=item.id,
            agency_id=item.agency_id,
            person_id=by.id,
            outcome=opinion.outcome.id,
            at=at,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
        )
    )
    work.record(
        OpinionRecorded(
            by=by.id,
            at=at,
            agency_id=item.agency_id,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
            work_item_id=item.id,
            document_id=item.document_id,
            instance_id=item.instance_id,
            element=item.element_id,
            outcome=opinion.outcome.id,
            agreed=voted.agreed,
            needs=item.needs,
            details=Private(value=json.dumps(dict(opinion.data), ensure_ascii=False, sort_keys=True)),
            comment=Private(value=opinion.comment),
        )
    )
    if agrees:
        return voted, is_agreed(item.needs, voted.agreed)
    return voted, is_out_of_reach(item.needs, voted.agreed, _left(voted, at, work))


def _left(item: WorkItem, at: datetime, work: UnitOfWork) -> int:
    """Return how many may still give an opinion; who gave one, or had one given in their place, may not."""
    return access.holders(who_could_do(item, at, work), item)
