"""Webhooks end to end: what is recorded reaches a real receiver, signed, once, and is tried again when it does not."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from api.mails import courier_of
from engine.actions.disable_webhook import disable_webhook
from engine.actions.enable_webhook import enable_webhook
from engine.actions.register_webhook import RegisterWebhook, register_webhook
from engine.actions.remove_webhook import remove_webhook
from engine.actions.replay_webhook import Span, replay_webhook
from engine.ids import WebhookDeliveryId
from engine.neighbours import Services
from engine.queries import PageRequest
from engine.rounds.forget_told import forget_told
from engine.rounds.make_notices import make_notices, settle_notices
from engine.rounds.post_webhooks import forget_attempts, post_webhooks
from engine.webhooks import (
    ATTEMPTS,
    PATIENCE,
    Attempt,
    Webhook,
    WebhookAddressRefused,
    WebhookAway,
    WebhookDelivery,
    WebhookDeliveryNotFound,
    WebhookNotActive,
    WebhookNotDisabled,
    WebhookNotFound,
)
from exchange.webhooks import HttpCourier
from tests.support.office import Office
from tests.support.receivers import Receiver

REGISTERED = "incoming_document.registered"


@dataclass(slots=True)
class Outside:
    """A webhook of the office, the clock, and the rounds."""

    office: Office
    webhook: Webhook
    secret: str
    later: timedelta = timedelta()
    private_allowed: bool = True

    @property
    def services(self) -> Services:
        """The house's, with the clock put forward."""
        services = self.office.house.services
        return replace(services, clock=lambda: services.clock() + self.later)

    def round(self) -> int:
        """Run one round; a post may take two seconds."""
        courier = HttpCourier(clock=self.services.clock, private_allowed=self.private_allowed, seconds=2)
        return post_webhooks(services=self.services, courier=courier, chance=lambda: 0.5)

    def do(self, action: Callable[..., object], *what: object) -> object:
        """Have the administrator do something to the webhook."""
        services = self.services
        with services.begin() as work:
            return action(self.webhook.id, *what, by=self.office.people["quantri"], at=services.clock(), work=work)

    def log(self) -> list[tuple[WebhookDelivery, list[Attempt]]]:
        """Return the deliveries, the newest first, each with its tries."""
        with self.services.begin() as work:
            found = work.webhooks.deliveries(self.webhook.id, PageRequest()).items
            tries = work.webhooks.attempts([each.id for each in found])
        return [(each, list(tries.get(each.id, ()))) for each in found]


@pytest.fixture
def outside(office: Office, receiver: Receiver) -> Outside:
    return registered(office, receiver.url)


def registered(office: Office, url: str, *kinds: str) -> Outside:
    services = office.house.services
    request = RegisterWebhook(url=url, kinds=frozenset(kinds or (REGISTERED,)), private_allowed=True)
    with services.begin() as work:
        webhook, secret = register_webhook(
            request,
            by=office.people["quantri"],
            at=services.clock(),
            work=work,
            safe=services.safe,
        )
    assert secret is not None
    return Outside(office, webhook, secret)


def test_a_secret_is_kept_sealed_an_older_one_from_its_next_use_on(outside: Outside, receiver: Receiver) -> None:
    services = outside.office.house.services
    with services.begin() as work:
        kept = work.webhooks.sealed_secret(outside.webhook.id)
        assert outside.secret not in kept
        assert services.safe.open(kept) == outside.secret
        work.webhooks.keep_secret(outside.webhook.id, outside.secret)
    outside.office.register()
    outside.round()

    assert len(receiver.got) == 1
    with services.begin() as work:
        assert services.safe.open(work.webhooks.sealed_secret(outside.webhook.id)) == outside.secret


def test_deliveries_made_long_ago_are_forgotten(outside: Outside) -> None:
    services = outside.office.house.services
    outside.office.register()
    outside.round()
    later = replace(services, clock=lambda: services.clock() + timedelta(days=366))

    assert forget_told(timedelta(days=365), services=services) == 0
    assert forget_told(timedelta(days=365), services=later) >= 1
    assert outside.log() == []


def test_what_is_recorded_reaches_the_receiver_once_and_signed(outside: Outside, receiver: Receiver) -> None:
    document_id = outside.office.register().document.id
    outside.round()
    outside.round()

    (got,) = receiver.got
    headers = {name.lower(): value for name, value in got.headers.items()}
    told = json.loads(got.body)
    assert (told["type"], told["data"]["subject"]["id"]) == (REGISTERED, str(document_id))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + got.body
    key = base64.b64decode(outside.secret.removeprefix("whsec_"))
    own = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{own}"
    (delivery, (attempt,)), *others = outside.log()
    assert (delivery.state, attempt.status, attempt.answer, others) == ("delivered", 200, "thank you", [])
    assert str(delivery.id) == headers["webhook-id"]


def test_only_chosen_kinds_of_the_own_agency_are_told(outside: Outside, receiver: Receiver) -> None:
    office = outside.office
    document_id = office.register().document.id
    office.complete(document_id, "direct", "file", "chutich")
    outside.round()

    assert [json.loads(got.body)["type"] for got in receiver.got] == [REGISTERED]


def test_what_nobody_registered_for_is_not_read_at_all(office: Office, receiver: Receiver) -> None:
    office.register()
    courier = courier_of(office.house)

    assert post_webhooks(services=office.house.services, courier=courier, chance=lambda: 0.0) == 0
    assert receiver.got == []


def test_a_failed_delivery_is_tried_again_later_and_later_with_the_same_id(
    outside: Outside, receiver: Receiver
) -> None:
    receiver.status = 503
    outside.office.register()
    outside.round()
    assert outside.round() == 0, "it waits before it tries again"
    outside.later = timedelta(seconds=8)
    receiver.status = 200
    outside.round()

    ((delivery, attempts),) = outside.log()
    assert [attempt.status for attempt in attempts] == [503, 200]
    assert (delivery.state, len({got.headers["webhook-id"] for got in receiver.got})) == ("delivered", 1)


def test_a_receiver_that_fails_gets_one_try_a_round(outside: Outside, receiver: Receiver) -> None:
    receiver.status = 500
    for number in range(3):
        outside.office.register(code_number=str(number + 1))
    outside.round()
    outside.round()

    assert len(receiver.got) == 2


def test_a_delivery_is_given_up_after_its_last_try(outside: Outside, receiver: Receiver) -> None:
    receiver.status = 500
    outside.office.register()
    for hours in range(ATTEMPTS):
        outside.later = timedelta(hours=5 * hours)
        outside.round()

    ((delivery, attempts),) = outside.log()
    assert (delivery.state, len(attempts)) == ("failed", ATTEMPTS)


def test_a_webhook_that_takes_nothing_for_days_is_switched_off_and_its_administrators_told(
    outside: Outside, receiver: Receiver
) -> None:
    receiver.status = 500
    outside.office.register()
    outside.round()
    outside.later = PATIENCE + timedelta(seconds=1)
    outside.round()
    outside.office.register(code_number="13")

    assert outside.round() == 0
    make_notices(services=outside.services)
    settle_notices(services=outside.services)
    administrator = outside.office.people["quantri"]
    with outside.services.begin() as work:
        assert work.webhooks.get(outside.webhook.id).state == "disabled"
        told = work.notices.shown_to(administrator.id, PageRequest()).items
    assert [(each.news.kind, each.news.facts["days"]) for each in told] == [("webhook", "3")]


def test_what_was_switched_off_goes_on_where_it_stopped(outside: Outside, receiver: Receiver) -> None:
    outside.do(disable_webhook)
    outside.office.register()
    assert outside.round() == 0
    with pytest.raises(WebhookNotActive):
        outside.do(disable_webhook)

    outside.do(enable_webhook)
    with pytest.raises(WebhookNotDisabled):
        outside.do(enable_webhook)

    assert outside.round() == 1
    assert len(receiver.got) == 1


def test_what_was_removed_is_told_nothing_and_is_not_there(outside: Outside, receiver: Receiver) -> None:
    outside.do(remove_webhook)
    outside.office.register()

    assert outside.round() == 0
    assert receiver.got == []
    with pytest.raises(WebhookNotFound):
        outside.do(enable_webhook)


def test_an_administrator_of_another_agency_finds_no_webhook_here(outside: Outside) -> None:
    stranger = replace(outside.office.people["quantri"], agency_id=outside.office.commune().agency_id)
    at = outside.services.clock()

    for action in (enable_webhook, disable_webhook, remove_webhook):
        with outside.services.begin() as work, pytest.raises(WebhookNotFound):
            action(outside.webhook.id, by=stranger, at=at, work=work)
    with outside.services.begin() as work, pytest.raises(WebhookNotFound):
        replay_webhook(outside.webhook.id, Span(start=at, end=at), by=stranger, at=at, work=work)


def test_one_delivery_or_all_of_a_time_are_sent_again_with_their_ids(outside: Outside, receiver: Receiver) -> None:
    for number in range(2):
        outside.office.register(code_number=str(number + 1))
    outside.round()
    began = outside.services.clock() - timedelta(minutes=1)
    (newest, _), _ = outside.log()

    assert outside.do(replay_webhook, newest.id) == 1
    outside.round()
    assert outside.do(replay_webhook, Span(start=began, end=outside.services.clock())) == 2
    outside.round()

    sent = [got.headers["webhook-id"] for got in receiver.got]
    assert (len(sent), len(set(sent)), sent.count(str(newest.id))) == (5, 2, 3)


def test_an_unknown_delivery_is_not_replayed(outside: Outside) -> None:
    with pytest.raises(WebhookDeliveryNotFound):
        outside.do(replay_webhook, WebhookDeliveryId(outside.webhook.id))


def test_a_receiver_that_does_not_answer_in_time_is_away(outside: Outside, receiver: Receiver) -> None:
    slow = registered(outside.office, receiver.url.replace("/hook", "/slow"))
    outside.office.register()
    courier = HttpCourier(clock=slow.services.clock, private_allowed=True, seconds=0.3)
    post_webhooks(services=slow.services, courier=courier, chance=lambda: 0.0)

    ((_, (attempt,)),) = slow.log()
    assert (attempt.status, attempt.code) == (None, WebhookAway.code)
    ((other, _),) = outside.log()
    assert other.state == "delivered", "a slow receiver holds up nobody else"


def test_nobody_there_is_away(office: Office) -> None:
    nobody = registered(office, "http://127.0.0.1:9/")
    office.register()
    nobody.round()

    ((_, (attempt,)),) = nobody.log()
    assert (attempt.status, attempt.code) == (None, WebhookAway.code)


def test_of_a_huge_answer_only_the_beginning_is_read(outside: Outside, receiver: Receiver) -> None:
    receiver.answer = b"x\x00" * 5_000_000
    outside.office.register()
    outside.round()

    ((delivery, (attempt,)),) = outside.log()
    assert (delivery.state, attempt.answer) == ("delivered", "x" * 500)


def test_a_redirect_is_not_followed(outside: Outside, receiver: Receiver) -> None:
    receiver.status, receiver.headers = 302, {"Location": receiver.url}
    outside.office.register()
    outside.round()

    ((delivery, (attempt,)),) = outside.log()
    assert (delivery.state, attempt.status, len(receiver.got)) == ("waiting", 302, 1)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1"])
def test_an_address_of_the_own_network_is_refused_when_it_is_used(
    office: Office, receiver: Receiver, host: str
) -> None:
    inside = registered(office, f"http://{host}:{receiver.server.server_port}/hook")
    inside.private_allowed = False
    office.register()
    inside.round()

    ((_, (attempt,)),) = inside.log()
    assert (attempt.status, attempt.code, receiver.got) == (None, WebhookAddressRefused.code, [])


def test_tries_of_long_ago_are_forgotten(outside: Outside) -> None:
    outside.office.register()
    outside.round()
    in_a_year: datetime = outside.services.clock() + timedelta(days=365)
    with outside.services.begin() as work:
        forget_attempts(at=in_a_year, work=work)

    ((delivery, attempts),) = outside.log()
    assert (delivery.state, attempts) == ("delivered", [])


def test_a_message_tells_nothing_private(outside: Outside, receiver: Receiver) -> None:
    told = registered(outside.office, receiver.url, "work_item.completed")
    document_id = outside.office.register().document.id
    outside.office.complete(
        document_id, "direct", "assign", "chutich", lead_unit=str(unit(outside.office)), note="Chủ trì tham mưu."
    )
    told.round()

    bodies = [got.body.decode() for got in receiver.got if json.loads(got.body)["type"] == "work_item.completed"]
    assert len(bodies) == 1
    assert "tham mưu" not in bodies[0]


def unit(office: Office) -> object:
    with office.house.services.begin() as work:
        return work.people.units(office.people["chutich"].agency_id)[0].id
