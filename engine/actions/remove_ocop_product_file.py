"""Take a photo or certificate off an OCOP product; the content itself stays in the store."""

from datetime import datetime

from engine import access
from engine.ids import FileId, OcopProductId
from engine.ocop_events import OcopFileRemoved
from engine.ocop_products import Product, require_kept_by
from engine.people import Person
from engine.ports import UnitOfWork


def remove_ocop_product_file(
    product_id: OcopProductId, file_id: FileId, *, by: Person, at: datetime, work: UnitOfWork
) -> Product:
    """Take the file off and return the product; one that is not there is no obstacle.

    Raises:
        NotAllowed: The person's posts do not include this.
        ProductNotFound, EntityKeptElsewhere: It is not this agency's.
    """
    access.require(by, "keep_ocop_register")
    product = work.ocop.register.lock(product_id)
    require_kept_by(product.agency_id, by)
    if all(file.file_id != file_id for file in product.files):
        return product
    product = product.without_file(file_id)
    work.ocop.register.save(product)
    work.record(OcopFileRemoved(by=by.id, at=at, agency_id=product.agency_id, product_id=product.id, file_id=file_id))
    return product
