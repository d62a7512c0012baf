"""What signing asks of storage: the signatures asked for, and who signs with which key; see engine.ports."""

from collections.abc import Sequence
from typing import Protocol

from engine.ids import AgencyId, DocumentId, PersonId, WorkItemId
from engine.signing_keys import KeyChoice
from engine.signings import Signing


class Signings(Protocol):
    """Signatures asked for; at most one for each work item counts, others are void."""

    def find(self, work_item_id: WorkItemId) -> Signing | None:
        """Return the signing of this work item that counts, else the last that became void, or None."""

    def of_document(self, document_id: DocumentId) -> Sequence[Signing]:
        """Return those of the document that count, in the order they were asked for."""

    def add(self, signing: Signing) -> None:
        """Keep a new signing."""

    def save(self, signing: Signing) -> None:
        """Keep its new value."""


class KeyChoices(Protocol):
    """Which keys people and agencies sign with."""

    def find(self, agency_id: AgencyId, person_id: PersonId | None) -> KeyChoice | None:
        """Return what holds now for the person, or for the agency where that is None; None without a choice."""

    def of_agency(self, agency_id: AgencyId) -> Sequence[KeyChoice]:
        """Return every choice of the agency and its people, those that are over too, the newest first."""

    def add(self, choice: KeyChoice) -> None:
        """Keep a new choice; raises KeyChosenMeanwhile if the one before was not ended."""

    def save(self, choice: KeyChoice) -> None:
        """Keep a choice as ended."""
