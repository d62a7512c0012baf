"""Post webhooks: read the log for each, send what is due, note what came of it.

A webhook that does not answer costs one try a round and makes no backlog: while a thousand deliveries wait for it, it
does not read on, and the log keeps the rest.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from engine.couriers import Courier, Parcel
from engine.ids import SYSTEM, WebhookDeliveryId, WebhookId
from engine.neighbours import Services
from engine.notice_events import WebhookDisabled
from engine.ports import UnitOfWork
from engine.webhooks import (
    PATIENCE,
    PREFIX,
    Attempt,
    DeliveryState,
    Webhook,
    WebhookDelivery,
    body_of,
)

READ_AT_ONCE: Final = 500
MOST_WAITING: Final = 1_000
POSTED_AT_ONCE: Final = 50
ATTEMPTS_KEPT: Final = timedelta(days=180)


def post_webhooks(*, services: Services, courier: Courier, chance: Callable[[], float]) -> int:
    """Run one round for every webhook that is switched on; return how many deliveries were tried."""
    with services.begin() as work:
        active = work.webhooks.active()
    if not active:
        return 0
    for webhook in active:
        while _read_on(webhook, services):
            pass
    with services.begin() as work:
        rounds = [parcels for webhook in active if (parcels := _parcels(webhook, services, work))]
    owners = {parcel.delivery_id: webhook_id for webhook_id, parcels in rounds for parcel in parcels}
    tried = courier.post([parcels for _, parcels in rounds])
    for delivery_id, attempt in tried:
        with services.begin() as work:
            _note(owners[delivery_id], delivery_id, attempt, chance=chance(), work=work)
    return len(tried)


def forget_attempts(*, at: datetime, work: UnitOfWork) -> None:
    """Remove what was kept of tries half a year ago."""
    work.webhooks.forget_attempts(at - ATTEMPTS_KEPT)


def _read_on(webhook: Webhook, services: Services) -> bool:
    """Turn the next leaves into deliveries; say whether there may be more."""
    with services.begin() as work:
        place = work.cursors.lock(webhook.reader)
        if place is None or work.webhooks.waiting(webhook.id) >= MOST_WAITING:
            return False
        read = work.audit.after(place, READ_AT_ONCE)
        if not read:
            return False
        at = services.clock()
        wanted = [
            leaf.event
            for leaf in read
            if leaf.event.action in webhook.kinds and leaf.event.agency_id == webhook.agency_id
        ]
        work.webhooks.deliver(
            [
                WebhookDelivery(
                    id=WebhookDeliveryId(work.new_id()),
                    webhook_id=webhook.id,
                    event_id=event.id,
                    kind=event.action,
                    state=DeliveryState.WAITING,
                    attempts=0,
                    made_at=at,
                    next_at=at,
                )
                for event in wanted
            ]
        )
        work.cursors.save(webhook.reader, read[-1].place)
    return len(read) == READ_AT_ONCE


def _parcels(webhook: Webhook, services: Services, work: UnitOfWork) -> tuple[WebhookId, Sequence[Parcel]] | None:
    """Return what is to be sent now; to a webhook that fails only one."""
    failing = bool(work.webhooks.failing_since([webhook.id]))
    due = work.webhooks.due(webhook.id, services.clock(), 1 if failing else POSTED_AT_ONCE)
    if not due:
        return None
    secret = _secret(webhook, services, work)
    events = work.audit.several([delivery.event_id for delivery in due])
    parcels = [
        Parcel(delivery_id=each.id, url=webhook.url, secret=secret, body=body_of(events[each.event_id])) for each in due
    ]
    return webhook.id, parcels


def _secret(webhook: Webhook, services: Services, work: UnitOfWork) -> str:
    kept = work.webhooks.sealed_secret(webhook.id)
    if not kept.startswith(PREFIX):
        return services.safe.open(kept)
    # It was kept before there was a key to seal it with.
    work.webhooks.keep_secret(webhook.id, services.safe.seal(kept))
    return kept


def _note(
    webhook_id: WebhookId, delivery_id: WebhookDeliveryId, attempt: Attempt, *, chance: float, work: UnitOfWork
) -> None:
    delivery = work.webhooks.get_delivery(webhook_id, delivery_id)
    work.webhooks.save_delivery(delivery.tried(attempt, chance))
    work.webhooks.add_attempt(delivery_id, attempt)
    if attempt.succeeded:
        work.webhooks.note_success(webhook_id)
    elif attempt.at - work.webhooks.note_failure(webhook_id, attempt.at) >= PATIENCE:
        _give_up(webhook_id, attempt.at, work)


def _give_up(webhook_id: WebhookId, at: datetime, work: UnitOfWork) -> None:
    """Switch the webhook off, which its administrators are told; unless somebody did already."""
    found = [webhook for webhook in work.webhooks.active() if webhook.id == webhook_id]
    for webhook in found:
        work.webhooks.save(webhook.disabled())
        work.record(
            WebhookDisabled(by=SYSTEM, at=at, agency_id=webhook.agency_id, webhook_id=webhook.id, host=webhook.host)
        )
