"""OCOP certificates entered from paper: products recognised before the installation, and 5 stars of the minister.

From then on ranking again, extension, revocation, checks and the public page work for them as for those decided here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from engine.councils import NoCouncil
from engine.deadlines import office_date
from engine.drafts import FieldChecks
from engine.errors import Conflict
from engine.ids import FileId, OcopProductId, OcopRatingId
from engine.ocop_products import Product, ProductInvalid
from engine.ocop_ratings import PaperCertificate, Rating
from engine.ocop_terms import CodeSeries, Decider, ProductCode, decider_of
from engine.people import Person
from engine.ports import UnitOfWork
from engine.scoring import LEAST_RECOGNISED

COUNCIL: Final = "ocop"
FIRST_DAY: Final = date(2018, 5, 7)
"""The programme began; nothing was recognised before. Source: Decision 490/QĐ-TTg of that day."""
MOST_STARS: Final = 5
MAX_NUMBER: Final = 100
MAX_NAME: Final = 200
MAX_REASON: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPaper:
    """A certificate as it is printed, with its decision; *file_id* is the decision, a PDF that was uploaded."""

    stars: int
    certificate: str
    decision: str
    issued_on: date
    authority: str
    product_set: str
    file_id: FileId

    def paper(self) -> PaperCertificate:
        """Return what of it only paper says."""
        return PaperCertificate(
            certificate=self.certificate.strip(),
            authority=" ".join(self.authority.split()),
            product_set=" ".join(self.product_set.split()),
            file_id=self.file_id,
        )


def require_council_s_office(by: Person, at: datetime, work: UnitOfWork) -> None:
    """Raise NoCouncil unless the person's agency has the council that ranks: its office keeps the certificates."""
    if not is_council_s_office(by, at, work):
        raise NoCouncil(purpose=COUNCIL)


def is_council_s_office(person: Person, at: datetime, work: UnitOfWork) -> bool:
    """Say whether the council that ranks is one of the person's agency, in office at this moment."""
    return work.councils.find_for(person.agency_id, COUNCIL, office_date(at)) is not None


def check_paper(paper: OnPaper, check: FieldChecks, by: Person, at: datetime, work: UnitOfWork) -> None:
    """Note in *check* every field of the certificate that is wrong."""
    if not LEAST_RECOGNISED <= paper.stars <= MOST_STARS:
        check.add("stars", "not_within", "A certificate is given for 3, 4 or 5 stars.")
    check.text("certificate", paper.certificate, MAX_NUMBER)
    check.text("decision", paper.decision, MAX_NUMBER)
    if paper.issued_on > office_date(at):
        check.add("issued_on", "in_future", "The decision on the certificate is dated in the future. Check the date.")
    if paper.issued_on < FIRST_DAY:
        check.add("issued_on", "too_early", "The programme began on 07/05/2018. Check the date.")
    check.text("authority", paper.authority, MAX_NAME)
    check.text("product_set", paper.product_set, MAX_NAME)
    check.file("file_id", paper.file_id, by, work)


def require_not_over(paper: OnPaper, others: Sequence[Rating]) -> None:
    """Raise unless the certificate may stand beside the *others* of its product.

    Raises:
        RecognisedHere: It would take the place of one a procedure here led to; only the minister's 5 stars may.
        CertificateKnown: One of that day is on the register.
    """
    known = next((one for one in others if one.issued_on == paper.issued_on), None)
    if known is not None:
        raise CertificateKnown(decision=known.decision, day=f"{known.issued_on:%d/%m/%Y}")
    here = next((one for one in others if one.paper is None and one.issued_on < paper.issued_on), None)
    if here is not None and decider_of(paper.stars) is not Decider.MINISTER:
        raise RecognisedHere(decision=here.decision, day=f"{here.issued_on:%d/%m/%Y}")


def give_code(product: Product, series: CodeSeries, work: UnitOfWork) -> Product:
    """Return the locked product with the next code of the series; the one it has already stays.

    A serial that is on a label already, entered from its certificate, is passed over.
    """
    if product.code is not None:
        return product
    province, commune, year = series
    work.ocop.register.hold_codes(series)
    while True:
        serial = work.ocop.register.next_serial(f"product:{province}-{commune}", year)
        code = str(ProductCode(province=province, commune=commune, serial=serial, year=year))
        if work.ocop.register.find_by_code(code) is None:
            break
    return _coded(product, code, work)


def take_code(product: Product, printed: str, work: UnitOfWork) -> Product:
    """Return the locked product with the code printed on its certificate; the one it has already is no change.

    Raises:
        ProductCodeMalformed: It is no code.
        ProductCoded: The product has another one.
        ProductInvalid: Another product has it.
    """
    code = ProductCode.parse(printed)
    if str(code) == product.code:
        return product
    work.ocop.register.hold_codes(code.series)
    if work.ocop.register.find_by_code(str(code)) is not None:
        check = FieldChecks()
        check.add("code", "known", "Another product has this code. Compare it with the certificate.")
        check.done(ProductInvalid)
    return _coded(product, str(code), work)


def series_of(product: Product, printed: str, at: datetime, work: UnitOfWork) -> CodeSeries:
    """Return the series of the code *printed* on a certificate, or of the one the product is given where that is ''.

    Raises:
        ProductCodeMalformed: It is no code.
    """
    if printed.strip():
        return ProductCode.parse(printed).series
    entity = work.ocop.register.get_entity(product.entity_id)
    return CodeSeries(entity.province_code, entity.commune_code, office_date(at).year)


def coded(product: Product, printed: str, at: datetime, work: UnitOfWork) -> Product:
    """Return the locked product with the code *printed* on its certificate, or with one of its own where that is ''.

    Raises:
        ProductCodeMalformed, ProductCoded, ProductInvalid: It cannot have it.
    """
    if printed.strip():
        return take_code(product, printed, work)
    return give_code(product, series_of(product, printed, at, work), work)


def rating_of(product_id: OcopProductId, paper: OnPaper, *, by: Person, at: datetime, work: UnitOfWork) -> Rating:
    """Return the certificate as the register keeps it for the person's agency."""
    return Rating(
        id=OcopRatingId(work.new_id()),
        product_id=product_id,
        agency_id=by.agency_id,
        stars=paper.stars,
        mean=None,
        rubric_id=None,
        decision=paper.decision.strip(),
        issued_on=paper.issued_on,
        recorded_at=at,
        recorded_by=by.id,
        paper=paper.paper(),
    )


def _coded(product: Product, code: str, work: UnitOfWork) -> Product:
    coded = product.with_code(code)
    work.ocop.register.save(coded)
    return coded


def corrected(rating: Rating, paper: OnPaper) -> Rating:
    """Return a certificate entered from paper as it should have been entered; what became of it since stays.

    Raises:
        NotFromPaper: A procedure here led to it.
        ProductInvalid: It would begin after it was revoked or looked at.
    """
    if rating.paper is None:
        raise NotFromPaper(decision=rating.decision)
    days = [one.checked_on for one in rating.checks]
    days += [rating.revocation.concluded_on] if rating.revocation else []
    if days and paper.issued_on > min(days):
        check = FieldChecks()
        check.add("issued_on", "too_late", "The certificate was checked or revoked before this day. Check the date.")
        check.done(ProductInvalid)
    return replace(
        rating,
        stars=paper.stars,
        decision=paper.decision.strip(),
        issued_on=paper.issued_on,
        paper=paper.paper(),
        rev=rating.rev + 1,
    )


class RecognisedHere(Conflict):
    """A certificate from paper does not take the place of one that was decided here."""

    code = "ocop.recognised_here"
    template = (
        "The product was recognised here by %(decision)s of %(day)s. What comes after that goes by a dossier; only 5 "
        "stars of the minister are entered from paper."
    )


class CertificateKnown(Conflict):
    """A product has one certificate of a day."""

    code = "ocop.certificate_known"
    template = "A certificate by %(decision)s of %(day)s is on the register already. Correct that one instead."


class NotFromPaper(Conflict):
    """What a procedure here led to is not corrected by hand."""

    code = "ocop.not_from_paper"
    template = (
        "The certificate by %(decision)s was decided here and is not corrected by hand. Correct the decision by a "
        "further document."
    )
