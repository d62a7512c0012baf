"""The 26 score sheets of Decision 26/2026/QĐ-TTg: figures that add up, pinned; what is loaded besides is checked."""

import tomllib
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine import rubrics
from engine.ids import RubricId
from engine.rubrics import Knockout, Rubric, RubricEdited, RubricInvalid, RubricNotFound, built_in, rubric_from

ALL = [built_in(number) for number in range(1, 27)]
SECTIONS: Mapping[str, str] = {
    "1 3 4": "18 10 12 13 12 12 3 5 5 5 2 3",
    "2 6 7 8 9 10 11 12 13": "18 10 12 13 12 15 5 5 5 2 3",
    "5": "16 12 12 13 12 15 5 5 5 2 3",
    "14 15 16 17": "17 11 12 13 12 15 5 5 5 5",
    "18": "18 10 12 13 12 5 4 5 3 3 5 3 2 5",
    "19": "17 11 12 13 12 5 3 5 4 5 3 5 2 3",
    "20": "17 11 12 13 12 5 3 5 4 3 5 5 2 3",
    "21": "19 9 12 13 12 21 4 5 5",
    "22": "18 10 12 13 12 24 3 3 5",
    "23": "19 9 12 13 12 14 8 4 4 5",
    "24": "19 9 12 13 12 17 9 4 5",
    "25": "19 9 12 13 12 15 10 5 5",
    "26": "14 12 14 17 8 3 3 3 2 3 2 3 4 4 3 3 2",
}
"""Points of the sections by set. Source: Decision 26/2026/QĐ-TTg, appendix II."""


def content_of(number: int) -> dict[str, Any]:
    place = Path(rubrics.__file__).parent / "score_sheets" / "26-2026" / f"set-{number:02d}.toml"
    return tomllib.loads(place.read_text(encoding="utf-8"))


@pytest.mark.parametrize("rubric", ALL, ids=lambda rubric: f"set {rubric.set_number}")
def test_parts_have_40_25_and_35_points(rubric: Rubric) -> None:
    assert rubric.parts() == {"A": 40, "B": 25, "C": 35}


@pytest.mark.parametrize(("sets", "points"), SECTIONS.items())
def test_sections_have_the_points_of_the_decision(sets: str, points: str) -> None:
    found = {number: [section.points for section in built_in(int(number)).sections] for number in sets.split()}

    assert set(map(tuple, found.values())) == {tuple(int(each) for each in points.split())}


def test_there_are_787_items_with_2579_levels() -> None:
    items = [item for rubric in ALL for item in rubric.items()]

    assert (len(items), sum(len(item.options) for item in items)) == (787, 2579)


@pytest.mark.parametrize("rubric", ALL, ids=lambda rubric: f"set {rubric.set_number}")
def test_the_best_level_of_an_item_gives_its_points_and_items_add_up_to_100(rubric: Rubric) -> None:
    items = [*rubric.items()]

    assert [item.code for item in items if max(option.points for option in item.options) != item.points] == []
    assert sum(item.points for item in items) == 100


def test_the_gates_of_set_1_are_those_of_the_decision() -> None:
    marked = {star: {gate.item: gate.points for gate in built_in(1).gates() if gate.star == star} for star in (3, 4, 5)}

    assert marked == {
        3: {"2.2": 2, "2.3": 1, "3.5": 1, "4.1": 2, "5.3": 1, "9": 2, "10": 1},
        4: {
            "1.5": 2, "1.6": 1, "2.1": 3, "2.3": 3, "3.4": 2, "3.5": 2,
            "4.1": 3, "5.1": 5, "6.1": 2, "6.2": 3, "8": 3, "10": 3,
        },
        5: {"1.3": 3, "1.5": 3, "4.1": 5},
    }  # fmt: skip


def test_food_has_7_or_8_gates_for_3_stars_and_tourism_1_and_2() -> None:
    counts = {rubric.set_number: Counter(gate.star for gate in rubric.gates()) for rubric in ALL}

    assert {counts[number][3] for number in range(1, 14)} <= {7, 8}
    assert counts[26] == {3: 1, 4: 2}
    assert [number for number, found in counts.items() if not found[3]] == []


def test_rows_without_levels_head_the_items_below_them_and_are_not_scored() -> None:
    tea = built_in(11).by_code()

    assert {"6.1", "6.2"} & set(tea) == set()
    assert (tea["6.1.1"].group, tea["6.2.3"].group) == ("Ngoại hình", "Nước pha")


def test_a_level_without_points_counts_as_none_and_is_marked() -> None:
    marked = {rubric.set_number for rubric in ALL for item in rubric.items() for each in item.options if each.unset}

    assert marked == {4, 7, 10, 11}
    assert all(built_in(number).by_code()["1.2"].options[0].points == 0 for number in marked)


def test_only_three_items_of_tourism_have_two_cases() -> None:
    cased = {(rubric.set_number, item.code) for rubric in ALL for item in rubric.items() if item.cases}

    assert cased == {(26, "8"), (26, "9"), (26, "15")}


@pytest.mark.parametrize(
    ("ground", "sets"),
    [
        (Knockout.FORGED, range(1, 27)),
        (Knockout.COMMON_PRODUCT, range(1, 5)),
        (Knockout.IDENTICAL_PRODUCT, range(5, 15)),
        (Knockout.FOREIGN_MATERIAL, [*range(7, 16), 18, 19, 20]),
        (Knockout.FOREIGN_MATTER, [*range(1, 14), 15, 17]),
    ],
)
def test_grounds_for_exclusion_stand_on_the_sheets_that_print_them(ground: Knockout, sets: range) -> None:
    assert [rubric.set_number for rubric in ALL if ground in rubric.knockouts] == [*sets]


def test_a_sheet_that_was_edited_is_not_used() -> None:
    content = content_of(1)
    content["sections"][0]["items"][0]["options"][1]["points"] = 1

    with pytest.raises(RubricEdited, match="set 1"):
        rubrics.require_digest(content, built_in(1).digest)


def test_a_gate_that_was_taken_away_is_noticed_too() -> None:
    content = content_of(1)
    del content["sections"][3]["items"][0]["options"][2]["star"]

    with pytest.raises(RubricEdited):
        rubrics.require_digest(content, built_in(1).digest)


def test_a_sheet_is_found_again_by_its_id_and_by_no_other() -> None:
    pinned = built_in(7).id

    assert rubrics.find_built_in(pinned) == built_in(7)
    assert rubrics.find_built_in(RubricId(pinned[:-1] + "?")) is None
    assert rubrics.find_built_in(RubricId("ocop:148/2023/QĐ-TTg:7:" + built_in(7).digest)) is None


@pytest.mark.parametrize("number", [0, 27])
def test_there_are_sets_1_to_26(number: int) -> None:
    with pytest.raises(RubricNotFound):
        built_in(number)


def test_a_sheet_of_an_earlier_decision_may_divide_its_100_points_otherwise() -> None:
    content = {**content_of(1), "decision": "1048/QĐ-TTg", "effective_from": "2019-08-21"}

    older = rubric_from(content)

    assert (older.decision, older.effective_from) == ("1048/QĐ-TTg", date(2019, 8, 21))
    assert older.id != built_in(1).id


@pytest.mark.parametrize(
    ("place", "value", "wrong"),
    [
        (("sections", 0, "points"), 19, "1"),
        (("sections", 0, "items", 0, "points"), 4, "1.1"),
        (("sections", 0, "items", 0, "options", 0, "points"), -1, "1.1"),
        (("sections", 0, "items", 2, "options", 0, "star"), 6, "1.3"),
        (("sections", 0, "items", 1, "code"), "1.1", "sections"),
        (("needs",), {"5.2": "5.9"}, "5.9"),
        (("knockouts",), ["boring"], ""),
        (("sections",), None, ""),
    ],
)
def test_figures_that_do_not_add_up_are_refused_by_their_place(
    place: tuple[Any, ...], value: object, wrong: str
) -> None:
    content: Any = content_of(1)
    inner = content
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value

    with pytest.raises(RubricInvalid) as refused:
        rubric_from(content)

    assert wrong in {error.field for error in refused.value.errors}
