"""Resume an instance that was suspended: what waited meanwhile goes on."""

from datetime import datetime

from engine import administration, calling
from engine.administration import Administration
from engine.administration_events import InstanceResumed
from engine.events import Private
from engine.instances import Instance
from engine.people import Person
from engine.ports import UnitOfWork


def resume_instance(asked: Administration, *, by: Person, at: datetime, work: UnitOfWork) -> Instance:
    """Let the procedure move again; timers that were due meanwhile fire now, and jobs are run.

    Raises:
        InstanceNotFound, NotAllowed, AdministrationInvalid: As for every administration of instances.
        InstanceEnded: It is over.
        InstanceRuns: It is not suspended.
    """
    instance = administration.lock(asked, by=by, work=work).resumed()
    work.instances.stand(instance)
    administration.go_on(instance, work)
    calling.tell_called(instance, work)
    work.record(
        InstanceResumed(
            by=by.id,
            at=at,
            agency_id=instance.agency_id,
            instance_id=instance.id,
            document_id=instance.document_id,
            reason=Private(value=asked.why),
        )
    )
    return instance
