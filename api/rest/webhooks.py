"""Webhooks: which there are, what each was told and how it answered, and telling it once more."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import HouseDep, PageDep, WorkDep
from api.rest.answers import Answer, PageOf, page_of, problems
from api.rest.calls import CallDep
from api.rest.fields import Moment, RequestBody
from api.rest.paths import WebhookDeliveryPath, WebhookPath
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from engine import access
from engine.actions.disable_webhook import disable_webhook
from engine.actions.enable_webhook import enable_webhook
from engine.actions.register_webhook import RegisterWebhook, register_webhook
from engine.actions.remove_webhook import remove_webhook
from engine.actions.replay_webhook import Span, replay_webhook
from engine.webhooks import (
    MAX_URL,
    Attempt,
    DeliveryState,
    Webhook,
    WebhookDelivery,
    WebhookNotFound,
    WebhookState,
    event_kinds,
)

router = APIRouter(route_class=Door, tags=["webhooks"])

MAX_KINDS = 200


class WebhookBody(RequestBody):
    """An address and the kinds of events it is told, from `GET /event-kinds`."""

    url: Annotated[str, Field(max_length=MAX_URL, description="https:// or http://, outside the office's network")]
    kinds: Annotated[tuple[str, ...], Field(max_length=MAX_KINDS)]


class ReplayBody(RequestBody):
    """A time, both ends included: deliveries made in it are sent again."""

    start: Moment
    end: Moment


class WebhookAnswer(Answer):
    """A webhook; *failing_since* is null while it takes what it is told."""

    id: UUID
    url: str
    kinds: list[str]
    state: WebhookState
    registered_at: datetime
    failing_since: datetime | None


class RegisteredWebhookAnswer(WebhookAnswer):
    """A new webhook; its secret is shown this once, and null when the same request is repeated."""

    secret: str | None


class AttemptAnswer(Answer):
    """One try: the status of the answer, or the code of what went wrong where none came; the answer's beginning."""

    at: datetime
    took_ms: int
    status: int | None
    code: str | None
    answer: str


class WebhookDeliveryAnswer(Answer):
    """One event on its way; *id* is the header `webhook-id`, *next_at* the next try while it waits."""

    id: UUID
    event_id: UUID
    kind: str
    state: DeliveryState
    made_at: datetime
    next_at: datetime | None
    attempts: list[AttemptAnswer]


class ReplayedAnswer(Answer):
    """How many deliveries are sent again."""

    deliveries: int


class EventKindsAnswer(Answer):
    """Every kind of event there is."""

    items: list[str]


@router.get("/event-kinds", summary="Kinds of events", response_model=EventKindsAnswer, responses=problems(403))
def list_event_kinds(call: CallDep) -> EventKindsAnswer:
    """Return the kinds of events a webhook can be told."""
    access.require(call.by, "manage_webhooks")
    return EventKindsAnswer(items=list(event_kinds()))


@router.get("/webhooks", summary="Webhooks", response_model=PageOf[WebhookAnswer], responses=problems(403))
def list_webhooks(call: CallDep, work: WorkDep) -> PageOf[WebhookAnswer]:
    """Return the agency's webhooks, the oldest first, in one page."""
    access.require(call.by, "manage_webhooks")
    found = work.webhooks.of_agency(call.by.agency_id)
    failing = work.webhooks.failing_since([webhook.id for webhook in found])
    return PageOf(items=[_answer(webhook, failing.get(webhook.id)) for webhook in found])


@router.post(
    "/webhooks",
    status_code=201,
    summary="Register a webhook",
    response_model=RegisteredWebhookAnswer,
    responses=problems(403, 409),
)
def register(
    body: WebhookBody, call: CallDep, key: RepeatKeyDep, house: HouseDep, work: WorkDep
) -> RegisteredWebhookAnswer:
    """Have an address told events from now on; the answer alone has the secret its messages are signed with."""
    request = RegisterWebhook(
        url=body.url,
        kinds=frozenset(body.kinds),
        private_allowed=house.settings.webhook_private_addresses,
    )
    made, secret = register_webhook(
        request, by=call.by, at=call.at, work=work, safe=house.services.safe, once=key.once(body)
    )
    return RegisteredWebhookAnswer(**_answer(made, None).model_dump(), secret=secret)


@router.get("/webhooks/{webhook_id}", summary="One webhook", response_model=WebhookAnswer, responses=problems(403, 404))
def show(webhook_id: WebhookPath, call: CallDep, work: WorkDep) -> WebhookAnswer:
    """Return the webhook, without its secret."""
    access.require(call.by, "manage_webhooks")
    webhook = work.webhooks.get(webhook_id)
    access.require_agency(call.by, webhook.agency_id, WebhookNotFound())
    return _answer(webhook, work.webhooks.failing_since([webhook.id]).get(webhook.id))


@router.delete("/webhooks/{webhook_id}", status_code=204, summary="Remove a webhook", responses=problems(403, 404))
def remove(webhook_id: WebhookPath, call: CallDep, work: WorkDep) -> Response:
    """Remove the webhook and erase its secret; what it was told stays on record."""
    remove_webhook(webhook_id, by=call.by, at=call.at, work=work)
    return Response(status_code=204)


@router.post(
    "/webhooks/{webhook_id}/enable",
    summary="Switch on",
    response_model=WebhookAnswer,
    responses=problems(403, 404, 409),
)
def enable(webhook_id: WebhookPath, call: CallDep, work: WorkDep) -> WebhookAnswer:
    """Switch the webhook on; it is told what happened since it was switched off."""
    return _answer(enable_webhook(webhook_id, by=call.by, at=call.at, work=work), None)


@router.post(
    "/webhooks/{webhook_id}/disable",
    summary="Switch off",
    response_model=WebhookAnswer,
    responses=problems(403, 404, 409),
)
def disable(webhook_id: WebhookPath, call: CallDep, work: WorkDep) -> WebhookAnswer:
    """Switch the webhook off until it is switched on again."""
    return _answer(disable_webhook(webhook_id, by=call.by, at=call.at, work=work), None)


@router.get(
    "/webhooks/{webhook_id}/deliveries",
    summary="What a webhook was told",
    response_model=PageOf[WebhookDeliveryAnswer],
    responses=problems(403, 404),
)
def list_deliveries(
    webhook_id: WebhookPath, call: CallDep, page: PageDep, work: WorkDep
) -> PageOf[WebhookDeliveryAnswer]:
    """Return its deliveries, the newest first, each with its tries."""
    access.require(call.by, "manage_webhooks")
    webhook = work.webhooks.get(webhook_id)
    access.require_agency(call.by, webhook.agency_id, WebhookNotFound())
    found = work.webhooks.deliveries(webhook.id, page)
    attempts = work.webhooks.attempts([delivery.id for delivery in found.items])
    return page_of(found, lambda delivery: _delivery(delivery, list(attempts.get(delivery.id, ()))))


@router.post(
    "/webhooks/{webhook_id}/replay",
    status_code=202,
    summary="Tell again what was told in a time",
    response_model=ReplayedAnswer,
    responses=problems(403, 404),
)
def replay(webhook_id: WebhookPath, body: ReplayBody, call: CallDep, work: WorkDep) -> ReplayedAnswer:
    """Have every delivery made in this time sent again, with the ids they had."""
    span = Span(start=body.start, end=body.end)
    return ReplayedAnswer(deliveries=replay_webhook(webhook_id, span, by=call.by, at=call.at, work=work))


@router.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
    status_code=202,
    summary="Tell again",
    response_model=ReplayedAnswer,
    responses=problems(403, 404),
)
def replay_one(
    webhook_id: WebhookPath, delivery_id: WebhookDeliveryPath, call: CallDep, work: WorkDep
) -> ReplayedAnswer:
    """Have one delivery sent again, with the id it had."""
    return ReplayedAnswer(deliveries=replay_webhook(webhook_id, delivery_id, by=call.by, at=call.at, work=work))


def _answer(webhook: Webhook, failing_since: datetime | None) -> WebhookAnswer:
    return WebhookAnswer(
        id=webhook.id,
        url=webhook.url,
        kinds=sorted(webhook.kinds),
        state=webhook.state,
        registered_at=webhook.registered_at,
        failing_since=failing_since,
    )


def _delivery(delivery: WebhookDelivery, attempts: list[Attempt]) -> WebhookDeliveryAnswer:
    return WebhookDeliveryAnswer(
        id=delivery.id,
        event_id=delivery.event_id,
        kind=delivery.kind,
        state=delivery.state,
        made_at=delivery.made_at,
        next_at=delivery.next_at if delivery.state is DeliveryState.WAITING else None,
        attempts=[
            AttemptAnswer(at=one.at, took_ms=one.took_ms, status=one.status, code=one.code, answer=one.answer)
            for one in attempts
        ],
    )
