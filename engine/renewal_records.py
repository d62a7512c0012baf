"""What the engine needs of storage to keep archived files provable."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from engine.ids import AgencyId, DocumentId
from engine.queries import Page, PageRequest
from engine.renewals import Archived, Proof


class Renewals(Protocol):
    """How long the archived main files of documents can be proven."""

    def find(self, document_id: DocumentId) -> Proof | None:
        """Return what is known of the document's archived file, or None."""

    def get(self, document_id: DocumentId) -> Proof:
        """Return what is known of the document's archived file, or raise ProofNotFound."""

    def keep(self, proof: Proof) -> None:
        """Keep what is known now, in place of what was known before."""

    def due(self, at: datetime, limit: int) -> Sequence[Proof]:
        """Return what is to be stamped anew at that moment, the most urgent first; never a file that moved on."""

    def plan(self, agency_id: AgencyId, page: PageRequest) -> Page[Proof]:
        """Return a page of the agency's files by when they are to be stamped anew, the soonest first."""

    def unknown(self, limit: int) -> Sequence[Archived]:
        """Return archived main files of which nothing is known yet."""

    def algorithms(self) -> Sequence[tuple[str, ...]]:
        """Return what the last time-stamps rely on, each set once."""

    def reckoned_otherwise(self, algorithms: tuple[str, ...], end: datetime | None, limit: int) -> Sequence[Proof]:
        """Return those that rely on exactly these algorithms and reckon with another end of them."""

    def failing(self) -> tuple[int, datetime | None]:
        """Return how many files could not be stamped anew when it was tried, and since when the first of them."""
