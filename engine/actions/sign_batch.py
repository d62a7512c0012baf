"""Sign a batch: every document that waits in it is prepared and asked for, each in a transaction of its own."""

from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.note_wait import note_wait
from engine.batching import stop
from engine.errors import VanthuError
from engine.heads import placed_now
from engine.ids import SignatureBatchId
from engine.key_errors import PinExpired, PinLocked, PinWrong, ServiceAway, TokenAway
from engine.neighbours import Services
from engine.operations.move import VersionMoved
from engine.page_views import AttachmentNotViewed, PagesNotViewed
from engine.parts import parts_of
from engine.people import Person
from engine.ports import UnitOfWork
from engine.signature_batches import BatchItem, BatchItemState, SignatureBatch
from engine.typed_keys import NOTHING, Typed

CLOSED = (PinWrong, PinLocked, PinExpired, TokenAway, ServiceAway)
"""What leaves the key closed for every document: a wrong PIN is not presented once more for the next."""


def sign_batch(batch_id: SignatureBatchId, *, typed: Typed = NOTHING, services: Services) -> None:
    """Have each document that waits signed as if it were the only one; why one is not, is noted, and the next comes.

    Killed at any moment and begun again it goes on where it was: in one transaction the digest is put on record, the
    document waits no more, and the job is there that uses the key.

    With what was *typed* for the key it is used at once, also on digests that are on record and wait for it.

    Raises:
        SignatureBatchNotFound: There is no such batch.
    """
    with services.begin() as work:
        batch = work.signature_batches.get(batch_id)
        items = work.signature_batches.items(batch_id)
    closed: VanthuError | None = None
    for item in items:
        waits_for_key = typed != NOTHING and item.kept is BatchItemState.PREPARED and not item.signed
        if item.kept is BatchItemState.WAITING or waits_for_key:
            trouble = closed or _tried(item, batch, typed, services)
            if trouble is not None:
                _note(item, batch, trouble, typed, services)
            closed = trouble if isinstance(trouble, CLOSED) else None


def _tried(item: BatchItem, batch: SignatureBatch, typed: Typed, services: Services) -> VanthuError | None:
    """Have one document signed; return what it is stopped by, if something does."""
    try:
        _ask(item, batch, typed, services)
    except VanthuError as error:
        return error
    return None


def _note(item: BatchItem, batch: SignatureBatch, error: VanthuError, typed: Typed, services: Services) -> None:
    stop(item, batch, error, services)
    if typed != NOTHING:  # its digest may be on record by now, and waits for the key
        with services.begin() as work:
            note_wait(item.work_item_id, error, at=services.clock(), work=work)


def _ask(item: BatchItem, batch: SignatureBatch, typed: Typed, services: Services) -> None:
    with services.begin() as work:
        by = _signer(batch, services, work)
        if item.kept is BatchItemState.WAITING:
            _require_seen(item, batch, work)
    request = AskSignature(
        work_item_id=item.work_item_id,
        key=batch.key,
        pin=typed.pin,
        otp=typed.otp,
        expected=item.file_id,
        batch_id=item.batch_id,
    )
    ask_signature(request, by=by, services=services)


def _signer(batch: SignatureBatch, services: Services, work: UnitOfWork) -> Person:
    """Return the signer as they are now: a post lost since the batch began counts."""
    return placed_now(batch.by, services.clock(), work)


def _require_seen(item: BatchItem, batch: SignatureBatch, work: UnitOfWork) -> None:
    """Raise unless the work is open, and its signer had the pages of its document before them that have to be seen.

    Raises:
        WorkItemNotOpen, VersionMoved: There is nothing to sign any more, or something else.
        PagesNotViewed, AttachmentNotViewed: Pages are missing.
    """
    work.work_items.get(item.work_item_id).require_open()
    document = work.documents.get(item.document_id)
    if document.file_id != item.file_id:
        raise VersionMoved
    views = work.page_views.several(batch.by, [document.id])
    for part in parts_of(document, batch.every_page_up_to, views, work):
        pages = ", ".join(map(str, part.missing))
        if pages and part.place:
            raise AttachmentNotViewed(pages=pages, name=part.name)
        if pages:
            raise PagesNotViewed(pages=pages)
