"""What the engine needs of storage for circulated documents; the words are those of engine.ports."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from engine.circulations import Addressee, Circulation, CirculationAnswer, Progress
from engine.ids import AgencyId, CirculationId, DocumentId, PersonId
from engine.queries import Page, PageRequest


class Circulations(Protocol):
    """Circulated documents, those they are sent to, and what these did."""

    def get(self, circulation_id: CirculationId) -> Circulation:
        """Return it, or raise CirculationNotFound."""

    def lock(self, circulation_id: CirculationId) -> Circulation:
        """Return it for changing it and those it is sent to; or raise CirculationNotFound."""

    def search(self, agency_id: AgencyId, page: PageRequest) -> Page[Circulation]:
        """Return a page of what this agency circulated, the newest first."""

    def received(self, agency_id: AgencyId, page: PageRequest) -> Page[Circulation]:
        """Return a page of what was sent to this agency and has arrived, the newest first."""

    def awaited(self, agency_id: AgencyId, limit: int) -> Sequence[Circulation]:
        """Return what was sent to this agency and it has not done yet, what is due soonest first."""

    def find_received(self, incoming_id: DocumentId) -> Circulation | None:
        """Return the circulation by which this incoming document arrived, or None."""

    def add(self, circulation: Circulation, addressees: Sequence[Addressee]) -> None:
        """Keep a new one."""

    def save(self, circulation: Circulation) -> None:
        """Keep that it is closed."""

    def addressees(self, circulation_id: CirculationId) -> Sequence[Addressee]:
        """Return those it is sent to."""

    def find_addressee(self, circulation_id: CirculationId, agency_id: AgencyId) -> Addressee | None:
        """Return what this agency did about it; None where it was not sent there."""

    def save_addressees(self, addressees: Sequence[Addressee]) -> None:
        """Keep their new values."""

    def add_reading(self, circulation_id: CirculationId, person_id: PersonId, at: datetime) -> bool:
        """Keep that this person had it before them; say whether that is new."""

    def add_answer(self, answer: CirculationAnswer) -> None:
        """Keep an answer."""

    def answers(self, circulation_id: CirculationId, agency_id: AgencyId | None = None) -> Sequence[CirculationAnswer]:
        """Return the answers, of all or of one agency, the oldest first."""

    def progress(self, circulation_ids: Collection[CirculationId], today: date) -> Mapping[CirculationId, Progress]:
        """Return how far each is."""

    def lock_unsent(self, limit: int) -> Sequence[Addressee]:
        """Return so many to whom nothing was sent yet, for sending; not those another worker is at."""

    def due_until(self, day: date) -> Sequence[CirculationId]:
        """Return those that are open and due on this day or before, where somebody has not done what is asked."""
