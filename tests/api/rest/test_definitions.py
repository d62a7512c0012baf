"""Deploying procedure models."""

from collections.abc import Mapping
from typing import Any

import pytest
from httpx2 import Response

from api.demo import shipped_model
from api.wiring import House
from tests.api.rest.callers import Caller, Callers, counted, problem, wrong_fields

SCRIPT = b'<scriptTask id="reckon" name="Reckon"><script>import os</script></scriptTask>'


def deploy(caller: Caller, files: Mapping[str, bytes]) -> Response:
    return caller.post("/definitions", files=[("files", (name, content)) for name, content in files.items()])


def changed(old: bytes, new: bytes) -> dict[str, bytes]:
    """Return the shipped model of incoming documents with one thing in its BPMN changed."""
    files = shipped_model("incoming_document")
    drawing = files["incoming_document.bpmn"]
    assert old in drawing
    return {**files, "incoming_document.bpmn": drawing.replace(old, new, 1)}


def findings(answer: Response) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = problem(answer, 422, "definition.invalid")["findings"]
    assert all(finding["message"] for finding in found)
    return found


def test_a_changed_model_is_the_next_version(callers: Callers) -> None:
    administrator = callers["quantri"]

    answer = deploy(administrator, changed("Xử lý văn bản đến".encode(), "Giải quyết văn bản đến".encode()))

    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["key"], made["version"], made["findings"]) == ("incoming_document", 2, [])
    assert made["id"] in [listed["id"] for listed in administrator.read("/definitions")["items"]]


def test_the_same_bundle_again_makes_no_version(callers: Callers, house: House) -> None:
    administrator, before = callers["quantri"], counted(house)

    answer = deploy(administrator, shipped_model("incoming_document"))

    assert (answer.status_code, answer.json()["version"]) == (201, 1)
    assert counted(house) == before


def test_new_instances_run_by_an_older_version_again(callers: Callers) -> None:
    administrator = callers["quantri"]
    first = next(one for one in administrator.read("/definitions")["items"] if one["key"] == "incoming_document")
    second = deploy(administrator, changed("Xử lý văn bản đến".encode(), "Giải quyết".encode())).json()
    assert second["active"]

    answer = administrator.post(f"/definitions/{first['id']}/activate")

    assert (answer.status_code, answer.json()["active"]) == (200, True), answer.text
    states = {one["id"]: one["active"] for one in administrator.read("/definitions")["items"]}
    assert (states[first["id"]], states[second["id"]]) == (True, False)


def test_a_scenario_that_fails_is_a_finding_and_leaves_the_database_alone(callers: Callers, house: House) -> None:
    administrator, before = callers["quantri"], counted(house)
    files = shipped_model("incoming_document")
    wrong = files["scenarios.yaml"].replace(b"{element: direct, by: head,", b"{element: direct, by: clerk,", 1)

    (found,) = findings(deploy(administrator, {**files, "scenarios.yaml": wrong}))

    assert (found["file"], found["code"], found["element_id"]) == ("scenarios.yaml", "scenario.failed", "direct")
    assert found["line"] == 5
    assert "2/5: expected the task to be for 'clerk', got: chief_of_office" in found["message"]
    assert counted(house) == before


def test_a_model_of_fifty_megabytes_is_refused_in_a_sentence(callers: Callers) -> None:
    (found,) = findings(deploy(callers["quantri"], {"large.bpmn": b"<" * 50_000_000}))

    assert (found["file"], found["code"]) == ("", "bundle.too_large")


def test_a_model_with_a_script_task_is_refused_with_its_line(callers: Callers, house: House) -> None:
    administrator, before = callers["quantri"], counted(house)
    files = changed(b"<userTask ", SCRIPT + b"<userTask ")

    found = next(finding for finding in findings(deploy(administrator, files)) if finding["element_id"] == "reckon")

    assert "script" in found["code"] or "script" in found["message"].lower()
    line = files["incoming_document.bpmn"].split(b"\n")[found["line"] - 1]
    assert b"scriptTask" in line
    assert counted(house) == before


def test_an_operation_nobody_knows_is_refused(callers: Callers, house: House) -> None:
    administrator, before = callers["quantri"], counted(house)
    files = changed(b'vanthu:operation="close_document"', b'vanthu:operation="burn_document"')

    assert any("burn_document" in finding["message"] for finding in findings(deploy(administrator, files)))
    assert counted(house) == before


def test_a_lane_nobody_holds_is_refused(callers: Callers, house: House) -> None:
    commune, before = callers["quantri"], counted(house)
    files = changed(b'vanthu:roles="', b'vanthu:roles="astrologer ')

    assert any("astrologer" in finding["message"] for finding in findings(deploy(commune, files)))
    assert counted(house) == before


def test_all_mistakes_of_a_model_are_named_at_once(callers: Callers) -> None:
    files = changed(b'vanthu:operation="close_document"', b'vanthu:operation="burn_document"')
    files["note.json"] = b'{"type": "array"}'

    found = findings(deploy(callers["quantri"], files))

    assert {finding["file"] for finding in found} >= {"incoming_document.bpmn", "note.json"}


@pytest.mark.parametrize(
    "files",
    [
        {"a.bpmn": b"<not xml"},
        {"a.bpmn": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><definitions>&e;</definitions>'},
        {"form.json": b"{}"},
        {"a.exe": b"MZ"},
        {"": b"x"},
    ],
    ids=["not XML", "an entity", "no BPMN", "another kind of file", "no name"],
)
def test_what_is_no_bundle_is_refused(callers: Callers, house: House, files: Mapping[str, bytes]) -> None:
    administrator, before = callers["quantri"], counted(house)

    answer = deploy(administrator, files)

    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] in ("definition.invalid", "request.invalid")
    assert b"root:" not in answer.content
    assert counted(house) == before


def test_two_files_of_one_name_are_a_wrong_field(callers: Callers) -> None:
    twice = [("files", ("a.bpmn", b"x")), ("files", ("a.bpmn", b"y"))]

    assert wrong_fields(callers["quantri"].post("/definitions", files=twice)) == {"files/a.bpmn": "twice"}
    assert wrong_fields(callers["quantri"].post("/definitions")) == {"files": "required"}


@pytest.mark.parametrize("username", ["vanthu", "chutich", "kiemtra"])
def test_only_an_administrator_deploys(callers: Callers, house: House, username: str) -> None:
    caller, before = callers[username], counted(house)

    problem(deploy(caller, changed(b"?>", b"?><!-- new -->")), 403, "access.not_allowed")
    assert counted(house) == before
