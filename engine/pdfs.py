"""PDFs as the office takes them in and makes them: facts, the places for number and signatures, refusals.

The boxes and their numbers are those of Decree 30/2020/NĐ-CP, appendix I.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from engine.errors import Conflict, FieldError, Invalid

NUMBER_FIELD = "SoKyHieu"
"""Text field for number and symbol (box 3 of the decree)."""
DATE_FIELD = "NgayThang"
"""Text field for place and date (box 4)."""
_LEFT_COLUMN, _BETWEEN = 45.0, 16.0
"""Millimetres: where the left one of two signers stands, and the room above a signature for title and name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfFacts:
    """What a PDF is before anybody relies on it.

    Attributes:
        pages: How many, at least 1.
        page_sizes: Width and height of each page in millimetres, rounded to one decimal.
        version: PDF version, as in '1.7'.
        signatures: Signature fields that carry a signature or a document time-stamp.
        fields: Names of all form fields.
        pdfa: Claimed archive profile, as in '2B', or None.
        warnings: What an independent parser complained about without refusing the file.
        active: Codes of what can act or hide in it, as in 'script', 'attached', 'layers'.
    """

    pages: int
    page_sizes: tuple[tuple[float, float], ...]
    version: str
    signatures: int
    fields: tuple[str, ...] = ()
    pdfa: str | None = None
    warnings: tuple[str, ...] = ()
    active: tuple[str, ...] = ()

    @property
    def is_signed(self) -> bool:
        """Say whether it carries any signature, good or bad."""
        return self.signatures > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on a page, in millimetres from the page's left and top edges."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Distance of the right side from the left edge."""
        return self.left + self.width

    def fits(self, page_width: float, page_height: float) -> bool:
        """Say whether it has an area and lies on a page of this size (millimetres)."""
        inside = self.left >= 0 and self.top >= 0
        return (
            inside
            and self.width > 0
            and self.height > 0
            and self.right <= page_width
            and self.top + self.height <= page_height
        )


class Corner(StrEnum):
    """A corner of a page as it is seen."""

    TOP_LEFT = "top-left"
    TOP_RIGHT = "top-right"
    BOTTOM_RIGHT = "bottom-right"
    BOTTOM_LEFT = "bottom-left"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBox:
    """The box of one more signer; *page* from 0, None is the page of the first signer."""

    field: str
    box: Box
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLayout:
    """Where number and date (first page), signer and seal (*sign_page*, from 0) have their boxes.

    The seal stands left of the first signer's image and covers about a third of it.

    Attributes:
        further: Boxes of those who sign beside the first signer, one for each.

    Source: Decree 30/2020/NĐ-CP, appendix I.
    """

    number: Box = Box(left=30, top=38, width=75, height=6)
    date: Box = Box(left=108, top=38, width=87, height=6)
    signer: Box = Box(left=130, top=232, width=45, height=24)
    seal: Box = Box(left=109, top=226, width=36, height=36)
    sign_page: int | None = None
    """None is the last page."""
    further: tuple[SignatureBox, ...] = ()

    @property
    def overlap(self) -> float:
        """The part of the signer's width that the seal covers; the decree wants about a third."""
        covered = min(self.seal.right, self.signer.right) - max(self.seal.left, self.signer.left)
        return max(0.0, covered) / self.signer.width

    def for_signers(self, fields: Sequence[str]) -> "FieldLayout":
        """Return this layout with a box for each of these further fields; those without get the usual places.

        These are two beside each other, from the right to the left and upwards from the first signer.
        """
        placed = {box.field: box for box in self.further}
        usual = {field: self._usual(place) for place, field in enumerate(fields, start=2)}
        boxes = (placed.get(field) or SignatureBox(field=field, box=usual[field]) for field in fields)
        return replace(self, further=tuple(boxes))

    def _usual(self, place: int) -> Box:
        above, beside = divmod(place - 1, 2)
        return replace(
            self.signer,
            left=_LEFT_COLUMN if beside else self.signer.left,
            top=max(0.0, self.signer.top - above * (self.signer.height + _BETWEEN)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedLetter:
    """A letter as PDF/A-2b, with the places left for what is written and signed later."""

    content: bytes
    layout: FieldLayout


class PdfRefused(Invalid):
    """The uploaded file cannot be taken; the error is about the field 'file'."""

    def __init__(self, **facts: object) -> None:
        message = self.template % facts
        super().__init__(errors=[FieldError(field="file", code=self.code, message=message)], **facts)


class PdfEmpty(PdfRefused):
    """There are no bytes at all."""

    code = "pdf.empty"
    template = "The file is empty (0 bytes). Choose the file again, or scan it again."


class NotAPdf(PdfRefused):
    """Whatever it is, it does not begin as a PDF does."""

    code = "pdf.not_a_pdf"
    template = "The file is not a PDF. Save or scan the document as PDF and choose that file."


class PdfEncrypted(PdfRefused):
    """It cannot be read or signed without somebody's password."""

    code = "pdf.encrypted"
    template = "The PDF is protected with a password. Ask the sender for a copy without protection."


class PdfDamaged(PdfRefused):
    """It begins as a PDF but cannot be read to the end without guessing."""

    code = "pdf.damaged"
    template = "The PDF is damaged or cut off. Fetch or scan it again and choose the new file."


class PdfUnpacksTooMuch(PdfRefused):
    """A few bytes of it unpack to more than any document does; it is made to bring programs down."""

    code = "pdf.unpacks_too_much"
    template = "The PDF unpacks to far more than a document needs, as harmful files do. Ask for another copy."


class PdfHidesLayers(PdfRefused):
    """What is signed must be what everybody sees; layers can be switched."""

    code = "pdf.hides_layers"
    template = (
        "The PDF has layers of which some are hidden, so it cannot be signed: not everybody would see the same. "
        "Print it into a new PDF and choose that file."
    )


class PdfHidesFiles(PdfRefused):
    """What is signed must be what everybody sees; attached files are seen by nobody."""

    code = "pdf.hides_files"
    template = (
        "The PDF has files attached inside, so it cannot be signed: they are seen by nobody. "
        "Attach them beside the document, print it into a new PDF and choose that file."
    )


class AlreadySigned(PdfRefused):
    """A signed PDF cannot become a draft: its signature would have to be the second, not the first."""

    code = "pdf.already_signed"
    template = (
        "The PDF already carries %(signatures)s signature(s), so it cannot be used as a draft. "
        "Choose the unsigned document."
    )


class LayoutOutside(Invalid):
    """A box of the layout has no area or does not lie on its page."""

    code = "pdf.layout_outside"
    template = "The box for %(box)s does not fit on page %(page)s. Move it or make it smaller."


class FieldMissing(Conflict):
    """The PDF was not prepared for what is asked."""

    code = "pdf.field_missing"
    template = "The PDF has no field %(field)s. Prepare the document again from its draft."


class FieldTaken(Conflict):
    """What is asked has been done already."""

    code = "pdf.field_taken"
    template = "The field %(field)s of the PDF is already filled or signed and cannot be filled again."
