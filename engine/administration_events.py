"""What administrators do to running procedures and stuck steps, in the past tense; see engine.events."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.events import Event, Private
from engine.ids import DocumentId, IncidentId, InstanceId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceSuspended(Event):
    """A procedure was made to stand still."""

    action = "instance.suspended"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceResumed(Event):
    """A suspended procedure went on."""

    action = "instance.resumed"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceCancelled(Event):
    """A procedure was ended before its end; *document_state* is that of its document since."""

    action = "instance.cancelled"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    document_state: str
    items: int
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenMoved(Event):
    """A procedure was taken from one step to another; *effects* says what changed on the way."""

    action = "instance.moved"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    from_element: str
    to_element: str
    reason: Private
    effects: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceDataChanged(Event):
    """What a procedure knows was changed, under these names; *before* and *after* are JSON objects."""

    action = "instance.data_changed"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    names: Sequence[str]
    before: Private
    after: Private
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRetriedWithParameters(Event):
    """Somebody had a stuck step tried again, its operation given other parameters than *before*."""

    action = "incident.retried_with_parameters"
    subject_type = "incident"
    incident_id: IncidentId
    instance_id: InstanceId
    element: str
    before: Private
    after: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipProposed(Event):
    """Somebody proposed to pass a stuck step over."""

    action = "incident.skip_proposed"
    subject_type = "incident"
    incident_id: IncidentId
    instance_id: InstanceId
    element: str
    operation: str
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSkipped(Event):
    """A second person confirmed it, and the procedure went on without the step; *effects* says what changed."""

    action = "incident.skipped"
    subject_type = "incident"
    incident_id: IncidentId
    instance_id: InstanceId
    document_id: DocumentId
    element: str
    operation: str
    proposed_by: PersonId
    reason: Private
    effects: Sequence[str]
