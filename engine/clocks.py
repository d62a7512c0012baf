"""Clocks of documents: the timers that stand while one does, in every procedure that works on the document."""

from collections.abc import Sequence
from datetime import datetime

from engine import procedures, waits
from engine.ids import DocumentId, PersonId
from engine.instances import Instance
from engine.ports import UnitOfWork


def lock_procedures(document_id: DocumentId, work: UnitOfWork) -> list[Instance]:
    """Return the unfinished procedures of a document, locked; its own first, then by age."""
    own = work.instances.find_of_document(document_id)
    locked = [] if own is None else [work.instances.lock(own.id)]
    # What it called before it was locked can be seen now; what was running a moment ago may be over.
    locked += [work.instances.lock(one.id) for one in work.instances.beside(document_id) if one.finished_at is None]
    return [instance for instance in locked if instance.finished_at is None]


def stop_timers(running: Sequence[Instance], work: UnitOfWork) -> None:
    """Let the timers of locked procedures stand that follow the clock of the document, which stands from now on."""
    for instance in running:
        if instance.waits:
            waits.keep(instance, procedures.look(instance, work), work, paused=True)


def go_on(running: Sequence[Instance], *, by: PersonId, at: datetime, work: UnitOfWork) -> None:
    """Set the timers of locked procedures anew, with what was left of them; the clock of the document goes on."""
    for instance in running:
        if instance.waits:
            move = procedures.prepare(instance, by=by, at=at, work=work, even_suspended=True)
            procedures.count_again(move)
