"""Outgoing documents by the pages alone: drafted, checked, signed, numbered, sealed, delivered, without any script."""

import io
import re
import zipfile
from typing import Any

from tests.api.web.test_incoming_documents import step
from tests.api.web.visitors import Form, Page, Visitor, Visitors
from tests.support.house import RunJobs
from tests.support.office import Office, a_pdf

TEXT = "Ủy ban nhân dân tỉnh hướng dẫn như sau.\nĐề nghị hoàn thiện hồ sơ trước ngày 15 tháng 12 năm 2026./."


def draft_form(visitor: Visitor, query: str = "") -> Form:
    return visitor.open(f"/outgoing-documents/new{query}").form("/outgoing-documents/new")


def draft(visitor: Visitor, status: int = 200, **changes: Any) -> Page:
    form = draft_form(visitor)
    fields: dict[str, Any] = {
        "type": "CV",
        "subject": "Hướng dẫn hoàn thiện hồ sơ",
        "body": TEXT,
        "signer": form.named("signer", "Nguyễn Văn Đức"),
        **changes,
    }
    return visitor.send(form, status, **fields)


def test_an_outgoing_document_goes_from_its_draft_to_the_recipient_by_forms_alone(
    visitors: Visitors, run_jobs: RunJobs
) -> None:
    drafter, clerk = visitors["chuyenvien"], visitors["vanthu"]
    item = draft(drafter, type="QĐ", recipients=_checkboxes(drafter, "recipients")[0])
    assert item.note.startswith("Đã lưu bản thảo.")
    document = drafter.send(item.form_of("submit")).path
    assert drafter.open(document).says("Văn bản này chưa được ký số.")
    for username in ("truongphong", "chanhvanphong"):
        visitors[username].send(step(visitors[username], document).form_of("approve"))
    run_jobs()

    signed = _signed(visitors["chutich"], document, run_jobs)
    assert signed.says("Việc này đã xong")

    clerk.send(step(clerk, document).form_of("number"))
    run_jobs()
    clerk.send(step(clerk, document).form("/signature"))
    run_jobs()

    issued = clerk.open(document)
    assert not [line for line in issued.texts('//ol[@class="history"]/li/p') if line.endswith("Ký số → Ký số")]
    assert issued.heading == "Quyết định 01/QĐ-UBND"
    assert "Đã phát hành" in issued.texts('//header//span[contains(@class, "state")]')
    assert issued.says("Mọi chữ ký đều hợp lệ")
    assert issued.says("Chữ ký số của cơ quan: Ủy ban nhân dân tỉnh Thử Nghiệm")
    assert issued.says("Đã đến,")
    arrived = visitors["vanthu.xa1"].open("/work-items")
    assert arrived.texts("//tbody//th") == ["Đăng ký văn bản đến"]


def _signed(signer: Visitor, document: str, run_jobs: RunJobs) -> Page:
    """Sign as one who sees what is signed, waits on the page, and sees that it is done."""
    asked = step(signer, document)
    assert asked.says("Anh/chị ký đúng nội dung này")
    assert asked.says("Nguyễn Văn Đức, Chủ tịch")
    shown = asked.texts('//div[@class="signing"]//dt')
    assert shown[:3] == ["Trích yếu", "Nơi nhận", "Tệp (SHA-256)"]
    assert asked.texts('//div[@class="signing"]//a[contains(@href, "/content?version=")]')
    waiting = signer.send(asked.form("/signature"))
    assert waiting.says("Văn bản đang được ký số")
    digest = asked.texts('//div[@class="signing"]//dd[@class="digest"]')
    assert waiting.texts('//*[@role="status"]//dd[@class="digest"]')[:1] == digest
    assert waiting.document.xpath("//head/noscript/meta[@http-equiv='refresh']")
    run_jobs()
    return signer.open(waiting.path)


def _checkboxes(visitor: Visitor, name: str) -> list[str]:
    page = visitor.open("/outgoing-documents/new")
    return [str(one) for one in page.document.xpath(f"//input[@type='checkbox'][@name='{name}']/@value")]


def test_a_draft_with_mistakes_comes_back_with_all_of_them_and_what_was_chosen(visitors: Visitors) -> None:
    drafter = visitors["chuyenvien"]
    commune = _checkboxes(drafter, "recipients")[0]

    page = drafter.send(draft_form(drafter), status=422, type="", subject=" ", recipients=commune)

    assert page.errors() == [
        "Tên loại văn bản: Hãy chọn trong danh sách.",
        "Trích yếu: Mục này không được để trống.",
        "Nội dung: Hãy nhập nội dung hoặc tải lên một tệp PDF: chỉ dùng một trong hai cách.",
        "Người ký: Hãy chọn trong danh sách.",
    ]
    assert page.form("/outgoing-documents/new").fields["recipients"] == [commune]


def test_the_drafter_is_not_offered_as_signer(visitors: Visitors) -> None:
    offered = draft_form(visitors["chutich"]).choices("signer").values()

    assert "Trần Thị Hạnh, Phó Chủ tịch" in offered
    assert "Nguyễn Văn Đức, Chủ tịch" not in offered


def test_text_that_cannot_be_printed_is_refused_and_kept(visitors: Visitors) -> None:
    drafter = visitors["chuyenvien"]
    form = draft_form(drafter)
    signer = form.named("signer", "Nguyễn Văn Đức")

    page = drafter.send(form, status=422, subject="Mời họp", body="Trân trọng 😀", signer=signer)

    assert page.errors()[0].startswith("Nội dung có ký tự không in được")
    assert page.form("/outgoing-documents/new").fields["body"] == ["Trân trọng 😀"]


def test_an_uploaded_pdf_becomes_a_draft_with_its_attachments(visitors: Visitors) -> None:
    drafter = visitors["chuyenvien"]
    form = draft_form(drafter)
    files = {"file": [("du thao.pdf", a_pdf())], "attachments": [("phu luc.pdf", a_pdf(2))]}
    signer = form.named("signer", "Nguyễn Văn Đức")

    item = drafter.send(form, files=files, type="TTr", subject="Đề nghị công nhận", signer=signer)

    document = drafter.open(next(link for link in item.links() if re.fullmatch("/documents/[^/]+", link)))
    assert document.says("phu luc.pdf")
    assert document.texts('//section[h2="Các phiên bản"]//li/a') == ["Đã đặt vị trí số và chữ ký", "Bản gốc khi nhận"]


def test_a_reply_is_linked_to_what_it_answers_from_both_sides(visitors: Visitors, office: Office) -> None:
    document_id = office.register(organ_name="Ủy ban nhân dân xã Hoằng Thử").document.id
    clerk = visitors["vanthu"]
    form = draft_form(clerk, f"?replies_to={document_id}")

    item = clerk.send(form, subject="Trả lời", body=TEXT, signer=form.named("signer", "Nguyễn Văn Đức"))

    reply = next(link for link in item.links() if link.startswith("/documents/"))
    assert f"/documents/{document_id}" in clerk.open(reply).links()
    assert reply in clerk.open(f"/documents/{document_id}").links()
    assert clerk.open(reply).says("Ủy ban nhân dân xã Hoằng Thử")


def test_nobody_replies_to_a_document_they_may_not_read(visitors: Visitors, office: Office) -> None:
    document_id = office.register().document.id

    page = visitors["chuyenvien.ocop"].open(f"/outgoing-documents/new?replies_to={document_id}", status=404)

    assert page.says("Không có văn bản này.")


def test_a_draft_can_be_made_anew_while_it_is_with_its_drafter(visitors: Visitors) -> None:
    drafter = visitors["chuyenvien"]
    item = draft(drafter)

    revised = drafter.send(item.form("/revision"), subject="Hướng dẫn lập hồ sơ", body="Nội dung mới.")

    assert revised.note == "Đã lập lại bản thảo."
    assert revised.says("Hướng dẫn lập hồ sơ")


def test_signer_recipients_and_attachments_of_a_draft_are_changed_on_its_page(visitors: Visitors) -> None:
    drafter = visitors["chuyenvien"]
    form = draft(drafter).form("/revision")
    commune = _checkboxes(drafter, "recipients")[0]
    deputy = form.named("signer", "Trần Thị Hạnh")

    files = {"attachments": [("Phụ lục.pdf", a_pdf())]}
    revised = drafter.send(form, signer=deputy, recipients=commune, urgency="2", files=files)

    again = revised.form("/revision").fields
    assert (again["signer"], again["recipients"], again["urgency"]) == ([deputy], [commune], ["2"])
    assert again["attachment_name"] == ["Phụ lục.pdf"]


def test_recipients_outside_the_installation_are_named_and_not_delivered_to(visitors: Visitors, office: Office) -> None:
    drafter = visitors["chuyenvien"]
    item = draft(drafter, others="Bộ Nông nghiệp và Môi trường\n\nLưu: Hội Nông dân tỉnh")

    again = drafter.send(item.form("/revision"), others="Bộ Tài chính")

    assert item.form("/revision").fields["others"] == ["Bộ Nông nghiệp và Môi trường\nLưu: Hội Nông dân tỉnh"]
    assert again.says("Bộ Tài chính")
    assert not again.says("Hội Nông dân tỉnh")


def test_a_revision_with_mistakes_keeps_what_was_typed_and_names_them_all(visitors: Visitors) -> None:
    drafter = visitors["chuyenvien"]
    form = draft(drafter).form("/revision")

    page = drafter.send(form, status=422, subject=" ", files={"file": [("anh.png", b"a picture")]})

    assert page.errors() == [
        "Trích yếu: Mục này không được để trống.",
        "Hoặc tệp PDF soạn sẵn: Tệp không phải PDF. Hãy lưu hoặc quét văn bản thành PDF rồi chọn tệp đó.",
    ]
    assert page.form("/revision").fields["body"] == [TEXT]
    assert page.texts("//details[@open]/summary") == ["Sửa bản thảo"]


def test_only_the_file_that_was_shown_is_signed(visitors: Visitors, office: Office) -> None:
    signer = visitors["chutich"]
    form = step(signer, f"/documents/{office.reviewed()}").form("/signature")

    page = signer.send(form, status=409, digest="0" * 64)

    assert page.says("Văn bản vừa có thay đổi. Hãy xem phiên bản mới rồi thực hiện lại.")


def test_the_digest_before_signing_is_that_of_the_file_shown(visitors: Visitors, office: Office) -> None:
    document_id = office.reviewed()

    page = step(visitors["chutich"], f"/documents/{document_id}")

    assert page.texts('//dd[@class="digest"]') == [office.document(document_id).file_id]


def test_the_evidence_package_is_a_zip_with_every_version(visitors: Visitors, office: Office) -> None:
    document_id = office.draft().document.id

    answer = visitors["chuyenvien"].get(f"/documents/{document_id}/evidence")

    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert {"manifest.json", "document.json", "history.json", "versions/01-prepared.pdf"} <= set(names)
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_a_pdf_is_sent_as_it_is_kept_and_may_stand_only_in_our_own_pages(visitors: Visitors, office: Office) -> None:
    content = a_pdf(3)
    document_id = office.register(file_id=office.upload(content)).document.id

    answer = visitors["vanthu"].get(f"/documents/{document_id}/content")

    assert answer.content == content
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert visitors["vanthu"].get(f"/documents/{document_id}/content?version=2").status_code == 404


def test_several_signers_are_named_on_the_form_and_shown_with_their_turn(visitors: Visitors, run_jobs: RunJobs) -> None:
    drafter = visitors["chuyenvien"]
    form = draft_form(drafter)
    named: dict[str, Any] = {"further-1": form.named("further-1", "Bùi Minh Tuấn"), "further-1-capacity": "Thư ký"}

    refused = draft(drafter, status=422, **named)
    assert refused.says("Người soạn thảo không được ký văn bản")
    document = drafter.send(draft(drafter, type="BB", capacity="Chủ tọa", **named).form_of("submit")).path
    for username in ("truongphong", "chanhvanphong"):
        visitors[username].send(step(visitors[username], document).form_of("approve"))
    run_jobs()

    page = drafter.open(document)
    assert page.says("Đã ký nháy nội dung: Lê Hoàng Phượng")
    assert page.says("Nguyễn Văn Đức, Chủ tịch (Chủ tọa)")
    assert page.says("ký tiếp theo")
    assert page.says("Những người ký lần lượt theo thứ tự này.")
    _signed(visitors["chutich"], document, run_jobs)
    mine = step(drafter, document)
    assert not mine.says("cần lập lại trang ký cho anh/chị")
    assert drafter.open(document).says("đã ký,")
