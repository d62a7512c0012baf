"""What the machine does when something a procedure waited for happens, in the past tense."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.events import Event, Private
from engine.ids import DocumentId, InstanceId


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired(Event):
    """A timer of a procedure was due, and the procedure moved on; *effects* says what changed."""

    action = "timer.fired"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    element: str
    due_at: datetime
    effects: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDelivered(Event):
    """A procedure got the message it waited for, from a person or from the procedure *sender*."""

    action = "message.delivered"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    element: str
    name: str
    correlation: Private
    payload: Private
    sender: InstanceId | None
    effects: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalReceived(Event):
    """A procedure got the signal it waited for, sent by the procedure *sender*."""

    action = "signal.received"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    element: str
    name: str
    payload: Private
    sender: InstanceId | None
    effects: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationFailed(Event):
    """A job of a procedure ended with an error that its model expects; *effects* says what changed."""

    action = "operation.failed"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    element: str
    operation: str
    code: str
    effects: Sequence[str]
