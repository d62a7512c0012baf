"""What localities are judged by: thresholds by region and group, how much one fails by, versions after another."""

# ruff: noqa: ANN401 - changes are fields of any type

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.criteria import (
    NOT_APPLICABLE,
    Certainty,
    Comparator,
    CriteriaOverlap,
    CriteriaSet,
    CriteriaSetKnown,
    CriteriaSetNotFound,
    Criterion,
    Indicator,
    IndicatorNotFound,
    SuccessionWrong,
    Threshold,
    Tier,
    Verdict,
    in_force,
    judge,
    last_day,
    require_place,
)
from engine.criteria_files import from_plain, shipped_sets, to_plain
from engine.ids import CriteriaSetId
from engine.localities import Classification, CommuneGroup, Region

DELTA = Classification(region=Region.RED_RIVER_DELTA, group=CommuneGroup.OTHER)
MOUNTAINS = Classification(region=Region.NORTHERN_MOUNTAINS, group=CommuneGroup.MOUNTAIN)


def an_indicator(code: str = "1.1", **changes: Any) -> Indicator:
    mountains = Threshold(value=Decimal(70), where=frozenset({Region.NORTHERN_MOUNTAINS.value}))
    facts: dict[str, Any] = {
        "name": "Hộ dùng nước sạch",
        "unit": "%",
        "comparator": Comparator.AT_LEAST,
        "certainty": Certainty.LAW,
        "thresholds": (mountains, Threshold(value=Decimal(90))),
    }
    return Indicator(code=code, **{**facts, **changes})


def a_statement(code: str, **changes: Any) -> Indicator:
    return an_indicator(code, unit="", comparator=Comparator.MET, thresholds=(), **changes)


def a_set(*indicators: Indicator, **changes: Any) -> CriteriaSet:
    facts: dict[str, Any] = {
        "code": "commune-x",
        "version": 1,
        "tier": Tier.COMMUNE,
        "name": "Bộ tiêu chí",
        "source": "Quyết định 1/QĐ",
        "effective_from": date(2026, 2, 15),
        "certainty": Certainty.LAW,
        "criteria": (Criterion(number=1, name="Môi trường", indicators=indicators or (an_indicator(),)),),
    }
    return CriteriaSet(**{**facts, **changes})


@pytest.mark.parametrize(
    ("place", "verdict", "short"), [(DELTA, Verdict.NOT_MET, Decimal(10)), (MOUNTAINS, Verdict.MET, None)]
)
def test_a_threshold_is_that_of_the_localitys_region_and_else_the_general_one(
    place: Classification, verdict: Verdict, short: Decimal | None
) -> None:
    found = judge(a_set(), {"1.1": Decimal(80)}, place).criteria[0].indicators[0]

    assert (found.verdict, found.short_by) == (verdict, short)


def test_a_limit_that_is_not_to_be_passed_fails_by_what_is_above_it() -> None:
    poverty = an_indicator(comparator=Comparator.AT_MOST, thresholds=(Threshold(value=Decimal("1.5")),))

    assert poverty.judge(Decimal("1.5"), DELTA).verdict is Verdict.MET
    assert poverty.judge(Decimal("4.0"), DELTA).short_by == Decimal("2.5")


def test_a_criterion_is_met_only_if_all_its_mandatory_indicators_are() -> None:
    judged = a_set(an_indicator(), a_statement("1.2"), a_statement("1.3", mandatory=False))

    def verdict(values: dict[str, Any]) -> Verdict:
        return judge(judged, values, DELTA).criteria[0].verdict

    assert verdict({"1.1": Decimal(95), "1.2": True}) is Verdict.MET
    assert verdict({"1.1": Decimal(95), "1.2": False}) is Verdict.NOT_MET
    assert verdict({"1.1": Decimal(95)}) is Verdict.MISSING
    assert verdict({"1.2": False}) is Verdict.NOT_MET


def test_by_an_indicator_that_is_to_be_entered_nothing_is_judged() -> None:
    unknown = Indicator(code="1.2", name="Chỉ tiêu 1.2 (chưa nhập)", certainty=Certainty.TO_BE_ENTERED)
    finding = judge(a_set(an_indicator(), unknown), {"1.1": Decimal(95), "1.2": True}, DELTA)

    assert finding.criteria[0].verdict is Verdict.TO_BE_ENTERED
    assert not finding.passed
    assert finding.met == 0
    assert [each.indicator.code for each in finding.with_verdict(Verdict.TO_BE_ENTERED)] == ["1.2"]


def test_an_indicator_without_a_threshold_for_the_region_is_to_be_entered() -> None:
    only_mountains = an_indicator(thresholds=an_indicator().thresholds[:1])

    assert only_mountains.judge(Decimal(80), DELTA).verdict is Verdict.TO_BE_ENTERED


def test_what_is_not_there_counts_as_met_only_where_the_law_says_if_any() -> None:
    craft_village = a_statement("1.1", if_any=True)

    assert craft_village.judge(NOT_APPLICABLE, DELTA).verdict is Verdict.MET
    assert a_statement("1.1").judge(NOT_APPLICABLE, DELTA).verdict is Verdict.MISSING


def test_a_value_of_no_indicator_is_refused() -> None:
    with pytest.raises(IndicatorNotFound):
        judge(a_set(), {"9.9": True}, DELTA)


def test_the_shipped_sets_have_what_the_decisions_say() -> None:
    sets = {each.code: each for each in shipped_sets()}
    old, new = sets["commune-2021"], sets["commune-2026"]

    assert (len(old.criteria), len(old.indicators)) == (19, 57)
    assert (len(new.criteria), len(new.indicators), new.effective_from) == (10, 47, date(2026, 2, 15))
    assert {each.certainty for each in new.indicators} == {Certainty.TO_BE_ENTERED}
    assert len(CommuneGroup) == 3
    assert [len(sets[code].indicators) for code in ("commune-advanced-2021", "district-2021")] == [75, 36]
    assert [each.name for each in old.criteria if each.key] == [
        "Thu nhập",
        "Môi trường và an toàn thực phẩm",
        "Quốc phòng và An ninh",
    ]


def test_what_is_known_of_the_other_sets_is_there_and_the_rest_is_to_be_entered() -> None:
    sets = {each.code: each for each in shipped_sets()}
    model = {one.code: [limit.value for limit in one.thresholds] for one in sets["commune-model-2021"].indicators}

    assert model == {"1.1": [], "2.1": [Decimal(10)], "3.1": [Decimal(1)], "4.1": [Decimal(1)]}
    assert [len(sets[f"district{kind}-2021"].indicators) for kind in ("", "-advanced")] == [36, 38]
    assert [len(sets[f"district{kind}-2021"].criteria) for kind in ("", "-advanced")] == [9, 9]
    assert len(sets["commune-advanced-2021"].criteria) == 19
    assert [one.name for one in sets["commune-2026"].criteria][::3] == [
        "Quy hoạch",
        "Đào tạo nguồn nhân lực nông thôn",
        "Khoa học, công nghệ và chuyển đổi số",
        "Tiếp cận pháp luật và an ninh, quốc phòng",
    ]
    for code in ("commune-modern-2026", "province-2026"):
        assert (sets[code].effective_from, sets[code].is_complete) == (date(2026, 2, 15), False)


def test_a_threshold_without_source_is_marked_as_from_memory() -> None:
    """Names and limits of the 57 are not in our source; nothing of them claims to be checked against the law."""
    old = next(each for each in shipped_sets() if each.code == "commune-2021")
    marks = {indicator.certainty for indicator in old.indicators}

    assert marks == {Certainty.MEMORY, Certainty.TO_BE_ENTERED}


def test_codes_are_unique_and_plain_data_makes_the_same_set() -> None:
    for each in shipped_sets():
        codes = [indicator.code for indicator in each.indicators]
        assert len(codes) == len(set(codes))
        assert from_plain(to_plain(each)) == each


def test_on_each_day_the_set_of_that_day_is_in_force() -> None:
    known = shipped_sets()

    def code(tier: Tier, day: date) -> str | None:
        found = in_force(tier, day, known)
        return None if found is None else found.code

    assert code(Tier.COMMUNE, date(2026, 2, 14)) == "commune-2021"
    assert code(Tier.COMMUNE, date(2026, 2, 15)) == "commune-2026"
    assert code(Tier.COMMUNE_ADVANCED, date(2026, 2, 15)) is None


def test_a_version_that_takes_anothers_place_ends_it_the_day_before() -> None:
    first = a_set()
    second = a_set(version=2, effective_from=date(2027, 1, 1), supersedes=first.id)
    require_place(second, [first])

    assert last_day(first, [first, second]) == date(2026, 12, 31)
    assert in_force(Tier.COMMUNE, date(2026, 12, 31), [first, second]) is first
    assert in_force(Tier.COMMUNE, date(2027, 1, 1), [first, second]) is second


def test_a_version_in_which_something_is_to_be_entered_is_replaced_from_its_own_first_day() -> None:
    open_one = a_set(Indicator(code="1.1", name="Chỉ tiêu 1.1 (chưa nhập)", certainty=Certainty.TO_BE_ENTERED))
    filled = a_set(version=2, supersedes=open_one.id)
    require_place(filled, [open_one])

    assert in_force(Tier.COMMUNE, date(2026, 2, 15), [open_one, filled]) is filled


@pytest.mark.parametrize(
    ("new", "refusal"),
    [
        (a_set(), CriteriaSetKnown),
        (a_set(version=2, effective_from=date(2027, 1, 1)), CriteriaOverlap),
        (a_set(code="commune-y", effective_from=date(2020, 1, 1), effective_to=date(2026, 2, 15)), CriteriaOverlap),
        (a_set(version=2, supersedes="commune-x/1"), SuccessionWrong),
        (a_set(version=2, effective_from=date(2026, 1, 1), supersedes="commune-x/1"), SuccessionWrong),
        (a_set(version=2, tier=Tier.VILLAGE, supersedes="commune-x/1"), SuccessionWrong),
        (a_set(version=2, supersedes="commune-z/1"), CriteriaSetNotFound),
    ],
)
def test_two_versions_are_never_in_force_on_one_day(new: CriteriaSet, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        require_place(new, [a_set()])


def test_a_version_is_replaced_once() -> None:
    first = a_set()
    second = a_set(version=2, effective_from=date(2027, 1, 1), supersedes=first.id)

    with pytest.raises(SuccessionWrong):
        require_place(replace(second, version=3, supersedes=CriteriaSetId("commune-x/1")), [first, second])


def test_sets_before_and_after_each_other_stand_side_by_side() -> None:
    before = a_set(code="commune-w", effective_from=date(2022, 1, 1), effective_to=date(2026, 2, 14))

    require_place(before, [a_set(), a_set(code="village-x", tier=Tier.VILLAGE)])
