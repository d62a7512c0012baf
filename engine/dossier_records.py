"""What the engine needs of storage for dossiers; the words are those of engine.ports."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.documents import ArchivedFile
from engine.dossiers import Dossier, DossierKind, DossierState, PartFile, Submission
from engine.ids import AgencyId, DocumentId, DossierId, FileId, LocalityId, PersonId
from engine.people import Person
from engine.queries import Page, PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierQuery:
    """Which dossiers, of those *reader* may read; *received*: only those the reader's agency decides on, or composes.

    Attributes:
        text: Words of the subject; case and Vietnamese marks do not matter.
    """

    reader: Person
    kind: DossierKind | None = None
    state: DossierState | None = None
    received: bool | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierLine:
    """A dossier as lists show it."""

    id: DossierId
    kind: DossierKind
    agency_id: AgencyId
    receiver_id: AgencyId
    subject: str
    rules_id: str
    state: DossierState
    opened_at: datetime
    submitted_at: datetime | None
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedDossierFile:
    """A content of a dossier as it lies in the locked archive; *version_id* names the locked version."""

    dossier_id: DossierId
    file_id: FileId
    version_id: str | None
    archived_at: datetime

    def as_document(self, document_id: DocumentId) -> ArchivedFile:
        """Return it as a document's content has it, for what reads archived contents."""
        return ArchivedFile(
            document_id=document_id, file_id=self.file_id, version_id=self.version_id, archived_at=self.archived_at
        )


class Dossiers(Protocol):
    """Dossiers with their parts, files and submissions."""

    def get(self, dossier_id: DossierId) -> Dossier:
        """Return the dossier with all its files, or raise DossierNotFound."""

    def lock(self, dossier_id: DossierId) -> Dossier:
        """Return the dossier for changing, or raise DossierNotFound."""

    def find_of_document(self, document_id: DocumentId) -> Dossier | None:
        """Return the dossier this document covers, or with which it is handled, or None."""

    def several(self, dossier_ids: Collection[DossierId]) -> Mapping[DossierId, DossierLine]:
        """Return those of the dossiers that there are, as lists show them, in one statement."""

    def of_locality(self, locality_id: LocalityId) -> Sequence[DossierLine]:
        """Return the locality's dossiers as lists show them, the oldest first."""

    def search(self, query: DossierQuery, page: PageRequest) -> Page[DossierLine]:
        """Return a page of dossiers, the newest first."""

    def add(self, dossier: Dossier) -> None:
        """Keep a new dossier with its parts, none of which has a file."""

    def save(self, dossier: Dossier) -> Dossier:
        """Keep where a locked dossier stands, not its files; return it with its next rev. Raises DossierMoved."""

    def add_file(self, dossier_id: DossierId, part: str, file: PartFile) -> None:
        """Keep a file in a part of a locked dossier."""

    def remove_file(self, dossier_id: DossierId, part: str, file_id: FileId, *, by: PersonId, at: datetime) -> None:
        """Take a file out of a part; that it was there, and who took it out, stays on record."""

    def add_submission(self, dossier_id: DossierId, submission: Submission, manifest: bytes) -> None:
        """Keep a submission with its manifest."""

    def ask(self, dossier_id: DossierId, submission: Submission) -> None:
        """Keep what is asked after this submission."""

    def get_manifest(self, dossier_id: DossierId, ordinal: int) -> bytes:
        """Return the manifest of a submission, or raise DossierNotFound."""

    def add_archived(self, archived: Sequence[ArchivedDossierFile]) -> None:
        """Note where contents lie in the locked archive."""

    def archived(self, dossier_id: DossierId) -> Sequence[ArchivedDossierFile]:
        """Return the dossier's contents in the locked archive."""
