"""Which proposal to take a recognition away is being dealt with: one at a time."""

from engine.achievements import Achievement
from engine.documents import IncomingDocument
from engine.ports import UnitOfWork


def running_proposal(standing: Achievement, work: UnitOfWork) -> IncomingDocument | None:
    """Return the proposal to take it away that is being dealt with, or None."""
    proposal = standing.proposal_document_id
    instance = work.instances.find_of_document(proposal) if proposal else None
    if proposal is None or instance is None or instance.finished_at is not None:
        return None
    document = work.documents.get(proposal)
    return document if isinstance(document, IncomingDocument) else None
