"""Stand-ins on pages: recorded, listed, revoked; what the substitute reads and signs."""

from datetime import timedelta
from typing import Any

import pytest

from engine.deadlines import office_date
from engine.stand_ins import StandInKind
from tests.api.web.visitors import Form, Visitors
from tests.support.office import Office


@pytest.fixture
def days(office: Office) -> dict[str, str]:
    """Today and tomorrow, as one writes them."""
    today = office_date(office.house.services.clock())
    return {"first_day": today.strftime("%d/%m/%Y"), "last_day": (today + timedelta(days=1)).strftime("%d/%m/%Y")}


def chosen(form: Form, principal: str, substitute: str) -> dict[str, str]:
    return {"principal": form.named("principal", principal), "substitute": form.named("substitute", substitute)}


def test_the_chief_of_office_records_one_and_the_deputy_signs_in_the_heads_place(
    visitors: Visitors, office: Office, days: dict[str, str]
) -> None:
    document_id = office.reviewed()
    chief, deputy = visitors["chanhvanphong"], visitors["phochutich"]
    form = chief.open("/stand-ins/new").form("/stand-ins/new")
    who = chosen(form, "Nguyễn Văn Đức", "Trần Thị Hạnh")

    typed: dict[str, Any] = {**who, **days, "basis": "Quyết định phân công công tác", "halves": "last"}
    listed = chief.send(form, **typed)

    assert listed.note == "Đã ghi nhận người thay."
    assert listed.says("Trần Thị Hạnh, Phó Chủ tịch thay Nguyễn Văn Đức, Chủ tịch")
    assert listed.says(f"{days['first_day']} – trưa {days['last_day']}")
    page = deputy.open(f"/work-items/{office.item(document_id, 'sign').id}")
    assert page.says("Anh/chị làm việc này thay Nguyễn Văn Đức theo Quyết định phân công công tác")
    assert page.says("KT. CHỦ TỊCH PHÓ CHỦ TỊCH Trần Thị Hạnh")
    made = deputy.send(page.form("/signer"))
    assert made.note == "Văn bản đã được lập lại để anh/chị ký. Hãy đọc lại rồi ký."
    assert made.form("/signature")
    deputy.send(made.form_of("return"), reason="Sai căn cứ")
    course = visitors["vanthu"].open(f"/documents/{document_id}")
    assert course.says("Trần Thị Hạnh thay Nguyễn Văn Đức theo Quyết định phân công công tác")

    revoked = visitors["chutich"].send(visitors["chutich"].open("/stand-ins").form("/revocation"))
    assert revoked.note == "Đã thu hồi; từ nay không ai làm thay theo đó nữa."
    assert revoked.says("đã thu hồi")


def test_a_form_with_mistakes_comes_back_with_all_of_them_and_what_was_typed(visitors: Visitors) -> None:
    clerk = visitors["vanthu"]
    form = clerk.open("/stand-ins/new").form("/stand-ins/new")
    assert "principal" not in form.names

    again = clerk.send(form, status=422, first_day="31/02/2026", last_day="", basis="", kind="deputy")

    assert {error.split(":")[0] for error in again.errors()} >= {
        "Người thay",
        "Từ ngày",
        "Đến hết ngày",
        "Văn bản căn cứ",
        "Số, ký hiệu văn bản căn cứ",
    }
    assert again.form("/stand-ins/new").fields["kind"] == ["deputy"]


def test_the_auditor_reads_them_and_has_no_button(visitors: Visitors, office: Office) -> None:
    office.stand_in("chutich", "phochutich")

    page = visitors["kiemtra"].open("/stand-ins")

    assert page.says("Trần Thị Hạnh, Phó Chủ tịch thay Nguyễn Văn Đức, Chủ tịch")
    assert page.document.xpath("//main//form | //main//a[@href='/stand-ins/new']") == []


def test_who_acts_as_head_and_who_records_for_them_choose_the_appointment_an_order_is_given_under(
    visitors: Visitors, office: Office, days: dict[str, str]
) -> None:
    office.stand_in("chutich", "phochutich", kind=StandInKind.ACTING)
    basis = {"basis": "Quyết định", "basis_number": "9/QĐ-UBND", "basis_issued_on": days["first_day"]}
    typed: dict[str, Any] = {**days, **basis, "kind": "by_order"}
    acting, chief = visitors["phochutich"], visitors["chanhvanphong"]
    assert visitors["chutich"].open("/work-items").says("Hiện đã có người được giao quyền cấp trưởng (Q.)")

    form = acting.open("/stand-ins/new").form("/stand-ins/new")
    under = form.named("under", "Nguyễn Văn Đức")
    listed = acting.send(form, under=under, substitute=form.named("substitute", "Lê Hoàng Phượng"), **typed)
    assert listed.says("Lê Hoàng Phượng, Trưởng phòng thay Nguyễn Văn Đức, Chủ tịch")

    form = chief.open("/stand-ins/new").form("/stand-ins/new")
    typed |= chosen(form, "Nguyễn Văn Đức", "Vũ Thị Ngân")
    refused = chief.send(form, status=422, **typed)
    assert [error.partition(":")[0] for error in refused.errors()] == ["Giao lại từ"]
    assert chief.send(form, under=under, **typed).says("Vũ Thị Ngân")
