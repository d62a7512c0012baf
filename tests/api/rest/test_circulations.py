"""Circulated documents by REST."""

from engine.rounds.circulate import send_circulated
from tests.api.rest.callers import Callers, problem
from tests.support.office import Office


def test_a_document_is_sent_read_answered_and_closed(callers: Callers, office: Office) -> None:
    clerk, commune = callers["vanthu"], callers["vanthu.xa1"]
    path = f"/documents/{office.issued()}/circulations"
    body = {"asks": "answer", "note": "Báo cáo tiến độ", "due": "2099-12-31"}

    made = clerk.made(path, body, headers={"Idempotency-Key": "c"})
    assert clerk.made(path, body, headers={"Idempotency-Key": "c"})["id"] == made["id"]
    assert {one["standing"] for one in made["addressees"]} == {"waiting"}
    there = f"/received-circulations/{made['id']}"
    problem(commune.get(there), 404, "circulation.not_found")
    send_circulated(services=office.house.services)

    assert [one["id"] for one in commune.read("/received-circulations")["items"]] == [made["id"]]
    assert commune.read(there)["own"]["standing"] == "sent"
    assert commune.post(there + "/reading").json()["own"]["standing"] == "read"
    problem(commune.post(there + "/answers", {}), 422, "circulation.invalid")
    assert commune.post(there + "/answers", {"text": "Đạt 17/19"}).json()["own"]["standing"] == "answered"
    sent = clerk.read(f"/circulations/{made['id']}")
    assert [one["text"] for one in sent["answers"]] == ["Đạt 17/19"]
    assert clerk.post(f"/circulations/{made['id']}/reminders").json() == {"count": 1}
    problem(clerk.post(f"/circulations/{made['id']}/reminders"), 409, "circulation.reminded_today")
    assert clerk.post(f"/circulations/{made['id']}/closing").json()["closed_at"] is not None
    problem(commune.post(there + "/answers", {"text": "Nữa"}), 409, "circulation.closed")
    assert clerk.read("/circulations")["items"][0]["id"] == made["id"]
