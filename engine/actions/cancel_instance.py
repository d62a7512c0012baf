"""Cancel an instance: it ends here, what was open is cancelled, and the handling of its document is over."""

from datetime import datetime

from engine import administration, procedures
from engine.administration import Administration
from engine.instances import Instance
from engine.people import Person
from engine.ports import UnitOfWork


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
    return administration.cancel(move, asked.why)
