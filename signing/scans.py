"""Digitised paper: whether each page is a colour picture of at least 200 dots an inch, in PDF 1.4 or later.

Source: Decree 30/2020/NĐ-CP, appendix I.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from typing import Final

import pikepdf

from engine.copies import ScanUnfit
from signing.documents import inspect

LEAST_DPI: Final = 200
_OLDEST: Final = (1, 4)
_MOST_DEEP: Final = 5
_MOST_OPERATORS: Final = 200_000
"""Of one page with all the forms it draws, each as often as it is drawn."""
_COVERED: Final = 0.5
"""Part of the page a picture has to cover to be the picture of the page."""
_SLACK: Final = 0.99
"""Scanners round the size of a page to whole points."""
_RGB, _CMYK = 3, 4
_NAMED: Final = 10
"""Pages that are named; more say nothing new."""

_SENSELESS: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, pikepdf.PdfError)
"""What drawing that makes no sense raises; no scanner writes such a page."""

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as it is drawn: dots an inch, the points it covers, whether it has colours."""

    dpi: float
    area: float
    coloured: bool


def require_scan(content: bytes) -> None:
    """Raise ScanUnfit unless every page is what the decree wants of digitised paper; it names the pages.

    Raises:
        PdfRefused: It is not readable as a PDF.
    """
    version = inspect(content).version
    found: dict[str, list[int]] = {"coarse": [], "grey": [], "other": []}
    with pikepdf.open(BytesIO(content)) as pdf:
        for number, page in enumerate(pdf.pages, start=1):
            wrong = _wrong_with(page)
            if wrong is not None:
                found[wrong].append(number)
    if any(found.values()) or tuple(int(part) for part in version.split(".")[:2]) < _OLDEST:
        raise ScanUnfit(**{kind: _listed(pages) for kind, pages in found.items()}, version=version)


def _listed(pages: list[int]) -> str:
    some = ", ".join(str(page) for page in pages[:_NAMED])
    return f"{some}, …" if len(pages) > _NAMED else some or "–"


def _wrong_with(page: pikepdf.Page) -> str | None:
    """Return what is wrong with a page: 'coarse', 'grey' or 'other', or None."""
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    whole = abs(right - left) * abs(top - bottom)
    try:
        drawn = list(_drawn(page.obj, (1, 0, 0, 1, 0, 0), 0, count()))
    except _SENSELESS:
        return "other"
    pictures = [one for one in drawn if one.area >= _COVERED * whole]
    if not pictures:
        return "other"
    if max(one.dpi for one in pictures) < LEAST_DPI * _SLACK:
        return "coarse"
    return None if any(one.coloured for one in pictures) else "grey"


def _drawn(holder: pikepdf.Object, matrix: Matrix, depth: int, operators: Iterator[int]) -> Iterator[Picture]:
    """Yield the pictures that a page or form draws, wherever its content turns and moves them.

    *operators* counts for the whole page, so forms within forms do not fan out.
    """
    if depth > _MOST_DEEP:
        return
    objects = holder.get("/Resources", pikepdf.Dictionary()).get("/XObject", pikepdf.Dictionary())
    kept: list[Matrix] = []
    for instruction in pikepdf.parse_content_stream(holder):
        if next(operators) > _MOST_OPERATORS:
            return
        operands = list(instruction.operands)
        match str(instruction.operator):
            case "q":
                kept.append(matrix)
            case "Q" if kept:
                matrix = kept.pop()
            case "cm":
                matrix = _times(_matrix(operands), matrix)
            case "Do" if operands and str(operands[0]) in objects:
                yield from _painted(objects[str(operands[0])], matrix, depth, operators)
            case _:
                pass


def _painted(found: pikepdf.Object, matrix: Matrix, depth: int, operators: Iterator[int]) -> Iterator[Picture]:
    if found.get("/Subtype") == "/Form":
        within = _times(_matrix(found.get("/Matrix", (1, 0, 0, 1, 0, 0))), matrix)
        yield from _drawn(found, within, depth + 1, operators)
    elif found.get("/Subtype") == "/Image":
        a, b, c, d, _, _ = matrix
        width, height = (a * a + b * b) ** 0.5, (c * c + d * d) ** 0.5
        if width and height:
            dpi = min(int(found.Width) / width, int(found.Height) / height) * 72
            yield Picture(dpi=dpi, area=abs(a * d - b * c), coloured=_is_coloured(found))


def _is_coloured(image: pikepdf.Object) -> bool:
    """Say whether the picture has colours, by its colour space; JPEG 2000 need not name one and is taken for colour."""
    space = image.get("/ColorSpace")
    if space is None:
        return "/JPXDecode" in str(image.get("/Filter", "")) and not image.get("/ImageMask", False)
    return _components(space) >= _RGB


def _components(space: pikepdf.Object) -> int:
    """Return how many colours the space mixes; an indexed one as many as the space of its table."""
    if isinstance(space, pikepdf.Array):
        family = str(space[0])
        if family == "/ICCBased":
            return int(space[1].N)
        if family == "/Indexed":
            return _components(space[1])
        return _RGB if family in ("/CalRGB", "/Lab") else 1
    return {"/DeviceRGB": _RGB, "/DeviceCMYK": _CMYK}.get(str(space), 1)


def _matrix(written: Iterable[object]) -> Matrix:
    """Return the six numbers of a matrix; raises ValueError for anything else a file has in their place."""
    a, b, c, d, e, f = (float(str(one)) for one in written)
    return a, b, c, d, e, f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)
