"""What happens to approvals."""

from dataclasses import dataclass

from engine.events import Event, Private
from engine.ids import DocumentId, InstanceId, WorkItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionRecorded(Event):
    """One of several people gave their opinion on a step; *agreed* of *needs* agree now."""

    action = "work_item.opinion_given"
    subject_type = "work_item"
    work_item_id: WorkItemId
    document_id: DocumentId
    instance_id: InstanceId
    element: str
    outcome: str
    agreed: int
    needs: int
    details: Private
    comment: Private
