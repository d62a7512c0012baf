"""What was prepared to be signed and is given up, since the right it was prepared under is over: nobody signs by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final

from engine import waits
from engine.client_signature_events import SignatureRightEnded
from engine.client_signatures import ClientSignature, ClientSignatureState
from engine.client_signing import give_back, news_of
from engine.competence import HeadReplaced, NotCompetent, PrintedForAnother, ReservedToHead
from engine.errors import Refusal
from engine.ids import PersonId, WorkItemId
from engine.neighbours import Services
from engine.notify import notify
from engine.ports import UnitOfWork
from engine.signing_places import hold_right
from engine.signings import Signing, SigningState
from engine.stand_ins import StandInOver
from engine.work_items import WorkItem, WorkItemState

GIVE_UP: Final = "give_up_signatures"
"""The job that gives up everything whose right is over, run when a stand-in was revoked or an acting head recorded."""
OVER: Final = (StandInOver, HeadReplaced, NotCompetent, ReservedToHead, PrintedForAnother)
"""Why somebody may not sign any more what was prepared for them."""
RIGHT_ENDED: Final = "the right it was prepared under ended before it was signed"
NO_RIGHT: Final = (
    "'%(step)s' was prepared for your signature, and the right you would have signed by is over; it is open again and "
    "is to be made out to who signs now: %(document)s."
)


def why_over(item: WorkItem, given: ClientSignature | Signing, *, at: datetime, work: UnitOfWork) -> Refusal | None:
    """Return why who was given this may not sign it any more; None while they may, and then that is held."""
    try:
        hold_right(item, given.field, given.asked_by, at=at, work=work)
    except OVER as over:
        return over
    return None


def give_up_if_over(work_item_id: WorkItemId, *, by: PersonId, at: datetime, work: UnitOfWork) -> Refusal | None:
    """Open the work again and tell its signer where the right is over; return why, None where nothing happened.

    What was handed in while the right held is a signature, and stays.
    """
    item, instance = work.work_items.lock(work_item_id)
    given = _given(item, work)
    over = why_over(item, given, at=at, work=work) if given else None
    if given is None or over is None:
        return None
    if isinstance(given, ClientSignature):
        work.client_signatures.save(given.cancelled(at))
    else:
        work.signings.save(given.voided(RIGHT_ENDED))
    waits.settle(item.task_id, work)
    give_back(item, instance, by=by, at=at, work=work)
    news = news_of(given, item, NO_RIGHT, work)
    if item.on_behalf_of is not None:
        # The work is the colleague's again: who acted in their place may not open it any more.
        news = replace(news, path="/work-items", work_item_id=None)
    notify([given.asked_by], news, at=at, work=work)
    work.record(_ended(item, given, by, at))
    return over


@contextmanager
def given_up_if_over(work_item_id: WorkItemId, *, by: PersonId, services: Services) -> Iterator[None]:
    """Give up what cannot be signed any more, when that is what stops this; the refusal goes on to who asked."""
    try:
        yield
    except OVER:
        with services.begin() as work:
            give_up_if_over(work_item_id, by=by, at=services.clock(), work=work)
        raise


def _given(item: WorkItem, work: UnitOfWork) -> ClientSignature | Signing | None:
    if item.state is not WorkItemState.SIGNING:
        return None
    known = work.client_signatures.find(item.id)
    if known is not None:
        return known if known.state is ClientSignatureState.OPEN else None
    signing = work.signings.find(item.id)
    return signing if signing is not None and signing.state is SigningState.DIGESTED else None


def _ended(item: WorkItem, given: ClientSignature | Signing, by: PersonId, at: datetime) -> SignatureRightEnded:
    return SignatureRightEnded(
        by=by,
        at=at,
        agency_id=item.agency_id,
        document_id=item.document_id,
        work_item_id=item.id,
        signature_id=given.id,
        field=given.field,
        digest=given.digest,
        signer=given.asked_by,
    )
