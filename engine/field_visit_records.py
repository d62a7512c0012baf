"""What the engine needs of storage for field visits; the words are those of engine.ports."""

from collections.abc import Collection, Sequence, Set
from typing import Protocol

from engine.field_visits import FieldVisit
from engine.ids import DossierId, FieldVisitId, FileId


class FieldVisits(Protocol):
    """Field visits with their photos; whoever changes one holds the dossier's row."""

    def get(self, visit_id: FieldVisitId) -> FieldVisit:
        """Return the visit, or raise FieldVisitNotFound."""

    def of_dossier(self, dossier_id: DossierId) -> Sequence[FieldVisit]:
        """Return the dossier's visits with their photos, the oldest first, in two statements however many there are."""

    def add(self, visit: FieldVisit) -> None:
        """Keep a new draft."""

    def save(self, visit: FieldVisit) -> None:
        """Keep the new value of a draft, photos and all; one that was recorded the database keeps as it is."""

    def remove(self, visit: FieldVisit) -> None:
        """Forget a draft."""

    def of_other_dossiers(self, file_ids: Collection[FileId], dossier_id: DossierId) -> Set[FileId]:
        """Return those of the files that another dossier has: in a part, as evidence or as photo of a visit."""
