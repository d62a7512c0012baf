"""Watch a document: the person is told of what happens to it."""

from datetime import datetime

from engine import access
from engine.comment_events import DocumentWatched
from engine.ids import DocumentId
from engine.people import Person
from engine.ports import UnitOfWork


def watch_document(document_id: DocumentId, *, by: Person, at: datetime, work: UnitOfWork) -> None:
    """Add the person to the document's watchers; doing it again is harmless.

    Raises:
        DocumentNotFound: The person may not read it.
        NotAllowed: Their posts only read.
    """
    document = work.documents.get(document_id)
    access.require_read(by, document)
    access.require(by, "watch_document")
    if work.watches.add(document, by.id, at):
        work.record(DocumentWatched(by=by.id, at=at, agency_id=document.agency_id, document_id=document.id))
