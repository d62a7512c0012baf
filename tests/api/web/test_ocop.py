"""Pages of OCOP: the register, a dossier, a member's score sheet, the public page of a product."""

from datetime import timedelta
from typing import Any

import pytest

from engine.actions.submit_ocop_dossier import submit_ocop_dossier
from engine.deadlines import office_date
from engine.rubrics import built_in
from tests.api.web.visitors import Visitors
from tests.support.office import Office
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
    dossier = clerk.send(product.form("/proposals"), purpose="first", receiver_id=province)

    assert len(wrong.errors()) >= 3
    assert (entity.heading, product.heading) == ("HTX Hoằng Thử", "Gạo nếp")
    assert "/PĐK-38-15001-" in dossier.heading
    assert "Lê Thị Mai" not in visitors["vanthu"].open(entity.path).source
    assert clerk.send(dossier.form("/submission"), 422).errors()


def test_a_member_fills_in_the_long_sheet_and_is_told_of_open_items(visitors: Visitors, ranking: Ranking) -> None:
    dossier = ranking.propose().dossier
    ranking.filled(dossier.id)
    ranking.found(dossier.id)
    slip = ranking.do(submit_ocop_dossier, dossier.id).received_document_id
    assert slip is not None
    ranking.registered(slip)
    ranking.office.complete(slip, "check", "complete", "chuyenvien.ocop")
    path, member = f"/ocop-dossiers/{dossier.id}/sheet", visitors["hd2"]
    form = member.open(path).form("/sheet")
    chosen: dict[str, Any] = {code: str(number) for code, number in best_choices(built_in(3)).items()}

    one: dict[str, Any] = {"1.1": "1"}
    open_items = member.send(form, 422, **one)
    kept = member.send(form, **chosen)

    assert len(open_items.errors()) == len(chosen) - 1
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
