"""The PDFs of copies: a part of a document and nothing else of it, digitised paper, the block under a copy on paper.

Source: Decree 30/2020/NĐ-CP, appendix I and III.
"""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import cast

import pikepdf
import typst

from engine.copies import CopyBlock, PagesOutside
from engine.letters import LetterUnprintable
from signing.codes import printed_code
from signing.documents import inspect
from signing.fields import cleaned

TEMPLATE = Path(__file__).with_name("copy_block.typ")
_TELLING = (
    "/StructTreeRoot",
    "/MarkInfo",
    "/Outlines",
    "/Dests",
    "/PageLabels",
    "/Threads",
    "/Names",
    "/AF",
    "/PieceInfo",
)
"""Parts of a catalogue that tell of pages, or carry files; an extract has none of them."""


def extracted(content: bytes, first: int, last: int) -> bytes:
    """Return these pages, counted from 1, as a file that has nothing of the others.

    Raises:
        PdfRefused: It is not readable as a PDF.
        PagesOutside: They are not pages of the file.
    """
    pages = inspect(content).pages
    if not 1 <= first <= last <= pages:
        raise PagesOutside(pages=pages)
    clean = cleaned(content, set())
    with pikepdf.open(BytesIO(clean)) as pdf:
        del pdf.pages[last:]
        del pdf.pages[: first - 1]
        for key in _TELLING:
            if key in pdf.Root:
                del pdf.Root[key]
        for page in pdf.pages:
            _without_links(page)
        _no_longer_tagged(pdf)
        part = BytesIO()
        pdf.save(part, deterministic_id=True)
    return part.getvalue()


def joined(contents: Sequence[bytes]) -> bytes:
    """Return the pages of all as one file, as people print them: signatures and fields are part of their pages.

    Raises:
        PdfRefused: One is not readable as a PDF.
    """
    first, *others = contents
    version = max(inspect(content).version for content in contents)
    with pikepdf.open(BytesIO(cleaned(first, set()))) as pdf:
        for content in others:
            _append(pdf, cleaned(content, set()))
        _no_longer_tagged(pdf)
        whole = BytesIO()
        pdf.save(whole, deterministic_id=True, min_version=version)
    return whole.getvalue()


def _append(pdf: pikepdf.Pdf, content: bytes) -> None:
    with pikepdf.open(BytesIO(content)) as other:
        for page in other.pages:
            _without_links(page)
        if _archive_part(other) != _archive_part(pdf):
            _claim_nothing(pdf)
        pdf.pages.extend(other.pages)


def _without_links(page: pikepdf.Page) -> None:
    """Take off what leads from the page to others: a reference to a page would keep it in the file."""
    for key in ("/StructParents", "/B", "/AA", "/PieceInfo", "/Tabs"):
        if key in page.obj:
            del page.obj[key]
    if "/Annots" in page.obj:
        kept = [
            one for one in page.obj.Annots if not {"/Dest", "/A", "/AA", "/Parent", "/StructParent"} & set(one.keys())
        ]
        page.obj.Annots = pikepdf.Array(kept)


def _no_longer_tagged(pdf: pikepdf.Pdf) -> None:
    """Claim level B where level A was claimed: the tags were taken off with the other pages."""
    if "/Metadata" not in pdf.Root:
        return
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        if metadata.get("pdfaid:conformance") == "A":
            metadata["pdfaid:conformance"] = "B"


def _archive_part(pdf: pikepdf.Pdf) -> str | None:
    """Return which PDF/A a file claims to be, as '2', or None."""
    if "/Metadata" not in pdf.Root:
        return None
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        part = metadata.get("pdfaid:part")
        return None if part is None else str(part)


def _claim_nothing(pdf: pikepdf.Pdf) -> None:
    """Take the claim to be PDF/A back: there are pages in it of a file that made none."""
    if "/Metadata" not in pdf.Root:
        return
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        for key in ("pdfaid:part", "pdfaid:conformance"):
            if key in metadata:
                del metadata[key]


class CopyPress:
    """Sets the block under a copy on paper; keeps the parsed template and the fonts between calls."""

    def __init__(self, fonts: Path) -> None:
        self._fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
        self._compiler = typst.Compiler(str(TEMPLATE), font_paths=self._fonts)

    def printed(self, content: bytes, block: CopyBlock, at: datetime) -> bytes:
        """Return the document as people print it, signatures and all, and under it, on a page, the block of the copy.

        Raises:
            PdfRefused: The document is not readable as a PDF.
            LetterUnprintable: A character is not in the font.
        """
        told = {**asdict(block), "verification": printed_code(block.verification_url)}
        data = unicodedata.normalize("NFC", json.dumps(told, ensure_ascii=False))
        try:
            made = self._compiler.compile(
                format="pdf", sys_inputs={"block": data}, pdf_standards=["a-2b"], timestamp=at.replace(microsecond=0)
            )
        except typst.TypstError as cause:
            raise LetterUnprintable(characters=cause.message) from cause
        facts = inspect(content)
        clean = cleaned(content, set())
        with pikepdf.open(BytesIO(clean)) as pdf, pikepdf.open(BytesIO(cast("bytes", made))) as under:
            pdf.pages.extend(under.pages)
            if "/StructTreeRoot" in pdf.Root:
                _no_longer_tagged(pdf)
            whole = BytesIO()
            pdf.save(whole, deterministic_id=True, min_version=facts.version)
        return whole.getvalue()
