"""Approvals: a step that several people must agree on, and when it is decided."""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import Conflict
from engine.ids import AgencyId, PersonId, StandInId, WorkItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One person's opinion on a step; it is never changed."""

    work_item_id: WorkItemId
    agency_id: AgencyId
    person_id: PersonId
    outcome: str
    at: datetime
    on_behalf_of: PersonId | None = None
    by_stand_in: StandInId | None = None


def is_agreed(needs: int, agreed: int) -> bool:
    """Say whether enough people agree."""
    return agreed >= needs


def is_out_of_reach(needs: int, agreed: int, left: int) -> bool:
    """Say whether too few are left (*left*: who may still give an opinion) for enough people to agree."""
    return agreed + left < needs


class OpinionGiven(Conflict):
    """This person, or somebody in their place, has given their opinion on the step; nobody has two."""

    code = "work_item.opinion_given"
    template = "Your opinion on this is on record, your own or given in your place. It waits for other people now."


class NeedsSeveralPeople(Conflict):
    """A step that several people must agree on cannot be one person's own."""

    code = "work_item.needs_several"
    template = "Several people must agree on this step, so nobody takes it or hands it over. Give your opinion."


class TooFewMayAgree(Conflict):
    """A step was reached that more people must agree on than there are; it becomes an incident."""

    code = "work_item.too_few_may_agree"
    template = (
        "%(needs)s people must agree on '%(name)s', but only %(holders)s may do it. Give others the post, then retry."
    )
