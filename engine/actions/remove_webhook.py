"""Remove a webhook: nothing is sent to it any more and its secret is erased; its log stays."""

from datetime import datetime

from engine import access
from engine.ids import WebhookId
from engine.notice_events import WebhookRemoved
from engine.people import Person
from engine.ports import UnitOfWork
from engine.webhooks import WebhookNotFound


def remove_webhook(webhook_id: WebhookId, *, by: Person, at: datetime, work: UnitOfWork) -> None:
    """Remove the webhook for good.

    Raises:
        NotAllowed: The person's posts do not include this.
        WebhookNotFound: Not there, or of another agency.
    """
    access.require(by, "manage_webhooks")
    webhook = work.webhooks.get(webhook_id)
    access.require_agency(by, webhook.agency_id, WebhookNotFound())
    work.webhooks.save(webhook.removed())
    work.webhooks.note_success(webhook.id)
    work.cursors.remove(webhook.reader)
    work.record(WebhookRemoved(by=by.id, at=at, agency_id=webhook.agency_id, webhook_id=webhook.id))
