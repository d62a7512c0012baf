"""OCOP by REST: entities, products, dossiers, score sheets."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import PageDep, WorkDep
from api.rest.answers import Answer, PageOf, page_of, problems
from api.rest.calls import CallDep
from api.rest.fields import FILLED, PRINTABLE, RequestBody
from api.rest.preconditions import RepeatKeyDep
from engine import dossier_access
from engine.actions.note_ocop_findings import NoteOcopFindings, note_ocop_findings
from engine.actions.propose_ocop_product import ProposeOcopProduct, propose_ocop_product
from engine.actions.record_ocop_entity import RecordOcopEntity, record_ocop_entity
from engine.actions.record_ocop_product import RecordOcopProduct, record_ocop_product
from engine.actions.score_ocop_product import ScoreOcopProduct, score_ocop_product
from engine.actions.submit_ocop_dossier import submit_ocop_dossier
from engine.dossiers import Dossier
from engine.ids import AgencyId, DossierId, OcopEntityId, OcopProductId
from engine.ocop_products import EntityKind, Product
from engine.ocop_proposals import CommuneCheck, Finding, Proposal
from engine.ocop_ratings import Rating
from engine.ocop_terms import Purpose
from engine.rubrics import Knockout

router = APIRouter(tags=["ocop"])

Name = Annotated[str, Field(max_length=200), FILLED]
LongText = Annotated[str, Field(max_length=4_000), PRINTABLE]
Levels = Annotated[
    dict[Annotated[str, Field(max_length=12)], Annotated[int, Field(strict=True, ge=0, le=100)]], Field(max_length=60)
]


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


class MadeAnswer(Answer):
    """What was put on the register."""

    id: UUID


class ProductBody(RequestBody):
    """A product of an entity, in one of 26 sets."""

    entity_id: UUID
    set_number: Annotated[int, Field(strict=True, ge=1, le=26)]
    name: Name
    description: LongText = ""
    origin: LongText = ""
    steps: LongText = ""
    story: LongText = ""


class ProductAnswer(Answer):
    """A product, and the rank of its newest certificate."""

    id: UUID
    entity_id: UUID
    set_number: int
    name: str
    code: str | None
    stars: int | None
    issued_on: date | None
    holds_until: date | None
    revoked_on: date | None


class DossierBody(RequestBody):
    """A dossier to be opened for a product."""

    product_id: UUID
    receiver_id: UUID
    purpose: Purpose = Purpose.FIRST
    changes: Annotated[str, Field(max_length=2_000), PRINTABLE] = ""


class OcopDossierAnswer(Answer):
    """An OCOP dossier: its slip, the rules it is judged by, the commune's findings, the council's result."""

    id: UUID
    product_id: UUID
    state: str
    purpose: Purpose
    slip: str
    decision: str
    rules_id: str
    finish_by: date | None
    changes: str
    confirmed: dict[str, bool]
    samples: int
    result: dict[str, object] | None


class FindingBody(RequestBody):
    """What was found on one point."""

    confirmed: bool
    note: Annotated[str, Field(max_length=2_000), PRINTABLE] = ""


class FindingsBody(RequestBody):
    """The commune's findings on its four points, and the samples that go along."""

    findings: dict[CommuneCheck, FindingBody]
    samples: Annotated[int, Field(strict=True, ge=0, le=100)]


class SheetBody(RequestBody):
    """A member's sheet: levels by item (0: none is reached), or points by item."""

    choices: Levels = Field(default_factory=dict)
    points: Levels | None = None
    case: Annotated[int, Field(strict=True, ge=1, le=2)] | None = None
    knockouts: tuple[Knockout, ...] = ()


class SheetAnswer(Answer):
    """What the sheet comes to."""

    id: UUID
    total: int
    parts: dict[str, int]
    knockouts: list[Knockout]


@router.post(
    "/ocop-entities",
    status_code=201,
    summary="Record an entity",
    response_model=MadeAnswer,
    responses=problems(403, 404, 409, 422),
)
def record_entity(body: EntityBody, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response) -> MadeAnswer:
    """Put an entity on the register of one's commune."""
    request = RecordOcopEntity(**body.model_dump(), once=key.once(body))
    entity = record_ocop_entity(request, by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/ocop-products?entity_id={entity.id}"
    return MadeAnswer(id=entity.id)


@router.get("/ocop-products", summary="OCOP products", response_model=PageOf[ProductAnswer])
def list_products(call: CallDep, page: PageDep, work: WorkDep, entity_id: UUID | None = None) -> PageOf[ProductAnswer]:
    """Return products, the newest first."""
    found = work.ocop.register.search(page, entity_id=OcopEntityId(entity_id) if entity_id else None)
    ratings = work.ocop.ratings.last_of([product.id for product in found.items])
    return page_of(found, lambda product: _product(product, ratings.get(product.id)))


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
    return _product(product, None)


@router.get(
    "/ocop-products/{product_id}", summary="An OCOP product", response_model=ProductAnswer, responses=problems(404)
)
def get_product(product_id: UUID, call: CallDep, work: WorkDep) -> ProductAnswer:
    """Return the product with its newest certificate."""
    product = work.ocop.register.get(OcopProductId(product_id))
    return _product(product, next(iter(work.ocop.ratings.of(product.id)), None))


@router.post(
    "/ocop-dossiers",
    status_code=201,
    summary="Open an OCOP dossier",
    response_model=OcopDossierAnswer,
    responses=problems(403, 404, 409, 422),
)
def propose(
    body: DossierBody, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response
) -> OcopDossierAnswer:
    """Open the dossier of a product; the rules of today are pinned."""
    request = ProposeOcopProduct(
        product_id=OcopProductId(body.product_id),
        receiver_id=AgencyId(body.receiver_id),
        purpose=body.purpose,
        changes=body.changes,
        once=key.once(body),
    )
    made = propose_ocop_product(request, by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/ocop-dossiers/{made.dossier.id}"
    return _dossier(made.dossier, made.proposal)


@router.get(
    "/ocop-dossiers/{dossier_id}", summary="An OCOP dossier", response_model=OcopDossierAnswer, responses=problems(404)
)
def get_dossier(dossier_id: UUID, call: CallDep, work: WorkDep) -> OcopDossierAnswer:
    """Return what the dossier has beside its files, with the council's result and the gates that are not met."""
    dossier = work.dossiers.get(DossierId(dossier_id))
    dossier_access.require_read(call.by, dossier, work)
    return _dossier(dossier, work.ocop.proposals.get(dossier.id))


@router.put(
    "/ocop-dossiers/{dossier_id}/findings",
    summary="Note the commune's findings",
    response_model=OcopDossierAnswer,
    responses=problems(403, 404, 409, 422),
)
def note_findings(dossier_id: UUID, body: FindingsBody, call: CallDep, work: WorkDep) -> OcopDossierAnswer:
    """Keep what the commune found, while the dossier may change."""
    findings = {check: Finding(confirmed=one.confirmed, note=one.note) for check, one in body.findings.items()}
    request = NoteOcopFindings(dossier_id=DossierId(dossier_id), findings=findings, samples=body.samples)
    proposal = note_ocop_findings(request, by=call.by, at=call.at, work=work)
    return _dossier(work.dossiers.get(proposal.dossier_id), proposal)


@router.post(
    "/ocop-dossiers/{dossier_id}/submission",
    summary="Submit to the province",
    response_model=OcopDossierAnswer,
    responses=problems(403, 404, 409, 422),
)
def submit(dossier_id: UUID, call: CallDep, work: WorkDep) -> OcopDossierAnswer:
    """Submit the dossier; it is frozen, and the province finds its slip waiting."""
    dossier = submit_ocop_dossier(DossierId(dossier_id), by=call.by, at=call.at, work=work)
    return _dossier(dossier, work.ocop.proposals.get(dossier.id))


@router.put(
    "/ocop-dossiers/{dossier_id}/sheet",
    summary="Fill in one's score sheet",
    response_model=SheetAnswer,
    responses=problems(403, 404, 409, 422),
)
def fill_sheet(dossier_id: UUID, body: SheetBody, call: CallDep, work: WorkDep) -> SheetAnswer:
    """Score the product as a member of its council; a sheet filled in before is replaced."""
    request = ScoreOcopProduct(
        dossier_id=DossierId(dossier_id),
        choices=body.choices,
        points=body.points,
        case=body.case,
        knockouts=body.knockouts,
    )
    kept = score_ocop_product(request, by=call.by, at=call.at, work=work)
    return SheetAnswer(
        id=kept.id, total=kept.score.total, parts=dict(kept.score.parts), knockouts=list(kept.score.knockouts)
    )


def _product(product: Product, rating: Rating | None) -> ProductAnswer:
    revoked = rating.revocation if rating else None
    return ProductAnswer(
        id=product.id,
        entity_id=product.entity_id,
        set_number=product.set_number,
        name=product.name,
        code=product.code,
        stars=rating.stars if rating else None,
        issued_on=rating.issued_on if rating else None,
        holds_until=rating.holds_until if rating else None,
        revoked_on=revoked.revoked_on if revoked else None,
    )


def _dossier(dossier: Dossier, proposal: Proposal) -> OcopDossierAnswer:
    return OcopDossierAnswer(
        id=dossier.id,
        product_id=proposal.product_id,
        state=dossier.state.value,
        purpose=proposal.purpose,
        slip=proposal.slip,
        decision=proposal.decision,
        rules_id=dossier.rules_id,
        finish_by=proposal.finish_by,
        changes=proposal.changes,
        confirmed={check.value: finding.confirmed for check, finding in proposal.findings.items()},
        samples=proposal.samples,
        result=dict(proposal.result) if proposal.result else None,
    )
