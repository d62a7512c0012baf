"""Load OCOP certificates from paper by a filled-in table: many products recognised before the installation at once."""

from dataclasses import dataclass
from datetime import datetime

from engine.criteria_sheets import Book
from engine.ids import OcopProductId
from engine.ocop_certificate_loading import CertificatePlan, plan_loading
from engine.ocop_certificate_sheets import OcopPlanMoved
from engine.ocop_certificates import coded, rating_of, series_of
from engine.ocop_events import OcopCertificatesLoaded
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOcopCertificates:
    """The table; *previewed* is the digest of what the person saw it would enter, None where they saw nothing."""

    book: Book
    previewed: str | None = None


def load_ocop_certificates(
    request: LoadOcopCertificates, *, by: Person, at: datetime, work: UnitOfWork
) -> CertificatePlan:
    """Enter every certificate of the table, all or nothing, and return what that was.

    Raises:
        NotAllowed, NoCouncil: They do not enter certificates.
        OcopBookWrong, OcopBookEmpty: It cannot be read so; all wrong cells are named.
        OcopPlanMoved: It would enter other things than they saw.
        ProductInvalid: Somebody took a code of it for another product at this very moment.
    """
    held = _hold(plan_loading(request.book, by=by, at=at, work=work), at, work)
    # Read again behind whoever was faster.
    plan = plan_loading(request.book, by=by, at=at, work=work)
    if request.previewed not in (None, plan.sha256) or not {one.product.id for one in plan.entries} <= held:
        raise OcopPlanMoved
    if plan.is_empty:
        return plan
    # Printed codes first, so that none of them is given to another product of the table.
    for one in sorted(plan.entries, key=lambda entry: (not entry.code, entry.code, entry.product.id)):
        coded(work.ocop.register.lock(one.product.id), one.code, at, work)
    kept: dict[str, dict[str, str]] = {}
    for one in plan.entries:
        rating = rating_of(one.product.id, one.paper, by=by, at=at, work=work)
        work.ocop.ratings.add(rating)
        kept[str(rating.id)] = one.facts() | {"code": work.ocop.register.get(one.product.id).code or ""}
    work.record(
        OcopCertificatesLoaded(by=by.id, at=at, agency_id=by.agency_id, certificates=kept, plan_sha256=plan.sha256)
    )
    return plan


def _hold(plan: CertificatePlan, at: datetime, work: UnitOfWork) -> frozenset[OcopProductId]:
    """Hold the products of a plan, then the series of their codes, in the order of everybody who enters certificates.

    So of two tables, or of a table and a single certificate, one waits for the other and never both.
    """
    products = frozenset(one.product.id for one in plan.entries)
    for product_id in sorted(products):
        work.ocop.register.lock(product_id)
    for series in sorted({series_of(one.product, one.code, at, work) for one in plan.entries}):
        work.ocop.register.hold_codes(series)
    return products
