"""Signature batches: documents a person signs by one authentication, each for itself, with what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from engine.errors import Conflict, Invalid, NotFound
from engine.ids import AgencyId, DocumentId, FileId, PersonId, SignatureBatchId, WorkItemId

MOST: Final = 50
"""How many documents one batch takes."""
SIGN_BATCH: Final = "sign_batch"
"""Job that prepares what waits in a batch."""


class BatchItemState(StrEnum):
    """How far one document of a batch is."""

    WAITING = "waiting"
    PREPARED = "prepared"
    """Its digest is on record, and the key is being used on it."""
    SIGNED = "signed"
    FAILED = "failed"
    """Not signed, for a reason that may go away: it can be tried again."""
    SKIPPED = "skipped"
    """Not signed, and nothing is left to sign: the work was done or taken away otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBatch:
    """Who signs which documents together, since when.

    Attributes:
        key: Which key, as engine.actions.ask_signature takes it; what opens it is nowhere on record.
        every_page_up_to: Of documents up to so many pages each has to have been seen (engine.page_views).
    """

    id: SignatureBatchId
    agency_id: AgencyId
    by: PersonId
    key: str
    every_page_up_to: int
    begun_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """One document of a batch.

    Attributes:
        place: Its place in the batch, from 0.
        file_id: The content its signer saw and means to sign.
        kept: How far the batch brought it: WAITING, PREPARED, FAILED or SKIPPED.
        signed: Since it was prepared, the key was used on it.
        returned: Since it was prepared, its work was given back to be signed anew.
        ended: Since it was prepared, its work was ended otherwise.
        code: Of the error that stops it, or None.
        message: The same in an English sentence.
    """

    batch_id: SignatureBatchId
    work_item_id: WorkItemId
    document_id: DocumentId
    place: int
    file_id: FileId
    kept: BatchItemState = BatchItemState.WAITING
    signed: bool = False
    returned: bool = False
    ended: bool = False
    code: str | None = None
    message: str | None = None

    @property
    def state(self) -> BatchItemState:
        """How far it is now."""
        if self.kept is not BatchItemState.PREPARED:
            return self.kept
        if self.signed:
            return BatchItemState.SIGNED
        if self.ended:
            return BatchItemState.SKIPPED
        return BatchItemState.FAILED if self.code or self.returned else BatchItemState.PREPARED

    def again(self, file_id: FileId) -> "BatchItem":
        """Return this item as waiting again, to be signed over this content."""
        return replace(self, kept=BatchItemState.WAITING, file_id=file_id, code=None, message=None)


def is_over(items: Sequence[BatchItem]) -> bool:
    """Say whether nothing of a batch goes on by itself."""
    return not any(item.state in (BatchItemState.WAITING, BatchItemState.PREPARED) for item in items)


class SignatureBatchNotFound(NotFound):
    """No such batch, or not for this person."""

    code = "signature_batch.not_found"
    template = "There is no such batch of signatures."


class SignatureBatchInvalid(Invalid):
    """The documents cannot be signed together like this; everything wrong is named, and nothing was begun."""

    code = "signature_batch.invalid"
    template = "These documents cannot be signed together. Correct what is marked; nothing was signed."


class NothingToRetry(Conflict):
    """No document of the batch is in trouble."""

    code = "signature_batch.nothing_to_retry"
    template = "There is nothing to try again: no document of this batch failed."
