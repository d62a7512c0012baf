"""Stuck work, and trying it again."""

import pytest

from api.wiring import House
from engine.actions.report_failure import Failure, report_failure
from tests.api.rest.callers import Callers, counted, problem, wrong_fields
from tests.support.house import RunJobs
from tests.support.office import Office


@pytest.fixture
def incident_id(office: Office) -> str:
    """The check of a document's signatures was given up."""
    services = office.house.services
    instance_id = office.register().instance_id
    with services.begin() as work:
        entered = work.instances.history(instance_id)
        task = next(activity for activity in entered if activity.element_id == "check_signatures")
        failure = Failure(
            operation="check_signatures",
            element_id=task.element_id,
            task_id=task.task_id,
            code="store.away",
            message="The store of files does not answer.",
        )
        return str(report_failure(failure, instance_id, at=services.clock(), work=work).id)


def test_an_incident_says_what_is_stuck_and_why(callers: Callers, incident_id: str) -> None:
    incidents = callers["vanthu"].read("/incidents")["items"]

    assert [(each["id"], each["element_id"], each["code"], each["count"], each["state"]) for each in incidents] == [
        (incident_id, "check_signatures", "store.away", 1, "open")
    ]
    assert incidents[0]["message"]


def test_a_document_says_what_it_is_stuck_at(callers: Callers, incident_id: str) -> None:
    document_id = callers["vanthu"].read("/incidents")["items"][0]["document_id"]

    said = callers["vanthu"].read(f"/documents/{document_id}", headers={"Accept-Language": "en"})["waits_for"]

    assert any("check_signatures" in sentence and "does not answer" in sentence for sentence in said)


def test_a_retried_incident_is_over_once_the_step_succeeds(
    callers: Callers, incident_id: str, run_jobs: RunJobs
) -> None:
    answer = callers["quantri"].post(f"/incidents/{incident_id}/retry")
    assert (answer.status_code, answer.json()["state"]) == (202, "retrying")
    run_jobs()

    assert callers["quantri"].read("/incidents")["items"] == []
    assert [each["state"] for each in callers["quantri"].read("/incidents?resolved=true")["items"]] == ["resolved"]


def test_an_incident_is_not_retried_twice(callers: Callers, incident_id: str, house: House) -> None:
    callers["quantri"].post(f"/incidents/{incident_id}/retry")
    before = counted(house)

    problem(callers["quantri"].post(f"/incidents/{incident_id}/retry"), 409, "incident.not_open")
    assert counted(house) == before


def test_who_only_reads_retries_nothing(callers: Callers, incident_id: str, house: House) -> None:
    auditor, before = callers["kiemtra"], counted(house)

    assert [each["id"] for each in auditor.read("/incidents")["items"]] == [incident_id]
    problem(auditor.post(f"/incidents/{incident_id}/retry"), 403, "access.not_allowed")
    assert counted(house) == before


def test_incidents_are_not_for_everybody_and_those_of_others_not_there(callers: Callers, incident_id: str) -> None:
    problem(callers["chuyenvien"].get("/incidents"), 403, "access.not_allowed")
    assert callers["vanthu.xa1"].read("/incidents")["items"] == []
    problem(callers["vanthu.xa1"].post(f"/incidents/{incident_id}/retry"), 404, "incident.not_found")
    problem(callers["vanthu"].post("/incidents/none/retry"), 404, "incident.not_found")


def test_a_stuck_step_is_tried_with_other_parameters(callers: Callers, incident_id: str, run_jobs: RunJobs) -> None:
    path, given = f"/incidents/{incident_id}/retry", {"at": "2026-11-20T08:00:00+07:00"}
    assert callers["quantri"].read("/incidents")["items"][0]["takes"] == ["at", "document_id"]
    unknown = callers["quantri"].post(path, {"parameters": {"level": 2}})
    assert wrong_fields(unknown, "operation.parameters_unfit") == {"parameters/level": "unknown"}
    problem(callers["quantri"].post(path, {"parameters": {"a": "x" * 65_536}}), 422, "incident.invalid")

    assert callers["quantri"].post(path, {"parameters": given}).json()["parameters"] == given
    run_jobs()

    assert callers["quantri"].read("/incidents")["items"] == []


def test_a_stuck_step_is_skipped_by_two_people(callers: Callers, incident_id: str) -> None:
    path, clerk = f"/incidents/{incident_id}/skip", callers["vanthu"]
    problem(clerk.post(path, {}), 422, "incident.invalid")
    problem(clerk.post(path, {"confirm": True}), 409, "incident.skip_not_proposed")

    proposed = clerk.post(path, {"reason": "Đã kiểm tra bằng tay"}).json()
    assert (proposed["skip"]["by"]["name"], proposed["state"]) == (clerk.read("/me")["person"]["name"], "open")
    problem(clerk.post(path, {"confirm": True}), 403, "incident.skip_needs_second_person")

    over = callers["quantri"].post(path, {"confirm": True}).json()
    assert over["state"] == "resolved"
    assert clerk.read("/incidents")["items"] == []
    lines = clerk.read(f"/documents/{over['document_id']}/history")["items"]
    assert [line["element_id"] for line in lines if line["removed"] == "skipped"] == [over["element_id"]]


def test_an_incident_says_what_helps(callers: Callers, incident_id: str) -> None:
    (said,) = callers["vanthu"].read("/incidents", headers={"Accept-Language": "en"})["items"]

    assert said["advice"].startswith("It is tried again by itself.")
