"""Where a procedure stands."""

import pytest

from tests.api.rest.callers import Callers, problem, wrong_fields
from tests.support.calls import asking
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


def test_administrators_list_procedures_and_nobody_else_does(callers: Callers, document_id: str) -> None:
    listed = callers["quantri"].read("/instances?state=running&definition_key=incoming_document&limit=1")

    (line,) = listed["items"]
    assert (line["document_id"], line["state"], line["incidents"]) == (document_id, "running", 0)
    assert line["steps"] == ["Cho ý kiến chỉ đạo (bút phê)"]
    assert callers["quantri"].read("/instances?older_than_days=2")["items"] == []
    problem(callers["vanthu"].get("/instances"), 403, "access.not_allowed")
    wrong = callers["quantri"].get("/instances?state=lost&older_than_days=-1")
    assert set(wrong_fields(wrong)) == {"state", "older_than_days"}


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


@pytest.mark.parametrize("username", ["chuyenvien", "vanthu.xa1"])
def test_the_procedure_of_a_document_one_may_not_read_is_not_there(
    callers: Callers, document_id: str, username: str
) -> None:
    instance_id = callers["vanthu"].read(f"/documents/{document_id}")["instance_id"]

    for path in (f"/instances/{instance_id}", f"/instances/{instance_id}/diagram", "/instances/none"):
        problem(callers[username].get(path), 404, "instance.not_found")


def test_an_administrator_sees_where_it_stands_and_nothing_of_the_document(callers: Callers, document_id: str) -> None:
    instance_id = callers["vanthu"].read(f"/documents/{document_id}")["instance_id"]

    seen = callers["quantri"].read(f"/instances/{instance_id}")

    assert [step["element_id"] for step in seen["waiting"]] == ["direct"]
    assert callers["vanthu"].read(f"/instances/{instance_id}")["waiting"] == []
    problem(callers["quantri"].get(f"/documents/{document_id}"), 404, "document.not_found")


def test_a_suspended_procedure_says_why_and_refuses_until_it_is_resumed(callers: Callers, document_id: str) -> None:
    clerk, administrator = callers["vanthu"], callers["quantri"]
    path = f"/instances/{clerk.read(f'/documents/{document_id}')['instance_id']}"
    body = {"reason": "Chờ ý kiến của Sở Nội vụ"}

    assert administrator.post(f"{path}/suspend", body).json()["state"] == "suspended"
    item = callers["chutich"].item(document_id, "direct")
    refused = callers["chutich"].post(f"/work-items/{item['id']}/complete", {"outcome": "file", "data": {}})
    assert "đang tạm ngưng vì: Chờ ý kiến của Sở Nội vụ" in problem(refused, 409, "instance.suspended")["detail"]
    assert clerk.read(path)["reason"] == body["reason"]
    problem(administrator.post(f"{path}/suspend", body), 409, "instance.suspended")
    assert administrator.post(f"{path}/resume", body).json()["state"] == "running"
    problem(administrator.post(f"{path}/resume", body), 409, "instance.not_suspended")

    assert administrator.post(f"{path}/cancel", body).json()["state"] == "cancelled"
    problem(administrator.post(f"{path}/resume", body), 409, "instance.ended")
    assert clerk.read(path)["active"] == []


def test_every_act_names_the_fields_that_are_wrong(callers: Callers, document_id: str) -> None:
    path = f"/instances/{callers['vanthu'].read(f'/documents/{document_id}')['instance_id']}"
    good = {"reason": "A", "from_task_id": document_id, "to_element_id": "x", "data": {"a": 1}}

    for act in ("suspend", "resume", "cancel", "move", "data"):
        needed = {"move": ("reason", "from_task_id", "to_element_id"), "data": ("reason", "data")}.get(act, ("reason",))
        sent = {name: good[name] for name in needed}
        for wrong in ({}, {**sent, "reason": " "}, {**sent, "reason": "x" * 501}, {**sent, "reason": "a\0"}):
            assert "reason" in wrong_fields(callers["quantri"].post(f"{path}/{act}", wrong)), act


def test_a_token_is_moved_and_data_are_changed_or_refused_in_words(callers: Callers, document_id: str) -> None:
    administrator = callers["quantri"]
    path = f"/instances/{callers['vanthu'].read(f'/documents/{document_id}')['instance_id']}"
    task_id = administrator.read(path)["waiting"][0]["task_id"]
    move = {"reason": "A", "from_task_id": task_id, "to_element_id": "nowhere"}

    problem(administrator.post(f"{path}/move", move), 409, "task.move_impossible")
    problem(administrator.post(f"{path}/data", {"reason": "A", "data": {}}), 422, "instance.administration_invalid")
    large = {"reason": "A", "data": {"direct": "x" * 65_536}}
    problem(administrator.post(f"{path}/data", large), 422, "instance.data_too_large")

    assert administrator.post(f"{path}/data", {"reason": "A", "data": {"urgency": 1}}).json()["state"] == "running"
    moved = administrator.post(f"{path}/move", {**move, "to_element_id": "direct"})
    assert moved.json()["waiting"][0]["task_id"] != task_id


def test_an_instance_names_its_caller_and_what_it_called(callers: Callers, office: Office) -> None:
    made = asking(office)
    clerk = callers["vanthu"]
    above = clerk.read(f"/instances/{clerk.read(f'/documents/{made}')['instance_id']}")

    (called,) = above["called"]

    assert (called["element_id"], called["definition_key"], called["state"]) == ("ask", "opinion", "running")
    below = clerk.read(f"/instances/{called['instance_id']}")
    assert below["caller"] == {"instance_id": above["id"], "element_id": "ask", "task_id": called["task_id"]}
    assert (below["beside"], below["called"], above["caller"]) == (True, [], None)
