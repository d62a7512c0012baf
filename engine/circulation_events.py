"""What happens to circulated documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.events import Event, Private
from engine.ids import AgencyId, CirculationId, DocumentId, FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class CirculationEvent(Event):
    """Something that happened to a circulated document."""

    subject_type = "circulation"
    circulation_id: CirculationId


@dataclass(frozen=True, slots=True, kw_only=True)
class CirculationBegun(CirculationEvent):
    """A document was sent to many agencies."""

    action = "circulation.begun"
    document_id: DocumentId
    asks: str
    due: date | None
    addressees: Sequence[AgencyId]


@dataclass(frozen=True, slots=True, kw_only=True)
class CirculationRead(CirculationEvent):
    """Somebody of an agency had it before them for the first time."""

    action = "circulation.read"
    document_id: DocumentId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CirculationAnswered(CirculationEvent):
    """An agency answered."""

    action = "circulation.answered"
    text: Private
    document_id: DocumentId | None
    file_id: FileId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CirculationAnswerArrived(CirculationEvent):
    """An answer reached whoever asked; of which agency."""

    action = "circulation.answer_arrived"
    from_agency: AgencyId


@dataclass(frozen=True, slots=True, kw_only=True)
class CirculationReminded(CirculationEvent):
    """Agencies that have not done what is asked were reminded."""

    action = "circulation.reminded"
    addressees: Sequence[AgencyId]


@dataclass(frozen=True, slots=True, kw_only=True)
class CirculationReminderArrived(CirculationEvent):
    """An agency was reminded of what it has not done: in its own log, which its webhooks read; of which agency."""

    action = "circulation.reminder_arrived"
    from_agency: AgencyId
    document_id: DocumentId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CirculationEnded(CirculationEvent):
    """Nothing is asked any more."""

    action = "circulation.closed"
