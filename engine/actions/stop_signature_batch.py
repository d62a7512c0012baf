"""Stop a signature batch that the machine cannot go on with: what waits in it failed, and can be tried again."""

from engine.batching import stop
from engine.errors import VanthuError
from engine.ids import SignatureBatchId
from engine.neighbours import Services
from engine.signature_batches import BatchItemState


def stop_signature_batch(batch_id: SignatureBatchId, because: VanthuError, *, services: Services) -> None:
    """Note of each document that waits still why it is not signed.

    Raises:
        SignatureBatchNotFound: There is no such batch.
    """
    with services.begin() as work:
        batch = work.signature_batches.get(batch_id)
        items = work.signature_batches.items(batch_id)
    for item in items:
        if item.kept is BatchItemState.WAITING:
            stop(item, batch, because, services)
