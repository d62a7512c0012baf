"""Filled-in tables: what people may write in them, and every wrong cell by sheet, row and column."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.criteria import Certainty, Comparator, CriteriaSet, Shares
from engine.criteria_files import from_plain, shipped_sets, to_plain
from engine.criteria_reading import CriteriaBookWrong, column_letters, read_book
from engine.criteria_sheets import COLUMNS, FACTS, INDICATORS, Book, Cell, book_of

SHIPPED = shipped_sets()
OPEN = next(each for each in SHIPPED if each.code == "commune-2026")
Change = tuple[str, int, str, Cell]


def a_book(*changes: Change, of: CriteriaSet = OPEN) -> Book:
    """Return the tables of a set with these cells changed: sheet, row as people count it, column letters, value."""
    book = {sheet: [list(row) for row in rows] for sheet, rows in book_of(of).items()}
    letters = [column_letters(place) for place in range(len(COLUMNS))]
    for sheet, row, column, value in changes:
        book[sheet][row - 1][letters.index(column)] = value
    return book


def wrong_cells(*changes: Change) -> list[tuple[str, str]]:
    with pytest.raises(CriteriaBookWrong) as refused:
        read_book(a_book(*changes), SHIPPED)
    return [(error.field, error.code.removeprefix("criteria.cell_")) for error in refused.value.errors]


def test_the_tables_of_every_shipped_set_are_read_back_as_they_were() -> None:
    for each in SHIPPED:
        begins: Change = (FACTS, 5, "B", each.effective_from)
        read = read_book(a_book(begins, of=each), SHIPPED)

        assert (read.version, read.supersedes) == (2, each.id)
        assert [replace(one, certainty=Certainty.LAW) for one in read.indicators] == [
            replace(one, certainty=Certainty.LAW) for one in each.indicators
        ]
        assert [(one.number, one.name, one.key) for one in read.criteria] == [
            (one.number, one.name, one.key) for one in each.criteria
        ]


def test_what_an_administrator_enters_is_judged_by_and_marked_as_loaded() -> None:
    sign, general, group = "H", "I", column_letters(list(COLUMNS).index("group_3"))
    filled = a_book(
        (INDICATORS, 2, "G", "%"),
        (INDICATORS, 2, sign, ">="),
        (INDICATORS, 2, general, "95,5"),
        (INDICATORS, 2, group, Decimal(80)),
        (INDICATORS, 3, sign, "đạt"),
    )

    first, second, third, *_ = read_book(filled, SHIPPED).indicators

    assert (first.comparator, first.certainty) == (Comparator.AT_LEAST, Certainty.LOADED)
    assert {limit.value: set(limit.where) for limit in first.thresholds} == {
        Decimal("95.5"): set(),
        Decimal(80): {"group_3"},
    }
    assert second.comparator is Comparator.MET
    assert third.certainty is Certainty.TO_BE_ENTERED


def test_shares_beside_the_criteria_are_loaded_and_an_empty_one_leaves_the_default() -> None:
    filled = a_book((FACTS, 9, "B", "92,5"), (FACTS, 11, "B", 75))

    read = read_book(filled, SHIPPED)

    assert read.shares == Shares(satisfaction=Decimal("92.5"), meeting=Decimal(75))
    assert from_plain(to_plain(read)).shares == read.shares
    assert book_of(read)[FACTS][8][1] == Decimal("92.5")
    assert wrong_cells((FACTS, 9, "B", "0"), (FACTS, 10, "B", 101), (FACTS, 11, "B", "đa số")) == [
        ("Bộ tiêu chí!B9", "no_number"),
        ("Bộ tiêu chí!B11", "no_number"),
        ("Bộ tiêu chí!B10", "over_hundred"),
    ]


def test_days_are_read_as_excel_and_as_people_write_them() -> None:
    read = read_book(a_book((FACTS, 5, "B", "01/03/2027"), (FACTS, 6, "B", date(2030, 12, 31))), SHIPPED)

    assert (read.effective_from, read.effective_to) == (date(2027, 3, 1), date(2030, 12, 31))


def test_every_wrong_cell_is_named_at_once_by_sheet_row_and_column() -> None:
    assert wrong_cells(
        (FACTS, 2, "B", "kingdom"),
        (FACTS, 5, "B", "31/02/2026"),
        (INDICATORS, 2, "H", "mostly"),
        (INDICATORS, 3, "E", "9.99"),
        (INDICATORS, 4, "F", None),
    ) == [
        ("Bộ tiêu chí!B2", "no_level"),
        ("Bộ tiêu chí!B5", "no_day"),
        ("Chỉ tiêu!H2", "no_sign"),
        ("Chỉ tiêu!E3", "no_indicator"),
        ("Chỉ tiêu!F4", "empty"),
    ]


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ([(FACTS, 1, "B", "Xã 2026")], ("Bộ tiêu chí!B1", "no_code")),
        ([(FACTS, 3, "B", None)], ("Bộ tiêu chí!B3", "empty")),
        ([(FACTS, 8, "B", "x" * 501)], ("Bộ tiêu chí!B8", "too_long")),
        ([(FACTS, 6, "B", "01/01/2020")], ("Bộ tiêu chí!B6", "no_day")),
        ([(INDICATORS, 2, "H", "≥")], ("Chỉ tiêu!I2", "no_limit")),
        ([(INDICATORS, 2, "I", "90")], ("Chỉ tiêu!I2", "limit_without_sign")),
        ([(INDICATORS, 2, "H", "≥"), (INDICATORS, 2, "I", "-1")], ("Chỉ tiêu!I2", "no_number")),
        (
            [(INDICATORS, 2, "G", "%"), (INDICATORS, 2, "H", "≥"), (INDICATORS, 2, "I", 101)],
            ("Chỉ tiêu!I2", "over_hundred"),
        ),
        ([(INDICATORS, 3, "E", "1.1")], ("Chỉ tiêu!E3", "twice")),
        ([(INDICATORS, 3, "B", "Khác")], ("Chỉ tiêu!B3", "other_name")),
        ([(INDICATORS, 1, "C", "Khác")], ("Chỉ tiêu!A1", "no_sheet")),
    ],
)
def test_a_cell_that_breaks_a_rule_is_named(changes: list[Change], trouble: tuple[str, str]) -> None:
    assert trouble in wrong_cells(*changes)


def test_a_set_without_rows_or_with_too_many_is_refused() -> None:
    facts = a_book()[FACTS]
    rows = [list(COLUMNS.values()), *[["1", "A", "", "", f"1.{place}", "B"] for place in range(1, 502)]]
    for indicators in (rows, rows[:1], []):
        with pytest.raises(CriteriaBookWrong):
            read_book({FACTS: facts, INDICATORS: indicators}, SHIPPED)


def test_columns_are_called_as_in_excel() -> None:
    assert [column_letters(place) for place in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]
