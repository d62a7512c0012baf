"""Signing on one's own computer, as programs do it; and the browser plugin's two addresses."""

import base64
import hashlib
from typing import Any

import pytest
from httpx2 import Response

from engine.signing_keys import KeyKind
from tests.api.rest.callers import Caller, Callers, problem, wrong_fields
from tests.support.elsewhere import Holder
from tests.support.office import Office

JUNK: tuple[dict[str, str], ...] = ({}, {"signature": "!"}, {"cms": "A"}, {"signature": "AAAA", "cms": "AAAA"})


@pytest.fixture
def chairman(callers: Callers) -> Caller:
    return callers["chutich"]


@pytest.fixture
def item(office: Office) -> str:
    document_id = office.reviewed()
    return f"/work-items/{office.item(document_id, 'sign').id}"


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def handed_in(caller: Caller, item: str, **body: str) -> Response:
    return caller.post(f"{item}/signature/complete", body)


def below(url: str) -> str:
    return "//" + url.split("/", 3)[3]


def test_what_is_prepared_says_all_a_token_needs_and_its_signature_is_taken_once(
    office: Office, chairman: Caller, item: str
) -> None:
    holder = Holder(office=office, username="chutich").chosen()
    problem(chairman.post(f"{item}/signature", {}), 409, "client_signature.elsewhere")
    prepared = chairman.made(f"{item}/signature/prepare", {})
    again = chairman.post(f"{item}/signature/prepare", {})
    pdf = chairman.get(f"{item}/signature/content").content

    start, end = prepared["region_start"], prepared["region_end"]
    to_sign = base64.b64decode(prepared["to_sign"])
    assert (again.status_code, again.json()) == (200, prepared)
    assert hashlib.sha256(pdf).hexdigest() == prepared["file_id"]
    assert hashlib.sha256(pdf[:start] + pdf[end:]).hexdigest() == prepared["digest"]
    assert bytes.fromhex(prepared["digest"]) in to_sign
    assert hashlib.sha256(to_sign).hexdigest() == prepared["to_sign_digest"]
    assert [each["work_item_id"] for each in chairman.read("/signatures/waiting")["items"]] == [
        item.removeprefix("/work-items/")
    ]

    for junk in JUNK:
        assert set(wrong_fields(handed_in(chairman, item, **junk), "client_signature.unreadable")) <= {
            "signature",
            "cms",
        }
    problem(handed_in(chairman, item, signature="AAAA"), 422, "client_signature.not_of_this")
    problem(handed_in(chairman, item, cms="AAAA"), 422, "client_signature.cms_refused")
    answers = [handed_in(chairman, item, signature=encoded(holder.signature(to_sign))) for _ in range(2)]
    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [(202, "signing")] * 2
    assert chairman.read("/signatures/waiting")["items"] == []
    problem(chairman.ask("DELETE", f"{item}/signature"), 409, "client_signature.given")
    office.run_jobs()
    assert chairman.read(item)["state"] == "completed"


def test_given_up_the_work_is_open_and_can_be_prepared_anew(office: Office, chairman: Caller, item: str) -> None:
    Holder(office=office, username="chutich").chosen()
    problem(chairman.ask("DELETE", f"{item}/signature"), 409, "client_signature.nothing_prepared")
    first = chairman.made(f"{item}/signature/prepare", {"file_id": chairman.read(item)["file"]["sha256"]})
    waiting = chairman.read(item)
    assert waiting["state"] == "signing"
    assert "own computer" in waiting["why"] or "máy tính" in waiting["why"]

    assert chairman.ask("DELETE", f"{item}/signature").json()["state"] == "open"
    assert chairman.made(f"{item}/signature/prepare", {})["signature_id"] != first["signature_id"]


def test_the_server_s_own_keys_are_not_prepared_for(office: Office, chairman: Caller, item: str) -> None:
    problem(chairman.post(f"{item}/signature/prepare", {}), 409, "client_signature.held_here")


def linked(office: Office, chairman: Caller, item: str) -> tuple[Holder, dict[str, Any]]:
    plugged = Holder(office=office, username="chutich").chosen(KeyKind.PLUGIN)
    chairman.made(f"{item}/signature/prepare", {})
    return plugged, chairman.made(f"{item}/signature/links", None)


def sent(callers: Callers, url: str, content: bytes, field: str = "uploadfile") -> Response:
    return callers.nobody.post(below(url), files={field: ("x.signed.pdf", content, "application/pdf")})


def test_the_plugin_fetches_once_and_hands_in_without_a_session(
    office: Office, callers: Callers, chairman: Caller, item: str
) -> None:
    plugged, links = linked(office, chairman, item)
    assert links["function"] == "vgca_sign_approved"
    assert links["payload"]["FileName"] == links["fetch_url"]
    assert links["payload"]["FileUploadHandler"] == links["hand_in_url"]

    served = callers.nobody.get(below(links["fetch_url"]))
    assert served.status_code == 200
    problem(callers.nobody.get(below(links["fetch_url"])), 404, "client_signature.link_unknown")
    refused = sent(callers, links["hand_in_url"], served.content).json()
    assert refused["Status"] is False
    assert refused["Message"]
    problem(callers.nobody.post(below(links["hand_in_url"]), files={}), 422, "client_signature.file_missing")
    signed = plugged.signed(served.content)
    answers = [sent(callers, links["hand_in_url"], signed, field).json() for field in ("uploadfile", "file")]
    assert [answer["Status"] for answer in answers] == [True, True]
    office.run_jobs()
    assert chairman.read(item)["state"] == "completed"
    problem(
        sent(callers, links["hand_in_url"].rsplit("/", 1)[0] + "/guessed", signed), 404, "client_signature.link_unknown"
    )


def test_who_has_no_plugin_hands_the_signed_file_in_themselves(office: Office, chairman: Caller, item: str) -> None:
    plugged, _ = linked(office, chairman, item)
    pdf = chairman.get(f"{item}/signature/content").content
    door = f"{item}/signature/file"

    problem(chairman.post(door, files={"file": ("a.pdf", pdf)}), 422, "client_signature.file_refused")
    answer = chairman.post(door, files={"file": ("a.pdf", plugged.signed(pdf))})

    assert (answer.status_code, answer.json()["state"]) == (202, "signing")
