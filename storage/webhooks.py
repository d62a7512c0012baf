"""Webhooks, their secrets, deliveries and tries as rows."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from engine.ids import AgencyId, EventId, PersonId, WebhookDeliveryId, WebhookId
from engine.queries import Page, PageRequest
from engine.webhooks import (
    Attempt,
    DeliveryState,
    Webhook,
    WebhookDelivery,
    WebhookDeliveryNotFound,
    WebhookNotFound,
    WebhookState,
)
from storage.queries import id_in, page_of
from storage.schema import webhook_attempts, webhook_deliveries, webhook_failures, webhook_secrets, webhooks
from storage.statements import Statements

_KEPT = select(webhooks).where(webhooks.c.state != "removed").order_by(webhooks.c.id)
_OF = webhook_deliveries.c.webhook_id == bindparam("of_webhook")
_DELIVERIES = select(webhook_deliveries).where(_OF)
_WAITING = webhook_deliveries.c.state == "waiting"
_SAVE_DELIVERY = (
    update(webhook_deliveries)
    .where(webhook_deliveries.c.id == bindparam("delivery_id"))
    .values(state=bindparam("new_state"), attempts=bindparam("new_attempts"), next_at=bindparam("new_next_at"))
)
_NEXT_ORDINAL = (
    select(func.coalesce(func.max(webhook_attempts.c.ordinal), 0) + 1)
    .where(webhook_attempts.c.delivery_id == bindparam("delivery_id"))
    .scalar_subquery()
)
_ADD_ATTEMPT = insert(webhook_attempts).values(
    delivery_id=bindparam("delivery_id"),
    ordinal=_NEXT_ORDINAL,
    **{name: bindparam(name) for name in ("at", "took_ms", "status", "code", "answer")},
)


_OLD = (
    select(webhook_deliveries.c.id)
    .where(webhook_deliveries.c.made_at < bindparam("made_before"), webhook_deliveries.c.state != "waiting")
    .with_for_update(skip_locked=True)
)


class PostgresWebhooks:
    """Webhooks, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def add(self, webhook: Webhook, sealed: str) -> None:
        """Keep a new webhook with its sealed secret."""
        self._connection.execute(
            insert(webhooks),
            {
                "id": webhook.id,
                "agency_id": webhook.agency_id,
                "url": webhook.url,
                "kinds": sorted(webhook.kinds),
                "state": webhook.state.value,
                "registered_at": webhook.registered_at,
                "registered_by": webhook.registered_by,
            },
        )
        self.keep_secret(webhook.id, sealed)

    def get(self, webhook_id: WebhookId) -> Webhook:
        """Return the webhook, or raise WebhookNotFound; what was removed is not there."""
        row = self._connection.execute(_KEPT.where(webhooks.c.id == webhook_id)).one_or_none()
        if row is None:
            raise WebhookNotFound
        return _webhook(row)

    def save(self, webhook: Webhook) -> None:
        """Keep its new state; the secret of a removed one is erased."""
        own = webhooks.c.id == webhook.id
        self._connection.execute(update(webhooks).where(own).values(state=webhook.state.value))
        if webhook.state is WebhookState.REMOVED:
            self._connection.execute(delete(webhook_secrets).where(webhook_secrets.c.webhook_id == webhook.id))

    def of_agency(self, agency_id: AgencyId) -> Sequence[Webhook]:
        """Return the agency's webhooks that are not removed, the oldest first."""
        rows = self._connection.execute(_KEPT.where(webhooks.c.agency_id == agency_id))
        return [_webhook(row) for row in rows]

    def active(self) -> Sequence[Webhook]:
        """Return every webhook that is switched on."""
        rows = self._connection.execute(_KEPT.where(webhooks.c.state == "active"))
        return [_webhook(row) for row in rows]

    def keep_secret(self, webhook_id: WebhookId, sealed: str) -> None:
        """Keep what its messages are signed with, sealed, in place of what was kept."""
        self._connection.execute(delete(webhook_secrets).where(webhook_secrets.c.webhook_id == webhook_id))
        self._connection.execute(insert(webhook_secrets), {"webhook_id": webhook_id, "secret": sealed})

    def sealed_secret(self, webhook_id: WebhookId) -> str:
        """Return what its messages are signed with, as it was sealed."""
        wanted = select(webhook_secrets.c.secret).where(webhook_secrets.c.webhook_id == webhook_id)
        return str(self._connection.execute(wanted).scalar_one())

    def failing_since(self, webhook_ids: Collection[WebhookId]) -> Mapping[WebhookId, datetime]:
        """Return since when those of them that fail have taken nothing."""
        wanted = select(webhook_failures).where(webhook_failures.c.webhook_id.in_(webhook_ids))
        return {WebhookId(row.webhook_id): row.since for row in self._connection.execute(wanted)}

    def note_success(self, webhook_id: WebhookId) -> None:
        """Forget that it failed."""
        self._connection.execute(delete(webhook_failures).where(webhook_failures.c.webhook_id == webhook_id))

    def note_failure(self, webhook_id: WebhookId, at: datetime) -> datetime:
        """Note that it failed, and return since when it has."""
        noted = insert(webhook_failures).on_conflict_do_nothing(index_elements=["webhook_id"])
        self._connection.execute(noted, {"webhook_id": webhook_id, "since": at})
        return self.failing_since([webhook_id])[webhook_id]

    def deliver(self, deliveries: Sequence[WebhookDelivery]) -> None:
        """Keep new deliveries; one that is there already stays as it is."""
        if deliveries:
            kept = insert(webhook_deliveries).on_conflict_do_nothing(index_elements=["webhook_id", "event_id"])
            self._connection.execute(kept, [_delivery_values(delivery) for delivery in deliveries])

    def waiting(self, webhook_id: WebhookId) -> int:
        """Return how many of its deliveries wait."""
        counted = select(func.count()).select_from(webhook_deliveries).where(_OF, _WAITING)
        return int(self._connection.execute(counted, {"of_webhook": webhook_id}).scalar_one())

    def due(self, webhook_id: WebhookId, at: datetime, limit: int) -> Sequence[WebhookDelivery]:
        """Return its waiting deliveries whose time has come, the oldest first."""
        wanted = _DELIVERIES.where(_WAITING, webhook_deliveries.c.next_at <= at)
        ordered = wanted.order_by(webhook_deliveries.c.next_at, webhook_deliveries.c.id).limit(limit)
        return [_delivery(row) for row in self._connection.execute(ordered, {"of_webhook": webhook_id})]

    def get_delivery(self, webhook_id: WebhookId, delivery_id: WebhookDeliveryId) -> WebhookDelivery:
        """Return the delivery for changing, or raise WebhookDeliveryNotFound."""
        wanted = _DELIVERIES.where(webhook_deliveries.c.id == delivery_id).with_for_update()
        row = self._connection.execute(wanted, {"of_webhook": webhook_id}).one_or_none()
        if row is None:
            raise WebhookDeliveryNotFound
        return _delivery(row)

    def made_between(self, webhook_id: WebhookId, start: datetime, end: datetime) -> Sequence[WebhookDelivery]:
        """Return its deliveries made in this time, both ends included, for changing."""
        wanted = _DELIVERIES.where(webhook_deliveries.c.made_at.between(start, end))
        ordered = wanted.order_by(webhook_deliveries.c.id).with_for_update()
        return [_delivery(row) for row in self._connection.execute(ordered, {"of_webhook": webhook_id})]

    def save_delivery(self, delivery: WebhookDelivery) -> None:
        """Keep its new value."""
        changed = {
            "delivery_id": delivery.id,
            "new_state": delivery.state.value,
            "new_attempts": delivery.attempts,
            "new_next_at": delivery.next_at,
        }
        self._connection.later(_SAVE_DELIVERY, changed)

    def add_attempt(self, delivery_id: WebhookDeliveryId, attempt: Attempt) -> None:
        """Keep a try."""
        kept = {name: getattr(attempt, name) for name in ("at", "took_ms", "status", "code", "answer")}
        self._connection.execute(_ADD_ATTEMPT, {"delivery_id": delivery_id, **kept})

    def deliveries(self, webhook_id: WebhookId, page: PageRequest) -> Page[WebhookDelivery]:
        """Return a page of its deliveries, the newest first."""
        wanted = select(webhook_deliveries).where(webhook_deliveries.c.webhook_id == webhook_id)
        if page.after is not None:
            wanted = wanted.where(webhook_deliveries.c.id < id_in(page.after))
        ordered = wanted.order_by(webhook_deliveries.c.id.desc())
        return page_of(self._connection, ordered, page, _delivery, lambda row: row.id)

    def attempts(self, delivery_ids: Collection[WebhookDeliveryId]) -> Mapping[WebhookDeliveryId, Sequence[Attempt]]:
        """Return the tries of each of these, the oldest first."""
        wanted = select(webhook_attempts).where(webhook_attempts.c.delivery_id.in_(delivery_ids))
        found: defaultdict[WebhookDeliveryId, list[Attempt]] = defaultdict(list)
        for row in self._connection.execute(wanted.order_by(webhook_attempts.c.ordinal)):
            found[WebhookDeliveryId(row.delivery_id)].append(_attempt(row))
        return found

    def forget_attempts(self, before: datetime) -> None:
        """Remove tries made before this moment; that the event was told stays."""
        self._connection.execute(delete(webhook_attempts).where(webhook_attempts.c.at < before))

    def forget(self, before: datetime, limit: int) -> int:
        """Remove at most so many deliveries made before this moment that do not wait; return how many."""
        kept = webhook_deliveries.c
        old = [row.id for row in self._connection.execute(_OLD.limit(limit), {"made_before": before})]
        self._connection.execute(delete(webhook_attempts).where(webhook_attempts.c.delivery_id.in_(old)))
        return self._connection.execute(delete(webhook_deliveries).where(kept.id.in_(old))).rowcount


def _webhook(row: Row[Any]) -> Webhook:
    return Webhook(
        id=WebhookId(row.id),
        agency_id=AgencyId(row.agency_id),
        url=row.url,
        kinds=frozenset(row.kinds),
        state=WebhookState(row.state),
        registered_at=row.registered_at,
        registered_by=PersonId(row.registered_by),
    )


def _delivery_values(delivery: WebhookDelivery) -> dict[str, Any]:
    names = ("id", "webhook_id", "event_id", "kind", "attempts", "made_at", "next_at")
    return {**{name: getattr(delivery, name) for name in names}, "state": delivery.state.value}


def _delivery(row: Row[Any]) -> WebhookDelivery:
    return WebhookDelivery(
        id=WebhookDeliveryId(row.id),
        webhook_id=WebhookId(row.webhook_id),
        event_id=EventId(row.event_id),
        kind=row.kind,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        made_at=row.made_at,
        next_at=row.next_at,
    )


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(at=row.at, took_ms=row.took_ms, status=row.status, code=row.code, answer=row.answer)
