"""Why a work item is with somebody, and why somebody else cannot do it: in words, one test for each reason."""

from collections.abc import Callable

import pytest

from api.texts import explained
from engine.actions.cancel_instance import cancel_instance
from engine.actions.claim_work_item import claim_work_item
from engine.actions.pause_document import PauseDocument, pause_document
from engine.actions.recall_work_item import recall_work_item
from engine.actions.suspend_instance import suspend_instance
from engine.administration import Administration
from engine.explanations import why
from engine.ids import DocumentId, WorkItemId
from engine.instances import Instance
from tests.engine.actions.test_approvals import deploy
from tests.support.office import Office


def said(office: Office, item_id: WorkItemId, username: str) -> str:
    """Return what the page of the item says to this person, in English."""
    services = office.house.services
    with services.begin() as work:
        item = work.work_items.get(item_id)
        return " ".join(explained(each, "en") for each in why(item, office.people[username], services.clock(), work))


def administer(office: Office, act: Callable[..., Instance], document_id: DocumentId) -> None:
    services = office.house.services
    with services.begin() as work:
        instance = work.instances.find_of_document(document_id)
        assert instance is not None
        asked = Administration(instance_id=instance.id, reason="Rà soát lại")
        act(asked, by=office.people["quantri"], at=services.clock(), work=work)


@pytest.fixture
def document_id(office: Office) -> DocumentId:
    return office.register().document.id


def test_whose_post_it_is_and_in_which_unit(office: Office, document_id: DocumentId) -> None:
    unit = office.people["truongphong"].posts[0].unit_id
    direct = office.item(document_id, "direct").id
    assert "Anybody who is chief of office or deputy head or head of the agency can do this." in said(
        office, direct, "chutich"
    )
    office.complete(document_id, "direct", "assign", "chutich", lead_unit=str(unit))

    assert said(office, office.item(document_id, "assign").id, "truongphong") == (
        "Anybody who is head of unit in Phòng Nông thôn mới can do this."
    )


def test_in_whose_place_by_what_and_until_when(office: Office, document_id: DocumentId) -> None:
    office.stand_in("chutich", "chuyenvien.ocop")
    item_id = office.item(document_id, "direct").id

    told = said(office.placed("chuyenvien.ocop"), item_id, "chuyenvien.ocop")

    assert told.startswith("You can do this in the place of Nguyễn Văn Đức, by Quyết định phân công công tác, until")
    assert "00:00" not in told, "a stand-in of whole days ends with a day"


def test_that_the_same_person_must_not_do_both_and_which_steps(office: Office) -> None:
    document_id = office.reviewed()

    told = said(office, office.item(document_id, "sign").id, "chuyenvien")

    assert "with Nguyễn Văn Đức" in told, told
    office.stand_in("chutich", "chuyenvien")
    told = said(office.placed("chuyenvien"), office.item(document_id, "sign").id, "chuyenvien")
    assert told.startswith("You may not do this: whoever did 'Draft the document'"), told


def test_that_ones_opinion_counts_already_and_how_many_are_missing(office: Office) -> None:
    deploy(office, "2")
    document_id = office.register().document.id
    item_id = office.item(document_id, "direct").id
    assert said(office, item_id, "chutich").endswith("2 of the 2 approvals it needs are missing.")

    office.complete(document_id, "direct", "file", "chutich")

    assert said(office, item_id, "chutich") == (
        "Your opinion on this is on record, your own or given in your place. It waits for other people now."
        " 1 of the 2 approvals it needs are missing."
    )


def test_that_the_procedure_is_suspended_and_why(office: Office, document_id: DocumentId) -> None:
    administer(office, suspend_instance, document_id)

    told = said(office, office.item(document_id, "direct").id, "chutich")

    assert told.startswith("This procedure is suspended because: Rà soát lại.")


def test_that_the_clock_stands_and_why(office: Office, document_id: DocumentId) -> None:
    services = office.house.services
    with services.begin() as work:
        request = PauseDocument(document_id=document_id, reason="Chờ bổ sung hồ sơ")
        pause_document(request, by=office.people["vanthu"], at=services.clock(), work=work)

    told = said(office, office.item(document_id, "direct").id, "chutich")

    assert told.startswith("The time limits of the document are paused since ")
    assert "Chờ bổ sung hồ sơ. It can be worked on all the same." in told


def test_that_a_colleague_has_claimed_it_and_what_helps(office: Office, document_id: DocumentId) -> None:
    item_id, services = office.item(document_id, "direct").id, office.house.services
    with services.begin() as work:
        claim_work_item(item_id, by=office.people["phochutich"], at=services.clock(), work=work)

    assert said(office, item_id, "chutich") == (
        "This is with Trần Thị Hạnh. To do it yourself, ask for it to be released."
    )


def test_that_one_took_the_step_back_and_who_withdrew_what_followed(office: Office, document_id: DocumentId) -> None:
    unit = str(office.people["truongphong"].posts[0].unit_id)
    office.run_jobs()
    done = office.complete(document_id, "direct", "assign", "chutich", lead_unit=unit)
    following, services = office.item(document_id, "assign").id, office.house.services
    with services.begin() as work:
        recall_work_item(done.id, by=office.people["chutich"], at=services.clock(), work=work)

    assert said(office, done.id, "chutich") == "This is yours again: you took the step back."
    assert said(office, following, "truongphong") == (
        "Nguyễn Văn Đức took back the step 'Cho ý kiến chỉ đạo (bút phê)', which it came from."
    )


def test_that_the_procedure_was_cancelled_or_went_another_way(office: Office, document_id: DocumentId) -> None:
    item_id = office.item(document_id, "direct").id
    administer(office, cancel_instance, document_id)

    assert said(office, item_id, "chutich") == "An administrator cancelled the procedure because: Rà soát lại."
