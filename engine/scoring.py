"""Scoring OCOP products: one member's sheet, the mean of a council, stars with the gates that are not met.

A product has the rank whose band its mean reaches, capped where an item stays below the least level marked
for that rank. Means are exact fractions, so 89.99… is never 90. An item's gate is judged by
the mean of the members' points in it.

Source: Decision 26/2026/QĐ-TTg, appendix II; that an unmet gate caps the rank is our reading (decision 0013).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from engine.errors import Conflict, FieldError, Invalid
from engine.ids import RubricId
from engine.rubrics import Gate, Item, Knockout, Rubric

BANDS: Final[tuple[tuple[int, int], ...]] = ((90, 5), (70, 4), (50, 3), (30, 2), (0, 1))
"""From how many points which rank. Source: Decision 26/2026/QĐ-TTg."""
NONE_REACHED: Final = 0
"""What is chosen in an item none of whose levels is reached: no points."""
LEAST_RECOGNISED: Final = 3
_OPEN: Final = frozenset({"ocop.item_open", "ocop.case_open", "ocop.needs_other"})
"""What is wrong with a sheet only once it is said to be filled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What one member of the council chose.

    Attributes:
        choices: Number of the level by item code; 0 where none is reached.
        case: 1 or 2 for a sheet with two cases, else None.
        knockouts: Grounds for exclusion the member found; then items may be left open.
    """

    rubric_id: RubricId
    choices: Mapping[str, int]
    case: int | None = None
    knockouts: tuple[Knockout, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a sheet comes to; *knockouts* has those the figures themselves bring, too."""

    points: Mapping[str, int]
    total: int
    parts: Mapping[str, int]
    knockouts: tuple[Knockout, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A sheet filled in halfway: the points so far, and the items that are open, in their order."""

    total: int
    open_items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """A gate that caps the rank: item, points it takes, the members' mean in it, and how many of them stay below."""

    item: str
    label: str
    star: int
    needed: int
    mean: Fraction
    below: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a council's sheets come to.

    Attributes:
        mean: Of the totals, exact.
        band: The rank by points alone, 1 to 5.
        stars: The rank, or None while a sheet names a ground for exclusion.
        unmet: Gates up to the band that are not met, the lowest first.
        knockouts: Grounds by how many sheets name each.
    """

    sheets: int
    mean: Fraction
    band: int
    stars: int | None
    unmet: tuple[Unmet, ...] = ()
    knockouts: Mapping[Knockout, int] = field(default_factory=dict)
    item_means: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def recognised(self) -> bool:
        """Whether a decision and a certificate follow: from 3 stars on."""
        return self.stars is not None and self.stars >= LEAST_RECOGNISED


def band_of(mean: Fraction | int | Decimal) -> int:
    """Return the rank of so many points by themselves."""
    return next(star for least, star in BANDS if Fraction(mean) >= least)


def shown(mean: Fraction, places: int = 2) -> Decimal:
    """Return the mean cut, not rounded, to so many decimals: what is below 90 never reads 90.00."""
    return Decimal(mean.numerator * 10**places // mean.denominator).scaleb(-places)


def score(rubric: Rubric, sheet: Sheet) -> Score:
    """Return what the sheet comes to.

    Raises:
        SheetOfOtherRubric: It was filled in by another version.
        SheetInvalid: An item is open, or a choice is none of the item's; all are named.
    """
    if sheet.rubric_id != rubric.id:
        raise SheetOfOtherRubric
    if problems := [*_problems(rubric, sheet)]:
        raise SheetInvalid(errors=problems)
    points = {item.code: _points(item, sheet.choices.get(item.code, NONE_REACHED)) for item in rubric.items()}
    parts = dict.fromkeys(rubric.parts(), 0)
    for section in rubric.sections:
        parts[section.part] += sum(points[item.code] for item in section.items)
    knockouts = [*sheet.knockouts]
    if not knockouts and any(points[code] == 0 for code in rubric.stops_at_zero):
        knockouts.append(Knockout.ZERO_IN_TEST)
    return Score(points=points, total=sum(points.values()), parts=parts, knockouts=tuple(knockouts))


def so_far(rubric: Rubric, sheet: Sheet) -> Progress:
    """Return what a sheet that is filled in halfway comes to; what is still open is no mistake yet.

    Raises:
        SheetOfOtherRubric: It was filled in by another version.
        SheetInvalid: A choice is none of its item's; all are named.
    """
    if sheet.rubric_id != rubric.id:
        raise SheetOfOtherRubric
    if problems := [one for one in _problems(rubric, sheet) if one.code not in _OPEN]:
        raise SheetInvalid(errors=problems)
    points = [_points(item, sheet.choices.get(item.code, NONE_REACHED)) for item in rubric.items()]
    open_items = tuple(item.code for item in rubric.items() if item.code not in sheet.choices)
    return Progress(total=sum(points), open_items=open_items)


def judge(rubric: Rubric, scores: Sequence[Score]) -> Result:
    """Return mean, rank and unmet gates of a council's sheets.

    Raises:
        NoSheets: There is none.
    """
    if not scores:
        raise NoSheets
    count = len(scores)
    mean = Fraction(sum(one.total for one in scores), count)
    means = {code: Fraction(sum(one.points[code] for one in scores), count) for code in scores[0].points}
    band = band_of(mean)
    unmet = tuple(sorted(_unmet(rubric, scores, means, band), key=lambda gate: gate.star))
    knockouts: dict[Knockout, int] = {}
    for one in scores:
        for ground in one.knockouts:
            knockouts[ground] = knockouts.get(ground, 0) + 1
    stars = min([band, *(gate.star - 1 for gate in unmet)])
    return Result(
        sheets=count,
        mean=mean,
        band=band,
        stars=None if knockouts else stars,
        unmet=unmet,
        knockouts=knockouts,
        item_means=means,
    )


def choices_of(rubric: Rubric, points: Mapping[str, int], case: int | None = None) -> Mapping[str, int]:
    """Return the levels that give these points, for sheets that come as figures.

    Raises:
        SheetInvalid: An item cannot have such points; all are named.
    """
    items, problems, chosen = rubric.by_code(), [], {}
    for code, value in points.items():
        item = items.get(code)
        if item is None:
            problems.append(_foreign_item(code))
        elif value > item.points:
            facts = f"Item {code} has {item.points} points at most; {value} were given. Choose one of its levels."
            problems.append(FieldError(field=f"points/{code}", code="ocop.above_item", message=facts))
        elif (level := _level(item, value, case)) is None:
            facts = f"No level of item {code} gives {value} points. Choose one of its levels."
            problems.append(FieldError(field=f"points/{code}", code="ocop.foreign_option", message=facts))
        else:
            chosen[code] = level
    if problems:
        raise SheetInvalid(errors=problems)
    return chosen


def _level(item: Item, points: int, case: int | None) -> int | None:
    fits = (each.number for each in item.options if each.points == points and each.case in (None, case))
    return next(fits, NONE_REACHED if points == 0 else None)


def _points(item: Item, number: int) -> int:
    option = item.option(number)
    return option.points if option else 0


def _problems(rubric: Rubric, sheet: Sheet) -> Iterator[FieldError]:
    items = rubric.by_code()
    yield from (_foreign_item(code) for code in sheet.choices if code not in items)
    if foreign := [ground for ground in sheet.knockouts if ground not in rubric.knockouts]:
        yield FieldError(field="knockouts", code="ocop.foreign_ground", message=f"Not a ground here: {foreign[0]}.")
    if rubric.has_cases and sheet.case not in (1, 2):
        yield FieldError(field="case", code="ocop.case_open", message="Choose case 1 or case 2, one for all items.")
    if not rubric.has_cases and sheet.case is not None:
        yield FieldError(field="case", code="ocop.no_cases", message="This sheet has no cases. Leave it open.")
    for item in items.values():
        yield from _item_problems(item, sheet)
    for code, needed in rubric.needs.items():
        if code in items and _points(items[code], sheet.choices.get(code, 0)) and not _reached(items, needed, sheet):
            facts = f"Item {code} is only scored when item {needed} has points. Choose 'none reached' in it."
            yield FieldError(field=f"choices/{code}", code="ocop.needs_other", message=facts)


def _reached(items: Mapping[str, Item], code: str, sheet: Sheet) -> bool:
    return _points(items[code], sheet.choices.get(code, NONE_REACHED)) > 0


def _item_problems(item: Item, sheet: Sheet) -> Iterator[FieldError]:
    where, chosen = f"choices/{item.code}", sheet.choices.get(item.code)
    if chosen is None:
        if not sheet.knockouts:
            facts = f"Item {item.code} is open. Choose a level, or that none is reached."
            yield FieldError(field=where, code="ocop.item_open", message=facts)
        return
    option = item.option(chosen)
    if option is None and chosen != NONE_REACHED:
        facts = (
            f"Item {item.code} has {len(item.options)} levels; there is none of number {chosen}. Choose one of them."
        )
        yield FieldError(field=where, code="ocop.foreign_option", message=facts)
    if option is not None and option.case is not None and option.case != sheet.case:
        facts = f"This level of item {item.code} is of case {option.case}. Choose one of the case of this sheet."
        yield FieldError(field=where, code="ocop.other_case", message=facts)


def _foreign_item(code: str) -> FieldError:
    return FieldError(field=f"choices/{code}", code="ocop.foreign_item", message=f"This sheet has no item {code}.")


def _unmet(rubric: Rubric, scores: Sequence[Score], means: Mapping[str, Fraction], band: int) -> Iterator[Unmet]:
    items = rubric.by_code()
    for gate in rubric.gates():
        if gate.star <= band and means[gate.item] < gate.points:
            yield Unmet(
                item=gate.item,
                label=items[gate.item].label,
                star=gate.star,
                needed=gate.points,
                mean=means[gate.item],
                below=sum(one.points[gate.item] < gate.points for one in scores),
            )


def gates_of(rubric: Rubric, star: int) -> Sequence[Gate]:
    """Return the least levels for exactly this rank; those of lower ranks hold besides."""
    return [gate for gate in rubric.gates() if gate.star == star]


class SheetInvalid(Invalid):
    """Some choices of a score sheet are none of its own; all are named."""

    code = "ocop.sheet_invalid"
    template = "The score sheet cannot be taken so. Correct the items that are marked and send it again."


class SheetOfOtherRubric(Conflict):
    """The sheet was filled in by another version than the one the dossier was submitted under."""

    code = "ocop.other_rubric"
    template = (
        "This sheet is of another version than the dossier's, which never changes. Open the dossier's sheet again."
    )


class NoSheets(Conflict):
    """Without a score sheet there is no result."""

    code = "ocop.no_sheets"
    template = "No member has scored this product yet. Wait for the first sheet."
