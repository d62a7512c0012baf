"""Revoke an OCOP certificate on one of six grounds, within 15 days of the conclusion."""

from dataclasses import dataclass
from datetime import date, datetime

from engine import access
from engine.deadlines import office_date
from engine.drafts import FieldChecks
from engine.ids import OcopProductId
from engine.ocop_events import OcopRevoked
from engine.ocop_products import ProductInvalid, require_kept_by
from engine.ocop_ratings import Rating, Revocation, RevocationGround, require_decider
from engine.ocop_terms import Decider
from engine.people import Person
from engine.ports import UnitOfWork

_MAX_DECISION = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeOcopCertificate:
    """Which product's certificate, on what ground, by what conclusion and decision."""

    product_id: OcopProductId
    ground: RevocationGround
    concluded_on: date
    decision: str


def revoke_ocop_certificate(request: RevokeOcopCertificate, *, by: Person, at: datetime, work: UnitOfWork) -> Rating:
    """Take the certificate back from today on, and return it.

    Raises:
        NotAllowed: The person is not the head of the agency.
        RatingNotFound, EntityKeptElsewhere: There is no certificate of this agency.
        WrongDecider: 5 stars are taken back by the minister.
        ProductInvalid: The decision is not named, or the conclusion is in the future.
        CertificateOver, RevocationLate, RevocationEarly: It cannot be revoked so.

    Source: Decision 26/2026/QĐ-TTg: six grounds, 15 days, 3 and 4 stars by the chairman of the province.
    """
    access.require(by, "revoke_ocop_certificates")
    rating = work.ocop.ratings.lock_last(request.product_id)
    require_kept_by(rating.agency_id, by)
    require_decider(rating.stars, Decider.PROVINCE_CHAIRMAN)
    today = office_date(at)
    check = FieldChecks()
    check.text("decision", request.decision, _MAX_DECISION)
    if request.concluded_on > today:
        check.add("concluded_on", "in_future", "The conclusion is dated in the future. Check the date.")
    check.done(ProductInvalid)
    revocation = Revocation(
        ground=request.ground, concluded_on=request.concluded_on, revoked_on=today, decision=request.decision.strip()
    )
    rating = rating.revoked(revocation)
    work.ocop.ratings.save(rating)
    work.record(_event(rating, revocation, by, at))
    return rating


def _event(rating: Rating, revocation: Revocation, by: Person, at: datetime) -> OcopRevoked:
    return OcopRevoked(
        by=by.id,
        at=at,
        agency_id=rating.agency_id,
        product_id=rating.product_id,
        rating_id=rating.id,
        ground=revocation.ground.value,
        concluded_on=revocation.concluded_on,
        revoked_on=revocation.revoked_on,
        decision=revocation.decision,
    )
