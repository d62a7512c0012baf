"""Letters of an office: the nine components each must show, and how they are written.

Source: Decree 30/2020/NĐ-CP, art. 8 and appendix I.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.errors import FieldError, Invalid


class Authority(StrEnum):
    """In whose place the signer signs; printed before the title.

    Source: Decree 30/2020/NĐ-CP, art. 13.
    """

    OWN = ""
    COLLECTIVE = "TM."
    DEPUTY = "KT."
    BY_ORDER = "TL."
    AUTHORISED = "TUQ."
    ACTING = "Q."


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyStamp:
    """The frame of an urgency stamp: its words and its size in millimetres."""

    text: str
    width: int
    height: int


URGENCY_STAMPS: Mapping[int, UrgencyStamp] = {
    1: UrgencyStamp(text="KHẨN", width=20, height=8),
    2: UrgencyStamp(text="THƯỢNG KHẨN", width=40, height=8),
    3: UrgencyStamp(text="HỎA TỐC", width=30, height=8),
}
"""By degree of urgency, 0 (none) left out. Source: Decree 30/2020/NĐ-CP, appendix I."""


class LetterIncomplete(Invalid):
    """A mandatory component is missing or too long; every one is named."""

    code = "letter.incomplete"
    template = "The document lacks something it must show. Fill in the marked fields."


class LetterUnprintable(Invalid):
    """A text has a character the font of the decree does not have, as an emoji."""

    code = "letter.unprintable"
    template = "The text has characters that cannot be printed (%(characters)s). Remove them."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBlock:
    """Where one more person signs: the lines above the signature, in capitals, and the name under it."""

    field: str
    lines: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a template needs to make the page, number and date excepted: those are written after signing.

    Attributes:
        parent_agency: The agency above (box 2), or None at the top.
        agency: The issuing agency (box 2).
        type_name: Name of the type (box 5a), as in 'Quyết định'; None for an official letter (công văn).
        subject: Abstract (trích yếu), without 'V/v'.
        place: Place of issue (box 4).
        paragraphs: The body (box 6), one string a paragraph.
        addressees: 'Kính gửi' (box 9b); empty for decisions.
        recipients: 'Nơi nhận' (box 9a), without dash and semicolon.
        filed_by: Who keeps the file copy, as in 'VT, VP'.
        authority: In whose place is signed (box 7a).
        authority_of: Whose place that is, as in 'ỦY BAN NHÂN DÂN' or 'CHỦ TỊCH'; None with OWN.
        deputising: Title of the head of unit who signs by order and for whom the signer signs (KT.), or None.
        signer_title: Title of the signer (box 7a).
        signer_name: Full name of the signer (box 7b).
        capacity: In what capacity they sign, as in 'Chủ tọa', printed alone in place of right and title; or None.
        further: Blocks of those who sign beside them.
        content_mark: What stands after the last line for the initial of who checked the content, or None.
        format_mark: The same of who checked form and layout, after the last line of 'Nơi nhận'.
        verification_url: Where outsiders verify it, printed as a QR code under box 9a; None prints none.
        urgency: 0 normal, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc (box 10b).
    """

    parent_agency: str | None = None
    agency: str
    type_name: str | None
    subject: str
    place: str
    paragraphs: tuple[str, ...]
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    filed_by: str = "VT"
    authority: Authority = Authority.OWN
    authority_of: str | None = None
    deputising: str | None = None
    signer_title: str
    signer_name: str
    urgency: int = 0
    capacity: str | None = None
    further: tuple[SignatureBlock, ...] = ()
    content_mark: str | None = None
    format_mark: str | None = None
    verification_url: str | None = None

    def require_complete(self) -> None:
        """Raise LetterIncomplete, naming every component that is missing or too long.

        Source: Decree 30/2020/NĐ-CP, art. 8; the subject's 500 characters are those of appendix VI.
        """
        errors = [
            FieldError(field=name, code="required", message="This part of the document must not be empty.")
            for name in ("agency", "subject", "place", "signer_title", "signer_name")
            if not getattr(self, name).strip()
        ]
        if not any(paragraph.strip() for paragraph in self.paragraphs):
            errors.append(FieldError(field="body", code="required", message="The document has no text yet."))
        if len(self.subject) > MAX_SUBJECT:
            errors.append(FieldError(field="subject", code="too_long", message="The subject exceeds 500 characters."))
        if self.urgency not in (0, *URGENCY_STAMPS):
            errors.append(FieldError(field="urgency", code="unknown", message="There is no such urgency."))
        if errors:
            raise LetterIncomplete(errors=errors)

    def authority_lines(self) -> tuple[str, ...]:
        """Return the lines above the signature, in capitals: in whose place, then the signer's own title.

        As in ('KT. CHỦ TỊCH', 'PHÓ CHỦ TỊCH'); acting heads have one line, 'Q. GIÁM ĐỐC'. Where a unit's deputy signs
        for its head there are three: 'TL. CHỦ TỊCH', 'KT. CHÁNH VĂN PHÒNG', 'PHÓ CHÁNH VĂN PHÒNG'; likewise where a
        deputy signs in the name of a collective: 'TM. ỦY BAN NHÂN DÂN', 'KT. CHỦ TỊCH', 'PHÓ CHỦ TỊCH'.
        """
        if self.capacity is not None:
            return (self.capacity.upper(),)
        return authority_lines(self.authority, self.authority_of, self.deputising, self.signer_title)


def authority_lines(authority: Authority, of: str | None, deputising: str | None, title: str) -> tuple[str, ...]:
    """Return the lines above a signature; see `Letter`."""
    if authority is Authority.OWN:
        return (title.upper(),)
    if authority is Authority.ACTING or not of:
        # An acting head is printed by the post they fill, whatever their own is.
        return (f"{authority.value} {(of or title).upper()}",)
    deputised = (f"{Authority.DEPUTY.value} {deputising.upper()}",) if deputising else ()
    return (f"{authority.value} {of.upper()}", *deputised, title.upper())


MAX_SUBJECT = 500
_FIRST_PADDED_MONTHS = 2
"""January and February are printed with a leading zero, the other months are not."""


def date_line(place: str, issued: date) -> str:
    """Return place and date of issue as printed, as in 'Thanh Hóa, ngày 05 tháng 01 năm 2020'.

    Days below 10 and the months 1 and 2 have a leading zero; months 3 to 9 have none.

    Source: Decree 30/2020/NĐ-CP, appendix I.
    """
    month = f"{issued.month:02}" if issued.month <= _FIRST_PADDED_MONTHS else str(issued.month)
    return f"{place}, ngày {issued.day:02} tháng {month} năm {issued.year}"


def printed(text: str) -> str:
    """Return a line of a document: it is printed in Vietnamese, in whatever language its makers read the pages."""
    return text


def number_line(printed_number: str) -> str:
    """Return the line of box 3, as in 'Số: 05/QĐ-UBND'."""
    return f"Số: {printed_number}"


def recipient_lines(recipients: Iterable[str], filed_by: str) -> tuple[str, ...]:
    """Return the list under 'Nơi nhận:': each line from '-' to ';', the file copy last and ending in '.'.

    Source: Decree 30/2020/NĐ-CP, appendix I.
    """
    named = [text for text in (recipient.strip().rstrip(";.").strip() for recipient in recipients) if text]
    return (*(f"- {text};" for text in named), f"- Lưu: {filed_by.strip().rstrip('.;')}.")


def addressee_lines(addressees: Iterable[str]) -> tuple[str, ...]:
    """Return the lines after 'Kính gửi:': a single one stands alone, several get '-', ';' and a last '.'.

    Source: Decree 30/2020/NĐ-CP, appendix I.
    """
    named = [text for text in (addressee.strip().rstrip(";.").strip() for addressee in addressees) if text]
    if len(named) <= 1:
        return tuple(named)
    return (*(f"- {text};" for text in named[:-1]), f"- {named[-1]}.")


def subject_line(letter: Letter) -> str:
    """Return the abstract as printed: an official letter's begins with 'V/v', others stand under the type."""
    subject = letter.subject.strip()
    if letter.type_name:
        return subject
    for beginning in ("Về việc ", "V/v ", "v/v ", "về việc "):
        subject = subject.removeprefix(beginning)
    return f"V/v {subject}"
