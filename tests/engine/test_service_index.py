"""The index of Decision 766: its weights, what is counted of it, what is entered."""

from decimal import Decimal
from uuid import UUID

import pytest

from engine.ids import PersonId
from engine.service_index import (
    ITEMS,
    WEIGHTS,
    Group,
    IndexEntry,
    IndexPointsInvalid,
    Tally,
    group_points,
    percent,
    scored,
)
from tests.support.builders import AGENCY, NOON


def an_entry(item: str, points: str) -> IndexEntry:
    return IndexEntry(
        agency_id=AGENCY,
        year=2026,
        item=item,
        points=Decimal(points),
        entered_at=NOON,
        entered_by=PersonId(UUID(int=1)),
    )


def test_the_five_groups_weigh_18_20_22_22_and_18_which_is_100() -> None:
    assert list(WEIGHTS.values()) == [18, 20, 22, 22, 18]
    assert sum(WEIGHTS.values()) == 100
    assert {group: sum(one.points for one in ITEMS if one.group is group) for group in Group} == dict(WEIGHTS)


def test_what_data_show_is_counted_in_proportion_and_the_rest_as_entered() -> None:
    tally = Tally(on_time=(3, 4), online=(1, 3))

    items = scored(tally, [an_entry("published", "17.5")])
    points = group_points(items)

    assert points[Group.PROGRESS] == 15
    assert points[Group.ONLINE] == Decimal("4.00")
    assert points[Group.OPENNESS] == Decimal("17.5")
    assert points[Group.SATISFACTION] == 0
    assert next(one.points for one in items if one.item.code == "satisfied") is None


@pytest.mark.parametrize(
    ("item", "points"),
    [("published", "18.01"), ("published", "-1"), ("published", "1.001"), ("published", "NaN"), ("on_time", "20")],
    ids=["above the item", "negative", "too fine", "no number", "counted, not entered"],
)
def test_points_that_cannot_be_are_refused(item: str, points: str) -> None:
    with pytest.raises(IndexPointsInvalid):
        an_entry(item, points).require_right()


def test_a_share_of_nothing_is_no_share() -> None:
    assert percent((0, 0)) is None
    assert percent((986, 1000)) == Decimal("98.60")
