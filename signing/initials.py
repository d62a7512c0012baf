"""Initials on an uploaded PDF: one small line of text on the page of the first signature, before anybody signs."""

import unicodedata
from functools import cached_property
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign.fields import enumerate_sig_fields

from engine.pdfs import FieldTaken
from engine.signatures import SIGNER_FIELD
from signing.appearance import line_of_text
from signing.documents import read
from signing.fields import find_field
from signing.fonts import Typeface
from signing.settings import PdfSource

_LEFT, _WIDTH, _HEIGHT = 85, 260, 11
"""Points: the line begins at the left margin of the decree, 30 mm."""
_NAME = pdf_name("/KyNhay")


class InitialsPrinter:
    """Prints initials, with the font embedded."""

    def __init__(self, fonts: Path) -> None:
        self._fonts = fonts

    @cached_property
    def _italic(self) -> Typeface:
        return Typeface(self._fonts / "Tinos-Italic.ttf")

    def print(self, source: PdfSource, text: str) -> bytes:
        """Return the prepared, unsigned PDF with the line printed at the left, at the foot of the first signature.

        Raises:
            FieldMissing: The PDF was not prepared.
            FieldTaken: Somebody signed already; what is printed now would break that.
        """
        writer = IncrementalPdfFileWriter(BytesIO(read(source)))
        for name, value, _ in enumerate_sig_fields(writer):
            if value is not None:
                raise FieldTaken(field=name)
        widget = find_field(writer, SIGNER_FIELD).get_object()
        page = _number_of(writer, widget.raw_get("/P"))
        bottom = float(widget["/Rect"][1])
        line = unicodedata.normalize("NFC", text)
        drawn = line_of_text(writer, line, self._italic, BoxConstraints(width=_WIDTH, height=_HEIGHT))
        place = f"q 1 0 0 1 {_LEFT} {bottom:g} cm {_NAME} Do Q".encode()
        writer.add_stream_to_page(
            page,
            writer.add_object(generic.StreamObject(stream_data=place)),
            resources=generic.DictionaryObject(
                {pdf_name("/XObject"): generic.DictionaryObject({_NAME: writer.add_object(drawn)})}
            ),
        )
        printed = BytesIO()
        writer.write(printed)
        return printed.getvalue()


def _number_of(writer: IncrementalPdfFileWriter, page: generic.IndirectObject) -> int:
    found = (writer.find_page_for_modification(number)[0] for number in range(int(writer.root["/Pages"]["/Count"])))
    return next(number for number, known in enumerate(found) if known.reference == page.reference)
