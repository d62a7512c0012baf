"""The PDFs of copies: scans that are good enough, extracts that hold nothing else, the block under a copy on paper."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from engine.copies import CopyBlock, PagesOutside, ScanUnfit
from engine.letters import LetterUnprintable
from signing.documents import inspect
from signing.room import Room
from signing.scans import require_scan
from tests.signing.conftest import Life
from tests.signing.samples import a_letter, printed_by
from tests.signing.scans import a_scan
from tests.signing.test_archive_files import broken_rules, dictionaries
from tests.support.machine import requires
from tests.support.pki import SEAL, file_key

SEAL_KEY = file_key(SEAL)
NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
LONG = tuple(f"Đoạn thứ {number}, nội dung riêng của trang. " * 12 for number in range(1, 40))
BLOCK = CopyBlock(
    form="Sao y",
    parent_agency=None,
    agency="Ủy ban nhân dân tỉnh Thử Nghiệm",
    number_line="Số: 01/SY-UBND",
    date_line="Thử Nghiệm, ngày 22 tháng 11 năm 2026",
    recipients=("- UBND xã Quảng Hợp;", "- Lưu: VT."),
    authority_lines=("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
    signer_name="Lê Văn Phòng",
)


def words(pdf: bytes, folder: Path, *pages: str) -> str:
    path = folder / "words.pdf"
    path.write_bytes(pdf)
    return printed_by("pdftotext", "-layout", *pages, path, "-")


@pytest.mark.parametrize("dpi", [200, 300])
def test_a_colour_scan_of_200_dpi_or_more_is_taken(room: Room, dpi: int) -> None:
    assert room.require_scan(a_scan(dpi, pages=2))


def test_a_scan_stays_good_when_its_page_is_turned_or_drawn_through_a_form(room: Room) -> None:
    turned, through = BytesIO(), BytesIO()
    with pikepdf.open(BytesIO(a_scan())) as opened:
        opened.pages[0].obj.Rotate = 90
        opened.save(turned)
        form = opened.pages[0].as_form_xobject()
        blank = opened.add_blank_page(page_size=(595, 842))
        blank.add_resource(form, pikepdf.Name.XObject, pikepdf.Name.Fx)
        blank.contents_add(b"q 1 0 0 1 0 0 cm /Fx Do Q")
        del opened.pages[0]
        opened.save(through)

    assert room.require_scan(turned.getvalue())
    assert room.require_scan(through.getvalue())


@pytest.mark.parametrize(
    ("scan", "said"),
    [
        (a_scan(150), "below 200 dpi: 1;"),
        (a_scan(200, "L"), "without colour: 1;"),
        (a_scan(200, "1"), "without colour: 1;"),
        (a_scan().replace(b"%PDF-1.4", b"%PDF-1.3").replace(b"%PDF-1.7", b"%PDF-1.3"), "PDF version 1.3"),
    ],
    ids=["coarse", "grey", "black and white", "old"],
)
def test_a_scan_that_is_coarse_grey_or_in_an_old_format_is_refused_with_the_reason(
    room: Room, scan: bytes, said: str
) -> None:
    with pytest.raises(ScanUnfit, match=said):
        room.require_scan(scan)


def test_a_page_that_is_no_picture_is_refused_by_its_number(room: Room) -> None:
    with pikepdf.open(BytesIO(a_scan())) as opened:
        opened.add_blank_page(page_size=(595, 842))
        out = BytesIO()
        opened.save(out)

    with pytest.raises(ScanUnfit, match="no scan: 2;"):
        room.require_scan(out.getvalue())


@requires("qpdf", "pdftoppm")
@pytest.mark.parametrize(
    "drawn",
    [b"q 1 0 0 cm /Im Do Q", b"q (a) 0 0 1 0 0 cm Q", b"Do", b"q 1 0 0 1 0 0 cm /Form Do Q"],
    ids=["five numbers missing", "a word for a number", "nothing drawn", "a form with half a matrix"],
)
def test_a_page_whose_drawing_makes_no_sense_is_no_picture(room: Room, drawn: bytes) -> None:
    with pikepdf.open(BytesIO(a_scan())) as opened:
        page = opened.pages[0]
        form = opened.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, Matrix=[1, 0, 0])
        page.obj.Resources.XObject["/Form"] = form
        page.obj.Contents = opened.make_stream(drawn)
        out = BytesIO()
        opened.save(out)

    with pytest.raises(ScanUnfit):
        room.require_scan(out.getvalue())


def test_an_extract_has_its_pages_and_nothing_of_the_others(room: Room, tmp_path: Path) -> None:
    whole = room.render(a_letter(paragraphs=LONG), NOON).content

    part = room.extract(whole, 2, 2)

    assert inspect(part).pages == 1
    assert words(part, tmp_path) == words(whole, tmp_path, "-f", "2", "-l", "2")
    assert broken_rules(part, "a-2b", tmp_path / "part.pdf") == []
    with pikepdf.open(BytesIO(part)) as opened:
        assert [str(one.Type) for one in dictionaries(opened) if "/Type" in one].count("/Page") == 1
        assert not {"/StructTreeRoot", "/Outlines", "/Names", "/AcroForm"} & set(opened.Root.keys())


@requires("pdftoppm")
def test_an_extract_of_a_signed_document_shows_its_signatures_and_can_be_signed_anew(
    room: Room, life: Life, tmp_path: Path
) -> None:
    part = room.extract(life.archived, 1, 1)

    assert not inspect(part).is_signed
    assert "05/QĐ-UBND" in words(part, tmp_path)
    with pikepdf.open(BytesIO(part)) as opened:
        forms = [one for one in opened.pages[0].Resources.XObject.values() if one.get("/Subtype") == "/Form"]
        assert len(forms) >= 4
    assert room.prepare_text_seal(part, SEAL_KEY, "TRÍCH SAO; UBND; x", datetime.now(UTC))


def test_document_and_attachments_become_one_file_with_all_their_pages_in_order(
    room: Room, life: Life, tmp_path: Path
) -> None:
    annex = room.render(a_letter(paragraphs=LONG), NOON).content

    whole = room.join(life.archived, annex)

    assert (inspect(whole).pages, inspect(whole).is_signed) == (1 + inspect(annex).pages, False)
    assert words(whole, tmp_path, "-f", "2") == words(annex, tmp_path)
    assert "05/QĐ-UBND" in words(whole, tmp_path, "-l", "1")
    assert broken_rules(whole, "a-2b", tmp_path / "whole.pdf") == []


def test_a_file_with_pages_of_one_that_is_no_pdf_a_does_not_claim_to_be_one(room: Room, life: Life) -> None:
    whole = room.join(life.archived, a_scan(dpi=50))

    with pikepdf.open(BytesIO(whole)) as opened, opened.open_metadata() as metadata:
        assert "pdfaid:part" not in metadata


def test_scans_put_together_are_a_scan(room: Room) -> None:
    assert room.require_scan(room.join(a_scan(pages=2), a_scan()))


@pytest.mark.parametrize(("first", "last"), [(0, 1), (2, 2), (1, 2), (-1, 1)])
def test_pages_that_are_not_there_are_refused(room: Room, first: int, last: int) -> None:
    with pytest.raises(PagesOutside, match="1 pages"):
        room.extract(room.render(a_letter(), NOON).content, first, last)


@requires("pdftoppm")
def test_under_a_copy_on_paper_stand_its_form_number_place_date_signer_and_recipients(
    room: Room, life: Life, tmp_path: Path
) -> None:
    printed = room.print_copy(life.archived, BLOCK, NOON)
    said = words(printed, tmp_path, "-f", "2", "-l", "2")

    assert inspect(printed).pages == 2
    assert not inspect(printed).is_signed
    for component in (
        "SAO Y",
        "Số: 01/SY-UBND",
        "Thử Nghiệm, ngày 22 tháng 11 năm 2026",
        "TL. CHỦ TỊCH",
        "CHÁNH VĂN PHÒNG",
        "Lê Văn Phòng",
        "Nơi nhận:",
        "- Lưu: VT.",
    ):
        assert component in said


def test_what_the_font_does_not_have_is_refused_under_a_copy(room: Room, life: Life) -> None:
    with pytest.raises(LetterUnprintable):
        room.print_copy(life.archived, replace(BLOCK, agency="漢"), NOON)


def test_forms_within_forms_do_not_fan_out() -> None:
    with pikepdf.new() as pdf:
        drawn = pdf.make_stream(b"q Q")
        for _ in range(5):
            drawn = pdf.make_stream(b"/F Do " * 300, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
            drawn.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=drawn))
        page = pdf.add_blank_page()
        page.Resources, page.Contents = drawn.Resources, pdf.make_stream(b"/F Do " * 300)
        out = BytesIO()
        pdf.save(out)

    with pytest.raises(ScanUnfit):
        require_scan(out.getvalue())
