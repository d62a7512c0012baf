"""Put a photo or a certificate to an OCOP product."""

from dataclasses import dataclass
from datetime import date, datetime

from engine import access
from engine.drafts import FieldChecks
from engine.files import PDF
from engine.ids import FileId, OcopProductId
from engine.ocop_events import OcopFileAdded
from engine.ocop_products import MAX_NAME, FileKind, Product, ProductFile, ProductInvalid, require_kept_by
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOcopProductFile:
    """A file that was uploaded, what it shows, and for a certificate who issued it and until when it holds."""

    product_id: OcopProductId
    file_id: FileId
    kind: FileKind
    name: str
    issuer: str = ""
    valid_until: date | None = None


def add_ocop_product_file(request: AddOcopProductFile, *, by: Person, at: datetime, work: UnitOfWork) -> Product:
    """Put the file to the product and return it.

    Raises:
        NotAllowed: The person's posts do not include this.
        ProductNotFound, EntityKeptElsewhere: It is not this agency's.
        ProductInvalid: The file was not uploaded by them, has no name, or a photo is no image.
        ProductFilesFull, ProductFileKnown: It cannot be put there.
    """
    access.require(by, "keep_ocop_register")
    product = work.ocop.register.lock(request.product_id)
    require_kept_by(product.agency_id, by)
    check = FieldChecks()
    check.text("name", request.name, MAX_NAME)
    known = check.known_file("file_id", request.file_id, by, work)
    is_photo = known and work.files.get(request.file_id).media_type != PDF
    if known and request.kind is FileKind.PHOTO and not is_photo:
        check.add("file_id", "not_a_photo", "A photo is a JPEG or PNG image. Choose another file.")
    if len(request.issuer) > MAX_NAME:
        check.text("issuer", request.issuer, MAX_NAME)
    check.done(ProductInvalid)
    file = ProductFile(
        file_id=request.file_id,
        kind=request.kind,
        name=" ".join(request.name.split()),
        issuer=" ".join(request.issuer.split()),
        valid_until=request.valid_until,
    )
    product = product.with_file(file)
    work.ocop.register.save(product)
    work.record(_event(product, file, by, at))
    return product


def _event(product: Product, file: ProductFile, by: Person, at: datetime) -> OcopFileAdded:
    return OcopFileAdded(
        by=by.id,
        at=at,
        agency_id=product.agency_id,
        product_id=product.id,
        file_id=file.file_id,
        kind=file.kind.value,
    )
