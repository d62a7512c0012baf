"""Put an OCOP entity on the register of the person's agency, or change what stands there."""

from dataclasses import dataclass
from datetime import datetime

from engine import access
from engine.events import Private
from engine.ids import OcopEntityId
from engine.ocop_events import OcopEntityChanged, OcopEntityRecorded
from engine.ocop_products import Entity, EntityKind, ProductMoved, require_entity, require_kept_by
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOcopEntity:
    """An entity; with *entity_id* what is to stand there of a known one, with *rev* as it was seen."""

    kind: EntityKind
    name: str
    registration: str
    representative: str
    address: str
    province_code: str
    commune_code: str
    contact: str = ""
    entity_id: OcopEntityId | None = None
    rev: int | None = None
    once: Once | None = None


def record_ocop_entity(request: RecordOcopEntity, *, by: Person, at: datetime, work: UnitOfWork) -> Entity:
    """Keep the entity and return it.

    Raises:
        NotAllowed: The person's posts do not include this.
        EntityInvalid: Some fields are wrong; all are named.
        EntityNotFound, EntityKeptElsewhere: It is not this agency's to change.
        ProductMoved: Somebody changed it meanwhile.
    """
    access.require(by, "keep_ocop_register")
    if request.once and (known := work.requests.find(by.id, request.once)):
        return work.ocop.register.get_entity(OcopEntityId(known))
    entity = _entity(request, request.entity_id or OcopEntityId(work.new_id()), by, at)
    require_entity(entity)
    if request.entity_id is None:
        work.ocop.register.add_entity(entity)
        if request.once:
            work.requests.remember(by.id, request.once, entity.id, at)
    else:
        known_one = work.ocop.register.lock_entity(request.entity_id)
        require_kept_by(known_one.agency_id, by)
        if request.rev not in (None, known_one.rev):
            raise ProductMoved
        entity = known_one.changed(entity)
        work.ocop.register.save_entity(entity)
    work.record(_event(entity, by, at, changed=request.entity_id is not None))
    return entity


def _entity(request: RecordOcopEntity, entity_id: OcopEntityId, by: Person, at: datetime) -> Entity:
    return Entity(
        id=entity_id,
        agency_id=by.agency_id,
        kind=request.kind,
        name=" ".join(request.name.split()),
        registration=request.registration.strip(),
        representative=" ".join(request.representative.split()),
        contact=request.contact.strip(),
        address=" ".join(request.address.split()),
        province_code=request.province_code.strip(),
        commune_code=request.commune_code.strip(),
        created_at=at,
        created_by=by.id,
    )


def _event(entity: Entity, by: Person, at: datetime, *, changed: bool) -> OcopEntityRecorded:
    kind = OcopEntityChanged if changed else OcopEntityRecorded
    return kind(
        by=by.id,
        at=at,
        agency_id=entity.agency_id,
        entity_id=entity.id,
        kind=entity.kind.value,
        name=entity.name,
        registration=entity.registration,
        representative=Private(value=entity.representative),
        contact=Private(value=entity.contact),
        commune_code=entity.commune_code,
    )
