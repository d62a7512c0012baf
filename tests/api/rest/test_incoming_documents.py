"""Registering an incoming document."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.wiring import House
from tests.api.rest.callers import Caller, Callers, counted, problem, wrong_fields
from tests.api.rest.samples import tampered
from tests.support.house import RunJobs
from tests.support.office import Office, a_pdf

KEY = {"Idempotency-Key": "5f2c"}


def a_registration(caller: Caller, **changes: Any) -> dict[str, Any]:
    request = {
        "code_number": "12",
        "code_notation": "SNN-VP",
        "issued_date": "2026-11-19",
        "organ_name": "Sở Nông nghiệp và Môi trường",
        "type": "CV",
        "subject": "Về việc rà soát tiêu chí nông thôn mới",
        "urgency": 1,
        **changes,
    }
    return {"file_id": caller.uploaded(a_pdf()), **request}


def test_a_registered_document_has_the_next_number_and_a_procedure(callers: Callers) -> None:
    clerk = callers["vanthu"]

    made = clerk.made("/incoming-documents", a_registration(clerk))

    assert (made["arrival_number"], made["warnings"]) == (1, [])
    document = clerk.read(f"/documents/{made['id']}")
    assert document["state"] == "registered"
    assert document["instance_id"] == made["instance_id"]
    assert document["arrival_number"] == 1
    assert document["arrival_date"] == made["arrival_date"]


def test_what_looks_like_a_duplicate_is_a_warning_with_the_other_document(callers: Callers) -> None:
    clerk = callers["vanthu"]
    first = clerk.made("/incoming-documents", a_registration(clerk))
    second = clerk.made("/incoming-documents", a_registration(clerk))

    assert second["arrival_number"] == 2
    assert [(warning["code"], warning["document_id"]) for warning in second["warnings"]] == [
        ("document.duplicate", first["id"])
    ]


def test_the_same_request_sent_again_with_its_key_makes_nothing_new(callers: Callers, house: House) -> None:
    clerk = callers["vanthu"]
    request = a_registration(clerk)
    first = clerk.made("/incoming-documents", request, headers=KEY)
    before = counted(house)

    again = clerk.made("/incoming-documents", dict(reversed(request.items())), headers=KEY)

    assert (again["id"], again["arrival_number"]) == (first["id"], 1)
    assert counted(house) == before


def test_a_key_used_for_another_request_is_refused(callers: Callers, house: House) -> None:
    clerk = callers["vanthu"]
    clerk.made("/incoming-documents", a_registration(clerk), headers=KEY)
    before = counted(house)

    answer = clerk.post("/incoming-documents", a_registration(clerk, subject="Khác"), headers=KEY)

    problem(answer, 409, "request.idempotency_key_reused")
    assert counted(house) == {**before, "audit_events": before["audit_events"] + 1}  # the upload alone


def test_the_same_request_sent_twice_at_once_makes_one_document(callers: Callers) -> None:
    clerk = callers["vanthu"]
    request = a_registration(clerk)

    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(clerk.post, "/incoming-documents", request, headers=KEY) for _ in range(4)]
    answers = [done.result() for done in sent]

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert len(clerk.read("/documents")["items"]) == 1


def test_every_wrong_field_is_named_at_once_and_no_number_is_used(callers: Callers, house: House) -> None:
    clerk, before = callers["vanthu"], counted(house)

    answer = clerk.post(
        "/incoming-documents",
        {
            "file_id": "not a digest",
            "code_number": "x" * 12,
            "code_notation": " ",
            "issued_date": "2026-02-30",
            "type": "ABC",
            "subject": 5,
            "urgency": "2",
            "due_date": "20261231",
            "number": 1,
        },
    )

    assert wrong_fields(answer) == {
        "file_id": "malformed",
        "code_number": "too_long",
        "code_notation": "required",
        "issued_date": "date",
        "organ_name": "required",
        "type": "unknown",
        "subject": "type",
        "urgency": "type",
        "due_date": "date",
        "number": "unknown",
    }
    assert counted(house) == before


def test_a_date_that_does_not_exist_is_a_wrong_field(callers: Callers) -> None:
    clerk = callers["vanthu"]
    request = a_registration(clerk)

    for day in ("2026-02-30", "2026-13-01", "2025-02-29", "28/02/2026", "2026-2-8", 20260228, True, None):
        answer = clerk.post("/incoming-documents", {**request, "issued_date": day})
        assert wrong_fields(answer) == {"issued_date": "date"}, day


def test_what_is_wrong_is_said_in_the_language_of_the_caller(callers: Callers) -> None:
    clerk = callers["vanthu"]
    request = {**a_registration(clerk), "issued_date": "2026-02-30"}

    english = clerk.post("/incoming-documents", request, headers={"Accept-Language": "en"})
    vietnamese = clerk.post("/incoming-documents", request)

    assert english.json()["errors"][0]["message"].startswith("This is not a date of the calendar")
    assert vietnamese.json()["errors"][0]["message"].startswith("Ngày này không có trong lịch")


def test_what_only_the_office_knows_is_wrong_is_named_at_once_too(callers: Callers, house: House) -> None:
    clerk = callers["vanthu"]
    request = a_registration(clerk, code_notation="SNN VP", issued_date="2999-01-01", due_date="2020-01-01")
    request["attachments"] = [{"file_id": "0" * 64, "name": "Phụ lục"}]
    before = counted(house)

    answer = clerk.post("/incoming-documents", request)

    assert wrong_fields(answer, "document.invalid") == {
        "code_notation": "has_spaces",
        "issued_date": "in_future",
        "due_date": "in_past",
        "attachments/0/file_id": "not_found",
    }
    assert counted(house) == before


def test_a_file_somebody_else_uploaded_is_not_there(callers: Callers) -> None:
    foreign = callers["vanthu.xa1"].uploaded(a_pdf(pages=7))

    answer = callers["vanthu"].post("/incoming-documents", {**a_registration(callers["vanthu"]), "file_id": foreign})

    assert wrong_fields(answer, "document.invalid") == {"file_id": "not_found"}


def test_what_is_no_json_object_is_refused(callers: Callers) -> None:
    clerk, headers = callers["vanthu"], {"Content-Type": "application/json"}

    for body in ("", "{", '"text"', "[]", "null", '{"subject": "\\ud800"}', "[" * 100_000, "\xff"):
        answer = clerk.post("/incoming-documents", content=body.encode("latin-1"), headers=headers)
        assert answer.status_code in (400, 422), body[:20]
        problem(answer, answer.status_code, answer.json()["code"])


@pytest.mark.parametrize("username", ["chuyenvien", "chutich", "quantri", "kiemtra"])
def test_only_a_clerk_registers(callers: Callers, house: House, username: str) -> None:
    request = a_registration(callers["vanthu"])
    caller, before = callers[username], counted(house)

    problem(caller.post("/incoming-documents", request), 403, "access.not_allowed")
    assert counted(house) == before


def test_a_signed_pdf_already_broken_is_taken_in_as_it_is_and_its_report_says_so(
    callers: Callers, office: Office, run_jobs: RunJobs
) -> None:
    clerk = callers["vanthu"]
    signed = clerk.get(f"/documents/{office.issued()}/content").content
    broken = tampered(signed)

    made = clerk.made("/incoming-documents", {**a_registration(clerk), "file_id": clerk.uploaded(broken)})
    run_jobs()

    report = clerk.read(f"/documents/{made['id']}/signatures")
    assert report["verdict"] == "invalid"
    assert {found["code"] for found in report["problems"] if found["fatal"]}
    assert clerk.read(f"/documents/{made['id']}")["signature"]["verdict"] == "invalid"
    assert clerk.get(f"/documents/{made['id']}/content").content == broken
