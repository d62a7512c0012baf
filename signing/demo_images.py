"""What a demo signature and a demo seal look like: transparent PNGs, the hand's in blue, the seal's in red."""

import hashlib
import math
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_BLUE = (24, 56, 160, 255)
_RED = (205, 22, 30, 225)
_CLEAR = (255, 255, 255, 0)
_SEAL_PIXELS = 425
"""36 millimetres at 300 dots an inch."""
_HAND_PIXELS = (532, 284)
"""45 by 24 millimetres at 300 dots an inch."""
_STAR_POINTS = 5


def hand_signature(name: str) -> bytes:
    """Return a scribble in blue, always the same for one name, as transparent PNG."""
    width, height = _HAND_PIXELS
    image = Image.new("RGBA", _HAND_PIXELS, _CLEAR)
    draw = ImageDraw.Draw(image)
    seed = hashlib.sha256(name.encode()).digest()
    waves = [(1 + seed[i] % 7, seed[i + 1] / 255 * math.tau, 0.3 + seed[i + 2] / 255) for i in (0, 3, 6)]
    total = sum(strength for *_, strength in waves)
    points = []
    for step in range(241):
        along = step / 240
        swing = sum(strength * math.sin(turns * along * math.tau + phase) for turns, phase, strength in waves) / total
        back = math.sin(along * math.tau * (3 + seed[9] % 4)) * 0.09
        taper = 0.25 + 0.75 * math.sin(math.pi * min(1.0, along * 1.15))
        points.append((width * (0.08 + 0.8 * along + back * taper), height * (0.5 + 0.42 * swing * taper)))
    draw.line(points, fill=_BLUE, width=6, joint="curve")
    draw.line([(width * 0.12, height * 0.86), (width * 0.9, height * 0.78)], fill=_BLUE, width=5)
    return _png(image)


def seal(agency: str, fonts: Path) -> bytes:
    """Return a round red seal with the agency's name around a star, as transparent PNG of real size."""
    size = _SEAL_PIXELS
    image = Image.new("RGBA", (size, size), _CLEAR)
    draw = ImageDraw.Draw(image)
    draw.ellipse((4, 4, size - 5, size - 5), outline=_RED, width=9)
    draw.ellipse((88, 88, size - 89, size - 89), outline=_RED, width=4)
    draw.polygon(list(_star(size / 2, size / 2, 72)), fill=_RED)
    font = ImageFont.truetype(str(fonts / "Tinos-Bold.ttf"), 34)
    _around(image, agency.upper(), font)
    return _png(image)


def _around(image: Image.Image, text: str, font: ImageFont.FreeTypeFont) -> None:
    """Write *text* along the upper ring, each letter turned outwards; a long one goes further round."""
    centre, radius = image.width / 2, image.width / 2 - 46
    widths = [font.getlength(letter) for letter in text]
    spread = min(300.0, math.degrees(sum(widths) / radius) * 1.1)
    scale = spread / (sum(widths) or 1.0)
    angle = -90 - spread / 2
    for letter, width in zip(text, widths, strict=True):
        middle = angle + width * scale / 2
        tile = Image.new("RGBA", (72, 72), _CLEAR)
        ImageDraw.Draw(tile).text((36, 36), letter, font=font, fill=_RED, anchor="mm")
        turned = tile.rotate(-(middle + 90), resample=Image.Resampling.BICUBIC)
        x = centre + radius * math.cos(math.radians(middle)) - 36
        y = centre + radius * math.sin(math.radians(middle)) - 36
        image.alpha_composite(turned, (round(x), round(y)))
        angle += width * scale


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    corners = []
    for corner in range(2 * _STAR_POINTS):
        reach = radius if corner % 2 == 0 else radius * 0.382
        angle = math.radians(corner * 180 / _STAR_POINTS - 90)
        corners.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return corners


def _png(image: Image.Image) -> bytes:
    written = BytesIO()
    image.save(written, format="PNG", optimize=True)
    return written.getvalue()
