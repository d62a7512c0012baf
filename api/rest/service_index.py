"""The index of Decision 766 by REST: its items and groups of a year, and points that are entered by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import Call, CallDep
from api.rest.fields import RequestBody
from api.rest.preconditions import IfMatch, etag, require_match
from api.rest.routes import Door
from engine import access
from engine.actions.enter_index_points import EnterIndexPoints, enter_index_points
from engine.deadlines import VIETNAM
from engine.ports import UnitOfWork
from engine.service_index import WEIGHTS, Group, IndexEntry, group_points, scored

router = APIRouter(route_class=Door, tags=["cases"])

YearPath = Annotated[int, Path(ge=2022, le=2100)]


class ItemAnswer(Answer):
    """An item: `points` of `of`, null where nothing is known; `counted` from `part` of `whole`, or entered by hand."""

    code: str
    group: Group
    of: Decimal
    points: Decimal | None
    counted: bool
    part: int | None
    whole: int | None


class GroupAnswer(Answer):
    """A group: the points of its items, of so many."""

    group: Group
    points: Decimal
    of: Decimal


class IndexAnswer(Answer):
    """The index of a year, out of 100; its ETag changes with the points that are entered."""

    year: int
    total: Decimal
    groups: list[GroupAnswer]
    items: list[ItemAnswer]


class PointsBody(RequestBody):
    """Points of an item that is entered by hand."""

    points: Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]


@router.get("/service-index/{year}", summary="Service index", response_model=IndexAnswer, responses=problems(403))
def get_index(year: YearPath, call: CallDep, work: WorkDep, response: Response) -> IndexAnswer:
    """Return the index of a year as it stands now."""
    access.require(call.by, "read_cases")
    entries = work.service_index.entries(call.by.agency_id, year)
    response.headers["ETag"] = etag(_revision(entries))
    return _index(year, entries, call, work)


@router.put(
    "/service-index/{year}/items/{item}",
    summary="Enter points",
    response_model=IndexAnswer,
    responses=problems(403, 412),
)
def put_points(
    year: YearPath, item: str, body: PointsBody, accepted: IfMatch, call: CallDep, work: WorkDep
) -> IndexAnswer:
    """Keep the points of an item in place of those entered before."""
    access.require(call.by, "enter_index_points")
    require_match(accepted, _revision(work.service_index.entries(call.by.agency_id, year)))
    request = EnterIndexPoints(year=year, item=item, points=body.points)
    enter_index_points(request, by=call.by, at=call.at, work=work)
    return _index(year, work.service_index.entries(call.by.agency_id, year), call, work)


def _revision(entries: Sequence[IndexEntry]) -> int:
    """Return what changes with every entry: the moment of the last one, in microseconds; 0 of none."""
    return max((int(one.entered_at.timestamp() * 1_000_000) for one in entries), default=0)


def _index(year: int, entries: Sequence[IndexEntry], call: Call, work: UnitOfWork) -> IndexAnswer:
    began, ended = (datetime(one, 1, 1, tzinfo=VIETNAM).astimezone(UTC) for one in (year, year + 1))
    items = scored(work.service_index.tally(call.by.agency_id, began, ended, call.at), entries)
    groups = group_points(items)
    return IndexAnswer(
        year=year,
        total=sum(groups.values(), Decimal(0)),
        groups=[GroupAnswer(group=group, points=points, of=WEIGHTS[group]) for group, points in groups.items()],
        items=[
            ItemAnswer(
                code=one.item.code,
                group=one.item.group,
                of=one.item.points,
                points=one.points,
                counted=one.item.counted,
                part=one.share[0] if one.share else None,
                whole=one.share[1] if one.share else None,
            )
            for one in items
        ],
    )
