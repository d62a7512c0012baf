"""The check of signatures and the trusted authorities, on pages."""

from api.texts import sentence
from engine.trust_anchors import TrustDayUnreadable
from tests.api.web.visitors import Visitors
from tests.signing.paper_pki import PaperPki
from tests.signing.trusted_list import pem
from tests.support.office import Office, a_pdf

PKI = PaperPki()
WHY = "Quyết định 12/QĐ-BTTTT"


def test_an_authority_is_trusted_and_a_document_checked_again_page_by_page(visitors: Visitors, office: Office) -> None:
    document = office.register(file_id=office.upload(PKI.signed(a_pdf(), PKI.holder()))).document
    office.run_jobs()
    clerk, admin = visitors["vanthu"], visitors["quantri"]
    page = clerk.open(f"/documents/{document.id}/signatures")
    assert page.says("Chứng thư số của Nguyễn Văn Giấy không do tổ chức")
    assert page.says("Đã thêm dữ liệu chứng minh để lưu trữ.")

    form = admin.open("/trust-anchors").form("/trust-anchors")
    refused = admin.send(form, status=422, files={"file": [("a.pem", b"hello")]}, reason=WHY)
    assert any("Tệp không chứa chứng thư số" in error for error in refused.errors())
    chosen = {"file": [("a.pem", pem(PKI.root))]}
    nothing = admin.send(refused.form("/trust-anchors"), status=422, files=chosen, reason="")
    assert any("Ghi ngắn gọn lý do" in error for error in nothing.errors())
    added = admin.send(form, files=chosen, reason=WHY)
    assert added.note == "Từ nay tin cậy CA giấy gốc."
    assert added.says(WHY)

    again = clerk.send(page.form("/signatures"))
    assert again.note == "Đã kiểm tra lại chữ ký; báo cáo mới đã được lưu."
    assert again.says("có bị thu hồi hay không")
    assert again.source.count("?report=") >= 2
    assert clerk.get(f"/documents/{document.id}/signatures.xml").headers["content-type"].startswith("application/xml")

    ended = admin.send(added.form("/removal"), reason="Thôi cung cấp dịch vụ", until="01/11/2026")
    assert ended.note == "Chỉ còn tin cậy CA giấy gốc đối với chữ ký được tạo trước ngày đó."
    assert ended.says("có hiệu lực với chữ ký tạo trước 01/11/2026 00:00")
    no_day = admin.send(ended.form("/removal"), status=422, reason="Nhầm", until="31/02/2026")
    assert no_day.says(sentence(TrustDayUnreadable(), "vi"))
    removed = admin.send(ended.form("/removal"), reason="Hết hiệu lực")
    assert removed.note == "Không còn tin cậy CA giấy gốc."
    assert removed.says("Hết hiệu lực")
