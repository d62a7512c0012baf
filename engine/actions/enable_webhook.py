"""Enable a webhook that was switched off; it goes on where it stopped, since the log keeps everything."""

from datetime import datetime

from engine import access
from engine.ids import WebhookId
from engine.notice_events import WebhookEnabled
from engine.people import Person
from engine.ports import UnitOfWork
from engine.webhooks import Webhook, WebhookNotFound


def enable_webhook(webhook_id: WebhookId, *, by: Person, at: datetime, work: UnitOfWork) -> Webhook:
    """Switch the webhook on; its patience begins anew.

    Raises:
        NotAllowed: The person's posts do not include this.
        WebhookNotFound: Not there, or of another agency.
        WebhookNotDisabled: It is switched on.
    """
    access.require(by, "manage_webhooks")
    webhook = work.webhooks.get(webhook_id)
    access.require_agency(by, webhook.agency_id, WebhookNotFound())
    enabled = webhook.enabled()
    work.webhooks.save(enabled)
    work.webhooks.note_success(webhook.id)
    work.record(WebhookEnabled(by=by.id, at=at, agency_id=webhook.agency_id, webhook_id=webhook.id))
    return enabled
