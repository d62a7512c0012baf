"""Attachments in files of their own: the agency signs each of them when it seals their document.

Attachments in the same file as the document are signed with it. A file that carries somebody's signature goes along as
it is: it has its own proof, and a word written into it would break that.

Source: Decree 30/2020/NĐ-CP, appendix I.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.documents import Attachment, OutgoingDocument
from engine.ids import AgencyId, DocumentId, FileId, PersonId, SignatureId, WorkItemId
from engine.signings import SigningState


class AttachmentState(StrEnum):
    """How an attachment stands: not signed yet, being signed, signed by the agency, or signed by others before."""

    OPEN = "open"
    SIGNING = "signing"
    SIGNED = "signed"
    AS_IT_CAME = "as_it_came"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentSeal:
    """One signature of the agency on one attachment, asked for with the seal of its document.

    Attributes:
        place: Place of the attachment in its document's list, from 0.
        file_id: The attachment as it was attached.
        text: What is printed in its corner.
        digest: SHA-256 over the signed byte range of the prepared file, hexadecimal.
        prepared_file_id: The file with the signature's place left open.
        prepared: What signing needs besides the file, as JSON (see engine.signatures.PreparedSignature).
    """

    id: SignatureId
    agency_id: AgencyId
    document_id: DocumentId
    work_item_id: WorkItemId
    place: int
    file_id: FileId
    text: str
    key_id: str
    digest: str
    prepared_file_id: FileId
    prepared: str
    asked_at: datetime
    asked_by: PersonId
    state: SigningState = SigningState.DIGESTED
    signed_file_id: FileId | None = None
    signed_at: datetime | None = None

    def signed(self, file_id: FileId, at: datetime) -> "AttachmentSeal":
        """Return it as done."""
        return replace(self, state=SigningState.SIGNED, signed_file_id=file_id, signed_at=at)


def with_sealed(document: OutgoingDocument, seals: Sequence[AttachmentSeal]) -> OutgoingDocument:
    """Return the document with the signed files in place of those that were attached."""
    files = {seal.place: seal.signed_file_id for seal in seals if seal.signed_file_id is not None}
    return with_files(document, files)


def with_files(document: OutgoingDocument, files: Mapping[int, FileId]) -> OutgoingDocument:
    """Return the document with other files under the names of these attachments, by their place in the list."""
    attachments = (
        Attachment(file_id=files.get(place, attached.file_id), name=attached.name)
        for place, attached in enumerate(document.attachments)
    )
    return replace(document, attachments=tuple(attachments))


def state_of(place: int, signatures: int, seals: Sequence[AttachmentSeal]) -> AttachmentState:
    """Say how the attachment at this place stands; *signatures* is how many its present file carries.

    *seals* are those of the document, the newest last.
    """
    newest = next((seal for seal in reversed(seals) if seal.place == place), None)
    if newest is None:
        return AttachmentState.AS_IT_CAME if signatures else AttachmentState.OPEN
    return AttachmentState.SIGNED if newest.state is SigningState.SIGNED else AttachmentState.SIGNING
