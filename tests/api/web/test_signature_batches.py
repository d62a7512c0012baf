"""Signing documents together on pages: read page by page, choose, confirm once, see what became of each, try again."""

from engine.documents import Attachment
from tests.api.web.visitors import Visitors
from tests.support.office import Office, a_pdf


def test_a_signer_reads_chooses_confirms_once_and_tries_failures_again(visitors: Visitors, office: Office) -> None:
    documents = [office.reviewed(), office.reviewed()]
    signer = visitors["chutich"]
    inbox = signer.open("/work-items")
    assert inbox.texts('//a[@href="/signature-batches/new"]') == ["Ký nhiều văn bản (2)"]

    choice = signer.open("/signature-batches/new")
    assert choice.texts("//td[@data-label='Trang đã xem']") == ["0/1 Xem trang 1"] * 2
    assert choice.form("/signature-batches").fields.get("item") is None
    reading = signer.open(f"/documents/{documents[0]}/reading")
    assert reading.texts("//section/h3") == ["Trang 1/1 chưa xem"]
    page = signer.get(f"/documents/{documents[0]}/pages/1")
    assert (page.headers["Content-Type"], page.content[:4]) == ("application/pdf", b"%PDF")
    assert signer.open(f"/documents/{documents[0]}/reading").texts("//section/h3") == ["Trang 1/1 đã xem"]

    choice = signer.open("/signature-batches/new")
    items = {str(office.item(one, "sign").id): one for one in documents}
    assert choice.form("/signature-batches").fields["item"] == [str(office.item(documents[0], "sign").id)]
    assert choice.says("Ký số cá nhân")
    empty = signer.send(choice.form("/signature-batches"), item=[], status=422)
    assert empty.errors() == ["Hãy chọn ít nhất một văn bản."]
    begun = signer.send(choice.form("/signature-batches"), item=list(items))
    assert begun.note == "Đã ghi nhận yêu cầu ký; các văn bản đang được ký lần lượt."
    assert begun.texts("//td[@data-label='Tình trạng']") == ["Đang chờ", "Đang chờ"]
    assert begun.document.xpath("//meta[@http-equiv='refresh']")
    office.run_jobs()

    shown = signer.open(begun.path)
    assert sorted(shown.texts("//td[@data-label='Tình trạng']")) == ["Chưa ký được", "Đã ký"]
    assert shown.says("Anh/chị chưa xem trang 1 của văn bản này. Hãy mở xem rồi ký lại.")
    assert not shown.document.xpath("//meta[@http-equiv='refresh']")
    signer.get(f"/documents/{documents[1]}/pages/1")
    again = signer.send(shown.form("/retry"))
    assert again.note == "Đang ký lại các văn bản chưa ký được."
    office.run_jobs()
    assert signer.open(begun.path).says("Đã ký 2/2 văn bản")
    assert signer.open("/signature-batches/new").says("Không có văn bản nào chờ ký")


def test_the_clerk_seals_together_and_others_see_nothing_of_it(visitors: Visitors, office: Office) -> None:
    document_id = office.numbered()
    clerk = visitors["vanthu"]
    clerk.get(f"/documents/{document_id}/pages/1")

    choice = clerk.open("/signature-batches/new")
    assert choice.form("/signature-batches").fields["key"] == ["agency"]
    begun = clerk.send(choice.form("/signature-batches"))
    office.run_jobs()

    assert clerk.open(begun.path).says("Đã xong tất cả.")
    visitors["chutich"].open(begun.path, status=404)
    visitors["kiemtra"].open(begun.path)
    visitors["kiemtra"].open("/signature-batches/new", status=403)
    assert clerk.get(f"/documents/{document_id}/pages/0").status_code == 404
    assert visitors["vanthu.xa1"].get(f"/documents/{document_id}/reading").status_code == 404


def test_attachments_are_read_page_by_page_from_the_work_item_and_count_among_the_pages_seen(
    visitors: Visitors, office: Office
) -> None:
    attached = Attachment(name="Phụ lục.pdf", file_id=office.upload(a_pdf(pages=2), by="chuyenvien"))
    document_id = office.reviewed(attachments=(attached,))
    signer = visitors["chutich"]

    page = signer.open(f"/work-items/{office.item(document_id, 'sign').id}")
    reading = signer.open(page.document.xpath("//a[text()='Phụ lục.pdf']/@href")[0].partition("#")[0])
    first = signer.get(f"/documents/{document_id}/attachments/1/pages/1")
    signer.get(f"/documents/{document_id}/pages/1")
    choice = signer.open("/signature-batches/new")

    assert reading.texts("//h2[@id='part-1']") == ["Phụ lục, tài liệu kèm theo 1: Phụ lục.pdf"]
    assert len(reading.texts("//section/h3")) == 3
    assert first.content[:4] == b"%PDF"
    assert choice.texts("//td[@data-label='Trang đã xem']") == ["2/3 Xem trang 2 của Phụ lục.pdf"]
    for wrong in ("attachments/2/pages/1", "attachments/1/pages/3", "attachments/x/pages/1", "attachments/1/pages/0"):
        assert signer.get(f"/documents/{document_id}/{wrong}").status_code == 404
    assert visitors["vanthu.xa1"].get(f"/documents/{document_id}/attachments/1/pages/1").status_code == 404


def test_reviewer_and_clerks_open_attachments_and_the_seal_says_that_it_covers_them(
    visitors: Visitors, office: Office
) -> None:
    commune = office.commune().agency_id
    attached = Attachment(name="Phụ lục.pdf", file_id=office.upload(a_pdf(), by="chuyenvien"))
    document_id = office.draft(attachments=(attached,), recipients=(commune,)).document.id
    office.complete(document_id, "draft", "submit", "chuyenvien")
    link = "//a[text()='Phụ lục.pdf']/@href"
    review = visitors["truongphong"].open(f"/work-items/{office.item(document_id, 'review_content').id}")
    office.complete(document_id, "review_content", "approve", "truongphong")
    office.complete(document_id, "review_format", "approve", "chanhvanphong")
    office.run_jobs()
    before = visitors["chutich"].open(f"/work-items/{office.item(document_id, 'sign').id}")
    office.sign(document_id, "sign", "chutich")
    office.complete(document_id, "number", "number", "vanthu")
    office.run_jobs()
    sealing = visitors["vanthu"].open(f"/work-items/{office.item(document_id, 'seal').id}")
    office.sign(document_id, "seal", "vanthu", key="agency")
    arrived = next(item for item in office.inbox("vanthu.xa1"))
    received = visitors["vanthu.xa1"].open(f"/work-items/{arrived.id}")

    assert review.document.xpath(link)
    assert before.says(f"Đã ký nháy nội dung: {office.people['truongphong'].name}")
    assert sealing.document.xpath(link)
    assert sealing.says("Phụ lục.pdf: được ký số của cơ quan")
    assert visitors["vanthu.xa1"].open(received.document.xpath(link)[0].partition("#")[0]).says("Trang 1/1")
