"""Verification by outsiders: what they are told of a file or a code, what never, and how often."""

import io
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.outsiders import MOST_EACH, network_of
from api.wiring import House, now, outsiders_settings
from engine.actions.revise_draft import ReviseDraft, revise_draft
from engine.documents import OutgoingState
from engine.neighbours import WORK
from engine.signatures import KeyUnavailable
from engine.signing_keys import SigningKey
from signing.pool import RoomPool
from tests.api.bombs import a_bomb
from tests.api.outsiders import Outside
from tests.api.rest.callers import counted, problem
from tests.signing.samples import printed_by, with_hidden_revision, with_note
from tests.support.machine import requires
from tests.support.office import a_pdf

API = "/api/v1/verifications"
UNREADABLE = {
    "pdf.empty": b"",
    "pdf.not_a_pdf": b"PK\x03\x04 a letter",
    "pdf.damaged": a_pdf()[:-120],
}


def told(outside: Outside, content: bytes, **how: Any) -> Any:
    """Return what is told of a file."""
    answer = outside.check(content, **how)
    assert answer.status_code == 200, answer.text
    return answer.json()


def encrypted(password: str) -> bytes:
    pdf, out = pikepdf.open(io.BytesIO(a_pdf())), io.BytesIO()
    pdf.save(out, encryption=pikepdf.Encryption(owner="o", user=password))
    return out.getvalue()


@contextmanager
def clients_of(house: House, count: int = 1) -> Iterator[list[TestClient]]:
    """Give processes of the API over this house."""
    apps = [TestClient(create_app(lambda: nullcontext(house)), follow_redirects=False) for _ in range(count)]
    with nullcontext() if count < 1 else apps[0], apps[-1] if count > 1 else nullcontext():
        yield apps


def test_the_file_that_was_issued_is_known_with_what_is_printed_in_it_and_its_signatures(outside: Outside) -> None:
    document = outside.document()

    found = told(outside, outside.version(outside.issued), data={"code": outside.code(outside.issued)})

    assert (found["match"], found["verdict"], found["fits_code"], found["reasons"]) == ("current", "valid", True, [])
    assert (found["document"]["number"], found["document"]["state"]) == (document.number, "issued")
    assert found["document"]["subject"] == document.subject
    assert [one["kind"] for one in found["signatures"]] == ["certification", "approval", "timestamp"]
    assert [one["seal"] for one in found["document"]["signatures"]] == [False, True, False]
    assert all(one["timestamped_at"] for one in found["signatures"])


@pytest.mark.parametrize("version", ["signed", "numbered", "sealed"])
def test_an_earlier_version_is_said_to_be_one_and_which(outside: Outside, version: str) -> None:
    found = told(outside, outside.version(outside.issued, version))

    assert (found["match"], found["version"]) == ("earlier", version)
    assert found["document"]["number"] == outside.document().number


def test_a_version_that_was_given_up_is_not_taken_for_the_document(outside: Outside) -> None:
    found = told(outside, outside.version(outside.returned, "numbered"))

    assert (found["match"], found["version"]) == ("set_aside", "numbered")


@pytest.mark.parametrize("forge", [with_note, with_hidden_revision, lambda pdf: pdf + b"%%EOF\n", lambda pdf: pdf[:-9]])
def test_a_file_that_begins_as_ours_and_was_changed_is_said_to_be_changed(outside: Outside, forge: Any) -> None:
    found = told(outside, forge(outside.version(outside.issued)))

    assert found["match"] == "changed"
    assert found["verdict"] in ("invalid", "review")
    assert found["document"]["number"] == outside.document().number


def test_of_drafts_and_of_what_is_not_issued_nobody_outside_is_told(outside: Outside) -> None:
    drafts = [outside.version(outside.issued, "prepared"), outside.version(outside.draft, "prepared"), a_pdf()]

    for content in drafts:
        found = told(outside, content)
        assert (found["match"], found["document"], found["version"]) == ("unknown", None, None)
        assert found["verdict"] == "unsigned"


def test_a_signed_file_that_was_not_issued_is_judged_like_that_of_a_stranger(outside: Outside) -> None:
    signed = outside.office.signed()

    found = told(outside, outside.version(signed))

    assert (found["match"], found["document"], found["verdict"]) == ("unknown", None, "review")
    assert found["signatures"][0]["intact"]


@pytest.mark.parametrize("code", UNREADABLE)
def test_what_cannot_be_read_is_refused_in_words(outside: Outside, code: str) -> None:
    refused = problem(outside.check(UNREADABLE[code]), 422, code)

    assert refused["errors"][0]["field"] == "file"


@pytest.mark.parametrize("password", ["", "secret"])
def test_an_encrypted_file_is_refused_in_words(outside: Outside, password: str) -> None:
    problem(outside.check(encrypted(password)), 422, "pdf.encrypted")


def test_a_file_that_is_two_things_at_once_is_not_called_ours(outside: Outside) -> None:
    issued = outside.version(outside.issued)

    page_and_pdf = outside.check(b"<html><script>alert(1)</script>" + issued)
    pdf_and_zip = told(outside, issued + b"PK\x03\x04")

    assert page_and_pdf.status_code == 422 or page_and_pdf.json()["match"] == "unknown"
    assert (pdf_and_zip["match"], pdf_and_zip["verdict"]) == ("changed", "invalid")


def test_without_a_file_or_with_one_too_large_it_is_refused(outside: Outside) -> None:
    limit = outside.house.settings.max_upload_mb

    problem(outside.client.post(API, data={"code": "x"}), 422, "verification.file_missing")
    problem(outside.client.post(API, files={"file": ("", b"")}), 422, "verification.file_missing")
    problem(outside.check(b"%PDF-" + bytes(limit * 1_000_000)), 413, "file.too_large")
    announced = {"Content-Length": "200000000", "Content-Type": "multipart/form-data; boundary=x"}
    problem(outside.client.post(API, content=b"--x", headers=announced), 413, "file.too_large")


@pytest.mark.parametrize(
    "how",
    [
        {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": b"--x\r\n\xff", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": b"\xff{", "headers": {"Content-Type": "application/json"}},
        {"data": {"file": "a text"}},
        {"files": [("file", ("a.pdf", b"%PDF-")), ("file", ("b.pdf", b"%PDF-"))]},
        {"files": {"file": ("\x00" * 9_000, b"%PDF-")}},
        {"files": {"file": ("a.pdf", a_pdf())}, "data": {"code": "\x00" * 50_000}},
        {"files": {"file": ("a.pdf", a_pdf())}, "data": {str(number): "x" for number in range(50)}},
    ],
)
@pytest.mark.parametrize("path", [API, "/verify"])
def test_nonsense_is_refused_and_is_no_fault_of_ours(outside: Outside, path: str, how: dict[str, Any]) -> None:
    answer = outside.client.post(path, **how)

    assert answer.status_code in ((400, 404, 422) if path == API else (200, 400, 422)), answer.text


def test_a_code_tells_what_is_public_and_neither_subject_nor_who_handled_it(outside: Outside) -> None:
    document, code = outside.document(), outside.code(outside.issued)

    answer = outside.client.get(f"{API}/{code.upper()}")

    known = answer.json()
    assert (known["number"], known["type"], known["subject"]) == (document.number, "QĐ", None)
    assert known["signatures"][0]["signer"] == outside.office.people["chutich"].name
    assert document.subject not in answer.text
    for username in ("chuyenvien", "truongphong", "chanhvanphong", "vanthu"):
        assert outside.office.people[username].name not in answer.text
    assert str(document.id) not in answer.text
    assert document.file_id not in answer.text


def test_a_code_of_a_draft_and_one_that_is_none_get_the_same_answer(outside: Outside) -> None:
    codes = [outside.code(outside.draft), "0" * 26, "x", "u" * 26, "x" * 5_000, "%00", "١" * 26, str(outside.issued)]

    answers = [outside.client.get(f"{API}/{code}") for code in codes]

    assert len({problem(answer, 404, "verification.code_unknown")["detail"] for answer in answers}) == 1
    assert len({answer.content for answer in answers}) == 1


def test_a_recalled_document_is_said_to_be_recalled(outside: Outside) -> None:
    with in_state(outside, OutgoingState.RECALLED):
        by_code = outside.client.get(f"{API}/{outside.code(outside.issued)}").json()
        by_file = told(outside, outside.version(outside.issued))
        page = outside.client.get(f"/verify/{outside.code(outside.issued)}")

    assert by_code["state"] == by_file["document"]["state"] == "recalled"
    assert "đã bị cơ quan ban hành thu hồi" in page.text


@contextmanager
def in_state(outside: Outside, state: OutgoingState) -> Iterator[None]:
    """Have what was issued in another state for a while."""

    def put(to: OutgoingState) -> None:
        with outside.superuser() as connection:
            connection.execute("UPDATE documents SET state = %s WHERE id = %s", (to.value, outside.issued))

    put(state)
    yield
    put(OutgoingState.ISSUED)


def test_a_file_is_compared_with_the_document_of_a_code(outside: Outside) -> None:
    issued, other = outside.version(outside.issued), outside.code(outside.returned)

    assert told(outside, issued, data={"code": other})["fits_code"] is False
    assert told(outside, a_pdf(), data={"code": other})["fits_code"] is False
    assert told(outside, with_note(issued), data={"code": outside.code(outside.issued)})["fits_code"] is True
    assert told(outside, issued)["fits_code"] is None
    problem(outside.check(issued, data={"code": outside.code(outside.draft)}), 404, "verification.code_unknown")


def test_nothing_of_what_is_sent_is_kept_anywhere(outside: Outside, capfd: pytest.CaptureFixture[str]) -> None:
    store, kept = outside.house.services.store, outside.house.settings.data
    before, files = counted(outside.house), sorted(kept.rglob("*"))
    content = a_pdf(7)

    told(outside, content)
    outside.check(content, "/verify")
    problem(outside.check(b"x"), 422, "pdf.not_a_pdf")

    after = counted(outside.house)
    assert {name for name in after if after[name] != before[name]} == {"verification_counts"}
    assert sorted(kept.rglob("*")) == files
    assert not any(store.exists(WORK, file_id) for file_id in outside.digests(content))
    said = capfd.readouterr()
    assert "riêng" not in said.out + said.err
    assert "testclient" not in said.out + said.err


def test_who_asks_is_counted_by_a_mark_and_forgotten_with_the_window(outside: Outside) -> None:
    told(outside, a_pdf())

    with outside.superuser() as connection:
        counters = [str(row[0]) for row in connection.execute("SELECT counter FROM verification_counts")]
    assert sorted(len(counter) for counter in counters) == [len("file"), len("file:") + 64]
    with outside.house.services.begin() as work:
        assert work.verifications.forget_counts(outside.house.services.clock()) == 2


def test_too_many_questions_of_one_address_are_refused_by_every_process_before_they_are_read(
    outside: Outside,
) -> None:
    house = replace(outside.house, settings=replace(outside.house.settings, verifications_per_address=2))
    with clients_of(house, 2) as (one, other):
        for client in (one, other):
            assert client.post(API, files={"file": ("a.pdf", b"x")}).status_code == 422
        refused = other.post(API, content=b"never read", headers={"Content-Type": "multipart/form-data"})
        page = one.post("/verify", files={"file": ("a.pdf", b"x")})
        codes = [one.get(f"{API}/x").status_code for _ in range(21)]

    assert problem(refused, 429, "verification.throttled")["detail"].startswith("Đã gửi quá nhiều yêu cầu")
    assert 0 < int(refused.headers["Retry-After"]) <= 600
    assert page.status_code == 429
    assert "Đã gửi quá nhiều yêu cầu" in page.text
    assert codes == [404] * 20 + [429]


def test_all_outsiders_together_have_a_limit_too(outside: Outside) -> None:
    house = replace(outside.house, settings=replace(outside.house.settings, verifications_overall=0))

    with clients_of(house) as (client,):
        problem(client.post(API, files={"file": ("a.pdf", b"x")}), 429, "verification.throttled")


@pytest.mark.parametrize(
    ("host", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::1", network_of("2001:db8:1:2:ffff::9")),
        ("nobody", "nobody"),
    ],
)
def test_a_subscriber_with_a_whole_network_counts_as_one_address(host: str, counted_as: str) -> None:
    assert network_of(host) == counted_as
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")


def test_only_some_files_are_taken_in_at_once(outside: Outside) -> None:
    gate = outside.app.state.verification_gate
    taken = [gate.acquire(blocking=False) for _ in range(100)]

    refused = outside.check(a_pdf())
    for _ in filter(None, taken):
        gate.release()

    problem(refused, 503, "verification.busy")
    assert refused.headers["Retry-After"] == "60"
    assert told(outside, a_pdf())["match"] == "unknown"


def test_one_address_does_not_keep_the_place_of_everybody(outside: Outside) -> None:
    senders = outside.app.state.verification_senders
    senders[network_of("testclient")] += MOST_EACH

    refused = outside.check(a_pdf())
    senders.clear()

    problem(refused, 503, "verification.busy")
    assert told(outside, a_pdf())["match"] == "unknown"
    assert not +senders


def test_a_file_that_takes_endless_time_delays_no_official(outside: Outside) -> None:
    document_id, others = outside.office.reviewed(), workers()
    room = RoomPool(outsiders_settings(outside.house.settings), processes=1, clock=now)
    room.validate(a_pdf(), now())  # starts its process
    (process,) = workers() - others
    with clients_of(replace(outside.house, outsiders=room)) as (client,), ThreadPoolExecutor(1) as elsewhere:
        os.kill(process, signal.SIGSTOP)
        endless = elsewhere.submit(client.post, API, files={"file": ("a.pdf", a_pdf())})
        outside.office.sign(document_id, "sign", "chutich")
        was_done = endless.done()
        os.kill(process, signal.SIGKILL)
        refused = endless.result()
        afterwards = client.post(API, files={"file": ("a.pdf", a_pdf())})
    room.close()

    assert not was_done
    assert outside.office.outgoing(document_id).state is OutgoingState.SIGNED
    problem(refused, 422, "verification.gave_up")
    assert afterwards.json()["verdict"] == "unsigned"


def workers() -> set[int]:
    """Return the processes for PDFs that this one started."""
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    pids = {int(pid) for listed in children for pid in listed.read_text().split()}
    return {pid for pid in pids if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()}


@pytest.mark.parametrize("as_content", [True, False])
def test_a_small_file_that_unpacks_to_gigabytes_is_given_up(outside: Outside, as_content: bool) -> None:
    settings = replace(outsiders_settings(outside.house.settings), memory_mb=500)
    room = RoomPool(settings, processes=1, clock=now, seconds_per_call=10)
    with clients_of(replace(outside.house, outsiders=room)) as (client,):
        refused = client.post(API, files={"file": ("a.pdf", a_bomb(40_000, as_content=as_content))})
    room.close()

    # Whether the parser, its memory or its time gives out first is the machine's affair.
    assert refused.json()["code"] in ("verification.gave_up", "verification.busy", "pdf.damaged")


def test_the_process_for_outsiders_opens_no_key(outside: Outside) -> None:
    holder = str(outside.office.people["chutich"].id)

    assert outside.house.services.pdfs.certificate(SigningKey(holder=holder))
    with pytest.raises(KeyUnavailable):
        outside.house.outsiders.certificate(SigningKey(holder=holder))


@requires("pdftoppm")
def test_a_document_carries_its_code_through_revisions_initials_and_its_issue(outside: Outside, tmp_path: Path) -> None:
    office, code = outside.office, outside.code(outside.draft)
    item = office.item(outside.draft, "draft")
    request = ReviseDraft(work_item_id=item.id, subject="Về việc khác")
    revise_draft(request, by=office.people["chuyenvien"], services=office.house.services)

    pages = [outside.version(outside.draft, "prepared"), outside.version(outside.draft)]
    issued = [outside.version(outside.issued, "initialled"), outside.version(outside.issued)]
    codes = [code, code, outside.code(outside.issued), outside.code(outside.issued)]
    for content, printed in zip([*pages, *issued], codes, strict=True):
        (tmp_path / "draft.pdf").write_bytes(content)
        shown = "".join(printed_by("pdftotext", tmp_path / "draft.pdf", "-").split()).replace("\u200b", "")
        assert "Kiểmtratạivanban.thunghiem.gov.vn/verify" in shown
        assert f"Mã:{printed}" in shown
