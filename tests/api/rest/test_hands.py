"""Work through people's hands: handed over, refused, saved halfway, taken back."""

from typing import Any

import pytest

from tests.api.rest.callers import Caller, Callers, problem, wrong_fields
from tests.support.house import Crowd, RunJobs
from tests.support.office import Office


@pytest.fixture
def registered(office: Office, run_jobs: RunJobs) -> str:
    """A registered document, waiting for direction."""
    document_id = str(office.register().document.id)
    run_jobs()
    return document_id


def movements(caller: Caller, document_id: str, element: str) -> list[str]:
    lines = caller.read(f"/documents/{document_id}/history")["items"]
    return [line["movement"] for line in lines if line["element_id"] == element]


def test_what_is_handed_over_may_be_refused_and_both_stand_in_the_history(
    callers: Callers, registered: str, people: Crowd
) -> None:
    head, deputy = callers["chutich"], callers["phochutich"]
    path = f"/work-items/{head.item(registered, 'direct')['id']}"
    handed = {"to": str(people["phochutich"].id), "note": "Đã trao đổi với Sở."}

    given = head.post(f"{path}/handover", handed)

    assert given.status_code == 200, given.text
    assert (given.json()["handed_by"]["name"], given.json()["handed_note"]) == ("Nguyễn Văn Đức", handed["note"])
    problem(head.post(f"{path}/handover/refusal", {"reason": "A"}), 403, "work_item.not_yours")
    assert wrong_fields(deputy.post(f"{path}/handover/refusal", {"reason": ""}), "request.invalid") == {
        "reason": "required"
    }
    back = deputy.post(f"{path}/handover/refusal", {"reason": "Đang đi công tác"})
    assert (back.status_code, back.json()["assignee"]["name"], back.json()["handed_by"]) == (
        200,
        "Nguyễn Văn Đức",
        None,
    )
    assert movements(head, registered, "direct") == ["entered", "handed_over", "handover_refused"]
    told = head.read(f"/documents/{registered}/history")["items"][-1]
    assert (told["to"]["name"], told["comment"]) == ("Nguyễn Văn Đức", "Đang đi công tác")


def test_a_completed_item_is_taken_back_until_the_next_is_read(callers: Callers, registered: str) -> None:
    head, chief = callers["chutich"], callers["truongphong"]
    lead = chief.read("/me")["units"][0]["id"]
    done = head.complete(registered, "direct", "assign", lead_unit=lead, note="Gấp")
    path = f"/work-items/{done['id']}"
    assert head.read(path)["may_recall"] is True

    back = head.post(f"{path}/recall", headers={"If-Match": f'"{done["rev"]}"'})

    assert (back.status_code, back.json()["state"], back.json()["may_recall"]) == (200, "open", False)
    assert head.read(f"{path}/draft")["data"] == {"lead_unit": lead, "note": "Gấp"}
    assert head.read(f"/documents/{registered}")["state"] == "registered"
    problem(head.post(f"{path}/recall"), 409, "work_item.recall_refused")
    head.complete(registered, "direct", "assign", lead_unit=lead, note="Rất gấp")
    following = chief.item(registered, "assign")
    assert chief.read(f"/work-items/{following['id']}")["seen_at"]
    problem(head.post(f"{path}/recall"), 409, "work_item.recall_refused")
    assert "đã mở việc này" in head.read(path)["recall_hindrance"]
    lines = head.read(f"/documents/{registered}/history")["items"]
    notes = [line["data"]["note"] for line in lines if line["element_id"] == "direct" and line["movement"] == "left"]
    assert notes == ["Gấp", "Rất gấp"]
    instance = head.read(f"/instances/{done['instance_id']}")
    assert [step["element_id"] for step in instance["active"]] == ["assign"]


def test_a_form_is_saved_halfway_by_its_person_alone(callers: Callers, registered: str) -> None:
    head, deputy = callers["chutich"], callers["phochutich"]
    path = f"/work-items/{head.item(registered, 'direct')['id']}/draft"
    kept: dict[str, Any] = {"outcome": "assign", "data": {"due_date": "31/02/2026"}, "comment": "Chờ"}

    saved = head.ask("PUT", path, json=kept)

    assert saved.status_code == 200, saved.text
    assert {**kept, "saved_at": saved.json()["saved_at"]} == head.read(path)
    problem(deputy.get(path), 404, "form_draft.not_found")
    large = {"outcome": "assign", "data": {"note": "ế" * 30_000}}
    assert wrong_fields(head.ask("PUT", path, json=large), "form_draft.invalid") == {"data": "too_long"}
    assert head.ask("DELETE", path).status_code == 204
    problem(head.ask("DELETE", path), 404, "form_draft.not_found")


def test_comments_and_watchers(callers: Callers, registered: str) -> None:
    head, path = callers["chutich"], f"/documents/{registered}"
    body = {"text": "@chuyenvien.ocop <i>xem</i>", "work_item_id": head.item(registered, "direct")["id"]}
    once = {"Idempotency-Key": "comment-1"}

    said = [head.post(f"{path}/comments", body, headers=once) for _ in range(2)]

    assert [answer.status_code for answer in said] == [201, 201]
    kept = callers["chuyenvien.ocop"].read(f"{path}/comments")["items"]
    assert kept == [said[0].json()] == [said[1].json()]
    assert [person["name"] for person in kept[0]["mentions"]]
    assert wrong_fields(head.post(f"{path}/comments", {"text": "@khongco"}), "comment.invalid") == {
        "text": "unknown_person"
    }
    assert [head.ask("PUT", f"{path}/watch").status_code for _ in range(2)] == [204, 204]
    assert [person["name"] for person in head.read(f"{path}/watchers")["items"]] == ["Nguyễn Văn Đức"]
    assert head.ask("DELETE", f"{path}/watch").status_code == 204
    assert head.read(f"{path}/watchers")["items"] == []
