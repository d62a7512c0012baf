"""How the attachments of an outgoing document stand: signed by the agency, or not, and what the check of them said."""

from dataclasses import dataclass

from engine.attachment_seals import AttachmentState, state_of
from engine.documents import Document, OutgoingDocument
from engine.ports import UnitOfWork
from engine.validations import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentSaid:
    """How one attachment stands."""

    state: AttachmentState
    verdict: Verdict | None


def attachments_of(document: Document, work: UnitOfWork) -> list[AttachmentSaid]:
    """Return how each attachment stands, in order; nothing for an incoming document."""
    if not document.attachments or not isinstance(document, OutgoingDocument):
        return []
    seals, reports = work.attachment_seals.of_document(document.id), work.documents.reports_of(document.id)
    said = []
    for place, attached in enumerate(document.attachments):
        report = reports.get(attached.file_id)
        state = state_of(place, work.files.get(attached.file_id).signatures, seals)
        said.append(AttachmentSaid(state=state, verdict=report.verdict if report else None))
    return said
