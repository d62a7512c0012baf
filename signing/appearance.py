"""How number, signature and seal look on the page: embedded text, the hand's blue image, the seal's red one.

Source: Decree 30/2020/NĐ-CP, appendix I.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.font.api import FontEngine, FontEngineFactory
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.text import TextBox, TextBoxStyle
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from engine.text_seals import TEXT_SEAL_POINTS
from signing.fonts import Typeface
from signing.increments import Increment

_SIZES = (13, 12, 11, 10, 9, 8)
"""Points; the decree's 13 unless the line is too long for its box."""
_CENTRED = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins(0, 0, 0, 0)
)

_AS_IT_IS = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID,
    y_align=AxisAlignment.ALIGN_MID,
    margins=Margins(0, 0, 0, 0),
    inner_content_scaling=InnerScaling.NO_SCALING,
)
LEADING = 12
"""Points from line to line of a text seal."""
_COVERED = 1 / 3
_LEAST_COVERED = 0.28
"""Parts of the signer's image the seal covers: as drawn, and the least for an image narrower than its box."""


class _Embedded(FontEngineFactory):
    """Embeds the used letters of a face we have in memory; pyHanko's own factory leaves its file open."""

    def __init__(self, face: Typeface, size: int) -> None:
        self._face = face
        self.font_size = size

    def create_font_engine(self, writer: BasePdfFileWriter, obj_stream: generic.PdfObject | None = None) -> FontEngine:
        return GlyphAccumulator(writer, BytesIO(self._face.content), self.font_size, obj_stream=obj_stream)


def line_of_text(writer: BasePdfFileWriter, text: str, face: Typeface, box: BoxConstraints) -> generic.StreamObject:
    """Return one centred line as form XObject, made smaller where it is too long for its box."""
    size = next((size for size in _SIZES if face.width(text, size) <= box.width), _SIZES[-1])
    style = TextBoxStyle(font=_Embedded(face, size), font_size=size, border_width=0, box_layout_rule=_CENTRED)
    line = TextBox(style, writer=writer, box=box)
    line.content = text
    return line.as_form_xobject()


def words_appearance(
    writer: BasePdfFileWriter, lines: Sequence[str], face: Typeface, box: BoxConstraints
) -> generic.StreamObject:
    """Return the appearance of a text seal as form XObject: black words in 10 points and nothing else."""
    style = TextBoxStyle(
        font=_Embedded(face, TEXT_SEAL_POINTS),
        font_size=TEXT_SEAL_POINTS,
        leading=LEADING,
        border_width=0,
        box_layout_rule=_AS_IT_IS,
        text_color=(0, 0, 0),
    )
    words = TextBox(style, writer=writer, box=box)
    words.content = "\n".join(lines)
    return words.as_form_xobject()


def hand_place(width: float, shown: float) -> float:
    """Return how far from the left of its box an image of this width stands (points), so that the seal covers enough.

    The seal covers the left third of the box. An image as wide as the box, and one not much narrower, is centred.
    """
    return max(0.0, min((width - shown) / 2, width * _COVERED - shown * _LEAST_COVERED))


def image_appearance(revision: Increment, png: bytes, width: float, height: float, *, hand: bool) -> bytes:
    """Add the appearance of a field of that size (points), a transparent image in it; return the reference.

    The seal stands in the middle, the image of a hand so that the seal covers a third of it.

    Raises:
        OSError: The bytes are not an image Pillow can read.
    """
    shown = _encoded(png)
    kind = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /Filter /FlateDecode" % (
        shown.width,
        shown.height,
    )
    mask = revision.add_stream(kind + b" /ColorSpace /DeviceGray", shown.transparency)
    image = revision.add_stream(kind + b" /ColorSpace /DeviceRGB /SMask " + mask, shown.colours)
    scale = min(width / shown.width, height / shown.height)
    across, up = shown.width * scale, shown.height * scale
    form = f"/Type /XObject /Subtype /Form /BBox [ 0 0 {width:g} {height:g} ] /Resources << /XObject << /Image "
    left = hand_place(width, across) if hand else (width - across) / 2
    # Not by ':g': a difference of floats may be 1e-14, and PDF knows no exponents.
    drawn = f"q {across:.3f} 0 0 {up:.3f} {left:.3f} {(height - up) / 2:.3f} cm /Image Do Q"
    return revision.add_stream(form.encode() + image + b" >> >>", drawn.encode())


@dataclass(frozen=True, slots=True)
class _Encoded:
    """An image as PDF keeps it: colours and transparency apart, both compressed."""

    width: int
    height: int
    colours: bytes
    transparency: bytes


@lru_cache(maxsize=64)
def _encoded(png: bytes) -> _Encoded:
    """Decode and compress an image once, clear edges cut off, so that its ink has the size the decree wants."""
    with Image.open(BytesIO(png), formats=("PNG",)) as image:
        image.load()
        whole = image.convert("RGBA")
    whole = whole.crop(whole.getchannel("A").getbbox())
    colours, transparency = whole.convert("RGB").tobytes(), whole.getchannel("A").tobytes()
    return _Encoded(whole.width, whole.height, zlib.compress(colours), zlib.compress(transparency))
