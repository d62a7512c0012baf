"""Incoming documents by the pages alone: registered, directed, assigned, handled, without any script."""

from typing import Any

import pytest

from api.web.forms import NOBODY
from tests.api.web.visitors import Page, Visitor, Visitors
from tests.support.house import RunJobs
from tests.support.office import Office, a_pdf

FIELDS: dict[str, Any] = {
    "code_number": "12",
    "code_notation": "SNN-VP",
    "issued_date": "2026-11-19",
    "organ_name": "Sở Nông nghiệp và Môi trường",
    "type": "CV",
    "subject": "Về việc rà soát tiêu chí nông thôn mới",
    "urgency": "1",
}
SCAN = {"file": [("scan.pdf", a_pdf())]}


def register(clerk: Visitor, **changes: Any) -> Page:
    form = clerk.open("/incoming-documents/new").form("/incoming-documents/new")
    return clerk.send(form, files=SCAN, **{**FIELDS, **changes})


def step(visitor: Visitor, document: str) -> Page:
    """Open the document and the work on it that waits for this person."""
    page = visitor.open(document)
    return visitor.open(next(link for link in page.links() if link.startswith("/work-items/")))


def test_an_incoming_document_goes_from_the_counter_to_its_end_by_forms_alone(
    visitors: Visitors, run_jobs: RunJobs
) -> None:
    registered = register(visitors["vanthu"])
    assert registered.note == "Đã vào sổ, số đến 1."
    run_jobs()

    leader = visitors["chutich"]
    direct = step(leader, registered.path).form_of("assign")
    unit = direct.named("lead_unit", "Phòng Nông thôn mới")
    directed = leader.send(direct, lead_unit=unit, due_date="2026-12-05", note="Giao Phòng Nông thôn mới chủ trì.")
    assert directed.note == "Đã thực hiện: Giao đơn vị chủ trì."
    assert directed.says("Giao Phòng Nông thôn mới chủ trì.")

    head = visitors["truongphong"]
    assign = step(head, registered.path).form_of("assign")
    head.send(assign, handler=assign.named("handler", "Bùi Minh Tuấn"))

    specialist = visitors["chuyenvien"]
    handle = step(specialist, registered.path)
    assert handle.says("Việc của anh/chị: văn bản được giao đích danh.")
    closed = specialist.send(handle.form_of("done"), result="Đã rà soát, báo cáo lãnh đạo.")
    run_jobs()

    assert closed.note == "Đã thực hiện: Hoàn thành."
    end = specialist.open(registered.path)
    assert "Đã kết thúc" in end.texts('//header//span[contains(@class, "state")]')
    assert end.says("đã khóa trong kho lưu trữ")
    assert not end.texts('//section[h2="Đang chờ"]')
    assert any("Đã rà soát, báo cáo lãnh đạo." in line for line in end.texts('//ol[@class="history"]/li'))


def test_a_wrong_form_comes_back_with_every_error_at_its_field_and_all_that_was_typed(visitors: Visitors) -> None:
    clerk = visitors["vanthu"]
    form = clerk.open("/incoming-documents/new").form("/incoming-documents/new")

    page = clerk.send(
        form, status=422, files=SCAN, **{**FIELDS, "code_notation": "", "issued_date": "30/02/2026", "type": ""}
    )

    assert page.errors() == [
        "Ký hiệu: Mục này không được để trống.",
        "Ngày, tháng văn bản: Ngày không có trong lịch; hãy nhập như 28/02/2026.",
        "Tên loại văn bản: Hãy chọn trong danh sách.",
    ]
    again = page.form("/incoming-documents/new")
    assert again.fields["subject"] == [FIELDS["subject"]]
    assert again.fields["issued_date"] == ["30/02/2026"]
    assert page.document.get_element_by_id("code_notation").get("aria-invalid") == "true"
    assert page.texts('//*[@id="code_notation-error1"]') == ["▲ Mục này không được để trống."]


def test_the_file_need_not_be_chosen_again_after_an_error(visitors: Visitors) -> None:
    clerk = visitors["vanthu"]
    form = clerk.open("/incoming-documents/new").form("/incoming-documents/new")
    attached = {**SCAN, "attachments": [("phu luc.pdf", a_pdf(2)), ("bieu.pdf", a_pdf(3))]}
    page = clerk.send(form, status=422, files=attached, **{**FIELDS, "subject": ""})
    assert page.says("Đã tải lên: scan.pdf (1 trang)")

    again = page.form("/incoming-documents/new")
    left_out = again.fields["attachment_id"][1]
    registered = clerk.send(again, subject=FIELDS["subject"], attachment_removed=left_out)

    assert registered.note == "Đã vào sổ, số đến 1."
    assert registered.says("phu luc.pdf")
    assert not registered.says("bieu.pdf")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("van ban.docx", b"PK\x03\x04 a word file", "Tệp không phải PDF."),
        ("rong.pdf", b"", "Tệp rỗng (0 byte)."),
        ("cut.pdf", a_pdf()[:200], "Tệp PDF bị hỏng hoặc bị cắt"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_beside_its_field_with_the_other_errors(
    visitors: Visitors, name: str, content: bytes, sentence: str
) -> None:
    clerk = visitors["vanthu"]
    form = clerk.open("/incoming-documents/new").form("/incoming-documents/new")

    page = clerk.send(form, status=422, files={"file": [(name, content)]}, **{**FIELDS, "organ_name": " "})

    assert len(page.errors()) == 2
    assert page.errors()[0].startswith(f"Tệp PDF của văn bản: {sentence}")
    assert page.errors()[1] == "Cơ quan ban hành: Mục này không được để trống."


def test_an_attachment_that_cannot_be_taken_keeps_the_document_from_being_registered(visitors: Visitors) -> None:
    clerk = visitors["vanthu"]
    form = clerk.open("/incoming-documents/new").form("/incoming-documents/new")

    page = clerk.send(form, status=422, files={**SCAN, "attachments": [("anh.jpg", b"\xff\xd8 a picture")]}, **FIELDS)

    assert page.errors() == [
        "Tệp kèm theo: anh.jpg: Tệp không phải PDF. Hãy lưu hoặc quét văn bản thành PDF rồi chọn tệp đó."
    ]
    assert clerk.open("/documents").texts("//tbody/tr") == []


def test_a_second_document_with_the_same_number_is_registered_with_a_warning_that_names_the_first(
    visitors: Visitors,
) -> None:
    clerk = visitors["vanthu"]
    first = register(clerk)

    second = register(clerk)

    assert second.note == "Đã vào sổ, số đến 2."
    assert second.says("Văn bản này có thể đã đăng ký")
    assert first.path in second.links()
    assert not first.says("Văn bản này có thể đã đăng ký")


def test_sending_the_same_form_twice_registers_once(visitors: Visitors) -> None:
    clerk = visitors["vanthu"]
    form = clerk.open("/incoming-documents/new").form("/incoming-documents/new")

    first = clerk.send(form, files=SCAN, **FIELDS)
    second = clerk.send(form, files=SCAN, **FIELDS)

    assert second.path == first.path
    assert len(clerk.open("/documents").texts("//tbody/tr")) == 1


def test_a_form_changed_after_it_was_sent_asks_to_be_looked_at_before_it_registers_another(visitors: Visitors) -> None:
    clerk = visitors["vanthu"]
    form = clerk.open("/incoming-documents/new").form("/incoming-documents/new")
    clerk.send(form, files=SCAN, **FIELDS)

    page = clerk.send(form, status=409, files=SCAN, **{**FIELDS, "code_number": "13"})
    registered = clerk.send(page.form("/incoming-documents/new"))

    assert page.errors()[0].startswith("Biểu mẫu này đã được gửi và nội dung lần trước đã được lưu")
    assert registered.note == "Đã vào sổ, số đến 2."


def test_a_step_that_asks_for_a_reason_names_the_field_that_is_empty(visitors: Visitors, office: Office) -> None:
    document_id = office.register().document.id
    unit = visitors["chutich"].open(f"/work-items/{office.item(document_id, 'direct').id}").form_of("assign")
    lead = unit.named("lead_unit", "Phòng Nông thôn mới")
    office.complete(document_id, "direct", "assign", "chutich", lead_unit=lead)
    head = visitors["truongphong"]
    form = step(head, f"/documents/{document_id}").form_of("return")

    page = head.send(form, status=422, reason="  ")

    assert page.errors() == ["Lý do: Mục này không được để trống."]
    assert page.texts("//details[@open]/summary") == ["Trả lại lãnh đạo"]


def test_a_reason_is_shown_to_whoever_has_to_act_on_it(visitors: Visitors, office: Office) -> None:
    document_id = office.register().document.id
    direct = visitors["chutich"].open(f"/work-items/{office.item(document_id, 'direct').id}").form_of("assign")
    lead = direct.named("lead_unit", "Phòng OCOP")
    office.complete(document_id, "direct", "assign", "chutich", lead_unit=lead)
    office.complete(document_id, "assign", "return", "truongphong.ocop", reason="Không thuộc lĩnh vực OCOP.")

    page = visitors["chutich"].open(f"/work-items/{office.item(document_id, 'direct').id}")

    assert page.texts('//section[contains(@class, "words")]/p')[0].startswith("Vũ Thị Ngân, Trả lại lãnh đạo")
    assert page.texts('//section[contains(@class, "words")]//dd') == ["Không thuộc lĩnh vực OCOP."]


def test_a_choice_that_was_not_offered_is_refused_at_its_field(visitors: Visitors, office: Office) -> None:
    document_id = office.register().document.id
    head = visitors["chutich"]
    form = head.open(f"/work-items/{office.item(document_id, 'direct').id}").form_of("assign")

    page = head.send(form, status=422, lead_unit=str(NOBODY), due_date="31/11/2026")

    assert page.errors() == [
        "Đơn vị chủ trì: Giá trị không có trong danh sách lựa chọn.",
        "Thời hạn giải quyết: Ngày không có trong lịch; hãy nhập như 28/02/2026.",
    ]


def test_work_that_somebody_else_did_first_says_so(visitors: Visitors, office: Office) -> None:
    document_id = office.register().document.id
    first, second = visitors["chutich"], visitors["phochutich"]
    path = f"/work-items/{office.item(document_id, 'direct').id}"
    forms = first.open(path).form_of("file"), second.open(path).form_of("file")
    first.send(forms[0], note="Lưu.")

    page = second.send(forms[1], status=409)

    assert page.says("Việc này đã ở tình trạng 'đã hoàn thành'.")
    assert second.open(path).says("Việc này đã xong")


def test_claimed_work_is_ones_own_until_it_is_given_back_or_handed_on(visitors: Visitors, office: Office) -> None:
    document_id = office.register().document.id
    deputy, head = visitors["phochutich"], visitors["chutich"]
    path = f"/work-items/{office.item(document_id, 'direct').id}"

    claimed = deputy.send(deputy.open(path).form("/claim"))
    assert claimed.note == "Anh/chị đã nhận việc này."
    assert head.open(path).says("Việc này đang ở Trần Thị Hạnh.")
    assert [one for one in head.open(path).document.forms if str(one.action).endswith("/complete")] == []

    released = deputy.send(deputy.open(path).form("/release"))
    assert released.note.startswith("Đã trả lại việc chung")

    given = deputy.open(path).form("/handover")
    given.action = given.action.replace("/handover", "/delegate")
    handed = deputy.send(given, to=given.named("to", "Nguyễn Văn Đức"))
    assert handed.note == "Đã chuyển hẳn việc cho Nguyễn Văn Đức."
    assert head.open(path).says("Việc của anh/chị")


def test_the_diagram_says_what_is_done_and_what_is_now(visitors: Visitors, office: Office, run_jobs: RunJobs) -> None:
    document_id = office.register().document.id
    run_jobs()

    marks = visitors["vanthu"].get(f"/documents/{document_id}/diagram.json").json()

    assert marks["active"] == ["direct"]
    assert {"start", "check_signatures"} <= set(marks["done"])
    assert "<process" in marks["bpmn_xml"]
    page = visitors["vanthu"].open(f"/documents/{document_id}")
    assert page.texts('//ol[@class="steps"]/li[@class="active"]//b') == ["Cho ý kiến chỉ đạo (bút phê)"]
    assert page.texts('//ol[@class="steps"]/li[@class="done"]//b') == ["Kiểm tra chữ ký số"]
