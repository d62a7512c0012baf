"""Localities, what they are judged by and recognised as, for tests of the storage."""

from dataclasses import replace
from typing import Any

from engine.achievements import Achievement, Correction
from engine.criteria import CriteriaSet, Tier
from engine.criteria_files import shipped_sets, to_plain
from engine.criteria_loading import Loading, digest_of
from engine.ids import AchievementId, AgencyId, CorrectionId, CriteriaSetId, LocalityId, TargetId
from engine.localities import CommuneGroup, Locality, LocalityKind, Region
from engine.past_recognitions import past_facts
from engine.ports import UnitOfWork
from engine.targets import Target, TierPlan
from tests.storage.builders import NOON, TODAY, Desk, Office, new_id


def fill_judged(work: UnitOfWork, desk: Desk) -> None:
    """Keep a row in each of their tables."""
    province = a_locality(code="99", kind=LocalityKind.PROVINCE, group=None)
    commune = a_locality(parent_id=province.id, agency_id=desk.office.agency.id)
    work.localities.add([province, commune])
    version = replace(shipped_sets()[0], supersedes=CriteriaSetId("commune-2021/0"))
    work.criteria_sets.add(version, a_loading(version, desk.office))
    recorded = an_achievement(commune, desk.office)
    work.achievements.add(recorded)
    work.achievements.correct(recorded, a_correction(recorded))
    work.targets.add(a_target(commune, desk))
    agency_id = desk.office.agency.id
    work.targets.keep_plan(TierPlan(agency_id=agency_id, year=2027, tier=Tier.COMMUNE, planned=21, rev=1))


def a_locality(**changes: Any) -> Locality:  # noqa: ANN401 - a field of its type
    """Return a commune."""
    facts = {
        "id": LocalityId(new_id()),
        "code": "99101",
        "kind": LocalityKind.COMMUNE,
        "name": "xã Hoằng Thử",
        "region": Region.NORTH_CENTRAL,
        "group": CommuneGroup.OTHER,
        "households": 2143,
    }
    return Locality(**{**facts, **changes})


def a_loading(version: CriteriaSet, office: Office) -> Loading:
    """Return that the office's clerk loaded the version."""
    return Loading(
        set_id=version.id,
        agency_id=office.agency.id,
        at=NOON,
        by=office.person("clerk").id,
        sha256=digest_of(to_plain(version)),
    )


def an_achievement(locality: Locality, office: Office, **changes: Any) -> Achievement:  # noqa: ANN401
    """Return that the locality is recognised as a new rural commune."""
    facts = {
        "id": AchievementId(new_id()),
        "agency_id": AgencyId(office.agency.id),
        "locality_id": locality.id,
        "tier": Tier.COMMUNE,
        "decision": "05/QĐ-UBND",
        "decided_on": TODAY,
        "recorded_at": NOON,
        "recorded_by": office.person("clerk").id,
    }
    return Achievement(**{**facts, **changes})


def a_correction(recorded: Achievement, **changes: Any) -> Correction:  # noqa: ANN401
    """Return that the record was corrected, which said what it says now."""
    facts = {
        "id": CorrectionId(new_id()),
        "achievement_id": recorded.id,
        "agency_id": recorded.agency_id,
        "at": NOON,
        "by": recorded.recorded_by,
        "reason": "Ghi nhầm số quyết định",
        "withdraws": False,
        "before": past_facts(recorded),
    }
    return Correction(**{**facts, **changes})


def a_target(locality: Locality, desk: Desk) -> Target:
    """Return that the locality registered a target with the desk's document."""
    return Target(
        id=TargetId(new_id()),
        agency_id=desk.office.agency.id,
        locality_id=locality.id,
        tier=Tier.COMMUNE,
        year=2027,
        document_id=desk.document.id,
        criteria_set=CriteriaSetId("commune-2026/1"),
        criteria_met=(1, 2),
        registered_on=TODAY,
        registered_by=desk.office.person("clerk").id,
    )
