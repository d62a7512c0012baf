"""Forms saved halfway."""

from typing import Any

import pytest

from engine.actions.claim_work_item import claim_work_item
from engine.actions.discard_form_draft import discard_form_draft
from engine.actions.save_form_draft import SaveFormDraft, save_form_draft
from engine.form_drafts import MAX_BYTES, MAX_COMMENT, FormDraft, FormDraftInvalid, FormDraftNotFound
from engine.ids import WorkItemId
from engine.runtime.errors import OutcomeUnknown
from engine.work_items import WorkItemNotFound, WorkItemNotOpen, WorkItemNotYours
from tests.support.office import Office


@pytest.fixture
def to_direct(office: Office) -> WorkItemId:
    """An item that chairman and deputy may both do."""
    return office.item(office.register().document.id, "direct").id


def save(office: Office, item_id: WorkItemId, by: str = "chutich", **changes: Any) -> FormDraft:  # noqa: ANN401
    services = office.house.services
    request = {"outcome": "assign", "data": {"note": "Gấp"}, **changes}
    with services.begin() as work:
        draft = SaveFormDraft(work_item_id=item_id, **request)
        return save_form_draft(draft, by=office.people[by], at=services.clock(), work=work)


def find(office: Office, item_id: WorkItemId, by: str = "chutich") -> FormDraft | None:
    with office.house.services.begin() as work:
        return work.form_drafts.find(item_id, office.people[by].id)


def test_a_draft_is_kept_for_its_person_whatever_its_values_are_worth(office: Office, to_direct: WorkItemId) -> None:
    odd = {"lead_unit": "no unit", "due_date": [1, {"y": None}], "note": "\x00 \ud800 Gấp"}

    save(office, to_direct)
    save(office, to_direct, data=odd, comment="Chờ ý kiến")

    kept = find(office, to_direct)
    assert kept is not None
    assert (kept.values(), kept.comment) == (odd, "Chờ ý kiến")
    assert find(office, to_direct, "phochutich") is None


def test_the_end_of_the_item_is_the_end_of_everybody_s_drafts(office: Office, to_direct: WorkItemId) -> None:
    for name in ("chutich", "phochutich"):
        save(office, to_direct, name)
    with office.house.services.begin() as work:
        document_id = work.work_items.get(to_direct).document_id

    office.complete(document_id, "direct", "file", "chutich")

    assert [find(office, to_direct, name) for name in ("chutich", "phochutich")] == [None, None]
    with pytest.raises(WorkItemNotOpen):
        save(office, to_direct)


@pytest.mark.parametrize(
    "changes",
    [
        {"data": {"note": "ế" * MAX_BYTES}},
        {"data": {"note": float("nan")}},
        {"data": {"note": object()}},
        {"comment": "x" * (MAX_COMMENT + 1)},
    ],
    ids=["too large", "no number", "no JSON", "comment too long"],
)
def test_what_cannot_be_kept_is_refused(office: Office, to_direct: WorkItemId, changes: dict[str, Any]) -> None:
    with pytest.raises(FormDraftInvalid):
        save(office, to_direct, **changes)


def test_a_draft_is_of_an_outcome_of_an_item_that_is_one_s_to_do(office: Office, to_direct: WorkItemId) -> None:
    with pytest.raises(OutcomeUnknown):
        save(office, to_direct, outcome="burn")
    with pytest.raises(WorkItemNotFound):
        save(office, to_direct, "vanthu")
    services = office.house.services
    with services.begin() as work:
        claim_work_item(to_direct, by=office.people["phochutich"], at=services.clock(), work=work)
    with pytest.raises(WorkItemNotYours):
        save(office, to_direct)


def test_a_discarded_draft_is_gone(office: Office, to_direct: WorkItemId) -> None:
    save(office, to_direct)
    services = office.house.services
    with services.begin() as work:
        discard_form_draft(to_direct, by=office.people["chutich"], at=services.clock(), work=work)

    assert find(office, to_direct) is None
    with services.begin() as work, pytest.raises(FormDraftNotFound):
        discard_form_draft(to_direct, by=office.people["chutich"], at=services.clock(), work=work)


def test_what_the_form_does_not_ask_for_is_refused_and_not_kept(office: Office, to_direct: WorkItemId) -> None:
    with pytest.raises(FormDraftInvalid) as refused:
        save(office, to_direct, data={"note": "Gấp", "pin": "123456"})

    assert [(error.field, error.code) for error in refused.value.errors] == [("data/pin", "unknown")]
    assert find(office, to_direct) is None
