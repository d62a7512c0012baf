"""OCOP certificates on paper as a table that people fill in: one row a certificate, products without one in it already.

engine.ocop_certificate_loading reads it; reading and writing the file itself is the door's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.criteria_reading import cell_day, cell_text, column_letters
from engine.criteria_sheets import Book, Cell
from engine.errors import Conflict, FieldError, Invalid
from engine.ocop_products import Entity, Product
from engine.rubrics import built_in

SHEET: Final = "Giấy chứng nhận OCOP"
MAX_ROWS: Final = 1_998
COLUMNS: Final[Mapping[str, str]] = {
    "product": "Mã hệ thống",
    "name": "Tên sản phẩm",
    "entity": "Chủ thể",
    "code": "Mã sản phẩm",
    "stars": "Hạng sao",
    "certificate": "Số giấy chứng nhận",
    "decision": "Số quyết định",
    "issued_on": "Ngày quyết định",
    "authority": "Cơ quan công nhận",
    "product_set": "Bộ sản phẩm",
    "file": "Tệp quyết định",
}
PRINTED: Final = ("stars", "certificate", "decision", "issued_on", "authority", "file")
"""What the table does not know before somebody fills it in; a row without any of it is passed over."""
PLACES: Final = {name: place for place, name in enumerate(COLUMNS)}
GUIDE: Final[Sequence[Sequence[Cell]]] = (
    ("Cột", "Cách ghi"),
    ("Mã hệ thống", "Không sửa. Tên sản phẩm, chủ thể chỉ để đối chiếu, sửa cũng không được nạp"),
    ("Mã sản phẩm", "Như in trên giấy chứng nhận hoặc nhãn; để trống thì hệ thống cấp mã mới"),
    ("Hạng sao", "3, 4 hoặc 5"),
    ("Ngày quyết định", "Ngày của quyết định công nhận, ví dụ 15/01/2024"),
    ("Cơ quan công nhận, bộ sản phẩm", "Ghi đúng như in trên giấy chứng nhận"),
    ("Tệp quyết định", "Tên tệp PDF của quyết định, chọn cùng tệp Excel; nhiều dòng có thể dùng chung một tệp"),
    ("Dòng chưa ghi gì", "Được bỏ qua; nạp lại đúng giấy đã có cũng không thay đổi gì"),
    ("Một sản phẩm nhiều giấy", "Chép thêm dòng, giữ nguyên mã hệ thống"),
)
"""How the workbook is filled in, in Vietnamese as the rest of it."""

TROUBLES: Final[Mapping[str, str]] = {
    "empty": "Sheet '%(sheet)s', row %(row)s, column %(column)s is empty. Fill it in.",
    "no_sheet": "Sheet '%(sheet)s', row %(row)s, column %(column)s: the headings are not those of the template.",
    "too_many_rows": "Sheet '%(sheet)s', row %(row)s, column %(column)s: a sheet has at most 1998 rows; use another.",
    "twice": "Sheet '%(sheet)s', row %(row)s, column %(column)s: this stands in another row already.",
    "long": "Sheet '%(sheet)s', row %(row)s, column %(column)s takes at most 200 characters.",
    "long_number": "Sheet '%(sheet)s', row %(row)s, column %(column)s takes at most 100 characters.",
    "no_product": "Sheet '%(sheet)s', row %(row)s, column %(column)s: no product of the register has this id.",
    "no_product_code": (
        "Sheet '%(sheet)s', row %(row)s, column %(column)s: the code of a product is province-commune-serial-year."
    ),
    "other_code": "Sheet '%(sheet)s', row %(row)s, column %(column)s: the product has another code and keeps it.",
    "code_taken": "Sheet '%(sheet)s', row %(row)s, column %(column)s: another product has this code.",
    "no_stars": "Sheet '%(sheet)s', row %(row)s, column %(column)s: write 3, 4 or 5.",
    "no_decision_day": (
        "Sheet '%(sheet)s', row %(row)s, column %(column)s: this is no day from 07/05/2018 until today."
    ),
    "no_pdf": "Sheet '%(sheet)s', row %(row)s, column %(column)s: no PDF of this name was chosen with the workbook.",
    "day_known": (
        "Sheet '%(sheet)s', row %(row)s, column %(column)s: the register has another certificate of the product of "
        "that day. Correct that one instead."
    ),
    "recognised_here": (
        "Sheet '%(sheet)s', row %(row)s, column %(column)s: the product was recognised here before that day; only 5 "
        "stars of the minister come after that from paper."
    ),
}
"""What can be wrong with a cell, by the end of its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A filled row as people see it: *number* counts from 1."""

    number: int
    cells: Sequence[Cell]

    def cell(self, name: str) -> Cell:
        """Return what stands in a column, None where nothing does."""
        place = PLACES[name]
        return self.cells[place] if place < len(self.cells) else None

    def text(self, name: str) -> str:
        """Return it as text."""
        return cell_text(self.cell(name))


def finding(row: int, name: str, trouble: str) -> FieldError:
    """Return what is wrong with a cell, by sheet, row and column."""
    letters = column_letters(PLACES[name])
    said = TROUBLES[trouble] % {"sheet": SHEET, "row": row, "column": letters}
    return FieldError(field=f"{SHEET}!{letters}{row}", code=f"ocop.cell_{trouble}", message=said)


def book_of(products: Sequence[tuple[Product, Entity]]) -> Book:
    """Return the table in which the certificates of these products are written."""
    return {SHEET: [list(COLUMNS.values()), *(_row(product, entity) for product, entity in products[:MAX_ROWS])]}


def _row(product: Product, entity: Entity) -> list[Cell]:
    known: dict[str, Cell] = {
        "product": str(product.id),
        "name": product.name,
        "entity": entity.name,
        "code": product.code,
        "product_set": f"{product.set_number}. {built_in(product.set_number).name}",
    }
    return [known.get(name) for name in COLUMNS]


def rows_of(book: Book) -> list[Row]:
    """Return the rows somebody filled in.

    Raises:
        OcopBookWrong: The headings are others, or there are too many rows.
        OcopBookEmpty: Nothing is filled in.
    """
    cells = book.get(SHEET, ())
    if not cells:
        raise OcopBookEmpty
    if [cell_text(cell) for cell in cells[0]][: len(COLUMNS)] != list(COLUMNS.values()):
        raise OcopBookWrong(errors=[finding(1, "product", "no_sheet")])
    if len(cells) > MAX_ROWS + 1:
        raise OcopBookWrong(errors=[finding(len(cells), "product", "too_many_rows")])
    rows = [Row(number=number, cells=row) for number, row in enumerate(cells[1:], start=2)]
    filled = [row for row in rows if any(row.text(name) for name in PRINTED)]
    if not filled:
        raise OcopBookEmpty
    return filled


def plain_book(book: Book) -> Book:
    """Return of a table only what is read, its cells as text."""
    days = PLACES["issued_on"]
    rows = [[_plain(cell, is_day=place == days) for place, cell in enumerate(row)] for row in book.get(SHEET, ())]
    return {SHEET: [row[: len(COLUMNS)] for row in rows]}


def with_files(book: Book, files: Mapping[str, str]) -> Book:
    """Return the plain table with the ids of these *files*, by name, where their names stand."""
    place, named = PLACES["file"], {name.casefold(): one for name, one in files.items()}
    rows = book.get(SHEET, ())
    return {
        SHEET: [
            [
                named.get(cell_text(cell).casefold(), cell) if at == place and number else cell
                for at, cell in enumerate(row)
            ]
            for number, row in enumerate(rows)
        ]
    }


def _plain(cell: Cell, *, is_day: bool) -> str:
    day = cell_day(cell) if is_day else None
    return cell_text(cell) if day is None else day.isoformat()


class OcopBookWrong(Invalid):
    """Cells of a filled-in workbook are wrong; each is named by sheet, row and column."""

    code = "ocop.book_wrong"
    template = "The workbook cannot be loaded; nothing of it was. Correct the cells that are named and load it again."


class OcopBookEmpty(Conflict):
    """The workbook has no sheet of the template, or no row of it is filled in."""

    code = "ocop.book_empty"
    template = "The workbook has no row of certificates under the headings of the template. Fill in the template again."


class OcopPlanMoved(Conflict):
    """What was previewed is not what would be loaded now."""

    code = "ocop.plan_moved"
    template = "The register was changed after you saw the preview. Look at the preview once more, then load it."
