"""Enter the certificate of an OCOP product from paper: recognised before the installation, or by the minister."""

from dataclasses import dataclass
from datetime import datetime

from engine import access
from engine.deadlines import office_date
from engine.drafts import FieldChecks
from engine.ids import OcopProductId, OcopRatingId
from engine.ocop_certificates import (
    OnPaper,
    check_paper,
    give_code,
    require_council_s_office,
    require_not_over,
    take_code,
)
from engine.ocop_events import OcopCertificateEntered
from engine.ocop_products import Product, ProductInvalid
from engine.ocop_ratings import Rating
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterOcopCertificate:
    """Which product's certificate, as printed; *code* is the product's on it, '' gives a new one where it has none."""

    product_id: OcopProductId
    paper: OnPaper
    code: str = ""
    once: Once | None = None


def enter_ocop_certificate(request: EnterOcopCertificate, *, by: Person, at: datetime, work: UnitOfWork) -> Rating:
    """Put the certificate on the register of the person's agency, and return it.

    Raises:
        NotAllowed: The person's posts do not include this.
        NoCouncil: Their agency is not the one whose council ranks.
        ProductNotFound: There is no such product.
        ProductInvalid, ProductCodeMalformed, ProductCoded: Some fields are wrong; all are named.
        CertificateKnown, RecognisedHere: It may not stand beside what is on the register.
    """
    access.require(by, "keep_ocop_register")
    if request.once and (known := work.requests.find(by.id, request.once)):
        return work.ocop.ratings.lock(OcopRatingId(known))
    product = work.ocop.register.lock(request.product_id)
    require_council_s_office(by, at, work)
    check = FieldChecks()
    check_paper(request.paper, check, by, at, work)
    check.done(ProductInvalid)
    require_not_over(request.paper, work.ocop.ratings.of(product.id))
    product = _coded(request, product, at, work)
    rating = _rating(request, by, at, work)
    work.ocop.ratings.add(rating)
    if request.once:
        work.requests.remember(by.id, request.once, rating.id, at)
    work.record(_event(rating, request.paper, product, by, at))
    return rating


def _coded(request: EnterOcopCertificate, product: Product, at: datetime, work: UnitOfWork) -> Product:
    if request.code.strip():
        return take_code(product, request.code, work)
    entity = work.ocop.register.get_entity(product.entity_id)
    return give_code(product, (entity.province_code, entity.commune_code), office_date(at).year, work)


def _rating(request: EnterOcopCertificate, by: Person, at: datetime, work: UnitOfWork) -> Rating:
    return Rating(
        id=OcopRatingId(work.new_id()),
        product_id=request.product_id,
        agency_id=by.agency_id,
        stars=request.paper.stars,
        mean=None,
        rubric_id=None,
        decision=request.paper.decision.strip(),
        issued_on=request.paper.issued_on,
        recorded_at=at,
        recorded_by=by.id,
        paper=request.paper.paper(),
    )


def _event(rating: Rating, paper: OnPaper, product: Product, by: Person, at: datetime) -> OcopCertificateEntered:
    return OcopCertificateEntered(
        by=by.id,
        at=at,
        agency_id=rating.agency_id,
        product_id=rating.product_id,
        rating_id=rating.id,
        product_code=product.code or "",
        stars=rating.stars,
        certificate=paper.certificate.strip(),
        decision=rating.decision,
        authority=" ".join(paper.authority.split()),
        issued_on=rating.issued_on,
        expires=rating.expires,
        file_id=paper.file_id,
    )
