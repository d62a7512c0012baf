"""What a PDF is before anybody relies on it: readable to the end, not encrypted, signed or not."""

import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf

from engine.pdfs import NotAPdf, PdfDamaged, PdfEmpty, PdfEncrypted, PdfFacts
from signing.active_content import active_content
from signing.settings import PdfSource

_MM_PER_POINT = 25.4 / 72
_HEADER_WITHIN = 1024
"""Readers accept a header that begins within the first 1,024 bytes."""
_PDFA_PART = re.compile(rb"pdfaid:part(?:>|=[\"'])\s*(\d)")
_PDFA_CONFORMANCE = re.compile(rb"pdfaid:conformance(?:>|=[\"'])\s*([A-Za-z])")
_MAX_FIELD_DEPTH = 20
_MEMORY_STREAM = re.compile(r"^(?:WARNING: |ERROR: )?stream <_io\.BytesIO object at 0x[0-9a-f]+>:? ?")
_SERIOUS = re.compile(r"expected n n obj|giving up|error decoding|unexpected EOF|reconstruct|error: ", re.I)
"""Complaints of qpdf that mean lost content; the others are slips of the program that made the file."""
_DETAIL = 120


def read(source: PdfSource) -> bytes:
    """Return the bytes of *source*."""
    return source if isinstance(source, bytes) else source.read_bytes()


def inspect(source: PdfSource, *, thorough: bool = True) -> PdfFacts:
    """Return what the PDF is; *thorough* reads every page to its end and looks for what would act by itself.

    Raises:
        PdfEmpty: There are 0 bytes.
        NotAPdf: It does not begin as a PDF.
        PdfEncrypted: It wants a password, or is encrypted with an empty one.
        PdfDamaged: It cannot be read to the end without repair.
        PdfUnpacksTooMuch: It is a bomb.
    """
    beginning = _beginning(source)
    if not beginning:
        raise PdfEmpty
    if b"%PDF-" not in beginning:
        raise NotAPdf
    # A file is not read into memory beside what qpdf takes, which is twice its largest stream.
    opened = BytesIO(source) if isinstance(source, bytes) else source
    try:
        # Without recovery a cut-off file is an error; with it, whatever is found counts as the document.
        with pikepdf.open(opened, attempt_recovery=False) as pdf:
            return _facts(pdf, thorough=thorough)
    except pikepdf.PasswordError as cause:
        raise PdfEncrypted from cause
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError, MemoryError) as cause:
        raise PdfDamaged(detail=_first_line(cause)) from cause


def _beginning(source: PdfSource) -> bytes:
    if isinstance(source, bytes):
        return source[:_HEADER_WITHIN]
    with source.open("rb") as file:
        return file.read(_HEADER_WITHIN)


def page_of(source: PdfSource, page: int) -> bytes:
    """Return one page, from 1, as a PDF of its own that shows what the page shows; for looking at, not for signing.

    Signatures keep what they show and are none any more, or a viewer would call them broken.
    """
    out = BytesIO()
    with pikepdf.open(BytesIO(read(source))) as pdf:
        del pdf.pages[page:]
        del pdf.pages[: page - 1]
        for each in pdf.objects:
            if isinstance(each, pikepdf.Dictionary) and each.get("/FT") == "/Sig" and "/V" in each:
                del each["/V"]
        if "/Perms" in pdf.Root:
            del pdf.Root["/Perms"]
        pdf.save(out)
    return out.getvalue()


def _facts(pdf: pikepdf.Pdf, *, thorough: bool) -> PdfFacts:
    if pdf.is_encrypted:
        raise PdfEncrypted
    if not len(pdf.pages):
        raise PdfDamaged(detail="no page")
    # Before anything is decoded: a bomb must not go off while it is looked for.
    active = active_content(pdf) if thorough else ()
    sizes = tuple(_page_size(page) for page in pdf.pages)
    # Decodes every stream, so a damage in the middle shows now and not when somebody opens page 7.
    problems = tuple(_MEMORY_STREAM.sub("", problem) for problem in (pdf.check_pdf_syntax() if thorough else ()))
    fatal = next(filter(_SERIOUS.search, problems), None)
    if fatal:
        raise PdfDamaged(detail=fatal[:_DETAIL])
    fields = tuple(fields_of(pdf))
    return PdfFacts(
        pages=len(pdf.pages),
        page_sizes=sizes,
        version=pdf.pdf_version,
        signatures=sum(1 for _, is_signed in fields if is_signed),
        fields=tuple(name for name, _ in fields),
        pdfa=_pdfa(pdf),
        warnings=problems,
        active=active,
    )


def _page_size(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    width, height = abs(right - left) * _MM_PER_POINT, abs(top - bottom) * _MM_PER_POINT
    if int(page.obj.get("/Rotate", 0)) % 180:
        width, height = height, width
    return round(width, 1), round(height, 1)


def fields_of(pdf: pikepdf.Pdf) -> Iterator[tuple[str, bool]]:
    """Yield the full name of every form field and whether it holds a signature."""
    form = pdf.Root.get("/AcroForm", pikepdf.Dictionary())
    for field in form.get("/Fields", []):
        yield from _branch(field, "", depth=0)


def _branch(field: pikepdf.Object, parent: str, depth: int) -> Iterator[tuple[str, bool]]:
    if depth > _MAX_FIELD_DEPTH:
        raise PdfDamaged(detail="form fields nested without end")
    name = ".".join(part for part in (parent, str(field.get("/T", ""))) if part)
    children = [kid for kid in field.get("/Kids", []) if "/T" in kid]
    for kid in children:
        yield from _branch(kid, name, depth + 1)
    if not children:
        yield name, field.get("/FT") == "/Sig" and "/V" in field


def _pdfa(pdf: pikepdf.Pdf) -> str | None:
    metadata = pdf.Root.get("/Metadata")
    if metadata is None:
        return None
    xmp = metadata.read_bytes()
    part, conformance = _PDFA_PART.search(xmp), _PDFA_CONFORMANCE.search(xmp)
    if part is None:
        return None
    return (part[1] + (conformance[1] if conformance else b"")).decode("ascii").upper()


def _first_line(cause: Exception) -> str:
    line = (str(cause).splitlines() or [type(cause).__name__])[0]
    return _MEMORY_STREAM.sub("", line)[:_DETAIL]
