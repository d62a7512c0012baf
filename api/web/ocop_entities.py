"""OCOP entities on pages: one with its products, putting one on the register, changing what stands there."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import PageDep, ServicesDep
from api.web import ocop_words
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.ocop_desk import again, done
from api.web.words import msgid
from engine.actions.record_ocop_entity import RecordOcopEntity, record_ocop_entity
from engine.actions.record_ocop_product import RecordOcopProduct, record_ocop_product
from engine.deadlines import office_date
from engine.errors import Refusal
from engine.ids import OcopEntityId
from engine.neighbours import Services
from engine.ocop_certificates import is_council_s_office
from engine.ocop_products import Entity, EntityKind, require_kept_by
from engine.ocop_terms import round_of
from engine.queries import PageRequest
from engine.rubrics import SETS, built_in

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
_ALL: Final = PageRequest(limit=200)


@router.get("/ocop-products")
def show_list(desk: DeskDep, services: ServicesDep, page: PageDep) -> Response:
    """Show the register of products, and the form for an entity where the person keeps it."""
    return _list(desk, services, page)


@router.post("/ocop-entities")
def add_entity(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Put an entity on the register."""
    request = _asked(form)
    entity = done(record_ocop_entity, lambda: replace(request, once=form.once(request)), desk, services)
    if isinstance(entity, Refusal):
        return _list(desk, services, _ALL, *again(ENTITY_LABELS, form, entity, desk))
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
    product = done(record_ocop_product, lambda: replace(request, once=form.once(request)), desk, services)
    if isinstance(product, Refusal):
        return _entity(desk, services, entity_id, *again(PRODUCT_LABELS, form, product, desk))
    return desk.to(f"/ocop-products/{product.id}", "ocop_product_kept", name=product.name)


@router.get("/ocop-entities/{entity_id}/change")
def show_change(desk: DeskDep, services: ServicesDep, entity_id: str) -> Response:
    """Show what stands on the register of an entity, to be changed."""
    return _change(desk, services, entity_id)


@router.post("/ocop-entities/{entity_id}/change")
def change(desk: DeskDep, form: FormDep, services: ServicesDep, entity_id: str) -> Response:
    """Keep what is to stand there from now on, or show the form again with everything that is wrong."""
    request = replace(_asked(form), entity_id=OcopEntityId(id_of(entity_id)), rev=form.number("rev"))
    entity = done(record_ocop_entity, lambda: request, desk, services)
    if isinstance(entity, Refusal):
        return _change(desk, services, entity_id, *again(ENTITY_LABELS, form, entity, desk))
    return desk.to(f"/ocop-entities/{entity.id}", "ocop_entity_changed", name=entity.name)


def _asked(form: Form) -> RecordOcopEntity:
    text = form.text
    return RecordOcopEntity(
        kind=EntityKind(text("kind")) if text("kind") in set(EntityKind) else EntityKind.COOPERATIVE,
        name=text("name"),
        registration=text("registration"),
        representative=text("representative"),
        contact=text("contact"),
        address=text("address"),
        province_code=text("province_code"),
        commune_code=text("commune_code"),
    )


def _list(desk: Desk, services: Services, page: PageRequest, form: Typed | None = None, status: int = 200) -> Response:
    with services.begin() as work:
        found = work.ocop.register.search(page)
        ratings = work.ocop.ratings.last_of([product.id for product in found.items])
        entities = work.ocop.register.entities(desk.person.agency_id, _ALL).items
        may_load = desk.may("keep_ocop_register") and is_council_s_office(desk.person, desk.at, work)
    return desk.page(
        "ocop/list.html",
        status=status,
        found=found,
        ratings=ratings,
        entities=entities,
        round=round_of(office_date(desk.at)),
        may_keep=desk.may("keep_ocop_register"),
        may_load=may_load,
        form=form or Typed.of(ENTITY_LABELS, desk.language),
        kinds=_kinds(desk),
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


def _change(desk: Desk, services: Services, entity_id: str, form: Typed | None = None, status: int = 200) -> Response:
    with services.begin() as work:
        entity = work.ocop.register.get_entity(OcopEntityId(id_of(entity_id)))
    require_kept_by(entity.agency_id, desk.person)
    shown = form or Typed.of(ENTITY_LABELS, desk.language, **_known(entity))
    return desk.page("ocop/entity_change.html", status=status, entity=entity, form=shown, kinds=_kinds(desk))


def _known(entity: Entity) -> dict[str, str]:
    return {name: str(getattr(entity, name)) for name in ENTITY_LABELS} | {"rev": str(entity.rev)}


def _kinds(desk: Desk) -> list[tuple[str, str]]:
    return [(kind.value, desk.speaks(said)) for kind, said in ocop_words.ENTITY_KINDS.items()]
