"""When a step that several people must agree on is decided."""

import pytest

from engine.approvals import NeedsSeveralPeople, is_agreed, is_out_of_reach
from engine.ids import PersonId
from tests.support.builders import a_work_item, an_id


def test_it_is_agreed_with_the_last_of_the_needed_opinions() -> None:
    assert [is_agreed(2, agreed) for agreed in (0, 1, 2)] == [False, False, True]


@pytest.mark.parametrize(("agreed", "left", "lost"), [(0, 3, False), (1, 1, False), (0, 1, True), (1, 0, True)])
def test_it_is_out_of_reach_when_those_who_are_left_are_too_few(agreed: int, left: int, lost: bool) -> None:
    assert is_out_of_reach(2, agreed, left) is lost


def test_nobody_takes_it_alone() -> None:
    item = a_work_item(needs=2)

    with pytest.raises(NeedsSeveralPeople):
        item.claimed(PersonId(an_id("somebody")))
