"""What happens to localities and to what they are judged by, in the past tense; see engine.events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.events import Event, Private
from engine.ids import AchievementId, CriteriaSetId, DocumentId, FileId, InstanceId, LocalityId


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaSetLoaded(Event):
    """A version of a set of criteria came to be known; *sha256* is that of its content."""

    action = "criteria_set.loaded"
    subject_type = "criteria_set"
    criteria_set_id: CriteriaSetId
    tier: str
    sha256: str
    effective_from: date
    effective_to: date | None
    supersedes: CriteriaSetId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalitiesAdded(Event):
    """Localities came to be known, by their codes."""

    action = "localities.added"
    subject_type = "agency"
    codes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalitiesLoaded(Event):
    """A filled-in table made localities known, and changed facts of others; by code, with these facts."""

    action = "localities.loaded"
    subject_type = "agency"
    added: Mapping[str, Mapping[str, str]]
    changed: Mapping[str, Mapping[str, str]]
    plan_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalityChanged(Event):
    """Facts of a locality were changed; said as they stand since."""

    action = "locality.changed"
    subject_type = "locality"
    locality_id: LocalityId
    code: str
    name: str
    region: str
    group: str | None
    area_class: str | None
    hardship: bool
    households: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementRecorded(Event):
    """A decision of before, or of elsewhere, that recognised a locality was put on record."""

    action = "achievement.recorded"
    subject_type = "achievement"
    achievement_id: AchievementId
    locality_id: LocalityId
    tier: str
    decision: str
    decided_on: date
    document_id: DocumentId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementCorrected(Event):
    """What was recorded by hand of a past recognition was corrected; *before* is what it said."""

    action = "achievement.corrected"
    subject_type = "achievement"
    achievement_id: AchievementId
    locality_id: LocalityId
    tier: str
    decision: str
    decided_on: date
    basis: str
    before: Mapping[str, str]
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementRecordWithdrawn(Event):
    """A record made by hand of a past recognition was found wrong altogether; it counts nowhere any more."""

    action = "achievement.record_withdrawn"
    subject_type = "achievement"
    achievement_id: AchievementId
    locality_id: LocalityId
    tier: str
    decision: str
    decided_on: date
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementRevokedByDecision(Event):
    """An issued decision took a recognition away."""

    action = "achievement.revoked"
    subject_type = "achievement"
    achievement_id: AchievementId
    locality_id: LocalityId
    tier: str
    decision: str
    revoked_on: date
    document_id: DocumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationProposed(Event):
    """A proposal to take a recognition away was received under an arrival number, and its procedure began."""

    action = "achievement.revocation_proposed"
    subject_type = "document"
    document_id: DocumentId
    instance_id: InstanceId
    achievement_id: AchievementId
    locality_id: LocalityId
    tier: str
    arrival_number: int
    file_id: FileId
