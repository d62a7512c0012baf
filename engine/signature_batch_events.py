"""What happens to batches of signatures and to who looks at documents before them; see engine.events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.events import Event
from engine.ids import DocumentId, FileId, SignatureBatchId, WorkItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBatchBegun(Event):
    """Somebody authenticated once to sign these; each has its own leaves when its digest is fixed and when signed."""

    action = "signature_batch.begun"
    subject_type = "signature_batch"
    signature_batch_id: SignatureBatchId
    key: str
    work_item_ids: Sequence[WorkItemId]
    file_ids: Sequence[FileId]
    """What was seen of each, in the same order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBatchRetried(Event):
    """Its signer had those that failed tried again."""

    action = "signature_batch.retried"
    subject_type = "signature_batch"
    signature_batch_id: SignatureBatchId
    work_item_ids: Sequence[WorkItemId]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItemStopped(Event):
    """One document of a batch was not signed, for this reason; the others went on."""

    action = "signature_batch.item_stopped"
    subject_type = "document"
    document_id: DocumentId
    signature_batch_id: SignatureBatchId
    work_item_id: WorkItemId
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentViewed(Event):
    """Every page somebody has to see before signing was delivered to them: page → when, in UTC."""

    action = "document.viewed"
    subject_type = "document"
    document_id: DocumentId
    file_id: FileId
    pages: Mapping[str, str]
