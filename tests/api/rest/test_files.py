"""Taking files in: once each, and refusing what is no good before it costs anything."""

import hashlib
from contextlib import nullcontext
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.wiring import House
from tests.api.rest.callers import Caller, Callers, counted, problem, wrong_fields
from tests.api.rest.samples import a_truncated_pdf, an_encrypted_pdf
from tests.api.rest.streams import Answered, a_long_body, send
from tests.signing.test_images import a_bomb
from tests.support.composing import a_photo
from tests.support.house import Crowd
from tests.support.office import a_pdf

MB = 1_000_000
HUGE = 200 * MB
MULTIPART = "multipart/form-data; boundary=limit"


def sent(client: TestClient, caller: Caller, size: int, **headers: str) -> Answered:
    with_token = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
    types = {"Content-Type": MULTIPART, "Accept-Language": "en"}
    return send(client.app, "/files", a_long_body(size), {**types, **with_token, **headers})


def test_a_file_is_known_by_the_digest_of_its_bytes(callers: Callers) -> None:
    content = a_pdf(pages=2)

    answer = callers["vanthu"].upload(content)

    assert answer.status_code == 201
    assert answer.json() == {
        "id": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "media_type": "application/pdf",
        "pages": 2,
        "signatures": 0,
    }


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png")])
def test_a_photo_is_kept_as_it_came_whatever_it_is_called(callers: Callers, kind: str, media_type: str) -> None:
    content = a_photo(kind)

    answer = callers["chuyenvien"].upload(content).json()

    assert answer["id"] == hashlib.sha256(content).hexdigest()
    assert (answer["media_type"], answer["size"]) == (media_type, len(content))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (a_bomb(), "file.photo_too_large"),
        (a_photo("JPEG")[:400], "file.photo_damaged"),
        (a_photo("PNG")[:-30], "file.photo_damaged"),
        (b"\xff\xd8\xff<script>alert(1)</script>", "file.photo_damaged"),
        (b"GIF89a a picture of another kind", "pdf.not_a_pdf"),
    ],
    ids=["a bomb", "half a JPEG", "half a PNG", "a script", "a GIF"],
)
def test_a_photo_that_is_no_good_is_a_wrong_field_and_nothing_is_kept(
    callers: Callers, house: House, content: bytes, code: str
) -> None:
    clerk, before = callers["vanthu"], counted(house)

    assert wrong_fields(clerk.upload(content), code) == {"file": code}
    assert counted(house) == before


def test_a_photo_becomes_no_document(callers: Callers, people: Crowd) -> None:
    drafter = callers["chuyenvien"]
    file_id = drafter.upload(a_photo("JPEG")).json()["id"]

    answer = drafter.post(
        "/outgoing-documents",
        json={"type": "QĐ", "subject": "Ảnh", "signer": str(people["chutich"].id), "file_id": file_id},
    )

    assert wrong_fields(answer, "document.invalid") == {"file_id": "not_a_pdf"}


def test_the_same_content_is_kept_once_whoever_brings_it(callers: Callers, house: House) -> None:
    first = callers["vanthu"].uploaded(a_pdf())
    files = counted(house)["files"]
    second = callers["chuyenvien"].uploaded(a_pdf())

    assert (second, counted(house)["files"]) == (first, files)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "pdf.empty"),
        (b"PK\x03\x04 a spreadsheet", "pdf.not_a_pdf"),
        (an_encrypted_pdf(), "pdf.encrypted"),
        (a_truncated_pdf(), "pdf.damaged"),
    ],
    ids=["0 bytes", "not a PDF", "encrypted", "truncated"],
)
def test_a_file_that_is_no_good_is_a_wrong_field_and_nothing_is_kept(
    callers: Callers, house: House, content: bytes, code: str
) -> None:
    clerk, before = callers["vanthu"], counted(house)

    assert wrong_fields(clerk.upload(content), code) == {"file": code}
    assert counted(house) == before


def test_two_hundred_megabytes_are_refused_by_their_announced_length_unread(
    client: TestClient, callers: Callers
) -> None:
    answer = sent(client, callers["vanthu"], HUGE, **{"Content-Length": str(HUGE)})

    assert (answer.status, answer.body["code"], answer.read) == (413, "file.too_large", 0)
    assert "50 MB" in answer.body["detail"]


def test_two_hundred_megabytes_without_a_length_are_refused_while_they_stream(
    client: TestClient, callers: Callers, house: House
) -> None:
    clerk, before = callers["vanthu"], counted(house)

    answer = sent(client, clerk, HUGE)

    assert (answer.status, answer.body["code"]) == (413, "file.too_large")
    assert answer.read < 51 * MB
    assert counted(house) == before


def test_a_length_that_lies_does_not_help(client: TestClient, callers: Callers) -> None:
    answer = sent(client, callers["vanthu"], HUGE, **{"Content-Length": "1000"})

    assert (answer.status, answer.body["code"]) == (413, "file.too_large")
    assert answer.read < 51 * MB


def test_nothing_is_read_from_somebody_unknown(client: TestClient, callers: Callers) -> None:
    answer = sent(client, callers.nobody, HUGE)

    assert (answer.status, answer.body["code"], answer.read) == (401, "session.needed", 0)


def test_a_file_just_above_the_limit_is_refused_though_its_form_is_not(house: House) -> None:
    small = replace(house, settings=replace(house.settings, max_upload_mb=1))
    with TestClient(create_app(lambda: nullcontext(small))) as client:
        answer = Callers(client)["vanthu"].upload(b"%PDF-1.7\n" + bytes(MB))

    problem(answer, 413, "file.too_large")


def test_a_text_body_is_limited_too(client: TestClient, callers: Callers) -> None:
    caller = callers["vanthu"]
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {caller.token}"}

    answer = send(client.app, "/outgoing-documents", a_long_body(HUGE), headers)

    assert (answer.status, answer.body["code"]) == (413, "request.too_large")
    assert answer.read < 3 * MB


def test_a_form_without_its_file_names_the_field(callers: Callers) -> None:
    clerk = callers["vanthu"]

    assert wrong_fields(clerk.post("/files")) == {"file": "required"}
    assert wrong_fields(clerk.post("/files", files={"scan": ("a.pdf", a_pdf())})) == {"scan": "unknown"}
    assert wrong_fields(clerk.post("/files", data={"file": "text"})) == {"file": "type"}


def test_several_files_in_one_upload_are_refused(callers: Callers) -> None:
    files = [("file", ("a.pdf", a_pdf())), ("file", ("b.pdf", a_pdf(2)))]

    assert wrong_fields(callers["vanthu"].post("/files", files=files)) == {"file": "too_many"}


def test_the_auditor_brings_nothing_in(callers: Callers, house: House) -> None:
    auditor, before = callers["kiemtra"], counted(house)

    problem(auditor.upload(a_pdf()), 403, "access.not_allowed")
    assert counted(house) == before
