"""Scoring: sheets, exact means, stars capped by gates that are not met."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ids import RubricId
from engine.rubrics import Knockout, Rubric, built_in, rubric_from
from engine.scoring import (
    NoSheets,
    Score,
    Sheet,
    SheetInvalid,
    SheetOfOtherRubric,
    band_of,
    choices_of,
    gates_of,
    judge,
    score,
    shown,
)

ALL = [built_in(number) for number in range(1, 27)]
FRUIT, TOURISM = built_in(1), built_in(26)


def best(rubric: Rubric, **points: int) -> Sheet:
    """Return the sheet with all points, but for those named: x4_1=2 is two points in item 4.1."""
    case = 1 if rubric.has_cases else None
    wanted = {item.code: item.points for item in rubric.items()}
    wanted |= {name.removeprefix("x").replace("_", "."): value for name, value in points.items()}
    return Sheet(rubric_id=rubric.id, choices=choices_of(rubric, wanted, case), case=case)


def plain() -> Rubric:
    """Return a sheet of three items without any gate, in which every total can be had."""
    parts = {"A": 40, "B": 25, "C": 35}
    return rubric_from(
        {
            "decision": "1/2020/QĐ-TTg", "set": 1, "name": "x", "sector": "I", "effective_from": "2020-01-01",
            "sections": [
                {
                    "part": part, "code": part, "label": part, "points": most,
                    "items": [
                        {
                            "code": part, "label": part, "points": most,
                            "options": [{"points": points, "label": "x"} for points in range(most + 1)],
                        }
                    ],
                }
                for part, most in parts.items()
            ],
        }
    )  # fmt: skip


def of_total(total: int) -> Score:
    return Score(points={"A": total, "B": 0, "C": 0}, total=total, parts={})


def errors_of(rubric: Rubric, sheet: Sheet) -> Mapping[str, str]:
    with pytest.raises(SheetInvalid) as refused:
        score(rubric, sheet)
    return {error.field: error.code for error in refused.value.errors}


@pytest.mark.parametrize("rubric", ALL, ids=lambda rubric: f"set {rubric.set_number}")
def test_the_best_sheet_of_every_set_has_100_points_and_5_stars(rubric: Rubric) -> None:
    scored = score(rubric, best(rubric))

    assert (scored.total, scored.parts) == (100, {"A": 40, "B": 25, "C": 35})
    assert judge(rubric, [scored]).stars == 5


@pytest.mark.parametrize(
    ("total", "stars"),
    [("90", 5), ("89.99", 4), ("70", 4), ("69.99", 3), ("50", 3), ("49.99", 2), ("30", 2), ("29.99", 1), ("0", 1)],
)
def test_stars_follow_the_bands_of_the_decision_where_all_gates_are_met(total: str, stars: int) -> None:
    hundredths = int(Decimal(total) * 100)
    whole, rest = divmod(hundredths, 100)
    sheets = [of_total(whole + (place < rest)) for place in range(100)]

    result = judge(plain(), sheets)

    assert (result.mean, result.stars) == (Fraction(hundredths, 100), stars)


def test_a_mean_a_hair_below_90_is_not_rounded_up() -> None:
    sheets = [of_total(90)] * 999 + [of_total(89)]

    result = judge(plain(), sheets)

    assert result.stars == 4
    assert shown(result.mean) == Decimal("89.99")


def test_a_mean_of_thirds_is_exact() -> None:
    result = judge(plain(), [of_total(90), of_total(90), of_total(89)])

    assert (result.mean, str(shown(result.mean))) == (Fraction(269, 3), "89.66")


def test_95_points_with_2_in_item_4_1_are_3_stars_at_most() -> None:
    result = judge(FRUIT, [score(FRUIT, best(FRUIT, x4_1=2, x1_4=1))])

    assert (int(result.mean), result.band, result.stars) == (95, 5, 3)
    assert [(gate.item, gate.star, gate.needed, int(gate.mean)) for gate in result.unmet] == [
        ("4.1", 4, 3, 2),
        ("4.1", 5, 5, 2),
    ]


def test_92_points_with_2_in_item_1_3_are_4_stars_at_most() -> None:
    result = judge(FRUIT, [score(FRUIT, best(FRUIT, x1_3=2, x4_2=0, x6_3=0, x1_7=0))])

    assert (int(result.mean), result.band, result.stars) == (92, 5, 4)


@pytest.mark.parametrize("rubric", ALL, ids=lambda rubric: f"set {rubric.set_number}")
def test_every_gate_caps_the_rank_below_its_stars_and_is_named(rubric: Rubric) -> None:
    full = score(rubric, best(rubric))
    for gate in rubric.gates():
        missed = Score(points={**full.points, gate.item: gate.points - 1}, total=100, parts={})

        result = judge(rubric, [missed])

        assert result.stars is not None
        assert result.stars < gate.star
        assert (gate.item, gate.star) in {(each.item, each.star) for each in result.unmet}


def test_a_gate_is_met_by_the_mean_of_the_members_and_says_how_many_stay_below() -> None:
    high, low = best(FRUIT), best(FRUIT, x4_1=2)

    met = judge(FRUIT, [score(FRUIT, high), score(FRUIT, low)])
    missed = judge(FRUIT, [score(FRUIT, low), score(FRUIT, low), score(FRUIT, high)])

    assert [(gate.star, gate.below) for gate in met.unmet] == [(5, 1)]
    assert [(gate.star, gate.needed, gate.below) for gate in missed.unmet] == [(5, 5, 2)]
    assert missed.item_means["4.1"] == 3


@st.composite
def sheets(draw: st.DrawFn) -> tuple[Rubric, list[Sheet]]:
    rubric = draw(st.sampled_from(ALL))
    case = draw(st.sampled_from([1, 2])) if rubric.has_cases else None

    def one() -> Sheet:
        choices = {}
        for item in rubric.items():
            fit = [0, *(option.number for option in item.options if option.case in (None, case))]
            choices[item.code] = draw(st.sampled_from(fit))
        for code, needed in rubric.needs.items():
            if not choices[needed] or rubric.by_code()[needed].options[choices[needed] - 1].points == 0:
                choices[code] = 0
        return Sheet(rubric_id=rubric.id, choices=choices, case=case)

    return rubric, [one() for _ in range(draw(st.integers(1, 4)))]


@given(sheets())
def test_points_stay_within_items_and_the_rank_within_band_and_gates(drawn: tuple[Rubric, list[Sheet]]) -> None:
    rubric, filled = drawn
    scores = [score(rubric, sheet) for sheet in filled]

    result = judge(rubric, scores)

    most = {item.code: item.points for item in rubric.items()}
    assert all(0 <= points <= most[code] for each in scores for code, points in each.points.items())
    assert all(each.total == sum(each.points.values()) == sum(each.parts.values()) <= 100 for each in scores)
    assert result.band == band_of(result.mean)
    if not result.knockouts:
        assert result.stars is not None
        kept = [gate for star in range(3, result.stars + 1) for gate in gates_of(rubric, star)]
        assert all(result.item_means[gate.item] >= gate.points for gate in kept)
        assert (result.stars < result.band) == bool(result.unmet)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=15))
def test_the_mean_shown_never_reaches_a_band_the_mean_does_not(totals: list[int]) -> None:
    mean = judge(plain(), [of_total(total) for total in totals]).mean

    assert band_of(shown(mean)) == band_of(mean)
    assert 0 <= mean - Fraction(shown(mean)) < Fraction(1, 100)


def test_a_score_above_its_item_is_refused_with_what_the_item_has() -> None:
    with pytest.raises(SheetInvalid) as refused:
        choices_of(FRUIT, {"1.1": 4})

    [error] = refused.value.errors
    assert (error.field, error.code) == ("points/1.1", "ocop.above_item")
    assert "3 points at most" in error.message


def test_points_no_level_gives_are_refused() -> None:
    with pytest.raises(SheetInvalid) as refused:
        choices_of(FRUIT, {"2.1": 2, "77": 1, "4.1": -1})

    assert {error.field: error.code for error in refused.value.errors} == {
        "points/2.1": "ocop.foreign_option",
        "choices/77": "ocop.foreign_item",
        "points/4.1": "ocop.foreign_option",
    }


def test_a_level_the_item_does_not_have_an_item_of_another_sheet_and_an_open_item_are_all_named() -> None:
    sheet = best(FRUIT)
    choices = {**sheet.choices, "1.1": 4, "99": 1}
    del choices["1.2"]

    found = errors_of(FRUIT, Sheet(rubric_id=FRUIT.id, choices=choices))

    assert found == {
        "choices/1.1": "ocop.foreign_option",
        "choices/99": "ocop.foreign_item",
        "choices/1.2": "ocop.item_open",
    }


def test_a_sheet_of_another_version_is_refused() -> None:
    with pytest.raises(SheetOfOtherRubric):
        score(FRUIT, Sheet(rubric_id=RubricId("ocop:148/2023/QĐ-TTg:1:0"), choices=best(FRUIT).choices))


def test_without_a_story_its_telling_is_not_scored() -> None:
    sheet = best(FRUIT)
    choices = {**sheet.choices, "5.1": 1}

    assert errors_of(FRUIT, Sheet(rubric_id=FRUIT.id, choices=choices)) == {"choices/5.2": "ocop.needs_other"}


def test_tourism_is_scored_by_one_of_two_cases_never_both() -> None:
    sheet = best(TOURISM)

    open_case = errors_of(TOURISM, Sheet(rubric_id=TOURISM.id, choices=sheet.choices))
    both = errors_of(TOURISM, Sheet(rubric_id=TOURISM.id, choices={**sheet.choices, "9": 4}, case=1))
    second = Sheet(rubric_id=TOURISM.id, choices={**sheet.choices, "8": 4, "9": 4, "15": 4}, case=2)

    assert open_case["case"] == "ocop.case_open"
    assert both == {"choices/9": "ocop.other_case"}
    assert score(TOURISM, second).total == 100


def test_a_case_on_a_sheet_that_has_none_is_refused() -> None:
    sheet = best(FRUIT)

    assert errors_of(FRUIT, Sheet(rubric_id=FRUIT.id, choices=sheet.choices, case=1)) == {"case": "ocop.no_cases"}


def test_a_ground_for_exclusion_leaves_no_stars_whatever_the_points() -> None:
    excluded = Sheet(rubric_id=FRUIT.id, choices={}, knockouts=(Knockout.FORGED,))

    result = judge(FRUIT, [score(FRUIT, best(FRUIT)), score(FRUIT, excluded)])

    assert (result.stars, result.recognised, result.knockouts) == (None, False, {Knockout.FORGED: 1})


def test_a_ground_that_is_not_of_this_set_is_refused() -> None:
    sheet = Sheet(rubric_id=FRUIT.id, choices={}, knockouts=(Knockout.NOT_DECLARED,))

    assert errors_of(FRUIT, sheet) == {"knockouts": "ocop.foreign_ground"}


def test_bottled_water_with_0_in_a_test_of_the_senses_goes_no_further() -> None:
    water = built_in(16)

    scored = score(water, best(water, x6_2=0))

    assert scored.knockouts == (Knockout.ZERO_IN_TEST,)


def test_1_and_2_stars_are_not_recognised() -> None:
    assert [judge(plain(), [of_total(total)]).recognised for total in (29, 49, 50)] == [False, False, True]


def test_there_is_no_result_without_sheets() -> None:
    with pytest.raises(NoSheets):
        judge(FRUIT, [])
