"""Filled-in tables read as a set of criteria: what is wrong is named by sheet, row and column, all of it at once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from engine.criteria import PERCENT, Certainty, Comparator, CriteriaSet, Criterion, Indicator, Shares, Threshold, Tier
from engine.criteria_sheets import AREAS, COLUMNS, FACT_ROWS, FACTS, INDICATORS, WRITTEN, Book, Cell
from engine.errors import FieldError, Invalid
from engine.ids import CriteriaSetId

MAX_ROWS: Final = 500
MAX_TEXT: Final = 500
_CODE: Final = re.compile(r"(?=.{3,40}$)[a-z0-9]+(-[a-z0-9]+)*")
_INDICATOR: Final = re.compile(r"[1-9]\d?\.[1-9]\d{0,2}")
_CRITERION: Final = re.compile(r"[1-9]\d?")
_LIMIT: Final = re.compile(r"\d{1,9}([.,]\d{1,6})?")
_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_YES: Final = frozenset({"x", "có", "1", "true", "yes"})
_SIGNS: Final = {sign.lower(): each for each, sign in WRITTEN.items()} | {
    ">=": Comparator.AT_LEAST,
    "<=": Comparator.AT_MOST,
}
_SHARES: Final = ("satisfaction", "coverage", "meeting")
_PLACES: Final = {name: place for place, name in enumerate(COLUMNS)}
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

TROUBLES: Final[Mapping[str, str]] = {
    "empty": "Sheet '%(sheet)s', row %(row)s, column %(column)s is empty. Fill it in.",
    "too_long": "Sheet '%(sheet)s', row %(row)s, column %(column)s takes at most 500 characters.",
    "no_code": (
        "Sheet '%(sheet)s', row %(row)s, column %(column)s: a code has small letters, digits and hyphens, "
        "as in 'commune-2026'."
    ),
    "no_level": "Sheet '%(sheet)s', row %(row)s, column %(column)s: there is no such level; the guide names them.",
    "no_day": "Sheet '%(sheet)s', row %(row)s, column %(column)s: this is no day, or one before the first.",
    "no_number": "Sheet '%(sheet)s', row %(row)s, column %(column)s: this is no number from 0 on.",
    "over_hundred": "Sheet '%(sheet)s', row %(row)s, column %(column)s: a share is at most 100 per cent.",
    "no_sign": "Sheet '%(sheet)s', row %(row)s, column %(column)s: write ≥, ≤ or Đạt, or leave it empty.",
    "no_indicator": (
        "Sheet '%(sheet)s', row %(row)s, column %(column)s: an indicator has the number of its criterion, a point and "
        "a number of its own, as in 2.3."
    ),
    "twice": "Sheet '%(sheet)s', row %(row)s, column %(column)s: this stands in another row already.",
    "no_limit": "Sheet '%(sheet)s', row %(row)s, column %(column)s: give the limit for all, or by region or group.",
    "limit_without_sign": (
        "Sheet '%(sheet)s', row %(row)s, column %(column)s: a limit needs ≥ or ≤ in the column of comparison."
    ),
    "other_name": "Sheet '%(sheet)s', row %(row)s, column %(column)s: an earlier row names this criterion otherwise.",
    "too_many": "Sheet '%(sheet)s', row %(row)s, column %(column)s: a set has at most 500 rows.",
    "no_sheet": "Sheet '%(sheet)s', row %(row)s, column %(column)s: the headings are not those of the template.",
}
"""What can be wrong with a cell, by the end of its code."""


def read_book(book: Book, known: Sequence[CriteriaSet]) -> CriteriaSet:
    """Return the set that the tables describe, as the next version of its code among those known.

    Raises:
        CriteriaBookWrong: Cells are wrong; each is named by sheet, row and column.
    """
    notes = _Notes()
    facts = _Facts.read(book.get(FACTS, ()), notes)
    criteria = _criteria(book.get(INDICATORS, ()), notes)
    if notes.errors:
        raise CriteriaBookWrong(errors=notes.errors)
    return CriteriaSet(
        code=facts.text("code"),
        version=1 + max((each.version for each in known if each.code == facts.text("code")), default=0),
        tier=Tier(facts.text("tier")),
        name=facts.text("name"),
        source=facts.text("source"),
        effective_from=facts.day("effective_from") or date.max,
        effective_to=facts.day("effective_to"),
        supersedes=CriteriaSetId(facts.text("supersedes")) if facts.text("supersedes") else None,
        certainty=Certainty.LOADED,
        note=facts.text("note"),
        shares=Shares(**{name: facts.share(name) for name in _SHARES}),
        criteria=criteria,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notes:
    """What was found wrong so far."""

    errors: list[FieldError] = field(default_factory=list)

    def wrong(self, sheet: str, row: int, column: int, trouble: str) -> None:
        """Note what is wrong with a cell; rows count from 1, columns from 0."""
        letters = column_letters(column)
        facts = {"sheet": sheet, "row": row, "column": letters}
        message = TROUBLES[trouble] % facts
        self.errors.append(
            FieldError(field=f"{sheet}!{letters}{row}", code=f"criteria.cell_{trouble}", message=message)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """The facts of the version as they stand in the first sheet."""

    cells: Mapping[str, Cell]

    @classmethod
    def read(cls, rows: Sequence[Sequence[Cell]], notes: _Notes) -> "_Facts":
        labels = {label: name for name, label in FACT_ROWS.items()}
        found, places = {}, {name: place for place, name in enumerate(FACT_ROWS, start=1)}
        for number, row in enumerate(rows[:MAX_ROWS], start=1):
            name = labels.get(cell_text(row[0] if row else None))
            if name is not None:
                found[name], places[name] = (row[1] if len(row) > 1 else None), number
        facts = cls(cells=found)
        for name, trouble in facts.troubles():
            notes.wrong(FACTS, places[name], 1, trouble)
        return facts

    def text(self, name: str) -> str:
        return cell_text(self.cells.get(name))

    def day(self, name: str) -> date | None:
        return cell_day(self.cells.get(name))

    def share(self, name: str) -> Decimal | None:
        """Return a share in percent, None where none is given or it is none."""
        text = self.text(name)
        return Decimal(text.replace(",", ".")) if _LIMIT.fullmatch(text) else None

    def troubles(self) -> list[tuple[str, str]]:
        """Return which facts are wrong, and how."""
        first, last = self.day("effective_from"), self.day("effective_to")
        ends_early = last is not None and first is not None and last < first
        checks = (
            *((name, "empty", not self.text(name)) for name in ("code", "name", "source")),
            *((name, "too_long", len(self.text(name)) > MAX_TEXT) for name in ("name", "source", "note")),
            ("code", "no_code", bool(self.text("code")) and not _CODE.fullmatch(self.text("code"))),
            ("tier", "no_level", self.text("tier") not in set(Tier)),
            ("effective_from", "no_day", first is None),
            *((name, "no_number", bool(self.text(name)) and not self.share(name)) for name in _SHARES),
            *((name, "over_hundred", (self.share(name) or 0) > 100) for name in _SHARES),  # noqa: PLR2004  per cent
            ("effective_to", "no_day", ends_early or (last is None and self.text("effective_to") != "")),
        )
        return [(name, trouble) for name, trouble, is_wrong in checks if is_wrong]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row of the table of indicators; *number* counts as people see it."""

    number: int
    cells: Sequence[Cell]
    notes: _Notes

    def cell(self, name: str) -> Cell:
        place = _PLACES[name]
        return self.cells[place] if place < len(self.cells) else None

    def text(self, name: str) -> str:
        return cell_text(self.cell(name))

    def says(self, name: str) -> bool:
        return self.text(name).lower() in _YES

    def wrong(self, name: str, trouble: str) -> None:
        self.notes.wrong(INDICATORS, self.number, _PLACES[name], trouble)

    def limit(self, name: str) -> Decimal | None:
        """Return the limit in this column, None where there is none, and note what is none."""
        text = self.text(name)
        if not text:
            return None
        if isinstance(self.cell(name), bool) or not _LIMIT.fullmatch(text):
            self.wrong(name, "no_number")
            return None
        value = Decimal(text.replace(",", "."))
        if self.text("unit") == PERCENT and value > 100:  # noqa: PLR2004  per cent
            self.wrong(name, "over_hundred")
        return value

    def indicator(self) -> Indicator:
        """Return the indicator of this row, and note what is wrong with it."""
        for name in ("criterion", "name"):
            if not self.text(name):
                self.wrong(name, "empty")
        for name in ("criterion", "name", "group", "evidence", "department", "unit"):
            if len(self.text(name)) > MAX_TEXT:
                self.wrong(name, "too_long")
        comparator = self._comparator()
        code = self.text("code")
        if not _INDICATOR.fullmatch(code) or code.split(".")[0] != self.text("number"):
            self.wrong("code", "no_indicator")
        return Indicator(
            code=code,
            name=self.text("name"),
            unit=self.text("unit"),
            comparator=comparator,
            thresholds=self._thresholds(comparator),
            mandatory=not self.says("optional"),
            if_any=self.says("if_any"),
            evidence=tuple(part.strip() for part in self.text("evidence").split(";") if part.strip()),
            department=self.text("department"),
            certainty=Certainty.LOADED if comparator else Certainty.TO_BE_ENTERED,
        )

    def _comparator(self) -> Comparator | None:
        sign = self.text("comparator").lower()
        if sign and sign not in _SIGNS:
            self.wrong("comparator", "no_sign")
        return _SIGNS.get(sign)

    def _thresholds(self, comparator: Comparator | None) -> tuple[Threshold, ...]:
        general = self.limit("value")
        special = [(where, limit) for where in AREAS if (limit := self.limit(where)) is not None]
        counted = comparator in (Comparator.AT_LEAST, Comparator.AT_MOST)
        if counted and general is None and not special:
            self.wrong("value", "no_limit")
        if not counted and (general is not None or special):
            self.wrong("value" if general is not None else special[0][0], "limit_without_sign")
        ends = [Threshold(value=limit, where=frozenset({where})) for where, limit in special]
        return (*ends, *([] if general is None else [Threshold(value=general)]))


def _criteria(rows: Sequence[Sequence[Cell]], notes: _Notes) -> tuple[Criterion, ...]:
    headings = [cell_text(cell) for cell in rows[0]] if rows else []
    if headings[: len(COLUMNS)] != list(COLUMNS.values()):
        notes.wrong(INDICATORS, 1, 0, "no_sheet")
        return ()
    filled = [
        _Row(number=number, cells=cells, notes=notes)
        for number, cells in enumerate(rows[1:], start=2)
        if any(cell_text(cell) for cell in cells)
    ]
    if not filled or len(filled) > MAX_ROWS:
        notes.wrong(INDICATORS, 2, 0, "too_many" if filled else "empty")
        return ()
    return _grouped(filled)


def _grouped(rows: Sequence[_Row]) -> tuple[Criterion, ...]:
    first: dict[str, _Row] = {}
    indicators: dict[str, list[Indicator]] = {}
    seen: set[str] = set()
    for row in rows:
        number, code = row.text("number"), row.text("code")
        head = first.setdefault(number, row)
        if not _CRITERION.fullmatch(number):
            row.wrong("number", "no_number")
        if head.text("criterion") != row.text("criterion"):
            row.wrong("criterion", "other_name")
        if code in seen:
            row.wrong("code", "twice")
        seen.add(code)
        indicators.setdefault(number, []).append(row.indicator())
    return tuple(
        Criterion(
            number=int(number) if _CRITERION.fullmatch(number) else 0,
            name=head.text("criterion"),
            group=head.text("group"),
            key=head.says("key"),
            indicators=tuple(indicators[number]),
        )
        for number, head in first.items()
    )


def column_letters(column: int) -> str:
    """Return what a column is called in a sheet, counted from 0: 'A', 'Z', 'AA'."""
    rest, last = divmod(column, len(_LETTERS))
    return (column_letters(rest - 1) if rest else "") + _LETTERS[last]


def cell_text(cell: Cell) -> str:
    """Return what stands in a cell without blanks around it; a whole number without the point Excel gives it."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal) and cell == cell.to_integral_value():
        return f"{cell:.0f}"
    return " ".join(_UNPRINTABLE.sub("", str(cell)).split())


def cell_day(cell: Cell) -> date | None:
    """Return the day in a cell: a date of Excel, or one written as 15/01/2024 or 2024-01-15; None where it is none."""
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    written = _DAY.fullmatch(cell_text(cell))
    try:
        if written:
            day, month, year = (int(part) for part in written.groups())
            return date(year, month, day)
        return date.fromisoformat(cell_text(cell))
    except ValueError:
        return None


class CriteriaBookWrong(Invalid):
    """Cells of a filled-in workbook are wrong; each is named by sheet, row and column."""

    code = "criteria.book_wrong"
    template = "The workbook cannot be loaded; nothing of it was. Correct the cells that are named and load it again."
