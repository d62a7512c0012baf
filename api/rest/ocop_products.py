"""The OCOP register by REST: entities, products, their photos and certificates."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.contents import content_of, file_answer
from api.deps import PageDep, WorkDep
from api.rest.answers import PageOf, page_of, problems
from api.rest.calls import CallDep
from api.rest.fields import PRINTABLE, CalendarDate, RequestBody, Sha256
from api.rest.ocop_answers import (
    TAGS,
    EntityAnswer,
    LongText,
    Name,
    ProductAnswer,
    entity_answer,
    product_answer,
)
from api.rest.paths import OcopEntityPath, OcopProductPath
from api.rest.preconditions import IfMatch, RepeatKeyDep, etag, require_match
from api.rest.routes import Door
from engine.actions.add_ocop_product_file import AddOcopProductFile, add_ocop_product_file
from engine.actions.record_ocop_entity import RecordOcopEntity, record_ocop_entity
from engine.actions.record_ocop_product import RecordOcopProduct, record_ocop_product
from engine.actions.remove_ocop_product_file import remove_ocop_product_file
from engine.files import FileNotFound
from engine.ids import FileId, OcopEntityId
from engine.ocop_products import EntityKind, FileKind, Product
from engine.ports import UnitOfWork

router = APIRouter(route_class=Door, tags=[*TAGS])


class EntityBody(RequestBody):
    """An entity as the commune knows it."""

    kind: EntityKind
    name: Name
    registration: Name
    representative: Name
    contact: Annotated[str, Field(max_length=200), PRINTABLE] = ""
    address: Name
    province_code: Annotated[str, Field(pattern="^[0-9]{1,2}$")]
    commune_code: Annotated[str, Field(pattern="^[0-9]{5}$")]


class TellingBody(RequestBody):
    """What is told of a product."""

    name: Name
    description: LongText = ""
    origin: LongText = ""
    steps: LongText = ""
    story: LongText = ""


class ProductBody(TellingBody):
    """A product of an entity, in one of 26 sets."""

    entity_id: UUID
    set_number: Annotated[int, Field(strict=True, ge=1, le=26)]


class FileBody(RequestBody):
    """A stored file that shows the product, or certifies something of it."""

    file_id: Sha256
    kind: FileKind
    name: Name
    issuer: Annotated[str, Field(max_length=200), PRINTABLE] = ""
    valid_until: CalendarDate | None = None


@router.get("/ocop-entities", summary="OCOP entities of one's agency", response_model=PageOf[EntityAnswer])
def list_entities(call: CallDep, page: PageDep, work: WorkDep) -> PageOf[EntityAnswer]:
    """Return the entities one's agency keeps, the newest first."""
    return page_of(work.ocop.register.entities(call.by.agency_id, page), lambda one: entity_answer(one, call.by))


@router.post(
    "/ocop-entities",
    status_code=201,
    summary="Record an entity",
    response_model=EntityAnswer,
    responses=problems(403, 404, 409, 422),
)
def record_entity(
    body: EntityBody, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response
) -> EntityAnswer:
    """Put an entity on the register of one's commune."""
    request = RecordOcopEntity(**body.model_dump(), once=key.once(body))
    entity = record_ocop_entity(request, by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/ocop-entities/{entity.id}"
    response.headers["ETag"] = etag(entity.rev)
    return entity_answer(entity, call.by)


@router.get(
    "/ocop-entities/{entity_id}", summary="An OCOP entity", response_model=EntityAnswer, responses=problems(404)
)
def get_entity(entity_id: OcopEntityPath, call: CallDep, work: WorkDep, response: Response) -> EntityAnswer:
    """Return the entity."""
    entity = work.ocop.register.get_entity(entity_id)
    response.headers["ETag"] = etag(entity.rev)
    return entity_answer(entity, call.by)


@router.put(
    "/ocop-entities/{entity_id}",
    summary="Change an entity",
    response_model=EntityAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def put_entity(
    entity_id: OcopEntityPath, body: EntityBody, match: IfMatch, call: CallDep, work: WorkDep, response: Response
) -> EntityAnswer:
    """Say what stands on the register of it from now on."""
    known = work.ocop.register.lock_entity(entity_id)
    require_match(match, known.rev)
    request = RecordOcopEntity(**body.model_dump(), entity_id=known.id, rev=known.rev)
    entity = record_ocop_entity(request, by=call.by, at=call.at, work=work)
    response.headers["ETag"] = etag(entity.rev)
    return entity_answer(entity, call.by)


@router.get("/ocop-products", summary="OCOP products", response_model=PageOf[ProductAnswer])
def list_products(call: CallDep, page: PageDep, work: WorkDep, entity_id: UUID | None = None) -> PageOf[ProductAnswer]:
    """Return products, the newest first."""
    found = work.ocop.register.search(page, entity_id=OcopEntityId(entity_id) if entity_id else None)
    ratings = work.ocop.ratings.last_of([product.id for product in found.items])
    return page_of(found, lambda product: product_answer(product, ratings.get(product.id)))


@router.post(
    "/ocop-products",
    status_code=201,
    summary="Record a product",
    response_model=ProductAnswer,
    responses=problems(403, 404, 409, 422),
)
def record_product(
    body: ProductBody, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response
) -> ProductAnswer:
    """Put a product on the register of one's commune."""
    given = body.model_dump() | {"entity_id": OcopEntityId(body.entity_id)}
    product = record_ocop_product(RecordOcopProduct(**given, once=key.once(body)), by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/ocop-products/{product.id}"
    return _whole(product, work, response)


@router.get(
    "/ocop-products/{product_id}", summary="An OCOP product", response_model=ProductAnswer, responses=problems(404)
)
def get_product(product_id: OcopProductPath, call: CallDep, work: WorkDep, response: Response) -> ProductAnswer:
    """Return the product with its newest certificate."""
    return _whole(work.ocop.register.get(product_id), work, response)


@router.put(
    "/ocop-products/{product_id}",
    summary="Change a product",
    response_model=ProductAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def put_product(
    product_id: OcopProductPath, body: TellingBody, match: IfMatch, call: CallDep, work: WorkDep, response: Response
) -> ProductAnswer:
    """Say what is told of it from now on; its maker, set, code and files stay."""
    known = _matching(product_id, match, work)
    request = RecordOcopProduct(
        **body.model_dump(),
        entity_id=known.entity_id,
        set_number=known.set_number,
        product_id=known.id,
        rev=known.rev,
    )
    return _whole(record_ocop_product(request, by=call.by, at=call.at, work=work), work, response)


@router.put(
    "/ocop-products/{product_id}/files",
    summary="Add a photo or certificate",
    response_model=ProductAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def put_file(
    product_id: OcopProductPath, body: FileBody, match: IfMatch, call: CallDep, work: WorkDep, response: Response
) -> ProductAnswer:
    """Put a stored file to the product; whoever scans the code on its label sees it once the product is recognised."""
    known = _matching(product_id, match, work)
    given = body.model_dump() | {"file_id": FileId(body.file_id)}
    product = add_ocop_product_file(AddOcopProductFile(**given, product_id=known.id), by=call.by, at=call.at, work=work)
    return _whole(product, work, response)


@router.delete(
    "/ocop-products/{product_id}/files/{file_id}",
    summary="Take a photo or certificate off",
    response_model=ProductAnswer,
    responses=problems(403, 404, 409, 412),
)
def delete_file(
    product_id: OcopProductPath,
    file_id: FileId,
    match: IfMatch,
    call: CallDep,
    work: WorkDep,
    response: Response,
) -> ProductAnswer:
    """Take a file off; that it was there stays on record."""
    known = _matching(product_id, match, work)
    product = remove_ocop_product_file(known.id, file_id, by=call.by, at=call.at, work=work)
    return _whole(product, work, response)


@router.get(
    "/ocop-products/{product_id}/files/{file_id}",
    summary="A photo or certificate",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}, "image/jpeg": {}, "image/png": {}}}, **problems(404, 503)},
)
def get_file(product_id: OcopProductPath, file_id: FileId, call: CallDep) -> Response:
    """Return the file as it was taken in."""
    with call.services.begin() as work:
        file = work.ocop.register.get(product_id).find_file(file_id)
        if file is None:
            raise FileNotFound
        media_type = work.files.get(file.file_id).media_type
    content = content_of(file.file_id, (), call.services)
    return file_answer(content, media_type, file.name)


def _matching(product_id: OcopProductPath, match: str | None, work: UnitOfWork) -> Product:
    """Return the product, held until the commit; raises PreconditionFailed where it is not what the caller saw."""
    product = work.ocop.register.lock(product_id)
    require_match(match, product.rev)
    return product


def _whole(product: Product, work: UnitOfWork, response: Response) -> ProductAnswer:
    response.headers["ETag"] = etag(product.rev)
    return product_answer(product, work.ocop.ratings.last_of([product.id]).get(product.id))
