"""Copies by REST."""

from tests.api.rest.callers import Callers, problem
from tests.signing.scans import a_scan
from tests.support.office import Office


def test_an_electronic_copy_of_paper_is_asked_for_once_decided_on_and_signed(callers: Callers, office: Office) -> None:
    incoming = office.register().document.id
    clerk = callers["vanthu"]
    body = {"form": "SY", "source": "paper", "target": "electronic", "file_id": clerk.uploaded(a_scan())}
    path, key = f"/documents/{incoming}/copies", {"Idempotency-Key": "sao-1"}

    made = clerk.made(path, body, headers=key)
    again = clerk.made(path, body, headers=key)
    callers["chutich"].complete(made["id"], "decide", "approve")
    office.sign(office.document(made["id"]).id, "seal", "vanthu", key="agency")

    assert again == made
    found = clerk.read(f"/documents/{made['id']}")
    assert (found["type"], found["type_name"], found["state"], found["number"]) == ("SY", "Sao y", "issued", None)
    assert found["copy_of"]["of"]["id"] == str(incoming)
    assert found["copy_of"]["decided_by"]["name"] == "Nguyễn Văn Đức"
    assert [one["id"] for one in clerk.read(path)["items"]] == [made["id"]]


def test_what_the_decree_does_not_know_is_refused(callers: Callers, office: Office) -> None:
    path = f"/documents/{office.issued()}/copies"
    clerk = callers["vanthu"]

    problem(clerk.post(path, {"form": "SY", "source": "electronic", "target": "electronic"}), 409, "copy.not_allowed")
    problem(
        clerk.post(path, {"form": "TrS", "source": "electronic", "target": "paper", "first_page": 7, "last_page": 7}),
        422,
        "copy.pages_outside",
    )
    problem(clerk.post(path, {"form": "QĐ", "source": "paper", "target": "paper"}), 422, "request.invalid")


def test_an_attachment_says_how_the_agency_s_signature_on_it_stands(callers: Callers, office: Office) -> None:
    file_id = callers["chuyenvien"].uploaded(a_scan())
    drafted = {
        "type": "QĐ",
        "subject": "Về việc ban hành quy chế",
        "signer": str(office.people["chutich"].id),
        "body": "Điều 1. Ban hành kèm theo.",
        "attachments": [{"file_id": file_id, "name": "Quy chế.pdf"}],
    }
    document_id = office.document(callers["chuyenvien"].made("/outgoing-documents", drafted)["id"]).id
    path = f"/documents/{document_id}"
    before = callers["vanthu"].read(path)["attachments"]
    for element, outcome, by in (
        ("draft", "submit", "chuyenvien"),
        ("review_content", "approve", "truongphong"),
        ("review_format", "approve", "chanhvanphong"),
    ):
        office.complete(document_id, element, outcome, by)
    office.run_jobs()
    office.sign(document_id, "sign", "chutich")
    office.complete(document_id, "number", "number", "vanthu")
    office.run_jobs()
    office.sign(document_id, "seal", "vanthu", key="agency")

    after = callers["vanthu"].read(path)["attachments"]

    assert [(one["seal"], one["verdict"]) for one in before] == [("open", None)]
    assert [(one["seal"], one["verdict"]) for one in after] == [("signed", "valid")]
    assert after[0]["file"] != before[0]["file"]
