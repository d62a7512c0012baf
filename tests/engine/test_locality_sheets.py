"""Localities as a table: what a filled-in one would change; every wrong cell named at once, nothing removed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from engine.criteria_sheets import Cell
from engine.ids import AgencyId, LocalityId
from engine.localities import AreaClass, CommuneGroup, Locality, LocalityKind, Region
from engine.locality_reading import MAX_FINDINGS, LocalityBookEmpty, LocalityBookWrong, read_plan
from engine.locality_sheets import COLUMNS, MAX_ROWS, MAX_SHEETS, SHEET, LocalityPlan, book_of, plain_book
from tests.engine.test_localities import COMMUNE, PROVINCE, VILLAGE
from tests.support.builders import an_id

OFFICE = AgencyId(an_id("office"))
KNOWN = (PROVINCE, replace(COMMUNE, households=10, agency_id=OFFICE), VILLAGE)
HEAD = list(COLUMNS.values())


def row(code: Cell, **cells: Cell) -> list[Cell]:
    return [{"code": code, **cells}.get(name) for name in COLUMNS]


def plan_of(*rows: Sequence[Cell], known: Sequence[Locality] = KNOWN) -> LocalityPlan:
    ids = (an_id(f"new {number}") for number in range(10_000))
    return read_plan({SHEET: [HEAD, *rows]}, known, {"H56.1": OFFICE}, lambda: next(ids))


def wrong(*rows: Sequence[Cell]) -> dict[str, str]:
    with pytest.raises(LocalityBookWrong) as refused:
        plan_of(*rows)
    return {error.field.removeprefix(f"{SHEET}!"): error.code for error in refused.value.errors}


def test_the_table_of_what_is_known_changes_nothing() -> None:
    book = book_of(KNOWN, {OFFICE: "H56.1"})

    plan = read_plan(plain_book({**book, "Hướng dẫn": [["A"]]}), KNOWN, {"H56.1": OFFICE}, lambda: an_id("new"))

    assert (plan.is_empty, plan.untouched, plan.absent) == (True, 3, ())


def test_new_localities_lie_in_known_or_new_ones_and_a_village_takes_after_its_commune() -> None:
    plan = plan_of(
        row("99777.01", name="thôn Một"),
        row(
            "99777", name="xã  Mới", region="Bắc Trung Bộ", group=3, area_class="ii", households="1200", agency="h56.1"
        ),
    )

    commune, village = plan.added
    assert (commune.name, commune.parent_id, commune.households, commune.agency_id) == (
        "xã Mới",
        PROVINCE.id,
        1200,
        OFFICE,
    )
    assert (village.kind, village.parent_id) == (LocalityKind.VILLAGE, commune.id)
    assert (village.group, village.area_class) == (CommuneGroup.MOUNTAIN, AreaClass.II)


def test_an_empty_cell_leaves_a_fact_and_a_hyphen_takes_it_away() -> None:
    plan = plan_of(row("99101", agency="-", hardship="x", region="đồng bằng sông Hồng"))

    (change,) = plan.changed
    assert change.facts == ("region", "hardship", "agency_id")
    assert (change.after.name, change.after.households, change.after.rev) == ("xã Hoằng Thử", 10, 1)
    assert (change.after.region, change.after.agency_id) == (Region.RED_RIVER_DELTA, None)


def test_what_is_known_and_not_in_the_table_is_named_and_stays() -> None:
    other = replace(COMMUNE, id=LocalityId(an_id("other")), code="99102", name="xã Khác")

    plan = plan_of(row("99101", households=11), known=(PROVINCE, COMMUNE, other))

    assert [one.code for one in plan.absent] == ["99102"]


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        ({"code": 9910}, "A2"),
        ({"code": None, "name": "xã Không Mã"}, "A2"),
        ({"code": "99777"}, "B2"),
        ({"code": "99777", "name": "xã A", "parent": "98"}, "C2"),
        ({"code": "99101", "parent": "98"}, "C2"),
        ({"code": "98888.01", "name": "thôn A"}, "A2"),
        ({"code": "99101", "region": "Tây Nam Bộ"}, "D2"),
        ({"code": "99101", "group": 4}, "E2"),
        ({"code": "99101", "group": 3}, "E2"),
        ({"code": "99101", "area_class": "IV"}, "F2"),
        ({"code": "99101", "hardship": "maybe"}, "G2"),
        ({"code": "99101", "households": "1.200"}, "H2"),
        ({"code": "99101", "households": -1}, "H2"),
        ({"code": "99101", "agency": "H99"}, "I2"),
        ({"code": "99101", "name": "x" * 201}, "B2"),
    ],
)
def test_a_wrong_cell_is_named(cells: dict[str, Any], where: str) -> None:
    assert list(wrong(row(**cells))) == [where]


def test_every_wrong_cell_is_named_at_once_in_the_order_of_the_sheet() -> None:
    found = wrong(row("99101", group=5), row("1"), row("99101", households="x"))

    assert list(found) == ["E2", "A3", "A4", "H4"]
    assert found["A4"] == "locality.cell_twice"


def test_more_wrong_cells_than_are_named_are_said_to_be_there() -> None:
    found = wrong(*(row("1") for _ in range(MAX_FINDINGS + 5)))

    assert len(found) == MAX_FINDINGS + 1
    assert "locality.cell_more" in found.values()


def test_nothing_of_a_workbook_is_passed_over_in_silence() -> None:
    assert wrong(*(row("99") for _ in range(MAX_ROWS + 1))) == {f"A{MAX_ROWS + 2}": "locality.cell_too_many_rows"}
    sheets: dict[str, Sequence[Sequence[Cell]]] = {f"{SHEET} {n}": [HEAD] for n in range(MAX_SHEETS + 1)}
    for book, code in ((sheets, "too_many_sheets"), ({SHEET: [["Mã"]]}, "no_sheet")):
        with pytest.raises(LocalityBookWrong) as refused:
            read_plan(book, KNOWN, {}, lambda: an_id("new"))
        assert [error.code for error in refused.value.errors] == [f"locality.cell_{code}"]
    with pytest.raises(LocalityBookEmpty):
        plan_of()


def test_what_is_previewed_is_known_by_a_digest_that_another_change_changes() -> None:
    known = (PROVINCE, replace(COMMUNE, rev=1), VILLAGE)

    digests = {plan_of(row("99101", households=n), known=these).sha256 for n in (11, 12) for these in (KNOWN, known)}

    assert len(digests) == 4
    assert plan_of(row("99777", name="xã A", group=2)).sha256 == plan_of(row("99777", name="xã A", group=2)).sha256
