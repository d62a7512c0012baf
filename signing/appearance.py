"""How number, signature and seal look on the page: embedded text, the hand's blue image, the seal's red one.

Source: Decree 30/2020/NĐ-CP, appendix I.
"""

from io import BytesIO

from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.font.api import FontEngine, FontEngineFactory
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.text import TextBox, TextBoxStyle
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import StaticStampStyle

from signing.fonts import Typeface

_SIZES = (13, 12, 11, 10, 9, 8)
"""Points; the decree's 13 unless the line is too long for its box."""
_CENTRED = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins(0, 0, 0, 0)
)


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


def image_stamp(png: bytes) -> StaticStampStyle:
    """Return the appearance of a signature that shows a transparent image and nothing else.

    Raises:
        OSError: The bytes are not an image Pillow can read.
    """
    with Image.open(BytesIO(png)) as image:
        image.load()
        shown = PdfImage(image.convert("RGBA"), name="Image")
    return StaticStampStyle(background=shown, background_layout=_CENTRED, background_opacity=1.0, border_width=0)
