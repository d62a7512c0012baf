"""Webhooks by REST: registering, the secret that is shown once, the log, replaying; and everything that is refused."""

from typing import Any, Final

import pytest

from api.wiring import House
from engine.actions.register_webhook import RegisterWebhook, register_webhook
from engine.rounds.post_webhooks import post_webhooks
from engine.webhooks import WebhookInvalid, event_kinds, is_public
from exchange.webhooks import HttpCourier
from tests.api.rest.callers import Callers, counted, problem, wrong_fields
from tests.support.office import Office
from tests.support.receivers import Receiver

GOOD: Final[dict[str, Any]] = {"url": "https://example.org/hook", "kinds": ["incoming_document.registered"]}
NOBODY: Final = "01a203dd-c979-75e1-9d26-000000000000"


def post(house: House) -> int:
    """Run a round that may reach this machine."""
    courier = HttpCourier(clock=house.services.clock, private_allowed=True, seconds=2)
    return post_webhooks(services=house.services, courier=courier, chance=lambda: 0.0)


def test_the_secret_is_shown_once_and_never_again(callers: Callers) -> None:
    made = callers["quantri"].made("/webhooks", GOOD, headers={"Idempotency-Key": "k"})
    again = callers["quantri"].made("/webhooks", GOOD, headers={"Idempotency-Key": "k"})
    shown = callers["quantri"].read(f"/webhooks/{made['id']}")

    assert made["secret"].startswith("whsec_")
    assert (again["id"], again["secret"]) == (made["id"], None)
    assert "secret" not in shown
    assert made["secret"] not in callers["quantri"].get("/webhooks").text
    assert made["secret"] not in callers["kiemtra"].get("/audit/events").text


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://example.org/", "malformed"),
        ("javascript:alert(1)", "malformed"),
        ("example.org", "malformed"),
        ("https://", "malformed"),
        ("https://[::1", "malformed"),
        ("https://example.org:99999/", "malformed"),
        ("https://user:secret@example.org/", "malformed"),
        ("https://example.org/#part", "malformed"),
        ("", "malformed"),
        ("http://127.0.0.1/", "private"),
        ("http://10.1.2.3/", "private"),
        ("http://192.168.0.1:8080/", "private"),
        ("http://169.254.169.254/latest/meta-data", "private"),
        ("http://[::1]/", "private"),
        ("http://[::ffff:127.0.0.1]/", "private"),
        ("http://[fe80::1]/", "private"),
        ("http://0.0.0.0/", "private"),
    ],
)
def test_an_address_that_is_none_or_leads_inside_is_refused(
    callers: Callers, house: House, url: str, code: str
) -> None:
    administrator, before = callers["quantri"], counted(house)

    answer = administrator.post("/webhooks", {**GOOD, "url": url})

    assert wrong_fields(answer, WebhookInvalid.code) == {"url": code}
    assert counted(house) == before


@pytest.mark.parametrize(("kinds", "code"), [([], "required"), (["nothing.happened"], "unknown"), (["*"], "unknown")])
def test_a_webhook_that_is_told_nothing_we_know_is_refused(callers: Callers, kinds: list[str], code: str) -> None:
    answer = callers["quantri"].post("/webhooks", {**GOOD, "kinds": kinds})

    assert wrong_fields(answer, WebhookInvalid.code) == {"kinds": code}


def test_every_kind_of_event_can_be_chosen(callers: Callers) -> None:
    kinds = callers["quantri"].read("/event-kinds")["items"]

    assert kinds == list(event_kinds())
    assert {"work_item.completed", "document.signed", "webhook.disabled"} < set(kinds)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::7f00:1", False),
        ("::127.0.0.1", False),
        ("::ffff:0:7f00:1", False),
        ("fec0::1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
        ("fd00::1", False),
    ],
)
def test_addresses_outside_are_told_from_those_inside(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_the_log_says_what_was_told_and_how_it_was_answered(
    callers: Callers, office: Office, receiver: Receiver
) -> None:
    inside = registered_inside(office, receiver)
    office.register()
    post(office.house)

    (delivery,) = callers["quantri"].read(f"/webhooks/{inside}/deliveries")["items"]

    assert (delivery["kind"], delivery["state"], delivery["next_at"]) == (GOOD["kinds"][0], "delivered", None)
    (attempt,) = delivery["attempts"]
    assert (attempt["status"], attempt["code"], attempt["answer"]) == (200, None, "thank you")
    answer = callers["quantri"].post(f"/webhooks/{inside}/deliveries/{delivery['id']}/replay")
    assert (answer.status_code, answer.json()) == (202, {"deliveries": 1})
    post(office.house)
    assert len(receiver.got) == 2


def registered_inside(office: Office, receiver: Receiver) -> str:
    """Register a webhook that leads to this machine, as an installation may allow."""
    request = RegisterWebhook(url=receiver.url, kinds=frozenset(GOOD["kinds"]), private_allowed=True)
    services = office.house.services
    with services.begin() as work:
        made, _ = register_webhook(
            request,
            by=office.people["quantri"],
            at=services.clock(),
            work=work,
            safe=services.safe,
        )
    return str(made.id)


def test_what_is_replayed_must_be_there(callers: Callers) -> None:
    administrator = callers["quantri"]
    made = administrator.made("/webhooks", GOOD)
    path = f"/webhooks/{made['id']}"

    problem(administrator.post(f"{path}/deliveries/{made['id']}/replay"), 404, "webhook.delivery_not_found")
    problem(administrator.post(f"{path}/deliveries/none/replay"), 404, "webhook.delivery_not_found")
    problem(administrator.post(f"/webhooks/{NOBODY}/enable"), 404, "webhook.not_found")
    backwards = {"start": "2026-11-23T00:00:00Z", "end": "2026-11-22T00:00:00Z"}
    assert wrong_fields(administrator.post(f"{path}/replay", backwards), WebhookInvalid.code) == {"end": "before_start"}
    naive = {"start": "2026-11-23T00:00:00", "end": "2026-11-24T00:00:00"}
    assert set(wrong_fields(administrator.post(f"{path}/replay", naive))) == {"start", "end"}


def test_a_webhook_is_switched_off_and_on_and_removed(callers: Callers) -> None:
    administrator = callers["quantri"]
    path = f"/webhooks/{administrator.made('/webhooks', GOOD)['id']}"

    assert administrator.post(f"{path}/disable").json()["state"] == "disabled"
    problem(administrator.post(f"{path}/disable"), 409, "webhook.not_active")
    assert administrator.post(f"{path}/enable").json()["state"] == "active"
    problem(administrator.post(f"{path}/enable"), 409, "webhook.not_disabled")
    assert administrator.ask("DELETE", path).status_code == 204
    problem(administrator.get(path), 404, "webhook.not_found")
    assert administrator.read("/webhooks")["items"] == []
