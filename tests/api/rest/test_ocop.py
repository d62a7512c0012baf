"""OCOP by REST: the register under its ETags, files, certificates, loaded sheets, a dossier up to its scores."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from api.workbooks import read_workbook, write_workbook
from engine.deadlines import office_date
from engine.ocop_certificate_sheets import SHEET
from engine.ocop_terms import EARLIER_DECISION
from engine.rubrics import built_in
from tests.api.rest.callers import Callers, problem, wrong_fields
from tests.engine.test_rubrics import content_of
from tests.support.composing import a_photo
from tests.support.office import Office, a_pdf
from tests.support.ranking import Ranking, best_choices

ENTITY: dict[str, Any] = {
    "kind": "cooperative",
    "name": "HTX Hoằng Thử",
    "registration": "2801",
    "representative": "Lê Thị Mai",
    "address": "Thôn 1",
    "province_code": "38",
    "commune_code": "15001",
}
STALE = {"headers": {"If-Match": '"99"'}}
MOVED = (412, "request.precondition_failed")


@pytest.fixture
def ranking(office: Office) -> Ranking:
    return Ranking(office)


def test_entities_and_products_are_changed_under_their_etags_by_their_commune(callers: Callers) -> None:
    clerk, province = callers["xa1.chuyenvien"], callers["vanthu"]
    entity = clerk.made("/ocop-entities", ENTITY, headers={"Idempotency-Key": "e"})
    there, changed = f"/ocop-entities/{entity['id']}", {**ENTITY, "name": "HTX Thử"}

    problem(clerk.ask("PUT", there, json=changed, **STALE), *MOVED)
    kept = clerk.ask("PUT", there, json=changed, headers={"If-Match": clerk.get(there).headers["ETag"]})
    problem(province.ask("PUT", there, json=changed), 409, "ocop.kept_elsewhere")
    product = clerk.made("/ocop-products", {"entity_id": entity["id"], "set_number": 3, "name": "Gạo nếp"})
    one, told = f"/ocop-products/{product['id']}", {"name": "Gạo tẻ", "story": "Làng nghề."}
    problem(clerk.ask("PUT", one, json=told, **STALE), *MOVED)
    again = clerk.ask("PUT", one, json=told, headers={"If-Match": '"0"'})

    assert (kept.json()["name"], kept.headers["ETag"]) == ("HTX Thử", '"1"')
    assert (again.json()["name"], again.json()["set_number"], again.headers["ETag"]) == ("Gạo tẻ", 3, '"1"')
    assert (clerk.read(there)["representative"], province.read(there)["representative"]) == ("Lê Thị Mai", None)
    assert entity["id"] in [each["id"] for each in clerk.read("/ocop-entities")["items"]]


def test_photos_and_certificates_are_put_to_a_product_and_taken_off(callers: Callers, ranking: Ranking) -> None:
    clerk, one = callers["xa1.chuyenvien"], f"/ocop-products/{ranking.product().id}"
    photo, paper = clerk.uploaded(a_photo()), clerk.uploaded(a_pdf(5))
    shown = {"file_id": photo, "kind": "photo", "name": "Bao bì.jpg"}
    proof = {
        "file_id": paper,
        "kind": "certificate",
        "name": "ATTP.pdf",
        "issuer": "Chi cục",
        "valid_until": "2027-01-31",
    }

    problem(clerk.ask("PUT", one + "/files", json=shown, **STALE), *MOVED)
    clerk.ask("PUT", one + "/files", json=shown)
    both = clerk.ask("PUT", one + "/files", json=proof).json()
    refused = clerk.ask("PUT", one + "/files", json={**proof, "kind": "photo"})
    content = callers["kiemtra"].get(f"{one}/files/{photo}")
    left = clerk.ask("DELETE", f"{one}/files/{photo}").json()

    assert [(file["kind"], file["valid_until"]) for file in both["files"]] == [
        ("photo", None),
        ("certificate", "2027-01-31"),
    ]
    assert wrong_fields(refused, "ocop.product_invalid") == {"file_id": "not_a_photo"}
    assert (content.headers["Content-Type"], content.content) == ("image/jpeg", a_photo())
    assert [file["name"] for file in left["files"]] == ["ATTP.pdf"]
    problem(clerk.get(f"{one}/files/{photo}"), 404, "file.not_found")


def test_a_certificate_is_looked_at_again_and_revoked_under_its_etag(callers: Callers, ranking: Ranking) -> None:
    today, product = office_date(ranking.services.clock()), ranking.product()
    one = f"/ocop-products/{product.id}/certificate"
    problem(callers["vanthu"].get(one), 409, "ocop.no_certificate")
    ranking.certified(product, issued_on=today - timedelta(days=50))
    look = {"checked_on": today.isoformat(), "complies": False, "note": "Nhãn sai."}
    taken = {"ground": "mark_misused", "concluded_on": today.isoformat(), "decision": "09/QĐ-UBND"}

    problem(callers["chuyenvien.ocop"].post(one + "/checks", look, **STALE), *MOVED)
    checked = callers["chuyenvien.ocop"].post(one + "/checks", look, headers={"If-Match": '"0"'})
    problem(callers["chutich"].post(one + "/revocation", taken, headers={"If-Match": '"0"'}), *MOVED)
    problem(callers["phochutich"].post(one + "/revocation", taken), 403, "access.not_allowed")
    revoked = callers["chutich"].post(one + "/revocation", taken, headers={"If-Match": checked.headers["ETag"]})

    assert checked.json()["checks"] == [{"checked_on": today.isoformat(), "complies": False, "note": "Nhãn sai."}]
    assert revoked.json()["revocation"]["ground"] == "mark_misused"
    told = callers["xa1.chuyenvien"].read(f"/ocop-products/{product.id}/certificates")["items"][0]
    assert (told["checks"][0]["note"], told["revocation"]["decision"]) == (None, "09/QĐ-UBND")


def test_a_certificate_on_paper_is_entered_once_and_corrected_under_its_etag(
    callers: Callers, ranking: Ranking
) -> None:
    desk, product = callers["chuyenvien.ocop"], ranking.product()
    paper = {
        "stars": 4,
        "certificate": "12/GCN-OCOP",
        "decision": "45/QĐ-UBND",
        "issued_on": "2025-01-15",
        "authority": "Ủy ban nhân dân tỉnh",
        "product_set": "Gạo, ngũ cốc",
        "file_id": desk.uploaded(a_pdf(4)),
    }
    path = f"/ocop-products/{product.id}/certificates"
    made = desk.made(path, {**paper, "code": "38-15001-77-2025"}, headers={"Idempotency-Key": "p"})
    again = desk.made(path, {**paper, "code": "38-15001-77-2025"}, headers={"Idempotency-Key": "p"})
    one, right = f"{path}/{made['id']}", {**paper, "stars": 3, "reason": "Nhập nhầm số sao."}
    seen = desk.get(one).headers["ETag"]

    problem(desk.ask("PUT", one, json=right, **STALE), *MOVED)
    corrected = desk.ask("PUT", one, json=right, headers={"If-Match": seen}).json()
    problem(callers["xa1.chuyenvien"].post(path, paper), 409, "council.none_in_office")
    assert (made["id"], made["mean"], made["expires"]) == (again["id"], None, "2028-01-15")
    assert (corrected["stars"], corrected["paper"]["certificate"]) == (3, "12/GCN-OCOP")
    assert callers["kiemtra"].get(one + "/decision").content == a_pdf(4)
    assert desk.read(f"/ocop-products/{product.id}")["code"] == "38-15001-77-2025"


def test_an_administrator_loads_older_sheets_once_and_none_that_does_not_add_up(callers: Callers) -> None:
    machine = callers["quantri"]
    older = {**content_of(7), "decision": EARLIER_DECISION, "effective_from": "2023-02-24"}
    broken = {**older, "set": 99, "sections": older["sections"][1:]}

    loaded = machine.ask("PUT", "/ocop-rubrics", json={"content": older}).json()
    again = machine.ask("PUT", "/ocop-rubrics", json={"content": older}).json()
    other = machine.ask("PUT", "/ocop-rubrics", json={"content": {**older, "name": "Khác"}})

    assert loaded == again
    problem(other, 409, "ocop.rubric_known")
    problem(machine.ask("PUT", "/ocop-rubrics", json={"content": broken}), 422, "ocop.rubric_invalid")
    listed = callers["chuyenvien.ocop"].read("/ocop-rubrics")["items"]
    assert (len(listed), [one["id"] for one in listed if one["loaded_at"]]) == (27, [loaded["id"]])


def test_a_dossier_is_checked_and_submitted_under_its_etag(callers: Callers, ranking: Ranking) -> None:
    clerk, dossier = callers["xa1.chuyenvien"], ranking.propose().dossier
    ranking.filled(dossier.id)
    path = f"/ocop-dossiers/{dossier.id}"
    findings = {check: {"confirmed": True} for check in ("origin", "labour", "idea", "identity")}

    problem(clerk.ask("PUT", path + "/findings", json={"findings": findings, "samples": 5}, **STALE), *MOVED)
    seen = clerk.get(path).headers["ETag"]
    noted = clerk.ask("PUT", path + "/findings", json={"findings": findings, "samples": 5}, headers={"If-Match": seen})
    problem(clerk.post(path + "/submission", headers={"If-Match": seen}), *MOVED)
    problem(callers["vanthu.xa2"].post(path + "/submission", headers={"If-Match": '"99"'}), 404, "dossier.not_found")
    sent = clerk.post(path + "/submission", headers={"If-Match": noted.headers["ETag"]})

    own = ranking.slip(dossier.id)
    ranking.carry_called(own)
    assert (noted.json()["samples"], sent.json()["state"]) == (5, "draft")
    assert clerk.read(path)["state"] == "submitted", "once the proposal is signed and issued"


def test_a_score_above_the_item_is_refused_at_its_item_and_a_sheet_kept_under_its_etag(
    callers: Callers, ranking: Ranking
) -> None:
    dossier = ranking.propose().dossier
    ranking.at_scoring(dossier.id)
    path, best = f"/ocop-dossiers/{dossier.id}/sheet", best_choices(built_in(3))

    above = callers["hd2"].ask("PUT", path, json={"choices": best, "points": {"1.1": 9}})
    open_item = callers["hd2"].ask("PUT", path, json={"choices": {**best, "1.1": 99}})
    new = callers["hd2"].get(path).headers["ETag"]
    half = callers["hd2"].ask("PUT", path + "/draft", json={"choices": {"1.1": 1}}, headers={"If-Match": new})
    problem(callers["hd2"].ask("PUT", path + "/draft", json={"choices": {}}, headers={"If-Match": new}), *MOVED)
    problem(callers["hd2"].ask("PUT", path, json={"choices": best}, headers={"If-Match": new}), *MOVED)
    kept = callers["hd2"].ask("PUT", path, json={"choices": best}, headers={"If-Match": half.headers["ETag"]})

    assert wrong_fields(above, "ocop.sheet_invalid") == {"points/1.1": "ocop.above_item"}
    assert wrong_fields(open_item, "ocop.sheet_invalid") == {"choices/1.1": "ocop.foreign_option"}
    assert kept.json()["total"] == 100
    assert callers["hd2"].get(path).headers["ETag"] == kept.headers["ETag"]


def test_a_dossier_of_the_last_second_before_22_may_in_viet_nam_is_judged_by_the_older_decision(
    callers: Callers, ranking: Ranking
) -> None:
    """The day in Việt Nam decides, whatever the day is where the caller is."""
    older = {**content_of(3), "decision": EARLIER_DECISION, "effective_from": "2023-02-24"}
    callers["quantri"].ask("PUT", "/ocop-rubrics", json={"content": older})
    last = datetime(2026, 5, 21, 16, 59, 59, tzinfo=UTC)
    before = ranking.propose(at=last).dossier.id
    after = ranking.propose(at=last + timedelta(seconds=1)).dossier.id

    read = callers["xa1.chuyenvien"].read
    assert [read(f"/ocop-dossiers/{one}")["decision"] for one in (before, after)] == [
        EARLIER_DECISION,
        "26/2026/QĐ-TTg",
    ]


def test_certificates_are_previewed_then_loaded_from_a_workbook_and_every_wrong_cell_is_named(
    callers: Callers, ranking: Ranking
) -> None:
    desk, product = callers["chuyenvien.ocop"], ranking.product()
    content = desk.get("/ocop-certificate-workbook").content
    book = {name: [list(row) for row in rows] for name, rows in read_workbook(content).items()}
    filled = next(row for row in book[SHEET] if row[0] == str(product.id))
    filled[4:9] = [4, "12/GCN-OCOP", "45/QĐ-UBND", date(2025, 1, 15), "Ủy ban nhân dân tỉnh"]
    filled[10] = desk.uploaded(a_pdf(4))

    def sent_to(path: str) -> Any:
        return desk.post(f"/ocop-certificate-workbook/{path}", files={"file": ("a.xlsx", write_workbook(book))})

    seen = sent_to("preview").json()
    filled[4] = 3
    problem(sent_to(f"loading?previewed={seen['sha256']}"), 409, "ocop.plan_moved")
    filled[4] = 4
    loaded, again = sent_to(f"loading?previewed={seen['sha256']}").json(), sent_to("loading").json()
    [kept] = desk.read(f"/ocop-products/{product.id}/certificates")["items"]
    filled[4], filled[7] = 6, "hôm qua"
    refused = problem(sent_to("preview"), 422, "ocop.book_wrong")
    del book[SHEET]
    problem(sent_to("loading"), 409, "ocop.book_empty")

    assert [(one["product"], one["issued_on"]) for one in seen["entered"]] == [(product.name, "2025-01-15")]
    assert (loaded, again["entered"], again["untouched"]) == (seen, [], 1)
    assert (kept["stars"], kept["paper"]["certificate"], kept["expires"]) == (4, "12/GCN-OCOP", "2028-01-15")
    assert {one["code"] for one in refused["errors"]} == {"ocop.cell_no_stars", "ocop.cell_no_decision_day"}
