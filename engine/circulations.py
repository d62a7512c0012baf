"""Circulations: an issued document sent to all localities of a kind, who of them has read it, and who has answered."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from engine.deadlines import office_date
from engine.errors import Conflict, Invalid, NotFound
from engine.ids import AgencyId, CirculationId, DocumentId, FileId, PersonId


class Ask(StrEnum):
    """What is asked of those it is sent to."""

    READ = "read"
    ANSWER = "answer"


class Standing(StrEnum):
    """How far one of those it is sent to is."""

    WAITING = "waiting"
    SENT = "sent"
    READ = "read"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circulation:
    """An issued document on its way to many agencies.

    Attributes:
        asks: To read it, or to answer.
        due: The last day for that, in the office's time; None: no day is set.
        note: What is asked, in words.
    """

    id: CirculationId
    agency_id: AgencyId
    document_id: DocumentId
    asks: Ask
    note: str
    begun_by: PersonId
    begun_at: datetime
    due: date | None = None
    closed_at: datetime | None = None
    rev: int = 0

    def require_open(self) -> None:
        """Raise CirculationClosed once nothing is asked any more."""
        if self.closed_at is not None:
            raise CirculationClosed

    def closed(self, at: datetime) -> "Circulation":
        """Return it as closed. Raises CirculationClosed."""
        self.require_open()
        return replace(self, closed_at=at, rev=self.rev + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """One agency it is sent to.

    Attributes:
        incoming_id: The document as it arrived there; None until the worker sent it.
        read_at: When who takes documents in or directs there first had it before them: clerk, chief, head, deputy.
        readers: How many of its people had it before them, others too.
        reminders: How often it was reminded.
    """

    circulation_id: CirculationId
    agency_id: AgencyId
    incoming_id: DocumentId | None = None
    read_at: datetime | None = None
    readers: int = 0
    answered_at: datetime | None = None
    reminded_at: datetime | None = None
    reminders: int = 0

    @property
    def standing(self) -> Standing:
        """How far it is."""
        if self.answered_at is not None:
            return Standing.ANSWERED
        if self.read_at is not None:
            return Standing.READ
        return Standing.WAITING if self.incoming_id is None else Standing.SENT

    def has_done(self, asks: Ask) -> bool:
        """Say whether it did what is asked; who answers has read it."""
        return self.answered_at is not None or (asks is Ask.READ and self.read_at is not None)

    def is_late(self, circulation: Circulation, today: date) -> bool:
        """Say whether the day has passed and it has not done what is asked."""
        return circulation.due is not None and today > circulation.due and not self.has_done(circulation.asks)

    def was_reminded_on(self, day: date) -> bool:
        """Say whether it was reminded, by a person or the machine, on this day of the office's time."""
        return self.reminded_at is not None and office_date(self.reminded_at) == day

    def reminded(self, at: datetime) -> "Addressee":
        """Return it as reminded once more."""
        return replace(self, reminded_at=at, reminders=self.reminders + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CirculationAnswer:
    """What an agency answered; a later one stands beside it.

    Attributes:
        document_id: A document it issued to whoever asked, or None.
        file_id, file_name: A file that goes with the answer, such as a table or a scan, or None.
    """

    circulation_id: CirculationId
    agency_id: AgencyId
    by: PersonId
    at: datetime
    text: str
    document_id: DocumentId | None = None
    file_id: FileId | None = None
    file_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many of those it was sent to did what."""

    all: int
    read: int
    answered: int
    late: int


class CirculationNotFound(NotFound):
    """No such circulation, or not one this person is to know of."""

    code = "circulation.not_found"
    template = "There is no such circulated document. Choose one from the list."


class CirculationInvalid(Invalid):
    """Some fields are wrong; all are named."""

    code = "circulation.invalid"
    template = "The document cannot be circulated, or answered, so. Correct what is marked and send it again."


class CirculationClosed(Conflict):
    """Whoever asked has closed it."""

    code = "circulation.closed"
    template = "This is closed; nothing is asked of anybody any more."


class RemindedToday(Conflict):
    """Everybody who has not done what is asked was reminded on the same day."""

    code = "circulation.reminded_today"
    template = "All who have not done it were already reminded today. Remind them again tomorrow at the earliest."


class NotToBeCirculated(Conflict):
    """Only what is issued and electronic is sent on."""

    code = "circulation.not_issued"
    template = "Only an issued document is sent to localities. Wait until it is issued."
