"""OCOP certificates on a page of the province: looking at a recognised product again, revoking its certificate."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep
from api.web import ocop_words
from api.web.desk import Desk, DeskDep
from api.web.forms import CHOOSE, Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.ocop_desk import EMPTY, again, chosen_day, done
from api.web.words import msgid
from engine.actions.check_ocop_product import CheckOcopProduct, check_ocop_product
from engine.actions.revoke_ocop_certificate import RevokeOcopCertificate, revoke_ocop_certificate
from engine.deadlines import office_date
from engine.errors import FieldError, Refusal
from engine.ids import OcopProductId
from engine.neighbours import Services
from engine.ocop_products import ProductInvalid, require_kept_by
from engine.ocop_ratings import RatingNotFound, RevocationGround
from engine.ocop_terms import Decider, decider_of

router = APIRouter()

CHECK_LABELS: Final[Mapping[str, str]] = {
    "checked_on": msgid("Day of the check"),
    "complies": msgid("Result of the check"),
    "note": msgid("What was found"),
}
REVOCATION_LABELS: Final[Mapping[str, str]] = {
    "ground": msgid("Ground of the revocation"),
    "concluded_on": msgid("Day of the conclusion"),
    "decision": msgid("Number of the decision that revokes"),
}
COMPLIES: Final = msgid("Complies")
FAILS: Final = msgid("Does not comply")


@router.get("/ocop-products/{product_id}/certificate")
def show(desk: DeskDep, services: ServicesDep, product_id: str) -> Response:
    """Show the newest certificate with the looks at its product, and the forms for a further one and for revoking."""
    return _page(desk, services, product_id)


@router.post("/ocop-products/{product_id}/certificate/checks")
def check(desk: DeskDep, form: FormDep, services: ServicesDep, product_id: str) -> Response:
    """Keep what was found when the product was looked at again."""
    key = OcopProductId(id_of(product_id))
    found = done(check_ocop_product, lambda: _check(key, form), desk, services)
    if isinstance(found, Refusal):
        shown, status = again(CHECK_LABELS, form, found, desk)
        return _page(desk, services, product_id, check=replace(shown, prefix="check-"), status=status)
    return desk.to(f"/ocop-products/{found.product_id}/certificate", "ocop_checked")


@router.post("/ocop-products/{product_id}/certificate/revocation")
def revoke(desk: DeskDep, form: FormDep, services: ServicesDep, product_id: str) -> Response:
    """Take the certificate back from today on."""
    key = OcopProductId(id_of(product_id))
    taken = done(revoke_ocop_certificate, lambda: _revocation(key, form), desk, services)
    if isinstance(taken, Refusal):
        shown, status = again(REVOCATION_LABELS, form, taken, desk)
        return _page(desk, services, product_id, revocation=replace(shown, prefix="revocation-"), status=status)
    return desk.to(f"/ocop-products/{taken.product_id}/certificate", "ocop_revoked")


def _check(product_id: OcopProductId, form: Form) -> CheckOcopProduct:
    wrong: list[FieldError] = []
    checked_on, complies = chosen_day(form, "checked_on", wrong), form.text("complies")
    if complies not in ("yes", "no"):
        wrong.append(FieldError(field="complies", code="required", message=CHOOSE))
    if wrong or checked_on is None:
        raise ProductInvalid(errors=wrong)
    return CheckOcopProduct(
        product_id=product_id, checked_on=checked_on, complies=complies == "yes", note=form.text("note")
    )


def _revocation(product_id: OcopProductId, form: Form) -> RevokeOcopCertificate:
    wrong: list[FieldError] = []
    concluded_on, ground = chosen_day(form, "concluded_on", wrong), form.text("ground")
    if ground not in set(RevocationGround):
        wrong.append(FieldError(field="ground", code="required", message=CHOOSE))
    if not form.text("decision").strip():
        wrong.append(FieldError(field="decision", code="required", message=EMPTY))
    if wrong or concluded_on is None:
        raise ProductInvalid(errors=wrong)
    return RevokeOcopCertificate(
        product_id=product_id,
        ground=RevocationGround(ground),
        concluded_on=concluded_on,
        decision=form.text("decision"),
    )


def _page(
    desk: Desk,
    services: Services,
    product_id: str,
    *,
    check: Typed | None = None,
    revocation: Typed | None = None,
    status: int = 200,
) -> Response:
    with services.begin() as work:
        product = work.ocop.register.get(OcopProductId(id_of(product_id)))
        rating = next(iter(work.ocop.ratings.of(product.id)), None)
        if rating is None:
            raise RatingNotFound
        require_kept_by(rating.agency_id, desk.person)
        names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    today = office_date(desk.at)
    day = f"{today:%Y-%m-%d}"
    may_revoke = desk.may("revoke_ocop_certificates") and decider_of(rating.stars) is Decider.PROVINCE_CHAIRMAN
    return desk.page(
        "ocop/certificate.html",
        status=status,
        product=product,
        rating=rating,
        holds=rating.holds_on(today),
        names=names,
        grounds={ground: desk.speaks(said) for ground, said in ocop_words.GROUNDS.items()},
        may_check=desk.may("keep_ocop_register"),
        may_revoke=may_revoke and rating.revocation is None,
        is_minister_s=decider_of(rating.stars) is Decider.MINISTER,
        check=check or replace(Typed.of(CHECK_LABELS, desk.language, checked_on=day), prefix="check-"),
        revocation=revocation or replace(Typed.of(REVOCATION_LABELS, desk.language), prefix="revocation-"),
        ground_choices=[(ground.value, desk.speaks(said)) for ground, said in ocop_words.GROUNDS.items()],
        result_choices=[("yes", desk.speaks(COMPLIES)), ("no", desk.speaks(FAILS))],
    )
