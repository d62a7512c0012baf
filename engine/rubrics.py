"""OCOP score sheets (Phiếu chấm điểm): what a product is scored by, as figures that never change.

The 26 sheets of Decision 26/2026/QĐ-TTg lie beside this module as data with short labels of our own; the wording of the
law stands in the law. Sheets of an earlier decision are loaded by an administrator. A sheet is known by the digest of
everything it says, so what a dossier was submitted under cannot be edited afterwards.

Source: Decision 26/2026/QĐ-TTg, appendix II.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from engine.errors import Conflict, FieldError, Invalid, NotFound, OurFault
from engine.ids import RubricId
from engine.rubric_digests import DIGESTS

DECISION: Final = "26/2026/QĐ-TTg"
"""The decision in force, whose 26 sheets come with the product."""
SETS: Final = 26
TOURISM: Final = 26
"""The set of services of community and eco-tourism: no samples, other entities, two cases."""
FULL: Final = 100
GATED: Final = (3, 4, 5)
_DECISION: Final = re.compile(r"[0-9]{1,5}/(20[0-9]{2}/)?QĐ-TTg")
_CONTROL: Final = re.compile(r"\\u00(?:0[0-8bcef]|1[0-9a-f])")
"""Characters no text has, as JSON escapes them."""
_PLACE: Final = Path(__file__).parent / "score_sheets" / "26-2026"


class Knockout(StrEnum):
    """What keeps a product from being ranked whatever it scores.

    Source: Decision 26/2026/QĐ-TTg, appendix II, notes of the sheets.
    """

    FORGED = "forged"
    NO_SAFETY_CERTIFICATE = "no_safety_certificate"
    NOT_AS_REGISTERED = "not_as_registered"
    COMMON_PRODUCT = "common_product"
    FOREIGN_MATTER = "foreign_matter"
    IDENTICAL_PRODUCT = "identical_product"
    FOREIGN_MATERIAL = "foreign_material"
    NOT_DECLARED = "not_declared"
    INFRINGES_RIGHTS = "infringes_rights"
    ZERO_IN_TEST = "zero_in_test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One level an item can be scored with.

    Attributes:
        number: Its place in the item, from 1; two levels may have the same points.
        star: The rank for which it is the least level to be reached in this item, 3 to 5.
        case: 1 or 2 where the item is scored by one of two lists of levels.
        unset: The source gives no points; they count as 0.
        doubt: Why the figure of the source may be wrong.
    """

    number: int
    points: int
    label: str
    star: int | None = None
    case: int | None = None
    unset: bool = False
    doubt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is scored by one choice.

    Attributes:
        group: The label of the items it belongs to.
        inferred: The source lists no levels; yes and no are taken.
    """

    code: str
    label: str
    points: int
    options: tuple[Option, ...]
    group: str | None = None
    note: str | None = None
    inferred: bool = False

    @property
    def cases(self) -> bool:
        """Whether the levels are those of two cases, of which one applies."""
        return any(option.case for option in self.options)

    def option(self, number: int) -> Option | None:
        """Return that level, or None where the item has none of this number."""
        return self.options[number - 1] if 1 <= number <= len(self.options) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A numbered section of part A, B or C."""

    part: str
    code: str
    label: str
    points: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The least points of one item for a rank."""

    item: str
    star: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """The score sheet of one set of products under one decision.

    Attributes:
        set_number: 1 to 26.
        knockouts: What a council member can name as a ground for exclusion with this sheet.
        stops_at_zero: Items of which each stops the assessment when it gets no points.
        needs: Items that can only score when another one does: '5.2' needs a story in '5.1'.
        digest: SHA-256 of everything else, 64 hexadecimal digits.
    """

    decision: str
    set_number: int
    name: str
    sector: str
    effective_from: date
    sections: tuple[Section, ...]
    knockouts: tuple[Knockout, ...] = ()
    stops_at_zero: tuple[str, ...] = ()
    needs: Mapping[str, str] = field(default_factory=dict)
    digest: str

    @property
    def id(self) -> RubricId:
        """What a dossier pins: decision, set and digest, as in 'ocop:26/2026/QĐ-TTg:1:…'."""
        return RubricId(f"ocop:{self.decision}:{self.set_number}:{self.digest}")

    @property
    def has_cases(self) -> bool:
        """Whether a sheet must say which of two cases it is about."""
        return any(item.cases for item in self.items())

    def items(self) -> Iterator[Item]:
        """Yield everything that is scored, in order."""
        for section in self.sections:
            yield from section.items

    def by_code(self) -> Mapping[str, Item]:
        """Return the items by their codes."""
        return {item.code: item for item in self.items()}

    def parts(self) -> Mapping[str, int]:
        """Return the points of parts A, B and C."""
        points: dict[str, int] = {}
        for section in self.sections:
            points[section.part] = points.get(section.part, 0) + section.points
        return points

    def gates(self) -> Iterator[Gate]:
        """Yield the least points of items for ranks, in order of the sheet.

        Two cases of one item give one gate each; both ask the same points, so one is yielded.
        """
        for item in self.items():
            seen = set()
            for option in item.options:
                if option.star is not None and option.star not in seen:
                    seen.add(option.star)
                    yield Gate(item=item.code, star=option.star, points=option.points)


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a sheet says, however it is laid out in its file."""
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


def rubric_from(content: Mapping[str, Any]) -> Rubric:
    """Return the sheet that *content* describes, in the form of the files beside this module.

    Raises:
        RubricInvalid: It does not add up, or is no sheet at all.
    """
    try:
        _require_plain(content)
        rubric = _read(content)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as cause:
        problem = FieldError(field="", code="rubric.unreadable", message=f"Not to be read as a score sheet: {cause}.")
        raise RubricInvalid(errors=[problem]) from cause
    if problems := [*_problems(rubric)]:
        raise RubricInvalid(errors=problems)
    return rubric


@cache
def built_in(set_number: int) -> Rubric:
    """Return the sheet of Decision 26/2026/QĐ-TTg for that set.

    Raises:
        RubricNotFound: There are sets 1 to 26.
        RubricEdited: The file was changed since it was checked against the law.
    """
    if not 1 <= set_number <= SETS:
        raise RubricNotFound
    file = _PLACE / f"set-{set_number:02d}.toml"
    return require_digest(tomllib.loads(file.read_text(encoding="utf-8")), DIGESTS[set_number - 1])


def require_digest(content: Mapping[str, Any], digest: str) -> Rubric:
    """Return the sheet, or raise RubricEdited where it is not the one that was pinned."""
    if digest_of(content) != digest:
        raise RubricEdited(set=content.get("set", "?"))
    return rubric_from(content)


def find_built_in(rubric_id: RubricId) -> Rubric | None:
    """Return the sheet that comes with the product under this id, or None."""
    kind, _, rest = rubric_id.partition(":")
    decision, _, pinned = rest.partition(":")
    number, _, digest = pinned.partition(":")
    if kind != "ocop" or decision != DECISION or not number.isdecimal() or not 1 <= int(number) <= SETS:
        return None
    rubric = built_in(int(number))
    return rubric if rubric.digest == digest else None


def _require_plain(content: Mapping[str, Any]) -> None:
    """Raise ValueError where the content has characters that no text has, or numbers that are none."""
    text = json.dumps(content, default=str, allow_nan=False, ensure_ascii=False)
    if _CONTROL.search(text) or not text.encode("utf-8"):
        raise ValueError("a character that cannot be printed")


def _read(content: Mapping[str, Any]) -> Rubric:
    effective = content["effective_from"]
    return Rubric(
        decision=str(content["decision"]),
        set_number=int(content["set"]),
        name=str(content["name"]),
        sector=str(content["sector"]),
        effective_from=effective if isinstance(effective, date) else date.fromisoformat(effective),
        sections=tuple(_section(section) for section in content["sections"]),
        knockouts=tuple(Knockout(word) for word in content.get("knockouts", ())),
        stops_at_zero=tuple(content.get("stops_at_zero", ())),
        needs=dict(content.get("needs", {})),
        digest=digest_of(content),
    )


def _section(content: Mapping[str, Any]) -> Section:
    items, groups = [], {}
    for entry in content["items"]:
        if entry.get("group"):
            # Such a row only heads the items below it; it is not scored itself.
            groups[entry["code"]] = str(entry["label"])
        else:
            items.append(_item(entry, groups.get(entry["code"].rpartition(".")[0])))
    return Section(
        part=str(content["part"]),
        code=str(content["code"]),
        label=str(content["label"]),
        points=int(content["points"]),
        items=tuple(items),
    )


def _item(content: Mapping[str, Any], group: str | None) -> Item:
    return Item(
        code=str(content["code"]),
        label=str(content["label"]),
        points=int(content["points"]),
        options=tuple(Option(number=place, **option) for place, option in enumerate(content["options"], start=1)),
        group=group,
        note=content.get("note"),
        inferred=bool(content.get("inferred", False)),
    )


def _problems(rubric: Rubric) -> Iterator[FieldError]:
    if not 1 <= rubric.set_number <= SETS:
        yield _problem("set", "There are sets 1 to 26. Choose one of them.")
    if not _DECISION.fullmatch(rubric.decision):
        yield _problem("decision", "A decision is written as in 148/2023/QĐ-TTg.")
    yield from _items_problems(rubric)
    for section in rubric.sections:
        if section.points != sum(item.points for item in section.items):
            yield _problem(section.code, "The items of this section do not add up to its points.")
        for item in section.items:
            yield from _item_problems(item)


def _items_problems(rubric: Rubric) -> Iterator[FieldError]:
    codes = [item.code for item in rubric.items()]
    if len(set(codes)) != len(codes):
        yield _problem("sections", "An item code stands twice.")
    if sum(rubric.parts().values()) != FULL or set(rubric.parts()) != {"A", "B", "C"}:
        yield _problem("sections", f"Parts A, B and C must have {FULL} points together.")
    if unknown := ({*rubric.stops_at_zero, *rubric.needs, *rubric.needs.values()} - set(codes)):
        yield _problem(min(unknown), "No item has this code.")


def _item_problems(item: Item) -> Iterator[FieldError]:
    if not item.options or max(option.points for option in item.options) != item.points:
        yield _problem(item.code, "The best level must give exactly the points of its item.")
    if any(option.points < 0 or option.points > item.points for option in item.options):
        yield _problem(item.code, "A level gives less than 0 points, or more than its item has.")
    if any(option.star not in (None, *GATED) for option in item.options):
        yield _problem(item.code, "A star mark is 3, 4 or 5.")
    stars = [option.star for option in item.options if option.star is not None and option.case in (None, 1)]
    if stars != sorted(set(stars)):
        yield _problem(item.code, "Star marks must rise with the points.")
    if item.cases and {option.case for option in item.options} != {1, 2}:
        yield _problem(item.code, "Each level must say whether it is of case 1 or 2.")


def _problem(place: str, message: str) -> FieldError:
    return FieldError(field=place, code="rubric.inconsistent", message=message)


class RubricInvalid(Invalid):
    """What was loaded is no score sheet that adds up; every reason is named."""

    code = "ocop.rubric_invalid"
    template = "This score sheet cannot be used: its figures do not add up. Correct what is named and load it again."


class RubricNotFound(NotFound):
    """There is no score sheet of this set under this decision here."""

    code = "ocop.rubric_not_found"
    template = (
        "There is no score sheet for this set and decision. Choose sets 1 to 26; "
        "sheets of an earlier decision are loaded by an administrator."
    )


class RubricEdited(OurFault):
    """A score sheet is not the one that was pinned, so nothing is scored by it."""

    code = "ocop.rubric_edited"
    template = "The score sheet of set %(set)s was changed after it was pinned. Tell the administrator; restore it."


class RubricKnown(Conflict):
    """The same set of the same decision was loaded before, and sheets do not change."""

    code = "ocop.rubric_known"
    template = (
        "Set %(set)s of decision %(decision)s is here already. Score sheets do not change; "
        "what was submitted under it stays on it."
    )
