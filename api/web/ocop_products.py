"""OCOP entities and products on pages: the register, a product with its files and certificates, the public page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from api.deps import HouseDep, LanguageDep, PageDep, ServicesDep
from api.outsiders import admitted
from api.problems import status_of
from api.web import ocop_words
from api.web.desk import Desk, DeskDep
from api.web.forms import FormDep, Typed, id_of
from api.web.rendering import rendered
from api.web.words import msgid
from engine import access
from engine.actions.propose_ocop_product import ProposeOcopProduct, propose_ocop_product
from engine.actions.record_ocop_entity import RecordOcopEntity, record_ocop_entity
from engine.actions.record_ocop_product import RecordOcopProduct, record_ocop_product
from engine.deadlines import office_date
from engine.errors import Refusal
from engine.ids import AgencyId, OcopEntityId, OcopProductId
from engine.neighbours import Services
from engine.ocop_products import EntityKind, ProductNotFound
from engine.ocop_terms import Purpose
from engine.queries import PageRequest
from engine.rubrics import SETS, built_in
from engine.verifications import Question
from signing.codes import svg_of

router = APIRouter()

ENTITY_LABELS: Final[Mapping[str, str]] = {
    "kind": msgid("Kind of entity"),
    "name": msgid("Name of the entity"),
    "registration": msgid("Business registration number"),
    "representative": msgid("Legal representative"),
    "contact": msgid("Telephone or e-mail"),
    "address": msgid("Address"),
    "province_code": msgid("Code of the province"),
    "commune_code": msgid("Code of the commune"),
}
PRODUCT_LABELS: Final[Mapping[str, str]] = {
    "set_number": msgid("Product set"),
    "name": msgid("Name of the product"),
    "description": msgid("Description"),
    "origin": msgid("Where the material comes from"),
    "steps": msgid("How it is made"),
    "story": msgid("Story of the product"),
}
PROPOSAL_LABELS: Final[Mapping[str, str]] = {
    "purpose": msgid("What the dossier is for"),
    "receiver_id": msgid("Province that ranks it"),
    "changes": msgid("What changed since it was ranked"),
}
_ALL: Final = PageRequest(limit=200)


@router.get("/ocop-products")
def show_list(desk: DeskDep, services: ServicesDep, page: PageDep) -> Response:
    """Show the register of products, and the form for an entity where the person keeps it."""
    return _list(desk, services, page)


@router.post("/ocop-entities")
def add_entity(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Put an entity on the register."""
    text = form.text
    kind = EntityKind(text("kind")) if text("kind") in set(EntityKind) else EntityKind.COOPERATIVE
    request = RecordOcopEntity(
        kind=kind,
        name=text("name"),
        registration=text("registration"),
        representative=text("representative"),
        contact=text("contact"),
        address=text("address"),
        province_code=text("province_code"),
        commune_code=text("commune_code"),
    )
    try:
        with services.begin() as work:
            entity = record_ocop_entity(
                replace(request, once=form.once(request)), by=desk.person, at=desk.at, work=work
            )
    except Refusal as refusal:
        again = Typed.of(ENTITY_LABELS, desk.language).typed(form).refused(refusal, desk.language)
        return _list(desk, services, _ALL, again, status_of(refusal))
    return desk.to(f"/ocop-entities/{entity.id}", "ocop_entity_kept", name=entity.name)


@router.get("/ocop-entities/{entity_id}")
def show_entity(desk: DeskDep, services: ServicesDep, entity_id: str) -> Response:
    """Show an entity with its products, and the form for one more where the person keeps it."""
    return _entity(desk, services, entity_id)


@router.post("/ocop-entities/{entity_id}")
def add_product(desk: DeskDep, form: FormDep, services: ServicesDep, entity_id: str) -> Response:
    """Put a product of the entity on the register."""
    request = RecordOcopProduct(
        entity_id=OcopEntityId(id_of(entity_id)),
        set_number=form.number("set_number"),
        name=form.text("name"),
        description=form.text("description"),
        origin=form.text("origin"),
        steps=form.text("steps"),
        story=form.text("story"),
    )
    try:
        with services.begin() as work:
            product = record_ocop_product(
                replace(request, once=form.once(request)), by=desk.person, at=desk.at, work=work
            )
    except Refusal as refusal:
        again = Typed.of(PRODUCT_LABELS, desk.language).typed(form).refused(refusal, desk.language)
        return _entity(desk, services, entity_id, again, status_of(refusal))
    return desk.to(f"/ocop-products/{product.id}", "ocop_product_kept", name=product.name)


@router.get("/ocop-products/{product_id}")
def show_product(desk: DeskDep, services: ServicesDep, product_id: str) -> Response:
    """Show a product, its certificates and dossiers, and the form for a new dossier."""
    return _product(desk, services, product_id)


@router.post("/ocop-products/{product_id}/proposals")
def propose(desk: DeskDep, form: FormDep, services: ServicesDep, product_id: str) -> Response:
    """Open a dossier for ranking the product."""
    purpose = Purpose(form.text("purpose")) if form.text("purpose") in set(Purpose) else Purpose.FIRST
    request = ProposeOcopProduct(
        product_id=OcopProductId(id_of(product_id)),
        receiver_id=AgencyId(form.id("receiver_id")),
        purpose=purpose,
        changes=form.text("changes"),
    )
    try:
        with services.begin() as work:
            made = propose_ocop_product(
                replace(request, once=form.once(request)), by=desk.person, at=desk.at, work=work
            )
    except Refusal as refusal:
        again = Typed.of(PROPOSAL_LABELS, desk.language).typed(form).refused(refusal, desk.language)
        return _product(desk, services, product_id, again, status_of(refusal))
    return desk.to(f"/ocop-dossiers/{made.dossier.id}", "ocop_proposed", slip=made.proposal.slip)


@router.get("/p/{code}", dependencies=[Depends(admitted(Question.CODE))])
def show_public(house: HouseDep, services: ServicesDep, language: LanguageDep, code: str) -> Response:
    """Show a recognised product to whoever scans the code on its label; what is not recognised is not shown."""
    with services.begin() as work:
        product = work.ocop.register.find_by_code(code)
        ratings = work.ocop.ratings.of(product.id) if product else ()
        if product is None or not ratings:
            raise ProductNotFound
        entity = work.ocop.register.get_entity(product.entity_id)
    today, rating = office_date(services.clock()), ratings[0]
    address = f"{house.settings.public_url.rstrip('/')}/p/{code}" if house.settings.public_url else ""
    values = {
        "product": product,
        "entity": entity,
        "rating": rating,
        "holds": rating.holds_on(today),
        "set_name": built_in(product.set_number).name,
        "code_svg": svg_of(address) if address else "",
        "address": address,
    }
    return rendered("ocop/public.html", language, values)


def _list(desk: Desk, services: Services, page: PageRequest, form: Typed | None = None, status: int = 200) -> Response:
    with services.begin() as work:
        found = work.ocop.register.search(page)
        ratings = work.ocop.ratings.last_of([product.id for product in found.items])
        entities = work.ocop.register.entities(desk.person.agency_id, _ALL).items
    return desk.page(
        "ocop/list.html",
        status=status,
        found=found,
        ratings=ratings,
        entities=entities,
        may_keep=desk.may("keep_ocop_register"),
        form=form or Typed.of(ENTITY_LABELS, desk.language),
        kinds=[(kind.value, desk.speaks(said)) for kind, said in ocop_words.ENTITY_KINDS.items()],
    )


def _entity(desk: Desk, services: Services, entity_id: str, form: Typed | None = None, status: int = 200) -> Response:
    with services.begin() as work:
        entity = work.ocop.register.get_entity(OcopEntityId(id_of(entity_id)))
        products = work.ocop.register.search(_ALL, entity_id=entity.id).items
    own = entity.agency_id == desk.person.agency_id
    return desk.page(
        "ocop/entity.html",
        status=status,
        entity=entity,
        kind=desk.speaks(ocop_words.ENTITY_KINDS[entity.kind]),
        products=products,
        own=own,
        may_keep=own and desk.may("keep_ocop_register"),
        form=form or Typed.of(PRODUCT_LABELS, desk.language),
        sets=[(str(number), f"{number}. {built_in(number).name}") for number in range(1, SETS + 1)],
    )


def _product(desk: Desk, services: Services, product_id: str, form: Typed | None = None, status: int = 200) -> Response:
    with services.begin() as work:
        product = work.ocop.register.get(OcopProductId(id_of(product_id)))
        entity = work.ocop.register.get_entity(product.entity_id)
        ratings = work.ocop.ratings.of(product.id)
        proposals = work.ocop.proposals.of_product(product.id)
        agencies = [agency for agency in work.people.agencies() if agency.id != desk.person.agency_id]
    today = office_date(desk.at)
    own = product.agency_id == desk.person.agency_id
    return desk.page(
        "ocop/product.html",
        status=status,
        product=product,
        entity=entity,
        ratings=[(rating, rating.holds_on(today)) for rating in ratings],
        proposals=proposals if own or access.may(desk.person, "read_forecast") else (),
        purposes={purpose: desk.speaks(said) for purpose, said in ocop_words.PURPOSES.items()},
        set_name=built_in(product.set_number).name,
        may_propose=own and desk.may("compose_dossiers"),
        form=form or Typed.of(PROPOSAL_LABELS, desk.language, purpose=Purpose.FIRST.value),
        purpose_choices=[(purpose.value, desk.speaks(said)) for purpose, said in ocop_words.PURPOSES.items()],
        agency_choices=[(str(agency.id), agency.name) for agency in agencies],
    )
