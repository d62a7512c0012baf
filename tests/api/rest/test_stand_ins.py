"""Stand-ins over REST: recorded, seen by those they concern, acted by, revoked."""

from datetime import timedelta
from typing import Any

import pytest

from engine.deadlines import office_date
from tests.api.rest.callers import Callers, problem, wrong_fields
from tests.support.house import Crowd
from tests.support.office import Office


@pytest.fixture
def stand_in(office: Office, people: Crowd) -> dict[str, Any]:
    """A request to let the deputy do the work of the absent chairman for two days."""
    today = office_date(office.house.services.clock())
    return {
        "principal": str(people["chutich"].id),
        "substitute": str(people["phochutich"].id),
        "kind": "absence",
        "first_day": str(today),
        "last_day": str(today + timedelta(days=1)),
        "document_types": ["QĐ"],
        "basis": "Quyết định phân công công tác",
        "basis_number": "12/QĐ-UBND",
        "basis_issued_on": str(today),
    }


def test_from_the_record_over_the_inbox_to_the_history_and_the_revocation(
    callers: Callers, office: Office, stand_in: dict[str, Any]
) -> None:
    document_id = str(office.reviewed())
    made = callers["chanhvanphong"].made("/stand-ins", stand_in)
    deputy = callers["phochutich"]

    assert (made["state"], made["document_types"], made["principal"]["name"]) == ("in_force", ["QĐ"], "Nguyễn Văn Đức")
    inbox = deputy.read("/work-items?mine=true")["items"]
    assert [item["document_id"] for item in inbox] == [document_id]
    item = deputy.item(document_id, "sign")
    assert item["may_act"]
    assert item["why"].startswith("Anh/chị làm việc này thay Nguyễn Văn Đức theo Quyết định phân công công tác")
    assert "trước khi ký cần lập lại trang ký cho anh/chị" in item["why"]
    waits = deputy.read(f"/documents/{document_id}")["waits_for"]
    assert "Hiện Trần Thị Hạnh được làm thay Nguyễn Văn Đức." in waits
    problem(deputy.post(f"/work-items/{item['id']}/signature", {}), 409, "signing.printed_for_another")
    assert deputy.post(f"/work-items/{item['id']}/signer").status_code == 200
    deputy.complete(document_id, "sign", "return", reason="Sai thẩm quyền")
    line = deputy.read(f"/documents/{document_id}/history")["items"][-1]
    done = [one for one in deputy.read(f"/documents/{document_id}/history")["items"] if one["on_behalf_of"]]
    assert [(one["actor"]["name"], one["on_behalf_of"]["name"], one["basis"]) for one in done] == [
        ("Trần Thị Hạnh", "Nguyễn Văn Đức", "Quyết định phân công công tác")
    ], line

    ended = callers["chutich"].ask("DELETE", f"/stand-ins/{made['id']}").json()
    assert ended["state"] == "revoked"
    problem(callers["chutich"].ask("DELETE", f"/stand-ins/{made['id']}"), 409, "stand_in.ended")
    assert deputy.read("/work-items?mine=true")["items"] == []


def test_a_repeated_post_records_once_and_everybody_sees_what_concerns_them(
    callers: Callers, stand_in: dict[str, Any]
) -> None:
    chief, key = callers["chanhvanphong"], {"Idempotency-Key": "k"}

    first = chief.post("/stand-ins", stand_in, headers=key)
    again = chief.post("/stand-ins", stand_in, headers=key)

    assert first.json() == again.json()
    assert first.headers["Location"] == f"/api/v1/stand-ins/{first.json()['id']}"
    for reader in ("kiemtra", "quantri", "phochutich", "chutich"):
        assert len(callers[reader].read("/stand-ins")["items"]) == 1
    assert callers["chuyenvien"].read("/stand-ins")["items"] == []


def test_wrong_fields_are_named_as_they_were_sent(callers: Callers, stand_in: dict[str, Any]) -> None:
    chief = callers["chanhvanphong"]
    malformed = {**stand_in, "last_day": "2026-02-30", "kind": "friend", "document_types": ["XX"], "basis": " "}
    wrong = {**stand_in, "substitute": stand_in["principal"], "kind": "by_order", "basis_number": None}

    assert wrong_fields(chief.post("/stand-ins", malformed)).keys() >= {"last_day", "kind", "basis"}
    found = wrong_fields(chief.post("/stand-ins", wrong), "stand_in.invalid")
    assert found == {"substitute": "self", "basis_number": "required"}


def test_what_is_no_id_is_not_there(callers: Callers) -> None:
    for path in ("x", "01a203dd-c979-75e1-9d26-000000000000"):
        problem(callers["quantri"].get(f"/stand-ins/{path}"), 404, "stand_in.not_found")
