"""Webhooks: addresses outside that are told what the audit log records, signed, with patience and an end to it.

The log itself is the outbox: every webhook reads it from its own place, so nothing is written for it when something
happens. Headers and signature are those of Standard Webhooks 1.0.
"""

import base64
import hashlib
import hmac
import ipaddress
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from engine.audit import AuditEvent
from engine.errors import Conflict, FieldError, Invalid, NeighbourAway, NotFound
from engine.events import Event
from engine.ids import AgencyId, EventId, PersonId, WebhookDeliveryId, WebhookId

ATTEMPTS: Final = 14
"""Tries of one delivery: 5, 15, 45 … seconds apart, at most four hours, about a day in all."""
FIRST_WAIT_S: Final = 5.0
LONGEST_WAIT_S: Final = 4 * 3600.0
PATIENCE: Final = timedelta(days=3)
"""A webhook that took nothing for so long is switched off."""
EXCERPT: Final = 500
"""How many characters of an answer are kept."""
MAX_URL: Final = 2_000
PREFIX: Final = "whsec_"
_SUCCESS: Final = range(200, 300)


class WebhookState(StrEnum):
    """Whether anything is sent."""

    ACTIVE = "active"
    DISABLED = "disabled"
    REMOVED = "removed"


class DeliveryState(StrEnum):
    """What became of telling one event."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told events of these *kinds* (their actions) of one agency."""

    id: WebhookId
    agency_id: AgencyId
    url: str
    kinds: frozenset[str]
    state: WebhookState
    registered_at: datetime
    registered_by: PersonId

    @property
    def host(self) -> str:
        """The part of the address that may stand in a log."""
        return urlsplit(self.url).hostname or ""

    @property
    def reader(self) -> str:
        """The name by which it reads the audit log."""
        return f"webhook:{self.id}"

    def enabled(self) -> "Webhook":
        """Return this webhook as switched on. Raises WebhookNotDisabled."""
        if self.state is not WebhookState.DISABLED:
            raise WebhookNotDisabled
        return replace(self, state=WebhookState.ACTIVE)

    def disabled(self) -> "Webhook":
        """Return this webhook as switched off. Raises WebhookNotActive."""
        if self.state is not WebhookState.ACTIVE:
            raise WebhookNotActive
        return replace(self, state=WebhookState.DISABLED)

    def removed(self) -> "Webhook":
        """Return this webhook as removed; its log stays."""
        return replace(self, state=WebhookState.REMOVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try: the status of the answer or, where none came, the code of what went wrong; the answer's beginning."""

    at: datetime
    took_ms: int
    status: int | None
    code: str | None
    answer: str

    @property
    def succeeded(self) -> bool:
        """Whether the receiver took it."""
        return self.status in _SUCCESS


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDelivery:
    """One event on its way to one webhook; its id is the 'webhook-id' the receiver knows repetitions by."""

    id: WebhookDeliveryId
    webhook_id: WebhookId
    event_id: EventId
    kind: str
    state: DeliveryState
    attempts: int
    made_at: datetime
    next_at: datetime

    def tried(self, attempt: Attempt, chance: float) -> "WebhookDelivery":
        """Return this delivery after a try; *chance* (0 to 1) keeps those that failed together apart."""
        count = self.attempts + 1
        if attempt.succeeded:
            return replace(self, attempts=count, state=DeliveryState.DELIVERED)
        if count >= ATTEMPTS:
            return replace(self, attempts=count, state=DeliveryState.FAILED)
        return replace(self, attempts=count, next_at=attempt.at + wait_after(count, chance))

    def replayed(self, at: datetime) -> "WebhookDelivery":
        """Return this delivery as to be sent now, with all its tries before it."""
        return replace(self, state=DeliveryState.WAITING, attempts=0, next_at=at)


def wait_after(attempts: int, chance: float) -> timedelta:
    """Return how long to wait after so many tries: three times longer each time, up to a quarter more by *chance*."""
    wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 3.0 ** min(attempts - 1, 30))
    return timedelta(seconds=wait * (1.0 + chance / 4))


def new_secret(random_bytes: Callable[[int], bytes]) -> str:
    """Return a fresh secret: 'whsec_' and 32 random octets in base64."""
    return PREFIX + base64.b64encode(random_bytes(32)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the header 'webhook-signature' of a message.

    Source: Standard Webhooks 1.0: HMAC-SHA256 over 'id.timestamp.body', in base64, after 'v1,'.
    """
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def body_of(event: AuditEvent) -> bytes:
    """Return what a webhook is told of an event: its kind, its time, and the leaf, in which nothing private stands."""
    leaf = json.loads(event.leaf)
    data = {
        "id": leaf["id"],
        "agency_id": str(event.agency_id),
        "actor": leaf["actor"],
        "on_behalf_of": leaf["on_behalf_of"],
        "subject": leaf["subject"],
        "data": leaf["data"],
        "leaf_hash": event.leaf_hash.hex(),
    }
    told = {"type": event.action, "timestamp": leaf["at"], "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def event_kinds() -> tuple[str, ...]:
    """Return every kind of event there is, in order."""

    def below(kind: type[Event]) -> set[str]:
        own = {kind.action} if hasattr(kind, "action") else set()
        return own.union(*(below(child) for child in kind.__subclasses__()))

    return tuple(sorted(below(Event)))


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the open Internet: not this machine, not this network, nothing reserved."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is None and found in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if found not in _UNICAST:
            return False  # such as ::127.0.0.1, which some systems take for the IPv4 address
    return found.is_global and not found.is_multicast


_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that is given out to the open Internet."""
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")


def errors_in(url: str, kinds: Collection[str], *, private_allowed: bool) -> tuple[FieldError, ...]:
    """Return what is wrong with a webhook that is to be registered; names are looked up only when it is used."""
    errors = []
    reason = _wrong_with(url, private_allowed=private_allowed)
    if reason is not None:
        errors.append(FieldError(field="url", code=reason[0], message=reason[1]))
    if not kinds:
        errors.append(FieldError(field="kinds", code="required", message="Choose at least one kind of event."))
    elif set(kinds) - set(event_kinds()):
        errors.append(FieldError(field="kinds", code="unknown", message="There is no such kind of event."))
    return tuple(errors)


def _wrong_with(url: str, *, private_allowed: bool) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or len(url) > MAX_URL or url != url.strip():
        return "malformed", "Give a whole address that begins with https:// or http://."
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "malformed", "An address with a user name, a password or a # part is not taken."
    try:
        is_private = not is_public(host)
    except ValueError:
        return None
    if is_private and not private_allowed:
        return "private", "This is an address of the office's own network. Only addresses outside are taken."
    return None


class WebhookNotFound(NotFound):
    """No such webhook, or not of this agency."""

    code = "webhook.not_found"
    template = "There is no such webhook."


class WebhookDeliveryNotFound(NotFound):
    """The webhook has no such delivery."""

    code = "webhook.delivery_not_found"
    template = "This webhook has no such delivery."


class WebhookInvalid(Invalid):
    """The webhook cannot be registered as it is; every wrong field is named."""

    code = "webhook.invalid"
    template = "The webhook was not registered. Correct the fields that are marked and send again."


class WebhookNotActive(Conflict):
    """The webhook is switched off already."""

    code = "webhook.not_active"
    template = "This webhook is switched off. Switch it on first."


class WebhookNotDisabled(Conflict):
    """The webhook is switched on already."""

    code = "webhook.not_disabled"
    template = "This webhook is switched on already."


class WebhookAddressRefused(Conflict):
    """The name of the address leads into the office's own network; nothing was sent."""

    code = "webhook.address_refused"
    template = "The address of the webhook leads into the office's own network, so nothing was sent."


class WebhookAway(NeighbourAway):
    """The receiver does not answer, or not in time."""

    code = "webhook.away"
    template = "The receiver of the webhook does not answer."
