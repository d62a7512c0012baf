"""Localities as a table that people fill in, and what a filled-in one would change; nothing is removed by it.

engine.locality_reading reads it; reading and writing the file itself is the door's.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.audit import Plain, canonical
from engine.criteria_reading import cell_text
from engine.criteria_sheets import AREAS, Book, Cell
from engine.ids import AgencyId, LocalityId
from engine.localities import (
    CommuneGroup,
    Locality,
    Region,
)

SHEET: Final = "Địa phương"
MAX_ROWS: Final = 1_998
"""Of localities on one sheet."""
MAX_SHEETS: Final = 19
"""One less than the door reads, so that none is passed over unseen."""
COLUMNS: Final[Mapping[str, str]] = {
    "code": "Mã",
    "name": "Tên",
    "parent": "Thuộc (mã)",
    "region": "Vùng",
    "group": "Nhóm xã",
    "area_class": "Khu vực",
    "hardship": "Đặc biệt khó khăn, an toàn khu",
    "households": "Số hộ",
    "agency": "Mã cơ quan",
}
FACTS: Final = ("name", "region", "group", "area_class", "hardship", "households", "agency_id")
"""What a loading may change of a locality that is known."""
GUIDE: Final[Sequence[Sequence[Cell]]] = (
    ("Cột", "Cách ghi"),
    ("Mã", "Theo Quyết định số 19/2025/QĐ-TTg: tỉnh 2 chữ số, xã 5 chữ số; thôn là mã xã, dấu chấm và số thứ tự"),
    ("", "Định dạng cột là Văn bản (Text) để không mất số 0 ở đầu hoặc cuối"),
    ("Thuộc (mã)", "Xã: mã tỉnh; thôn: mã xã. Có thể để trống; tệp không chuyển địa phương đi nơi khác"),
    ("Vùng", "Một trong: " + ", ".join(said for one, said in AREAS.items() if one in set(Region))),
    ("Nhóm xã", "1, 2 hoặc 3 (Quyết định số 51/2025/QĐ-TTg); nhóm 3 là các xã khu vực II, III"),
    ("Khu vực", "I, II hoặc III nếu thuộc vùng đồng bào dân tộc thiểu số và miền núi"),
    ("Đặc biệt khó khăn, an toàn khu", "Ghi x nếu đúng"),
    ("Số hộ", "Số nguyên, không có dấu chấm hoặc dấu phẩy"),
    ("Mã cơ quan", "Mã định danh của cơ quan đại diện địa phương trong hệ thống này"),
    ("Ô để trống", "Giữ nguyên thông tin đã có; thôn mới lấy vùng, nhóm, khu vực của xã"),
    ("Ô ghi dấu -", "Bỏ thông tin đã có"),
    ("Địa phương không có trong tệp", "Giữ nguyên; không địa phương nào bị xóa"),
)
"""How the workbook is filled in, in Vietnamese as the rest of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalityChange:
    """A known locality, as it is and as it would be; *facts* are those that differ."""

    before: Locality
    after: Locality
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalityPlan:
    """What a table would change, parents before what lies in them.

    Attributes:
        untouched: How many it has that stay as they are.
        absent: Known ones of the kinds it has that are not in it; they stay as they are, too.
    """

    added: tuple[Locality, ...]
    changed: tuple[LocalityChange, ...]
    untouched: int
    absent: tuple[Locality, ...]

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return not (self.added or self.changed)

    @property
    def sha256(self) -> str:
        """A digest of everything it would change, and of what that is based on."""
        new: list[Plain] = [_plain(one) for one in self.added]
        known: list[Plain] = [[_plain(one.before), _plain(one.after)] for one in self.changed]
        return hashlib.sha256(canonical({"added": new, "changed": known})).hexdigest()


def _plain(one: Locality) -> dict[str, Plain]:
    facts: dict[str, Plain] = {name: said_fact(one, name) for name in FACTS}
    return {"code": one.code, "rev": one.rev, **facts}


def said_fact(one: Locality, name: str) -> str:
    """Return a fact of a locality as text, '' where there is none."""
    value = getattr(one, name)
    return "" if value is None else str(getattr(value, "value", value))


def book_of(known: Sequence[Locality], agencies: Mapping[AgencyId, str]) -> Book:
    """Return the table of all localities, to be changed, added to and loaded; *agencies* are codes by id.

    As many sheets as it needs.
    """
    codes = {one.id: one.code for one in known}
    rows = [_row(one, codes, agencies) for one in known]
    sheets = [rows[first : first + MAX_ROWS] for first in range(0, len(rows) or 1, MAX_ROWS)]
    named = {SHEET if n == 1 else f"{SHEET} {n}": part for n, part in enumerate(sheets, start=1)}
    return {name: [list(COLUMNS.values()), *part] for name, part in named.items()}


def _row(one: Locality, codes: Mapping[LocalityId, str], agencies: Mapping[AgencyId, str]) -> list[Cell]:
    groups = {known: number for number, known in enumerate(CommuneGroup, start=1)}
    cells: dict[str, Cell] = {
        "code": one.code,
        "name": one.name,
        "parent": codes.get(one.parent_id) if one.parent_id else None,
        "region": AREAS[one.region.value],
        "group": groups[one.group] if one.group else None,
        "area_class": one.area_class.value if one.area_class else None,
        "hardship": "x" if one.hardship else None,
        "households": one.households,
        "agency": agencies.get(one.agency_id) if one.agency_id else None,
    }
    return [cells[name] for name in COLUMNS]


def plain_book(book: Book) -> Book:
    """Return of a table only what is read: the sheets of its headings, their columns, cells as text."""
    read = {sheet: rows for sheet, rows in book.items() if sheet.startswith(SHEET) or is_headed(rows)}
    return {sheet: [[cell_text(cell) for cell in row[: len(COLUMNS)]] for row in rows] for sheet, rows in read.items()}


def is_headed(rows: Sequence[Sequence[Cell]]) -> bool:
    """Say whether the rows begin with the headings of the template."""
    return bool(rows) and [cell_text(cell) for cell in rows[0]][: len(COLUMNS)] == list(COLUMNS.values())
