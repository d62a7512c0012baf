"""Retry a signature batch: only what failed is tried again; what is signed stays, and no digest is made twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine import procedures
from engine.actions.sign_batch import sign_batch
from engine.batching import require_expected
from engine.ids import FileId, SignatureBatchId, WorkItemId
from engine.incidents import IncidentState
from engine.key_use import key_of
from engine.neighbours import Services
from engine.people import Person
from engine.ports import UnitOfWork
from engine.signature_batch_events import SignatureBatchRetried
from engine.signature_batches import (
    SIGN_BATCH,
    BatchItem,
    BatchItemState,
    NothingToRetry,
    SignatureBatch,
    SignatureBatchNotFound,
)
from engine.signing_keys import SigningKey
from engine.signing_rights import AGENCY
from engine.typed_keys import Typed
from engine.work_items import WorkItemState


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrySignatureBatch:
    """A batch whose failures are to be tried again.

    Attributes:
        expected: The content the person saw of a document, by its work item; where it is not said, the present one,
            whose pages they must have seen all the same.
        pin: What the key asks for; it is used in this call and kept nowhere.
        otp: A one-time code; a key that asks for one signs document by document.
    """

    batch_id: SignatureBatchId
    expected: Mapping[WorkItemId, FileId] = field(default_factory=dict)
    pin: str | None = field(default=None, repr=False)
    otp: str | None = field(default=None, repr=False)


def retry_signature_batch(request: RetrySignatureBatch, *, by: Person, services: Services) -> SignatureBatch:
    """Have what failed signed after all: prepared anew, or the key used once more on the digest that is on record.

    Raises:
        SignatureBatchNotFound: There is none, or it is another person's.
        SignatureBatchInvalid: Contents are expected of what is not in it.
        PinNotAsked, OtpNotAsked, PinNeeded, OneCodeEach: What was typed is not what the key asks for.
        NothingToRetry: No document is in trouble.
    """
    typed = Typed(pin=request.pin, otp=request.otp)
    with services.begin() as work:
        batch = work.signature_batches.get(request.batch_id)
        if batch.by != by.id:
            raise SignatureBatchNotFound
        by_agency = batch.key in (AGENCY, str(by.agency_id))
        key = key_of(by.agency_id, None if by_agency else by.id, services=services, work=work)
        items = work.signature_batches.items(batch.id)
    require_expected(request.expected, [one.work_item_id for one in items])
    failed = [one for one in items if one.state is BatchItemState.FAILED]
    typed.require_for_several(key)
    unasked = [one for one in failed if one.kept is BatchItemState.FAILED or one.returned]
    stuck = [one for one in failed if one not in unasked]
    tried = [one for one in stuck if _use_key_again(one, batch, key, services)]
    if unasked:
        tried += _ask_again(unasked, batch, request, key, services)
    if not tried:
        raise NothingToRetry
    if key.asks:
        sign_batch(batch.id, typed=typed, services=services)
    return batch


def _ask_again(
    items: Sequence[BatchItem],
    batch: SignatureBatch,
    request: RetrySignatureBatch,
    key: SigningKey,
    services: Services,
) -> Sequence[BatchItem]:
    with services.begin() as work:
        documents = work.documents.several({item.document_id for item in items})
        again = [
            item.again(request.expected.get(item.work_item_id, documents[item.document_id].file_id)) for item in items
        ]
        if not work.signature_batches.again(again):
            return ()
        if not key.asks:
            work.jobs.defer(SIGN_BATCH, {"batch_id": str(batch.id)})
        _record(batch, again, services, work)
    return again


def _use_key_again(item: BatchItem, batch: SignatureBatch, key: SigningKey, services: Services) -> bool:
    """Have the key used on the digest there is; False where the work was ended meanwhile."""
    with services.begin() as work:
        work_item, _ = work.work_items.lock(item.work_item_id)
        if work_item.state is not WorkItemState.SIGNING:
            return False
        incident = work.incidents.find_of_task(work_item.task_id)
        if incident is not None and incident.state is IncidentState.OPEN:
            work.incidents.save(incident.retrying())
        work.signature_batches.note_trouble(item.work_item_id, None)
        if not key.asks:
            work.jobs.defer(procedures.USE_KEY, {"work_item_id": str(item.work_item_id)})
        _record(batch, [item], services, work)
    return True


def _record(batch: SignatureBatch, items: Sequence[BatchItem], services: Services, work: UnitOfWork) -> None:
    work.record(
        SignatureBatchRetried(
            by=batch.by,
            at=services.clock(),
            agency_id=batch.agency_id,
            signature_batch_id=batch.id,
            work_item_ids=[item.work_item_id for item in items],
        )
    )
