"""Claiming, releasing and delegating work items."""

import pytest

from engine.actions.claim_work_item import claim_work_item
from engine.actions.delegate_work_item import delegate_work_item
from engine.actions.release_work_item import release_work_item
from engine.ids import WorkItemId
from engine.work_items import (
    OutcomeDataInvalid,
    WorkItem,
    WorkItemNotFound,
    WorkItemNotOpen,
    WorkItemNotShared,
    WorkItemNotYours,
)
from tests.support.office import Office


@pytest.fixture
def to_direct(office: Office) -> WorkItemId:
    """An item that chairman and deputy may both do."""
    return office.item(office.register().document.id, "direct").id


def claim(office: Office, item_id: WorkItemId, by: str) -> WorkItem:
    services = office.house.services
    with services.begin() as work:
        return claim_work_item(item_id, by=office.people[by], at=services.clock(), work=work)


def release(office: Office, item_id: WorkItemId, by: str) -> WorkItem:
    services = office.house.services
    with services.begin() as work:
        return release_work_item(item_id, by=office.people[by], at=services.clock(), work=work)


def delegate(office: Office, item_id: WorkItemId, by: str, to: str) -> WorkItem:
    services = office.house.services
    with services.begin() as work:
        return delegate_work_item(item_id, office.people[to].id, by=office.people[by], at=services.clock(), work=work)


def test_a_claimed_item_leaves_the_colleagues_inboxes(office: Office, to_direct: WorkItemId) -> None:
    claim(office, to_direct, "phochutich")

    assert [item.id for item in office.inbox("phochutich")] == [to_direct]
    assert office.inbox("chutich") == []


def test_what_a_colleague_claimed_is_not_claimed_or_released_by_another(office: Office, to_direct: WorkItemId) -> None:
    claim(office, to_direct, "phochutich")

    for act in (claim, release):
        with pytest.raises(WorkItemNotYours):
            act(office, to_direct, "chutich")


def test_claiming_again_is_harmless(office: Office, to_direct: WorkItemId) -> None:
    claim(office, to_direct, "chutich")

    assert claim(office, to_direct, "chutich").assignee == office.people["chutich"].id


def test_a_released_item_is_everybody_s_again(office: Office, to_direct: WorkItemId) -> None:
    claim(office, to_direct, "phochutich")
    release(office, to_direct, "phochutich")

    assert [item.id for item in office.inbox("chutich")] == [to_direct]


def test_an_item_is_delegated_to_a_colleague_who_may_do_it(office: Office, to_direct: WorkItemId) -> None:
    delegate(office, to_direct, "chutich", "phochutich")

    assert [item.id for item in office.inbox("phochutich")] == [to_direct]
    assert office.inbox("chutich") == []


@pytest.mark.parametrize("to", ["vanthu", "chuyenvien", "xa1.chutich"])
def test_nobody_else_can_be_delegated_to(office: Office, to_direct: WorkItemId, to: str) -> None:
    with pytest.raises(OutcomeDataInvalid):
        delegate(office, to_direct, "chutich", to)


def test_an_item_the_model_gives_to_one_person_is_not_released(office: Office) -> None:
    item = office.item(office.draft().document.id, "draft")

    with pytest.raises(WorkItemNotShared):
        release(office, item.id, "chuyenvien")


@pytest.mark.parametrize("by", ["vanthu", "kiemtra", "xa1.chutich"])
def test_a_stranger_learns_nothing(office: Office, to_direct: WorkItemId, by: str) -> None:
    with pytest.raises(WorkItemNotFound):
        claim(office, to_direct, by)


def test_what_is_done_is_not_claimed(office: Office) -> None:
    document_id = office.register().document.id
    done = office.complete(document_id, "direct", "file", "chutich")

    with pytest.raises(WorkItemNotOpen):
        claim(office, done.id, "chutich")
