"""Copies of documents: true copies, copies of true copies, extracts; on paper or electronic, of paper or electronic.

Source: Decree 30/2020/NĐ-CP, art. 25 to 27, appendix I and III.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from engine.copy_forms import COPY_FORMS
from engine.documents import Document, IncomingDocument, IncomingState, OutgoingDocument, OutgoingState
from engine.errors import Conflict, FieldError, Invalid
from engine.ids import AgencyId, DocumentId, PersonId


class CopyForm(StrEnum):
    """What a copy has of its document: all of the original, all of a true copy, or an exact part."""

    TRUE_COPY = "SY"
    OF_TRUE_COPY = "SL"
    EXTRACT = "TrS"

    @property
    def words(self) -> str:
        """Its name, as in 'Sao y'."""
        return COPY_FORMS[self.value]


class Medium(StrEnum):
    """What a document or its copy is on."""

    PAPER = "paper"
    ELECTRONIC = "electronic"


ALLOWED: Final[Mapping[CopyForm, frozenset[tuple[Medium, Medium]]]] = {
    CopyForm.TRUE_COPY: frozenset(
        {(Medium.PAPER, Medium.PAPER), (Medium.ELECTRONIC, Medium.PAPER), (Medium.PAPER, Medium.ELECTRONIC)}
    ),
    CopyForm.OF_TRUE_COPY: frozenset(
        {(Medium.PAPER, Medium.PAPER), (Medium.PAPER, Medium.ELECTRONIC), (Medium.ELECTRONIC, Medium.PAPER)}
    ),
    CopyForm.EXTRACT: frozenset((source, target) for source in Medium for target in Medium),
}
"""From which medium to which each form may be made. Source: Decree 30/2020/NĐ-CP, art. 25."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What makes an outgoing document a copy of another one.

    Attributes:
        document_id: The copy itself.
        of_document_id: The document it is made of.
        first_page, last_page: Of an extract, counted from 1 through document and attachments; None is all of it.
        attachments: How many of the original's attachments in files of their own were copied with it, behind it. A scan
            that was made for the copy has all of the paper, so none is.
        decided_by: Who decided that it is made, and signs it where it is on paper.
    """

    document_id: DocumentId
    agency_id: AgencyId
    of_document_id: DocumentId
    form: CopyForm
    source: Medium
    target: Medium
    asked_by: PersonId
    asked_at: datetime
    first_page: int | None = None
    last_page: int | None = None
    attachments: int = 0
    decided_by: PersonId | None = None
    decided_at: datetime | None = None

    def decided(self, by: PersonId, at: datetime) -> "Copy":
        """Return it as decided on."""
        return replace(self, decided_by=by, decided_at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyBlock:
    """What is printed under a copy on paper, to be signed and sealed by hand.

    Source: Decree 30/2020/NĐ-CP, appendix III, form 3.1.
    """

    form: str
    parent_agency: str | None
    agency: str
    number_line: str
    date_line: str
    recipients: tuple[str, ...]
    authority_lines: tuple[str, ...]
    signer_name: str
    verification_url: str | None = None
    """Where outsiders verify the copy, None where they do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be copied how, as far as the rules ask."""

    form: CopyForm
    source: Medium
    target: Medium


def require_allowed(asked: Asked) -> None:
    """Raise CopyNotAllowed unless the form may be made from this medium to that."""
    if (asked.source, asked.target) not in ALLOWED[asked.form]:
        raise CopyNotAllowed(form=asked.form.words)


def may_be_copied(document: Document) -> bool:
    """Say whether the document is issued, or registered."""
    if isinstance(document, OutgoingDocument):
        return document.state is OutgoingState.ISSUED
    return document.state not in (IncomingState.RECEIVED, IncomingState.REFUSED, IncomingState.STOPPED)


def require_source(asked: Asked, document: Document, *, signed: bool) -> None:
    """Raise unless the document can be the source of such a copy.

    Args:
        asked: The copy.
        document: What is copied.
        signed: Its file carries a digital signature.

    Raises:
        NotToBeCopied: It is not issued, or not registered.
        CopyOfCopy: A copy is copied otherwise than as 'Sao lục', or an original so.
        NotElectronic: It is a scan without any signature, so its original is the paper.
    """
    if not may_be_copied(document):
        raise NotToBeCopied
    is_true_copy = document.type == CopyForm.TRUE_COPY
    # What came in on paper may be a true copy whatever type it was registered as; the clerk has it in hand.
    if document.type in COPY_FORMS and not (is_true_copy and asked.form is CopyForm.OF_TRUE_COPY):
        raise CopyOfCopy(form=COPY_FORMS[document.type])
    if isinstance(document, OutgoingDocument) and asked.form is CopyForm.OF_TRUE_COPY and not is_true_copy:
        raise CopyOfCopy(form="Bản gốc")
    if asked.source is Medium.ELECTRONIC and not signed:
        raise NotElectronic


def organ_of(document: Document, agency: str) -> str:
    """Return the name of the agency that issued the document; *agency* is the one that keeps it."""
    return document.organ_name if isinstance(document, IncomingDocument) else agency


def number_of(document: Document) -> tuple[str, str]:
    """Return number and symbol of the document, as ('05', 'QĐ-UBND')."""
    if isinstance(document, IncomingDocument):
        return document.code_number, document.code_notation
    number, _, symbol = (document.number or "").partition("/")
    return number, symbol


class CopyNotAllowed(Conflict):
    """The decree has no copy of this form from this medium to that."""

    code = "copy.not_allowed"
    template = (
        "'%(form)s' is not made of an electronic document as an electronic one: the electronic file is the original. "
        "Send the file itself, make the copy on paper, or an extract."
    )


class NotToBeCopied(Conflict):
    """Only what is issued, or registered, is copied."""

    code = "copy.not_ready"
    template = "Only a document that is issued or registered can be copied. Wait until it is."


class CopyOfCopy(Conflict):
    """Copies are made of the original; only a true copy is copied again, and only whole."""

    code = "copy.of_copy"
    template = (
        "Of '%(form)s' this copy cannot be made: 'Sao lục' is a copy of a true copy (Sao y); "
        "'Sao y' and 'Trích sao' are made of the original."
    )


class NotElectronic(Conflict):
    """The file carries no signature, so the original is the paper."""

    code = "copy.not_electronic"
    template = "This file carries no digital signature: its original is on paper. Choose paper as what is copied."


class CopyInvalid(Invalid):
    """Some fields of a copy are wrong; all are named."""

    code = "copy.invalid"
    template = "The copy cannot be made so. Correct what is marked and send it again."


class ScanUnfit(Invalid):
    """Digitised paper does not meet the decree's requirements; the reasons are about the field 'file'."""

    code = "copy.scan_unfit"
    template = (
        "The scan cannot become an electronic copy. Pages below 200 dpi: %(coarse)s; without colour: %(grey)s; "
        "that are no scan: %(other)s; PDF version %(version)s (1.4 or later). Scan the paper again."
    )

    def __init__(self, **facts: object) -> None:
        message = self.template % facts
        super().__init__(errors=[FieldError(field="file", code=self.code, message=message)], **facts)


class AttachmentUnfit(Invalid):
    """An attachment of paper does not meet the decree's requirements of digitised paper; pages are its own."""

    code = "copy.attachment_unfit"
    template = (
        "The attachment '%(name)s' cannot become part of an electronic copy. Its pages below 200 dpi: %(coarse)s; "
        "without colour: %(grey)s; that are no scan: %(other)s; PDF version %(version)s (1.4 or later). "
        "Scan the paper with all its attachments as one file and upload that."
    )

    def __init__(self, **facts: object) -> None:
        message = self.template % facts
        super().__init__(errors=[FieldError(field="file", code=self.code, message=message)], **facts)


class AttachmentSigned(Conflict):
    """An attachment of what is said to be paper carries a digital signature, so its original is electronic."""

    code = "copy.attachment_signed"
    template = (
        "The attachment '%(name)s' carries a digital signature, so its original is electronic and not paper. "
        "Scan the paper with all its attachments as one file and upload that, or copy the electronic document."
    )


class PagesOutside(Invalid):
    """The pages of an extract are not pages of the document."""

    code = "copy.pages_outside"
    template = "The document has %(pages)s pages. Choose pages from 1 to %(pages)s, the first not after the last."

    def __init__(self, *, pages: int) -> None:
        message = self.template % {"pages": pages}
        super().__init__(errors=[FieldError(field="first_page", code=self.code, message=message)], pages=pages)
