"""Disable a webhook: nothing is sent to it until somebody switches it on again."""

from datetime import datetime

from engine import access
from engine.ids import WebhookId
from engine.notice_events import WebhookDisabled
from engine.people import Person
from engine.ports import UnitOfWork
from engine.webhooks import Webhook, WebhookNotFound


def disable_webhook(webhook_id: WebhookId, *, by: Person, at: datetime, work: UnitOfWork) -> Webhook:
    """Switch the webhook off; what waits for it waits on.

    Raises:
        NotAllowed: The person's posts do not include this.
        WebhookNotFound: Not there, or of another agency.
        WebhookNotActive: It is switched off.
    """
    access.require(by, "manage_webhooks")
    webhook = work.webhooks.get(webhook_id)
    access.require_agency(by, webhook.agency_id, WebhookNotFound())
    disabled = webhook.disabled()
    work.webhooks.save(disabled)
    work.record(WebhookDisabled(by=by.id, at=at, agency_id=webhook.agency_id, webhook_id=webhook.id, host=webhook.host))
    return disabled
