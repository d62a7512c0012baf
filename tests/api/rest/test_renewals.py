"""The plan of renewals and the proof of a document, by REST."""

from dataclasses import replace

from engine.renewals import NoLaterEnd
from tests.api.rest.callers import Callers
from tests.support.office import Office


def test_auditors_see_what_is_renewed_when_and_why_and_readers_until_when_a_document_is_proven(
    callers: Callers, office: Office
) -> None:
    services = office.house.services
    first, second = office.issued(), office.issued()
    with services.begin() as work:
        proof = work.renewals.get(second)
        work.renewals.keep(replace(proof.failed(NoLaterEnd(), services.clock()), renew_at=services.clock()))
    auditor = callers["kiemtra"]

    page = auditor.read("/renewals", params={"limit": 1})
    following = auditor.read("/renewals", params={"limit": 1, "after": page["next"]})

    assert [page["items"][0]["document_id"], following["items"][0]["document_id"]] == [str(second), str(first)]
    assert (following["items"][0]["why"], following["next"]) == ("certificate", None)
    assert page["items"][0]["failure"].startswith("Không dịch vụ cấp dấu thời gian nào")
    proven = callers["chutich"].read(f"/documents/{second}/proof")
    assert [stamp["field"] for stamp in proven["stamps"]] == ["DauThoiGian1"]
