"""What happens to attachments that are sealed, to images of signatures and seals, and to copies."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.events import Event
from engine.ids import DocumentId, FileId, InstanceId, SignatureId, WorkItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentSealAsked(Event):
    """The agency's signature on an attachment was asked for; the digest is here before the key is used."""

    action = "attachment.seal_asked"
    subject_type = "document"
    document_id: DocumentId
    work_item_id: WorkItemId
    signature_id: SignatureId
    file_id: FileId
    key_id: str
    digest: str
    prepared_file_id: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureImageSet(Event):
    """Somebody set what a person's hand or the agency's seal looks like; without a file, as beside the key."""

    action = "signature_image.set"
    subject_type = "signature_image"
    signature_image_id: UUID
    owner_id: UUID
    kind: str
    file_id: FileId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentSealed(Event):
    """The agency signed an attachment, and the signed file was kept."""

    action = "attachment.sealed"
    subject_type = "document"
    document_id: DocumentId
    work_item_id: WorkItemId
    signature_id: SignatureId
    file_id: FileId
    digest: str
    signed_file_id: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyAsked(Event):
    """Somebody asked for a copy of a document; its pages are ready, and the head decides."""

    action = "copy.asked"
    subject_type = "document"
    document_id: DocumentId
    of_document_id: DocumentId
    instance_id: InstanceId
    form: str
    source: str
    target: str
    pages: Sequence[int]
    file_id: FileId
