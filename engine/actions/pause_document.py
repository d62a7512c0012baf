"""Pause a document: its clock stops, since something is awaited; nothing of it gets late meanwhile."""

from dataclasses import dataclass
from datetime import datetime

from engine import access, clocks
from engine.calendar_events import DocumentPaused
from engine.documents import FINISHED, Document, DocumentInvalid, DocumentNotInState
from engine.drafts import FieldChecks
from engine.events import Private
from engine.ids import DocumentId
from engine.people import Person
from engine.ports import UnitOfWork

MAX_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseDocument:
    """A document, and what is waited for: 'Chờ bổ sung biên bản họp thôn'."""

    document_id: DocumentId
    reason: str


def pause_document(request: PauseDocument, *, by: Person, at: datetime, work: UnitOfWork) -> Document:
    """Stop the clock of the document and of its open work.

    Raises:
        DocumentNotFound: Not there, or not for this person.
        NotAllowed: The person's posts do not include this.
        DocumentInvalid: There is no reason, or it is too long.
        DocumentNotInState: It is finished; nothing of it can be late.
        ClockStands: The clock stands already.
    """
    access.require_read(by, work.documents.get(request.document_id))
    access.require(by, "pause_document")
    check = FieldChecks()
    check.text("reason", request.reason, MAX_REASON)
    check.done(DocumentInvalid)
    running = clocks.lock_procedures(request.document_id, work)
    document = work.documents.lock(request.document_id)
    if document.state in FINISHED:
        raise DocumentNotInState(state=document.state.value)
    paused = document.paused(at, request.reason.strip())
    work.documents.save(paused)
    clocks.stop_timers(running, work)
    work.record(
        DocumentPaused(
            by=by.id,
            at=at,
            agency_id=document.agency_id,
            document_id=document.id,
            reason=Private(value=request.reason.strip()),
        )
    )
    return paused
