"""Cancel an instance: it ends here, what was open is cancelled, and the handling of its document is over."""

from datetime import datetime
from typing import Final

from engine import administration, procedures
from engine.administration import Administration
from engine.administration_events import InstanceCancelled
from engine.documents import FINISHED, IncomingState, OutgoingDocument, OutgoingState
from engine.events import Private
from engine.instances import Instance, InstanceNotCancellable
from engine.people import Person
from engine.ports import UnitOfWork

CANCELLABLE: Final = frozenset(
    {OutgoingState.DRAFT, OutgoingState.IN_REVIEW, OutgoingState.TO_SIGN, OutgoingState.SIGNING}
)
"""What nobody outside can rely on yet: there is neither a signature nor a number on record."""


def cancel_instance(asked: Administration, *, by: Person, at: datetime, work: UnitOfWork) -> Instance:
    """End the procedure with the reason; results of jobs and keys that still come are let go.

    What an agency received cannot be undone: an incoming document keeps its number and place in the register, and is
    'stopped', so that nobody waits for it and it is never late.

    Raises:
        InstanceNotFound, NotAllowed, AdministrationInvalid: As for every administration of instances.
        InstanceEnded: It is over.
        InstanceNotCancellable: The outgoing document is signed, or has its number.
    """
    instance = administration.lock(asked, by=by, work=work)
    move = procedures.prepare(instance, by=by.id, at=at, work=work, even_suspended=True)
    document = move.document
    if isinstance(document, OutgoingDocument):
        if document.state not in CANCELLABLE:
            raise InstanceNotCancellable(state=document.state.value)
        move.document = document.in_state(OutgoingState.CANCELLED)
    elif document.state not in FINISHED:
        move.document = document.in_state(IncomingState.STOPPED)
    move.instance = instance.cancelled(asked.why, at)
    work.instances.save(move.instance)
    items = administration.stop(move)
    move.keep_document()
    work.record(
        InstanceCancelled(
            by=by.id,
            at=at,
            agency_id=instance.agency_id,
            instance_id=instance.id,
            document_id=instance.document_id,
            document_state=move.document.state.value,
            items=items,
            reason=Private(value=asked.why),
        )
    )
    return move.instance
