"""Note a look at a recognised OCOP product (hậu kiểm)."""

from dataclasses import dataclass
from datetime import date, datetime

from engine import access
from engine.deadlines import office_date
from engine.drafts import FieldChecks
from engine.events import Private
from engine.ids import OcopProductId
from engine.ocop_events import OcopChecked
from engine.ocop_products import ProductInvalid, require_kept_by
from engine.ocop_proposals import MAX_NOTE
from engine.ocop_ratings import PostCheck, Rating
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOcopProduct:
    """What was found, on which day."""

    product_id: OcopProductId
    checked_on: date
    complies: bool
    note: str


def check_ocop_product(request: CheckOcopProduct, *, by: Person, at: datetime, work: UnitOfWork) -> Rating:
    """Note the look with the product's certificate, and return that.

    Raises:
        NotAllowed: The person's posts do not include this.
        RatingNotFound, EntityKeptElsewhere: There is no certificate of this agency.
        ProductInvalid: The day is in the future or before the certificate, or what does not comply is not said.
    """
    access.require(by, "keep_ocop_register")
    rating = work.ocop.ratings.lock_last(request.product_id)
    require_kept_by(rating.agency_id, by)
    check = FieldChecks()
    if request.checked_on > office_date(at):
        check.add("checked_on", "in_future", "The check is dated in the future. Check the date.")
    elif request.checked_on < rating.issued_on:
        check.add("checked_on", "before_certificate", "The certificate was issued after this day. Check the date.")
    if request.note.strip() or not request.complies:
        check.text("note", request.note, MAX_NOTE)
    check.done(ProductInvalid)
    found = PostCheck(checked_on=request.checked_on, by=by.id, complies=request.complies, note=request.note.strip())
    rating = rating.checked(found)
    work.ocop.ratings.save(rating)
    work.record(
        OcopChecked(
            by=by.id,
            at=at,
            agency_id=rating.agency_id,
            product_id=rating.product_id,
            rating_id=rating.id,
            complies=found.complies,
            note=Private(value=found.note),
        )
    )
    return rating
