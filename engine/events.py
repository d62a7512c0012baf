"""What can happen, in the past tense: each event becomes one leaf of the audit log.

``action`` reads ``noun.happened``. Fields of type ``Private`` may describe a person; they reach the leaf only as
salted digests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import ClassVar
from uuid import UUID

from engine.ids import (
    AgencyId,
    DefinitionId,
    DeliveryId,
    DocumentId,
    FileId,
    IncidentId,
    InstanceId,
    PersonId,
    SessionId,
    SignatureId,
    StandInId,
    WorkItemId,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """A value that may describe a person; empty where nothing was said."""

    value: str


EventValue = str | int | bool | None | Private | Sequence["EventValue"] | Mapping[str, "EventValue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened: who did it, when, in which agency; for whom and by what, where a stand-in acted."""

    action: ClassVar[str]
    subject_type: ClassVar[str]

    by: PersonId
    at: datetime
    agency_id: AgencyId
    on_behalf_of: PersonId | None = None
    by_stand_in: StandInId | None = None

    def subject_id(self) -> str:
        """Return the id of what the event is about: the field named after the subject's type."""
        return str(getattr(self, f"{self.subject_type}_id"))

    def data(self) -> dict[str, EventValue]:
        """Return the event's own fields but the subject, as plain values; ids and dates become strings."""
        shared = {"by", "at", "agency_id", "on_behalf_of", f"{self.subject_type}_id"}
        shared |= set() if self.by_stand_in else {"by_stand_in"}
        return {part.name: _plain(getattr(self, part.name)) for part in fields(self) if part.name not in shared}


def _plain(value: object) -> EventValue:
    match value:
        case Enum():
            return _plain(value.value)
        case Private() | str() | bool() | int() | None:
            return value
        case UUID() | date():
            return str(value) if isinstance(value, UUID) else value.isoformat()
        case Mapping():
            return {str(key): _plain(part) for key, part in value.items()}
        case Sequence() | frozenset():
            return [_plain(part) for part in value]
        case _:
            raise TypeError(f"An event cannot carry {type(value).__name__}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    """Somebody signed in."""

    action = "session.started"
    subject_type = "session"
    session_id: SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFailed(Event):
    """A sign-in was refused; the name that was tried is private."""

    action = "session.refused"
    subject_type = "person"
    person_id: PersonId
    username: Private
    address: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Event):
    """Somebody signed out."""

    action = "session.ended"
    subject_type = "session"
    session_id: SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFounded(Event):
    """An agency with its units, people, posts and registers was set up."""

    action = "agency.founded"
    subject_type = "agency"
    units: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStored(Event):
    """Somebody brought a content; the same content may be brought again, by others."""

    action = "file.stored"
    subject_type = "file"
    file_id: FileId
    size: int
    pages: int
    signatures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionDeployed(Event):
    """A procedure model was deployed."""

    action = "definition.deployed"
    subject_type = "definition"
    definition_id: DefinitionId
    key: str
    version: int
    bundle_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingDocumentRegistered(Event):
    """An incoming document got its arrival number, and its procedure began."""

    action = "incoming_document.registered"
    subject_type = "document"
    document_id: DocumentId
    instance_id: InstanceId
    arrival_number: int
    arrival_date: date
    file_id: FileId
    duplicates: Sequence[DocumentId]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDrafted(Event):
    """An outgoing document was drafted, and its procedure began."""

    action = "outgoing_document.drafted"
    subject_type = "document"
    document_id: DocumentId
    instance_id: InstanceId
    type: str
    signer: PersonId
    file_id: FileId
    recipients: Sequence[AgencyId]
    replies_to: Sequence[DocumentId]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRevised(Event):
    """A draft was changed; said as it stands since."""

    action = "outgoing_document.revised"
    subject_type = "document"
    document_id: DocumentId
    file_id: FileId
    signer: PersonId
    recipients: tuple[AgencyId, ...]
    urgency: int
    attachments: tuple[FileId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemEvent(Event):
    """Something that happened to a work item, of which document."""

    subject_type = "work_item"
    work_item_id: WorkItemId
    document_id: DocumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemClaimed(WorkItemEvent):
    """Somebody took a work item."""

    action = "work_item.claimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemReleased(WorkItemEvent):
    """Somebody gave a work item back to all who may do it."""

    action = "work_item.released"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemDelegated(WorkItemEvent):
    """A work item was handed to a named colleague."""

    action = "work_item.delegated"
    to: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemCompleted(WorkItemEvent):
    """A work item was done with an outcome; *effects* says what the procedure did in the same transaction."""

    action = "work_item.completed"
    instance_id: InstanceId
    element: str
    outcome: str
    details: Private
    comment: Private
    effects: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningAsked(Event):
    """A signature was asked for; the digest is here before the key is used."""

    action = "signature.asked"
    subject_type = "document"
    document_id: DocumentId
    work_item_id: WorkItemId
    signature_id: SignatureId
    field: str
    key_id: str
    digest: str
    prepared_file_id: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSigned(Event):
    """The signature was made and the signed file kept; the work item is done with it."""

    action = "document.signed"
    subject_type = "document"
    document_id: DocumentId
    work_item_id: WorkItemId
    signature_id: SignatureId
    field: str
    digest: str
    signed_file_id: FileId
    effects: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationFinished(Event):
    """A job of a procedure succeeded; *effects* says what changed."""

    action = "operation.finished"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    element: str
    operation: str
    effects: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(Event):
    """A step of a procedure is stuck."""

    action = "incident.opened"
    subject_type = "incident"
    incident_id: IncidentId
    instance_id: InstanceId
    element: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRetried(Event):
    """Somebody had a stuck step tried again."""

    action = "incident.retried"
    subject_type = "incident"
    incident_id: IncidentId
    instance_id: InstanceId
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFailedAgain(Event):
    """A stuck step was tried again and failed again."""

    action = "incident.failed_again"
    subject_type = "incident"
    incident_id: IncidentId
    instance_id: InstanceId
    element: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentResolved(Event):
    """A stuck step turned out to be done."""

    action = "incident.resolved"
    subject_type = "incident"
    incident_id: IncidentId
    instance_id: InstanceId
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitNoted(WorkItemEvent):
    """The machine noted what a work item waits for."""

    action = "work_item.waiting"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryArrived(Event):
    """An issued document arrived at an agency of this installation and waits for its clerk."""

    action = "delivery.arrived"
    subject_type = "delivery"
    delivery_id: DeliveryId
    document_id: DocumentId
    from_agency: AgencyId
    outgoing_id: DocumentId
