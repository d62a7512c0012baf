"""One-stop cases on pages: a procedure set row by row, a case entered and followed from outside, the index."""

from typing import Any
from uuid import UUID

import pytest

from api.demo_cases import open_one_stop
from api.texts import sentence
from api.web.forms import FormSentBefore
from engine.cases import Case, ReturnBy
from engine.ids import CaseId
from engine.verifications import CODE_LETTERS, PER_APPLICATION
from tests.api.web.test_pages import require_sound
from tests.api.web.visitors import Page, Visitors
from tests.support.office import Office, a_pdf
from tests.support.one_stop import IDENTITY, now, received, set_procedure

PROCEDURE: dict[str, Any] = {
    "code": "2.000815",
    "name": "Chứng thực bản sao từ bản chính",
    "field": "Chứng thực",
    "level": "partly",
    "channels": ["direct", "online"],
    "component_code_0": "TP1",
    "component_name_0": "Bản chính giấy tờ",
    "component_originals_0": "1",
    "component_copies_0": "0",
    "component_required_0": "yes",
    "fee_name_0": "Phí chứng thực",
    "fee_amount_0": "2.000",
    "input_label_0": "Số trang",
    "input_kind_0": "number",
    "input_required_0": "yes",
    "step_name_0": "Đối chiếu, chứng thực",
    "step_half_days_0": "1",
    "step_role_0": "clerk",
    "half_days": "1",
    "result": "Bản sao được chứng thực",
}
UUID_HYPHENS = 4
APPLICANT: dict[str, Any] = {"name": "Lê Văn Ảnh", "identity": IDENTITY, "address": "Thôn 3", "phone": "0912345678"}


def entered(visitors: Visitors) -> Page:
    """Set a procedure and enter a case of it, all on pages."""
    chief, clerk = visitors["chanhvanphong"], visitors["vanthu"]
    listed = chief.send(chief.open("/case-procedures/new").form("/case-procedures/new"), **PROCEDURE)
    assert listed.note == "Đã thiết lập thủ tục, phiên bản 1; áp dụng cho hồ sơ mới."
    require_sound(listed)
    form = clerk.open("/cases/new?procedure=2.000815").form("/cases/new")
    return clerk.send(form, truong_1="12", came_0="yes", **APPLICANT)


def test_a_procedure_is_set_without_programming_and_a_case_of_it_entered(visitors: Visitors) -> None:
    page = entered(visitors)
    clerk = visitors["vanthu"]

    require_sound(page)
    assert page.says("Đã nộp, chờ kiểm tra")
    assert page.says("Lê Văn Ảnh")
    listed = clerk.open("/cases")
    require_sound(listed)
    assert not listed.says("Lê Văn Ảnh")
    require_sound(clerk.open("/case-procedures"))
    changed = visitors["chanhvanphong"].open("/case-procedures/new?code=2.000815").form("/case-procedures/new")
    assert changed.fields["fee_amount_0"] == ["2000"]
    assert changed.fields["input_kind_0"] == ["number"]


def test_what_is_wrong_with_a_procedure_or_an_application_is_named(visitors: Visitors) -> None:
    chief, clerk = visitors["chanhvanphong"], visitors["vanthu"]
    form = chief.open("/case-procedures/new").form("/case-procedures/new")
    wrong = chief.send(form, status=422, **{**PROCEDURE, "half_days": "5", "fee_amount_0": "-5"})
    entered(visitors)
    empty = clerk.send(clerk.open("/cases/new?procedure=2.000815").form("/cases/new"), status=422)

    require_sound(wrong)
    assert any("khác với thời hạn giải quyết" in error for error in wrong.errors())
    assert any("không được nhỏ hơn 0" in error for error in wrong.errors())
    assert {error.split(":")[0] for error in empty.errors()} >= {"Họ tên hoặc tên tổ chức", "Số định danh", "Số trang"}


def test_a_case_is_followed_from_outside_and_names_nobody(visitors: Visitors, office: Office) -> None:
    case = received(office)
    outside = visitors.nobody()

    page = outside.open(f"/track/{case.track_code.upper()}")

    require_sound(page)
    require_sound(outside.open("/track"))
    assert page.says("Đang giải quyết")
    assert page.says("Thẩm định hồ sơ")
    assert "Ảnh" not in page.source
    assert IDENTITY not in page.source
    assert "Set-Cookie" not in page.headers
    sent = outside.send(page.form("/feedback"), text="Bao giờ có kết quả?")
    assert sent.says("trả lời chậm nhất ngày")
    assert "/answers" not in sent.source
    clerk = visitors["vanthu"]
    desk = clerk.open("/case-feedback")
    require_sound(desk)
    answered = clerk.send(desk.form("/answer"), answer="Đúng ngày hẹn.")
    assert answered.note == "Câu trả lời đã có trên trang tra cứu."
    again = outside.open(f"/track/{case.track_code}")
    assert "Đúng ngày hẹn." not in again.source
    assert outside.send(again.form("/answers"), identity=IDENTITY).says("Đúng ngày hẹn.")
    assert outside.send(again.form("/answers"), status=403, identity="038090000009").says("không khớp")


def test_an_application_is_sent_online_and_supplemented_by_its_code(visitors: Visitors, office: Office) -> None:
    set_procedure(office)
    outside, clerk = visitors.nobody(), visitors["vanthu"]
    offices = outside.open("/submit")
    listed = outside.open(next(link for link in offices.links() if link.startswith("/submit?agency=")))
    page = outside.open(next(link for link in listed.links() if link.startswith("/submit/")))
    for one in (offices, listed, page):
        require_sound(one)
        assert "Set-Cookie" not in one.headers

    form, pdf = page.form("/submit/" + page.path.rpartition("/")[2]), ("giay.pdf", a_pdf())
    wrong = outside.send(form, status=422, files={"files_0": [pdf]}, **APPLICANT)
    require_sound(wrong)
    assert {error.split(":")[0] for error in wrong.errors()} == {
        "Bản sao giấy tờ pháp lý của chủ hộ",
        "Tên hộ kinh doanh",
    }
    files = {"files_0": [pdf], "files_1": [pdf]}
    sent = outside.send(form, files=files, ten_ho="Hộ kinh doanh Ánh Dương", **APPLICANT)
    require_sound(sent)
    assert sent.says("Đã nộp hồ sơ")
    assert sent.says("chậm nhất")
    case = clerk.open(next(link for link in clerk.open("/cases").links() if link.count("-") == UUID_HYPHENS))
    require_sound(case)
    assert case.says("giay.pdf")
    assert clerk.get(next(link for link in case.links() if "/files/" in link)).content == a_pdf()
    with office.house.services.begin() as work:
        known = work.cases.get(CaseId(UUID(case.path.rpartition("/")[2])))
    office.complete(known.document_id, "check", "supplement", "vanthu", reason="Thiếu giấy ủy quyền")
    asked = outside.open(sent.path)
    require_sound(asked)
    stranger = outside.send(asked.form("/supplement"), status=403, files={"files_2": [pdf]}, identity="038090000009")
    assert stranger.says("không khớp")
    given = outside.send(asked.form("/supplement"), files={"files_2": [pdf]}, identity=IDENTITY)
    assert given.says("Đã nhận phần bổ sung")


def test_a_form_sent_again_with_other_files_is_told_so_and_makes_no_second_case(
    visitors: Visitors, office: Office
) -> None:
    procedure = set_procedure(office)
    outside = visitors.nobody()
    form, typed = outside.open(f"/submit/{procedure.id}").form(str(procedure.id)), {**APPLICANT, "ten_ho": "Ánh Dương"}
    files = {"files_0": [("giay.pdf", a_pdf())], "files_1": [("cccd.pdf", a_pdf())]}
    first = outside.send(form, files=files, **typed)

    assert outside.send(form, files=files, **typed).path == first.path
    other = {**files, "files_1": [("cccd.pdf", a_pdf(2))]}
    back = outside.send(form, status=409, files=other, **typed)
    assert [sentence(FormSentBefore(), "vi")] == back.errors()
    assert outside.send(back.form(str(procedure.id)), files=other, **typed).path != first.path


def test_applications_from_one_address_are_counted(visitors: Visitors, office: Office) -> None:
    procedure = set_procedure(office)
    outside = visitors.nobody()
    form = outside.open(f"/submit/{procedure.id}").form(str(procedure.id))
    limit = office.house.settings.verifications_per_address // PER_APPLICATION

    for _ in range(limit):
        outside.send(form, status=422)

    assert outside.send(form, status=429).says("Đã gửi quá nhiều yêu cầu")


def test_a_code_guessed_many_times_is_stopped(visitors: Visitors, office: Office) -> None:
    outside, tried = visitors.nobody(), list[int]()
    limit = 10 * office.house.settings.verifications_per_address

    while 429 not in tried and len(tried) <= 2 * limit:  # a window may end meanwhile
        tried.append(outside.get(f"/track/{CODE_LETTERS[len(tried) % 32] * 26}").status_code)

    assert set(tried[:-1]) == {404}
    assert len(tried) > limit
    assert tried[-1] == 429


def done(office: Office) -> Case:
    """Return a case that only waits for its result to be returned at the counter, as its applicant chose."""
    case = received(office, result_type=None, signing_half_days=0, half_days=6)
    office.complete(case.document_id, "handle_specialist", "done", "chuyenvien")
    office.complete(case.document_id, "handle_head_of_unit", "done", "truongphong")
    return case


def test_the_way_the_applicant_chose_stands_in_the_form_for_returning_the_result(
    visitors: Visitors, office: Office
) -> None:
    case = done(office)
    (item,) = (one for one in office.inbox("vanthu") if one.document_id == case.document_id)
    page = visitors["vanthu"].open(f"/work-items/{item.id}")

    assert page.document.xpath("//select[@name='way']/option[@selected]/@value") == ["counter"]
    over = visitors["vanthu"].send(page.form("/complete"))
    assert over.says("Đã trả kết quả")
    assert now(office, case.id).returned_by is ReturnBy.COUNTER


def test_the_page_of_a_case_leads_to_why_it_stands_where_it_stands(visitors: Visitors, office: Office) -> None:
    case = received(office)
    page = visitors["vanthu"].open(f"/cases/{case.id}/explanation")

    assert visitors["vanthu"].open(f"/cases/{case.id}").document.xpath(f"//a[@href='/cases/{case.id}/explanation']")
    assert page.says("Hồ sơ đang ở bước 1/2, 'Thẩm định hồ sơ'")
    assert page.says("Đang chờ ai")
    assert page.says("mỗi hồ sơ chỉ được hẹn lại một lần")


def test_a_case_that_is_over_is_rated_once(visitors: Visitors, office: Office) -> None:
    case = done(office)
    office.complete(case.document_id, "return_result", "returned", "vanthu", way="counter")
    outside = visitors.nobody()
    form = outside.open(f"/track/{case.track_code}").form("/rating")

    thanked = outside.send(form, satisfaction="satisfied")

    assert thanked.says("Cảm ơn")
    assert outside.send(form, status=409, satisfaction="not_satisfied").says("đã được đánh giá")
    index = visitors["chanhvanphong"].open("/service-index")
    require_sound(index)
    assert index.says("100,00 % (1/1)")
    entered_points = visitors["chanhvanphong"].send(
        index.form(f"/service-index/{now(office, case.id).submitted_at.year}"), item="published", points="17,5"
    )
    assert entered_points.says("17,50 / 18")


def test_an_apology_is_given_out_on_the_page_of_the_case(visitors: Visitors, office: Office) -> None:
    case = received(office)
    clerk = visitors["vanthu"]
    assert case.due is not None
    page = clerk.open(f"/cases/{case.id}")
    require_sound(page)

    wrong = clerk.send(page.form("/apology"), status=422, reason="Chờ ý kiến", to="31/02/2026")
    given = clerk.send(page.form("/apology"), reason="Chờ ý kiến", to=f"{case.due.year + 1}-02-02")

    assert wrong.errors()
    assert given.says("01/PXL-TTPVHCC")
    assert now(office, case.id).reappointed
    for link in (link for link in given.links() if "/slips/" in link or link.endswith("/control")):
        assert clerk.get(link).headers["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("path", ["/cases", "/case-feedback", "/service-index"])
def test_specialists_and_administrators_read_no_register(visitors: Visitors, path: str) -> None:
    assert visitors["quantri"].get(path).status_code == 403
    assert visitors["chuyenvien"].get(path).status_code == 403


def test_the_demonstration_has_procedures_and_cases_in_every_agency(visitors: Visitors, office: Office) -> None:
    open_one_stop(office.house)
    open_one_stop(office.house)

    for clerk in ("vanthu", "vanthu.xa1", "vanthu.xa2"):
        page = visitors[clerk].open("/cases")
        assert page.says("Chờ bổ sung")
        assert len([link for link in page.links() if link.startswith("/cases/0")]) == 4


def test_a_strangers_case_is_not_there(visitors: Visitors, office: Office) -> None:
    set_procedure(office)
    case = received(office, based_on=1)

    for path in (f"/cases/{case.id}", f"/cases/{case.id}/control", f"/documents/{case.document_id}/case"):
        assert visitors["vanthu.xa1"].get(path).status_code == 404
