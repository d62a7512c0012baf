"""Where a text seal stands: words of the agency's signature in the top right corner of page 1, in black, size 10.

Source: Decree 30/2020/NĐ-CP, appendix I.
"""

from collections.abc import Iterator
from io import BytesIO
from math import ceil

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from engine.pdfs import AlreadySigned
from engine.signatures import SIGNER_FIELD, TEXT_SEAL_FIELD, NotYetSigned
from engine.text_seals import TEXT_SEAL_POINTS
from signing.appearance import LEADING, words_appearance
from signing.documents import inspect
from signing.fields import cleaned, find_field
from signing.fonts import Typeface

_WIDEST = 240
"""Points a line may take: 85 mm, the right half of a page."""
_FROM_RIGHT, _FROM_TOP = 28, 14
"""Points from the edges of the page: 10 and 5 mm, inside the margins of the decree."""
_LETTERS_BELOW = 6
"""Points for what letters have below the line."""


def with_text_seal(content: bytes, text: str, face: Typeface) -> bytes:
    """Return the cleaned file with the signature's field and its words, not signed yet.

    Raises:
        PdfRefused: It is not readable as a PDF.
        AlreadySigned: It carries a signature.
        NotYetSigned: It is a document of the agency's own, prepared for an official who has not signed it.
    """
    facts = inspect(content)
    if facts.is_signed:
        raise AlreadySigned(signatures=facts.signatures)
    if SIGNER_FIELD in facts.fields:
        raise NotYetSigned
    clean = cleaned(content, {0})
    right, top = _corner(clean)
    lines = tuple(_lines(text, face))
    width = ceil(max(face.width(line, TEXT_SEAL_POINTS) for line in lines)) + 2
    height = LEADING * len(lines) + _LETTERS_BELOW
    # pyHanko begins its objects behind the last byte there is; PDF/A-2 (6.1.9) wants them on a line of their own.
    writer = IncrementalPdfFileWriter(BytesIO(clean if clean.endswith((b"\n", b"\r")) else clean + b"\n"))
    box = (right - width, top - height, right, top)
    append_signature_field(writer, SigFieldSpec(TEXT_SEAL_FIELD, on_page=0, box=box))
    field = find_field(writer, TEXT_SEAL_FIELD)
    words = words_appearance(writer, lines, face, BoxConstraints(width=width, height=height))
    shown = generic.DictionaryObject({generic.pdf_name("/N"): writer.add_object(words)})
    field.get_object()[generic.pdf_name("/AP")] = shown
    writer.mark_update(field)
    sealed = BytesIO()
    writer.write(sealed)
    return sealed.getvalue()


def _corner(content: bytes) -> tuple[int, int]:
    """Return where the words end, to the right and the top of what is shown of page 1."""
    with pikepdf.open(BytesIO(content)) as pdf:
        _, _, right, top = (float(edge) for edge in pdf.pages[0].cropbox)
    return int(right) - _FROM_RIGHT, int(top) - _FROM_TOP


def _lines(text: str, face: Typeface) -> Iterator[str]:
    """Break the text between words where a line would be too wide; what stands between semicolons is kept together."""
    line = ""
    for part in _pieces(text, face):
        longer = f"{line} {part}".strip()
        if line and face.width(longer, TEXT_SEAL_POINTS) > _WIDEST:
            yield line
            line = part
        else:
            line = longer
    yield line


def _pieces(text: str, face: Typeface) -> Iterator[str]:
    parts = text.split("; ")
    for place, part in enumerate(parts):
        piece = part if place == len(parts) - 1 else f"{part};"
        yield from [piece] if face.width(piece, TEXT_SEAL_POINTS) <= _WIDEST else piece.split()
