"""OCOP certificates entered from paper on pages of the province: entering one, correcting it, reading its decision."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.contents import content_of, file_answer
from api.deps import HouseDep, ServicesDep
from api.web.desk import Desk, DeskDep
from api.web.forms import CHOOSE, Form, FormDep, Typed, id_of
from api.web.ocop_desk import EMPTY, again, chosen_day, done
from api.web.uploads import Counter, take_one
from api.web.words import msgid
from engine import access
from engine.actions.correct_ocop_certificate import CorrectOcopCertificate, correct_ocop_certificate
from engine.actions.enter_ocop_certificate import EnterOcopCertificate, enter_ocop_certificate
from engine.errors import FieldError, Refusal
from engine.files import FileNotFound
from engine.ids import FileId, OcopProductId, OcopRatingId
from engine.neighbours import Services
from engine.ocop_certificates import OnPaper, require_council_s_office
from engine.ocop_products import Product, ProductInvalid, require_kept_by
from engine.ocop_ratings import CertificateNotFound, PaperCertificate, Rating
from engine.rubrics import built_in

router = APIRouter()

LABELS: Final[Mapping[str, str]] = {
    "stars": msgid("Stars"),
    "certificate": msgid("Number of the certificate"),
    "decision": msgid("Number of the decision of recognition"),
    "issued_on": msgid("Day of the decision"),
    "authority": msgid("Authority that recognised it"),
    "product_set": msgid("Product set, as printed"),
    "code": msgid("Code of the product, as printed"),
    "file": msgid("The decision (PDF)"),
    "reason": msgid("Reason of the correction"),
}
_PRINTED: Final = ("certificate", "decision", "authority", "product_set")
_STARS: Final = ("3", "4", "5")
_FIELDS: Final = {"file_id": "file"}


@router.get("/ocop-products/{product_id}/certificates/new")
def show_entry(desk: DeskDep, services: ServicesDep, product_id: str) -> Response:
    """Show the form that enters a certificate from paper."""
    return _entry(desk, services, product_id)


@router.post("/ocop-products/{product_id}/certificates/new")
def enter(desk: DeskDep, form: FormDep, house: HouseDep, product_id: str) -> Response:
    """Keep the certificate, or show the form again with everything that is wrong."""
    key = OcopProductId(id_of(product_id))
    kept = done(enter_ocop_certificate, lambda: _entered(form, desk, house, key), desk, house.services)
    if isinstance(kept, Refusal):
        return _entry(desk, house.services, product_id, *again(LABELS, form, kept, desk, _FIELDS))
    return desk.to(f"/ocop-products/{key}", "ocop_certificate_entered", decision=kept.decision)


@router.get("/ocop-products/{product_id}/certificates/{rating_id}/change")
def show_correction(desk: DeskDep, services: ServicesDep, product_id: str, rating_id: str) -> Response:
    """Show what was entered, to be corrected with the reason."""
    return _correction(desk, services, (product_id, rating_id))


@router.post("/ocop-products/{product_id}/certificates/{rating_id}/change")
def correct(desk: DeskDep, form: FormDep, house: HouseDep, product_id: str, rating_id: str) -> Response:
    """Keep what the certificate really says, or show the form again with everything that is wrong."""
    _, rating, paper = _known(desk, house.services, product_id, rating_id)
    kept = done(correct_ocop_certificate, lambda: _corrected(form, desk, house, rating, paper), desk, house.services)
    if isinstance(kept, Refusal):
        return _correction(desk, house.services, (product_id, rating_id), *again(LABELS, form, kept, desk, _FIELDS))
    return desk.to(f"/ocop-products/{kept.product_id}", "ocop_certificate_corrected", decision=kept.decision)


@router.get("/ocop-products/{product_id}/certificates/{rating_id}/decision")
def show_decision(desk: DeskDep, services: ServicesDep, product_id: str, rating_id: str) -> Response:
    """Send the decision a certificate was entered from to whoever may read the register."""
    access.require(desk.person, "read_ocop_register")
    _, rating = _found(services, product_id, rating_id)
    if rating.paper is None:
        raise FileNotFound
    content = content_of(rating.paper.file_id, (), services)
    return file_answer(content, "application/pdf", f"{rating.decision.replace('/', '-')}.pdf")


def _entered(form: Form, desk: Desk, house: HouseDep, product_id: OcopProductId) -> EnterOcopCertificate:
    paper = _paper(form, desk, house, None)
    request = EnterOcopCertificate(product_id=product_id, paper=paper, code=form.text("code"))
    return replace(request, once=form.once(request))


def _corrected(
    form: Form, desk: Desk, house: HouseDep, rating: Rating, paper: PaperCertificate
) -> CorrectOcopCertificate:
    return CorrectOcopCertificate(
        product_id=rating.product_id,
        rating_id=rating.id,
        paper=_paper(form, desk, house, paper.file_id),
        reason=form.text("reason"),
        rev=form.number("rev"),
    )


def _paper(form: Form, desk: Desk, house: HouseDep, known: FileId | None) -> OnPaper:
    """Return what the form says is printed; without a new file the one that is *known* stays."""
    wrong: list[FieldError] = []
    issued_on, stars = chosen_day(form, "issued_on", wrong), form.text("stars")
    if stars not in _STARS:
        wrong.append(FieldError(field="stars", code="required", message=CHOOSE))
    wrong += [
        FieldError(field=name, code="required", message=EMPTY) for name in _PRINTED if not form.text(name).strip()
    ]
    if wrong or issued_on is None:
        raise ProductInvalid(errors=wrong)
    counter = Counter(
        by=desk.person, services=house.services, limit_mb=house.settings.max_upload_mb, language=desk.language
    )
    file_id = take_one(form, "file", counter).id if known is None or form.files("file") else known
    return OnPaper(
        stars=int(stars),
        certificate=form.text("certificate"),
        decision=form.text("decision"),
        issued_on=issued_on,
        authority=form.text("authority"),
        product_set=form.text("product_set"),
        file_id=file_id,
    )


def _found(services: Services, product_id: str, rating_id: str) -> tuple[Product, Rating]:
    key = OcopRatingId(id_of(rating_id))
    with services.begin() as work:
        product = work.ocop.register.get(OcopProductId(id_of(product_id)))
        rating = next((one for one in work.ocop.ratings.of(product.id) if one.id == key), None)
    if rating is None:
        raise CertificateNotFound
    return product, rating


def _known(desk: Desk, services: Services, product_id: str, rating_id: str) -> tuple[Product, Rating, PaperCertificate]:
    """Return the certificate for its agency; raises where it is another's, or was not entered from paper."""
    product, rating = _found(services, product_id, rating_id)
    require_kept_by(rating.agency_id, desk.person)
    if rating.paper is None:
        raise CertificateNotFound
    return product, rating, rating.paper


def _entry(desk: Desk, services: Services, product_id: str, form: Typed | None = None, status: int = 200) -> Response:
    access.require(desk.person, "keep_ocop_register")
    with services.begin() as work:
        product = work.ocop.register.get(OcopProductId(id_of(product_id)))
        require_council_s_office(desk.person, desk.at, work)
    known = {"product_set": f"{product.set_number}. {built_in(product.set_number).name}", "code": product.code or ""}
    shown = form or Typed.of(LABELS, desk.language, **known)
    return _page(desk, product, None, shown, status)


def _correction(
    desk: Desk, services: Services, place: tuple[str, str], form: Typed | None = None, status: int = 200
) -> Response:
    product, rating, paper = _known(desk, services, *place)
    known = {name: str(getattr(paper, name)) for name in ("certificate", "authority", "product_set")}
    known |= {"stars": str(rating.stars), "decision": rating.decision, "rev": str(rating.rev)}
    known["issued_on"] = f"{rating.issued_on:%Y-%m-%d}"
    return _page(desk, product, rating, form or Typed.of(LABELS, desk.language, **known), status)


def _page(desk: Desk, product: Product, rating: Rating | None, form: Typed, status: int) -> Response:
    return desk.page(
        "ocop/paper.html",
        status=status,
        product=product,
        rating=rating,
        form=form,
        star_choices=[(stars, stars) for stars in _STARS],
    )
