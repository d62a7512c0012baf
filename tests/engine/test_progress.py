"""Progress: 15 of 21 planned is 71.4 per cent; what was revoked does not count; each commune at its highest tier."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from engine.achievements import Achievement
from engine.criteria import Tier
from engine.ids import AchievementId, CriteriaSetId, LocalityId, TargetId
from engine.localities import CommuneGroup, Locality
from engine.progress import Known, Progress, TierProgress, progress_in
from engine.targets import Target, TargetState, TierPlan
from tests.engine.test_localities import COMMUNE, PROVINCE
from tests.support.builders import AGENCY, NOON, a_person, an_id, an_incoming_document

COMMUNES = [
    replace(COMMUNE, id=LocalityId(an_id(f"commune {number}")), code=f"99{100 + number}") for number in range(1, 26)
]


def recognised(
    locality: Locality,
    year: int = 2026,
    tier: Tier = Tier.COMMUNE,
    **changes: Any,  # noqa: ANN401  any field
) -> Achievement:
    facts = {
        "id": AchievementId(an_id(f"{locality.code} {tier} {year}")),
        "agency_id": AGENCY,
        "locality_id": locality.id,
        "tier": tier,
        "decision": "1/QĐ-UBND",
        "decided_on": date(year, 6, 1),
        "recorded_at": NOON,
        "recorded_by": a_person().id,
    }
    return Achievement(**{**facts, **changes})


def a_target(locality: Locality, state: TargetState) -> Target:
    return Target(
        id=TargetId(an_id(f"target {locality.code}")),
        agency_id=AGENCY,
        locality_id=locality.id,
        tier=Tier.COMMUNE,
        year=2026,
        document_id=an_incoming_document().id,
        criteria_set=CriteriaSetId("commune-2026/1"),
        criteria_met=(1,),
        registered_on=date(2025, 10, 1),
        registered_by=a_person().id,
        state=state,
    )


def counted(*achievements: Achievement, targets: tuple[Target, ...] = ()) -> Progress:
    plan = [TierPlan(agency_id=AGENCY, year=2026, tier=Tier.COMMUNE, planned=21, rev=1)]
    known = Known(localities=[PROVINCE, *COMMUNES], achievements=achievements, targets=targets, plan=plan)
    return progress_in(2026, known)


def tier(found: Progress, wanted: Tier = Tier.COMMUNE) -> TierProgress:
    return next(each for each in found.tiers if each.tier is wanted)


def test_fifteen_of_twenty_one_is_seventy_one_point_four_per_cent() -> None:
    found = tier(counted(*(recognised(each) for each in COMMUNES[:15])))

    assert (found.recognised, found.planned, found.share) == (15, 21, Decimal("71.4"))


def test_without_a_plan_there_is_no_share() -> None:
    assert tier(counted(), Tier.COMMUNE_MODERN).share is None


def test_what_was_revoked_counts_no_more_and_what_is_decided_later_not_yet() -> None:
    revoked = recognised(COMMUNES[0], revoked_on=date(2026, 9, 1), revocation="2/QĐ-UBND")
    later = recognised(COMMUNES[1], 2027)
    earlier = recognised(COMMUNES[2], 2024)
    found = counted(revoked, later, earlier)

    assert (tier(found).recognised, tier(found).standing) == (0, 1)
    assert [found.before[year][Tier.COMMUNE] for year in (2022, 2024, 2026)] == [0, 1, 1]


def test_a_commune_shows_its_highest_tier_or_its_accepted_target() -> None:
    found = counted(
        recognised(COMMUNES[0]),
        recognised(COMMUNES[0], tier=Tier.COMMUNE_ADVANCED),
        recognised(COMMUNES[1], tier=Tier.COMMUNE_SMART),
        targets=(
            a_target(COMMUNES[1], TargetState.ACCEPTED),
            a_target(COMMUNES[2], TargetState.REFUSED),
            a_target(COMMUNES[3], TargetState.REGISTERED),
        ),
    )
    states = {each.locality.code: (each.tier, each.target) for each in found.communes}

    assert states["99101"] == (Tier.COMMUNE_ADVANCED, None)
    assert states["99102"] == (None, Tier.COMMUNE)
    assert states["99103"] == states["99104"] == (None, None)
    assert (tier(found).registered, tier(found).accepted) == (2, 1)
    others = next(each for each in found.areas if each.group is CommuneGroup.OTHER)
    assert (others.communes, others.recognised) == (25, 1)
