"""Open the dossier of an OCOP product for a first ranking, an upgrade, or ranking it again."""

from dataclasses import dataclass
from datetime import datetime

from engine import access, submitting
from engine.deadlines import office_date
from engine.dossiers import Dossier, DossierKind
from engine.ids import AgencyId, DossierId, OcopProductId, RubricId
from engine.ocop_events import OcopExtended, OcopProposed
from engine.ocop_products import Entity, Product, require_kept_by
from engine.ocop_proposals import (
    OCOP_PARTS,
    NotYetRanked,
    Proposal,
    RankingTooEarly,
    SheetsNotLoaded,
    require_changes,
)
from engine.ocop_ratings import Rating
from engine.ocop_terms import ProductCode, Purpose, Ruling, ruling_of
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeOcopProduct:
    """Which product, for what; an upgrade says what changed, ranking again what is new."""

    product_id: OcopProductId
    receiver_id: AgencyId
    purpose: Purpose
    changes: str = ""
    once: Once | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The dossier and what it has beside its files."""

    dossier: Dossier
    proposal: Proposal


def propose_ocop_product(request: ProposeOcopProduct, *, by: Person, at: datetime, work: UnitOfWork) -> Proposed:
    """Open the dossier; the registration slip gets its number, the product its code if it has none.

    The rules are pinned by the day of filing in Việt Nam. A dossier for ranking again that is late lets the old
    certificate hold on, for 180 days at most.

    Raises:
        NotAllowed: The person's posts do not include this.
        ProductNotFound, EntityKeptElsewhere: It is not this agency's.
        ProposalInvalid: It is not said what changed.
        NotYetRanked, RankingTooEarly, CertificateOver: The product's certificate does not allow this.
        SheetsNotLoaded: The older decision's sheet is not here.
    """
    access.require(by, "compose_dossiers")
    if request.once and (known := work.requests.find(by.id, request.once)):
        kept = DossierId(known)
        return Proposed(dossier=work.dossiers.get(kept), proposal=work.ocop.proposals.get(kept))
    product = work.ocop.register.lock(request.product_id)
    require_kept_by(product.agency_id, by)
    require_changes(request.purpose, request.changes)
    _require_ranked(request, by, at, work)
    ruling = ruling_of(request.purpose, at)
    rubric = work.ocop.rubrics.find(ruling.decision, product.set_number)
    if rubric is None:
        raise SheetsNotLoaded(decision=ruling.decision, set=product.set_number)
    entity, year = work.ocop.register.get_entity(product.entity_id), office_date(at).year
    product = _coded(product, entity, year, work)
    dossier = submitting.begin(_dossier(request, product, rubric.id), by=by, at=at, work=work)
    proposal = _proposal(request, dossier, entity, ruling, year, work)
    work.ocop.proposals.add(proposal)
    if request.once:
        work.requests.remember(by.id, request.once, dossier.id, at)
    work.record(_event(proposal, product, by, at))
    return Proposed(dossier=dossier, proposal=proposal)


def _dossier(request: ProposeOcopProduct, product: Product, rules_id: RubricId) -> submitting.NewDossier:
    return submitting.NewDossier(
        kind=DossierKind.OCOP,
        receiver_id=request.receiver_id,
        subject=f"Đánh giá, phân hạng sản phẩm OCOP: {product.name}",
        rules_id=rules_id,
        parts=OCOP_PARTS,
    )


def _require_ranked(request: ProposeOcopProduct, by: Person, at: datetime, work: UnitOfWork) -> None:
    """Raise unless the product's certificate allows this; a late dossier for ranking again extends it."""
    if request.purpose is Purpose.FIRST:
        return
    today = office_date(at)
    rating = next(iter(work.ocop.ratings.of(request.product_id)), None)
    if rating is None or rating.revocation is not None:
        raise NotYetRanked
    if request.purpose is Purpose.UPGRADE:
        if not rating.holds_on(today):
            raise NotYetRanked
        return
    earliest, latest = rating.window
    if today < earliest:
        raise RankingTooEarly(expires=f"{rating.expires:%d/%m/%Y}", earliest=f"{earliest:%d/%m/%Y}")
    if today > latest:
        _extend(work.ocop.ratings.lock_last(request.product_id), by, at, work)


def _extend(rating: Rating, by: Person, at: datetime, work: UnitOfWork) -> None:
    extended = rating.extended_for(office_date(at))
    work.ocop.ratings.save(extended)
    work.record(
        OcopExtended(
            by=by.id,
            at=at,
            agency_id=rating.agency_id,
            product_id=rating.product_id,
            rating_id=rating.id,
            until=extended.holds_until,
        )
    )


def _coded(product: Product, entity: Entity, year: int, work: UnitOfWork) -> Product:
    """Return the product with a code; serials are counted by commune and year."""
    if product.code is not None:
        return product
    serial = work.ocop.register.next_serial(f"product:{entity.province_code}-{entity.commune_code}", year)
    code = ProductCode(province=entity.province_code, commune=entity.commune_code, serial=serial, year=year)
    product = product.with_code(str(code))
    work.ocop.register.save(product)
    return product


def _proposal(
    request: ProposeOcopProduct, dossier: Dossier, entity: Entity, ruling: Ruling, year: int, work: UnitOfWork
) -> Proposal:
    return Proposal(
        dossier_id=dossier.id,
        product_id=request.product_id,
        agency_id=dossier.agency_id,
        purpose=request.purpose,
        changes=request.changes.strip(),
        province_code=entity.province_code,
        commune_code=entity.commune_code,
        commune_serial=work.ocop.register.next_serial(f"slip:{entity.commune_code}", year),
        year=year,
        decision=ruling.decision,
        finish_by=ruling.finish_by,
        findings={},
    )


def _event(proposal: Proposal, product: Product, by: Person, at: datetime) -> OcopProposed:
    return OcopProposed(
        by=by.id,
        at=at,
        agency_id=proposal.agency_id,
        dossier_id=proposal.dossier_id,
        product_id=proposal.product_id,
        purpose=proposal.purpose.value,
        slip=proposal.slip,
        product_code=product.code or "",
        decision=proposal.decision,
    )
