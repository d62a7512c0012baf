"""Moving tokens and changing data of procedures; by real actions on a real database."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from engine.access import NotAllowed
from engine.actions.change_instance_data import ChangeInstanceData, change_instance_data
from engine.actions.claim_work_item import claim_work_item
from engine.actions.move_token import MoveToken, move_token
from engine.actions.report_failure import Failure, report_failure
from engine.actions.run_operation import RunOperation, run_operation
from engine.actions.suspend_instance import suspend_instance
from engine.administration import Administration, earlier_steps
from engine.documents import DocumentNotInState, IncomingState, NumberUnfit, OutgoingState
from engine.ids import DocumentId, TaskId
from engine.instances import AdministrationInvalid, Instance, InstanceEnded, InstanceHalted, InstanceNotFound
from engine.operations.places import StateUnfit
from engine.procedures import look
from engine.runtime.errors import DataTooLarge, MoveImpossible, TaskNotOpen
from engine.work_items import WorkItemState
from tests.engine.runtime.drawing import event, flows, human, service
from tests.support.models import deployed, instance_of, standing
from tests.support.office import Office

REASON = "Chuyển nhầm bước"
CHECKED = (
    event("start", "begin"),
    human("first"),
    service("check", "check_signatures"),
    human("last"),
    event("end", "finished"),
    flows("begin > first > check > last > finished"),
)


@pytest.fixture
def document_id(office: Office) -> DocumentId:
    """A document whose procedure waits for the machine, after its first step."""
    deployed(office, *CHECKED)
    document_id = office.register().document.id
    with office.house.services.begin() as work:
        step = instance_of(document_id, work)
        assert [element for _, element in look(step, work).waiting_elements] == ["first"]
    office.complete(document_id, "first", "done", "vanthu")
    return document_id


def waiting(office: Office, document_id: DocumentId) -> dict[str, TaskId]:
    with office.house.services.begin() as work:
        found = look(instance_of(document_id, work), work).waiting_elements
    return {element: task_id for task_id, element in found}


def move(office: Office, document_id: DocumentId, at: str, to: str, by: str = "quantri") -> Instance:
    services, task_id = office.house.services, waiting(office, document_id).get(at, TaskId(UUID(int=0)))
    with services.begin() as work:
        asked = MoveToken(
            instance_id=instance_of(document_id, work).id, reason=REASON, from_task_id=task_id, to_element_id=to
        )
        return move_token(asked, by=office.people[by], at=services.clock(), work=work)


def change(office: Office, document_id: DocumentId, data: Mapping[str, Any], by: str = "quantri") -> Instance:
    services = office.house.services
    with services.begin() as work:
        asked = ChangeInstanceData(instance_id=instance_of(document_id, work).id, reason=REASON, data=data)
        return change_instance_data(asked, by=office.people[by], at=services.clock(), work=work)


def leaf(office: Office, document_id: DocumentId, action: str) -> dict[str, str]:
    with office.house.services.begin() as work:
        found = instance_of(document_id, work)
        events = work.audit.about(found.agency_id, [str(found.id)])
    (event,) = [event for event in events if event.action == action]
    return {private.path: private.value for private in event.private}


def test_a_token_is_taken_past_a_stuck_step_and_what_was_stuck_is_over(office: Office, document_id: DocumentId) -> None:
    services, task_id = office.house.services, waiting(office, document_id)["check"]
    with services.begin() as work:
        instance_id = instance_of(document_id, work).id
        failure = Failure(operation="check_signatures", element_id="check", task_id=task_id, code="a.b", message="x")
        report_failure(failure, instance_id, at=services.clock(), work=work)

    move(office, document_id, "check", "last")
    job = RunOperation(
        instance_id=instance_id, task_id=task_id, element_id="check", operation="check_signatures", parameters="{}"
    )
    run_operation(job, services=services)

    assert standing(office, document_id) == ["last"]
    with services.begin() as work:
        assert work.incidents.unresolved_of(instance_id) == []
    assert leaf(office, document_id, "instance.moved") == {"reason": REASON}


def test_a_procedure_steps_back_to_a_step_of_people_it_has_passed(office: Office, document_id: DocumentId) -> None:
    office.run_jobs()
    item = office.item(document_id, "last")
    with office.house.services.begin() as work:
        assert earlier_steps(instance_of(document_id, work), work) == ["first"]

    move(office, document_id, "last", "first")

    assert standing(office, document_id) == ["first"]
    with office.house.services.begin() as work:
        assert work.work_items.get(item.id).state is WorkItemState.CANCELLED
    office.complete(document_id, "first", "done", "vanthu")
    office.run_jobs()
    assert standing(office, document_id) == ["last"]


def test_a_suspended_procedure_is_moved_and_still_stands(office: Office, document_id: DocumentId) -> None:
    services = office.house.services
    with services.begin() as work:
        asked = Administration(instance_id=instance_of(document_id, work).id, reason=REASON)
        suspend_instance(asked, by=office.people["quantri"], at=services.clock(), work=work)

    assert move(office, document_id, "check", "last").suspended_because == REASON

    with pytest.raises(InstanceHalted):
        office.complete(document_id, "last", "done", "vanthu")


@pytest.mark.parametrize("to", ["nowhere", "begin", "", "check\0"])
def test_a_token_is_not_put_where_none_can_stand(office: Office, document_id: DocumentId, to: str) -> None:
    with pytest.raises(MoveImpossible):
        move(office, document_id, "check", to)

    assert list(waiting(office, document_id)) == ["check"]


def test_a_step_that_does_not_wait_has_no_token_to_move(office: Office, document_id: DocumentId) -> None:
    with pytest.raises(TaskNotOpen):
        move(office, document_id, "first", "last")


def test_only_administrators_of_the_agency_move_and_change(office: Office, document_id: DocumentId) -> None:
    for by, refusal in (("kiemtra", NotAllowed), ("vanthu", NotAllowed), ("vanthu.xa1", InstanceNotFound)):
        with pytest.raises(refusal):
            move(office, document_id, "check", "last", by=by)
        with pytest.raises(refusal):
            change(office, document_id, {"a": 1}, by=by)


def test_what_is_over_is_neither_moved_nor_changed(office: Office, document_id: DocumentId) -> None:
    office.run_jobs()
    office.complete(document_id, "last", "done", "vanthu")

    with pytest.raises(InstanceEnded):
        move(office, document_id, "last", "first")
    with pytest.raises(InstanceEnded):
        change(office, document_id, {"a": 1})


def test_a_document_comes_to_the_state_it_has_where_its_procedure_is_taken(office: Office) -> None:
    reviewed = office.reviewed()
    move(office, reviewed, "sign", "draft")
    unit = str(next(iter(office.people["truongphong"].units)))
    incoming = office.register().document.id
    office.run_jobs()
    office.complete(incoming, "direct", "assign", "chutich", lead_unit=unit)
    move(office, incoming, "assign", "direct")

    assert (office.outgoing(reviewed).state, office.incoming(incoming).state) == (
        OutgoingState.DRAFT,
        IncomingState.REGISTERED,
    )
    office.complete(reviewed, "draft", "submit", "chuyenvien")
    office.complete(incoming, "direct", "assign", "chutich", lead_unit=unit)
    with office.house.services.begin() as work:
        found = instance_of(reviewed, work)
        events = work.audit.about(found.agency_id, [str(found.id)])
    assert b"set_state(state=draft)" in next(event.leaf for event in events if event.action == "instance.moved")


def test_no_move_goes_over_a_signature_a_number_or_the_end(office: Office) -> None:
    signed, reviewed = office.signed(), office.reviewed()
    incoming = office.register().document.id
    office.run_jobs()
    for document_id, at, to in (
        (signed, "number", "seal"),
        (signed, "number", "sign"),
        (reviewed, "sign", "number"),
        (incoming, "direct", "register"),
    ):
        before = office.document(document_id)
        with pytest.raises(StateUnfit, match="by the steps of its procedure"):
            move(office, document_id, at, to)
        assert office.document(document_id) == before


def test_an_operation_that_does_not_fit_the_document_refuses_the_move(office: Office) -> None:
    reviewed, signed = office.reviewed(), office.signed()

    with pytest.raises(NumberUnfit):
        move(office, signed, "number", "issue_document")
    with pytest.raises(DocumentNotInState):
        move(office, reviewed, "sign", "take_number")

    assert office.outgoing(signed).state is OutgoingState.SIGNED
    assert standing(office, reviewed) == ["sign"]


def test_changed_data_are_on_record_as_they_were_and_are(office: Office, document_id: DocumentId) -> None:
    change(office, document_id, {"last": "cũ", "urgency": 1})
    office.run_jobs()
    item = office.item(document_id, "last")

    changed = change(office, document_id, {"last": "mới"})

    with office.house.services.begin() as work:
        assert look(changed, work).data["last"] == "mới"
        said = [
            {private.path: private.value for private in event.private}
            for event in work.audit.about(changed.agency_id, [str(changed.id)])
            if event.action == "instance.data_changed"
        ]
    assert said[-1] == {"before": '{"last": "cũ"}', "after": '{"last": "mới"}', "reason": REASON}
    assert office.item(document_id, "last") == item


def test_open_work_goes_to_the_unit_that_changed_data_name_and_stays_with_its_holder_otherwise(office: Office) -> None:
    units = [str(unit) for name in ("truongphong", "chuyenvien.ocop") for unit in office.people[name].units]
    document_id = office.register().document.id
    office.complete(document_id, "direct", "assign", "chutich", lead_unit=units[0])
    item, services = office.item(document_id, "assign"), office.house.services
    with services.begin() as work:
        claim_work_item(item.id, by=office.people["truongphong"], at=services.clock(), work=work)

    change(office, document_id, {"urgency": 2})
    assert office.item(document_id, "assign").assignee == office.people["truongphong"].id
    with services.begin() as work:
        directed = dict(look(instance_of(document_id, work), work).data["direct"])
    change(office, document_id, {"direct": {**directed, "lead_unit": units[1]}})

    moved = office.item(document_id, "assign")
    assert (str(moved.unit_id), moved.assignee) == (units[1], None)


def test_data_that_cannot_be_kept_or_used_change_nothing(office: Office) -> None:
    unit = str(next(iter(office.people["truongphong"].units)))
    document_id = office.register().document.id
    office.complete(document_id, "direct", "assign", "chutich", lead_unit=unit)
    item = office.item(document_id, "assign")

    for data in ({}, {"document_id": "x"}, {"assign": object()}, {"direct": 1}, {"direct": {"lead_unit": "nowhere"}}):
        with pytest.raises(AdministrationInvalid):
            change(office, document_id, data)
    with pytest.raises(DataTooLarge):
        change(office, document_id, {"assign": "x" * 65_536})

    assert office.item(document_id, "assign") == item


def test_a_name_that_the_model_does_not_know_is_refused(office: Office, document_id: DocumentId) -> None:
    with pytest.raises(AdministrationInvalid) as refused:
        change(office, document_id, {"urgency": 1, "urgencey": 2})

    assert [error.code for error in refused.value.errors] == ["unknown"]
    with office.house.services.begin() as work:
        assert look(instance_of(document_id, work), work).data["urgency"] == 0
