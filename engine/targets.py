"""Targets: what a locality wants to be recognised as in a year, registered the year before and answered.

Source: the procedure of Thanh Hóa province for villages (national number 1.007194): before 1 December of the year
before, at least ten criteria met, an answer in five working days. Communes register with the province; the guidance of
2019 gives five working days too.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from engine.criteria import Tier
from engine.errors import Conflict, FieldError, Invalid, NotFound
from engine.ids import AgencyId, CriteriaSetId, DocumentId, LocalityId, PersonId, TargetId
from engine.localities import Locality, LocalityKind

LEAST_CRITERIA: Final = 10
"""How many criteria a village must meet to register."""
ANSWER_DAYS: Final = 5
"""Working days until the answer."""
FURTHEST_YEARS: Final = 5
TIERS: Final = {
    LocalityKind.PROVINCE: (Tier.PROVINCE,),
    LocalityKind.COMMUNE: (
        Tier.COMMUNE,
        Tier.COMMUNE_ADVANCED,
        Tier.COMMUNE_MODEL,
        Tier.COMMUNE_MODERN,
        Tier.COMMUNE_SMART,
    ),
    LocalityKind.VILLAGE: (Tier.VILLAGE, Tier.VILLAGE_MODEL, Tier.VILLAGE_SMART),
}
"""What each kind of locality can be recognised as."""


class TargetState(StrEnum):
    """What came of a registration."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A registration.

    Attributes:
        agency_id: The agency that answers: of the commune for its villages, of the province for communes.
        document_id: The registration as it was received.
        criteria_set: The version it was held against.
        criteria_met: The numbers of the criteria it says are met.
        reason: Why it was refused.
    """

    id: TargetId
    agency_id: AgencyId
    locality_id: LocalityId
    tier: Tier
    year: int
    document_id: DocumentId
    criteria_set: CriteriaSetId
    criteria_met: tuple[int, ...]
    registered_on: date
    registered_by: PersonId
    state: TargetState = TargetState.REGISTERED
    answered_on: date | None = None
    answered_by: PersonId | None = None
    reason: str | None = None

    def answered(self, state: TargetState, by: PersonId, on: date, reason: str | None = None) -> "Target":
        """Return it as answered. Raises TargetAnswered."""
        if self.state is not TargetState.REGISTERED:
            raise TargetAnswered
        return replace(self, state=state, answered_by=by, answered_on=on, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPlan:
    """How many localities are to be recognised for a tier in a year, by the province's plan."""

    agency_id: AgencyId
    year: int
    tier: Tier
    planned: int
    rev: int = 0


def last_day_to_register(year: int) -> date:
    """Return the last day on which a target of *year* can be registered: before 1 December of the year before."""
    return date(year - 1, 11, 30)


def require_registrable(locality: Locality, tier: Tier, year: int, met: int, today: date) -> None:
    """Raise unless the locality may register this target today.

    Raises:
        TierUnfit: A village is not recognised as a commune, nor a commune as a village.
        YearUnfit: The year is further away than anybody plans.
        RegistrationLate: It is the year before no more, or 1 December has come.
        CriteriaTooFew: A village meets fewer criteria than it must.
    """
    if tier not in TIERS[locality.kind]:
        raise TierUnfit
    if year > today.year + FURTHEST_YEARS:
        raise YearUnfit(most=today.year + FURTHEST_YEARS)
    if today > last_day_to_register(year):
        raise RegistrationLate(year=year, last=last_day_to_register(year).strftime("%d/%m/%Y"))
    if locality.kind is LocalityKind.VILLAGE and tier is Tier.VILLAGE and met < LEAST_CRITERIA:
        raise CriteriaTooFew(met=met, least=LEAST_CRITERIA)


class TargetRefused(Invalid):
    """A field of a registration does not fit; the error is about it."""

    field = "year"

    def __init__(self, **facts: object) -> None:
        error = FieldError(field=self.field, code=self.code, message=self.template % facts)
        super().__init__(errors=[error], **facts)


class TierUnfit(TargetRefused):
    """A locality of this kind is not recognised as that."""

    code = "target.tier_unfit"
    template = "A locality of this kind cannot be recognised as that. Choose another level."
    field = "tier"


class YearUnfit(TargetRefused):
    """Nobody plans so far ahead."""

    code = "target.year_unfit"
    template = "Targets are registered for years up to %(most)s. Check the year."


class RegistrationLate(TargetRefused):
    """The day has passed."""

    code = "target.late"
    template = (
        "A target of %(year)s is registered before 1 December of the year before, on %(last)s at the latest. "
        "Register it for a later year."
    )


class CriteriaTooFew(TargetRefused):
    """A village registers only once it meets ten criteria."""

    code = "target.criteria_too_few"
    template = "The village meets %(met)s criteria; to register it must meet at least %(least)s."
    field = "criteria_met"


class CriterionUnknown(TargetRefused):
    """The set in force has no criterion of that number."""

    code = "target.criterion_unknown"
    template = "The set in force has no criterion %(number)s. Use the numbers of that set."
    field = "criteria_met"


class TargetElsewhere(TargetRefused):
    """Another agency receives this registration."""

    code = "target.elsewhere"
    template = "Registrations of this locality are received by another agency, which speaks for what it lies in."
    field = "locality_id"


class TargetNotFound(NotFound):
    """There is no such target."""

    code = "target.not_found"
    template = "There is no such target here. Choose one from the list."


class TargetKnown(Conflict):
    """It is registered already, and not refused."""

    code = "target.known"
    template = "%(name)s has registered this level for %(year)s already. Look at that registration."


class TargetAnswered(Conflict):
    """It was answered before."""

    code = "target.answered"
    template = "This registration was answered before, and its answer stands."


class PlanMoved(Conflict):
    """Somebody changed the plan after it was seen."""

    code = "target.plan_moved"
    template = "The plan of %(year)s was changed after you opened it. Read it once more, then send your change again."


class PlanUnfit(Invalid):
    """A number of the plan is none."""

    code = "target.plan_unfit"
    template = "A plan says for each level how many, from 0 to 10,000. Correct what is marked."
