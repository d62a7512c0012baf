"""Trusted authorities by REST: added and removed with a reason, in force at once, never erased."""

from datetime import datetime

import pytest
from httpx2 import Response

from tests.api.rest.callers import Caller, Callers, problem
from tests.signing.paper_pki import NOON, YEAR, PaperPki
from tests.signing.trusted_list import CA, GRANTED, a_trusted_list, pem
from tests.support.office import Office, a_pdf

PKI = PaperPki()
OPERATOR = PKI.self_signed("NEAC")
WHY = "Quyết định 12/QĐ-BTTTT"


UNTRUSTED, UNANSWERED = ["signature.untrusted"], ["signature.revocation_unknown"]
"""Once the authority is trusted, what is left is that nobody serves its revocation data."""


def doubts(caller: Caller, document_id: str) -> list[str]:
    """Have the signatures checked now; return the codes of what was found."""
    return [one["code"] for one in caller.post(f"/documents/{document_id}/signatures").json()["problems"]]


def taken_in(office: Office) -> str:
    """Register a PDF that somebody of the paper PKI signed; return the document's id."""
    signed = PKI.signed(a_pdf(), PKI.holder())
    return str(office.register(file_id=office.upload(signed)).document.id)


def test_an_authority_counts_from_the_moment_it_is_added_until_it_is_removed(callers: Callers, office: Office) -> None:
    admin, clerk = callers["quantri"], callers["vanthu"]
    document_id = taken_in(office)
    checks = f"/documents/{document_id}/signatures"
    assert doubts(clerk, document_id) == UNTRUSTED

    added = admin.post("/trust-anchors", json={"certificate": pem(PKI.root).decode(), "reason": WHY})

    assert added.status_code == 201
    anchor = added.json()
    assert (anchor["subject"], anchor["purpose"], anchor["reason"]) == ("CA giấy gốc", "any", WHY)
    assert anchor["added_by"]["name"]
    assert doubts(clerk, document_id) == UNANSWERED

    over = {"reason": "Thôi cung cấp dịch vụ", "until": f"{NOON - YEAR / 2:%Y-%m-%dT%H:%M:%SZ}"}
    ended = admin.post(f"/trust-anchors/{anchor['id']}/removal", json=over).json()
    assert (ended["removed_at"], ended["trusted_until"]) == (None, over["until"])
    assert doubts(clerk, document_id) == UNTRUSTED
    early = admin.post(f"/trust-anchors/{anchor['id']}/removal", json={**over, "until": "1999-01-01T00:00:00Z"})
    wrong(early, "trust.end_early")

    removed = admin.post(f"/trust-anchors/{anchor['id']}/removal", json={"reason": "Hết hiệu lực"})

    assert removed.json()["removed_because"] == "Hết hiệu lực"
    assert doubts(clerk, document_id) == UNTRUSTED
    history = clerk.read(f"/documents/{document_id}/signature-reports")["items"]
    assert [one["verdict"] for one in history] == ["review"] * 4
    first = clerk.read(f"{checks}?report={history[2]['report_id']}")
    assert [one["code"] for one in first["problems"]] == UNANSWERED
    assert [one["id"] for one in admin.read("/trust-anchors")["items"]] == [anchor["id"]]
    problem(admin.post(f"/trust-anchors/{anchor['id']}/removal", json={"reason": "A"}), 409, "trust.removed_already")


@pytest.mark.parametrize("trusted_from", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_an_authority_counts_within_its_certificate_s_time_whatever_was_said(
    callers: Callers, trusted_from: str
) -> None:
    admin = callers["quantri"]
    body = {"certificate": pem(PKI.root).decode(), "reason": WHY, "trusted_from": trusted_from}

    added = admin.post("/trust-anchors", json=body)

    assert added.status_code == 201
    (listed,) = admin.read("/trust-anchors")["items"]
    ends = (PKI.root.certificate.not_valid_before_utc, PKI.root.certificate.not_valid_after_utc)
    assert datetime.fromisoformat(listed["trusted_from"]) in ends


def test_the_services_of_a_trusted_list_are_trusted_with_their_day_and_source(callers: Callers, office: Office) -> None:
    admin = callers["quantri"]
    listed = a_trusted_list([(CA, GRANTED, PKI.root)], OPERATOR, since=NOON - YEAR).decode()
    body = {"trusted_list": listed, "operator": pem(OPERATOR).decode(), "reason": WHY}

    loaded = admin.post("/trusted-lists", json=body, headers={"Idempotency-Key": "list-1"})
    again = admin.post("/trusted-lists", json=body, headers={"Idempotency-Key": "list-1"})
    assert again.json() == loaded.json()

    (anchor,) = loaded.json()["items"]
    assert (anchor["purpose"], anchor["source"]) == ("signatures", "Danh sách tin cậy thử nghiệm")
    assert anchor["trusted_from"].startswith(f"{NOON - YEAR:%Y-%m-%d}")
    assert doubts(callers["vanthu"], taken_in(office)) == UNANSWERED
    wrong(admin.post("/trusted-lists", json=body), "trust.list_empty")
    old = a_trusted_list([(CA, GRANTED, PKI.root)], OPERATOR, since=NOON - YEAR, next_update=NOON - YEAR).decode()
    wrong(admin.post("/trusted-lists", json=body | {"trusted_list": old}), "trust.list_outlived")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"certificate": "hello", "reason": WHY}, "trust.no_certificate"),
        ({"certificate": pem(PKI.holder()).decode(), "reason": WHY}, "trust.not_an_authority"),
    ],
)
def test_what_nobody_should_trust_is_refused(callers: Callers, body: dict[str, str], code: str) -> None:
    wrong(callers["quantri"].post("/trust-anchors", json=body), code)


def wrong(answer: Response, code: str) -> None:
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == [code]


def test_who_is_trusted_once_is_not_trusted_twice(callers: Callers) -> None:
    body = {"certificate": pem(PKI.root).decode(), "reason": WHY}
    callers["quantri"].post("/trust-anchors", json=body)

    problem(callers["quantri"].post("/trust-anchors", json=body), 409, "trust.already_trusted")


def test_an_authority_and_a_list_are_taken_once_however_often_they_are_sent(callers: Callers) -> None:
    admin, key = callers["quantri"], {"Idempotency-Key": "trust-1"}
    body = {"certificate": pem(PKI.root).decode(), "reason": WHY}

    first = admin.post("/trust-anchors", json=body, headers=key)
    again = admin.post("/trust-anchors", json=body, headers=key)
    other = admin.post("/trust-anchors", json={**body, "reason": "Khác"}, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    problem(other, 409, "request.idempotency_key_reused")
