"""Cancel a prepared signature: who cannot make it gives the work back; its digest is never accepted any more."""

from datetime import datetime

from engine.acting import acting
from engine.client_signature_events import SignatureTakenBack
from engine.client_signatures import NothingPrepared
from engine.client_signing import give_back
from engine.ids import WorkItemId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_items import WorkItem, WorkItemState


def cancel_signature(work_item_id: WorkItemId, *, by: Person, at: datetime, work: UnitOfWork) -> WorkItem:
    """Open the work again; possible only as long as no signature over the digest was accepted.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded, StandInOver: It is not theirs to act on.
        NothingPrepared: Nothing waits for a signature.
        PreparedForAnother: A colleague prepared it.
        SignatureGiven: The signature was accepted already.
    """
    item, instance = work.work_items.lock(work_item_id)
    item = acting(by, item, at, work)
    known = work.client_signatures.find(work_item_id)
    if known is None:
        raise NothingPrepared
    known.require_of(by.id)
    work.client_signatures.save(known.cancelled(at))
    opened = item
    if item.state is WorkItemState.SIGNING:
        opened = give_back(item, instance, by=by.id, at=at, work=work)
    work.record(
        SignatureTakenBack(
            by=by.id,
            at=at,
            agency_id=item.agency_id,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
            document_id=item.document_id,
            work_item_id=item.id,
            signature_id=known.id,
            digest=known.digest,
        )
    )
    return opened
