"""Registers on the pages: the columns of the decree, year by year, cancelled numbers with their reason."""

from tests.api.web.visitors import Page, Visitors
from tests.support.office import Office


def register_page(visitors: Visitors, name: str, query: str = "") -> Page:
    clerk = visitors["vanthu"]
    page = clerk.open("/registers")
    link = next(str(one.get("href")) for one in page.document.xpath("//main//a") if name in one.text_content())
    return clerk.open(link + query)


def test_the_incoming_register_has_the_ten_columns_of_the_decree_in_their_order(
    visitors: Visitors, office: Office
) -> None:
    office.register()

    page = register_page(visitors, "văn bản đến")

    assert page.texts("//thead//th") == [
        "Ngày đến",
        "Số đến",
        "Tác giả",
        "Số, ký hiệu",
        "Ngày, tháng văn bản",
        "Tên loại và trích yếu",
        "Đơn vị hoặc người nhận",
        "Ngày chuyển",
        "Ký nhận",
        "Ghi chú",
    ]
    cells = page.texts("//tbody/tr/td")
    assert cells[1:6] == [
        "01",
        "Sở Nông nghiệp và Môi trường",
        "12/SNN-VP",
        "19/11/2026",
        "Công văn: Về việc rà soát tiêu chí nông thôn mới",
    ]


def test_whom_the_leader_gave_the_document_to_stands_in_its_line(visitors: Visitors, office: Office) -> None:
    document_id = office.register().document.id
    direct = visitors["chutich"].open(f"/work-items/{office.item(document_id, 'direct').id}").form_of("assign")
    lead = direct.named("lead_unit", "Phòng OCOP")
    office.complete(document_id, "direct", "assign", "chutich", lead_unit=lead)

    page = register_page(visitors, "văn bản đến")

    assert page.texts("//tbody/tr/td")[6] == "Phòng OCOP"


def test_the_outgoing_register_keeps_a_cancelled_number_with_its_reason(visitors: Visitors, office: Office) -> None:
    document_id = office.numbered()
    office.complete(document_id, "seal", "return", "vanthu", reason="Sai ngày ban hành")

    page = register_page(visitors, "văn bản đi")

    assert page.texts("//thead//th")[0] == "Số, ký hiệu"
    assert page.texts("//tbody/tr/td")[0] == "01/QĐ-UBND"
    assert page.texts("//tbody/tr/td")[-1] == "Đã hủy số: Sai ngày ban hành"


def test_a_recipient_s_refusal_is_seen_on_the_document_and_in_the_register(visitors: Visitors, office: Office) -> None:
    document_id = office.issued(recipients=(office.commune().agency_id,))
    arrived = office.inbox("vanthu.xa1")[0].document_id
    office.complete(arrived, "register", "refuse", "vanthu.xa1", reason="Gửi nhầm xã")

    page = visitors["chuyenvien"].open(f"/documents/{document_id}")
    book = register_page(visitors, "văn bản đi")

    assert page.texts('//*[@role="alert"]/h2') == ["▲ Ủy ban nhân dân xã Hoằng Thử không tiếp nhận văn bản này"]
    assert page.says("Gửi nhầm xã")
    assert book.texts("//tbody/tr/td")[-1] == "Ủy ban nhân dân xã Hoằng Thử không tiếp nhận: Gửi nhầm xã"


def test_the_book_of_a_year_is_in_the_order_of_its_numbers(visitors: Visitors, office: Office) -> None:
    for number in ("1", "2", "3"):
        office.register(code_number=number)

    newest_first = register_page(visitors, "văn bản đến").texts("//tbody/tr/td[2]")
    as_book = register_page(visitors, "văn bản đến", "?book=1").texts("//tbody/tr/td[2]")

    assert newest_first == ["03", "02", "01"]
    assert as_book == ["01", "02", "03"]


def test_a_year_without_numbers_says_so(visitors: Visitors, office: Office) -> None:
    office.register()

    page = register_page(visitors, "văn bản đến", "?year=2019")

    assert page.texts('//div[@class="empty"]/h2') == ["Năm 2019 chưa cấp số nào"]


def test_a_year_that_is_none_shows_the_present_one(visitors: Visitors, office: Office) -> None:
    office.register()

    assert register_page(visitors, "văn bản đến", "?year=nay").texts("//tbody/tr/td[2]") == ["01"]


def test_the_register_of_another_agency_is_not_there(visitors: Visitors, office: Office) -> None:
    commune = visitors["vanthu.xa1"]
    link = next(one for one in commune.open("/registers").links() if one.startswith("/registers/"))

    page = visitors["vanthu"].open(link, status=404)

    assert page.says("Cơ quan của anh/chị không có sổ đăng ký này.")
