"""Applications by REST without an account: sent once with files, followed, supplemented and told by their code."""

import json
from typing import Any

import pytest

from tests.api.rest.callers import Callers, problem, wrong_fields
from tests.support.composing import a_photo
from tests.support.office import Office, a_pdf
from tests.support.one_stop import CODE, IDENTITY, received, set_procedure

APPLICANT: dict[str, Any] = {
    "name": "Lê Văn Ảnh",
    "identity": IDENTITY,
    "address": "Thôn 3, xã Hoằng Thử",
    "phone": "0912345678",
    "answers": {"ten_ho": "Hộ kinh doanh Ánh Dương"},
}
FILES = [("files/TP1", ("đơn.pdf", a_pdf())), ("files/TP2", ("cccd.jpg", a_photo()))]
KEY = {"Idempotency-Key": "k"}


def how(body: object = APPLICANT, files: Any = FILES, **more: Any) -> dict[str, Any]:
    """Return what a program sends."""
    text = body if isinstance(body, str) else json.dumps(body)
    return {"data": {"application": text}, "files": files, **more}


def place_of(callers: Callers, office: Office) -> str:
    """Set a procedure, and return where its applications go, as a program finds it."""
    set_procedure(office)
    nobody = callers.nobody
    offices = nobody.read("/online-offices")["items"]
    assert [sorted(one) for one in offices] == [["code", "name"]]
    (line,) = nobody.read(f"/online-procedures?office={offices[0]['code']}")["items"]
    assert line["code"] == CODE
    told = nobody.read(f"/online-procedures/{line['id']}")
    assert [(one["code"], one["required"]) for one in told["components"]] == [
        ("TP1", True),
        ("TP2", True),
        ("TP3", False),
    ]
    assert told["form"]["required"] == ["ten_ho"]
    return f"/online-procedures/{line['id']}/applications"


def test_an_application_is_sent_once_and_supplemented_once_by_its_code(callers: Callers, office: Office) -> None:
    place, nobody = place_of(callers, office), callers.nobody
    sent = [nobody.ask("POST", place, **how(headers=KEY)) for _ in range(2)]
    other = [("files/TP1", ("đơn.pdf", a_pdf(3))), FILES[1]]
    problem(nobody.ask("POST", place, **how(files=other, headers=KEY)), 409, "request.idempotency_key_reused")

    assert [one.status_code for one in sent] == [201, 201]
    assert {one.json()["track_code"] for one in sent} == {sent[0].json()["track_code"]}
    track = f"/track/{sent[0].json()['track_code']}"
    assert (sent[0].headers["Location"], sent[0].json()["case"]["state"]) == (f"/api/v1{track}", "submitted")
    assert IDENTITY not in sent[0].text
    (case,) = callers["vanthu"].read("/cases?state=submitted")["items"]
    with office.house.services.begin() as work:
        document_id = work.cases.get(case["id"]).document_id
    office.complete(document_id, "check", "supplement", "vanthu", reason="Thiếu giấy ủy quyền")

    more, supplement = [("files/TP3", ("uy-quyen.pdf", a_pdf()))], f"{track}/supplement"
    stranger = nobody.ask("POST", supplement, data={"identity": "038090000009"}, files=more)
    problem(stranger, 403, "track.identity_not_theirs")
    for _ in range(2):
        given = nobody.ask("POST", supplement, data={"identity": IDENTITY}, files=more, headers=KEY)
        assert given.json()["supplied"], given.text
    late = nobody.ask("POST", supplement, data={"identity": IDENTITY}, files=more)
    problem(late, 409, "track.supplement_not_asked")
    office.run_jobs()
    assert nobody.read(track)["state"] == "submitted"


def test_who_knows_the_identity_number_reads_answers_and_fetches_slips(callers: Callers, office: Office) -> None:
    case, nobody = received(office), callers.nobody
    track, known = f"/track/{case.track_code}", {"identity": IDENTITY}

    for _ in range(2):
        assert nobody.post(f"{track}/feedback", {"text": "Bao giờ có?"}, headers=KEY).status_code == 200
    told = nobody.post(f"{track}/answers", known).json()["items"]
    slip = {"slip_id": nobody.read(track)["slips"][0]["id"]}
    fetched = nobody.post(f"{track}/slip", {**known, **slip})

    assert [(one["text"], one["answer"]) for one in told] == [("Bao giờ có?", None)]
    assert fetched.content.startswith(b"%PDF")
    assert fetched.headers["Cache-Control"] == "private, no-store"
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    problem(nobody.post(f"{track}/slip", {"identity": "0", **slip}), 403, "track.identity_not_theirs")
    problem(nobody.post(f"{track}/result", known), 404, "track.result_not_there")


def test_what_is_wrong_with_an_application_is_named_field_by_field(callers: Callers, office: Office) -> None:
    place, nobody = place_of(callers, office), callers.nobody
    bad = [("files/TP1", ("đơn.pdf", b"MZ")), ("files/TP2", ("x.pdf", b"PK"))]

    assert wrong_fields(nobody.ask("POST", place, files=FILES)) == {"application": "required"}
    assert wrong_fields(nobody.ask("POST", place, **how({**APPLICANT, "more": 1}))) == {"more": "unknown"}
    unknown = nobody.ask("POST", place, **how(files=[*FILES, ("other", ("x.pdf", a_pdf()))]))
    assert wrong_fields(unknown) == {"other": "unknown"}
    nameless = nobody.ask("POST", place, data={"application": json.dumps(APPLICANT), "files/TP1": "text"})
    assert wrong_fields(nameless) == {"files/TP1": "type"}
    empty = nobody.ask("POST", place, **how({**APPLICANT, "answers": {}}, FILES[:1]))
    assert set(wrong_fields(empty, "case.invalid")) == {"answers/ten_ho", "files/TP2"}
    assert set(wrong_fields(nobody.ask("POST", place, **how(files=bad)), "case.invalid")) == {"files/TP1", "files/TP2"}
    problem(nobody.ask("POST", place.replace("s/", "s/0", 1), **how()), 404, "case_procedure.not_found")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        json.dumps({**APPLICANT, "name": "\x00"}),
        json.dumps({**APPLICANT, "address": "x" * 9_000}),
        json.dumps({**APPLICANT, "return_by": "pigeon"}),
        json.dumps({**APPLICANT, "answers": {"ten_ho": "a\x00"}}),
        json.dumps({**APPLICANT, "answers": {"ten_ho": "a", "von": 10**400}}),
        json.dumps({**APPLICANT, "answers": {"ten_ho": "a", "von": float("nan")}}),
        json.dumps({**APPLICANT, "name": "\ud800"}),
        '{"a":' * 9_000,
    ],
)
def test_nonsense_in_an_application_is_refused_and_is_no_fault_of_ours(
    callers: Callers, office: Office, text: str
) -> None:
    set_procedure(office)
    nobody = callers.nobody
    office_code = nobody.read("/online-offices")["items"][0]["code"]
    (line,) = nobody.read(f"/online-procedures?office={office_code}")["items"]

    assert nobody.ask("POST", f"/online-procedures/{line['id']}/applications", **how(text)).status_code == 422
