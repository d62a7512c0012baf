"""A row in every table of what others are told."""

from datetime import timedelta

from engine.checks import GOOD, Check
from engine.ids import EventId, MailId, NoticeId, WebhookDeliveryId, WebhookId
from engine.notices import Mail, MailState, News, Notice, NoticeKind, Preference, Preferences, When
from engine.ports import UnitOfWork
from engine.webhooks import Attempt, DeliveryState, Webhook, WebhookDelivery, WebhookState
from tests.storage.builders import NOON, Office, new_id


def fill_announcements(work: UnitOfWork, office: Office) -> None:
    """Keep a webhook that failed once, a notice, how somebody wants it, its mail and a check."""
    _fill_webhooks(work, office)
    _fill_notices(work, office)
    work.checks.keep(
        [Check(name="store", agency_id=None, subject="", found=GOOD, since=NOON, checked_at=NOON, took_ms=1)]
    )


def _fill_webhooks(work: UnitOfWork, office: Office) -> None:
    webhook = Webhook(
        id=WebhookId(new_id()),
        agency_id=office.agency.id,
        url="https://example.org/",
        kinds=frozenset({"document.signed"}),
        state=WebhookState.ACTIVE,
        registered_at=NOON,
        registered_by=office.person("clerk").id,
    )
    work.webhooks.add(webhook, "whsec_x")
    delivery = WebhookDelivery(
        id=WebhookDeliveryId(new_id()),
        webhook_id=webhook.id,
        event_id=EventId(new_id()),
        kind="document.signed",
        state=DeliveryState.WAITING,
        attempts=0,
        made_at=NOON,
        next_at=NOON + timedelta(seconds=5),
    )
    work.webhooks.deliver([delivery])
    work.webhooks.add_attempt(delivery.id, Attempt(at=NOON, took_ms=1, status=500, code=None, answer="no"))
    work.webhooks.note_failure(webhook.id, NOON)


def _fill_notices(work: UnitOfWork, office: Office) -> None:
    clerk = office.person("clerk")
    news = News(
        agency_id=office.agency.id,
        kind=NoticeKind.WORK,
        source="work:1",
        template="%(document)s",
        facts={"document": "Công văn"},
        path="/work-items",
    )
    work.notices.add([Notice(id=NoticeId(new_id()), person_id=clerk.id, news=news, at=NOON)])
    wanted = {NoticeKind.WORK: Preference(app=When.OFF, mail=When.DAILY)}
    work.notices.set_preferences(clerk.id, Preferences(address="a@b.vn", chosen=wanted))
    mail = Mail(
        id=MailId(new_id()),
        person_id=clerk.id,
        kind=When.DAILY,
        state=MailState.WAITING,
        attempts=0,
        made_at=NOON,
        next_at=NOON,
    )
    work.mails.add([mail])
