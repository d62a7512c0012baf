"""Put a product of an OCOP entity on the register, or change what is told of it."""

from dataclasses import dataclass
from datetime import datetime

from engine import access
from engine.ids import OcopEntityId, OcopProductId
from engine.ocop_events import OcopProductChanged, OcopProductRecorded
from engine.ocop_products import Product, ProductMoved, require_kept_by, require_product
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once

_TOLD = ("name", "description", "origin", "steps", "story")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOcopProduct:
    """A product; with *product_id* what is told of a known one from now on, with *rev* as it was seen."""

    entity_id: OcopEntityId
    set_number: int
    name: str
    description: str = ""
    origin: str = ""
    steps: str = ""
    story: str = ""
    product_id: OcopProductId | None = None
    rev: int | None = None
    once: Once | None = None


def record_ocop_product(request: RecordOcopProduct, *, by: Person, at: datetime, work: UnitOfWork) -> Product:
    """Keep the product and return it; a known one keeps its maker, set and code.

    Raises:
        NotAllowed: The person's posts do not include this.
        EntityNotFound, ProductNotFound, EntityKeptElsewhere: It is not this agency's.
        ProductInvalid: Some fields are wrong; all are named.
        ProductMoved: Somebody changed it meanwhile.
    """
    access.require(by, "keep_ocop_register")
    if request.once and (known := work.requests.find(by.id, request.once)):
        return work.ocop.register.get(OcopProductId(known))
    if request.product_id is not None:
        return _changed(request, request.product_id, by, at, work)
    entity = work.ocop.register.get_entity(request.entity_id)
    require_kept_by(entity.agency_id, by)
    product = _product(request, OcopProductId(work.new_id()), by, at)
    require_product(product, entity)
    work.ocop.register.add(product)
    if request.once:
        work.requests.remember(by.id, request.once, product.id, at)
    work.record(
        OcopProductRecorded(
            by=by.id,
            at=at,
            agency_id=product.agency_id,
            product_id=product.id,
            entity_id=product.entity_id,
            set_number=product.set_number,
            name=product.name,
        )
    )
    return product


def _changed(
    request: RecordOcopProduct, product_id: OcopProductId, by: Person, at: datetime, work: UnitOfWork
) -> Product:
    known = work.ocop.register.lock(product_id)
    require_kept_by(known.agency_id, by)
    if request.rev not in (None, known.rev):
        raise ProductMoved
    product = known.changed(_product(request, known.id, by, at))
    require_product(product, work.ocop.register.get_entity(known.entity_id))
    work.ocop.register.save(product)
    fields = [name for name in _TOLD if getattr(product, name) != getattr(known, name)]
    work.record(OcopProductChanged(by=by.id, at=at, agency_id=product.agency_id, product_id=product.id, fields=fields))
    return product


def _product(request: RecordOcopProduct, product_id: OcopProductId, by: Person, at: datetime) -> Product:
    return Product(
        id=product_id,
        agency_id=by.agency_id,
        entity_id=request.entity_id,
        set_number=request.set_number,
        name=" ".join(request.name.split()),
        description=request.description.strip(),
        origin=request.origin.strip(),
        steps=request.steps.strip(),
        story=request.story.strip(),
        created_at=at,
        created_by=by.id,
    )
