"""OCOP certificates: what rank a product has, since when, until when, extended, revoked, looked at again.

Source: Decision 26/2026/QĐ-TTg (levels, validity, art. 12.3, revocation).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from engine.errors import Conflict, NotFound
from engine.ids import AgencyId, DocumentId, FileId, OcopProductId, OcopRatingId, PersonId, RubricId
from engine.ocop_terms import REVOKE, Decider, decider_of, extended_until, rerank_window, valid_until


class RevocationGround(StrEnum):
    """Why a certificate is taken back. Source: Decision 26/2026/QĐ-TTg, six grounds."""

    FORGED_INFORMATION = "forged_information"
    CRITERIA_NOT_MET = "criteria_not_met"
    BREACH_OF_LAW = "breach_of_law"
    MARK_MISUSED = "mark_misused"
    PRODUCTION_STOPPED = "production_stopped"
    OTHER_CONCLUSION = "other_conclusion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """A certificate taken back: on what ground, by what conclusion of which day, on which day, by which decision."""

    ground: RevocationGround
    concluded_on: date
    revoked_on: date
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCheck:
    """A look at a product after its recognition (hậu kiểm)."""

    checked_on: date
    by: PersonId
    complies: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCertificate:
    """What is on paper of a rank that was not decided by a procedure here, as printed.

    Attributes:
        certificate: Number of the certificate.
        authority: Who recognised the product.
        product_set: The set of products the certificate names; sets of earlier decisions have other numbers.
        file_id: The decision as a PDF.
    """

    certificate: str
    authority: str
    product_set: str
    file_id: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A rank a product was recognised with.

    Attributes:
        agency_id: Who keeps the register it stands in: the province.
        mean: The exact mean of the council's sheets; None where they were not filled in here.
        rubric_id: The version of the score sheet; None as above.
        decision: Number of the decision, as printed; *document_id* where it was issued here.
        paper: What is on paper where the rank was entered from there, None where a procedure here led to it.
        issued_on: The day of the decision; the certificate holds for 36 months from it.
        extended: While ranking again is under way it holds on, for 180 days at most.
    """

    id: OcopRatingId
    product_id: OcopProductId
    agency_id: AgencyId
    stars: int
    mean: Fraction | None
    rubric_id: RubricId | None
    decision: str
    issued_on: date
    recorded_at: datetime
    recorded_by: PersonId
    document_id: DocumentId | None = None
    paper: PaperCertificate | None = None
    extended: bool = False
    revocation: Revocation | None = None
    checks: tuple[PostCheck, ...] = ()
    rev: int = 0

    @property
    def expires(self) -> date:
        """The last day of the certificate by itself."""
        return valid_until(self.issued_on)

    @property
    def window(self) -> tuple[date, date]:
        """First and last day on which a dossier for ranking again is in time."""
        return rerank_window(self.expires)

    @property
    def holds_until(self) -> date:
        """The last day it holds, with its extension."""
        return extended_until(self.expires) if self.extended else self.expires

    def holds_on(self, day: date) -> bool:
        """Say whether the certificate is in force on that day; a revoked one is not from the day of revocation on."""
        if self.revocation is not None and day >= self.revocation.revoked_on:
            return False
        return self.issued_on <= day <= self.holds_until

    def extended_for(self, filed: date) -> "Rating":
        """Return it as holding on while a dossier for ranking again, filed on that day, is under way.

        Raises:
            CertificateOver: It was revoked, or had ended before the dossier was filed.

        Source: Decision 26/2026/QĐ-TTg, art. 12.3.
        """
        if self.revocation is not None or filed > self.expires:
            raise CertificateOver(until=f"{self.expires:%d/%m/%Y}")
        return replace(self, extended=True, rev=self.rev + 1)

    def revoked(self, revocation: Revocation) -> "Rating":
        """Return it as taken back.

        Raises:
            CertificateOver: It was taken back already.
            RevocationLate: More than 15 days have passed since the conclusion.
            RevocationEarly: It is dated before the conclusion or the certificate.
        """
        if self.revocation is not None:
            raise CertificateOver(until=f"{self.revocation.revoked_on:%d/%m/%Y}")
        if revocation.revoked_on < max(revocation.concluded_on, self.issued_on):
            raise RevocationEarly
        if revocation.revoked_on > (last := revocation.concluded_on + REVOKE):
            raise RevocationLate(last=f"{last:%d/%m/%Y}")
        return replace(self, revocation=revocation, rev=self.rev + 1)

    def checked(self, check: PostCheck) -> "Rating":
        """Return it with one more look at the product."""
        return replace(self, checks=(*self.checks, check), rev=self.rev + 1)


def require_decider(stars: int, decider: Decider) -> None:
    """Raise unless a decision by this authority may give so many stars.

    Raises:
        NoDecision: 1 and 2 stars have no decision and no certificate.
        WrongDecider: 3 and 4 stars are the chairman's of the province, 5 the minister's.
    """
    right = decider_of(stars)
    if right is Decider.NOBODY:
        raise NoDecision(stars=stars)
    if right is not decider:
        raise WrongDecider(stars=stars)


class NoDecision(Conflict):
    """Below 3 stars nothing is decided and no certificate is given."""

    code = "ocop.no_decision"
    template = "With %(stars)s star(s) there is no decision and no certificate. Tell the entity the result by a notice."


class WrongDecider(Conflict):
    """The rank is another authority's to recognise."""

    code = "ocop.wrong_decider"
    template = (
        "%(stars)s stars are not this authority's to recognise: 3 and 4 are the provincial chairman's, 5 the "
        "minister's. Approve the result and propose it there."
    )


class CertificateOver(Conflict):
    """The certificate holds no longer."""

    code = "ocop.certificate_over"
    template = "The certificate ended on %(until)s. Register the product anew."


class RevocationLate(Conflict):
    """A certificate is taken back within 15 days of the conclusion."""

    code = "ocop.revocation_late"
    template = "A certificate is revoked within 15 days of the conclusion, so by %(last)s. Check both dates."


class RevocationEarly(Conflict):
    """A certificate cannot be taken back before it was given or anything was concluded."""

    code = "ocop.revocation_early"
    template = "The revocation is dated before the conclusion or the certificate. Check the dates."


class RatingNotFound(Conflict):
    """The product has no certificate this could be about."""

    code = "ocop.no_certificate"
    template = "The product has no certificate. Only a recognised product can be extended, checked or revoked."


class CertificateNotFound(NotFound):
    """No such certificate of the product."""

    code = "ocop.certificate_not_found"
    template = "There is no such certificate of this product. Choose one from the page of the product."
