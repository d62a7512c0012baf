"""Claiming, releasing, delegating and handing over work items."""

import pytest

from engine.actions.claim_work_item import claim_work_item
from engine.actions.delegate_work_item import delegate_work_item
from engine.actions.hand_over_work_item import HandOverWorkItem, hand_over_work_item
from engine.actions.refuse_handover import refuse_handover
from engine.actions.release_work_item import release_work_item
from engine.hands import MAX_NOTE, Hand, handings
from engine.ids import WorkItemId
from engine.work_items import (
    NothingHandedOver,
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


def hand_over(office: Office, item_id: WorkItemId, by: str, to: str, note: str | None = None) -> WorkItem:
    services = office.house.services
    request = HandOverWorkItem(work_item_id=item_id, to=office.people[to].id, note=note)
    with services.begin() as work:
        return hand_over_work_item(request, by=office.people[by], at=services.clock(), work=work)


def refuse(office: Office, item_id: WorkItemId, by: str, reason: str = "Đang đi công tác") -> WorkItem:
    services = office.house.services
    with services.begin() as work:
        return refuse_handover(item_id, reason, by=office.people[by], at=services.clock(), work=work)


def wrong(refused: pytest.ExceptionInfo[OutcomeDataInvalid]) -> dict[str, str]:
    return {error.field: error.code for error in refused.value.errors}


def test_what_is_handed_over_is_the_colleague_s_with_the_note_until_they_refuse_it(
    office: Office, to_direct: WorkItemId
) -> None:
    given = hand_over(office, to_direct, "chutich", "phochutich", "Đã trao đổi với Sở.")
    assert (given.handed_by, given.handed_note) == (office.people["chutich"].id, "Đã trao đổi với Sở.")
    assert [item.id for item in office.inbox("phochutich")] == [to_direct]
    assert office.inbox("chutich") == []

    back = refuse(office, to_direct, "phochutich")

    assert (back.assignee, back.handed_by, back.handed_note) == (office.people["chutich"].id, None, None)
    assert [item.id for item in office.inbox("chutich")] == [to_direct]
    with office.house.services.begin() as work:
        told = handings(work.audit.about(given.agency_id, [str(to_direct)]))
    assert [(one.hand, one.note) for one in told] == [
        (Hand.HANDED_OVER, "Đã trao đổi với Sở."),
        (Hand.HANDOVER_REFUSED, "Đang đi công tác"),
    ]


def test_what_was_taken_over_or_never_handed_over_is_not_refused(office: Office, to_direct: WorkItemId) -> None:
    with pytest.raises(NothingHandedOver):
        refuse(office, to_direct, "chutich")
    hand_over(office, to_direct, "chutich", "phochutich")
    with pytest.raises(WorkItemNotYours):
        refuse(office, to_direct, "chutich")
    claim(office, to_direct, "phochutich")

    with pytest.raises(NothingHandedOver):
        refuse(office, to_direct, "phochutich")


def test_a_handover_is_refused_with_a_reason(office: Office, to_direct: WorkItemId) -> None:
    hand_over(office, to_direct, "chutich", "phochutich")

    with pytest.raises(OutcomeDataInvalid) as refused:
        refuse(office, to_direct, "phochutich", " ")

    assert wrong(refused) == {"reason": "required"}


@pytest.mark.parametrize(
    ("to", "note", "errors"),
    [
        ("chutich", None, {"to": "yourself"}),
        ("chuyenvien", None, {"to": "not_a_candidate"}),
        ("phochutich", "x" * (MAX_NOTE + 1), {"note": "too_long"}),
        ("phochutich", "x\x00", {"note": "unprintable"}),
    ],
)
def test_a_handover_goes_to_a_colleague_who_may_do_it_with_a_note_that_fits(
    office: Office, to_direct: WorkItemId, to: str, note: str | None, errors: dict[str, str]
) -> None:
    with pytest.raises(OutcomeDataInvalid) as refused:
        hand_over(office, to_direct, "chutich", to, note)

    assert wrong(refused) == errors
