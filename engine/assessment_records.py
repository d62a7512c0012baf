"""What the engine needs of storage for assessments; the words are those of engine.ports."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from engine.assessments import Assessment, Evidence, Stage
from engine.ids import DossierId, PersonId


class Assessments(Protocol):
    """What is reported of indicators, with evidence; whoever changes any holds the dossier's row."""

    def of(self, dossier_id: DossierId) -> Sequence[Assessment]:
        """Return everything reported, by indicator, with how many files go with each, in one statement."""

    def save(self, assessments: Sequence[Assessment]) -> None:
        """Keep what is reported, each in place of what its stage said of the indicator before."""

    def evidence(self, dossier_id: DossierId, indicator: str | None = None) -> Sequence[Evidence]:
        """Return the evidence of the dossier, or of this indicator, the oldest first."""

    def add_evidence(self, evidence: Evidence) -> None:
        """Keep a file of evidence."""

    def remove_evidence(self, evidence: Evidence, *, by: PersonId, at: datetime) -> None:
        """Take a file out; that it was there, and who took it out, stays on record. Raises DossierFileNotFound."""

    def find_evidence(self, dossier_id: DossierId, indicator: str, stage: Stage, file_id: str) -> Evidence | None:
        """Return the file of evidence, or None."""
