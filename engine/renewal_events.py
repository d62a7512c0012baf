"""What happens to archived files over the decades, in the past tense."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.events import Event
from engine.ids import DocumentId, FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRenewed(Event):
    """An archived file was stamped anew before its proof ended; the file before stays in the archive.

    So were its sealed attachments: the lists go side by side, what each is now and what it was before.
    """

    action = "document.proof_renewed"
    subject_type = "document"
    document_id: DocumentId
    file_id: FileId
    file_before: FileId
    authority: str
    until: datetime
    attachments: Sequence[FileId] = ()
    attachments_before: Sequence[FileId] = ()
