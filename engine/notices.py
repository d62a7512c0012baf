"""Notices: what a person is told without asking, in the application and by mail, each kind as they want it.

A notice names its document by type and number, never by its subject: a mail passes through other hands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from engine.deadlines import VIETNAM
from engine.errors import Conflict, FieldError, Invalid, NeighbourAway, NotFound
from engine.ids import AgencyId, DocumentId, MailId, NoticeId, PersonId, WorkItemId

MAX_ADDRESS: Final = 254
ATTEMPTS: Final = 12
"""Tries of one mail: 10, 20, 40 … seconds apart, at most two hours, about half a day in all."""
FIRST_WAIT_S: Final = 10.0
LONGEST_WAIT_S: Final = 7_200.0


class NoticeKind(StrEnum):
    """What a notice is about; each can be wanted in another way."""

    WORK = "work"
    DUE = "due"
    REFUSED = "refused"
    MENTION = "mention"
    WATCH = "watch"
    INCIDENT = "incident"
    WEBHOOK = "webhook"
    SERVICE = "service"


class When(StrEnum):
    """When a notice reaches a person on one channel."""

    OFF = "off"
    AT_ONCE = "at_once"
    DAILY = "daily"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """How one kind of notice is wanted: in the application (off or at once), by mail (also once a day)."""

    app: When
    mail: When


DEFAULTS: Final[Mapping[NoticeKind, Preference]] = {
    NoticeKind.WORK: Preference(app=When.AT_ONCE, mail=When.DAILY),
    NoticeKind.DUE: Preference(app=When.AT_ONCE, mail=When.DAILY),
    NoticeKind.REFUSED: Preference(app=When.AT_ONCE, mail=When.AT_ONCE),
    NoticeKind.MENTION: Preference(app=When.AT_ONCE, mail=When.AT_ONCE),
    NoticeKind.WATCH: Preference(app=When.AT_ONCE, mail=When.DAILY),
    NoticeKind.INCIDENT: Preference(app=When.AT_ONCE, mail=When.AT_ONCE),
    NoticeKind.WEBHOOK: Preference(app=When.AT_ONCE, mail=When.AT_ONCE),
    NoticeKind.SERVICE: Preference(app=When.AT_ONCE, mail=When.AT_ONCE),
}
"""What holds for whoever said nothing; without an address no mail goes out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What people are to be told.

    Attributes:
        source: What makes it known when it is told twice; a person gets one notice of one source.
        template: The sentence, in English, with named places.
        facts: Texts for them; no content of a document.
        path: Page of the thing, as in '/work-items/…'.
    """

    agency_id: AgencyId
    kind: NoticeKind
    source: str
    template: str
    facts: Mapping[str, str]
    path: str
    work_item_id: WorkItemId | None = None
    document_id: DocumentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """News for one person; how it reaches them is settled a moment after it was made.

    Attributes:
        app: Whether it is shown in the application; None until that is settled.
        mail: Whether and when it goes out by mail; None until that is settled.
        mail_id: The mail it went out with.
    """

    id: NoticeId
    person_id: PersonId
    news: News
    at: datetime
    app: When | None = None
    mail: When | None = None
    mail_id: MailId | None = None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How a person wants to be told: where mail goes (None: nowhere), and what differs from DEFAULTS."""

    address: str | None = None
    chosen: Mapping[NoticeKind, Preference] = field(default_factory=dict)

    def of(self, kind: NoticeKind) -> Preference:
        """Return what holds for a kind."""
        wanted = self.chosen.get(kind, DEFAULTS[kind])
        return wanted if self.address else Preference(app=wanted.app, mail=When.OFF)


class MailState(StrEnum):
    """What became of a mail."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to a person: a notice told at once (or several of one moment), or the notices of a day."""

    id: MailId
    person_id: PersonId
    kind: When
    state: MailState
    attempts: int
    made_at: datetime
    next_at: datetime
    code: str | None = None


def wait_after(attempts: int, chance: float) -> timedelta:
    """Return how long a mail waits after so many tries; *chance* (0 to 1) keeps those that failed together apart."""
    wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(attempts - 1, 30))
    return timedelta(seconds=wait * (1.0 + chance / 4))


def digest_moment(at: datetime, hour: int) -> datetime | None:
    """Return the moment of today's digest in Việt Nam if it has come, None before it.

    Whether an agency gets one today is for its calendar to say.
    """
    here = at.astimezone(VIETNAM)
    moment = datetime.combine(here.date(), time(hour), tzinfo=VIETNAM)
    return moment if here >= moment else None


def errors_in(preferences: Preferences) -> tuple[FieldError, ...]:
    """Return what is wrong with a person's preferences."""
    errors = [
        FieldError(
            field=f"{kind.value}/app", code="choice", message="In the application a notice comes at once or not."
        )
        for kind, chosen in preferences.chosen.items()
        if chosen.app is When.DAILY
    ]
    if preferences.address is not None and not _is_address(preferences.address):
        message = "This is not an e-mail address. Write it as in ten@coquan.gov.vn."
        errors.append(FieldError(field="address", code="malformed", message=message))
    return tuple(errors)


def _is_address(text: str) -> bool:
    name, at, host = text.rpartition("@")
    plain = text.isascii() and text.isprintable() and not set(text) & set(' <>,;:"()[]\\')
    return bool(plain and at and name and "." in host and "@" not in name and len(text) <= MAX_ADDRESS)


class NoticeNotFound(NotFound):
    """The person has no such notice."""

    code = "notice.not_found"
    template = "There is no such notice."


class PreferencesInvalid(Invalid):
    """The preferences cannot be kept as they are; every wrong field is named."""

    code = "notice.preferences_invalid"
    template = "Nothing was kept. Correct the fields that are marked and send again."


class MailAway(NeighbourAway):
    """The mail server does not answer, or does not let us in."""

    code = "mail.away"
    template = "The mail server does not answer. Mails wait and go out by themselves."


class MailRefused(Conflict):
    """The mail server does not take mail for this address."""

    code = "mail.refused"
    template = "The mail server does not take mail for this address. Correct the address."
