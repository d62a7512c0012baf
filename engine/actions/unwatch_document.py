"""Unwatch a document: the person is told of it no longer."""

from datetime import datetime

from engine import access
from engine.comment_events import DocumentUnwatched
from engine.ids import DocumentId
from engine.people import Person
from engine.ports import UnitOfWork


def unwatch_document(document_id: DocumentId, *, by: Person, at: datetime, work: UnitOfWork) -> None:
    """Take the person off the document's watchers; doing it again is harmless.

    Raises:
        DocumentNotFound: The person may not read it.
        NotAllowed: Their posts only read.
    """
    document = work.documents.get(document_id)
    access.require_read(by, document)
    access.require(by, "watch_document")
    if work.watches.remove(document.id, by.id):
        work.record(DocumentUnwatched(by=by.id, at=at, agency_id=document.agency_id, document_id=document.id))
