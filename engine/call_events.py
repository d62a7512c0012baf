"""What happens between procedures that call one another or are started by a message, in the past tense."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.events import Event, Private
from engine.ids import DefinitionId, DocumentId, InstanceId


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceCalled(Event):
    """A step of the procedure *caller_id* started this one, and waits for its end."""

    action = "instance.called"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    definition_id: DefinitionId
    caller_id: InstanceId
    element: str
    effects: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFinished(Event):
    """A called procedure ended, well or with *error*, and the one that called it went on."""

    action = "call.finished"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    element: str
    called_id: InstanceId
    error: str | None
    effects: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceReleased(Event):
    """A called procedure goes on by itself: its caller ended, and its document is signed or numbered already."""

    action = "instance.released"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    caller_id: InstanceId


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceStarted(Event):
    """A message that no step waited for started a procedure, from a person or from the procedure *sender*."""

    action = "instance.started"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    definition_id: DefinitionId
    name: str
    correlation: Private
    payload: Private
    sender: InstanceId | None
    effects: Sequence[str]
