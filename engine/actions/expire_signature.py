"""Expire a prepared signature that nobody made in time: the work is open again, and its signer is told."""

from dataclasses import replace
from datetime import datetime

from engine.client_signature_events import SignatureExpired
from engine.client_signatures import ClientSignature, ClientSignatureState
from engine.client_signing import give_back
from engine.ids import SYSTEM, SignatureId
from engine.notices import News, NoticeKind
from engine.notify import about, notify
from engine.ports import UnitOfWork
from engine.work_items import WorkItem, WorkItemState

NOT_IN_TIME = "'%(step)s' was prepared for your signature and not signed in time; it is open again: %(document)s."


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
        notify([known.asked_by], _news(known, item, work), at=at, work=work)
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


def _news(known: ClientSignature, item: WorkItem, work: UnitOfWork) -> News:
    document = work.documents.get(known.document_id)
    facts = {"step": item.name, "step_en": item.name_en}
    news = about(document, NoticeKind.WORK, f"signature:{known.id}", NOT_IN_TIME, **facts)
    return replace(news, path=f"/work-items/{item.id}", work_item_id=item.id)
