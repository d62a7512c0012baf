"""Targets and plans as rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from engine.criteria import Tier
from engine.ids import AgencyId, CriteriaSetId, DocumentId, LocalityId, PersonId, TargetId
from engine.targets import PlanMoved, Target, TargetNotFound, TargetState, TierPlan
from storage.schema import targets, tier_plans
from storage.statements import Statements

_MOST = 20_000
_GET = select(targets).where(targets.c.id == bindparam("target_id"))
_OF_DOCUMENT = select(targets).where(targets.c.document_id == bindparam("of_document"))
_FIND = select(targets).where(
    targets.c.locality_id == bindparam("of_locality"),
    targets.c.tier == bindparam("for_tier"),
    targets.c.year == bindparam("for_year"),
    targets.c.state != TargetState.REFUSED.value,
)
_OF_YEAR = select(targets).where(targets.c.year == bindparam("for_year")).order_by(targets.c.id).limit(_MOST)
_ANSWER = ("state", "answered_on", "answered_by", "reason")
_SAVE = (
    update(targets)
    .where(targets.c.id == bindparam("target_id"))
    .values({name: bindparam(f"new_{name}") for name in _ANSWER})
)
_PLAN = (
    select(tier_plans)
    .where(tier_plans.c.agency_id == bindparam("for_agency"), tier_plans.c.year == bindparam("for_year"))
    .order_by(tier_plans.c.tier)
)
_ADD_PLAN = insert_or(tier_plans).on_conflict_do_nothing().returning(tier_plans.c.rev)
_KEEP_PLAN = (
    update(tier_plans)
    .where(
        tier_plans.c.agency_id == bindparam("for_agency"),
        tier_plans.c.year == bindparam("for_year"),
        tier_plans.c.tier == bindparam("for_tier"),
        tier_plans.c.rev == bindparam("old_rev"),
    )
    .values(planned=bindparam("new_planned"), rev=bindparam("new_rev"))
    .returning(tier_plans.c.rev)
)
_NAMES = tuple(column.name for column in targets.c)
_PLAN_NAMES = tuple(column.name for column in tier_plans.c)


class PostgresTargets:
    """Targets, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, target_id: TargetId) -> Target:
        """Return the target, or raise TargetNotFound."""
        return self._one(_GET, {"target_id": target_id})

    def of_document(self, document_id: DocumentId) -> Target:
        """Return the target this registration is of, or raise TargetNotFound."""
        return self._one(_OF_DOCUMENT, {"of_document": document_id})

    def find(self, locality_id: LocalityId, tier: Tier, year: int) -> Target | None:
        """Return the registration of the locality for the tier and year that was not refused, or None."""
        asked = {"of_locality": locality_id, "for_tier": tier.value, "for_year": year}
        row = self._connection.execute(_FIND, asked).one_or_none()
        return None if row is None else _target(row)

    def of_year(self, year: int) -> Sequence[Target]:
        """Return all registrations for a year, the oldest first."""
        return [_target(row) for row in self._connection.execute(_OF_YEAR, {"for_year": year})]

    def add(self, target: Target) -> None:
        """Keep a new one."""
        values = {name: getattr(target, name) for name in _NAMES}
        plain = {"tier": target.tier.value, "state": target.state.value, "criteria_met": list(target.criteria_met)}
        self._connection.execute(insert(targets), values | plain)

    def save(self, target: Target) -> None:
        """Keep it as answered."""
        answer = {f"new_{name}": getattr(target, name) for name in _ANSWER} | {"new_state": target.state.value}
        self._connection.execute(_SAVE, {"target_id": target.id, **answer})

    def plan(self, agency_id: AgencyId, year: int) -> Sequence[TierPlan]:
        """Return the agency's plan of the year by tier."""
        rows = self._connection.execute(_PLAN, {"for_agency": agency_id, "for_year": year})
        return [_plan(row) for row in rows]

    def keep_plan(self, plan: TierPlan) -> None:
        """Keep a plan; raises PlanMoved if its rev is not the next one."""
        values = {name: getattr(plan, name) for name in _PLAN_NAMES} | {"tier": plan.tier.value}
        if plan.rev == 1:
            kept = self._connection.execute(_ADD_PLAN, values).one_or_none()
        else:
            place = {"for_agency": plan.agency_id, "for_year": plan.year, "for_tier": plan.tier.value}
            new = {"old_rev": plan.rev - 1, "new_planned": plan.planned, "new_rev": plan.rev}
            kept = self._connection.execute(_KEEP_PLAN, {**place, **new}).one_or_none()
        if kept is None:
            raise PlanMoved(year=plan.year)

    def _one(self, statement: Any, parameters: dict[str, Any]) -> Target:  # noqa: ANN401 - a select
        row = self._connection.execute(statement, parameters).one_or_none()
        if row is None:
            raise TargetNotFound
        return _target(row)


def _target(row: Row[Any]) -> Target:
    values = {name: getattr(row, name) for name in _NAMES}
    values |= {
        "id": TargetId(row.id),
        "agency_id": AgencyId(row.agency_id),
        "locality_id": LocalityId(row.locality_id),
        "tier": Tier(row.tier),
        "document_id": DocumentId(row.document_id),
        "criteria_set": CriteriaSetId(row.criteria_set),
        "criteria_met": tuple(row.criteria_met),
        "registered_by": PersonId(row.registered_by),
        "state": TargetState(row.state),
        "answered_by": None if row.answered_by is None else PersonId(row.answered_by),
    }
    return Target(**values)


def _plan(row: Row[Any]) -> TierPlan:
    return TierPlan(
        agency_id=AgencyId(row.agency_id), year=row.year, tier=Tier(row.tier), planned=row.planned, rev=row.rev
    )
