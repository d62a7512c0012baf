"""Past recognitions: put on record by the province's administrator alone, once, and counted for the level after."""

# ruff: noqa: ANN401 - changes are fields of any type

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.access import NotAllowed
from engine.achievements import (
    Achievement,
    AchievementBeingRevoked,
    AchievementInvalid,
    AchievementMoved,
    AchievementOfProcedure,
    AchievementRevoked,
    AchievementUnknown,
    AchievementWithdrawn,
    AlreadyRecognised,
)
from engine.actions.correct_achievement import CorrectAchievement, correct_achievement
from engine.actions.record_achievement import RecordAchievement, record_achievement
from engine.actions.withdraw_achievement import WithdrawAchievement, withdraw_achievement
from engine.criteria import Tier
from engine.errors import VanthuError
from engine.ids import AchievementId, LocalityId
from engine.past_recognitions import past_facts
from engine.progress import progress_in
from engine.provinces import known_progress
from engine.queries import Once
from tests.engine.actions.test_recognise import decision_of, issued, started
from tests.engine.actions.test_revocation import proposed, recognised, standing
from tests.support.builders import an_id
from tests.support.composing import COMMUNE
from tests.support.office import Office

PAST = RecordAchievement(
    locality_id=COMMUNE,
    tier=Tier.COMMUNE_SMART,
    decision=" 12/QĐ-UBND ",
    decided_on=date(2020, 1, 3),
    basis="Bộ tiêu chí 2016-2020",
)


def record(office: Office, request: RecordAchievement, by: str = "quantri") -> Achievement:
    services = office.house.services
    with services.begin() as work:
        return record_achievement(request, by=office.people[by], at=services.clock(), work=work)


def test_a_past_recognition_stands_once_and_with_its_basis(office: Office) -> None:
    recorded = record(office, PAST)

    assert (recorded.decision, recorded.basis) == ("12/QĐ-UBND", "Bộ tiêu chí 2016-2020")
    with office.house.services.begin() as work:
        assert work.achievements.find(COMMUNE, Tier.COMMUNE_SMART) == recorded
    with pytest.raises(AlreadyRecognised):
        record(office, PAST)


def test_a_recognition_of_a_day_to_come_of_another_kind_or_by_somebody_else_is_refused(office: Office) -> None:
    wrong = replace(PAST, tier=Tier.VILLAGE, decided_on=date(2999, 1, 1), decision="")
    with pytest.raises(AchievementInvalid) as refused:
        record(office, wrong)
    assert {error.field for error in refused.value.errors} == {"tier", "decided_on", "decision"}
    with pytest.raises(NotAllowed):
        record(office, PAST, by="chuyenvien")
    with pytest.raises(NotAllowed):
        record(office, PAST, by="xa1.chuyenvien")


def correct(office: Office, known: Achievement, by: str = "quantri", **changes: Any) -> Achievement:
    facts = {name: getattr(known, name) for name in ("tier", "decision", "decided_on", "basis", "rev")}
    request: dict[str, Any] = {
        "locality_id": known.locality_id,
        "achievement_id": known.id,
        "reason": "Ghi nhầm, theo bản gốc quyết định",
        **facts,
        **changes,
    }
    services = office.house.services
    with services.begin() as work:
        return correct_achievement(CorrectAchievement(**request), by=office.people[by], at=services.clock(), work=work)


def withdraw(office: Office, known: Achievement, by: str = "quantri", **changes: Any) -> Achievement:
    request: dict[str, Any] = {
        "locality_id": known.locality_id,
        "achievement_id": known.id,
        "reason": "Không có quyết định này",
        **changes,
    }
    services = office.house.services
    with services.begin() as work:
        return withdraw_achievement(
            WithdrawAchievement(**request), by=office.people[by], at=services.clock(), work=work
        )


def counted(office: Office, tier: Tier, year: int) -> int:
    with office.house.services.begin() as work:
        return progress_in(2026, known_progress(2026, work)).before[year][tier]


def test_a_correction_counts_from_now_on_and_what_the_record_said_stays_with_the_reason(office: Office) -> None:
    known = record(office, replace(PAST, tier=Tier.COMMUNE, decided_on=date(2024, 1, 3)))

    corrected = correct(office, known, decision="21/QĐ-UBND", decided_on=date(2025, 2, 4))

    with office.house.services.begin() as work:
        assert work.achievements.find(COMMUNE, Tier.COMMUNE) == corrected == work.achievements.get(known.id)
        (kept,) = work.achievements.corrections_of(known.id)
        leaf = work.audit.about(known.agency_id, [str(known.id)])[-1]
    assert (kept.before.decision, kept.before.decided_on, kept.withdraws) == ("12/QĐ-UBND", date(2024, 1, 3), False)
    assert (kept.reason, kept.by) == ("Ghi nhầm, theo bản gốc quyết định", office.people["quantri"].id)
    assert json.loads(leaf.leaf)["data"]["before"]["decision"] == "12/QĐ-UBND"
    assert "Ghi nhầm" not in leaf.leaf.decode()
    assert (counted(office, Tier.COMMUNE, 2024), counted(office, Tier.COMMUNE, 2025)) == (0, 1)


def test_a_withdrawn_record_counts_nowhere_and_makes_room_for_the_right_one(office: Office) -> None:
    once = Once(key="past", fingerprint="past")
    known = record(office, replace(PAST, tier=Tier.COMMUNE, decided_on=date(2025, 1, 3), once=once))

    withdrawn = withdraw(office, known)

    assert counted(office, Tier.COMMUNE, 2025) == 0
    with office.house.services.begin() as work:
        assert work.achievements.find(COMMUNE, Tier.COMMUNE) is None
        assert list(work.achievements.of(COMMUNE)) == []
        assert work.achievements.get(known.id) == withdrawn
        assert work.achievements.corrections_of(known.id)[0].withdraws
    assert record(office, replace(PAST, tier=Tier.COMMUNE, decided_on=date(2025, 1, 3), once=once)) == withdrawn
    assert record(office, replace(PAST, tier=Tier.COMMUNE)).decision == "12/QĐ-UBND"


def refused(kind: type[VanthuError], act: Callable[..., object], *given: object, **changes: object) -> None:
    with pytest.raises(kind):
        act(*given, **changes)


def test_wrong_corrections_are_refused(office: Office) -> None:
    known, other = record(office, PAST), record(office, replace(PAST, tier=Tier.COMMUNE))
    right = {"decision": "21/QĐ-UBND"}

    refused(AlreadyRecognised, correct, office, known, tier=Tier.COMMUNE)
    refused(AchievementMoved, correct, office, known, rev=7, **right)
    refused(AchievementUnknown, correct, office, known, achievement_id=AchievementId(an_id("none")), **right)
    with office.house.services.begin() as work:
        elsewhere = next(one.id for one in work.localities.all() if one.code == "99102")
    refused(AchievementUnknown, correct, office, known, locality_id=LocalityId(elsewhere), **right)
    refused(NotAllowed, correct, office, known, by="chutich", **right)
    refused(NotAllowed, withdraw, office, known, by="chutich")
    refused(AchievementInvalid, withdraw, office, known, reason=" ")
    with pytest.raises(AchievementInvalid) as wrong:
        correct(office, known, tier=Tier.VILLAGE, decided_on=date(2999, 1, 1), decision="", reason="")
    assert {error.field for error in wrong.value.errors} == {"tier", "decided_on", "decision", "reason"}
    refused(AchievementInvalid, correct, office, known)
    withdraw(office, other)
    refused(AchievementWithdrawn, correct, office, other, rev=1, **right)
    refused(AchievementWithdrawn, withdraw, office, other)
    assert correct(office, known, tier=Tier.COMMUNE).tier is Tier.COMMUNE


def test_a_record_being_revoked_or_out_of_a_procedure_here_is_not_corrected_by_hand(office: Office) -> None:
    known = record(office, replace(PAST, tier=Tier.COMMUNE))
    proposed(office)
    refused(AchievementBeingRevoked, correct, office, standing(office), decision="21/QĐ-UBND")
    refused(AchievementBeingRevoked, withdraw, office, known)

    decision = issued(office, decision_of(office, started(office)))
    recognised(office, str(decision.number), decision.id, Tier.COMMUNE_ADVANCED)

    refused(AchievementOfProcedure, correct, office, standing(office), decision="21/QĐ-UBND")
    refused(AchievementOfProcedure, withdraw, office, standing(office))


def test_what_a_decision_took_away_was_there_for_its_level(office: Office) -> None:
    known = record(office, replace(PAST, tier=Tier.COMMUNE))
    revoked = known.revoked("06/QĐ-UBND", date(2021, 1, 4))

    for act in (
        lambda: revoked.withdrawn(office.house.services.clock()),
        lambda: revoked.corrected(replace(past_facts(known), tier=Tier.COMMUNE_SMART)),
        lambda: revoked.corrected(replace(past_facts(known), decided_on=date(2022, 1, 4))),
    ):
        refused(AchievementRevoked, act)
    assert revoked.corrected(replace(past_facts(known), decision="21/QĐ-UBND")).decision == "21/QĐ-UBND"
