"""Digitised paper for tests: pages that are one picture."""

from io import BytesIO

from PIL import Image, ImageDraw


def a_scan(dpi: int = 200, mode: str = "RGB", pages: int = 1) -> bytes:
    """Return A4 pages as a scanner makes them, each different."""
    size = (round(210 / 25.4 * dpi), round(297 / 25.4 * dpi))
    made = []
    for number in range(1, pages + 1):
        image = Image.new(mode, size, "white")
        ImageDraw.Draw(image).rectangle((100, 100 * number, 400, 100 * number + 40), fill="red" if mode == "RGB" else 0)
        made.append(image)
    out = BytesIO()
    made[0].save(out, "PDF", resolution=dpi, save_all=True, append_images=made[1:])
    return out.getvalue()
