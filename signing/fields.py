"""The open places of a document: text fields for number and date, signature fields for signer and seal."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign.fields import enumerate_sig_fields

from engine.pdfs import (
    DATE_FIELD,
    NUMBER_FIELD,
    AlreadySigned,
    Box,
    FieldLayout,
    FieldMissing,
    FieldTaken,
    LayoutOutside,
    PdfFacts,
)
from engine.signatures import SEAL_FIELD, SIGNER_FIELD, is_signer_field
from signing.appearance import line_of_text
from signing.documents import inspect, read
from signing.fonts import Typeface
from signing.increments import Increment
from signing.settings import PdfSource
from signing.stripping import strip

_POINTS_PER_MM = 72 / 25.4
_PRINTED, _LOCKED = 4, 128
"""Annotation flags: the widget is printed; it cannot be moved or removed."""
_SIGNATURES_EXIST = 1
"""Signature flag of the form."""
_START = re.compile(rb"startxref\s")
_ODD_HEAD = b" 65536 f"
"""Generation of the first free object as some scanners' programs write it; strict readers want 65535."""
FILL_FIELDS, NO_CHANGES = 2, 1
"""What DocMDP lets be done later (ISO 32000-1, table 254): filling fields and signing, or nothing."""

Rectangle = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    box: Box
    page: int


def seal_locks(signers: Iterable[str]) -> bytes:
    """Return what the seal locks (FieldMDP), as it is written: the fields of these signers, and its own.

    Locking all fields would, with filled text fields, make the archive's proofs look like a forbidden change to
    pyHanko; that nothing else may change is said by DocMDP.
    """
    fields = b" ".join(b"(%b)" % name.encode("ascii") for name in (*signers, SEAL_FIELD))
    return b"/Action /Include /Fields [ %b ] /P %d" % (fields, NO_CHANGES)


def signer_fields(names: Iterable[str]) -> list[str]:
    """Return those of the fields that are for the signatures of people, in the order of their numbers."""
    return sorted(filter(is_signer_field, names), key=lambda name: (len(name), name))


def prepare_fields(source: PdfSource, layout: FieldLayout | None) -> bytes:
    """Return the PDF with its fields added; what made or edited it before leaves no trace or script.

    These are number, date, the signer, whoever signs beside them by the layout, and the seal.

    Raises:
        PdfRefused: It is not readable as a PDF (see :func:`signing.documents.inspect`).
        AlreadySigned: It carries a signature, so it cannot be certified any more.
        PdfHidesLayers, PdfHidesFiles: Not everybody would see all of it.
        LayoutOutside: A box does not lie on its page.
    """
    content = read(source)
    # It was read to its end when it was taken in; what it is made of is enough to know here.
    facts = inspect(content, thorough=False)
    if facts.is_signed:
        raise AlreadySigned(signatures=facts.signatures)
    places = _places(layout or FieldLayout(), facts)
    for name, place in places.items():
        if not 0 <= place.page < facts.pages or not place.box.fits(*facts.page_sizes[place.page]):
            raise LayoutOutside(box=name, page=place.page + 1)
    return _with_fields(cleaned(content, {place.page for place in places.values()}), places)


def _places(layout: FieldLayout, facts: PdfFacts) -> dict[str, _Place]:
    """Return where every field goes: those of people in the order of their names, the seal last."""
    sign_page = facts.pages - 1 if layout.sign_page is None else layout.sign_page
    return {
        NUMBER_FIELD: _Place(box=layout.number, page=0),
        DATE_FIELD: _Place(box=layout.date, page=0),
        SIGNER_FIELD: _Place(box=layout.signer, page=sign_page),
        **{
            more.field: _Place(box=more.box, page=sign_page if more.page is None else more.page)
            for more in layout.further
        },
        SEAL_FIELD: _Place(box=layout.seal, page=sign_page),
    }


def cleaned(content: bytes, pages: set[int]) -> bytes:
    """Return the file without its history, its form and its scripts, *pages* upright; what has none stays as it is."""
    with pikepdf.open(BytesIO(content), attempt_recovery=False) as pdf:
        changes = [strip(pdf), *(_upright(pdf, pdf.pages[page]) for page in sorted(pages))]
        if (
            not any(changes)
            and not pdf.get_warnings()
            and len(_START.findall(content)) == 1
            and _ODD_HEAD not in content
            and "/XRefStm" not in pdf.trailer
        ):
            return content
        clean = BytesIO()
        pdf.save(clean, deterministic_id=True, min_version="1.7")
    return clean.getvalue()


def _upright(pdf: pikepdf.Pdf, page: pikepdf.Page) -> bool:
    """Turn the content instead of the page, so that what is stamped on it stands upright."""
    turn = int(page.obj.get("/Rotate", 0)) % 360
    if not turn:
        return False
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    width, height = right - left, top - bottom
    matrix = {
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }[turn]
    numbers = " ".join(f"{number:g}" for number in matrix)
    page.contents_add(pdf.make_stream(f"q {numbers} cm\n".encode()), prepend=True)
    page.contents_add(pdf.make_stream(b"\nQ"))
    size = (width, height) if turn == 180 else (height, width)  # noqa: PLR2004 (degrees)
    page.obj["/Rotate"] = 0
    for name in ("/MediaBox", "/CropBox"):
        page.obj[name] = pikepdf.Array([0, 0, *size])
    return True


def _rectangle(box: Box, page: pikepdf.Page) -> Rectangle:
    left, _, _, top = (float(edge) for edge in page.mediabox)
    x, y = left + box.left * _POINTS_PER_MM, top - box.top * _POINTS_PER_MM
    return (
        round(x),
        round(y - box.height * _POINTS_PER_MM),
        round(x + box.width * _POINTS_PER_MM),
        round(y),
    )


def _with_fields(content: bytes, places: dict[str, _Place]) -> bytes:
    """Return the file with one revision more, in which the fields are."""
    locks = seal_locks(signer_fields(places))
    with Increment(content) as revision:
        on_pages: dict[int, list[bytes]] = {}
        for name, place in places.items():
            widget = _add_widget(revision, name, place.box, revision.pdf.pages[place.page], locks)
            on_pages.setdefault(place.page, []).append(widget)
        for number, widgets in on_pages.items():
            shown = revision.pdf.pages[number].obj
            known = [annotation.unparse() for annotation in shown.get("/Annots", [])]
            revision.change(shown, Annots=_array(*known, *widgets))
        every = [widget for widgets in on_pages.values() for widget in widgets]
        form = revision.add(b"<< /Fields %b /SigFlags %d >>" % (_array(*every), _SIGNATURES_EXIST))
        revision.change(revision.pdf.Root, AcroForm=form)
        return content + revision.tail()


def _add_widget(revision: Increment, name: str, box: Box, page: pikepdf.Page, locks: bytes) -> bytes:
    """Add the field, with what it *locks* where it is the seal's."""
    left, bottom, right, top = _rectangle(box, page)
    # An empty appearance, not none: PDF/A wants one for every widget.
    size = b"[ 0 0 %d %d ]" % (right - left, top - bottom)
    nothing = revision.add_stream(b"/Type /XObject /Subtype /Form /BBox " + size, b"")
    if name in (NUMBER_FIELD, DATE_FIELD):
        kind = b"/FT /Tx /V () /DA (/Helv 13 Tf 0 g) /F %d" % _PRINTED
    else:
        kind = b"/FT /Sig /F %d" % (_PRINTED | _LOCKED)
    if name == SEAL_FIELD:
        kind += b" /Lock " + revision.add(b"<< /Type /SigFieldLock %b >>" % locks)
    return revision.add(
        b"<< /Type /Annot /Subtype /Widget %b /T %b /Rect [ %d %d %d %d ] /P %b /AP << /N %b >> >>"
        % (kind, pikepdf.String(name).unparse(), left, bottom, right, top, page.obj.unparse(), nothing)
    )


def _array(*values: bytes) -> bytes:
    return b"[ %b ]" % b" ".join(values)


class NumberWriter:
    """Writes number and date into their fields, with the font embedded; nothing else in the file changes."""

    def __init__(self, fonts: Path) -> None:
        self._fonts = fonts

    @cached_property
    def _upright(self) -> Typeface:
        return Typeface(self._fonts / "Tinos-Regular.ttf")

    @cached_property
    def _italic(self) -> Typeface:
        return Typeface(self._fonts / "Tinos-Italic.ttf")

    def fill(self, source: PdfSource, *, number_line: str, date_line: str) -> bytes:
        """Return the PDF with both lines written by incremental update, which a certification allows.

        Raises:
            FieldMissing: The PDF was not prepared.
            FieldTaken: Number or date stand there already, or the seal closed the document.
        """
        writer = IncrementalPdfFileWriter(BytesIO(read(source)))
        for name, value, _ in enumerate_sig_fields(writer, filled_status=True):
            if name == SEAL_FIELD and value is not None:
                raise FieldTaken(field=SEAL_FIELD)
        self._write(writer, NUMBER_FIELD, number_line, self._upright)
        self._write(writer, DATE_FIELD, date_line, self._italic)
        filled = BytesIO()
        writer.write(filled)
        return filled.getvalue()

    def _write(self, writer: IncrementalPdfFileWriter, name: str, text: str, face: Typeface) -> None:
        reference = find_field(writer, name)
        widget = reference.get_object()
        if str(widget.get("/V", "")):
            raise FieldTaken(field=name)
        line = unicodedata.normalize("NFC", text)
        left, bottom, right, top = (float(edge) for edge in widget["/Rect"])
        appearance = line_of_text(writer, line, face, BoxConstraints(width=right - left, height=top - bottom))
        widget[pdf_name("/V")] = pdf_string(line)
        widget[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(appearance)})
        writer.mark_update(reference)


def find_field(writer: IncrementalPdfFileWriter, name: str) -> generic.IndirectObject:
    """Return the reference of the top-level form field *name*.

    Raises:
        FieldMissing: There is none of that name and of the kind we make.
    """
    fields = writer.root["/AcroForm"]["/Fields"] if "/AcroForm" in writer.root else generic.ArrayObject()
    for position in range(len(fields)):
        reference = fields.raw_get(position)
        if isinstance(reference, generic.IndirectObject) and reference.get_object().get("/T") == name:
            return reference
    raise FieldMissing(field=name)


def field_of(pdf: pikepdf.Pdf, name: str) -> pikepdf.Object:
    """Return the top-level form field *name*.

    Raises:
        FieldMissing: There is none of that name and of the kind we make.
    """
    form = pdf.Root.get("/AcroForm", pikepdf.Dictionary())
    for field in form.get("/Fields", []):
        if field.is_indirect and str(field.get("/T", "")) == name:
            found: pikepdf.Object = field
            return found
    raise FieldMissing(field=name)
