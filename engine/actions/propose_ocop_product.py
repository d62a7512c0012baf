"""Open the dossier of an OCOP product for a first ranking, an upgrade, or ranking it again."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from engine import access, procedures, submitting
from engine.deadlines import office_date
from engine.dossiers import Dossier, DossierKind, PartFile
from engine.drafts import FieldChecks
from engine.ids import AgencyId, DossierId, FileId, OcopProductId, RubricId
from engine.ocop_certificates import give_code
from engine.ocop_events import OcopExtended, OcopProposed
from engine.ocop_products import Entity, Product, require_kept_by
from engine.ocop_proposals import (
    FORM_01,
    OCOP_PARTS,
    NotYetRanked,
    Proposal,
    ProposalInvalid,
    ProposalUnderWay,
    RankedAlready,
    RankingTooEarly,
    SheetsNotLoaded,
    require_changes,
    require_received,
)
from engine.ocop_ratings import Rating
from engine.ocop_submitting import slip_of
from engine.ocop_terms import CodeSeries, Purpose, Ruling, commune_due, ruling_of
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once

PROCEDURE: Final = "ocop_proposal"
"""By which a commune checks what an entity handed in."""
SLIP_NAME: Final = "Phiếu đăng ký (Mẫu 01).pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeOcopProduct:
    """Which product, for what; an upgrade says what changed, ranking again what is new.

    Attributes:
        file_id: The entity's registration slip (form 01), a PDF that was uploaded.
        received_on: The day the commune received it, from which its 15 working days count; None: today.
    """

    product_id: OcopProductId
    receiver_id: AgencyId
    purpose: Purpose
    file_id: FileId
    received_on: date | None = None
    changes: str = ""
    once: Once | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The dossier and what it has beside its files."""

    dossier: Dossier
    proposal: Proposal


def propose_ocop_product(request: ProposeOcopProduct, *, by: Person, at: datetime, work: UnitOfWork) -> Proposed:
    """Open the dossier; the registration slip gets its number, the product its code if it has none.

    The slip becomes an incoming document of the commune, due after its 15 working days, and the commune's procedure
    starts on it.

    The rules are pinned by the day of filing in Việt Nam. A dossier for ranking again that is late lets the old
    certificate hold on, for 180 days at most.

    Raises:
        NotAllowed: The person's posts do not include this.
        ProductNotFound, EntityKeptElsewhere: It is not this agency's.
        ProposalInvalid: It is not said what changed, the slip is no file of theirs, the day of receipt is wrong, or the
            receiver ranks nothing.
        ProposalUnderWay: Another dossier of the product is not decided on yet.
        RankedAlready, NotYetRanked, RankingTooEarly, CertificateOver: The product's certificate does not allow this.
        SheetsNotLoaded: The older decision's sheet is not here.
    """
    access.require(by, "compose_dossiers")
    if request.once and (known := work.requests.find(by.id, request.once)):
        kept = DossierId(known)
        return Proposed(dossier=work.dossiers.get(kept), proposal=work.ocop.proposals.get(kept))
    product = work.ocop.register.lock(request.product_id)
    require_kept_by(product.agency_id, by)
    _require_sound(request, by, at, work)
    _require_ranked(request, by, at, work)
    ruling = ruling_of(request.purpose, at)
    rubric = work.ocop.rubrics.find(ruling.decision, product.set_number)
    if rubric is None:
        raise SheetsNotLoaded(decision=ruling.decision, set=product.set_number)
    entity, year = work.ocop.register.get_entity(product.entity_id), office_date(at).year
    product = give_code(product, CodeSeries(entity.province_code, entity.commune_code, year), work)
    dossier = submitting.begin(_dossier(request, product, rubric.id), by=by, at=at, work=work)
    proposal = _proposal(request, dossier, entity, ruling, year, work)
    work.ocop.proposals.add(proposal)
    dossier = _received(dossier, proposal, request, entity, by, work)
    if request.once:
        work.requests.remember(by.id, request.once, dossier.id, at)
    work.record(_event(proposal, product, by, at))
    return Proposed(dossier=dossier, proposal=proposal)


def _require_sound(request: ProposeOcopProduct, by: Person, at: datetime, work: UnitOfWork) -> None:
    require_changes(request.purpose, request.changes)
    check = FieldChecks()
    check.file("file_id", request.file_id, by, work)
    check.deciding("receiver_id", request.receiver_id, work)
    check.done(ProposalInvalid)
    require_received(request.received_on or office_date(at), office_date(at))


def _received(
    dossier: Dossier, proposal: Proposal, request: ProposeOcopProduct, entity: Entity, by: Person, work: UnitOfWork
) -> Dossier:
    """Return the dossier with its slip, which is an incoming document of the commune from now on."""
    at = dossier.opened_at
    slip = PartFile(file_id=request.file_id, name=SLIP_NAME, added_at=at, added_by=by.id)
    dossier = dossier.with_file(FORM_01, slip)
    work.dossiers.add_file(dossier.id, FORM_01, slip)
    document = slip_of(dossier, proposal, (dossier.agency_id, entity.name), by=by.id, at=at, work=work)
    received = proposal.received_on or office_date(at)
    due = commune_due(received, work.calendars.of(dossier.agency_id))
    document = replace(document, issued_date=received, due_date=due)
    dossier = work.dossiers.save(replace(dossier, own_document_id=document.id))
    beginning = procedures.Beginning(key=PROCEDURE, data={"dossier_id": str(dossier.id)})
    procedures.start(beginning, document, by=by.id, at=at, work=work)
    return dossier


def _dossier(request: ProposeOcopProduct, product: Product, rules_id: RubricId) -> submitting.NewDossier:
    return submitting.NewDossier(
        kind=DossierKind.OCOP,
        receiver_id=request.receiver_id,
        subject=f"Đánh giá, phân hạng sản phẩm OCOP: {product.name}",
        rules_id=rules_id,
        parts=OCOP_PARTS,
    )


def _require_none_under_way(product_id: OcopProductId, work: UnitOfWork) -> None:
    for known in work.ocop.proposals.of_product(product_id):
        if work.dossiers.get(known.dossier_id).is_under_way:
            raise ProposalUnderWay(slip=known.slip)


def _require_ranked(request: ProposeOcopProduct, by: Person, at: datetime, work: UnitOfWork) -> None:
    """Raise unless the product's dossiers and certificate allow this; a late one for ranking again extends it."""
    _require_none_under_way(request.product_id, work)
    today = office_date(at)
    rating = next(iter(work.ocop.ratings.of(request.product_id)), None)
    if request.purpose is Purpose.FIRST:
        if rating is not None and rating.holds_on(today):
            raise RankedAlready(expires=f"{rating.holds_until:%d/%m/%Y}")
        return
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
        received_on=request.received_on or office_date(dossier.opened_at),
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
