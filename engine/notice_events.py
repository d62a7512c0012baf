"""Events of what others are told: webhooks, and how a person wants to be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.events import Event, Private
from engine.ids import PersonId, WebhookId


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRegistered(Event):
    """An administrator had events sent to an address; the whole address stands in its row only."""

    action = "webhook.registered"
    subject_type = "webhook"
    webhook_id: WebhookId
    host: str
    kinds: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEnabled(Event):
    """A webhook was switched on again; it goes on where it stopped."""

    action = "webhook.enabled"
    subject_type = "webhook"
    webhook_id: WebhookId


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDisabled(Event):
    """A webhook was switched off, by a person or because it did not answer for days."""

    action = "webhook.disabled"
    subject_type = "webhook"
    webhook_id: WebhookId
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRemoved(Event):
    """A webhook was removed, and its secret with it."""

    action = "webhook.removed"
    subject_type = "webhook"
    webhook_id: WebhookId


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReplayed(Event):
    """An administrator had deliveries sent once more."""

    action = "webhook.replayed"
    subject_type = "webhook"
    webhook_id: WebhookId
    deliveries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePreferencesSet(Event):
    """Somebody said how they want to be told; their address is private."""

    action = "notice_preferences.set"
    subject_type = "person"
    person_id: PersonId
    address: Private
    changed: Mapping[str, str]
