"""What can happen to calendars and clocks, in the past tense; see engine.events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.events import Event, Private
from engine.ids import DocumentId, InstanceId


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSaved(Event):
    """Somebody confirmed a year of the office's calendar; the days as 'kind day', with what changed."""

    action = "calendar.saved"
    subject_type = "agency"
    year: int
    rev: int
    added: Sequence[str]
    removed: Sequence[str]
    hours: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTimesRecomputed(Event):
    """Open work items were counted by a changed calendar; *moved* of them have another due time now."""

    action = "due_times.recomputed"
    subject_type = "agency"
    version: int
    items: int
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimersRecomputed(Event):
    """Timers of a procedure in working time were counted again by this version of the calendar; *moved* changed."""

    action = "timers.recomputed"
    subject_type = "instance"
    instance_id: InstanceId
    version: int
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPaused(Event):
    """The clock of a document was stopped."""

    action = "document.paused"
    subject_type = "document"
    document_id: DocumentId
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentResumed(Event):
    """The clock of a document went on; what was left of its terms is left again."""

    action = "document.resumed"
    subject_type = "document"
    document_id: DocumentId
    paused_since: datetime
    due_date: date | None
    items: int
