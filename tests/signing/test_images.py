"""Images of signatures and seals: PNG, transparent, blue or red; bombs are refused before they are unpacked."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from engine.signature_images import (
    HandNotBlue,
    ImageEmpty,
    ImageKind,
    ImageNotPng,
    ImageNotTransparent,
    ImageTooLarge,
    ImageTooSmall,
    SealNotRed,
)
from signing.images import judged_image

BLUE, RED, BLACK = (24, 56, 160, 255), (205, 22, 30, 255), (0, 0, 0, 255)


def drawn(colour: tuple[int, int, int, int], size: tuple[int, int] = (500, 300), kind: str = "PNG") -> bytes:
    image = Image.new("RGBA", size, (255, 255, 255, 0))
    ImageDraw.Draw(image).ellipse((20, 20, size[0] - 20, size[1] - 20), outline=colour, width=8)
    return written(image, kind)


def written(image: Image.Image, kind: str = "PNG") -> bytes:
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


def a_bomb() -> bytes:
    """Return a small PNG that would unpack to 100 million pixels."""
    header = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 6, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("kind", "colour"), [(ImageKind.HAND, BLUE), (ImageKind.SEAL, RED)])
def test_a_blue_hand_and_a_red_seal_are_kept_without_clear_edges_and_without_anything_but_pixels(
    kind: ImageKind, colour: tuple[int, int, int, int]
) -> None:
    kept = judged_image(drawn(colour), kind)

    with Image.open(BytesIO(kept)) as image:
        assert image.mode == "RGBA"
        assert image.size == (461, 261)
        assert image.info == {}


@pytest.mark.parametrize("colour", [BLACK, RED, (120, 120, 125, 255)])
def test_a_hand_in_another_colour_than_blue_is_refused(colour: tuple[int, int, int, int]) -> None:
    with pytest.raises(HandNotBlue, match="only 0 parts"):
        judged_image(drawn(colour), ImageKind.HAND)


@pytest.mark.parametrize("colour", [BLACK, BLUE, (30, 160, 60, 255)])
def test_a_seal_in_another_colour_than_red_is_refused(colour: tuple[int, int, int, int]) -> None:
    with pytest.raises(SealNotRed):
        judged_image(drawn(colour), ImageKind.SEAL)


@pytest.mark.parametrize("background", [(255, 255, 255, 255), (255, 255, 255, 60), (24, 56, 160, 255)])
def test_an_image_with_a_background_is_refused(background: tuple[int, int, int, int]) -> None:
    image = Image.new("RGBA", (500, 300), background)
    ImageDraw.Draw(image).line((50, 50, 400, 200), fill=BLUE, width=9)

    with pytest.raises(ImageNotTransparent):
        judged_image(written(image), ImageKind.HAND)


def test_an_image_without_ink_is_refused() -> None:
    with pytest.raises(ImageEmpty):
        judged_image(written(Image.new("RGBA", (500, 300), (0, 0, 255, 0))), ImageKind.HAND)


def test_an_image_too_small_to_be_printed_is_refused() -> None:
    with pytest.raises(ImageTooSmall, match="150"):
        judged_image(drawn(BLUE, (120, 80)), ImageKind.HAND)


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"%PDF-1.7",
        drawn(BLUE)[:400],
        drawn(BLUE, kind="TIFF"),
        b"GIF89a" + b"\0" * 100,
        drawn(BLUE)[:33] + b"\0" * 300,
    ],
)
def test_what_is_no_whole_png_is_refused(junk: bytes) -> None:
    with pytest.raises(ImageNotPng):
        judged_image(junk, ImageKind.HAND)


@pytest.mark.parametrize("large", [a_bomb(), drawn(BLUE) + b"\0" * 1_000_000], ids=["bomb", "bytes"])
def test_a_decompression_bomb_and_a_large_file_are_refused_before_they_are_unpacked(large: bytes) -> None:
    with pytest.raises(ImageTooLarge, match="6 million"):
        judged_image(large, ImageKind.HAND)
