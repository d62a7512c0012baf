"""Correct an OCOP certificate that was entered from paper, with the reason."""

from dataclasses import dataclass
from datetime import datetime

from engine import access
from engine.drafts import FieldChecks
from engine.events import Private
from engine.ids import OcopProductId, OcopRatingId
from engine.ocop_certificates import (
    MAX_REASON,
    OnPaper,
    check_paper,
    corrected,
    require_council_s_office,
    require_not_over,
)
from engine.ocop_events import OcopCertificateCorrected
from engine.ocop_products import ProductInvalid, ProductMoved, require_kept_by
from engine.ocop_ratings import CertificateNotFound, Rating
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectOcopCertificate:
    """Which certificate, what it really says and why it was entered wrongly; *rev* as it was seen."""

    product_id: OcopProductId
    rating_id: OcopRatingId
    paper: OnPaper
    reason: str
    rev: int | None = None


def correct_ocop_certificate(request: CorrectOcopCertificate, *, by: Person, at: datetime, work: UnitOfWork) -> Rating:
    """Keep what the certificate really says, and return it; the leaf says what stood there before.

    Raises:
        NotAllowed, NoCouncil: It is not this person's to keep.
        ProductNotFound, CertificateNotFound, EntityKeptElsewhere: There is no such certificate of this agency.
        NotFromPaper: A procedure here led to it.
        ProductMoved: Somebody changed it meanwhile.
        ProductInvalid: Some fields are wrong; all are named.
        CertificateKnown, RecognisedHere: It may not stand so beside what is on the register.
    """
    access.require(by, "keep_ocop_register")
    product = work.ocop.register.lock(request.product_id)
    known = work.ocop.ratings.lock(request.rating_id)
    if known.product_id != product.id:
        raise CertificateNotFound
    require_kept_by(known.agency_id, by)
    require_council_s_office(by, at, work)
    if request.rev not in (None, known.rev):
        raise ProductMoved
    check = FieldChecks()
    check_paper(request.paper, check, by, at, work)
    check.text("reason", request.reason, MAX_REASON)
    check.done(ProductInvalid)
    rating = corrected(known, request.paper)
    require_not_over(request.paper, [one for one in work.ocop.ratings.of(product.id) if one.id != rating.id])
    work.ocop.ratings.save(rating)
    work.record(_event(rating, known, request, by, at))
    return rating


def _event(
    rating: Rating, known: Rating, request: CorrectOcopCertificate, by: Person, at: datetime
) -> OcopCertificateCorrected:
    return OcopCertificateCorrected(
        by=by.id,
        at=at,
        agency_id=rating.agency_id,
        product_id=rating.product_id,
        rating_id=rating.id,
        before=_said(known),
        after=_said(rating),
        reason=Private(value=request.reason.strip()),
    )


def _said(rating: Rating) -> dict[str, str]:
    paper = rating.paper
    said = {"stars": str(rating.stars), "decision": rating.decision, "issued_on": rating.issued_on.isoformat()}
    if paper is not None:
        said |= {"certificate": paper.certificate, "authority": paper.authority}
        said |= {"product_set": paper.product_set, "file": paper.file_id}
    return said
