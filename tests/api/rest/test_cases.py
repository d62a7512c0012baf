"""One-stop cases by REST: a procedure is set, a case entered once, apologised for once, and listed without names."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.api.rest.callers import Callers
from tests.support.office import Office
from tests.support.one_stop import CODE, IDENTITY, received, settings

APPLICATION = {
    "procedure": CODE,
    "channel": "online",
    "return_by": "page",
    "name": "Lê Văn Ảnh",
    "identity": IDENTITY,
    "address": "Thôn 3",
    "phone": "0912345678",
    "answers": {"ten_ho": "Hộ kinh doanh Ánh Dương"},
    "papers": [{"code": "TP1", "originals": 1}],
}


def procedure(office: Office) -> dict[str, Any]:
    return settings(office).as_json()


def test_a_case_is_entered_once_and_listed_without_its_applicant(callers: Callers, office: Office) -> None:
    made = callers["quantri"].ask("POST", "/case-procedures", json=procedure(office))
    key = {"Idempotency-Key": "one"}
    first = callers["vanthu"].ask("POST", "/cases", json=APPLICATION, headers=key)
    again = callers["vanthu"].ask("POST", "/cases", json=APPLICATION, headers=key)

    assert (made.status_code, made.json()["version"]) == (201, 1)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["missing"] == ["TP2"]
    listed = callers["vanthu"].ask("GET", "/cases?state=submitted")
    assert len(listed.json()["items"]) == 1
    assert "Ảnh" not in listed.text
    one = callers["vanthu"].ask("GET", f"/cases/{first.json()['id']}")
    assert one.json()["applicant"]["name"] == "Lê Văn Ảnh"


def test_what_is_wrong_is_refused_with_its_field(callers: Callers, office: Office) -> None:
    wrong = {**procedure(office), "fees": [{"name": "Lệ phí", "amount": -1}]}
    refused = callers["quantri"].ask("POST", "/case-procedures", json=wrong)
    callers["quantri"].ask("POST", "/case-procedures", json=procedure(office))
    empty = callers["vanthu"].ask("POST", "/cases", json={**APPLICATION, "answers": {}})
    twice = callers["quantri"].ask("POST", "/case-procedures", json=procedure(office))

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "fees/0/amount"
    assert empty.json()["errors"][0]["field"] == "answers/ten_ho"
    assert (twice.status_code, twice.json()["code"]) == (409, "case_procedure.changed")


def test_an_apology_before_receipt_is_refused(callers: Callers, office: Office) -> None:
    callers["quantri"].ask("POST", "/case-procedures", json=procedure(office))
    case_id = callers["vanthu"].ask("POST", "/cases", json=APPLICATION).json()["id"]

    refused = callers["vanthu"].ask(
        "POST", f"/cases/{case_id}/apology", json={"reason": "Chờ ý kiến", "to": "2027-03-01"}
    )

    assert (refused.status_code, refused.json()["code"]) == (409, "case.not_in_state")
    assert callers["vanthu"].ask("GET", f"/cases/{case_id}/control").headers["Content-Type"] == "application/pdf"


def test_why_a_case_stands_where_it_stands_is_told_to_who_may_read_it(callers: Callers, office: Office) -> None:
    case = received(office)
    path = f"/cases/{case.id}/explanation"
    vietnamese, english = (callers["vanthu"].read(path, headers={"Accept-Language": one}) for one in ("vi", "en"))

    assert case.due is not None
    assert (english["code"], english["state"]) == (case.code, "processing")
    assert datetime.fromisoformat(english["due"]) == case.due
    assert english["said"][0].startswith("It is at step 1 of 2, 'Thẩm định hồ sơ', planned to end: ")
    assert vietnamese["said"][0].startswith("Hồ sơ đang ở bước 1/2, 'Thẩm định hồ sơ'; dự kiến xong: ")
    assert [turn["roles"] for turn in english["turns"]] == [["specialist"]]
    assert len(vietnamese["law"]) == len(english["law"]) == 3


def test_the_service_index_is_counted_and_entered_under_its_etag(callers: Callers, office: Office) -> None:
    case = received(office, result_type=None, signing_half_days=0, half_days=6)
    office.complete(case.document_id, "handle_specialist", "done", "chuyenvien")
    office.complete(case.document_id, "handle_head_of_unit", "done", "truongphong")
    office.complete(case.document_id, "return_result", "returned", "vanthu", way="counter")
    year, clerk, entering = case.submitted_at.year, callers["vanthu"], callers["chanhvanphong"]
    path = f"/service-index/{year}"
    seen = entering.get(path)
    points = entering.ask(
        "PUT", path + "/items/published", json={"points": "17.5"}, headers={"If-Match": seen.headers["ETag"]}
    )
    stale = entering.ask(
        "PUT", path + "/items/published", json={"points": "1"}, headers={"If-Match": seen.headers["ETag"]}
    )
    above = entering.ask("PUT", path + "/items/published", json={"points": "18.01"})

    assert [group["of"] for group in seen.json()["groups"]] == ["18", "20", "22", "22", "18"]
    on_time = next(item for item in seen.json()["items"] if item["code"] == "on_time")
    assert (on_time["part"], on_time["whole"], on_time["points"], on_time["counted"]) == (1, 1, "20.00", True)
    assert Decimal(points.json()["total"]) - Decimal(seen.json()["total"]) == Decimal("17.5")
    assert (stale.status_code, above.status_code) == (412, 422)
    assert clerk.read(path) == points.json()
