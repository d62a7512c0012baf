"""Deploying procedure models."""

from dataclasses import replace

import pytest

from api.demo import SHIPPED, shipped_model
from engine.access import NotAllowed
from engine.actions.deploy_definition import deploy_definition
from engine.definitions import Definition, DefinitionInvalid, ModelOfAnotherAgency
from engine.operations.catalogue import INLINE, JOBS, OPERATIONS
from engine.runtime.procedures import procedure
from tests.support.office import Office

MODEL = "outgoing_document.bpmn"


def deploy(office: Office, files: dict[str, bytes], by: str = "quantri") -> Definition:
    services = office.house.services
    with services.begin() as work:
        return deploy_definition(files, by=office.people[by], at=services.clock(), work=work)


def changed(old: str, new: str) -> dict[str, bytes]:
    files = shipped_model("outgoing_document")
    text = files[MODEL].decode()
    assert old in text
    return {**files, MODEL: text.replace(old, new).encode()}


def test_the_same_bundle_makes_no_new_version(office: Office) -> None:
    assert deploy(office, shipped_model("outgoing_document")).version == 1


def test_a_changed_model_is_the_next_version_and_running_instances_stay(office: Office) -> None:
    document_id = office.draft().document.id

    assert deploy(office, changed('name="Ký số"', 'name="Ký duyệt"')).version == 2

    office.complete(document_id, "draft", "submit", "chuyenvien")
    office.complete(document_id, "review_content", "approve", "truongphong")
    office.complete(document_id, "review_format", "approve", "chanhvanphong")
    office.run_jobs()
    assert office.item(document_id, "sign").name == "Ký số"


@pytest.mark.parametrize("by", ["vanthu", "chutich", "kiemtra"])
def test_only_an_administrator_deploys(office: Office, by: str) -> None:
    with pytest.raises(NotAllowed):
        deploy(office, shipped_model("outgoing_document"), by=by)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('vanthu:operation="take_number"', 'vanthu:operation="take_money"', "operation"),
        ('vanthu:roles="clerk"', 'vanthu:roles="king"', "role"),
        ("<serviceTask", "<scriptTask", "script"),
    ],
)
def test_a_model_with_a_mistake_is_refused_with_element_and_line(office: Office, old: str, new: str, code: str) -> None:
    files = shipped_model("outgoing_document")
    text = files[MODEL].decode()
    broken = text.replace(old, new).replace("</serviceTask", "</scriptTask" if "script" in new else "</serviceTask")

    with pytest.raises(DefinitionInvalid) as refused:
        deploy(office, {**files, MODEL: broken.encode()})

    found = [finding for finding in refused.value.findings if code in finding.code]
    assert found
    assert all(finding.element_id and finding.line for finding in found)


def test_a_model_all_agencies_work_by_is_changed_only_by_the_agency_that_brought_it(office: Office) -> None:
    stranger = replace(office.people["quantri"], agency_id=office.people["vanthu.xa1"].agency_id)
    services = office.house.services
    files = changed('name="Ký số"', 'name="Ký duyệt"')

    with services.begin() as work, pytest.raises((ModelOfAnotherAgency, DefinitionInvalid)):
        deploy_definition(files, by=stranger, at=services.clock(), work=work)


FOR_CALLERS = {"make_draft"}
"""What only procedures need that call a shipped one; see test_call_outgoing."""


def test_every_operation_is_used_by_a_shipped_model_and_is_of_one_kind() -> None:
    models = [procedure(shipped_model(name), OPERATIONS) for name in SHIPPED]
    used = {task.operation for model in models for task in model.service_tasks.values() if task.operation}

    assert used | FOR_CALLERS == OPERATIONS.keys()
    assert not INLINE.keys() & JOBS.keys()
