"""Register a webhook: from now on an address outside is told events of the agency, signed with a fresh secret."""

from dataclasses import dataclass
from datetime import datetime

from engine import access
from engine.ids import WebhookId
from engine.neighbours import Safe
from engine.notice_events import WebhookRegistered
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once
from engine.webhooks import Webhook, WebhookInvalid, WebhookState, errors_in, new_secret


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterWebhook:
    """An address, the kinds of events it is told, and whether it may be one of the office's own network."""

    url: str
    kinds: frozenset[str]
    private_allowed: bool = False


def register_webhook(
    request: RegisterWebhook,
    *,
    by: Person,
    at: datetime,
    work: UnitOfWork,
    safe: Safe,
    once: Once | None = None,
) -> tuple[Webhook, str | None]:
    """Keep the webhook and return it with its secret, which is never shown again; None where *once* was done before.

    Raises:
        NotAllowed: The person's posts do not include this.
        SafeLocked: Nothing can be sealed.
        WebhookInvalid: Address or kinds are wrong; every wrong field is named.
    """
    access.require(by, "manage_webhooks")
    made = work.requests.find(by.id, once) if once else None
    if made is not None:
        return work.webhooks.get(WebhookId(made)), None
    errors = errors_in(request.url, request.kinds, private_allowed=request.private_allowed)
    if errors:
        raise WebhookInvalid(errors=errors)
    webhook = _webhook(request, by, at, work)
    secret = new_secret(safe.random)
    work.webhooks.add(webhook, safe.seal(secret))
    work.cursors.add(webhook.reader)
    if once is not None:
        work.requests.remember(by.id, once, webhook.id, at)
    work.record(
        WebhookRegistered(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            webhook_id=webhook.id,
            host=webhook.host,
            kinds=sorted(webhook.kinds),
        )
    )
    return webhook, secret


def _webhook(request: RegisterWebhook, by: Person, at: datetime, work: UnitOfWork) -> Webhook:
    return Webhook(
        id=WebhookId(work.new_id()),
        agency_id=by.agency_id,
        url=request.url,
        kinds=request.kinds,
        state=WebhookState.ACTIVE,
        registered_at=at,
        registered_by=by.id,
    )
