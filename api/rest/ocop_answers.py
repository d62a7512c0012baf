"""What the doors of OCOP answer: entities, products, certificates, dossiers, score sheets."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from api.rest.answers import Answer
from api.rest.fields import FILLED, PRINTABLE
from engine.dossiers import Dossier
from engine.ocop_products import Entity, EntityKind, FileKind, Product
from engine.ocop_proposals import Proposal
from engine.ocop_ratings import PaperCertificate, Rating, RevocationGround
from engine.ocop_terms import Purpose
from engine.people import Person
from engine.rubrics import Knockout

Name = Annotated[str, Field(max_length=200), FILLED]
LongText = Annotated[str, Field(max_length=4_000), PRINTABLE]
Note = Annotated[str, Field(max_length=2_000), PRINTABLE]
Levels = Annotated[
    dict[Annotated[str, Field(max_length=12)], Annotated[int, Field(strict=True, ge=0, le=100)]], Field(max_length=60)
]
TAGS: Final = ["ocop"]


class EntityAnswer(Answer):
    """An entity; who represents it and how they are reached is told to the agency that keeps it alone."""

    id: UUID
    agency_id: UUID
    kind: EntityKind
    name: str
    registration: str
    representative: str | None
    contact: str | None
    address: str
    province_code: str
    commune_code: str
    rev: int


class FileAnswer(Answer):
    """A photo or certificate of a product."""

    file_id: str
    kind: FileKind
    name: str
    issuer: str
    valid_until: date | None


class ProductAnswer(Answer):
    """A product, and the rank of its newest certificate."""

    id: UUID
    entity_id: UUID
    set_number: int
    name: str
    description: str
    origin: str
    steps: str
    story: str
    code: str | None
    files: list[FileAnswer]
    stars: int | None
    issued_on: date | None
    holds_until: date | None
    revoked_on: date | None
    rev: int


class RevocationAnswer(Answer):
    """A certificate taken back."""

    ground: RevocationGround
    concluded_on: date
    revoked_on: date
    decision: str


class CheckAnswer(Answer):
    """A look at a product after its recognition; what was found is told to the agency that looked alone."""

    checked_on: date
    complies: bool
    note: str | None


class PaperAnswer(Answer):
    """What is on paper of a certificate that was entered from there; its decision is at `…/decision`."""

    certificate: str
    authority: str
    product_set: str
    file_id: str


class CertificateAnswer(Answer):
    """A rank a product was recognised with, until when it holds, and what became of it.

    `mean` is empty and `paper` given where the certificate was entered from paper.
    """

    id: UUID
    stars: int
    mean: str | None
    paper: PaperAnswer | None
    decision: str
    document_id: UUID | None
    issued_on: date
    expires: date
    holds_until: date
    extended: bool
    rerank_from: date
    rerank_until: date
    revocation: RevocationAnswer | None
    checks: list[CheckAnswer]
    rev: int


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
    received_on: date | None
    scoring_round: int
    changes: str
    confirmed: dict[str, bool]
    samples: int
    result: dict[str, object] | None
    rev: int


class SheetAnswer(Answer):
    """What the sheet comes to."""

    id: UUID
    total: int
    parts: dict[str, int]
    knockouts: list[Knockout]


class SavedSheetAnswer(Answer):
    """A sheet as far as it is filled in: the points so far, and the items that are open."""

    choices: dict[str, int]
    case: int | None
    knockouts: list[Knockout]
    total: int
    open_items: list[str]


class RubricAnswer(Answer):
    """A score sheet; *loaded_at* is empty for those that come with the product."""

    id: str
    decision: str
    set_number: int
    name: str
    loaded_at: datetime | None = None


def entity_answer(entity: Entity, reader: Person) -> EntityAnswer:
    """Return the entity as this person may know it."""
    own = entity.agency_id == reader.agency_id
    return EntityAnswer(
        id=entity.id,
        agency_id=entity.agency_id,
        kind=entity.kind,
        name=entity.name,
        registration=entity.registration,
        representative=entity.representative if own else None,
        contact=entity.contact if own else None,
        address=entity.address,
        province_code=entity.province_code,
        commune_code=entity.commune_code,
        rev=entity.rev,
    )


def product_answer(product: Product, rating: Rating | None) -> ProductAnswer:
    """Return the product with its newest certificate, if it has one."""
    revoked = rating.revocation if rating else None
    return ProductAnswer(
        id=product.id,
        entity_id=product.entity_id,
        set_number=product.set_number,
        name=product.name,
        description=product.description,
        origin=product.origin,
        steps=product.steps,
        story=product.story,
        code=product.code,
        files=[
            FileAnswer(
                file_id=file.file_id,
                kind=file.kind,
                name=file.name,
                issuer=file.issuer,
                valid_until=file.valid_until,
            )
            for file in product.files
        ],
        stars=rating.stars if rating else None,
        issued_on=rating.issued_on if rating else None,
        holds_until=rating.holds_until if rating else None,
        revoked_on=revoked.revoked_on if revoked else None,
        rev=product.rev,
    )


def certificate_answer(rating: Rating, reader: Person) -> CertificateAnswer:
    """Return the certificate as this person may know it."""
    own, taken = rating.agency_id == reader.agency_id, rating.revocation
    first, last = rating.window
    return CertificateAnswer(
        id=rating.id,
        stars=rating.stars,
        mean=None if rating.mean is None else str(rating.mean),
        paper=_paper(rating.paper),
        decision=rating.decision,
        document_id=rating.document_id if own else None,
        issued_on=rating.issued_on,
        expires=rating.expires,
        holds_until=rating.holds_until,
        extended=rating.extended,
        rerank_from=first,
        rerank_until=last,
        revocation=RevocationAnswer(
            ground=taken.ground,
            concluded_on=taken.concluded_on,
            revoked_on=taken.revoked_on,
            decision=taken.decision,
        )
        if taken
        else None,
        checks=[
            CheckAnswer(checked_on=check.checked_on, complies=check.complies, note=check.note if own else None)
            for check in rating.checks
        ],
        rev=rating.rev,
    )


def _paper(paper: PaperCertificate | None) -> PaperAnswer | None:
    if paper is None:
        return None
    return PaperAnswer(
        certificate=paper.certificate,
        authority=paper.authority,
        product_set=paper.product_set,
        file_id=paper.file_id,
    )


def dossier_answer(dossier: Dossier, proposal: Proposal) -> OcopDossierAnswer:
    """Return the dossier with what it has beside its files."""
    return OcopDossierAnswer(
        id=dossier.id,
        product_id=proposal.product_id,
        state=dossier.state.value,
        purpose=proposal.purpose,
        slip=proposal.slip,
        decision=proposal.decision,
        rules_id=dossier.rules_id,
        finish_by=proposal.finish_by,
        received_on=proposal.received_on,
        scoring_round=proposal.scoring_round,
        changes=proposal.changes,
        confirmed={check.value: finding.confirmed for check, finding in proposal.findings.items()},
        samples=proposal.samples,
        result=_plain(proposal.result),
        rev=rev_of(dossier, proposal),
    )


def rev_of(dossier: Dossier, proposal: Proposal) -> int:
    """Return what the ETag of an OCOP dossier counts: its two rows only count up, so their sum tells any change."""
    return dossier.rev + proposal.rev


def _plain(result: Mapping[str, object] | None) -> dict[str, object] | None:
    return dict(result) if result else None
