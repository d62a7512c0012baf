"""Replay a webhook's deliveries: one, or all of a time, are sent once more with the ids they had."""

from dataclasses import dataclass
from datetime import datetime

from engine import access
from engine.errors import FieldError
from engine.ids import WebhookDeliveryId, WebhookId
from engine.notice_events import WebhookReplayed
from engine.people import Person
from engine.ports import UnitOfWork
from engine.webhooks import WebhookInvalid, WebhookNotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time, both ends included."""

    start: datetime
    end: datetime


def replay_webhook(
    webhook_id: WebhookId, what: WebhookDeliveryId | Span, *, by: Person, at: datetime, work: UnitOfWork
) -> int:
    """Have the deliveries sent again, and return how many; the receiver knows repetitions by their ids.

    Raises:
        NotAllowed: The person's posts do not include this.
        WebhookNotFound: Not there, or of another agency.
        WebhookDeliveryNotFound: It has no such delivery.
        WebhookInvalid: The time ends before it begins.
    """
    access.require(by, "manage_webhooks")
    webhook = work.webhooks.get(webhook_id)
    access.require_agency(by, webhook.agency_id, WebhookNotFound())
    if isinstance(what, Span):
        if what.end < what.start:
            message = "The end must not be before the start."
            raise WebhookInvalid(errors=[FieldError(field="end", code="before_start", message=message)])
        found = list(work.webhooks.made_between(webhook.id, what.start, what.end))
    else:
        found = [work.webhooks.get_delivery(webhook.id, what)]
    for delivery in found:
        work.webhooks.save_delivery(delivery.replayed(at))
    work.record(
        WebhookReplayed(by=by.id, at=at, agency_id=webhook.agency_id, webhook_id=webhook.id, deliveries=len(found))
    )
    return len(found)
