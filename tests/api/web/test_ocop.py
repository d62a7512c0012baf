"""Pages of OCOP: the register, a dossier, a member's score sheet, the public page of a product."""

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.demo_ocop import HONEY, RICE, open_ocop, the_proposed
from api.demo_ranking import have_scored
from api.workbooks import read_workbook, write_workbook
from engine.actions.propose_ocop_product import ProposeOcopProduct, propose_ocop_product
from engine.actions.record_ocop_entity import RecordOcopEntity, record_ocop_entity
from engine.actions.record_ocop_product import RecordOcopProduct, record_ocop_product
from engine.council_sessions import Matter
from engine.council_votes import Choice
from engine.deadlines import office_date
from engine.dossiers import DossierState
from engine.ocop_certificate_sheets import SHEET
from engine.ocop_products import EntityKind
from engine.ocop_terms import EARLIER_DECISION, Purpose
from engine.rubrics import built_in
from signing.codes import svg_of
from tests.api.web.visitors import Visitors
from tests.engine.actions.test_rank_ocop import agree, matter_of, score
from tests.engine.test_rubrics import content_of
from tests.support.composing import a_photo
from tests.support.councils import Chamber
from tests.support.office import Office, a_pdf
from tests.support.ranking import Ranking, best_choices


@pytest.fixture
def ranking(office: Office) -> Ranking:
    return Ranking(office)


def test_a_commune_records_an_entity_and_a_product_and_opens_its_dossier(visitors: Visitors, ranking: Ranking) -> None:
    clerk = visitors["xa1.chuyenvien"]
    form = clerk.open("/ocop-products").form("/ocop-entities")
    wrong = clerk.send(form, 422, kind="cooperative", name="")

    entity = clerk.send(
        form,
        kind="cooperative",
        name="HTX Hoằng Thử",
        registration="2801",
        representative="Lê Thị Mai",
        address="Thôn 1",
        province_code="38",
        commune_code="15001",
    )
    product = clerk.send(entity.form(entity.path), set_number="3", name="Gạo nếp", steps="Gieo cấy\nThu hoạch")
    province = str(ranking.office.people["vanthu"].agency_id)
    opening = product.form("/proposals")
    assert clerk.send(opening, 422, receiver_id=province).errors()
    slip = {"slip": [("phieu.pdf", a_pdf(7))]}
    dossier = clerk.send(opening, 200, slip, purpose="first", receiver_id=province)

    assert len(wrong.errors()) >= 3
    assert (entity.heading, product.heading) == ("HTX Hoằng Thử", "Gạo nếp")
    assert "/PĐK-38-15001-" in dossier.heading
    assert "Lê Thị Mai" not in visitors["vanthu"].open(entity.path).source
    assert clerk.send(dossier.form("/submission"), 409).errors()


def test_a_member_fills_in_the_long_sheet_and_is_told_of_open_items(visitors: Visitors, ranking: Ranking) -> None:
    dossier = ranking.propose().dossier
    ranking.at_scoring(dossier.id)
    path, member = f"/ocop-dossiers/{dossier.id}/sheet", visitors["hd2"]
    form = member.open(path).form("/sheet")
    chosen: dict[str, Any] = {code: str(number) for code, number in best_choices(built_in(3)).items()}

    one: dict[str, Any] = {"1.1": "1"}
    open_items = member.send(form, 422, **one)
    draft = member.open(path).form("/sheet")
    draft.action = f"{path}/draft"
    saved = member.send(draft, **one)
    again = saved.form("/sheet")
    again.action = draft.action
    wrong = member.send(again, 422, **{**one, "1.2": "99"})
    late = member.send(form, 409, **chosen)
    kept = member.send(late.form("/sheet"), **chosen)

    assert len(open_items.errors()) == len(chosen) - 1
    assert saved.says("Tạm tính: 1/100 điểm")
    assert saved.says("1.2, 1.3")
    assert (saved.form("/sheet").fields["1.1"], len(wrong.errors())) == (["1"], 1)
    assert wrong.form("/sheet").fields["1.1"] == ["1"]
    assert any("ở cửa sổ khác" in error for error in late.errors())
    assert late.form("/sheet").fields["1.2"] == [chosen["1.2"]]
    assert kept.note == "Đã lưu phiếu của anh/chị: 100 điểm."
    assert visitors["chuyenvien.ocop"].open(path, 409).status == 409
    assert member.open(f"/ocop-dossiers/{dossier.id}").says("Phiếu chấm điểm của tôi")


def test_whoever_scans_the_code_of_a_recognised_product_sees_its_rank(visitors: Visitors, ranking: Ranking) -> None:
    product = ranking.product()
    ranking.propose(product)
    with ranking.services.begin() as work:
        code = work.ocop.register.get(product.id).code
    stranger = visitors.nobody()

    stranger.open(f"/p/{code}", 404)
    ranking.certified(product, issued_on=office_date(ranking.services.clock()) - timedelta(days=1))
    after = stranger.open(f"/p/{code}")

    assert after.heading == "Gạo nếp cái hoa vàng"
    assert after.says("4 sao")
    assert "Lê Thị Mai" not in after.source


def test_the_page_of_a_product_shows_the_code_for_its_label_that_leads_to_it(
    visitors: Visitors, ranking: Ranking
) -> None:
    product, house = ranking.product(), ranking.office.house
    ranking.propose(product)
    ranking.certified(product, issued_on=office_date(ranking.services.clock()) - timedelta(days=1))
    with ranking.services.begin() as work:
        code = work.ocop.register.get(product.id).code
    named = replace(house, settings=replace(house.settings, public_url="https://vanthu.example.vn/"))

    with TestClient(create_app(lambda: nullcontext(named)), base_url="https://127.0.0.1") as client:
        shown = client.get(f"/p/{code}").text

    address = f"https://vanthu.example.vn/p/{code}"
    assert svg_of(address, scale=4) in shown
    assert address in shown


def test_a_commune_changes_its_entity_and_product_and_shows_photos_to_whoever_scans_the_code(
    visitors: Visitors, ranking: Ranking
) -> None:
    product, clerk, stranger = ranking.product(), visitors["xa1.chuyenvien"], visitors.nobody()
    ranking.propose(product)
    form = clerk.open(f"/ocop-entities/{product.entity_id}/change").form("/change")
    assert clerk.send(form, 422, name="").errors()
    assert clerk.send(form, name="HTX Gạo sạch").heading == "HTX Gạo sạch"
    assert clerk.send(form, 409, name="Khác").errors()
    told = clerk.open(f"/ocop-products/{product.id}/change").form("/change")
    page = clerk.send(told, name="Gạo nếp hạt cau", story="Làng nghề.")
    added = page.form("/files")
    assert clerk.send(added, 422).errors() == ["Ảnh (JPEG, PNG) hoặc giấy chứng nhận (PDF): Hãy chọn tệp."]
    wrong = clerk.send(added, 422, {"file": [("a.pdf", a_pdf(1))]}, kind="photo", valid_until="32/1")
    assert "32/1" in wrong.source
    clerk.send(added, 200, {"file": [("Bao bì.jpg", a_photo())]}, kind="photo")
    both = clerk.send(added, 200, {"file": [("ATTP.pdf", a_pdf(2))]}, kind="certificate", issuer="Chi cục")

    ranking.certified(product, issued_on=office_date(ranking.services.clock()))
    with ranking.services.begin() as work:
        code = work.ocop.register.get(product.id).code
    shown = stranger.open(f"/p/{code}")
    assert both.says("ATTP.pdf")
    assert shown.says("ATTP.pdf, Chi cục")
    told, taken_in = stranger.get(f"/p/{code}/files/1").content, a_photo()
    assert b"photo 0" in taken_in
    assert told.startswith(b"\xff\xd8")
    assert b"photo 0" not in told
    again = stranger.get(f"/p/{code}/files/1")
    unchanged = stranger.client.get(f"/p/{code}/files/1", headers={"If-None-Match": again.headers["ETag"]})
    assert (again.content, unchanged.status_code, unchanged.content) == (told, 304, b"")
    assert stranger.get(f"/p/{code}/files/3").status_code == 404
    clerk.send(both.form("/files/remove"))
    assert stranger.get(f"/p/{code}/files/1").content == a_pdf(2)
    visitors["vanthu"].open(f"/ocop-products/{product.id}/change", 409)


def test_the_province_notes_checks_and_its_head_revokes_a_certificate(visitors: Visitors, ranking: Ranking) -> None:
    product, today = ranking.product(), office_date(ranking.services.clock())
    ranking.certified(product, issued_on=today - timedelta(days=40))
    path = f"/ocop-products/{product.id}/certificate"
    specialist, head = visitors["chuyenvien.ocop"], visitors["chutich"]
    page = specialist.open(path)
    check = page.form("/checks")

    assert len(specialist.send(check, 422, checked_on="", complies="").errors()) == 2
    assert specialist.send(check, 422, complies="no", note="").errors()
    assert specialist.send(check, complies="no", note="Nhãn sai.").says("Nhãn sai.")
    assert not [one for one in page.document.forms if str(one.action).endswith("/revocation")]
    revocation = head.open(path).form("/revocation")
    assert len(head.send(revocation, 422, ground="", concluded_on="", decision="").errors()) == 3
    late = head.send(revocation, 409, ground="mark_misused", concluded_on=str(today - timedelta(days=16)), decision="9")
    assert late.errors()
    done = head.send(revocation, ground="mark_misused", concluded_on=str(today), decision="09/QĐ-UBND")
    assert done.says("Đã thu hồi")
    assert visitors["xa1.chuyenvien"].open(path, 409).status == 409


def test_the_council_s_office_enters_a_certificate_from_paper_and_corrects_it(
    visitors: Visitors, ranking: Ranking
) -> None:
    product, today = ranking.product(), office_date(ranking.services.clock())
    desk, path = visitors["chuyenvien.ocop"], f"/ocop-products/{product.id}"
    form = desk.open(f"{path}/certificates/new").form("/new")
    paper = {"stars": "4", "certificate": "12/GCN", "decision": "45/QĐ-UBND", "authority": "UBND tỉnh Thanh Hóa"}
    issued = {"issued_on": str(today - timedelta(days=500)), "code": "83-829-28780-3-2022"}

    assert len(desk.send(form, 422, stars="", product_set="").errors()) == 6
    assert desk.send(form, 422, None, **paper, **issued).errors() == ["Quyết định (PDF): Hãy chọn tệp."]
    entered = desk.send(form, 200, {"file": [("45.pdf", a_pdf(4))]}, **paper, **issued)
    change = next(link for link in entered.links() if link.endswith("/change"))
    correction = desk.open(change).form("/change")
    assert desk.send(correction, 422, stars="3", reason="").errors()
    corrected = desk.send(correction, stars="3", reason="Nhập nhầm số sao.")
    assert desk.send(correction, 409, stars="5", reason="Nhầm.").errors()

    assert entered.says("Nhập từ bản giấy: giấy chứng nhận số 12/GCN của UBND tỉnh Thanh Hóa")
    assert visitors.nobody().open("/p/83-829-28780-3-2022").says("3 sao")
    decision = next(link for link in corrected.links() if link.endswith("/decision"))
    assert visitors["xa1.chuyenvien"].get(decision).content == a_pdf(4)
    assert visitors["xa1.chuyenvien"].open(f"{path}/certificates/new", 409).status == 409
    assert not [link for link in visitors["xa1.chuyenvien"].open(path).links() if "/certificates/new" in link]


def test_the_demonstration_has_a_recognised_product_and_a_dossier_being_scored(
    visitors: Visitors, ranking: Ranking
) -> None:
    open_ocop(ranking.office.house)
    open_ocop(ranking.office.house)

    for _ in ("the first start", "a second one finds nothing to do"):
        assert have_scored(ranking.office.house, lambda: _worked(ranking))

    listed = visitors["xa1.chuyenvien"].open("/ocop-products")
    assert len(listed.document.xpath("//main//th//a[contains(@href, '/ocop-products/')]")) == 2
    [honey] = [link for link in listed.document.xpath("//main//th//a") if "Mật ong" in link.text_content()]
    public = [link for link in visitors["hd2"].open(honey.get("href")).links() if link.startswith("/p/")]
    assert visitors.nobody().open(public[0]).says("4 sao")
    steps = visitors["hd2"].open("/work-items").document.xpath("//a[contains(text(), 'Chấm điểm sản phẩm')]/@href")
    sheets = [link for link in visitors["hd2"].open(steps[0]).links() if link.endswith("/sheet")]
    assert visitors["hd2"].open(sheets[0]).says("Phiếu chấm điểm")
    rice = next(link for link in listed.document.xpath("//main//th//a") if "Gạo nếp" in link.text_content()).get("href")
    dossiers = [link for link in visitors["chuyenvien.ocop"].open(rice).links() if link.startswith("/ocop-dossiers/")]
    shown = visitors["chuyenvien.ocop"].open(dossiers[0])
    assert shown.says("Thành phần, tệp hồ sơ")
    assert shown.says("Đang chờ ai")
    assert shown.texts("//tbody/tr[contains(., 'Chấm điểm sản phẩm')]/td")[0].startswith(
        "Ủy ban nhân dân tỉnh Thử Nghiệm (số người: 9)"
    )


def test_a_demonstration_that_is_interrupted_goes_on_at_its_next_start(ranking: Ranking) -> None:
    house, starts = ranking.office.house, 0
    open_ocop(house)
    done = False
    while not done and starts < 50:
        starts, asked = starts + 1, 0

        def told(limit: int = starts % 4) -> bool:
            """Be the worker for a while; then somebody presses Ctrl-C."""
            nonlocal asked
            asked += 1
            ranking.office.run_jobs()
            return asked > limit

        done = have_scored(house, told)
        open_ocop(house)

    assert done
    assert starts > 2, "it was interrupted"
    dossier = the_proposed(house)
    assert dossier is not None
    assert (dossier.state, len(dossier.submissions)) == (DossierState.COMPLETE, 1)


def test_a_demonstration_that_was_killed_while_its_dossier_was_opened_goes_on(ranking: Ranking) -> None:
    house, people = ranking.office.house, ranking.office.people
    with house.services.begin() as work:
        at, by = house.services.clock(), people["xa1.chuyenvien"]
        asked = RecordOcopEntity(
            kind=EntityKind.COOPERATIVE,
            name="HTX",
            registration="2800000001",
            representative="Lê Thị Thử",
            address="Thôn 1",
            province_code="38",
            commune_code="15001",
        )
        entity = record_ocop_entity(asked, by=by, at=at, work=work)
        for name, number in ((HONEY, 4), (RICE, 3)):
            product = RecordOcopProduct(entity_id=entity.id, set_number=number, name=name, steps="Gieo cấy")
            rice = record_ocop_product(product, by=by, at=at, work=work)
    assert the_proposed(house) is None
    slip, own = ranking.office.upload(a_pdf(), by="xa1.chuyenvien"), people["vanthu"].agency_id
    request = ProposeOcopProduct(product_id=rice.id, receiver_id=own, purpose=Purpose.FIRST, file_id=slip)
    with house.services.begin() as work:
        begun = propose_ocop_product(request, by=by, at=house.services.clock(), work=work).dossier

    open_ocop(house)

    going_on = the_proposed(house)
    assert going_on is not None
    assert (going_on.id, [part.code for part in going_on.parts if part.required and not part.files]) == (begun.id, [])
    assert have_scored(house, lambda: _worked(ranking))


def _worked(ranking: Ranking) -> bool:
    """Be the worker where the demonstration waits for it, which nobody tells to end."""
    ranking.office.run_jobs()
    return False


def test_an_administrator_loads_a_score_sheet_from_a_file(visitors: Visitors) -> None:
    older = {**content_of(9), "decision": EARLIER_DECISION, "effective_from": "2023-02-24"}
    machine = visitors["quantri"]
    form = machine.open("/ocop-rubrics").form("/ocop-rubrics")

    assert machine.send(form, 422).errors()
    assert machine.send(form, 422, {"file": [("x.toml", b"= 1")]}).errors()
    broken = json.dumps({**older, "sections": older["sections"][1:]}, default=str).encode()
    assert machine.send(form, 422, {"file": [("x.json", broken)]}).errors()
    kept = machine.send(form, 200, {"file": [("x.json", json.dumps(older, default=str).encode())]})

    assert kept.says(EARLIER_DECISION)
    assert not [one for one in visitors["vanthu"].open("/ocop-rubrics").document.forms if one.action == "/ocop-rubrics"]


def test_the_council_s_office_loads_certificates_from_a_workbook_as_the_preview_showed_them(
    visitors: Visitors, ranking: Ranking
) -> None:
    product, desk = ranking.product(name="Mật ong rừng"), visitors["chuyenvien.ocop"]
    first = desk.open(next(link for link in desk.open("/ocop-products").links() if link.endswith("/workbook")))
    content = desk.get("/ocop-certificates/workbook/file").content
    book = {name: [list(row) for row in rows] for name, rows in read_workbook(content).items()}
    filled = next(row for row in book[SHEET] if row[0] == str(product.id))
    filled[4:9] = [4, "12/GCN-OCOP", "45/QĐ-UBND", "15/01/2025", "Ủy ban nhân dân tỉnh"]
    filled[10] = "45-QD-UBND.pdf"
    form = first.form("/ocop-certificates/workbook")

    def chosen(*decisions: Any) -> Any:
        return {"file": [("a.xlsx", write_workbook(book))], "decisions": list(decisions)}

    line = book[SHEET].index(filled) + 1
    assert desk.send(form, 422, chosen()).errors() == [
        f"Trang tính '{SHEET}', dòng {line}, cột K: chưa chọn tệp PDF có tên này cùng tệp Excel."
    ]
    assert desk.send(form, 422, chosen(("45-QD-UBND.pdf", b"no PDF"))).errors()
    preview = desk.send(form, 200, chosen(("45-QD-UBND.PDF", a_pdf(4))))
    assert preview.says("Mật ong rừng")
    assert preview.says("45/QĐ-UBND, 15/01/2025")
    assert desk.send(preview.form("/loading")).note == "Đã nạp tệp Excel. Số giấy chứng nhận đã nhập: 1."
    assert desk.send(form, 200, chosen(("45-QD-UBND.pdf", a_pdf(4)))).says("không có gì để nạp")
    assert "xem lại" in desk.send(preview.form("/loading"), 409).errors()[0]
    desk.send(preview.form("/loading"), 409, book="x")
    visitors["xa1.chuyenvien"].open("/ocop-certificates/workbook", 409)
    assert not [one for one in visitors["xa1.chuyenvien"].open("/ocop-products").links() if "workbook" in one]


def _abstain(council: Chamber, matter: Matter, members: list[str]) -> None:
    """Have the council meet and all but the first say nothing."""
    motion = council.vote(council.open(council.convene(matter), members), matter)
    for member in members:
        council.cast(motion, member, Choice.AGREE if member == members[0] else Choice.ABSTAIN)
    council.close(motion)


def test_whoever_follows_a_ranked_product_finds_its_decision_and_its_points_as_they_are_written_here(
    visitors: Visitors, ranking: Ranking
) -> None:
    product = ranking.product()
    dossier = ranking.propose(product).dossier
    slip = ranking.at_scoring(dossier.id)
    members = score(ranking, dossier.id, slip, {**best_choices(built_in(3)), "4.1": 2})
    office, council = visitors["chuyenvien.ocop"], Chamber(office=ranking.office, purpose="ocop")
    before = office.open(f"/ocop-dossiers/{dossier.id}")
    _abstain(council, matter_of(ranking, slip), members)
    ranking.carry_called(slip)
    (item,) = [one for one in ranking.office.inbox("chuyenvien.ocop") if one.element_id == "settle"]
    settling = office.open(f"/work-items/{item.id}")
    (minutes,) = settling.document.xpath("//a[text()='Biên bản']/@href")
    ranking.office.complete(slip, "settle", "vote_again", "chuyenvien.ocop")
    ranking.carry_called(slip)
    agree(council, matter_of(ranking, slip), members)
    ranking.carry_called(slip)
    with ranking.services.begin() as work:
        code = work.ocop.register.get(product.id).code
        [rating] = work.ocop.ratings.of(product.id)

    read = [visitors[who].open(f"/ocop-dossiers/{dossier.id}") for who in ("chuyenvien.ocop", "xa1.chuyenvien")]
    public = visitors.nobody().open(f"/p/{code}")
    (decision,) = [link for link in public.links() if link.startswith("/published/")]
    published = visitors.nobody().open(decision)

    assert settling.says("Không thông qua. Tán thành 1/9: 11,11%; tỷ lệ phải đạt: 90%.")
    assert not [link for link in settling.links() if link.startswith("/council")], "who is no member opens no session"
    assert office.open(minutes).says("Biên bản")
    assert before.says("Điểm trung bình 97,00 trên 9 phiếu: 3 sao")
    assert before.says("cần 3 điểm, trung bình đạt 2,00 (9 phiếu chưa đạt)")
    assert f"/documents/{rating.document_id}" in read[0].links()
    assert decision in read[1].links(), "the commune reads it where everybody does"
    assert published.says("Giấy chứng nhận (PDF, có chữ ký số cơ quan)")
    assert published.says("97,00")
    kinds = visitors["xa1.chuyenvien"].open(f"/ocop-products/{product.id}").form("/files").choices("kind")
    assert sorted(kinds.values()) == ["Giấy chứng nhận", "Ảnh"]
