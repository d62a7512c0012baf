"""What whoever scans the code on a label sees of an OCOP product, without an account."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.contents import PUBLIC, MadeContents, content_of, file_answer, file_headers
from api.deps import HouseDep, LanguageDep, ServicesDep
from api.outsiders import admitted
from api.web.ocop_products import sent
from api.web.rendering import rendered
from engine.deadlines import office_date
from engine.files import FileNotFound
from engine.ocop_products import Product, ProductNotFound
from engine.ocop_ratings import Rating
from engine.ports import UnitOfWork
from engine.rubrics import built_in
from engine.verifications import Question
from signing.codes import svg_of

router = APIRouter()


@router.get("/p/{code}", dependencies=[Depends(admitted(Question.CODE))])
def show(house: HouseDep, services: ServicesDep, language: LanguageDep, code: str) -> Response:
    """Show a recognised product to whoever scans the code on its label; what is not recognised is not shown."""
    with services.begin() as work:
        product, rating = _recognised(code, work)
        entity = work.ocop.register.get_entity(product.entity_id)
        published = work.publications.find_of_document(rating.document_id) if rating.document_id else None
    address = f"{house.settings.public_url.rstrip('/')}/p/{code}" if house.settings.public_url else ""
    values = {
        "product": product,
        "entity": entity,
        "rating": rating,
        "published": published,
        "holds": rating.holds_on(office_date(services.clock())),
        "files": list(enumerate(product.files, start=1)),
        "set_name": built_in(product.set_number).name,
        "code_svg": svg_of(address, scale=4) if address else "",
        "address": address,
    }
    return rendered("ocop/public.html", language, values)


@router.get("/p/{code}/files/{place}", dependencies=[Depends(admitted(Question.CONTENT))])
def file_content(request: Request, house: HouseDep, services: ServicesDep, code: str, place: int) -> Response:
    """Send a photo or certificate of a recognised product, counted from 1; of a photo only what it shows."""
    with services.begin() as work:
        product, _ = _recognised(code, work)
        if not 1 <= place <= len(product.files):
            raise FileNotFound
        file = product.files[place - 1]
        media_type = work.files.get(file.file_id).media_type
    if not media_type.startswith("image/"):
        return sent(product, file.file_id, services)
    if f'"{file.file_id}"' in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=file_headers(file.name, cached=PUBLIC, tag=file.file_id))

    def make() -> bytes:
        return house.outsiders.show_photo(content_of(file.file_id, (), services))

    made: MadeContents = request.app.state.shown_photos
    return file_answer(made.of(file.file_id, make), "image/jpeg", file.name, cached=PUBLIC, tag=file.file_id)


def _recognised(code: str, work: UnitOfWork) -> tuple[Product, Rating]:
    """Return the product of this code with its newest certificate; raises ProductNotFound where it has none."""
    product = work.ocop.register.find_by_code(code)
    ratings = work.ocop.ratings.of(product.id) if product else ()
    if product is None or not ratings:
        raise ProductNotFound
    return product, ratings[0]
