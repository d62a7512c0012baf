"""Webhooks on pages: which there are, what each was told, and telling it once more."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import HouseDep, PageDep, WorkDep
from api.web.deeds import ACTIONS
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.words import msgid
from engine import access
from engine.actions.disable_webhook import disable_webhook
from engine.actions.enable_webhook import enable_webhook
from engine.actions.register_webhook import RegisterWebhook, register_webhook
from engine.actions.remove_webhook import remove_webhook
from engine.actions.replay_webhook import Span, replay_webhook
from engine.deadlines import VIETNAM, office_date
from engine.errors import FieldError
from engine.ids import WebhookDeliveryId, WebhookId
from engine.ports import UnitOfWork
from engine.queries import PageRequest
from engine.webhooks import Webhook, WebhookInvalid, WebhookNotFound, event_kinds

router = APIRouter()

INVALID: Final = 422
LABELS: Final[Mapping[str, str]] = {"url": msgid("Address"), "kinds": msgid("What it is told")}
SPAN_LABELS: Final[Mapping[str, str]] = {"start": msgid("From day"), "end": msgid("To day")}
NO_DAY: Final = msgid("This is not a day of the calendar; write it as in 28/02/2026.")


@router.get("/webhooks")
def show_list(desk: DeskDep, work: WorkDep) -> Response:
    """Show the agency's webhooks, and the form for another one."""
    access.require(desk.person, "manage_webhooks")
    return _list(desk, work)


@router.post("/webhooks")
def register(desk: DeskDep, form: FormDep, house: HouseDep, work: WorkDep) -> Response:
    """Register a webhook and show its secret, this once; or show what is wrong."""
    request = RegisterWebhook(
        url=form.text("url").strip(),
        kinds=frozenset(form.texts("kinds")),
        private_allowed=house.settings.webhook_private_addresses,
    )
    try:
        webhook, secret = register_webhook(
            request,
            by=desk.person,
            at=desk.at,
            work=work,
            safe=house.services.safe,
            once=form.once(request) if form.text("once") else None,
        )
    except WebhookInvalid as refusal:
        typed = Typed.of(LABELS, desk.language).typed(form).refused(refusal, desk.language)
        return _list(desk, work, typed, INVALID)
    if secret is None:
        return desk.to(f"/webhooks/{webhook.id}", "already_sent")
    return desk.page("webhooks/registered.html", webhook=webhook, secret=secret)


@router.get("/webhooks/{webhook_id}")
def show(desk: DeskDep, work: WorkDep, page: PageDep, webhook_id: str) -> Response:
    """Show what the webhook was told, and how it answered."""
    return _show(_own(webhook_id, desk, work), desk, work, page)


@router.post("/webhooks/{webhook_id}/enable")
def enable(desk: DeskDep, _: FormDep, work: WorkDep, webhook_id: str) -> Response:
    """Switch it on."""
    webhook = enable_webhook(WebhookId(id_of(webhook_id)), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/webhooks/{webhook.id}", "webhook_enabled")


@router.post("/webhooks/{webhook_id}/disable")
def disable(desk: DeskDep, _: FormDep, work: WorkDep, webhook_id: str) -> Response:
    """Switch it off."""
    webhook = disable_webhook(WebhookId(id_of(webhook_id)), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/webhooks/{webhook.id}", "webhook_disabled")


@router.post("/webhooks/{webhook_id}/remove")
def remove(desk: DeskDep, _: FormDep, work: WorkDep, webhook_id: str) -> Response:
    """Remove it."""
    remove_webhook(WebhookId(id_of(webhook_id)), by=desk.person, at=desk.at, work=work)
    return desk.to("/webhooks", "webhook_removed")


@router.post("/webhooks/{webhook_id}/replay")
def replay(desk: DeskDep, form: FormDep, work: WorkDep, webhook_id: str) -> Response:
    """Tell again what was told on some days."""
    webhook = _own(webhook_id, desk, work)
    try:
        span = _span(form, desk)
        count = replay_webhook(webhook.id, span, by=desk.person, at=desk.at, work=work)
    except WebhookInvalid as refusal:
        typed = Typed.of(SPAN_LABELS, desk.language).typed(form).refused(refusal, desk.language)
        return _show(webhook, desk, work, PageRequest(), typed)
    return desk.to(f"/webhooks/{webhook.id}", "webhook_replayed", count=str(count))


@router.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/replay")
def replay_one(desk: DeskDep, _: FormDep, work: WorkDep, webhook_id: str, delivery_id: str) -> Response:
    """Tell one event again."""
    key = WebhookId(id_of(webhook_id))
    count = replay_webhook(key, WebhookDeliveryId(id_of(delivery_id)), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/webhooks/{key}", "webhook_replayed", count=str(count))


def _own(webhook_id: str, desk: Desk, work: UnitOfWork) -> Webhook:
    access.require(desk.person, "manage_webhooks")
    webhook = work.webhooks.get(WebhookId(id_of(webhook_id)))
    access.require_agency(desk.person, webhook.agency_id, WebhookNotFound())
    return webhook


def _list(desk: Desk, work: UnitOfWork, form: Typed | None = None, status: int = 200) -> Response:
    found = work.webhooks.of_agency(desk.person.agency_id)
    failing = work.webhooks.failing_since([webhook.id for webhook in found])
    kinds = sorted((desk.speaks(ACTIONS.get(kind, kind)), kind) for kind in event_kinds())
    return desk.page(
        "webhooks/list.html",
        status=status,
        found=found,
        failing=failing,
        kinds=[(kind, said) for said, kind in kinds],
        form=form or Typed.of(LABELS, desk.language),
    )


def _show(webhook: Webhook, desk: Desk, work: UnitOfWork, page: PageRequest, form: Typed | None = None) -> Response:
    found = work.webhooks.deliveries(webhook.id, page)
    today = office_date(desk.at).isoformat()
    return desk.page(
        "webhooks/show.html",
        status=INVALID if form else 200,
        webhook=webhook,
        deeds=ACTIONS,
        failing_since=work.webhooks.failing_since([webhook.id]).get(webhook.id),
        kinds=sorted(desk.speaks(ACTIONS.get(kind, kind)) for kind in webhook.kinds),
        deliveries=found.items,
        attempts=work.webhooks.attempts([delivery.id for delivery in found.items]),
        next_page=found.next,
        form=form or Typed.of(SPAN_LABELS, desk.language, start=today, end=today),
    )


def _span(form: Form, desk: Desk) -> Span:
    """Return the days that were typed, from the first's begin to the last's end in Việt Nam. Raises WebhookInvalid."""
    days, errors = {}, []
    for name in SPAN_LABELS:
        try:
            days[name] = form.date(name) or office_date(desk.at)
        except ValueError:
            errors.append(FieldError(field=name, code="date", message=NO_DAY))
    if errors:
        raise WebhookInvalid(errors=errors)
    return Span(
        start=datetime.combine(days["start"], time.min, tzinfo=VIETNAM),
        end=datetime.combine(days["end"], time.max, tzinfo=VIETNAM),
    )
