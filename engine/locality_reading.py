"""A filled-in table of localities read against those known: what it would change, or what is wrong with it.

An empty cell leaves a known locality as it is, and gives a new village what its commune has; '-' says that there is
nothing. What is wrong is named by sheet, row and column, all of it at once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from engine.criteria_reading import cell_text, column_letters
from engine.criteria_sheets import AREAS, Book, Cell
from engine.errors import Conflict, FieldError, Invalid
from engine.ids import AgencyId, LocalityId
from engine.localities import (
    CODES,
    AreaClass,
    CommuneGroup,
    Locality,
    LocalityInvalid,
    LocalityKind,
    Region,
    require_right,
)
from engine.locality_sheets import (
    COLUMNS,
    FACTS,
    MAX_ROWS,
    MAX_SHEETS,
    SHEET,
    LocalityChange,
    LocalityPlan,
    is_headed,
)

MAX_FINDINGS: Final = 1_000
"""How many wrong cells are named at once; a workbook with more is another kind of file."""
_COLUMN_OF: Final = {"agency_id": "agency", "parent_id": "parent"}
_PLACES: Final = {name: place for place, name in enumerate(COLUMNS)}
_NOTHING: Final = frozenset({"-", "–", "không"})
_YES: Final = frozenset({"x", "có", "1", "true", "yes"})
_REGIONS: Final = {said.casefold(): Region(one) for one, said in AREAS.items() if one in set(Region)}
_GROUPS: Final[Mapping[str, object]] = {
    **{said: one for n, one in enumerate(CommuneGroup, start=1) for said in (str(n), f"nhóm {n}", one.value)},
    **dict.fromkeys(_NOTHING),
}
_AREAS: Final[Mapping[str, object]] = {one.value.casefold(): one for one in AreaClass} | dict.fromkeys(_NOTHING)
_HARDSHIP: Final = dict.fromkeys(_YES, True) | dict.fromkeys(_NOTHING, False)
_MAX_DIGITS: Final = 7

TROUBLES: Final[Mapping[str, str]] = {
    "empty": "Sheet '%(sheet)s', row %(row)s, column %(column)s is empty. Fill it in.",
    "no_sheet": "Sheet '%(sheet)s', row %(row)s, column %(column)s: the headings are not those of the template.",
    "too_many_rows": "Sheet '%(sheet)s', row %(row)s, column %(column)s: a sheet has at most 1998 rows; use another.",
    "too_many_sheets": (
        "Sheet '%(sheet)s', row %(row)s, column %(column)s: a workbook has at most 19 sheets; load it in two parts."
    ),
    "twice": "Sheet '%(sheet)s', row %(row)s, column %(column)s: this stands in another row already.",
    "no_locality_code": (
        "Sheet '%(sheet)s', row %(row)s, column %(column)s: a code is two digits of a province, five of a commune, or "
        "a commune's code, a point and a number. Format the column as text, so that no zero is lost."
    ),
    "no_parent": "Sheet '%(sheet)s', row %(row)s, column %(column)s: what it lies in is neither known nor in the file.",
    "other_parent": (
        "Sheet '%(sheet)s', row %(row)s, column %(column)s: it lies elsewhere; a locality is not moved by a workbook."
    ),
    "no_region": "Sheet '%(sheet)s', row %(row)s, column %(column)s: there is no such region; the guide names them.",
    "no_group": "Sheet '%(sheet)s', row %(row)s, column %(column)s: write 1, 2 or 3.",
    "no_area": "Sheet '%(sheet)s', row %(row)s, column %(column)s: write I, II or III, or - for none.",
    "no_yes": "Sheet '%(sheet)s', row %(row)s, column %(column)s: write x, or - for no.",
    "no_count": "Sheet '%(sheet)s', row %(row)s, column %(column)s: households are a whole number from 0 to 1000000.",
    "no_agency": "Sheet '%(sheet)s', row %(row)s, column %(column)s: no agency here has this code.",
    "unfit_group": (
        "Sheet '%(sheet)s', row %(row)s, column %(column)s: communes and villages have one of three groups, a province "
        "none; group 3 are those of areas II and III, and no others."
    ),
    "unfit": "Sheet '%(sheet)s', row %(row)s, column %(column)s does not fit the rest of the row.",
    "more": (
        "Sheet '%(sheet)s', row %(row)s, column %(column)s and others are wrong besides those named. Correct those "
        "first, then look at the preview again."
    ),
    "long": "Sheet '%(sheet)s', row %(row)s, column %(column)s takes at most 200 characters.",
}
"""What can be wrong with a cell, by the end of its code."""


def read_plan(
    book: Book, known: Sequence[Locality], agencies: Mapping[str, AgencyId], new_id: Callable[[], UUID]
) -> LocalityPlan:
    """Return what the table would change among the *known* localities; *agencies* are ids by code.

    Raises:
        LocalityBookWrong: Cells are wrong; each is named by sheet, row and column.
        LocalityBookEmpty: It has no rows under the headings of the template.
    """
    notes = _Notes()
    rows = [row for place, sheet in enumerate(book) for row in _rows(sheet, place, book[sheet], notes)]
    if len(book) > MAX_SHEETS:
        _Row(sheet=[*book][-1], place=len(book), number=1, cells=(), notes=notes).wrong("code", "too_many_sheets")
    if not rows and not notes.errors:
        raise LocalityBookEmpty
    reader = _Reader.of(known, agencies, new_id)
    seen = set[str]()
    # Codes of what others lie in are shorter than theirs.
    for row in sorted(rows, key=lambda one: (len(one.text("code")), one.text("code"))):
        if row.text("code") in seen:
            row.wrong("code", "twice")
        seen.add(row.text("code"))
        reader.take(row)
    if notes.errors:
        raise LocalityBookWrong(errors=[notes.errors[key] for key in sorted(notes.errors)])
    return reader.plan(seen)


def _rows(sheet: str, place: int, cells: Sequence[Sequence[Cell]], notes: "_Notes") -> list["_Row"]:
    """Return the filled rows of a sheet; one of other headings is passed over, but for those named as the template."""
    head = _Row(sheet=sheet, place=place, number=1, cells=(), notes=notes)
    if not is_headed(cells):
        if sheet.startswith(SHEET):
            head.wrong("code", "no_sheet")
        return []
    if len(cells) > MAX_ROWS + 1:
        replace(head, number=len(cells)).wrong("code", "too_many_rows")
        return []
    found = (replace(head, number=number, cells=row) for number, row in enumerate(cells[1:], start=2))
    return [row for row in found if any(cell_text(cell) for cell in row.cells[: len(COLUMNS)])]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notes:
    """What was found wrong so far, by sheet, row and column; of several troubles of a cell the first."""

    errors: dict[tuple[int, int, int], FieldError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row as people see it: *number* counts from 1; *place* is that of its sheet."""

    sheet: str
    place: int
    number: int
    cells: Sequence[Cell]
    notes: _Notes

    def text(self, name: str) -> str:
        """Return what stands in a column."""
        place = _PLACES[name]
        return cell_text(self.cells[place]) if place < len(self.cells) else ""

    def wrong(self, name: str, trouble: str) -> None:
        """Note what is wrong with a cell."""
        if len(self.notes.errors) > MAX_FINDINGS:
            return
        column = _PLACES[name]
        trouble = "more" if len(self.notes.errors) == MAX_FINDINGS else trouble
        letters = column_letters(column)
        message = TROUBLES[trouble] % {"sheet": self.sheet, "row": self.number, "column": letters}
        where = f"{self.sheet}!{letters}{self.number}"
        error = FieldError(field=where, code=f"locality.cell_{trouble}", message=message)
        self.notes.errors.setdefault((self.place, self.number, column), error)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Takes row by row into what is known."""

    known: Sequence[Locality]
    agencies: Mapping[str, object]
    new_id: Callable[[], UUID]
    by_code: dict[str, Locality]
    by_id: dict[LocalityId, Locality]
    provinces: dict[str, Locality]
    added: list[Locality] = field(default_factory=list)
    changed: list[LocalityChange] = field(default_factory=list)
    untouched: list[Locality] = field(default_factory=list)

    @classmethod
    def of(cls, known: Sequence[Locality], agencies: Mapping[str, AgencyId], new_id: Callable[[], UUID]) -> "_Reader":
        """Return one that has taken nothing in."""
        return cls(
            known=known,
            agencies={code.casefold(): key for code, key in agencies.items()} | dict.fromkeys(_NOTHING),
            new_id=new_id,
            by_code={one.code: one for one in known},
            by_id={one.id: one for one in known},
            provinces={one.code: one for one in known if one.kind is LocalityKind.PROVINCE},
        )

    def take(self, row: _Row) -> None:
        """Take a row in: as a new locality, as a change, or as what is known already."""
        code = row.text("code")
        kind = next((one for one, form in CODES.items() if form.match(code)), None)
        if kind is None:
            row.wrong("code", "no_locality_code" if code else "empty")
            return
        before = self.by_code.get(code)
        base = before or self._new(row, code, kind)
        if base is None or not self._lies_there(row, base):
            return
        wrong = len(row.notes.errors)
        after = replace(base, **self._facts(row, base))
        self.by_code[code] = self.by_id[after.id] = after
        if kind is LocalityKind.PROVINCE:
            self.provinces[code] = after
        if len(row.notes.errors) > wrong or not self._is_right(after, row):
            return
        facts = tuple(name for name in FACTS if getattr(after, name) != getattr(base, name))
        if before is None:
            self.added.append(after)
        elif facts:
            self.changed.append(LocalityChange(before=before, after=replace(after, rev=before.rev + 1), facts=facts))
        else:
            self.untouched.append(before)

    def _new(self, row: _Row, code: str, kind: LocalityKind) -> Locality | None:
        """Return a locality as one that lies there begins, None where it lies nowhere."""
        parent = self._parent(row, code, kind)
        if kind is not LocalityKind.PROVINCE and parent is None:
            row.wrong("parent" if kind is LocalityKind.COMMUNE else "code", "no_parent")
            return None
        if parent is None and not row.text("region"):
            row.wrong("region", "empty")
            return None
        commune = parent if parent is not None and parent.kind is LocalityKind.COMMUNE else None
        return Locality(
            id=LocalityId(self.new_id()),
            code=code,
            kind=kind,
            name="",
            region=parent.region if parent else Region.NORTH_CENTRAL,
            parent_id=parent.id if parent else None,
            group=commune.group if commune else None,
            area_class=commune.area_class if commune else None,
            hardship=commune.hardship if commune else False,
        )

    def _parent(self, row: _Row, code: str, kind: LocalityKind) -> Locality | None:
        if kind is LocalityKind.VILLAGE:
            return self.by_code.get(code.partition(".")[0])
        if kind is LocalityKind.COMMUNE and not row.text("parent"):
            return next(iter(self.provinces.values())) if len(self.provinces) == 1 else None
        return self.provinces.get(row.text("parent"))

    def _lies_there(self, row: _Row, base: Locality) -> bool:
        said, parent = row.text("parent"), self.by_id.get(base.parent_id) if base.parent_id else None
        lies = said in _NOTHING | {""} or (parent is not None and parent.code == said)
        if not lies:
            row.wrong("parent", "other_parent")
        return lies

    def _facts(self, row: _Row, base: Locality) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if row.text("name"):
            found["name"] = row.text("name")
        elif not base.name:
            row.wrong("name", "empty")
        _choose(row, "region", _REGIONS, "no_region", found)
        _choose(row, "group", _GROUPS, "no_group", found)
        _choose(row, "area_class", _AREAS, "no_area", found)
        _choose(row, "hardship", _HARDSHIP, "no_yes", found)
        _choose(row, "agency", self.agencies, "no_agency", found, fact="agency_id")
        households = row.text("households")
        if households.isascii() and households.isdecimal() and len(households) <= _MAX_DIGITS:
            found["households"] = int(households)
        elif households:
            row.wrong("households", "no_count")
        return found

    def _is_right(self, after: Locality, row: _Row) -> bool:
        troubles = {"group": "unfit_group", "households": "no_count", "name": "long"}
        try:
            require_right(after, self.by_id[after.parent_id] if after.parent_id else None)
        except LocalityInvalid as refused:
            for error in refused.errors:
                row.wrong(_COLUMN_OF.get(error.field, error.field), troubles.get(error.field, "unfit"))
            return False
        return True

    def plan(self, seen: set[str]) -> LocalityPlan:
        """Return what was taken in, with what is known and was not in the table."""
        in_file = [one for one in self.by_code.values() if one.code in seen]
        kinds = {one.kind for one in in_file}
        parents = {one.parent_id for one in in_file if one.kind is LocalityKind.VILLAGE}
        absent = [one for one in self.known if one.code not in seen and one.kind in kinds]
        missing = (one for one in absent if one.kind is not LocalityKind.VILLAGE or one.parent_id in parents)
        return LocalityPlan(
            added=tuple(self.added),
            changed=tuple(self.changed),
            untouched=len(self.untouched),
            absent=tuple(missing),
        )


def _choose(
    row: _Row, column: str, words: Mapping[str, object], trouble: str, found: dict[str, Any], fact: str = ""
) -> None:
    """Take what a word in this column stands for, as this fact; an empty cell says nothing."""
    text = row.text(column).casefold()
    if text in words:
        found[fact or column] = words[text]
    elif text:
        row.wrong(column, trouble)


class LocalityBookWrong(Invalid):
    """Cells of a filled-in workbook are wrong; each is named by sheet, row and column."""

    code = "locality.book_wrong"
    template = "The workbook cannot be loaded; nothing of it was. Correct the cells that are named and load it again."


class LocalityPlanMoved(Conflict):
    """What was previewed is not what would be loaded now."""

    code = "locality.plan_moved"
    template = "Localities were changed after you saw the preview. Look at the preview once more, then load it."


class LocalityBookEmpty(Conflict):
    """No sheet of the workbook has the headings of the template, or none has a row."""

    code = "locality.book_empty"
    template = "The workbook has no row of localities under the headings of the template. Fill in the template again."
