"""Codes for cameras: on letters as an image for the press, on uploaded PDFs as plain shapes in a corner."""

import re
from io import BytesIO

import pikepdf
import segno

from engine.pdfs import Corner
from signing.documents import inspect, read
from signing.settings import PdfSource

CODE_GROUP = 5
ERRORS = "m"
"""A code of which 15 % may be dirty."""
SIDE = 14.0
"""Millimetres of the code on an uploaded page; with EDGE it lies in the margins of Decree 30/2020/NĐ-CP."""
EDGE = 4.5
"""Millimetres from the code to the edges of the page."""
_QUIET = 4
"""Modules of white around the code, without which cameras do not find it."""
_POINTS_PER_MM = 72 / 25.4
_UPPER = (Corner.TOP_LEFT, Corner.TOP_RIGHT)
_LEFT = (Corner.TOP_LEFT, Corner.BOTTOM_LEFT)
_CLOCKWISE = (Corner.TOP_LEFT, Corner.TOP_RIGHT, Corner.BOTTOM_RIGHT, Corner.BOTTOM_LEFT)

_UPRIGHT = {
    0: (1, 0, 0, 1, 0, 0),
    90: (0, 1, -1, 0, 1, 0),
    180: (-1, 0, 0, -1, 1, 1),
    270: (0, -1, 1, 0, 0, 1),
}
"""The matrix that turns a square of 1 by 1 against the turn of its page."""


def svg_of(url: str, scale: int = 1) -> str:
    """Return the code of an address as SVG, without white around it; on a page a module is *scale* pixels wide."""
    image = BytesIO()
    segno.make_qr(url, error=ERRORS).save(image, kind="svg", xmldecl=False, border=0, scale=scale)
    return image.getvalue().decode()


def printed_code(url: str | None) -> dict[str, str] | None:
    """Return the QR code of the address, as SVG, and what is printed beside it for whoever cannot scan."""
    if url is None:
        return None
    address, _, code = url.rpartition("/")
    # A zero-width space after each slash and dot: a long name of a host is broken there, not run into the next column.
    shown = re.sub(r"([/.])", "\\1\u200b", address.partition("://")[2])
    typed = " ".join(code[place : place + CODE_GROUP] for place in range(0, len(code), CODE_GROUP))
    return {"code": svg_of(url), "address": shown, "typed": typed}


def print_code(source: PdfSource, url: str, corner: Corner) -> bytes:
    """Return the PDF with the code of *url* in a corner of its last page; a signed one as it is.

    Raises:
        PdfRefused: It is not readable as a PDF (see :func:`signing.documents.inspect`).
    """
    content = read(source)
    if inspect(content).is_signed:
        return content
    with pikepdf.open(BytesIO(content), attempt_recovery=False) as pdf:
        page = pdf.pages[-1]
        drawn = f"q {_placed(page, corner)} {_shapes(url)} Q".encode()
        # Whatever state the page's own content leaves behind does not touch the code.
        page.contents_add(pdf.make_stream(b"q\n"), prepend=True)
        page.contents_add(pdf.make_stream(b"\nQ\n" + drawn))
        printed = BytesIO()
        pdf.save(printed, deterministic_id=True)
    return printed.getvalue()


def _placed(page: pikepdf.Page, corner: Corner) -> str:
    """Return the matrix that puts a square of 1 by 1 into the corner as it is seen, upright."""
    turn = int(page.obj.get("/Rotate", 0)) % 360
    # The corner that is seen there lies, on a page turned clockwise, as many corners before it.
    lies = _CLOCKWISE[(_CLOCKWISE.index(corner) - turn // 90) % 4]
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    side, edge = SIDE * _POINTS_PER_MM, EDGE * _POINTS_PER_MM
    x = left + edge if lies in _LEFT else right - edge - side
    y = top - edge - side if lies in _UPPER else bottom + edge
    a, b, c, d, e, f = _UPRIGHT[turn]
    numbers = (a * side, b * side, c * side, d * side, x + e * side, y + f * side)
    return " ".join(f"{number:.4f}" for number in numbers) + " cm"


def _shapes(url: str) -> str:
    """Return white ground and the dark modules, run by run, on a square of 1 by 1."""
    rows = [list(row) for row in segno.make_qr(url, error=ERRORS).matrix]
    count = len(rows)
    module, around = 1 / count, _QUIET / count
    shapes = [f"1 g {-around:.5f} {-around:.5f} {1 + 2 * around:.5f} {1 + 2 * around:.5f} re f 0 g"]
    for line, row in enumerate(rows):
        start = 0
        while start < count:
            length = 0
            while start + length < count and row[start + length]:
                length += 1
            if length:
                box = (start * module, 1 - (line + 1) * module, length * module, module)
                shapes.append(" ".join(f"{number:.5f}" for number in box) + " re")
            start += max(length, 1)
    return "\n".join([*shapes, "f"])
