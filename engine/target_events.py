"""What happens to targets and plans, in the past tense; see engine.events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.events import Event
from engine.ids import CriteriaSetId, DocumentId, FileId, InstanceId, LocalityId, TargetId


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRegistered(Event):
    """A registration was received under an arrival number, and its procedure began."""

    action = "target.registered"
    subject_type = "document"
    document_id: DocumentId
    instance_id: InstanceId
    target_id: TargetId
    locality_id: LocalityId
    tier: str
    year: int
    criteria_set: CriteriaSetId
    criteria_met: Sequence[int]
    arrival_number: int
    file_id: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPlanSaved(Event):
    """The province planned how many localities are to be recognised in a year, by tier."""

    action = "tier_plan.saved"
    subject_type = "agency"
    year: int
    planned: Mapping[str, int]
