"""What the engine needs of storage for OCOP; the words are those of engine.ports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from engine.ids import AgencyId, DocumentId, DossierId, OcopEntityId, OcopProductId, OcopRatingId, PersonId, RubricId
from engine.ocop_products import Entity, Product
from engine.ocop_proposals import MemberSheet, Proposal
from engine.ocop_ratings import Rating
from engine.ocop_terms import CodeSeries
from engine.queries import Page, PageRequest
from engine.rubrics import Rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedRubric:
    """A score sheet that was loaded, as a list shows it."""

    id: RubricId
    decision: str
    set_number: int
    name: str
    loaded_at: datetime


class Rubrics(Protocol):
    """Score sheets: the 26 that come with the product, and those that were loaded; none ever changes."""

    def get(self, rubric_id: RubricId) -> Rubric:
        """Return the sheet of this id, or raise RubricNotFound, or RubricEdited where it is not what was pinned."""

    def find(self, decision: str, set_number: int) -> Rubric | None:
        """Return the sheet of a set under a decision, or None."""

    def loaded(self) -> Sequence[LoadedRubric]:
        """Return those that were loaded, by decision and set."""

    def add(self, content: dict[str, object], rubric: Rubric, by: PersonId, at: datetime) -> None:
        """Keep a sheet; raises RubricKnown where there is one for its decision and set."""


class OcopRegister(Protocol):
    """Entities and products."""

    def get_entity(self, entity_id: OcopEntityId) -> Entity:
        """Return the entity, or raise EntityNotFound."""

    def lock_entity(self, entity_id: OcopEntityId) -> Entity:
        """Return the entity for changing, or raise EntityNotFound."""

    def add_entity(self, entity: Entity) -> None:
        """Keep a new entity."""

    def save_entity(self, entity: Entity) -> None:
        """Keep the new value of a locked entity."""

    def entities(self, agency_id: AgencyId | None, page: PageRequest) -> Page[Entity]:
        """Return a page of entities, the newest first: of one agency, or of all."""

    def get(self, product_id: OcopProductId) -> Product:
        """Return the product, or raise ProductNotFound."""

    def lock(self, product_id: OcopProductId) -> Product:
        """Return the product for changing, or raise ProductNotFound."""

    def find_by_code(self, code: str) -> Product | None:
        """Return the product of this code, or None."""

    def hold_codes(self, series: CodeSeries) -> None:
        """Keep others from giving or taking codes of the series until the transaction ends; they wait."""

    def add(self, product: Product) -> None:
        """Keep a new product."""

    def save(self, product: Product) -> None:
        """Keep the new value of a locked product."""

    def search(
        self, page: PageRequest, *, agency_id: AgencyId | None = None, entity_id: OcopEntityId | None = None
    ) -> Page[Product]:
        """Return a page of products, the newest first: of an agency, of an entity, or of all."""

    def next_serial(self, scope: str, year: int) -> int:
        """Take the next serial of this scope and year, from 1; others wait until the transaction ends."""


class OcopRatings(Protocol):
    """Certificates."""

    def of(self, product_id: OcopProductId) -> Sequence[Rating]:
        """Return the certificates of a product, the last issued first."""

    def lock_last(self, product_id: OcopProductId) -> Rating:
        """Return the newest certificate for changing, or raise RatingNotFound."""

    def last_of(self, product_ids: Sequence[OcopProductId]) -> dict[OcopProductId, Rating]:
        """Return the newest certificate of each product that has one."""

    def ending(self, until: date, limit: int) -> Sequence[Rating]:
        """Return certificates that are not revoked and end by themselves on this day or before, the soonest first."""

    def lock(self, rating_id: OcopRatingId) -> Rating:
        """Return the certificate for changing, or raise CertificateNotFound."""

    def add(self, rating: Rating) -> None:
        """Keep a new certificate."""

    def save(self, rating: Rating) -> None:
        """Keep the new value of a locked certificate."""


class OcopProposals(Protocol):
    """What OCOP dossiers have beside their files, and the sheets of their councils."""

    def get(self, dossier_id: DossierId) -> Proposal:
        """Return the proposal, or raise ProposalNotFound."""

    def lock(self, dossier_id: DossierId) -> Proposal:
        """Return the proposal for changing, or raise ProposalNotFound."""

    def find_of_document(self, document_id: DocumentId) -> Proposal | None:
        """Return the proposal whose dossier is handled with this incoming document, or None."""

    def of_product(self, product_id: OcopProductId) -> Sequence[Proposal]:
        """Return the proposals of a product, the newest first."""

    def add(self, proposal: Proposal) -> None:
        """Keep a new proposal."""

    def save(self, proposal: Proposal) -> None:
        """Keep the new value of a locked proposal."""

    def sheets(self, dossier_id: DossierId) -> Sequence[MemberSheet]:
        """Return the members' sheets that count, in the order of their filling in."""

    def put_sheet(self, sheet: MemberSheet) -> None:
        """Keep a member's sheet; one the member filled in before stays, replaced."""

    def note_document(self, sheet: MemberSheet, document_id: DocumentId) -> None:
        """Note which document the sheet became."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopStores:
    """All that is kept of OCOP, in one transaction."""

    rubrics: Rubrics
    register: OcopRegister
    ratings: OcopRatings
    proposals: OcopProposals
