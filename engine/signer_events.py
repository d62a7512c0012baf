"""What can happen to the hands on a document: an initial given, signatures that became void."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.events import Event, Private
from engine.ids import DocumentId, FileId, PersonId, SignatureId, WorkItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInitialled(Event):
    """Somebody initialled a document (ký nháy), answering for its content or its form: of which file."""

    action = "document.initialled"
    subject_type = "document"
    document_id: DocumentId
    work_item_id: WorkItemId
    kind: str
    file_id: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturesVoided(Event):
    """Signatures already given count no more, since the document went back; their files stay as evidence.

    The lists go side by side: who had signed, in which field, which digest.
    """

    action = "document.signatures_voided"
    subject_type = "document"
    document_id: DocumentId
    reason: Private
    signatures: Sequence[SignatureId]
    signers: Sequence[PersonId]
    fields: Sequence[str]
    digests: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureGivenBack(Event):
    """A signature asked for was not made, since the document changed meanwhile; the work item is open again."""

    action = "document.signature_given_back"
    subject_type = "document"
    document_id: DocumentId
    work_item_id: WorkItemId
    signature_id: SignatureId
    field: str
