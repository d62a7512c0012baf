"""The code on uploaded pages: where it stands, that it can be read, that the page stays what it was."""

import io
from pathlib import Path

import pikepdf
import pytest
import segno

from engine.pdfs import AlreadySigned, Corner, PdfEncrypted
from signing.codes import EDGE, SIDE, print_code
from signing.room import Room
from tests.signing.conftest import Life
from tests.signing.samples import printed_by
from tests.support.machine import requires
from tests.support.office import a_pdf

URL = "https://vanban.thunghiem.gov.vn/verify/0123456789abcdefghjkmnpqrs"
DPI = 300
PER_MM = DPI / 25.4


def turned(degrees: int) -> bytes:
    """Return a page that is shown turned, whose content leaves its colours and its place changed."""
    pdf, out = pikepdf.open(io.BytesIO(a_pdf())), io.BytesIO()
    pdf.pages[0].obj["/Rotate"] = degrees
    pdf.pages[0].contents_add(pdf.make_stream(b"0.5 0 0 0.5 100 100 cm 1 0 0 rg"))
    pdf.save(out)
    return out.getvalue()


def seen(pdf: bytes, corner: Corner, folder: Path, count: int) -> list[list[int]]:
    """Return the modules a camera sees in this corner of the page as it is shown: 1 for dark."""
    path = folder / "page.pdf"
    path.write_bytes(pdf)
    printed_by("pdftoppm", "-r", str(DPI), "-gray", "-singlefile", path, path.with_suffix(""))
    _, size, _, pixels = path.with_suffix(".pgm").read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    side, edge = SIDE * PER_MM, EDGE * PER_MM
    left = edge if corner in (Corner.TOP_LEFT, Corner.BOTTOM_LEFT) else width - edge - side
    top = edge if corner in (Corner.TOP_LEFT, Corner.TOP_RIGHT) else height - edge - side
    middles = [(place + 0.5) * side / count for place in range(count)]
    return [[int(pixels[round(top + down) * width + round(left + on)] < 128) for on in middles] for down in middles]


@requires("pdftoppm")
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("corner", Corner)
def test_the_code_is_read_in_its_corner_however_the_page_is_turned(
    corner: Corner, degrees: int, tmp_path: Path
) -> None:
    expected = [list(row) for row in segno.make_qr(URL, error="m").matrix]

    printed = print_code(turned(degrees), URL, corner)

    assert seen(printed, corner, tmp_path, len(expected)) == expected


def test_a_page_for_the_archive_stays_one_and_can_be_prepared(room: Room, life: Life) -> None:
    printed = print_code(life.rendered.content, URL, Corner.BOTTOM_LEFT)

    facts = room.inspect(printed)
    assert (facts.pdfa, facts.warnings) == ("2B", ())
    assert set(room.inspect(room.prepare_fields(printed)).fields) == {"SoKyHieu", "NgayThang", "ChuKy", "Dau"}


def test_a_signed_file_is_left_alone_and_refused_afterwards(room: Room, life: Life) -> None:
    assert print_code(life.signed, URL, Corner.TOP_LEFT) == life.signed

    with pytest.raises(AlreadySigned):
        room.prepare_fields(life.signed)


def test_what_cannot_be_read_is_refused() -> None:
    locked = io.BytesIO()
    pikepdf.open(io.BytesIO(a_pdf())).save(locked, encryption=pikepdf.Encryption(owner="o", user="u"))

    with pytest.raises(PdfEncrypted):
        print_code(locked.getvalue(), URL, Corner.TOP_LEFT)
