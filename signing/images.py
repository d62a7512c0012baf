"""Images of signatures and seals before anybody signs with them: PNG, transparent, blue or red, of a sane size.

Source: Decree 30/2020/NĐ-CP, appendix I.
"""

import struct
import zlib
from io import BytesIO
from typing import Final

from PIL import Image

from engine.signature_images import (
    LEAST_PIXELS,
    MAX_BYTES,
    MAX_PIXELS,
    HandNotBlue,
    ImageEmpty,
    ImageKind,
    ImageNotPng,
    ImageNotTransparent,
    ImageTooLarge,
    ImageTooSmall,
    SealNotRed,
)

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_HEADER: Final = struct.Struct(">I4sII")
_SOLID, _CLEAR = 128, 16
"""Alpha from which ink is seen, and up to which nothing is."""
_LEAST_CLEAR: Final = 0.05
"""Part of the image that must be clear: the corners around a seal are a fifth of it, a hand leaves more."""
_LEAST_COLOURED: Final = 0.85
_LOOKED_AT: Final = 200
"""Pixels a side that are looked at; more say nothing new about a colour."""
_BLUE, _RED = (130, 195), ((0, 20), (235, 256))
"""Hues of Pillow, 0 to 255: blue from 183 to 275 degrees, red around 0."""
_PALE, _DARK = 60, 50


def judged_image(png: bytes, kind: ImageKind) -> bytes:
    """Return the image as it is kept: without anything but its pixels, clear edges cut off.

    Raises:
        ImageNotPng, ImageTooLarge, ImageTooSmall, ImageNotTransparent, ImageEmpty: It cannot be used.
        HandNotBlue, SealNotRed: Its ink has another colour.
    """
    image = _read(png)
    alpha = image.getchannel("A")
    ink = alpha.point(lambda value: 255 * (value >= _SOLID)).getbbox()
    if ink is None:
        raise ImageEmpty
    if sum(alpha.histogram()[: _CLEAR + 1]) < _LEAST_CLEAR * image.width * image.height:
        raise ImageNotTransparent
    image = image.crop(ink)
    if max(image.size) < LEAST_PIXELS:
        raise ImageTooSmall(pixels=max(image.size), least=LEAST_PIXELS)
    share = _coloured(image, kind)
    if share < _LEAST_COLOURED:
        raise (HandNotBlue if kind is ImageKind.HAND else SealNotRed)(share=round(share * 100))
    kept = BytesIO()
    image.save(kept, format="PNG", optimize=True)
    return kept.getvalue()


def _read(png: bytes) -> Image.Image:
    """Return the pixels; how many there are is known from the header before any is unpacked."""
    if not png.startswith(_SIGNATURE) or len(png) < len(_SIGNATURE) + _HEADER.size:
        raise ImageNotPng
    _, _, width, height = _HEADER.unpack_from(png, len(_SIGNATURE))
    if len(png) > MAX_BYTES or width * height > MAX_PIXELS:
        raise ImageTooLarge(megabytes=MAX_BYTES // 1_000_000, megapixels=MAX_PIXELS // 1_000_000)
    try:
        with Image.open(BytesIO(png), formats=("PNG",)) as image:
            image.load()
            return image.convert("RGBA")
    except (OSError, SyntaxError, ValueError, EOFError, zlib.error, Image.DecompressionBombError) as cause:
        raise ImageNotPng from cause


def _coloured(image: Image.Image, kind: ImageKind) -> float:
    """Return which part of the ink has the colour it must have."""
    small = image.copy()
    small.thumbnail((_LOOKED_AT, _LOOKED_AT), Image.Resampling.NEAREST)
    hues = small.convert("RGB").convert("HSV").tobytes()
    alphas = small.getchannel("A").tobytes()
    seen = right = 0
    for place, alpha in enumerate(alphas):
        if alpha >= _SOLID:
            hue, saturation, value = hues[3 * place : 3 * place + 3]
            seen += 1
            right += saturation >= _PALE and value >= _DARK and _fits(hue, kind)
    return right / seen if seen else 0.0


def _fits(hue: int, kind: ImageKind) -> bool:
    ranges = (_BLUE,) if kind is ImageKind.HAND else _RED
    return any(first <= hue < last for first, last in ranges)
