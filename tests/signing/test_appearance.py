"""What a signature looks like, on the rendered page and in the objects of the PDF."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageDraw

from engine.pdfs import AlreadySigned, FieldLayout
from engine.signatures import SEAL_FIELD, SIGNER_FIELD, TEXT_SEAL_FIELD, NotYetSigned, Placement, SignerRole
from engine.text_seals import attachment_seal, copy_seal
from engine.validations import SignatureKind, Verdict
from signing.room import Room
from tests.signing.conftest import Life
from tests.signing.samples import a_letter, printed_by
from tests.support.machine import requires
from tests.support.pki import CHAIRMAN, PROVINCE, SEAL, file_key

DOTS = 100
MM = DOTS / 25.4
SEAL_KEY = file_key(SEAL)
NOON = datetime(2020, 3, 5, 2, 15, 30, tzinfo=UTC)
Extent = tuple[float, float, float, float]


def page(pdf: bytes, folder: Path, number: int = 1) -> Image.Image:
    """Return a page as people see it."""
    path = folder / "shown.pdf"
    path.write_bytes(pdf)
    printed_by(
        "pdftoppm",
        "-cropbox",
        "-r",
        str(DOTS),
        "-f",
        str(number),
        "-l",
        str(number),
        "-png",
        "-singlefile",
        path,
        folder / "p",
    )
    with Image.open(folder / "p.png") as image:
        return image.convert("RGB")


def ink(image: Image.Image, colour: str) -> Extent:
    """Return the left, top, right and bottom in millimetres of what is blue, red or black on the page."""
    red, green, blue = image.split()
    more = {
        "blue": (blue, red, green),
        "red": (red, green, blue),
        "black": (ImageChops.invert(image.convert("L")),) * 3,
    }
    leading, *others = more[colour]
    mask = leading if colour == "black" else ImageChops.darker(*(ImageChops.subtract(leading, one) for one in others))
    box = mask.point(lambda value: 255 * (value > (110 if colour == "black" else 60))).getbbox()
    assert box is not None, f"nothing {colour} on the page"
    left, top, right, bottom = (edge / MM for edge in box)
    return left, top, right, bottom


def picture(size: tuple[int, int], colour: tuple[int, int, int, int]) -> bytes:
    """Return a transparent PNG with a filled ellipse inside a clear edge."""
    image = Image.new("RGBA", size, (255, 255, 255, 0))
    ImageDraw.Draw(image).ellipse((20, 20, size[0] - 20, size[1] - 20), fill=colour)
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


@contextmanager
def shown_as(pdf: bytes, field: str) -> Iterator[pikepdf.Object]:
    """Give the widget of a signature field."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        yield next(known for known in opened.Root.AcroForm.Fields if str(known.T) == field)


def images_in(widget: pikepdf.Object) -> list[pikepdf.Object]:
    objects = widget.AP.N.Resources.get("/XObject", pikepdf.Dictionary())
    return [objects[name] for name in objects.keys()]  # noqa: SIM118  pikepdf's dictionaries


def text_sealed(room: Room, pdf: bytes, text: str) -> bytes:
    return room.complete_signature(room.prepare_text_seal(pdf, SEAL_KEY, text, datetime.now(UTC)), SEAL_KEY)


@requires("pdftoppm")
def test_the_signature_is_blue_and_the_red_seal_of_real_size_covers_a_third_of_it_on_its_left(
    life: Life, tmp_path: Path
) -> None:
    shown = page(life.archived, tmp_path)

    hand, seal = ink(shown, "blue"), ink(shown, "red")

    assert seal[2] - seal[0] == pytest.approx(36, abs=0.7)
    assert seal[3] - seal[1] == pytest.approx(36, abs=0.7)
    assert seal[0] < hand[0] < seal[2] < hand[2]
    signer = life.rendered.layout.signer
    assert hand[0] >= signer.left - 0.5
    assert hand[2] <= signer.right + 0.5
    assert 0.25 <= (seal[2] - hand[0]) / (hand[2] - hand[0]) <= 0.42


@requires("pdftoppm")
@pytest.mark.parametrize("size", [(400, 600), (400, 400), (640, 400), (1500, 300)])
def test_the_seal_covers_a_third_of_a_narrow_or_wide_signature_too(
    room: Room, life: Life, tmp_path: Path, size: tuple[int, int]
) -> None:
    drawn = picture(size, (20, 50, 200, 255))
    prepared = room.prepare_signature(
        life.prepared, SignerRole.OFFICIAL, file_key(CHAIRMAN), datetime.now(UTC), Placement(image=drawn)
    )
    left, _, right, _ = ink(page(prepared.content, tmp_path), "blue")

    assert 0.25 <= (life.rendered.layout.seal.right - left) / (right - left) <= 0.42


@pytest.mark.parametrize("field", [SIGNER_FIELD, SEAL_FIELD])
def test_the_document_has_two_visible_signatures_with_transparent_images(life: Life, field: str) -> None:
    with shown_as(life.archived, field) as widget:
        (image,) = images_in(widget)

        assert image.Subtype == "/Image"
        assert "/SMask" in image
        assert widget.V.Type == "/Sig"
        assert int(widget.F) & 4


@requires("pdftoppm")
def test_a_text_seal_stands_top_right_on_page_1_in_black_words_of_size_10_without_image(
    room: Room, life: Life, tmp_path: Path
) -> None:
    text = attachment_seal("05/QĐ-UBND", NOON)
    sealed = text_sealed(room, room.render(a_letter(), NOON).content, text)

    assert re.search(r"\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}:\d{2} \+07:00", text)
    assert text == "05/QĐ-UBND; 05.03.2020 09:15:30 +07:00"
    with shown_as(sealed, TEXT_SEAL_FIELD) as widget:
        content = widget.AP.N.read_bytes()
        left, bottom, right, top = (round(float(edge) * DOTS / 72) for edge in widget.Rect)
        assert images_in(widget) == []
        assert set(re.findall(rb"/\w+ (\d+) Tf", content)) == {b"10"}
        assert b"0 0 0 rg" in content
        assert "+Tinos-Regular" in str(widget.AP.N.Resources.Font.F1.BaseFont)
    height = round(842 * DOTS / 72)
    words_only = page(sealed, tmp_path).crop((left, height - top, right, height - bottom))
    black = ink(words_only, "black")
    assert right / MM + 12 > 210
    assert (height - top) / MM < 7
    assert black[2] - black[0] > 50
    assert ImageChops.difference(words_only, words_only.convert("L").convert("RGB")).getbbox() is None


def test_a_text_seal_is_valid_and_forbids_every_change(room: Room) -> None:
    text = attachment_seal("05/QĐ-UBND", NOON)
    sealed = text_sealed(room, room.render(a_letter(), NOON).content, text)

    report = room.validate(room.extend(sealed, datetime.now(UTC)), datetime.now(UTC))

    assert report.verdict is Verdict.VALID, report.problems
    assert report.signatures[0].field == TEXT_SEAL_FIELD
    assert report.signatures[0].kind is SignatureKind.CERTIFICATION


def test_a_long_name_of_an_agency_goes_on_in_the_next_line(room: Room) -> None:
    text = copy_seal("Sao y", "Văn phòng Ủy ban nhân dân " + PROVINCE * 2, NOON)
    with shown_as(text_sealed(room, room.render(a_letter(), NOON).content, text), TEXT_SEAL_FIELD) as widget:
        left, bottom, right, top = (float(edge) for edge in widget.Rect)

    assert text.startswith("SAO Y; Văn phòng")
    assert right - left <= 245
    assert top - bottom >= 36


@requires("pdftoppm")
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_text_seal_stands_upright_in_the_corner_of_a_turned_or_cropped_page(
    room: Room, tmp_path: Path, turn: int
) -> None:
    written = BytesIO()
    with pikepdf.open(BytesIO(room.render(a_letter(), NOON).content)) as opened:
        opened.pages[0].obj.Rotate = turn
        opened.pages[0].obj.CropBox = pikepdf.Array([20, 30, 580, 800])
        opened.save(written)
    sealed = text_sealed(room, written.getvalue(), attachment_seal("05/QĐ-UBND", NOON))
    shown = page(sealed, tmp_path)
    left, top, right, bottom = ink(shown.crop((shown.width // 2, 0, shown.width, round(9 * MM))), "black")

    assert right + shown.width // 2 / MM == pytest.approx(shown.width / MM - 10, abs=1.5)
    assert 4.5 < top < bottom <= 9
    assert right - left > 50


def test_a_signed_file_gets_no_text_seal(room: Room, life: Life) -> None:
    with pytest.raises(AlreadySigned):
        room.prepare_text_seal(life.signed, SEAL_KEY, "x", datetime.now(UTC))


def test_the_agency_never_seals_a_document_of_its_own_in_words_before_its_official_signed(
    room: Room, life: Life
) -> None:
    with pytest.raises(NotYetSigned):
        room.prepare_text_seal(life.prepared, SEAL_KEY, "x", datetime.now(UTC))


def test_the_usual_boxes_of_an_uploaded_file_overlap_as_the_decree_wants() -> None:
    assert 0.25 <= FieldLayout().overlap <= 0.42
