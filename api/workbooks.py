"""Excel workbooks as plain rows of cells and back: the one room of openpyxl."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from engine.criteria_sheets import Book, Cell
from engine.errors import FieldError, Invalid

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_BYTES: Final = 2_000_000
_MAX_UNPACKED: Final = 30_000_000
_MAX_PARTS: Final = 200
_MAX_ROWS: Final = 10_000
"""More than any sheet of ours may have, so that who reads its rows can say from which on there are too many."""
_MAX_COLUMNS: Final = 60
_MAX_SHEETS: Final = 20
_WIDEST: Final = 60
_PLACES: Final = 6
_ENTITIES: Final = (b"<!DOCTYPE", b"<!ENTITY")
_DAMAGED: Final = (
    *(InvalidFileException, zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, OSError),
    *(LookupError, ValueError, ArithmeticError, TypeError, SyntaxError, AttributeError),
)
"""What zipfile (a password and an unknown method are RuntimeErrors) and openpyxl raise on damaged files.

Neither has an error of its own for them: whatever a decompressor or parser stumbles over comes out. Found by damaging.
"""


class WorkbookUnreadable(Invalid):
    """The file is no Excel workbook, or one that is made to be too much."""

    code = "workbook.unreadable"
    template = "This file cannot be read as an Excel workbook (.xlsx, at most 2 MB). Save it from the template again."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError(field="file", code=self.code, message=self.template)])


def read_workbook(content: bytes) -> Book:
    """Return the sheets of an .xlsx file as rows of plain cells; a share that is shown as 95 % is 95.

    Raises:
        WorkbookUnreadable: It is none, unpacks to more than is read, or has a sheet of more rows.
    """
    _require_harmless(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = book.worksheets[:_MAX_SHEETS]
        return {str(sheet.title): _rows(sheet) for sheet in sheets}
    except _DAMAGED as cause:
        raise WorkbookUnreadable from cause


def write_workbook(book: Book, *, guide: Sequence[Sequence[Cell]] = ()) -> bytes:
    """Return an .xlsx file with these sheets; *guide* becomes a last one that nobody reads back."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in {**book, **({"Hướng dẫn": guide} if guide else {})}.items():
        _fill(made.create_sheet(name), rows)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _require_harmless(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise WorkbookUnreadable
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
                raise WorkbookUnreadable
            # The sizes are the file's own claim; zipfile reads no more of a part than it claims.
            if any(mark in packed.read(part) for part in parts for mark in _ENTITIES):
                raise WorkbookUnreadable
    except _DAMAGED as cause:
        raise WorkbookUnreadable from cause


def _rows(sheet: Any) -> list[list[Cell]]:  # noqa: ANN401  openpyxl's read-only sheets have no type of their own
    # What a sheet says of its own size is not believed: what lies beyond it would be left out without a word.
    sheet.reset_dimensions()
    rows = sheet.iter_rows()
    read = [[_cell(cell) for cell in row[:_MAX_COLUMNS]] for row in islice(rows, _MAX_ROWS)]
    if any(cell.value is not None for row in rows for cell in row):
        raise WorkbookUnreadable
    width = max(map(len, read), default=0)
    return [[*row, *[None] * (width - len(row))] for row in read]


def _cell(cell: Any) -> Cell:  # noqa: ANN401  nor have their cells
    value = cell.value
    if isinstance(value, bool | int | str | datetime | date) or value is None:
        is_share = isinstance(value, int) and not isinstance(value, bool) and "%" in str(cell.number_format)
        return value * 100 if is_share and isinstance(value, int) else value
    if isinstance(value, float):
        shown = Decimal(repr(value)) * (100 if "%" in str(cell.number_format) else 1)
        return round(shown, _PLACES).normalize() if shown.is_finite() else str(value)
    return str(value)


def _fill(sheet: Any, rows: Sequence[Sequence[Cell]]) -> None:  # noqa: ANN401  a Worksheet, of either kind
    widths: dict[int, int] = {}
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            _write(sheet.cell(row=number, column=place), value, is_head=number == 1)
            longest = max((len(line) for line in str(value or "").splitlines()), default=0)
            widths[place] = max(widths.get(place, 0), longest)
    for place, width in widths.items():
        sheet.column_dimensions[get_column_letter(place)].width = min(width, _WIDEST) + 2
    sheet.freeze_panes = "A2"


def _write(cell: SheetCell, value: Cell, *, is_head: bool) -> None:
    cell.value = value
    if isinstance(value, str):
        # A name that begins with '=' is a name, never a formula.
        cell.data_type = "s"
    if isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if is_head:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE7F0")
