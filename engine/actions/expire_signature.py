"""Expire a prepared signature that nobody made in time: the work is open again, and its signer is told."""

from datetime import datetime

from engine.client_signature_events import SignatureExpired
from engine.client_signatures import ClientSignatureState
from engine.client_signing import NOT_IN_TIME, give_back, news_of
from engine.ids import SYSTEM, SignatureId
from engine.notify import notify
from engine.ports import UnitOfWork
from engine.work_items import WorkItemState


def expire_signature(signature_id: SignatureId, *, at: datetime, work: UnitOfWork) -> None:
    """End what was prepared if its time is over and nothing was accepted; nothing happens otherwise."""
    known = work.client_signatures.get(signature_id)
    item, instance = work.work_items.lock(known.work_item_id)
    known = work.client_signatures.get(signature_id)
    if known.state is not ClientSignatureState.OPEN or at < known.expires_at:
        return
    work.client_signatures.save(known.expired(at))
    if item.state is WorkItemState.SIGNING:
        give_back(item, instance, by=SYSTEM, at=at, work=work)
        notify([known.asked_by], news_of(known, item, NOT_IN_TIME, work), at=at, work=work)
    work.record(
        SignatureExpired(
            by=SYSTEM,
            at=at,
            agency_id=known.agency_id,
            document_id=known.document_id,
            work_item_id=known.work_item_id,
            signature_id=known.id,
            digest=known.digest,
        )
    )
