"""Enter points of the index of Decision 766 that the cases here cannot show; they are marked as entered."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine import access
from engine.case_events import IndexPointsEntered
from engine.people import Person
from engine.ports import UnitOfWork
from engine.service_index import IndexEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterIndexPoints:
    """A year, an item that is entered by hand, and its points."""

    year: int
    item: str
    points: Decimal


def enter_index_points(request: EnterIndexPoints, *, by: Person, at: datetime, work: UnitOfWork) -> IndexEntry:
    """Keep the points in place of those entered before.

    Raises:
        NotAllowed: The person enters no points.
        IndexPointsInvalid: The item is counted, or has fewer points.
    """
    access.require(by, "enter_index_points")
    entry = IndexEntry(
        agency_id=by.agency_id,
        year=request.year,
        item=request.item,
        points=request.points,
        entered_at=at,
        entered_by=by.id,
    )
    entry.require_right()
    work.service_index.enter(entry)
    work.record(
        IndexPointsEntered(
            by=by.id, at=at, agency_id=by.agency_id, year=entry.year, item=entry.item, points=str(entry.points)
        )
    )
    return entry
