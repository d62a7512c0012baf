"""Where a procedure stands."""

import pytest

from tests.api.rest.callers import Callers, problem
from tests.support.house import RunJobs
from tests.support.office import Office


@pytest.fixture
def document_id(office: Office, run_jobs: RunJobs) -> str:
    made = str(office.register().document.id)
    run_jobs()
    return made


def test_an_instance_says_where_it_is(callers: Callers, document_id: str) -> None:
    clerk = callers["vanthu"]
    instance_id = clerk.read(f"/documents/{document_id}")["instance_id"]

    instance = clerk.read(f"/instances/{instance_id}")

    assert (instance["document_id"], instance["state"], instance["finished_at"]) == (document_id, "running", None)
    assert (instance["definition_key"], instance["definition_version"]) == ("incoming_document", 1)
    assert "direct" in [step["element_id"] for step in instance["active"]]


def test_the_diagram_shows_what_is_active_and_what_is_done(callers: Callers, document_id: str) -> None:
    clerk = callers["vanthu"]
    instance_id = clerk.read(f"/documents/{document_id}")["instance_id"]

    diagram = clerk.read(f"/instances/{instance_id}/diagram")

    assert "BPMNDiagram" in diagram["bpmn_xml"]
    assert "direct" in diagram["active"]
    assert {"start", "check_signatures"} <= set(diagram["done"])
    assert not set(diagram["active"]) & set(diagram["done"])


def test_a_step_that_was_returned_to_is_active_again(callers: Callers, document_id: str) -> None:
    unit = callers["truongphong"].read("/me")["units"][0]["id"]
    callers["chutich"].complete(document_id, "direct", "assign", lead_unit=unit)
    callers["truongphong"].complete(document_id, "assign", "return", reason="Nhầm đơn vị")
    instance_id = callers["vanthu"].read(f"/documents/{document_id}")["instance_id"]

    diagram = callers["vanthu"].read(f"/instances/{instance_id}/diagram")

    assert "direct" in diagram["active"]
    assert "assign" in diagram["done"]


def test_a_finished_procedure_has_nothing_active(callers: Callers, document_id: str, run_jobs: RunJobs) -> None:
    callers["chutich"].complete(document_id, "direct", "file")
    run_jobs()
    instance_id = callers["vanthu"].read(f"/documents/{document_id}")["instance_id"]

    instance = callers["vanthu"].read(f"/instances/{instance_id}")

    assert (instance["state"], instance["active"]) == ("finished", [])
    assert callers["vanthu"].read(f"/instances/{instance_id}/diagram")["active"] == []


@pytest.mark.parametrize("username", ["chuyenvien", "quantri", "vanthu.xa1"])
def test_the_procedure_of_a_document_one_may_not_read_is_not_there(
    callers: Callers, document_id: str, username: str
) -> None:
    instance_id = callers["vanthu"].read(f"/documents/{document_id}")["instance_id"]

    for path in (f"/instances/{instance_id}", f"/instances/{instance_id}/diagram", "/instances/none"):
        problem(callers[username].get(path), 404, "instance.not_found")
