"""Save a tier plan: the province says how many localities are to be recognised in a year, level by level."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.criteria import Tier
from engine.errors import FieldError
from engine.people import Person
from engine.ports import UnitOfWork
from engine.provinces import require_provincial
from engine.target_events import TierPlanSaved
from engine.targets import PlanMoved, PlanUnfit, TierPlan

MAX_PLANNED: Final = 10_000
FIRST_YEAR, LAST_YEAR = 2010, 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveTierPlan:
    """A year's plan by tier, and the sum of the revisions it was seen at; None where any will do."""

    year: int
    planned: Mapping[Tier, int]
    seen: int | None = None


def save_tier_plan(request: SaveTierPlan, *, by: Person, at: datetime, work: UnitOfWork) -> list[TierPlan]:
    """Keep the plan and return it; levels that are not named stay as they were.

    Raises:
        NotAllowed: The person does not plan for the province.
        PlanUnfit: The year or a number is none; all are named.
        PlanMoved: Somebody changed it after it was seen.
    """
    require_provincial(by, "plan_targets", work)
    _require_right(request)
    before = {each.tier: each for each in work.targets.plan(by.agency_id, request.year)}
    if request.seen not in (None, sum(each.rev for each in before.values())):
        raise PlanMoved(year=request.year)
    for tier, planned in request.planned.items():
        known = before.get(tier)
        if known is None or known.planned != planned:
            rev = 1 if known is None else known.rev + 1
            before[tier] = TierPlan(agency_id=by.agency_id, year=request.year, tier=tier, planned=planned, rev=rev)
            work.targets.keep_plan(before[tier])
    planned_now = {tier.value: each.planned for tier, each in before.items()}
    work.record(TierPlanSaved(by=by.id, at=at, agency_id=by.agency_id, year=request.year, planned=planned_now))
    return list(before.values())


def _require_right(request: SaveTierPlan) -> None:
    wrong = [tier.value for tier, planned in request.planned.items() if not 0 <= planned <= MAX_PLANNED]
    wrong += [] if FIRST_YEAR <= request.year <= LAST_YEAR else ["year"]
    if wrong:
        message = PlanUnfit.template
        raise PlanUnfit(errors=[FieldError(field=name, code=PlanUnfit.code, message=message) for name in wrong])
