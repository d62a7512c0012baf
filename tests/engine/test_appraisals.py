"""Appraising: who appraises what, what differs, and the conditions that keep a dossier from the council (fact 50)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from engine.achievements import Achievement
from engine.appraisals import (
    AppraisalIncomplete,
    AppraisalUnstaffed,
    Judgement,
    judgement,
    require_appraised,
    require_staffed,
    said_differences,
    said_finding,
    said_hindrances,
    shares,
    staffed,
)
from engine.assessments import Assessment, Stage
from engine.criteria import Certainty, Comparator, CriteriaSet, Criterion, Indicator, Threshold, Tier, Value
from engine.ids import AchievementId, AgencyId, DossierId, LocalityId, PersonId, UnitId
from engine.localities import Classification
from engine.ntm_conditions import conditions_of
from engine.people import Role, Unit
from tests.support.builders import AGENCY, NOON, a_person, an_id

INCOME = Indicator(
    code="1.1",
    name="Thu nhập",
    unit="triệu đồng",
    comparator=Comparator.AT_LEAST,
    thresholds=(Threshold(value=Decimal(60)),),
    department="STC",
    certainty=Certainty.DEMONSTRATION,
)
SET = CriteriaSet(
    code="commune",
    version=1,
    tier=Tier.COMMUNE,
    name="Bộ tiêu chí",
    source="Quyết định",
    effective_from=date(2026, 2, 15),
    certainty=Certainty.DEMONSTRATION,
    criteria=(Criterion(number=1, name="Thu nhập", indicators=(INCOME,)),),
)
GOOD: Mapping[str, Value] = {"1.1": Decimal(60), "no_dong": Decimal(0), "hai_long": Decimal(90), "antt": True}


def said(values: Mapping[str, Value], stage: Stage = Stage.APPRAISED) -> list[Assessment]:
    dossier, person = DossierId(an_id("dossier")), PersonId(an_id("person"))
    return [
        Assessment(dossier_id=dossier, indicator=code, stage=stage, value=value, by=person, at=NOON)
        for code, value in values.items()
    ]


def judged(**changed: Value) -> Judgement:
    return judgement(SET, conditions_of(SET), Classification(), said({**GOOD, **changed}), Stage.APPRAISED)


def test_all_criteria_and_conditions_met_may_go_to_the_council() -> None:
    assert judged().eligible
    assert judged().failing == ()


@pytest.mark.parametrize(
    ("code", "value", "sentence"),
    [
        (
            "1.1",
            Decimal("57.5"),
            "57,5 triệu đồng, yêu cầu tối thiểu 60 triệu đồng (thiếu 2,5 triệu đồng)",
        ),
        ("no_dong", Decimal(12), "12 triệu đồng, yêu cầu tối đa 0 triệu đồng (vượt 12 triệu đồng)"),
        ("hai_long", Decimal("89.9"), "89,9%, yêu cầu tối thiểu 90% (thiếu 0,1%)"),
        ("antt", False, "không đạt"),
    ],
)
def test_any_missing_one_keeps_it_from_the_council_and_is_said_with_its_figure(
    code: str, value: Value, sentence: str
) -> None:
    found = judged(**{code: value})

    assert not found.eligible
    assert [one.indicator.code for one in found.failing] == [code]
    assert sentence in said_finding(found.failing[0])


def test_what_no_unit_is_named_for_is_appraised_by_the_coordinating_one() -> None:
    finance, office = UnitId(an_id("finance")), UnitId(an_id("office"))

    found = shares((INCOME, *conditions_of(SET)), {"STC": finance}, office)

    assert {share.unit_id: share.indicators for share in found} == {
        finance: ("1.1",),
        office: ("no_dong", "hai_long", "antt"),
    }


def test_a_unit_is_not_done_while_an_indicator_has_no_value_and_differences_are_said() -> None:
    both = [*said({"1.1": Decimal(62)}, Stage.SELF), *said({"1.1": Decimal(60)})]

    with pytest.raises(AppraisalIncomplete):
        require_appraised(["1.1", "antt"], both)
    with pytest.raises(AppraisalIncomplete, match="Đạt tiêu chuẩn An ninh"):
        require_appraised(["1.1", "antt"], both, {"antt": "Đạt tiêu chuẩn An ninh"})
    require_appraised(["1.1"], both)
    assert said_differences((INCOME,), both) == ("1.1 Thu nhập: tự đánh giá 62 triệu đồng, thẩm định 60 triệu đồng",)


def an_achievement(tier: Tier) -> Achievement:
    return Achievement(
        id=AchievementId(an_id(tier.value)),
        agency_id=AgencyId(an_id("province")),
        locality_id=LocalityId(an_id("commune")),
        tier=tier,
        decision="15/QĐ-UBND",
        decided_on=date(2026, 3, 1),
        recorded_at=NOON,
        recorded_by=PersonId(an_id("clerk")),
    )


def test_the_level_before_and_no_other_opens_the_way_to_the_next() -> None:
    first, advanced = an_achievement(Tier.COMMUNE), an_achievement(Tier.COMMUNE_ADVANCED)
    revoked = first.revoked("99/QĐ-UBND", date(2026, 9, 1))

    assert said_hindrances([], Tier.COMMUNE) == ()
    assert said_hindrances([first], Tier.COMMUNE) == ("Đã được công nhận theo Quyết định số 15/QĐ-UBND",)
    assert said_hindrances([first], Tier.COMMUNE_ADVANCED) == ()
    (skipped,) = said_hindrances([first], Tier.COMMUNE_MODEL)
    assert "đạt chuẩn nông thôn mới nâng cao trước khi xét nông thôn mới kiểu mẫu" in skipped
    assert "hiện chưa được công nhận" in skipped
    assert said_hindrances([first, advanced], Tier.COMMUNE_MODEL) == ()
    (lost,) = said_hindrances([revoked], Tier.COMMUNE_ADVANCED)
    assert "đã bị thu hồi theo Quyết định số 99/QĐ-UBND" in lost


def test_a_unit_appraises_only_with_a_specialist_and_a_head_who_is_somebody_else() -> None:
    whole, alone, headless = (UnitId(an_id(name)) for name in ("whole", "alone", "headless"))
    people = [
        a_person(Role.SPECIALIST, name="s1", unit=whole),
        a_person(Role.HEAD_OF_UNIT, name="h1", unit=whole),
        a_person(Role.SPECIALIST, Role.HEAD_OF_UNIT, name="both", unit=alone),
        a_person(Role.SPECIALIST, name="s2", unit=headless),
    ]

    able = staffed([whole, alone, headless], people)
    assert able == {whole}
    with pytest.raises(AppraisalUnstaffed, match="Sở Xây dựng cannot appraise"):
        require_staffed(Unit(id=alone, agency_id=AGENCY, name="Sở Xây dựng", symbol="SXD"), able)
