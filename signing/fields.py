"""The open places of a document: text fields for number and date, signature fields for signer and seal."""

import unicodedata
from functools import cached_property
from io import BytesIO
from pathlib import Path

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    append_signature_field,
    enumerate_sig_fields,
)

from engine.pdfs import (
    DATE_FIELD,
    NUMBER_FIELD,
    AlreadySigned,
    Box,
    FieldLayout,
    FieldMissing,
    FieldTaken,
    LayoutOutside,
)
from engine.signatures import SEAL_FIELD, SIGNER_FIELD
from signing.appearance import line_of_text
from signing.documents import inspect, read
from signing.fonts import Typeface
from signing.settings import PdfSource

_POINTS_PER_MM = 72 / 25.4
_PRINTED = 4
"""Annotation flag: the widget is printed."""
SIGNATURES_ONLY = FieldMDPSpec(FieldMDPAction.INCLUDE, fields=[SIGNER_FIELD, SEAL_FIELD])
"""What the seal locks. Locking all fields would, with filled text fields, make the archive's proofs look
like a forbidden change to pyHanko; that nothing else may change is said by DocMDP."""

Rectangle = tuple[int, int, int, int]


def prepare_fields(source: PdfSource, layout: FieldLayout | None) -> bytes:
    """Return the PDF with the four fields added; what made or edited it before leaves no trace or script.

    Raises:
        PdfRefused: It is not readable as a PDF (see :func:`signing.documents.inspect`).
        AlreadySigned: It carries a signature, so it cannot be certified any more.
        LayoutOutside: A box does not lie on its page.
    """
    content = read(source)
    facts = inspect(content)
    if facts.is_signed:
        raise AlreadySigned(signatures=facts.signatures)
    places = layout or FieldLayout()
    sign_page = facts.pages - 1 if places.sign_page is None else places.sign_page
    if not 0 <= sign_page < facts.pages:
        raise LayoutOutside(box="signature", page=sign_page + 1)
    boxes = {
        NUMBER_FIELD: (places.number, 0),
        DATE_FIELD: (places.date, 0),
        SIGNER_FIELD: (places.signer, sign_page),
        SEAL_FIELD: (places.seal, sign_page),
    }
    for name, (box, page) in boxes.items():
        if not box.fits(*facts.page_sizes[page]):
            raise LayoutOutside(box=name, page=page + 1)
    clean, rectangles = _cleaned(content, boxes)
    return _with_fields(clean, rectangles, sign_page)


def _cleaned(content: bytes, boxes: dict[str, tuple[Box, int]]) -> tuple[bytes, dict[str, Rectangle]]:
    """Rewrite the file without its history, its form and its scripts; return it and the boxes in points."""
    with pikepdf.open(BytesIO(content), attempt_recovery=False) as pdf:
        _flatten(pdf)
        for key in ("/OpenAction", "/AA"):
            if key in pdf.Root:
                del pdf.Root[key]
        if "/Names" in pdf.Root and "/JavaScript" in pdf.Root.Names:
            del pdf.Root.Names["/JavaScript"]
        for page in {page for _, page in boxes.values()}:
            _upright(pdf, pdf.pages[page])
        rectangles = {name: _rectangle(box, pdf.pages[page]) for name, (box, page) in boxes.items()}
        clean = BytesIO()
        pdf.save(clean, deterministic_id=True, min_version="1.7")
    return clean.getvalue(), rectangles


def _flatten(pdf: pikepdf.Pdf) -> None:
    """Turn the form into page content: left open it could be filled in after the official has signed."""
    if "/AcroForm" in pdf.Root:
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("print")
    if "/AcroForm" in pdf.Root:
        del pdf.Root["/AcroForm"]
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        if annotations is not None:
            page.obj["/Annots"] = pikepdf.Array(
                [annotation for annotation in annotations if annotation.get("/Subtype") != "/Widget"]
            )


def _upright(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Turn the content instead of the page, so that what is stamped on it stands upright."""
    turn = int(page.obj.get("/Rotate", 0)) % 360
    if not turn:
        return
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


def _rectangle(box: Box, page: pikepdf.Page) -> Rectangle:
    left, _, _, top = (float(edge) for edge in page.mediabox)
    x, y = left + box.left * _POINTS_PER_MM, top - box.top * _POINTS_PER_MM
    return (
        round(x),
        round(y - box.height * _POINTS_PER_MM),
        round(x + box.width * _POINTS_PER_MM),
        round(y),
    )


def _with_fields(content: bytes, rectangles: dict[str, Rectangle], sign_page: int) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(content))
    _add_text_field(writer, NUMBER_FIELD, rectangles[NUMBER_FIELD])
    _add_text_field(writer, DATE_FIELD, rectangles[DATE_FIELD])
    append_signature_field(writer, SigFieldSpec(SIGNER_FIELD, on_page=sign_page, box=rectangles[SIGNER_FIELD]))
    append_signature_field(
        writer,
        SigFieldSpec(
            SEAL_FIELD,
            on_page=sign_page,
            box=rectangles[SEAL_FIELD],
            field_mdp_spec=SIGNATURES_ONLY,
            doc_mdp_update_value=MDPPerm.NO_CHANGES,
        ),
    )
    prepared = BytesIO()
    writer.write(prepared)
    return prepared.getvalue()


def _add_text_field(writer: IncrementalPdfFileWriter, name: str, rectangle: Rectangle) -> None:
    page, _ = writer.find_page_for_modification(0)
    left, bottom, right, top = rectangle
    # An empty appearance, not none: PDF/A wants one for every widget.
    nothing = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): _numbers(0, 0, right - left, top - bottom),
        },
        stream_data=b"",
    )
    widget = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): pdf_string(name),
            pdf_name("/V"): pdf_string(""),
            pdf_name("/DA"): pdf_string("/Helv 13 Tf 0 g"),
            pdf_name("/F"): generic.NumberObject(_PRINTED),
            pdf_name("/Rect"): _numbers(*rectangle),
            pdf_name("/P"): page,
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(nothing)}),
        }
    )
    reference = writer.add_object(widget)
    writer.register_annotation(page, reference)
    form = _form(writer)
    form["/Fields"].append(reference)
    writer.update_container(form)


def _form(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    if "/AcroForm" not in writer.root:
        form = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject()})
        writer.root[pdf_name("/AcroForm")] = writer.add_object(form)
        writer.update_root()
    found: generic.DictionaryObject = writer.root["/AcroForm"]
    return found


def _numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject(generic.FloatObject(value) for value in values)


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


def field_text(writer: IncrementalPdfFileWriter, name: str) -> str:
    """Return what is written in the text field *name*, '' when nothing is."""
    return str(find_field(writer, name).get_object().get("/V", ""))
