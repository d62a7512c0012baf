"""OCOP products on pages: one with its photos and certificates, changing it, opening a dossier for it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.contents import content_of, file_answer
from api.deps import HouseDep, ServicesDep
from api.web import ocop_words
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.ocop_desk import again, chosen_day, done
from api.web.ocop_entities import PRODUCT_LABELS
from api.web.uploads import Counter, take_one
from api.web.words import msgid
from engine import access, dossier_access
from engine.actions.add_ocop_product_file import AddOcopProductFile, add_ocop_product_file
from engine.actions.propose_ocop_product import ProposeOcopProduct, propose_ocop_product
from engine.actions.record_ocop_product import RecordOcopProduct, record_ocop_product
from engine.actions.remove_ocop_product_file import remove_ocop_product_file
from engine.deadlines import office_date
from engine.errors import FieldError, Refusal
from engine.files import FileNotFound
from engine.ids import AgencyId, FileId, OcopProductId
from engine.neighbours import Services
from engine.ocop_certificates import is_council_s_office
from engine.ocop_products import FileKind, Product, ProductInvalid, require_kept_by
from engine.ocop_proposals import Proposal, ProposalInvalid
from engine.ocop_ratings import Rating
from engine.ocop_terms import COMMUNE_DAYS, Purpose, round_of
from engine.ports import UnitOfWork
from engine.provinces import deciding_agencies
from engine.rubrics import built_in

router = APIRouter()

TOLD_LABELS: Final[Mapping[str, str]] = {name: said for name, said in PRODUCT_LABELS.items() if name != "set_number"}
PROPOSAL_LABELS: Final[Mapping[str, str]] = {
    "purpose": msgid("What the dossier is for"),
    "receiver_id": msgid("Province that ranks it"),
    "slip": msgid("Registration slip of the entity (form 01, PDF)"),
    "received_on": msgid("Received on"),
    "changes": msgid("What changed since it was ranked"),
}
FILE_LABELS: Final[Mapping[str, str]] = {
    "file": msgid("Photo (JPEG, PNG) or certificate (PDF)"),
    "kind": msgid("Kind of file"),
    "name": msgid("What it shows or certifies"),
    "issuer": msgid("Issued by"),
    "valid_until": msgid("Valid until"),
}


@router.get("/ocop-products/{product_id}")
def show_product(desk: DeskDep, services: ServicesDep, product_id: str) -> Response:
    """Show a product, its photos, certificates and dossiers, and the forms for more of them."""
    return _product(desk, services, product_id)


@router.post("/ocop-products/{product_id}/proposals")
def propose(desk: DeskDep, form: FormDep, house: HouseDep, product_id: str) -> Response:
    """Open a dossier for ranking the product, with the slip the entity handed in."""
    services, key = house.services, OcopProductId(id_of(product_id))
    made = done(propose_ocop_product, lambda: _proposed(form, desk, house, key), desk, services)
    if isinstance(made, Refusal):
        shown, status = again(PROPOSAL_LABELS, form, made, desk, {"file_id": "slip"})
        return _product(desk, services, product_id, form=shown, status=status)
    return desk.to(f"/ocop-dossiers/{made.dossier.id}", "ocop_proposed", slip=made.proposal.slip)


def _proposed(form: Form, desk: Desk, house: HouseDep, product_id: OcopProductId) -> ProposeOcopProduct:
    wrong: list[FieldError] = []
    received = chosen_day(form, "received_on", wrong)
    if wrong:
        raise ProposalInvalid(errors=wrong)
    kept = take_one(form, "slip", _counter(desk, house))
    request = ProposeOcopProduct(
        product_id=product_id,
        receiver_id=AgencyId(form.id("receiver_id")),
        purpose=Purpose(form.text("purpose")) if form.text("purpose") in set(Purpose) else Purpose.FIRST,
        file_id=kept.id,
        received_on=received,
        changes=form.text("changes"),
    )
    return replace(request, once=form.once(request))


def _counter(desk: Desk, house: HouseDep) -> Counter:
    limit = house.settings.max_upload_mb
    return Counter(by=desk.person, services=house.services, limit_mb=limit, language=desk.language)


@router.get("/ocop-products/{product_id}/change")
def show_change(desk: DeskDep, services: ServicesDep, product_id: str) -> Response:
    """Show what is told of a product, to be changed."""
    return _change(desk, services, product_id)


@router.post("/ocop-products/{product_id}/change")
def change(desk: DeskDep, form: FormDep, services: ServicesDep, product_id: str) -> Response:
    """Keep what is told of it from now on, or show the form again with everything that is wrong."""
    with services.begin() as work:
        known = work.ocop.register.get(OcopProductId(id_of(product_id)))
    request = RecordOcopProduct(
        entity_id=known.entity_id,
        set_number=known.set_number,
        product_id=known.id,
        rev=form.number("rev"),
        name=form.text("name"),
        description=form.text("description"),
        origin=form.text("origin"),
        steps=form.text("steps"),
        story=form.text("story"),
    )
    product = done(record_ocop_product, lambda: request, desk, services)
    if isinstance(product, Refusal):
        return _change(desk, services, product_id, *again(TOLD_LABELS, form, product, desk))
    return desk.to(f"/ocop-products/{product.id}", "ocop_product_changed", name=product.name)


@router.post("/ocop-products/{product_id}/files")
def add_file(desk: DeskDep, form: FormDep, house: HouseDep, product_id: str) -> Response:
    """Put a photo or certificate to the product, or say what is wrong with it."""
    services, key = house.services, OcopProductId(id_of(product_id))
    added = done(add_ocop_product_file, lambda: _filed(form, desk, house, key), desk, services)
    if isinstance(added, Refusal):
        shown, status = again(FILE_LABELS, form, added, desk, {"file_id": "file"})
        return _product(desk, services, product_id, files=replace(shown, prefix="file-"), status=status)
    return desk.to(f"/ocop-products/{added.id}", "ocop_file_added")


def _filed(form: Form, desk: Desk, house: HouseDep, product_id: OcopProductId) -> AddOcopProductFile:
    wrong: list[FieldError] = []
    until = chosen_day(form, "valid_until", wrong) if form.text("valid_until").strip() else None
    if wrong:
        raise ProductInvalid(errors=wrong)
    kept = take_one(form, "file", _counter(desk, house))
    return AddOcopProductFile(
        product_id=product_id,
        file_id=kept.id,
        kind=FileKind.CERTIFICATE if form.text("kind") == FileKind.CERTIFICATE.value else FileKind.PHOTO,
        name=form.text("name") or kept.name,
        issuer=form.text("issuer"),
        valid_until=until,
    )


@router.post("/ocop-products/{product_id}/files/remove")
def remove_file(desk: DeskDep, form: FormDep, services: ServicesDep, product_id: str) -> Response:
    """Take a photo or certificate off the product."""
    key = OcopProductId(id_of(product_id))
    with services.begin() as work:
        remove_ocop_product_file(key, FileId(form.text("file_id")), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/ocop-products/{key}", "ocop_file_removed")


@router.get("/ocop-products/{product_id}/files/{file_id}")
def file_content(desk: DeskDep, services: ServicesDep, product_id: str, file_id: str) -> Response:
    """Send a photo or certificate to whoever may read the register."""
    access.require(desk.person, "read_ocop_register")
    with services.begin() as work:
        product = work.ocop.register.get(OcopProductId(id_of(product_id)))
    return sent(product, FileId(file_id), services)


def sent(product: Product, file_id: FileId, services: Services) -> Response:
    """Return a photo or certificate as it was taken in; raises FileNotFound where the product has no such file."""
    file = product.find_file(file_id)
    if file is None:
        raise FileNotFound
    with services.begin() as work:
        media_type = work.files.get(file.file_id).media_type
    return file_answer(content_of(file.file_id, (), services), media_type, file.name)


def _product(
    desk: Desk,
    services: Services,
    product_id: str,
    *,
    form: Typed | None = None,
    files: Typed | None = None,
    status: int = 200,
) -> Response:
    with services.begin() as work:
        product = work.ocop.register.get(OcopProductId(id_of(product_id)))
        may_enter = desk.may("keep_ocop_register") and is_council_s_office(desk.person, desk.at, work)
        entity = work.ocop.register.get_entity(product.entity_id)
        ratings = work.ocop.ratings.of(product.id)
        proposals = [one for one in work.ocop.proposals.of_product(product.id) if _readable(one, desk, work)]
        agencies = [work.people.get_agency(agency_id) for agency_id in deciding_agencies(work)]
    today, own = office_date(desk.at), product.agency_id == desk.person.agency_id
    return desk.page(
        "ocop/product.html",
        status=status,
        product=product,
        entity=entity,
        ratings=[(rating, rating.holds_on(today)) for rating in ratings],
        proposals=proposals,
        purposes={purpose: desk.speaks(said) for purpose, said in ocop_words.PURPOSES.items()},
        grounds={ground: desk.speaks(said) for ground, said in ocop_words.GROUNDS.items()},
        set_name=built_in(product.set_number).name,
        may_keep=own and desk.may("keep_ocop_register"),
        may_enter=may_enter,
        may_propose=own and desk.may("compose_dossiers"),
        may_check=_may_check(desk, ratings),
        round=round_of(today),
        commune_days=COMMUNE_DAYS,
        form=form
        or Typed.of(PROPOSAL_LABELS, desk.language, purpose=Purpose.FIRST.value, received_on=f"{today:%Y-%m-%d}"),
        file_form=files or replace(Typed.of(FILE_LABELS, desk.language), prefix="file-"),
        file_kinds=[(kind.value, desk.speaks(said)) for kind, said in ocop_words.FILE_KINDS.items()],
        purpose_choices=[(purpose.value, desk.speaks(said)) for purpose, said in ocop_words.PURPOSES.items()],
        agency_choices=[(str(agency.id), agency.name) for agency in agencies],
    )


def _may_check(desk: Desk, ratings: Sequence[Rating]) -> bool:
    own = bool(ratings) and ratings[0].agency_id == desk.person.agency_id
    return own and (desk.may("keep_ocop_register") or desk.may("revoke_ocop_certificates"))


def _change(desk: Desk, services: Services, product_id: str, form: Typed | None = None, status: int = 200) -> Response:
    with services.begin() as work:
        product = work.ocop.register.get(OcopProductId(id_of(product_id)))
    require_kept_by(product.agency_id, desk.person)
    known = {name: str(getattr(product, name)) for name in TOLD_LABELS} | {"rev": str(product.rev)}
    shown = form or Typed.of(TOLD_LABELS, desk.language, **known)
    return desk.page("ocop/product_change.html", status=status, product=product, form=shown)


def _readable(proposal: Proposal, desk: Desk, work: UnitOfWork) -> bool:
    return dossier_access.may_read(desk.person, work.dossiers.get(proposal.dossier_id), work)
