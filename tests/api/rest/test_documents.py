"""Finding and reading documents, for those who may."""

import hashlib
from pathlib import Path

import pytest

from tests.api.rest.callers import Caller, Callers, problem, wrong_fields
from tests.support.house import Crowd, RunJobs
from tests.support.office import Office, a_pdf

UNKNOWN = "01a203dd-c979-75e1-9d26-000000000000"
PARTS = ("", "/content", "/versions", "/history", "/signatures", "/evidence", "/attachments/1")


@pytest.fixture
def document_id(office: Office, run_jobs: RunJobs) -> str:
    """A registered document whose signatures were checked."""
    made = str(office.register().document.id)
    run_jobs()
    return made


def found(caller: Caller, query: str = "") -> list[str]:
    return [document["subject"] for document in caller.read(f"/documents{query}")["items"]]


def test_those_who_may_read_read_every_part(callers: Callers, document_id: str) -> None:
    for username in ("vanthu", "chanhvanphong", "phochutich", "chutich", "kiemtra"):
        answers = [callers[username].get(f"/documents/{document_id}{part}") for part in PARTS[:-1]]
        assert [answer.status_code for answer in answers] == [200] * 6


@pytest.mark.parametrize("username", ["chuyenvien", "truongphong", "quantri", "vanthu.xa1"])
def test_not_allowed_to_know_and_not_there_are_one_answer(callers: Callers, document_id: str, username: str) -> None:
    caller = callers[username]

    for part in PARTS:
        hidden = problem(caller.get(f"/documents/{document_id}{part}"), 404, "document.not_found")
        assert hidden == problem(caller.get(f"/documents/{UNKNOWN}{part}"), 404, "document.not_found")
    assert found(caller) == []


@pytest.mark.parametrize("name", ["1", "x", "01a203ddc97975e19d26000000000000", "%00", "{" + UNKNOWN + "}"])
def test_an_id_that_is_none_names_nothing(callers: Callers, name: str) -> None:
    problem(callers["vanthu"].get(f"/documents/{name}"), 404, "document.not_found")


def test_the_handling_chain_brings_the_right_to_read(callers: Callers, document_id: str) -> None:
    unit = callers["truongphong"].read("/me")["units"][0]["id"]
    coordinating = callers["chuyenvien.ocop"].read("/me")["units"][0]["id"]

    callers["chutich"].complete(document_id, "direct", "assign", lead_unit=unit, coordinating_units=[coordinating])

    for username in ("truongphong", "chuyenvien", "chuyenvien.ocop"):
        assert callers[username].read(f"/documents/{document_id}")["id"] == document_id


def test_the_stamp_of_arrival_names_the_unit_once_a_leader_chose_it(callers: Callers, document_id: str) -> None:
    before = callers["vanthu"].read(f"/documents/{document_id}")["stamp"]
    unit = callers["truongphong"].read("/me")["units"][0]

    callers["chutich"].complete(document_id, "direct", "assign", lead_unit=unit["id"])

    after = callers["vanthu"].read(f"/documents/{document_id}")["stamp"]
    assert (before["number"], before["forwarded_to"]) == (1, None)
    assert (after["forwarded_to"], after["width_mm"], after["height_mm"]) == (unit["name"], 50, 35)


def test_the_content_is_the_very_bytes_under_a_name_people_know(callers: Callers, office: Office) -> None:
    content = a_pdf(pages=4)
    made = office.register(file_id=office.upload(content), code_notation="QĐ-UBND")

    answer = callers["vanthu"].get(f"/documents/{made.document.id}/content")

    assert answer.content == content
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert answer.headers["Content-Disposition"] == (
        "inline; filename=\"12-QD-UBND.pdf\"; filename*=UTF-8''12-Q%C4%90-UBND.pdf"
    )


def test_content_somebody_has_is_not_sent_again(callers: Callers, document_id: str) -> None:
    clerk = callers["vanthu"]
    first = clerk.get(f"/documents/{document_id}/content")

    again = clerk.get(f"/documents/{document_id}/content", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_every_version_of_an_issued_document_can_be_read(callers: Callers, office: Office) -> None:
    document_id, clerk = office.issued(), callers["vanthu"]
    versions = clerk.read(f"/documents/{document_id}/versions")["items"]

    contents = [clerk.get(f"/documents/{document_id}/content?version={each['ordinal']}").content for each in versions]

    assert [each["kind"] for each in versions] == [
        "prepared",
        "initialled",
        "signed",
        "numbered",
        "sealed",
        "final",
    ]
    assert [hashlib.sha256(content).hexdigest() for content in contents] == [
        each["file"]["sha256"] for each in versions
    ]
    assert clerk.get(f"/documents/{document_id}/content").content == contents[-1]


def test_what_is_archived_is_read_from_the_archive(callers: Callers, office: Office) -> None:
    document_id, clerk = office.issued(), callers["vanthu"]
    sha256 = clerk.read(f"/documents/{document_id}")["file"]["sha256"]
    working_copies = [
        path for path in Path(office.house.settings.data, "objects").rglob(f"*{sha256[4:]}*") if "work" in path.parts
    ]
    for path in working_copies:
        path.parent.chmod(0o700)
        path.unlink()

    assert working_copies
    assert clerk.read(f"/documents/{document_id}")["archived"] is True
    assert hashlib.sha256(clerk.get(f"/documents/{document_id}/content").content).hexdigest() == sha256


@pytest.mark.parametrize("version", ["7", "99999999999999999999"])
def test_a_version_that_never_was_is_not_there(callers: Callers, document_id: str, version: str) -> None:
    problem(callers["vanthu"].get(f"/documents/{document_id}/content?version={version}"), 404, "file.not_found")


@pytest.mark.parametrize("version", ["0", "-1", "x"])
def test_a_version_that_is_no_ordinal_is_a_wrong_field(callers: Callers, document_id: str, version: str) -> None:
    assert "version" in wrong_fields(callers["vanthu"].get(f"/documents/{document_id}/content?version={version}"))


def test_attachments_are_read_by_their_place(callers: Callers, office: Office) -> None:
    clerk, content = callers["vanthu"], a_pdf(pages=3)
    request = {
        "file_id": clerk.uploaded(a_pdf()),
        "code_number": "9",
        "code_notation": "BC-UBND",
        "issued_date": "2026-11-19",
        "organ_name": "Ủy ban nhân dân xã Hoằng Thử",
        "type": "BC",
        "subject": "Báo cáo",
        "attachments": [{"file_id": clerk.uploaded(content), "name": "Phụ lục 1.pdf"}],
    }
    made = clerk.made("/incoming-documents", request)

    attached = clerk.read(f"/documents/{made['id']}")["attachments"]
    answer = clerk.get(f"/documents/{made['id']}/attachments/1")

    assert [(each["n"], each["name"], each["file"]["pages"]) for each in attached] == [(1, "Phụ lục 1.pdf", 3)]
    assert answer.content == content
    assert "filename*=UTF-8''Ph%E1%BB%A5%20l%E1%BB%A5c%201.pdf" in answer.headers["Content-Disposition"]
    problem(clerk.get(f"/documents/{made['id']}/attachments/2"), 404, "file.not_found")


def test_a_list_holds_what_is_looked_for(callers: Callers, office: Office) -> None:
    office.register(subject="Về việc rà soát tiêu chí nông thôn mới")
    office.register(subject="Báo cáo sản phẩm OCOP", type="BC", code_number="7")
    office.draft(subject="Công nhận xã nông thôn mới")
    clerk = callers["vanthu"]

    assert len(found(clerk)) == 3
    assert found(clerk, "?direction=outgoing") == ["Công nhận xã nông thôn mới"]
    assert found(clerk, "?q=nong thon moi&direction=incoming") == ["Về việc rà soát tiêu chí nông thôn mới"]
    assert found(clerk, "?type=BC") == ["Báo cáo sản phẩm OCOP"]
    assert found(clerk, "?from=2999-01-01") == []
    assert len(found(clerk, "?direction=&q=&type=&from=&to=")) == 3
    assert found(callers["chuyenvien"]) == ["Công nhận xã nông thôn mới"]


def test_a_question_that_is_none_is_a_wrong_field(callers: Callers) -> None:
    answer = callers["vanthu"].get("/documents?direction=up&type=ABC&from=2026-02-30&to=x&q=%00&limit=many")

    assert wrong_fields(answer) == {
        "direction": "choice",
        "type": "unknown",
        "from": "date",
        "to": "date",
        "q": "unprintable",
        "limit": "type",
    }


def test_documents_are_paged_by_key(callers: Callers, office: Office) -> None:
    for n in range(3):
        office.register(code_number=str(n), subject=f"Văn bản {n}")
    clerk = callers["vanthu"]

    first = clerk.read("/documents?limit=2")
    second = clerk.read(f"/documents?limit=2&after={first['next']}")

    assert [document["subject"] for document in first["items"] + second["items"]] == [
        "Văn bản 2",
        "Văn bản 1",
        "Văn bản 0",
    ]
    assert second["next"] is None
    problem(clerk.get("/documents?after=nowhere"), 422, "page.place_unknown")


def test_the_etag_of_a_document_changes_with_it(callers: Callers, document_id: str) -> None:
    head = callers["chutich"]
    before = head.get(f"/documents/{document_id}")
    head.complete(document_id, "direct", "file", note="Lưu")
    after = head.get(f"/documents/{document_id}")

    assert before.headers["ETag"] == f'"{before.json()["rev"]}"'
    assert after.headers["ETag"] != before.headers["ETag"]


def test_a_document_says_in_words_what_it_waits_for(callers: Callers, document_id: str) -> None:
    english = {"Accept-Language": "en"}
    head = callers["chutich"]

    waiting = head.read(f"/documents/{document_id}", headers=english)["waits_for"]
    head.complete(document_id, "direct", "file", note="Lưu")
    archiving = head.read(f"/documents/{document_id}", headers=english)["waits_for"]

    assert len(waiting) == 1
    assert "head of the agency" in waiting[0]
    assert archiving != waiting


def test_replies_are_shown_both_ways_to_those_who_may_read_them(
    callers: Callers, office: Office, people: Crowd
) -> None:
    incoming = office.register().document.id
    reply = office.draft(by="chanhvanphong", replies_to=[incoming], signer=people["chutich"].id).document.id
    clerk = callers["vanthu"]

    assert [each["id"] for each in clerk.read(f"/documents/{incoming}")["replies"]] == [str(reply)]
    assert [each["id"] for each in clerk.read(f"/documents/{reply}")["replies_to"]] == [str(incoming)]
