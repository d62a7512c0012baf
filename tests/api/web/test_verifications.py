"""The page for outsiders: how it is built, what it says, and what it takes from whom."""

from collections.abc import Callable

import pytest
from lxml import html

from tests.api.outsiders import Outside
from tests.api.web.test_pages import require_sound
from tests.api.web.visitors import Page, Visitor, Visitors
from tests.signing.samples import with_note
from tests.support.office import a_pdf


def visitor(outside: Outside) -> Visitor:
    return Visitors(outside.client).nobody()


def sent(outside: Outside, content: bytes, path: str = "/verify", status: int = 200) -> Page:
    """Return the page that answers a file."""
    answer = outside.check(content, path)
    assert answer.status_code == status, answer.text
    return Page(
        status=answer.status_code,
        path=path,
        source=answer.text,
        headers=answer.headers,
        document=html.document_fromstring(answer.text),
    )


def test_the_page_leads_from_the_sign_in_page_and_is_soundly_built(outside: Outside) -> None:
    nobody = visitor(outside)

    assert "/verify" in nobody.open("/sign-in").links()
    for path in ("/verify", f"/verify/{outside.code(outside.issued)}", "/verify?code=x", "/verify/x"):
        require_sound(nobody.open(path, status=404 if path.endswith("x") else 200))
    require_sound(sent(outside, outside.version(outside.issued)))
    require_sound(sent(outside, b"", status=422))


def test_it_sets_no_cookie_is_not_kept_and_not_indexed(outside: Outside) -> None:
    pages = [
        outside.client.get("/verify"),
        outside.client.get(f"/verify/{outside.code(outside.issued)}"),
        outside.check(a_pdf(), "/verify"),
    ]

    for page in pages:
        assert "Set-Cookie" not in page.headers
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "default-src 'none'; script-src 'self';" in page.headers["Content-Security-Policy"]
        assert '<meta name="robots" content="noindex, nofollow">' in page.text


def test_it_says_in_words_what_a_file_is(outside: Outside) -> None:
    document = outside.document()

    issued = sent(outside, outside.version(outside.issued))
    unsealed = sent(outside, outside.version(outside.issued, "numbered"))
    changed = sent(outside, with_note(outside.version(outside.issued)))
    stranger = sent(outside, a_pdf())

    assert issued.says("Đây đúng là văn bản đã ban hành, bản cuối cùng")
    assert issued.says("Mọi chữ ký đều hợp lệ")
    assert issued.says(document.subject)
    assert unsealed.says("Bản này chưa có chữ ký số của cơ quan.")
    assert changed.says("tệp có gốc là văn bản này nhưng đã bị thêm, sửa")
    assert stranger.says("Tệp này không phải văn bản ban hành từ hệ thống này")
    assert stranger.says("Không có chữ ký số thì không thể biết")


def test_it_says_what_a_code_stands_for_and_compares_a_file_with_it(outside: Outside) -> None:
    path = f"/verify/{outside.code(outside.issued)}"

    shown = visitor(outside).open(path)
    same = sent(outside, outside.version(outside.issued), path)
    other = sent(outside, outside.version(outside.returned), path)
    unreadable = sent(outside, b"x", path, status=422)

    assert shown.says("Văn bản này đã được ban hành và không bị thu hồi.")
    assert shown.says(str(outside.document().number))
    assert not shown.says(outside.document().subject)
    assert same.says("Đây đúng là văn bản đã ban hành, bản cuối cùng")
    assert other.says("Tệp này không phải văn bản mang mã này.")
    assert other.says(f"số {outside.office.outgoing(outside.returned).number} của")
    assert [error.partition(". ")[0] for error in unreadable.errors()] == ["Tệp PDF cần kiểm tra: Tệp không phải PDF"]
    assert unreadable.says(str(outside.document().number))


def test_a_typed_code_leads_to_its_page(outside: Outside) -> None:
    code = outside.code(outside.issued)
    typed = " ".join(code[place : place + 5] for place in range(0, len(code), 5)).upper()

    answer = outside.client.get("/verify", params={"code": typed})

    assert answer.headers["Location"] == f"/verify/{code}"


def test_a_code_that_stands_for_nothing_issued_is_said_to_in_words(outside: Outside) -> None:
    for code in (outside.code(outside.draft), "0" * 26, "x" * 3_000):
        page = visitor(outside).open(f"/verify/{code}", status=404)

        assert page.says("Không có văn bản đã ban hành nào mang mã này.")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example", ""])
def test_a_form_of_another_site_is_refused_before_it_is_read_or_counted(outside: Outside, origin: str) -> None:
    answer = outside.check(a_pdf(), "/verify", headers={"Origin": origin})

    assert answer.status_code == 403
    with outside.superuser() as connection:
        assert connection.execute("SELECT count(*) FROM verification_counts").fetchone() == (0,)


def test_a_form_of_our_own_page_is_taken(outside: Outside) -> None:
    assert outside.check(a_pdf(), "/verify", headers={"Origin": "http://testserver"}).status_code == 200


def test_in_english_too(outside: Outside) -> None:
    page = outside.client.get("/verify", headers={"Cookie": "vanthu_language=en"})

    assert "Find out whether a document was issued here" in page.text
    assert "/language/vi?goal=/verify" in page.text


@pytest.mark.parametrize("forge", [with_note, lambda pdf: pdf.replace(b"/Length", b"/Lengtg", 1)])
def test_a_changed_file_is_called_changed_first_and_nothing_beside_it_is_green(
    outside: Outside, forge: Callable[[bytes], bytes]
) -> None:
    page = sent(outside, forge(outside.version(outside.issued)))

    first = page.texts("//*[contains(@class, 'verdict')]")[0]
    assert "đã bị thay đổi" in first
    assert not page.document.xpath("//p[contains(@class, 'verdict')][contains(., '✓')]")
    assert not page.document.xpath("//ul[@class='says']")


def test_attachments_and_copies_are_named_for_what_they_are(outside: Outside) -> None:
    (attached,) = outside.office.outgoing(outside.attached).attachments
    attachment = sent(outside, outside.house.services.read(attached.file_id))
    paper = sent(outside, outside.version(outside.on_paper))
    extract = sent(outside, outside.version(outside.extract))

    assert attachment.says("Đây là tài liệu kèm theo của văn bản dưới đây")
    assert attachment.says("Phụ lục.pdf")
    assert paper.says("Đây là bản sao giấy")
    assert not paper.says("Chữ ký số trong tệp")
    assert extract.says("bản sao điện tử không cấp số")
