"""Work in another's place through people's hands: given to a colleague, refused, opened, taken back."""

import json
from typing import Any

import pytest

from engine.actions.delegate_work_item import delegate_work_item
from engine.actions.hand_over_work_item import HandOverWorkItem, hand_over_work_item
from engine.actions.open_work_item import open_work_item
from engine.actions.recall_work_item import recall_work_item
from engine.actions.refuse_handover import refuse_handover
from engine.ids import DocumentId, WorkItemId
from engine.recalls import Hindrance, RecallRefused
from engine.stand_ins import StandIn, StandInOver
from engine.work_items import WorkItem, WorkItemState
from tests.support.office import Office


@pytest.fixture
def headless(office: Office) -> tuple[Office, WorkItemId]:
    """An office in which the head of a unit stands in for the head, and an item that head and deputy may both do."""
    item_id = office.item(office.register().document.id, "direct").id
    office.stand_in("chutich", "truongphong")
    return office.placed("truongphong"), item_id


@pytest.fixture
def reviewed(office: Office) -> tuple[Office, StandIn, DocumentId]:
    """A draft that waits for the head of a unit, in whose place a specialist may review it."""
    stand_in = office.stand_in("truongphong", "chuyenvien.ocop")
    document_id = office.draft().document.id
    office.complete(document_id, "draft", "submit", "chuyenvien")
    return office.placed("chuyenvien.ocop"), stand_in, document_id


def hand_over(office: Office, item_id: WorkItemId, by: str, to: str) -> WorkItem:
    services, request = office.house.services, HandOverWorkItem(work_item_id=item_id, to=office.people[to].id)
    with services.begin() as work:
        return hand_over_work_item(request, by=office.people[by], at=services.clock(), work=work)


def refuse(office: Office, item_id: WorkItemId, by: str) -> WorkItem:
    services = office.house.services
    with services.begin() as work:
        return refuse_handover(item_id, "Bận họp", by=office.people[by], at=services.clock(), work=work)


def recall(office: Office, item_id: WorkItemId, by: str) -> WorkItem:
    services = office.house.services
    with services.begin() as work:
        return recall_work_item(item_id, by=office.people[by], at=services.clock(), work=work)


def last_leaf(office: Office, item_id: WorkItemId) -> dict[str, Any]:
    with office.house.services.begin() as work:
        found = work.audit.about(office.people["chutich"].agency_id, [str(item_id)])
    leaf: dict[str, Any] = json.loads(found[-1].leaf)
    return leaf


def test_what_a_substitute_hands_over_comes_back_to_whose_it_was(headless: tuple[Office, WorkItemId]) -> None:
    office, item_id = headless
    head, deputy = office.people["chutich"].id, office.people["phochutich"].id

    given = hand_over(office, item_id, "truongphong", "phochutich")

    assert (given.assignee, given.handed_by, given.on_behalf_of) == (deputy, head, None)
    leaf = last_leaf(office, item_id)
    assert (leaf["actor"], leaf["on_behalf_of"]) == (str(office.people["truongphong"].id), str(head))
    back = refuse(office, item_id, "phochutich")
    assert (back.assignee, back.on_behalf_of, back.handed_by) == (head, None, None)
    assert [item.id for item in office.inbox("truongphong")] == [item_id]


def test_a_substitute_refuses_what_was_handed_over_to_whom_they_stand_in_for(
    headless: tuple[Office, WorkItemId],
) -> None:
    office, item_id = headless
    hand_over(office, item_id, "phochutich", "chutich")

    back = refuse(office, item_id, "truongphong")

    assert back.assignee == office.people["phochutich"].id
    assert last_leaf(office, item_id)["on_behalf_of"] == str(office.people["chutich"].id)


def test_what_a_substitute_gives_for_good_is_the_colleague_s_own(headless: tuple[Office, WorkItemId]) -> None:
    office, item_id = headless
    services, by, to = office.house.services, office.people["truongphong"], office.people["phochutich"]

    with services.begin() as work:
        given = delegate_work_item(item_id, to.id, by=by, at=services.clock(), work=work)

    assert (given.assignee, given.on_behalf_of, given.by_stand_in) == (to.id, None, None)
    assert last_leaf(office, item_id)["on_behalf_of"] == str(office.people["chutich"].id)


def test_a_substitute_s_look_keeps_the_step_before_from_being_taken_back(
    reviewed: tuple[Office, StandIn, DocumentId],
) -> None:
    office, _, document_id = reviewed
    services, item = office.house.services, office.item(document_id, "review_content")
    with services.begin() as work:
        (drafted,) = [one for one in work.work_items.of_instance(item.instance_id) if one.element_id == "draft"]
        open_work_item(item.id, by=office.people["chuyenvien.ocop"], at=services.clock(), work=work)

    assert last_leaf(office, item.id)["on_behalf_of"] == str(office.people["truongphong"].id)
    with pytest.raises(RecallRefused) as refused:
        recall(office, drafted.id, "chuyenvien")
    assert refused.value.hindrance is Hindrance.OPENED


def test_what_is_taken_back_goes_to_the_place_it_was_done_in(reviewed: tuple[Office, StandIn, DocumentId]) -> None:
    office, stand_in, document_id = reviewed
    done = office.complete(document_id, "review_content", "approve", "chuyenvien.ocop")

    again = recall(office, done.id, "chuyenvien.ocop")

    assert (again.state, again.assignee, again.on_behalf_of) == (WorkItemState.OPEN, None, None)
    assert last_leaf(office, done.id)["on_behalf_of"] == str(office.people["truongphong"].id)
    assert office.complete(document_id, "review_content", "approve", "chuyenvien.ocop").by_stand_in == stand_in.id
    office.revoke(stand_in)
    with pytest.raises(StandInOver):
        recall(office, done.id, "chuyenvien.ocop")
