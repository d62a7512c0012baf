"""The signatures of a document, as the last check found them."""

from tests.api.rest.callers import Callers, problem
from tests.support.office import Office


def test_before_the_check_has_run_the_answer_is_that_it_is_going_on(callers: Callers, office: Office) -> None:
    document_id = office.register().document.id

    answer = callers["vanthu"].get(f"/documents/{document_id}/signatures")

    assert (answer.status_code, answer.json()["state"], answer.json()["verdict"]) == (202, "pending", None)


def test_a_check_that_was_not_made_is_not_there(callers: Callers, office: Office) -> None:
    """ReportNotFound, whether no check has run or none with that number."""
    document_id, clerk = office.register().document.id, callers["vanthu"]

    for path in ("signatures.xml", "signatures?report=9999"):
        problem(clerk.get(f"/documents/{document_id}/{path}"), 404, "validation.report_not_found")


def test_a_pdf_without_signatures_is_said_to_have_none(callers: Callers, office: Office) -> None:
    document_id = office.register().document.id
    office.run_jobs()

    report = callers["vanthu"].read(f"/documents/{document_id}/signatures")

    assert (report["state"], report["verdict"], report["signatures"]) == ("checked", "unsigned", [])
    assert report["checked_at"]


def test_an_issued_document_shows_official_seal_and_time_stamps_all_valid(callers: Callers, office: Office) -> None:
    document_id, clerk = office.issued(), callers["vanthu"]

    report = clerk.read(f"/documents/{document_id}/signatures")

    assert report["verdict"] == "valid", report["problems"]
    assert report["file_id"] == clerk.read(f"/documents/{document_id}")["file"]["sha256"]
    found = {each["field"]: (each["kind"], each["signer"]) for each in report["signatures"] if each["signer"]}
    assert found["ChuKy"] == ("certification", "Nguyễn Văn Đức")
    assert found["Dau"] == ("approval", "Ủy ban nhân dân tỉnh Thử Nghiệm")
    official = report["signatures"][0]
    assert (official["indication"], official["level"]) == ("TOTAL-PASSED", "B-LTA")
    assert [change["code"] for change in official["changes"]] == [
        *("change.filled", "change.signed", "change.proofs", "change.timestamped")
    ]
    assert official["chain"][-1]["trusted_because"] == "VANTHU_TRUST"
    xml = clerk.get(f"/documents/{document_id}/signatures", headers={"Accept": "application/xml"})
    assert xml.headers["content-type"].startswith("application/xml")
    assert xml.content == clerk.get(f"/documents/{document_id}/signatures.xml").content
    assert b"urn:etsi:019102:mainindication:total-passed" in xml.content
    again = clerk.post(f"/documents/{document_id}/signatures").json()
    assert (again["verdict"], len(clerk.read(f"/documents/{document_id}/signature-reports")["items"])) == ("valid", 2)
    assert all(each["intact"] and each["valid"] and each["trusted"] for each in report["signatures"])


def test_a_report_or_a_page_that_is_no_number_is_not_there(callers: Callers, office: Office) -> None:
    document_id = office.draft().document.id
    reader = callers["chuyenvien"]

    for report in ("junk", "-1", "9" * 30):
        problem(reader.get(f"/documents/{document_id}/signatures?report={report}"), 404, "validation.report_not_found")
    for page in ("x", "-1", "9" * 30, "٣"):
        problem(reader.get(f"/documents/{document_id}/pages/{page}"), 404, "page.unknown")
    problem(reader.get(f"/documents/{document_id}/pages/0"), 404, "page.not_found")
    problem(reader.get(f"/documents/{document_id}/attachments/x/pages/1"), 404, "page.unknown")
