"""What the engine needs of storage for what others are told: readers of the log, webhooks, notices, mails, checks.

The words are those of engine.ports: ``get`` returns or raises, ``find`` returns or is None.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.audit import Place
from engine.checks import Check
from engine.ids import AgencyId, MailId, NoticeId, PersonId, WebhookDeliveryId, WebhookId, WorkItemId
from engine.notices import Mail, Notice, Preferences
from engine.queries import Page, PageRequest
from engine.webhooks import Attempt, Webhook, WebhookDelivery


class AuditCursors(Protocol):
    """Where each reader of the whole audit log stands."""

    def add(self, name: str) -> None:
        """Begin a reader here: what is recorded from now on is new to it."""

    def lock(self, name: str) -> Place | None:
        """Return where the reader stands, for moving it; None if there is none, or another process moves it."""

    def save(self, name: str, place: Place) -> None:
        """Move a locked reader."""

    def remove(self, name: str) -> None:
        """Forget the reader."""


class Webhooks(Protocol):
    """Webhooks, their secrets, deliveries and tries."""

    def add(self, webhook: Webhook, sealed: str) -> None:
        """Keep a new webhook with its sealed secret."""

    def get(self, webhook_id: WebhookId) -> Webhook:
        """Return the webhook, or raise WebhookNotFound; what was removed is not there."""

    def save(self, webhook: Webhook) -> None:
        """Keep its new state; the secret of a removed one is erased."""

    def of_agency(self, agency_id: AgencyId) -> Sequence[Webhook]:
        """Return the agency's webhooks that are not removed, the oldest first."""

    def active(self) -> Sequence[Webhook]:
        """Return every webhook that is switched on."""

    def keep_secret(self, webhook_id: WebhookId, sealed: str) -> None:
        """Keep what its messages are signed with, sealed, in place of what was kept."""

    def sealed_secret(self, webhook_id: WebhookId) -> str:
        """Return what its messages are signed with, as it was sealed."""

    def failing_since(self, webhook_ids: Collection[WebhookId]) -> Mapping[WebhookId, datetime]:
        """Return since when those of them that fail have taken nothing."""

    def note_success(self, webhook_id: WebhookId) -> None:
        """Forget that it failed."""

    def note_failure(self, webhook_id: WebhookId, at: datetime) -> datetime:
        """Note that it failed, and return since when it has."""

    def deliver(self, deliveries: Sequence[WebhookDelivery]) -> None:
        """Keep new deliveries; one that is there already stays as it is."""

    def waiting(self, webhook_id: WebhookId) -> int:
        """Return how many of its deliveries wait."""

    def due(self, webhook_id: WebhookId, at: datetime, limit: int) -> Sequence[WebhookDelivery]:
        """Return its waiting deliveries whose time has come, the oldest first."""

    def get_delivery(self, webhook_id: WebhookId, delivery_id: WebhookDeliveryId) -> WebhookDelivery:
        """Return the delivery for changing, or raise WebhookDeliveryNotFound."""

    def made_between(self, webhook_id: WebhookId, start: datetime, end: datetime) -> Sequence[WebhookDelivery]:
        """Return its deliveries made in this time, both ends included, for changing."""

    def save_delivery(self, delivery: WebhookDelivery) -> None:
        """Keep its new value."""

    def add_attempt(self, delivery_id: WebhookDeliveryId, attempt: Attempt) -> None:
        """Keep a try."""

    def deliveries(self, webhook_id: WebhookId, page: PageRequest) -> Page[WebhookDelivery]:
        """Return a page of its deliveries, the newest first."""

    def attempts(self, delivery_ids: Collection[WebhookDeliveryId]) -> Mapping[WebhookDeliveryId, Sequence[Attempt]]:
        """Return the tries of each of these, the oldest first."""

    def forget_attempts(self, before: datetime) -> None:
        """Remove tries made before this moment; that the event was told stays."""

    def forget(self, before: datetime, limit: int) -> int:
        """Remove at most so many deliveries made before this moment that do not wait; return how many."""


class Notices(Protocol):
    """What people are told, and how they want it."""

    def add(self, notices: Sequence[Notice]) -> None:
        """Keep new notices; one whose source its person was told of already is left out."""

    def unsettled(self, limit: int) -> Sequence[Notice]:
        """Return notices of which nobody settled yet how they reach their person, the oldest first, for changing."""

    def settle(self, notices: Sequence[Notice]) -> None:
        """Keep how these reach their people."""

    def shown_to(self, person_id: PersonId, page: PageRequest, *, unread: bool = False) -> Page[Notice]:
        """Return a page of what the person is shown, the newest first."""

    def unread(self, person_id: PersonId) -> int:
        """Return how many notices the person has not read; at most 100 are counted."""

    def mark_read(self, person_id: PersonId, notice_id: NoticeId, at: datetime) -> Notice:
        """Note that the person has read this notice of theirs, and return it. Raises NoticeNotFound."""

    def mark_all_read(self, person_id: PersonId, at: datetime) -> None:
        """Note that the person has read all their notices."""

    def close(self, work_item_id: WorkItemId, keep: Collection[PersonId], at: datetime) -> None:
        """Note as read what was said of a work item to everybody but those to *keep*; it is no longer theirs to do."""

    def daily_agencies(self, before: datetime) -> Sequence[AgencyId]:
        """Return the agencies that have notices made before this moment which wait for their day's mail."""

    def daily(self, agency_ids: Collection[AgencyId], before: datetime, limit: int) -> Sequence[Notice]:
        """Return such notices of these agencies, by person, for changing."""

    def forget(self, before: datetime, limit: int) -> int:
        """Remove at most so many notices made before this moment that wait for no mail; return how many."""

    def of_mails(self, mail_ids: Collection[MailId]) -> Mapping[MailId, Sequence[Notice]]:
        """Return the notices of each of these mails, the oldest first."""

    def preferences(self, person_ids: Collection[PersonId]) -> Mapping[PersonId, Preferences]:
        """Return how each of these people wants to be told."""

    def set_preferences(self, person_id: PersonId, preferences: Preferences) -> None:
        """Keep how a person wants to be told."""


class Mails(Protocol):
    """Mails on their way to the mail server."""

    def add(self, mails: Sequence[Mail]) -> None:
        """Keep new mails."""

    def due(self, at: datetime, limit: int) -> Sequence[Mail]:
        """Return waiting mails whose time has come, the oldest first."""

    def save(self, mail: Mail) -> None:
        """Keep its new value."""

    def waiting(self) -> tuple[int, datetime | None]:
        """Return how many mails wait, and since when the oldest does."""

    def forget(self, before: datetime, limit: int) -> int:
        """Remove at most so many mails made before this moment that do not wait; return how many."""


class Checks(Protocol):
    """What was found of the neighbours."""

    def all(self) -> Sequence[Check]:
        """Return every check, by name."""

    def find(self, name: str) -> Check | None:
        """Return the check of this name, or None."""

    def named(self, prefix: str) -> Sequence[Check]:
        """Return the checks whose names begin like this, by name."""

    def several(self, names: Sequence[str]) -> Sequence[Check]:
        """Return those of these checks that there are, in one statement."""

    def keep(self, checks: Sequence[Check]) -> None:
        """Keep these as the newest of their names, and forget every other."""
