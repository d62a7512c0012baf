"""What happens to field visits; who took part and what the commune said is private, the minutes are there by digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.dossier_events import DossierEvent
from engine.events import Private
from engine.ids import FieldVisitId, FileId, UnitId, WorkItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldVisitEvent(DossierEvent):
    """Something that happened to a field visit of a dossier, within the appraisal of a unit."""

    visit_id: FieldVisitId
    unit_id: UnitId
    work_item_id: WorkItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldVisitOpened(FieldVisitEvent):
    """A draft of a field visit was begun; *content* is what was typed in."""

    action = "dossier.field_visit_opened"
    indicators: Sequence[str]
    photos: Sequence[FileId]
    content: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldVisitSaved(FieldVisitEvent):
    """A draft of a field visit was changed; *content* is all that is typed in now."""

    action = "dossier.field_visit_saved"
    indicators: Sequence[str]
    photos: Sequence[FileId]
    content: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldVisitRecorded(FieldVisitEvent):
    """A field visit was recorded, with its minutes."""

    action = "dossier.field_visit_recorded"
    first_day: date
    last_day: date
    place: str
    indicators: Sequence[str]
    photos: Sequence[FileId]
    participants: Private
    minutes: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldVisitDiscarded(FieldVisitEvent):
    """A draft of a field visit was thrown away."""

    action = "dossier.field_visit_discarded"
