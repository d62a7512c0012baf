"""Past recognitions: put on record by the province's administrator alone, once, and counted for the level after."""

from dataclasses import replace
from datetime import date

import pytest

from engine.access import NotAllowed
from engine.achievements import Achievement, AchievementInvalid, AlreadyRecognised
from engine.actions.record_achievement import RecordAchievement, record_achievement
from engine.criteria import Tier
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
