"""Sign a batch: every document that waits in it is prepared and asked for, each in a transaction of its own."""

from dataclasses import replace

from engine.actions.ask_signature import AskSignature, ask_signature
from engine.batching import stop
from engine.errors import VanthuError
from engine.ids import SignatureBatchId
from engine.neighbours import Services
from engine.operations.move import VersionMoved
from engine.page_views import PagesNotViewed, pages_to_view
from engine.people import Person
from engine.ports import UnitOfWork
from engine.signature_batches import BatchItem, BatchItemState, SignatureBatch


def sign_batch(batch_id: SignatureBatchId, *, services: Services) -> None:
    """Have each document that waits signed as if it were the only one; why one is not, is noted, and the next comes.

    Killed at any moment and begun again it goes on where it was: in one transaction the digest is put on record, the
    document waits no more, and the job is there that uses the key.

    Raises:
        SignatureBatchNotFound: There is no such batch.
    """
    with services.begin() as work:
        batch = work.signature_batches.get(batch_id)
        items = work.signature_batches.items(batch_id)
    for item in items:
        if item.kept is BatchItemState.WAITING:
            try:
                _ask(item, batch, services)
            except VanthuError as error:
                stop(item, batch, error, services)


def _ask(item: BatchItem, batch: SignatureBatch, services: Services) -> None:
    with services.begin() as work:
        by = _signer(batch, services, work)
        _require_seen(item, batch, work)
    request = AskSignature(work_item_id=item.work_item_id, key=batch.key, expected=item.file_id, batch_id=item.batch_id)
    ask_signature(request, by=by, services=services)


def _signer(batch: SignatureBatch, services: Services, work: UnitOfWork) -> Person:
    """Return the signer as they are now: a post lost since the batch began counts."""
    signer = work.people.get(batch.by)
    return replace(signer, places=tuple(work.stand_ins.places_of(signer.id, services.clock())))


def _require_seen(item: BatchItem, batch: SignatureBatch, work: UnitOfWork) -> None:
    """Raise unless the work is open, and its signer had the pages of its document before them that have to be seen.

    Raises:
        WorkItemNotOpen, VersionMoved: There is nothing to sign any more, or something else.
        PagesNotViewed: Pages are missing.
    """
    work.work_items.get(item.work_item_id).require_open()
    document = work.documents.get(item.document_id)
    if document.file_id != item.file_id:
        raise VersionMoved
    wanted = pages_to_view(work.files.get(document.file_id).pages, batch.every_page_up_to)
    views = work.page_views.find(batch.by, document)
    missing = wanted if views is None else views.missing(wanted)
    if missing:
        raise PagesNotViewed(pages=", ".join(map(str, missing)))
