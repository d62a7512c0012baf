"""How far a province is with what it planned: by tier, year, area, and commune by commune.

Source: the reports of the province count communes recognised in a year against the plan of the year, tier by tier.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from engine.achievements import Achievement
from engine.criteria import Tier
from engine.ids import LocalityId
from engine.localities import CommuneGroup, Locality, LocalityKind
from engine.targets import TIERS, Target, TargetState, TierPlan

RANKING: Final = (Tier.COMMUNE_MODERN, Tier.COMMUNE_MODEL, Tier.COMMUNE_ADVANCED, Tier.COMMUNE)
"""The tiers of communes, the highest first; a smart commune is one of them besides."""
YEARS_BACK: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TierProgress:
    """One tier in a year.

    Attributes:
        planned: None where nobody planned.
        recognised: By decisions of the year, not taken away since.
        standing: All that stand at the end of the year, of whatever year.
        registered, accepted: Targets for the year, those refused left out, and those that were accepted.
    """

    tier: Tier
    planned: int | None
    recognised: int
    standing: int
    registered: int
    accepted: int

    @property
    def share(self) -> Decimal | None:
        """What part of the plan is reached, in per cent with one place; None without a plan, or with one of nothing."""
        if not self.planned:
            return None
        return (Decimal(100 * self.recognised) / self.planned).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneState:
    """A commune on the map: the highest tier it is recognised for, else whether it has a target for the year."""

    locality: Locality
    tier: Tier | None
    target: Tier | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaProgress:
    """The communes of a group, and how many of them are recognised for at least the first tier."""

    group: CommuneGroup
    communes: int
    recognised: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A province in a year; *before* counts decisions by tier of the years up to it."""

    year: int
    tiers: tuple[TierProgress, ...]
    communes: tuple[CommuneState, ...]
    areas: tuple[AreaProgress, ...]
    before: Mapping[int, Mapping[Tier, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What progress is counted of."""

    localities: Sequence[Locality]
    achievements: Sequence[Achievement]
    targets: Sequence[Target]
    plan: Sequence[TierPlan]


def progress_in(year: int, known: Known) -> Progress:
    """Return how far the province is in *year*, as the decisions up to its end say."""
    standing = [each for each in known.achievements if _stands(each, date(year, 12, 31))]
    communes = tuple(
        _state(each, standing, known.targets) for each in known.localities if each.kind is LocalityKind.COMMUNE
    )
    tiers = [tier for kind in (LocalityKind.COMMUNE, LocalityKind.VILLAGE) for tier in TIERS[kind]]
    planned = {each.tier: each.planned for each in known.plan}
    return Progress(
        year=year,
        tiers=tuple(_tier(tier, year, standing, known.targets, planned.get(tier)) for tier in tiers),
        communes=communes,
        areas=tuple(_area(group, communes) for group in CommuneGroup),
        before={
            each: {tier: _decided(each, tier, known.achievements) for tier in tiers}
            for each in range(year - YEARS_BACK, year + 1)
        },
    )


def _stands(each: Achievement, day: date) -> bool:
    return each.decided_on <= day and (each.revoked_on is None or each.revoked_on > day)


def _decided(year: int, tier: Tier, achievements: Iterable[Achievement]) -> int:
    return sum(each.tier is tier and each.decided_on.year == year for each in achievements)


def _tier(
    tier: Tier, year: int, standing: Sequence[Achievement], targets: Sequence[Target], planned: int | None
) -> TierProgress:
    ours = [each for each in standing if each.tier is tier]
    asked = [each for each in targets if each.tier is tier and each.state is not TargetState.REFUSED]
    return TierProgress(
        tier=tier,
        planned=planned,
        recognised=_decided(year, tier, ours),
        standing=len(ours),
        registered=len(asked),
        accepted=sum(each.state is TargetState.ACCEPTED for each in asked),
    )


def _state(locality: Locality, standing: Sequence[Achievement], targets: Sequence[Target]) -> CommuneState:
    held = _held(locality.id, standing)
    wanted = [each.tier for each in targets if each.locality_id == locality.id and each.state is TargetState.ACCEPTED]
    return CommuneState(
        locality=locality,
        tier=next((tier for tier in RANKING if tier in held), None),
        target=next((tier for tier in RANKING if tier in wanted), None),
    )


def _held(locality_id: LocalityId, standing: Iterable[Achievement]) -> set[Tier]:
    return {each.tier for each in standing if each.locality_id == locality_id}


def _area(group: CommuneGroup, communes: Sequence[CommuneState]) -> AreaProgress:
    ours = [each for each in communes if each.locality.group is group]
    return AreaProgress(group=group, communes=len(ours), recognised=sum(each.tier is not None for each in ours))
