"""Enter the certificate of an OCOP product from paper: recognised before the installation, or by the minister."""

from dataclasses import dataclass
from datetime import datetime

from engine import access
from engine.drafts import FieldChecks
from engine.ids import OcopProductId, OcopRatingId
from engine.ocop_certificates import (
    OnPaper,
    check_paper,
    coded,
    rating_of,
    require_council_s_office,
    require_not_over,
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
    product = coded(product, request.code, at, work)
    rating = rating_of(product.id, request.paper, by=by, at=at, work=work)
    work.ocop.ratings.add(rating)
    if request.once:
        work.requests.remember(by.id, request.once, rating.id, at)
    work.record(_event(rating, request.paper, product, by, at))
    return rating


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
