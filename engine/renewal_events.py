"""What happens to archived files over the decades, in the past tense."""

from dataclasses import dataclass
from datetime import datetime

from engine.events import Event
from engine.ids import DocumentId, FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRenewed(Event):
    """An archived file was stamped anew before its proof ended; the file before stays in the archive."""

    action = "document.proof_renewed"
    subject_type = "document"
    document_id: DocumentId
    file_id: FileId
    file_before: FileId
    authority: str
    until: datetime
