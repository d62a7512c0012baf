"""Resume a document: its clock goes on with what was left when it stopped."""

from datetime import datetime

from engine import access, clocks
from engine.calendar_events import DocumentResumed
from engine.documents import Document, IncomingDocument
from engine.ids import DocumentId
from engine.people import Person
from engine.ports import UnitOfWork


def resume_document(document_id: DocumentId, *, by: Person, at: datetime, work: UnitOfWork) -> Document:
    """Let the clock run again; the due date and the due times of open work move by the time it stood.

    Raises:
        DocumentNotFound: Not there, or not for this person.
        NotAllowed: The person's posts do not include this.
        ClockRuns: The clock does not stand.
    """
    access.require_read(by, work.documents.get(document_id))
    access.require(by, "pause_document")
    running = clocks.lock_procedures(document_id, work)
    stopped = work.documents.lock(document_id)
    calendar = work.calendars.of(stopped.agency_id)
    document = stopped.resumed(at)
    if isinstance(document, IncomingDocument):
        document = document.put_off(document.pauses[-1], calendar)
    work.documents.save(document)
    items = [item for instance in running for item in work.work_items.open_of(instance.id)]
    for item in items:
        work.work_items.save(item.due_again(document, calendar))
    clocks.go_on(running, by=by.id, at=at, work=work)
    work.record(
        DocumentResumed(
            by=by.id,
            at=at,
            agency_id=document.agency_id,
            document_id=document.id,
            paused_since=document.pauses[-1].began,
            due_date=document.due_date if isinstance(document, IncomingDocument) else None,
            items=len(items),
        )
    )
    return document
