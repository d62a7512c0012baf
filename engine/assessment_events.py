"""What happens to the assessments of a dossier."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.dossier_events import DossierEvent
from engine.ids import FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorsAssessed(DossierEvent):
    """Somebody reported values of indicators at a stage; a value of None took back what was reported."""

    action = "dossier.assessed"
    stage: str
    values: Mapping[str, str | None]
    opinions: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAdded(DossierEvent):
    """A file of evidence was added to an indicator."""

    action = "dossier.evidence_added"
    stage: str
    indicator: str
    file_id: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRemoved(DossierEvent):
    """A file of evidence was taken out of an indicator."""

    action = "dossier.evidence_removed"
    stage: str
    indicator: str
    file_id: FileId
