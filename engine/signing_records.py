"""What signing asks of storage: the signatures asked for, and who signs with which key; see engine.ports."""

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Protocol

from engine.client_signatures import ClientSignature, SignatureLink
from engine.ids import AgencyId, DocumentId, PersonId, SignatureId, WorkItemId
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


class ClientSignatures(Protocol):
    """What was given out to be signed elsewhere; at most one for each work item waits or was accepted."""

    def find(self, work_item_id: WorkItemId) -> ClientSignature | None:
        """Return what waits, or was accepted, for this work item; None where neither is."""

    def get(self, signature_id: SignatureId) -> ClientSignature:
        """Return it, or raise NothingPrepared."""

    def digests_of(self, work_item_id: WorkItemId) -> Set[str]:
        """Return every digest that was ever given out for this work item."""

    def waiting_for(self, person_id: PersonId) -> Sequence[ClientSignature]:
        """Return what waits for this person to sign it, the oldest first."""

    def due(self, at: datetime, limit: int) -> Sequence[SignatureId]:
        """Return those that wait and whose time is over."""

    def add(self, signature: ClientSignature) -> None:
        """Keep a new one."""

    def save(self, signature: ClientSignature) -> None:
        """Keep what became of it; what is signed, and with which key, stays."""

    def replace_links(self, signature_id: SignatureId, links: Sequence[SignatureLink]) -> None:
        """Keep the addresses of one prepared signature in the place of those before."""

    def lock_link(self, token_sha256: str) -> SignatureLink | None:
        """Return the address with this secret for changing it, or None."""

    def save_link(self, link: SignatureLink) -> None:
        """Keep an address as used."""

    def forget_links(self, before: datetime) -> int:
        """Remove the addresses that were over then; return how many."""


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
