"""What may become of a work item."""

import pytest

from engine.ids import PersonId
from engine.people import Role
from engine.work_items import WorkItemNotOpen, WorkItemNotShared, WorkItemState
from tests.support.builders import NOON, a_work_item, an_id

SOMEBODY = PersonId(an_id("somebody"))


@pytest.mark.parametrize("state", [WorkItemState.SIGNING, WorkItemState.COMPLETED, WorkItemState.CANCELLED])
def test_only_an_open_item_is_claimed(state: WorkItemState) -> None:
    with pytest.raises(WorkItemNotOpen):
        a_work_item(state=state).claimed(SOMEBODY)


@pytest.mark.parametrize("state", [WorkItemState.COMPLETED, WorkItemState.CANCELLED])
def test_an_item_is_completed_once(state: WorkItemState) -> None:
    with pytest.raises(WorkItemNotOpen):
        a_work_item(state=state).completed("done", SOMEBODY, NOON)


def test_an_item_being_signed_is_completed_by_its_signature() -> None:
    done = a_work_item().signing().completed("sign", SOMEBODY, NOON)

    assert (done.state, done.outcome) == (WorkItemState.COMPLETED, "sign")


def test_an_item_given_to_one_person_by_the_model_is_not_released() -> None:
    with pytest.raises(WorkItemNotShared):
        a_work_item(roles=frozenset(), assignee=SOMEBODY).released()


def test_a_claimed_item_is_released_to_all_who_may_do_it() -> None:
    released = a_work_item(roles=frozenset({Role.CLERK})).claimed(SOMEBODY).released()

    assert released.assignee is None


def test_a_wait_keeps_the_moment_it_began() -> None:
    first = a_work_item().signing().waiting("the time-stamp service", NOON)
    again = first.waiting("the time-stamp service", NOON.replace(hour=9))

    assert again.waiting_since == NOON


def test_a_wait_that_is_over_has_no_beginning() -> None:
    over = a_work_item().signing().waiting("the time-stamp service", NOON).waiting(None, NOON)

    assert over.waiting_since is None
