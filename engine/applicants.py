"""Who handed in a case, what they filled in, which papers came with it: kept apart from the case and never listed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.errors import FieldError
from engine.ids import CaseId

MAX_NAME: Final = 200
MAX_ADDRESS: Final = 300
MAX_CONTACT: Final = 100
MAX_SETS: Final = 20
_DIGITS: Final = range(9, 13)
_PHONE: Final = range(8, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Who handed in a case, as named on the receipt.

    Attributes:
        identity: Number of the identity card (9 or 12 digits) or of the organization (10).
        answers: What was filled into the form of the procedure.

    Source: Decree 118/2025/NĐ-CP, receipt and appointment slip.
    """

    case_id: CaseId
    name: str
    identity: str
    address: str
    phone: str
    email: str = ""
    answers: Mapping[str, object] = field(default_factory=dict)

    def is_known_by(self, identity: str) -> bool:
        """Say whether this is the applicant's identity number, however it was spaced."""
        return "".join(identity.split()) == self.identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper that was handed in: which component it is, and how many of it; its files are a part of the dossier."""

    case_id: CaseId
    place: int
    code: str
    originals: int
    copies: int


def applicant_errors(applicant: Applicant) -> Iterator[FieldError]:
    """Yield what is wrong with how an applicant is named."""
    for name, value, longest in (
        ("name", applicant.name, MAX_NAME),
        ("address", applicant.address, MAX_ADDRESS),
        ("phone", applicant.phone, MAX_CONTACT),
        ("identity", applicant.identity, MAX_CONTACT),
    ):
        yield from _text_errors(name, value, longest)
    if applicant.identity and not (_is_number(applicant.identity) and len(applicant.identity) in _DIGITS):
        yield _error("identity", "not_a_number", "An identity number has 9 to 12 digits.")
    if applicant.phone and not (_is_number(applicant.phone.lstrip("+")) and len(applicant.phone) in _PHONE):
        yield _error("phone", "not_a_number", "A telephone number has 8 to 12 digits.")
    if applicant.email:
        yield from _email_errors(applicant.email)


def paper_errors(
    papers: Sequence[Paper], required: Mapping[str, bool], scanned: Collection[str] = ()
) -> Iterator[FieldError]:
    """Yield what is wrong with the papers.

    Args:
        papers: What came.
        required: Of each component whether it must be there.
        scanned: Codes of those that came as files; of these there need be no paper.
    """
    seen: set[str] = set()
    for place, paper in enumerate(papers):
        if paper.code not in required:
            yield _error(f"papers/{place}/code", "unknown", "The procedure has no such paper.")
        if paper.code in seen:
            yield _error(f"papers/{place}/code", "twice", "The same is given twice.")
        if not (0 <= paper.originals <= MAX_SETS and 0 <= paper.copies <= MAX_SETS):
            yield _error(f"papers/{place}/originals", "out_of_range", f"From 0 to {MAX_SETS} originals and copies.")
        elif paper.originals + paper.copies == 0 and paper.code not in scanned:
            yield _error(f"papers/{place}/originals", "none", "Say how many were handed in, or leave the paper out.")
        seen.add(paper.code)


def missing_papers(papers: Sequence[Paper], required: Mapping[str, bool]) -> tuple[str, ...]:
    """Return the codes of required components of which nothing came."""
    brought = {paper.code for paper in papers}
    return tuple(code for code, needed in required.items() if needed and code not in brought)


def _text_errors(field_name: str, value: str, longest: int) -> Iterator[FieldError]:
    if not value.strip():
        yield _error(field_name, "required", "This field must not be empty.")
    elif len(value) > longest:
        yield _error(field_name, "too_long", f"This field takes at most {longest} characters.")
    elif not value.isprintable():
        yield _error(field_name, "unprintable", "This field has characters that cannot be printed. Type it again.")


def _email_errors(email: str) -> Iterator[FieldError]:
    name, _, host = email.partition("@")
    if len(email) > MAX_CONTACT or not email.isprintable() or " " in email or not name or "." not in host:
        yield _error("email", "not_an_address", "This is not an e-mail address.")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _error(field_name: str, code: str, message: str) -> FieldError:
    return FieldError(field=field_name, code=code, message=message)
