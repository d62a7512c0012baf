"""What signing asks of storage: the signatures asked for, and who signs with which key; see engine.ports."""

from collections.abc import Collection, Sequence, Set
from datetime import datetime
from typing import Protocol

from engine.client_signatures import ClientSignature, SignatureLink
from engine.errors import VanthuError
from engine.ids import AgencyId, DocumentId, PersonId, SignatureBatchId, SignatureId, WorkItemId
from engine.page_views import PageViews
from engine.queries import Page, PageRequest
from engine.signature_batches import BatchItem, SignatureBatch
from engine.signing_keys import KeyChoice
from engine.signings import Signing


class Signings(Protocol):
    """Signatures asked for; at most one for each work item counts, others are void."""

    def find(self, work_item_id: WorkItemId) -> Signing | None:
        """Return the signing of this work item that counts, else the last that became void, or None."""

    def of_document(self, document_id: DocumentId) -> Sequence[Signing]:
        """Return those of the document that count, in the order they were asked for."""

    def voided(self, document_id: DocumentId) -> Sequence[Signing]:
        """Return those that had been made and count no more, since the document was returned; the newest first."""

    def rights_ended(self, at: datetime, limit: int) -> Sequence[WorkItemId]:
        """Return the work items that wait for a signature, here or elsewhere, by a right that may be over.

        A stand-in it rests on does not hold at this moment; or the head was to sign, and somebody else acts as head.
        """

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

    def of_replaced_keys(self, agency_id: AgencyId | None, limit: int) -> Sequence[SignatureId]:
        """Return those that wait for a key that is not its holder's any more, of one agency or of all."""

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

    def forget_refused_pins(self, before: datetime) -> int:
        """Remove what stands for PINs that were refused before that; return how many."""


class SignatureBatches(Protocol):
    """Documents signed together, and what became of each."""

    def add(self, batch: SignatureBatch, items: Sequence[BatchItem]) -> None:
        """Keep a new batch."""

    def get(self, batch_id: SignatureBatchId) -> SignatureBatch:
        """Return the batch, or raise SignatureBatchNotFound."""

    def items(self, batch_id: SignatureBatchId) -> Sequence[BatchItem]:
        """Return its documents in their order, as they are now."""

    def search(self, agency_id: AgencyId, by: PersonId | None, page: PageRequest) -> Page[SignatureBatch]:
        """Return a page of the agency's batches, or of this person's, the newest first."""

    def prepared(self, batch_id: SignatureBatchId, work_item_id: WorkItemId, signature_id: SignatureId) -> None:
        """Note that the document's digest is on record."""

    def stopped(self, item: BatchItem) -> bool:
        """Note why a document that waited is not signed; say whether it still waited."""

    def note_trouble(self, work_item_id: WorkItemId, error: VanthuError | None) -> None:
        """Note in every batch that prepared this what its signature waits for; None: it is being tried again."""

    def again(self, items: Sequence[BatchItem]) -> int:
        """Let these wait again; return how many of them had failed still."""


class ViewedPages(Protocol):
    """Pages of contents that were delivered to people."""

    def several(self, person_id: PersonId, document_ids: Collection[DocumentId]) -> Sequence[PageViews]:
        """Return what was delivered of these documents to the person: attachments and earlier contents, too."""

    def add(self, views: PageViews) -> PageViews:
        """Add pages; return all that are delivered by now. Others who add at the same time wait."""
