"""What happens to dossiers; a manifest's digest is on record before anybody judges what it lists."""

from dataclasses import dataclass
from datetime import date

from engine.events import Event, Private
from engine.ids import AgencyId, DocumentId, DossierId, FileId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierEvent(Event):
    """Something that happened to a dossier."""

    subject_type = "dossier"
    dossier_id: DossierId


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierOpened(DossierEvent):
    """A dossier was opened, to be composed."""

    action = "dossier.opened"
    kind: str
    receiver_id: AgencyId
    rules: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositionStarted(DossierEvent):
    """The covering document was drafted, and the procedure that composes the dossier began on it."""

    action = "dossier.started"
    document_id: DocumentId
    signer: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierFileAdded(DossierEvent):
    """A file was added to a part."""

    action = "dossier.file_added"
    part: str
    file_id: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierFileRemoved(DossierEvent):
    """A file was taken out of a part."""

    action = "dossier.file_removed"
    part: str
    file_id: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierSubmitted(DossierEvent):
    """The dossier was submitted and frozen: the digest is that of its manifest (RFC 8785)."""

    action = "dossier.submitted"
    ordinal: int
    rules: str
    receiver_id: AgencyId
    manifest_sha256: str
    files: int
    document_id: DocumentId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementAsked(DossierEvent):
    """The deciding agency asked for a supplement; files may change until it is submitted again."""

    action = "dossier.supplement_asked"
    ordinal: int
    until: date | None
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierAccepted(DossierEvent):
    """The dossier was found complete."""

    action = "dossier.accepted"
    ordinal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierDecided(DossierEvent):
    """What the dossier asked for was decided, by this document where there is one."""

    action = "dossier.decided"
    document_id: DocumentId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierRefused(DossierEvent):
    """The dossier was refused."""

    action = "dossier.refused"
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierWithdrawn(DossierEvent):
    """Who submitted the dossier took it back."""

    action = "dossier.withdrawn"
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierClosed(DossierEvent):
    """The dossier was closed, with its contents in the locked archive."""

    action = "dossier.closed"
    archived: int
