"""What batches have in common: who may read one, and why a document of it was not signed."""

from collections.abc import Collection
from dataclasses import replace

from engine import access
from engine.errors import FieldError, VanthuError
from engine.ids import SignatureBatchId, WorkItemId
from engine.neighbours import Services
from engine.people import Person
from engine.ports import UnitOfWork
from engine.signature_batch_events import BatchItemStopped
from engine.signature_batches import (
    BatchItem,
    BatchItemState,
    SignatureBatch,
    SignatureBatchInvalid,
    SignatureBatchNotFound,
)
from engine.work_items import WorkItemNotOpen


def readable_batch(batch_id: SignatureBatchId, by: Person, work: UnitOfWork) -> SignatureBatch:
    """Return the batch to its signer and to the auditors of the agency; raise SignatureBatchNotFound to others."""
    batch = work.signature_batches.get(batch_id)
    audits = batch.agency_id == by.agency_id and access.may(by, "read_audit")
    if batch.by != by.id and not audits:
        raise SignatureBatchNotFound
    return batch


def require_expected(expected: Collection[WorkItemId], chosen: Collection[WorkItemId]) -> None:
    """Raise SignatureBatchInvalid if a content is expected of something that is not in the batch."""
    message = "This work is not among the documents to be signed. Name only contents of what is signed."
    foreign = [one for one in expected if one not in chosen]
    if foreign:
        errors = [FieldError(field=f"expected/{one}", code="not_chosen", message=message) for one in foreign]
        raise SignatureBatchInvalid(errors=errors)


def stop(item: BatchItem, batch: SignatureBatch, error: VanthuError, services: Services) -> None:
    """Note that a document that waits is not signed because of *error*, and no other is held up by it.

    Nothing happens if it waits no more. Where its work was done or taken away otherwise there is nothing to try again.
    """
    over = isinstance(error, WorkItemNotOpen)
    stopped = replace(
        item,
        kept=BatchItemState.SKIPPED if over else BatchItemState.FAILED,
        code=error.code,
        message=str(error),
    )
    with services.begin() as work:
        if work.signature_batches.stopped(stopped):
            work.record(
                BatchItemStopped(
                    by=batch.by,
                    at=services.clock(),
                    agency_id=batch.agency_id,
                    document_id=item.document_id,
                    signature_batch_id=batch.id,
                    work_item_id=item.work_item_id,
                    code=error.code,
                )
            )
