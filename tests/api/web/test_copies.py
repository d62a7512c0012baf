"""Copies on pages: asked for, decided on, handed out; and what is wrong said where it is."""

from engine.documents import Attachment
from tests.api.web.visitors import Visitors
from tests.signing.scans import a_scan
from tests.support.office import Office, a_pdf


def test_a_true_copy_on_paper_is_asked_for_decided_on_and_found_at_its_document(
    visitors: Visitors, office: Office
) -> None:
    original = office.issued()
    clerk, head = visitors["vanthu"], visitors["chutich"]
    page = clerk.open(f"/documents/{original}")
    form = clerk.open(f"/documents/{original}/copies/new").form("/copies/new")
    assert "/copies/new" in "".join(page.links())

    asked = clerk.send(form, target="paper", others="Sở Nội vụ")

    assert asked.note == "Đã trình người đứng đầu cơ quan quyết định việc sao."
    assert asked.heading.startswith("Sao y")
    assert asked.says("Quyết định 01/QĐ-UBND")
    copy_id = asked.path.rsplit("/", 1)[-1]
    item = next(item for item in office.inbox("chutich") if str(item.document_id) == copy_id)
    deciding = head.open(f"/work-items/{item.id}")
    assert deciding.says("Quyết định 01/QĐ-UBND")
    assert deciding.says("bản giấy")
    decided = head.send(deciding.form_of("approve"))
    office.run_jobs()
    assert decided.note
    shown = clerk.open(f"/documents/{copy_id}")
    assert shown.says("01/SY-UBND")
    assert shown.says("Đây là bản sao giấy: Nguyễn Văn Đức, Chủ tịch ký tay")
    assert not shown.says("Chữ ký số đã ký")
    assert shown.says("Nguyễn Văn Đức, Chủ tịch")
    assert clerk.open(f"/documents/{original}").says("Sao y 01/SY-UBND")
    listed = clerk.open("/registers")
    assert listed.says("Sổ đăng ký bản sao")
    book = next(link for link in listed.links() if clerk.open(link).heading == "Sổ đăng ký bản sao")
    assert clerk.open(book).says("Sao y: Về việc công nhận")


def test_what_is_wrong_with_a_copy_stands_at_its_field_in_words(visitors: Visitors, office: Office) -> None:
    incoming = office.register().document.id
    clerk = visitors["vanthu"]
    form = clerk.open(f"/documents/{incoming}/copies/new").form("/copies/new")

    coarse = clerk.send(form, status=422, files={"file": [("a.pdf", a_scan(150))]}, target="electronic")
    extract = clerk.send(form, status=422, kind="TrS", target="paper")
    whole = clerk.send(form, status=409, source="electronic", target="electronic")

    assert any("Trang dưới 200 dpi: 1" in error for error in coarse.errors())
    assert any("từ trang nào đến trang nào" in error for error in extract.errors())
    assert any("tệp điện tử chính là bản gốc" in error for error in whole.errors())


def test_attachments_are_said_to_be_in_the_copy(visitors: Visitors, office: Office) -> None:
    attached = Attachment(name="Phụ lục.pdf", file_id=office.upload(a_pdf(), by="chuyenvien"))
    original = office.issued(attachments=(attached,))

    page = visitors["vanthu"].open(f"/documents/{original}/copies/new")

    assert page.says("Bản sao gồm cả tài liệu kèm theo (1 tệp)")
    made = visitors["vanthu"].send(page.form("/copies/new"), target="paper")
    assert made.says("1 tệp, đặt sau văn bản")


def test_an_auditor_makes_no_copy(visitors: Visitors, office: Office) -> None:
    original = office.issued()

    page = visitors["kiemtra"].open(f"/documents/{original}")

    assert not any("/copies/new" in link for link in page.links())
    assert visitors["kiemtra"].get(f"/documents/{original}/copies/new").status_code == 403
