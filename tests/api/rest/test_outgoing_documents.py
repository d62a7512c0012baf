"""Drafting an outgoing document, and revising the draft."""

from typing import Any

import pytest

from api.wiring import House
from tests.api.rest.callers import Caller, Callers, counted, problem, wrong_fields
from tests.support.house import Crowd
from tests.support.office import Office, a_pdf

TEXT = "Điều 1. Công nhận xã Hoằng Thử đạt chuẩn.\r\nĐiều 2. Quyết định có hiệu lực từ ngày ký."


@pytest.fixture
def a_draft(people: Crowd) -> dict[str, Any]:
    return {
        "type": "QĐ",
        "subject": "Về việc công nhận xã đạt chuẩn nông thôn mới",
        "signer": str(people["chutich"].id),
        "body": TEXT,
    }


def uploaded_instead(draft: dict[str, Any], caller: Caller, content: bytes) -> dict[str, Any]:
    return {name: value for name, value in draft.items() if name != "body"} | {"file_id": caller.uploaded(content)}


def test_a_draft_made_from_text_is_a_pdf_with_its_procedure(callers: Callers, a_draft: dict[str, Any]) -> None:
    specialist = callers["chuyenvien"]

    made = specialist.made("/outgoing-documents", a_draft)

    document = specialist.read(f"/documents/{made['id']}")
    assert (document["state"], document["number"], document["instance_id"]) == ("draft", None, made["instance_id"])
    assert document["signer"]["name"] == "Nguyễn Văn Đức"
    assert specialist.get(f"/documents/{made['id']}/content").content.startswith(b"%PDF-")


def test_a_draft_from_an_uploaded_pdf_keeps_the_file_as_it_came(callers: Callers, a_draft: dict[str, Any]) -> None:
    specialist, content = callers["chuyenvien"], a_pdf(pages=2)

    made = specialist.made("/outgoing-documents", uploaded_instead(a_draft, specialist, content))

    assert [version["kind"] for version in specialist.read(f"/documents/{made['id']}/versions")["items"]] == [
        "original",
        "prepared",
    ]
    assert specialist.get(f"/documents/{made['id']}/content?version=1").content == content


def test_the_places_on_an_uploaded_pdf_can_be_moved(callers: Callers, a_draft: dict[str, Any], house: House) -> None:
    specialist = callers["chuyenvien"]
    draft = uploaded_instead(a_draft, specialist, a_pdf())
    outside = {"seal": {"left": 200, "top": 10, "width": 36, "height": 36}}
    before = counted(house)

    problem(specialist.post("/outgoing-documents", {**draft, "layout": outside}), 422, "pdf.layout_outside")
    assert counted(house) == before

    moved = {"seal": {"left": 20, "top": 200, "width": 36, "height": 36}, "sign_page": 0}
    assert specialist.made("/outgoing-documents", {**draft, "layout": moved})["id"]


def test_the_same_draft_sent_again_with_its_key_is_made_once(
    callers: Callers, a_draft: dict[str, Any], house: House
) -> None:
    specialist, key = callers["chuyenvien"], {"Idempotency-Key": "once"}
    first = specialist.made("/outgoing-documents", a_draft, headers=key)
    before = counted(house)

    assert specialist.made("/outgoing-documents", a_draft, headers=key) == first
    assert counted(house) == before


def test_every_wrong_field_is_named_at_once(callers: Callers, a_draft: dict[str, Any], house: House) -> None:
    specialist, before = callers["chuyenvien"], counted(house)
    wrong = {"signer": "chutich", "recipients": ["xa1"], "urgency": 4, "replies_to": "none", "layout": {"stamp": 1}}

    answer = specialist.post("/outgoing-documents", {**a_draft, **wrong, "subject": " "})

    assert wrong_fields(answer) == {
        "signer": "id",
        "recipients/0": "id",
        "urgency": "too_large",
        "replies_to": "type",
        "layout/stamp": "unknown",
        "subject": "required",
    }
    assert counted(house) == before


def test_what_only_the_office_knows_is_wrong_is_named_at_once(
    callers: Callers, a_draft: dict[str, Any], people: Crowd, house: House
) -> None:
    specialist, before = callers["chuyenvien"], counted(house)
    nobody = str(people["vanthu"].id)
    own = str(people["vanthu"].agency_id)
    wrong = {"signer": nobody, "recipients": [nobody, own], "replies_to": [nobody], "unit_id": nobody, "body": None}

    answer = specialist.post("/outgoing-documents", {**a_draft, **wrong})

    assert set(wrong_fields(answer, "document.invalid")) == {
        "signer",
        "recipients/0",
        "recipients/1",
        "replies_to/0",
        "unit_id",
        "body",
    }
    assert counted(house) == before


def test_who_drafts_cannot_name_themselves_as_signer(
    callers: Callers, a_draft: dict[str, Any], people: Crowd, house: House
) -> None:
    chief, before = callers["chanhvanphong"], counted(house)

    answer = chief.post("/outgoing-documents", {**a_draft, "signer": str(people["chanhvanphong"].id)})

    problem(answer, 409, "document.drafter_may_not_sign")
    assert counted(house) == before


def test_a_signed_pdf_is_refused_as_a_draft(
    callers: Callers, a_draft: dict[str, Any], office: Office, house: House
) -> None:
    clerk = callers["vanthu"]
    signed = clerk.get(f"/documents/{office.issued()}/content").content
    draft = uploaded_instead(a_draft, clerk, signed)
    before = counted(house)

    assert wrong_fields(clerk.post("/outgoing-documents", draft), "pdf.already_signed") == {
        "file": "pdf.already_signed"
    }
    assert counted(house) == before


@pytest.mark.parametrize("username", ["quantri", "kiemtra"])
def test_who_only_reads_or_runs_the_machine_does_not_draft(
    callers: Callers, a_draft: dict[str, Any], house: House, username: str
) -> None:
    caller, before = callers[username], counted(house)

    problem(caller.post("/outgoing-documents", a_draft), 403, "access.not_allowed")
    assert counted(house) == before


def test_a_draft_is_revised_while_it_is_with_its_drafter(callers: Callers, a_draft: dict[str, Any]) -> None:
    specialist = callers["chuyenvien"]
    made = specialist.made("/outgoing-documents", a_draft)
    item = specialist.item(made["id"], "draft")

    revised = specialist.post(f"/work-items/{item['id']}/revision", {"subject": "Về việc khác"})

    assert (revised.status_code, revised.json()["version"]) == (200, 2)
    assert specialist.read(f"/documents/{made['id']}")["subject"] == "Về việc khác"


def test_recipients_and_urgency_of_a_draft_are_replaced(
    callers: Callers, a_draft: dict[str, Any], people: Crowd
) -> None:
    specialist = callers["chuyenvien"]
    made = specialist.made("/outgoing-documents", a_draft)
    item, commune = specialist.item(made["id"], "draft"), str(people["vanthu.xa2"].agency_id)

    specialist.post(f"/work-items/{item['id']}/revision", {"recipients": [commune], "urgency": 1})

    document = specialist.read(f"/documents/{made['id']}")
    assert ([agency["id"] for agency in document["recipients"]], document["urgency"]) == ([commune], 1)


def test_submitting_may_bring_the_new_text_with_it(callers: Callers, a_draft: dict[str, Any]) -> None:
    specialist = callers["chuyenvien"]
    made = specialist.made("/outgoing-documents", a_draft)

    specialist.complete(made["id"], "draft", "submit", body="Điều 1. Khác.")

    document = specialist.read(f"/documents/{made['id']}")
    assert (document["state"], document["version"], document["body"]) == ("in_review", 2, "Điều 1. Khác.")


def test_what_was_submitted_is_revised_no_more(callers: Callers, a_draft: dict[str, Any], house: House) -> None:
    specialist = callers["chuyenvien"]
    made = specialist.made("/outgoing-documents", a_draft)
    item = specialist.item(made["id"], "draft")
    specialist.complete(made["id"], "draft", "submit")
    before = counted(house)

    answer = specialist.post(f"/work-items/{item['id']}/revision", {"subject": "Về việc khác"})

    problem(answer, 409, "work_item.not_open")
    assert counted(house) == before


def test_a_draft_is_revised_by_its_drafter_alone(callers: Callers, a_draft: dict[str, Any]) -> None:
    made = callers["chuyenvien"].made("/outgoing-documents", a_draft)
    item = callers["chuyenvien"].item(made["id"], "draft")

    answer = callers["truongphong"].post(f"/work-items/{item['id']}/revision", {"subject": "Về việc khác"})

    problem(answer, 404, "work_item.not_found")


def test_a_draft_for_several_signers_says_who_signs_and_whose_turn_it_is(
    callers: Callers, a_draft: dict[str, Any], people: Crowd, office: Office
) -> None:
    secretary = {"person": str(people["chuyenvien"].id), "capacity": "Thư ký"}
    confirms = {"person": str(people["phochutich"].id), "countersigns": True}
    minutes = {**a_draft, "type": "BB", "capacity": "Chủ tọa", "further_signers": [confirms, secretary]}

    made = callers["chuyenvien"].made("/outgoing-documents", minutes)
    callers["chuyenvien"].complete(made["id"], "draft", "submit")
    callers["truongphong"].complete(made["id"], "review_content", "approve")
    callers["chanhvanphong"].complete(made["id"], "review_format", "approve")
    office.run_jobs()

    document = callers["chuyenvien"].read(f"/documents/{made['id']}")
    assert [(one["person"]["name"], one["field"], one["capacity"], one["state"]) for one in document["signers"]] == [
        ("Nguyễn Văn Đức", "ChuKy", "Chủ tọa", "next"),
        ("Bùi Minh Tuấn", "ChuKy2", "Thư ký", "later"),
        ("Trần Thị Hạnh", "ChuKy3", None, "later"),
    ]
    assert [(one["kind"], one["by"]["name"]) for one in document["initials"]] == [
        ("content", "Lê Hoàng Phượng"),
        ("format", "Phạm Quốc Ưu"),
    ]


def test_who_may_not_sign_beside_another_is_named_by_place(
    callers: Callers, a_draft: dict[str, Any], people: Crowd, house: House
) -> None:
    specialist, twice = callers["chuyenvien"], {"person": str(people["chutich"].id)}
    before = counted(house)

    answer = specialist.post("/outgoing-documents", {**a_draft, "further_signers": [twice]})

    assert wrong_fields(answer, "document.invalid") == {"further_signers/0": "twice"}
    assert counted(house) == before
