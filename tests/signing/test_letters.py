"""Letters as pages: what Decree 30/2020/NĐ-CP wants to see, and PDF/A."""

import re
import unicodedata
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import segno

from engine.letters import LetterIncomplete, LetterUnprintable, SignatureBlock
from engine.pdfs import RenderedLetter
from engine.signatories import mark_of
from signing.documents import inspect
from signing.room import Room
from tests.signing.conftest import Life
from tests.signing.samples import a_letter, printed_by
from tests.support.machine import requires

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
MM = 72 / 25.4
LONG = tuple(f"Đoạn thứ {number} của văn bản dài, kèm theo nội dung chi tiết. " * 4 for number in range(1, 25))


def words(letter: RenderedLetter, folder: Path) -> list[list[tuple[float, float, float, float, str]]]:
    """Return for each page its words with left, top, right and bottom in millimetres."""
    path = folder / "letter.pdf"
    path.write_bytes(letter.content)
    pages = printed_by("pdftotext", "-bbox", path, "-").split("<page ")[1:]
    pattern = re.compile(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<')
    return [
        [
            (float(found[1]) / MM, float(found[2]) / MM, float(found[3]) / MM, float(found[4]) / MM, found[5])
            for found in pattern.finditer(page)
        ]
        for page in pages
    ]


def text(letter: RenderedLetter, folder: Path) -> str:
    path = folder / "letter.pdf"
    path.write_bytes(letter.content)
    return printed_by("pdftotext", "-layout", path, "-")


@requires("pdftoppm")
def test_a_page_keeps_the_margins_of_the_decree(room: Room, tmp_path: Path) -> None:
    first, second, *_ = words(room.render(a_letter(paragraphs=LONG), NOON), tmp_path)
    body = [word for word in second if word[1] >= 19]

    assert 29.9 <= min(word[0] for word in first + body) <= 35
    assert 190 <= max(word[2] for word in first + body) <= 195.1
    assert 19.9 <= min(word[1] for word in first) <= 25
    assert 265 <= max(word[3] for word in first + body) <= 277.1


@requires("pdftoppm")
def test_the_page_number_is_hidden_on_the_first_page_and_centred_above_the_others(room: Room, tmp_path: Path) -> None:
    first, second, *_ = words(room.render(a_letter(paragraphs=LONG), NOON), tmp_path)
    numbers = [word for word in second if word[1] < 19]

    assert [word for word in first if word[3] < 19.5] == []
    assert [word[4] for word in numbers] == ["2"]
    assert (numbers[0][0] + numbers[0][2]) / 2 == pytest.approx(112.5, abs=1)


@requires("pdftoppm")
def test_a_decision_shows_its_components_in_vietnamese(room: Room, tmp_path: Path) -> None:
    shown = text(room.render(a_letter(urgency=3), NOON), tmp_path)

    for component in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "QUYẾT ĐỊNH",
        "HỎA TỐC",
        "TM. ỦY BAN NHÂN DÂN",
        "- Lưu: VT, VP.",
        "Nguyễn Văn Đức",
    ):
        assert component in shown


@requires("pdftoppm")
def test_an_official_letter_names_its_subject_and_addressees(room: Room, tmp_path: Path) -> None:
    letter = a_letter(type_name=None, subject="cử người dự họp", addressees=("Sở Nội vụ", "Sở Tài chính"))

    shown = text(room.render(letter, NOON), tmp_path)

    assert "V/v cử người dự họp" in shown
    assert "Kính gửi:" in shown
    assert "- Sở Nội vụ;" in shown


@requires("pdftoppm")
def test_text_is_shown_and_never_read_as_markup(room: Room, tmp_path: Path) -> None:
    hostile = '#read("/etc/passwd") *đậm* $x^2$ @ref <nhãn> // chú thích \\ "'

    shown = text(room.render(a_letter(paragraphs=(hostile,)), NOON), tmp_path)

    assert '#read("/etc/passwd") *đậm* $x^2$ @ref <nhãn> // chú thích \\ "' in re.sub(r"\s+", " ", shown)


@requires("pdftoppm")
def test_decomposed_letters_are_printed_composed(room: Room, tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Nguyễn Thị Phượng")

    assert "Nguyễn Thị Phượng" in text(room.render(a_letter(signer_name=decomposed), NOON), tmp_path)


def test_the_same_letter_at_the_same_time_is_the_same_file(room: Room) -> None:
    assert room.render(a_letter(), NOON).content == room.render(a_letter(), NOON).content


def test_the_seal_will_cover_about_a_third_of_the_signature_on_its_left(life: Life) -> None:
    layout = life.rendered.layout

    assert 0.25 <= layout.overlap <= 0.42
    assert layout.seal.left < layout.signer.left < layout.seal.right < layout.signer.right
    assert (layout.seal.width, layout.seal.height) == (36, 36)


@requires("pdftoppm")
def test_the_signature_goes_between_title_and_name_centred(life: Life, tmp_path: Path) -> None:
    box = life.rendered.layout.signer
    (page,) = words(life.rendered, tmp_path)
    name = [word for word in page if word[1] > box.top + box.height / 2 and word[0] > 120]
    title = max(word[3] for word in page if word[4] == "TỊCH" and word[0] > 120)
    middle = (min(word[0] for word in name) + max(word[2] for word in name)) / 2

    assert [word[4] for word in name] == ["Nguyễn", "Văn", "Đức"]
    assert title <= box.top
    assert box.top + box.height <= min(word[1] for word in name)
    assert middle == pytest.approx(box.left + box.width / 2, abs=1)


@requires("pdftoppm")
@pytest.mark.parametrize("stage", ["rendered", "prepared", "signed", "archived"])
def test_a_letter_stays_an_archive_file_at_every_stage(life: Life, stage: str, tmp_path: Path) -> None:
    pdf = life.rendered.content if stage == "rendered" else getattr(life, stage)
    path = tmp_path / "stage.pdf"
    path.write_bytes(pdf)
    fonts = printed_by("pdffonts", path).splitlines()[2:]

    assert inspect(pdf).pdfa == "2B"
    assert fonts
    assert [font for font in fonts if not re.search(r" yes yes yes +\d", font)] == []
    assert re.findall(rb"[^\r\n]\b\d+ 0 obj\b", re.sub(rb"stream\r?\n.*?endstream", b"", pdf, flags=re.S)) == []
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert opened.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert "/ID" in opened.trailer
        assert "/Encrypt" not in opened.trailer


def test_a_letter_without_text_is_refused(room: Room) -> None:
    with pytest.raises(LetterIncomplete):
        room.render(a_letter(paragraphs=()), NOON)


@pytest.mark.parametrize("character", ["😀", "漢"])
def test_what_the_font_does_not_have_is_refused(room: Room, character: str) -> None:
    with pytest.raises(LetterUnprintable, match=character):
        room.render(a_letter(subject=f"về việc {character}"), NOON)


@requires("pdftoppm")
def test_several_signers_stand_two_beside_each_other_with_a_place_each(room: Room, tmp_path: Path) -> None:
    letter = a_letter(
        capacity="Chủ tọa",
        further=(
            SignatureBlock(field="ChuKy2", lines=("THƯ KÝ",), name="Bùi Minh Tuấn"),
            SignatureBlock(field="ChuKy3", lines=("XÁC NHẬN", "PHÓ CHỦ TỊCH"), name="Trần Thị Hạnh"),
        ),
    )

    rendered = room.render(letter, datetime.now(UTC))

    first, (second, third) = rendered.layout.signer, rendered.layout.further
    assert (second.field, third.field) == ("ChuKy2", "ChuKy3")
    assert second.box.right < first.left
    assert third.box.left == first.left
    assert third.box.top > first.top + first.height
    path = tmp_path / "letter.pdf"
    path.write_bytes(rendered.content)
    text = printed_by("pdftotext", "-layout", path, "-")
    assert [word in text for word in ("CHỦ TỌA", "THƯ KÝ", "XÁC NHẬN", "Trần Thị Hạnh")] == [True] * 4
    assert "TM." not in text


@requires("pdftoppm")
def test_initials_stand_after_the_last_line_and_after_the_recipients(room: Room, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    letter = a_letter(content_mark=mark_of("Lê Hoàng Phượng"), format_mark=mark_of("Phạm Quốc Ưu"))
    path.write_bytes(room.render(letter, datetime.now(UTC)).content)

    text = printed_by("pdftotext", "-layout", path, "-")

    assert re.search(r"Quyết định này\.\s+L\.H\.Phượng", text)
    assert re.search(r"- Lưu: VT, VP\.\s+P\.Q\.Ưu", text)


URL = "https://vanban.sonongnghiepvamoitruong.thunghiem.gov.vn/verify/0123456789abcdefghjkmnpqrs"
DPI = 300


def gray(letter: RenderedLetter, folder: Path) -> tuple[int, bytes]:
    """Return the width of the last page in pixels, and its pixels from 0, black, to 255."""
    path = folder / "letter.pdf"
    path.write_bytes(letter.content)
    printed_by("pdftoppm", "-r", str(DPI), "-gray", "-singlefile", path, path.with_suffix(""))
    _, size, _, pixels = path.with_suffix(".pgm").read_bytes().split(b"\n", 3)
    return int(size.split()[0]), pixels


def modules(width: int, pixels: bytes, count: int) -> list[list[int]]:
    """Return what a camera sees of the code at the left margin: 1 for dark, row by row."""
    per_mm = DPI / 25.4

    def is_dark(left_mm: float, top: float) -> bool:
        return pixels[round(top) * width + round(left_mm * per_mm)] < 128

    height = len(pixels) // width
    run = range(round(2.5 * per_mm))
    top = next(row for row in range(height - len(run)) if all(is_dark(30.2, row + down) for down in run))
    step = 18 / count
    return [
        [int(is_dark(30 + (column + 0.5) * step, top + (row + 0.5) * step * per_mm)) for column in range(count)]
        for row in range(count)
    ]


@requires("pdftoppm")
def test_the_code_on_the_page_is_the_address_where_outsiders_verify_it(room: Room, tmp_path: Path) -> None:
    letter = room.render(a_letter(verification_url=URL), NOON)
    expected = [list(row) for row in segno.make_qr(URL, error="m").matrix]

    assert modules(*gray(letter, tmp_path), len(expected)) == expected
    shown = text(letter, tmp_path)
    assert "Kiểm tra tại" in shown
    assert "Mã: 01234 56789 abcde fghjk mnpqr s" in shown


@requires("pdftoppm")
def test_the_code_stands_clear_of_the_seal_and_the_page_stays_as_the_archive_wants_it(
    room: Room, tmp_path: Path
) -> None:
    letter = room.render(a_letter(verification_url=URL), NOON)
    beside = [word for word in words(letter, tmp_path)[0] if word[1] > letter.layout.signer.top - 10 and word[0] < 100]

    assert max(word[2] for word in beside) < letter.layout.seal.left
    assert inspect(letter.content).pdfa == "2B"
    assert inspect(letter.content).warnings == ()


def test_without_an_address_there_is_no_code(room: Room) -> None:
    with_code, without = (room.render(a_letter(verification_url=url), NOON).content for url in (URL, None))

    assert len(with_code) > len(without) + 1_000
