"""Workbooks on pages: the one that was chosen in a form, and what was read of it, from its preview to its loading."""

import base64
import json
import zlib
from typing import Final

from pydantic import TypeAdapter

from api.web.forms import Form
from api.workbooks import MAX_BYTES, read_workbook
from engine.criteria_sheets import Book
from engine.errors import Conflict

_MOST: Final = 20_000_000
_BOOK: Final = TypeAdapter(dict[str, list[list[str]]])


def chosen_workbook(form: Form) -> Book:
    """Return the workbook of the field 'file'; raises WorkbookUnreadable, also where none was chosen."""
    chosen = form.files("file")
    return read_workbook(chosen[0].file.read(MAX_BYTES + 1) if chosen else b"")


def carried(book: Book) -> str:
    """Return a plain workbook as a form carries it from the preview to the loading."""
    said = json.dumps(book, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(said.encode(), 9)).decode()


def brought(form: Form, otherwise: Conflict) -> Book:
    """Return the workbook that the field 'book' carries; raises *otherwise* where it carries none."""
    try:
        unpacking = zlib.decompressobj()
        said = unpacking.decompress(base64.urlsafe_b64decode(form.text("book").encode("ascii", "replace")), _MOST)
        book: Book = _BOOK.validate_json(said)
    except (ValueError, zlib.error) as cause:
        raise otherwise from cause
    return book
