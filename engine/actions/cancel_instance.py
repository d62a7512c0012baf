"""Cancel an instance: it ends here, what was open is cancelled, and so is an outgoing document not signed yet."""

from datetime import datetime

from engine import administration, procedures
from engine.administration import Administration
from engine.instances import Instance
from engine.people import Person
from engine.ports import UnitOfWork


def cancel_instance(asked: Administration, *, by: Person, at: datetime, work: UnitOfWork) -> Instance:
    """End the procedure with the reason; results of jobs and keys that still come are let go.

    An incoming document stays in its state: what an agency received cannot be undone.

    Raises:
        InstanceNotFound, NotAllowed, AdministrationInvalid: As for every administration of instances.
        InstanceEnded: It is over.
        InstanceNotCancellable: The outgoing document is signed, or has its number.
    """
    instance = administration.lock(asked, by=by, work=work)
    move = procedures.prepare(instance, by=by.id, at=at, work=work, even_suspended=True)
    return administration.cancel(move, asked.why)
