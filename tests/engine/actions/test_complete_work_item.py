"""Completing work items, and what the incoming procedure does with them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4  # noqa: TID251  a unit nobody has

import pytest

from api.province import province
from engine import access
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.documents import DocumentNotFound, IncomingState
from engine.errors import Conflict
from engine.ids import DocumentId
from engine.people import Person
from engine.ports import Begin
from engine.queries import PageRequest
from engine.runtime.errors import OutcomeUnknown
from engine.work_items import (
    OutcomeDataInvalid,
    WorkItem,
    WorkItemNeedsSignature,
    WorkItemNotFound,
    WorkItemNotOpen,
)
from tests.support.office import Office
from tests.support.wire import listened_to

UNITS = province()[0].units
LEAD = str(UNITS[0].id)


def directed(office: Office) -> DocumentId:
    document_id = office.register().document.id
    office.complete(document_id, "direct", "assign", "chutich", lead_unit=LEAD, note="Xử lý sớm")
    return document_id


def assigned(office: Office) -> DocumentId:
    document_id = directed(office)
    handler = str(office.people["chuyenvien"].id)
    office.complete(document_id, "assign", "assign", "truongphong", handler=handler)
    return document_id


def test_a_document_goes_from_direction_to_the_archive(office: Office) -> None:
    document_id = assigned(office)
    office.complete(document_id, "handle", "done", "chuyenvien", result="Đã trả lời")
    office.run_jobs()

    document = office.incoming(document_id)
    with office.house.services.begin() as work:
        archived = work.documents.archived(document_id)
        instance = work.instances.find_of_document(document_id)
    assert (document.state, document.result) == (IncomingState.CLOSED, "Đã trả lời")
    assert [content.file_id for content in archived] == [document.file_id]
    assert instance is not None
    assert instance.finished_at is not None


def test_a_document_filed_by_the_leader_is_closed_and_archived(office: Office) -> None:
    document_id = office.register().document.id
    office.complete(document_id, "direct", "file", "phochutich", note="Để biết")
    office.run_jobs()

    assert office.incoming(document_id).state is IncomingState.CLOSED


def test_the_direction_sets_due_date_and_lets_lead_and_coordinating_units_read(office: Office) -> None:
    document_id = office.register().document.id
    office.complete(
        document_id,
        "direct",
        "assign",
        "chutich",
        lead_unit=LEAD,
        coordinating_units=[str(UNITS[1].id)],
        due_date="2026-12-31",
    )

    document = office.incoming(document_id)
    assert str(document.due_date) == "2026-12-31"
    assert str(office.item(document_id, "assign").due_date) == "2026-12-31"
    assert access.may_read(office.people["truongphong"], document)
    assert access.may_read(office.people["chuyenvien.ocop"], document)


def test_before_the_direction_a_unit_does_not_know_of_the_document(office: Office) -> None:
    document = office.register().document

    with pytest.raises(DocumentNotFound):
        access.require_read(office.people["truongphong"], document)


def test_a_return_goes_one_step_back_with_its_reason(office: Office) -> None:
    document_id = assigned(office)
    office.complete(document_id, "handle", "return", "chuyenvien", reason="Không thuộc lĩnh vực")
    office.complete(document_id, "assign", "return", "truongphong", reason="Không thuộc phòng")

    assert office.item(document_id, "direct").assignee is None
    assert office.incoming(document_id).state is IncomingState.REGISTERED


def test_a_return_without_a_reason_is_refused(office: Office) -> None:
    document_id = directed(office)

    with pytest.raises(OutcomeDataInvalid) as refused:
        office.complete(document_id, "assign", "return", "truongphong")

    assert [error.field for error in refused.value.errors] == ["reason"]
    assert office.item(document_id, "assign")


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({}, ["lead_unit"]),
        ({"lead_unit": 5}, ["lead_unit"]),
        ({"lead_unit": str(uuid4())}, ["lead_unit"]),
        ({"lead_unit": LEAD, "due_date": "2026-02-30"}, ["due_date"]),
        ({"lead_unit": LEAD, "due_date": 20261231}, ["due_date"]),
        ({"lead_unit": LEAD, "unknown": "x"}, ["unknown"]),
        ({"lead_unit": LEAD, "due_date": "2020-01-01"}, ["due_date"]),
        ({"lead_unit": LEAD, "coordinating_units": [LEAD]}, ["coordinating_units"]),
        ({"lead_unit": 5, "due_date": "tomorrow", "coordinating_units": "all"}, None),
    ],
)
def test_wrong_data_is_refused_all_fields_at_once_and_nothing_moves(
    office: Office, data: dict[str, Any], fields: list[str] | None
) -> None:
    document_id = office.register().document.id

    with pytest.raises(OutcomeDataInvalid) as refused:
        office.complete(document_id, "direct", "assign", "chutich", **data)

    named = sorted({error.field for error in refused.value.errors})
    assert named == (fields or ["coordinating_units", "due_date", "lead_unit"])
    assert office.item(document_id, "direct").rev == 0


def test_an_outcome_the_model_does_not_offer_is_refused(office: Office) -> None:
    document_id = office.register().document.id

    with pytest.raises(OutcomeUnknown, match="assign"):
        office.complete(document_id, "direct", "approve", "chutich")


def test_of_two_who_complete_at_once_one_succeeds_and_one_is_told(office: Office) -> None:
    document_id = office.register().document.id
    item = office.item(document_id, "direct")
    services = office.house.services

    def complete(username: str) -> str:
        request = CompleteWorkItem(work_item_id=item.id, outcome="file", data={})
        try:
            with services.begin() as work:
                complete_work_item(request, by=office.people[username], at=services.clock(), work=work)
        except Conflict as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(complete, ["chutich", "phochutich"]))

    with services.begin() as work:
        history = work.instances.history(item.instance_id)
    assert answers == ["done", "work_item.not_open"]
    assert [line.outcome for line in history if line.element_id == "direct" and line.outcome] == ["file"]


def test_an_item_done_before_is_not_done_again(office: Office) -> None:
    document_id = office.register().document.id
    done = office.complete(document_id, "direct", "file", "chutich")
    services = office.house.services
    request = CompleteWorkItem(work_item_id=done.id, outcome="file", data={})

    with services.begin() as work, pytest.raises(WorkItemNotOpen):
        complete_work_item(request, by=office.people["chutich"], at=services.clock(), work=work)


@pytest.mark.parametrize("username", ["vanthu", "truongphong.ocop", "chuyenvien", "vanthu.xa1", "kiemtra"])
def test_who_is_no_candidate_learns_nothing_of_the_item(office: Office, username: str) -> None:
    document_id = directed(office)

    with pytest.raises(WorkItemNotFound):
        office.complete(document_id, "assign", "return", username, reason="x")


def test_a_step_done_by_signing_is_not_completed(office: Office) -> None:
    document_id = office.reviewed()

    with pytest.raises(WorkItemNeedsSignature):
        office.complete(document_id, "sign", "sign", "chutich")


def test_what_people_wrote_is_in_the_leaf_only_as_a_digest(office: Office) -> None:
    directed(office)

    with office.house.services.begin() as work:
        page = work.audit.search(office.people["chutich"].agency_id, PageRequest())
    leaf = next(event.leaf for event in page.items if event.action == "work_item.completed")
    assert "Xử lý sớm" not in leaf.decode()
    assert b"salted_sha256" in leaf


def test_a_completion_is_at_most_twelve_statements_and_two_round_trips(office: Office, tmp_path: Path) -> None:
    first, second = office.register().document.id, office.register(code_number="13").document.id
    item = office.item(first, "direct"), office.item(second, "direct")
    with listened_to(office.house.settings, tmp_path / "wire") as wire:
        # The process learns the model and the organisation.
        complete_by(wire.begin, item[0], office.people["chutich"], "assign", lead_unit=LEAD)
        wire.forget()
        complete_by(wire.begin, item[1], office.people["chutich"], "assign", lead_unit=LEAD)

    assert wire.statements() <= 12
    assert wire.round_trips() == 2


def test_nor_does_it_ask_who_acts_as_head_where_the_work_that_opens_is_the_heads(
    office: Office, tmp_path: Path
) -> None:
    first, second = directed(office), directed(office)
    item = office.item(first, "assign"), office.item(second, "assign")
    with listened_to(office.house.settings, tmp_path / "wire") as wire:
        complete_by(wire.begin, item[0], office.people["truongphong"], "return", reason="Không đúng việc")
        wire.forget()
        complete_by(wire.begin, item[1], office.people["truongphong"], "return", reason="Không đúng việc")

    assert wire.statements() <= 12
    assert wire.round_trips() == 2


def complete_by(begin: Begin, item: WorkItem, person: Person, outcome: str, **data: str) -> None:
    request = CompleteWorkItem(work_item_id=item.id, outcome=outcome, data=data)
    with begin() as work:
        complete_work_item(request, by=person, at=item.opened_at, work=work)
