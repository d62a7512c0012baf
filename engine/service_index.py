"""The index of Decision 766/QĐ-TTg: how well an office serves people and businesses, out of 100 points.

Five groups of 18 + 20 + 22 + 22 + 18 points. What our data show is counted; the rest is entered by an administrator and
marked as entered. The groups are certain, how their points are divided among items is ours and to be confirmed, since
the figures of the decision have been changed since.

Source: Decision 766/QĐ-TTg of 23 June 2022.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from engine.errors import FieldError, Invalid
from engine.ids import AgencyId, PersonId


class Group(StrEnum):
    """A group of the index."""

    OPENNESS = "openness"
    PROGRESS = "progress"
    DIGITISATION = "digitisation"
    ONLINE = "online"
    SATISFACTION = "satisfaction"


WEIGHTS: Final[Mapping[Group, Decimal]] = {
    Group.OPENNESS: Decimal(18),
    Group.PROGRESS: Decimal(20),
    Group.DIGITISATION: Decimal(22),
    Group.ONLINE: Decimal(22),
    Group.SATISFACTION: Decimal(18),
}
"""The points of the groups, 100 together (fact 67)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A part of a group: so many points, counted from cases or entered by hand."""

    code: str
    group: Group
    points: Decimal
    counted: bool


ITEMS: Final = (
    Item(code="published", group=Group.OPENNESS, points=Decimal(18), counted=False),
    Item(code="on_time", group=Group.PROGRESS, points=Decimal(20), counted=True),
    Item(code="papers_scanned", group=Group.DIGITISATION, points=Decimal(11), counted=True),
    Item(code="results_electronic", group=Group.DIGITISATION, points=Decimal(11), counted=True),
    Item(code="cases_online", group=Group.ONLINE, points=Decimal(12), counted=True),
    Item(code="online_payment", group=Group.ONLINE, points=Decimal(10), counted=False),
    Item(code="satisfied", group=Group.SATISFACTION, points=Decimal(6), counted=True),
    Item(code="feedback_in_time", group=Group.SATISFACTION, points=Decimal(12), counted=True),
)
_CENT: Final = Decimal("0.01")
_WHOLE: Final = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the cases of an agency and a period show; every pair is (so many, of so many).

    Attributes:
        on_time: Finished by what was promised first, of those finished and those overdue.
        kept: Finished by what was promised last, an apology counted, of the same.
        online: Came online, of those that came.
        scanned: Papers with a scan, of all papers.
        electronic: Results that are signed documents, of all results.
        satisfied: Applicants who were, of those who said.
        answered: Feedback answered by its last day, of what is answered or overdue.
    """

    on_time: tuple[int, int] = (0, 0)
    kept: tuple[int, int] = (0, 0)
    online: tuple[int, int] = (0, 0)
    scanned: tuple[int, int] = (0, 0)
    electronic: tuple[int, int] = (0, 0)
    satisfied: tuple[int, int] = (0, 0)
    answered: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """Points an administrator entered for an item that our data cannot show."""

    agency_id: AgencyId
    year: int
    item: str
    points: Decimal
    entered_at: datetime
    entered_by: PersonId

    def require_right(self) -> None:
        """Raise IndexPointsInvalid unless the item is entered by hand and has that many points."""
        item = next((one for one in ITEMS if one.code == self.item and not one.counted), None)
        if item is None:
            raise IndexPointsInvalid(errors=[_error("item", "unknown", "This item is counted, not entered.")])
        if not self.points.is_finite() or not 0 <= self.points <= item.points:
            message = f"From 0 to {item.points} points can be entered here."
            raise IndexPointsInvalid(errors=[_error("points", "out_of_range", message)])
        if self.points != self.points.quantize(_CENT):
            raise IndexPointsInvalid(errors=[_error("points", "too_fine", "Points have two decimals at most.")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """An item with its points; None where nothing is known of it yet."""

    item: Item
    points: Decimal | None
    share: tuple[int, int] | None = None


def scored(tally: Tally, entries: Sequence[IndexEntry]) -> tuple[Scored, ...]:
    """Return every item with its points: counted ones in proportion, the others as entered."""
    shares = {
        "on_time": tally.on_time,
        "papers_scanned": tally.scanned,
        "results_electronic": tally.electronic,
        "cases_online": tally.online,
        "satisfied": tally.satisfied,
        "feedback_in_time": tally.answered,
    }
    entered = {entry.item: entry.points for entry in entries}
    return tuple(_scored(item, shares.get(item.code), entered) for item in ITEMS)


def _scored(item: Item, share: tuple[int, int] | None, entered: Mapping[str, Decimal]) -> Scored:
    if not item.counted or share is None:
        return Scored(item=item, points=entered.get(item.code))
    part, whole = share
    if not whole:
        return Scored(item=item, points=None, share=share)
    points = (item.points * part / whole).quantize(_CENT, ROUND_HALF_UP)
    return Scored(item=item, points=points, share=share)


def group_points(items: Sequence[Scored]) -> Mapping[Group, Decimal]:
    """Return the points of each group; what is not known counts nothing."""
    return {
        group: sum((one.points or Decimal(0) for one in items if one.item.group is group), Decimal(0))
        for group in Group
    }


def percent(share: tuple[int, int]) -> Decimal | None:
    """Return a share in percent with two decimals, None of nothing."""
    part, whole = share
    return (_WHOLE * part / whole).quantize(_CENT, ROUND_HALF_UP) if whole else None


def _error(field: str, code: str, message: str) -> FieldError:
    return FieldError(field=field, code=code, message=message)


class IndexPointsInvalid(Invalid):
    """The points cannot be entered so."""

    code = "service_index.points_invalid"
    template = "These points cannot be entered. Correct what is marked and send it again."
