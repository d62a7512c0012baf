"""Excel files: read back as they were written, shares as people see them, and made to hurt nobody."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from openpyxl import Workbook

from api.workbooks import WorkbookUnreadable, read_workbook, write_workbook


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def test_what_is_written_is_read_back_and_no_name_becomes_a_formula() -> None:
    written = write_workbook({"Chỉ tiêu": [["=1+1", 3, Decimal("2.5"), date(2026, 2, 15), None]]}, guide=[["a"]])

    read = read_workbook(written)["Chỉ tiêu"]

    assert read[0][:3] == ["=1+1", 3, Decimal("2.5")]
    assert str(read[0][3]).startswith("2026-02-15")


def test_a_share_that_is_shown_as_per_cent_is_read_as_it_is_shown() -> None:
    made = Workbook()
    sheet = made.worksheets[0]
    for place, value in enumerate((0.955, 1), start=1):
        sheet.cell(row=1, column=place).value = value
        sheet.cell(row=1, column=place).number_format = "0.0%"
    out = io.BytesIO()
    made.save(out)

    assert read_workbook(out.getvalue())["Sheet"][0] == [Decimal("95.5"), 100]


def test_rows_beyond_what_a_sheet_says_of_its_size_are_read() -> None:
    made = write_workbook({"A": [["a", None], ["b", 2]]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1:A1"'))

    assert out.getvalue() != made
    assert read_workbook(out.getvalue())["A"] == read_workbook(made)["A"] == [["a", None], ["b", 2]]


def test_a_sheet_of_more_rows_than_are_read_is_refused_and_not_cut() -> None:
    most = [["a"]] * 10_000

    assert len(read_workbook(write_workbook({"A": most}))["A"]) == len(most)
    with pytest.raises(WorkbookUnreadable):
        read_workbook(write_workbook({"A": [*most, ["a"]]}))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        packed(a=b"1"),
        packed(a=b"0" * 31_000_000),
        packed(**{"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        packed(**{f"part{number}": b"" for number in range(201)}),
        write_workbook({"A": [["a" * 100]]})[:-200],
        b"0" * 2_000_001,
    ],
    ids=["empty", "pdf", "zip", "bomb", "entities", "parts", "cut", "large"],
)
def test_what_is_no_workbook_or_made_to_be_too_much_is_refused(content: bytes) -> None:
    with pytest.raises(WorkbookUnreadable):
        read_workbook(content)


GOOD = write_workbook({"A": [["Mã", "Giá trị"], ["1.1", 95], ["1.2", date(2026, 1, 1)]], "B": [["a"]]})


def with_wrong_bytes(chance: Random) -> bytes:
    """Return the good workbook with up to eight bytes of the file changed."""
    content = bytearray(GOOD)
    for _ in range(chance.choice((1, 2, 8))):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


def with_wrong_parts(chance: Random) -> bytes:
    """Return the good workbook with two bytes of one part changed before it is packed again."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as file:
        parts = {name: bytearray(file.read(name)) for name in file.namelist()}
    part = parts[chance.choice(list(parts))]
    for _ in range(2):
        part[chance.randrange(len(part))] = chance.choice(b"0123456789e<>&/ a")
    return packed(**{name: bytes(content) for name, content in parts.items()})


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
@pytest.mark.parametrize("damaged", [with_wrong_bytes, with_wrong_parts])
def test_a_damaged_workbook_is_read_or_refused_and_is_no_fault_of_ours(damaged: Callable[[Random], bytes]) -> None:
    chance, refused = Random(20261123), 0  # noqa: S311  the same damage each time

    for _ in range(300):
        try:
            read_workbook(damaged(chance))
        except WorkbookUnreadable:
            refused += 1

    assert refused > 0
