"""What the engine needs of storage for what signatures look like, and copies; the words are those of engine.ports."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from engine.attachment_seals import AttachmentSeal
from engine.copies import Copy
from engine.ids import DocumentId, WorkItemId
from engine.signature_images import SignatureImage


class AttachmentSeals(Protocol):
    """The agency's signatures on attachments; whoever saves one holds the instance of its work item."""

    def of_item(self, work_item_id: WorkItemId) -> Sequence[AttachmentSeal]:
        """Return those asked for with this work item, by their place."""

    def of_document(self, document_id: DocumentId) -> Sequence[AttachmentSeal]:
        """Return those of the document, the oldest first."""

    def add(self, seal: AttachmentSeal) -> None:
        """Keep a new one."""

    def save(self, seal: AttachmentSeal) -> None:
        """Keep it as signed."""


class SignatureImages(Protocol):
    """What hands and seals look like, each from its moment on."""

    def find(self, owner: UUID) -> SignatureImage | None:
        """Return the owner's image in force, or None where none was ever set."""

    def history(self, owner: UUID) -> Sequence[SignatureImage]:
        """Return every image the owner had, the newest first."""

    def add(self, image: SignatureImage) -> None:
        """Keep a new image, which holds from now on."""


class Copies(Protocol):
    """What makes outgoing documents copies; whoever saves one holds its document."""

    def find(self, document_id: DocumentId) -> Copy | None:
        """Return what makes this document a copy, or None."""

    def of(self, document_id: DocumentId) -> Sequence[Copy]:
        """Return the copies of this document, the oldest first."""

    def add(self, copy: Copy) -> None:
        """Keep a new one."""

    def save(self, copy: Copy) -> None:
        """Keep who decided on it, and when."""
