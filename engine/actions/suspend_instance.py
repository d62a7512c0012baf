"""Suspend an instance: it stands still, with the reason for everybody to read, until it is resumed."""

from datetime import datetime

from engine import administration, calling
from engine.administration import Administration
from engine.administration_events import InstanceSuspended
from engine.events import Private
from engine.instances import Instance
from engine.people import Person
from engine.ports import UnitOfWork


def suspend_instance(asked: Administration, *, by: Person, at: datetime, work: UnitOfWork) -> Instance:
    """Let nothing move the procedure: people are refused with the reason, timers, jobs and messages wait.

    Raises:
        InstanceNotFound, NotAllowed, AdministrationInvalid: As for every administration of instances.
        InstanceEnded: It is over.
        InstanceHalted: It is suspended already.
    """
    instance = administration.lock(asked, by=by, work=work).suspended(asked.why, at)
    work.instances.stand(instance)
    work.timers.replace(instance.id, ())
    calling.tell_called(instance, work)
    work.record(
        InstanceSuspended(
            by=by.id,
            at=at,
            agency_id=instance.agency_id,
            instance_id=instance.id,
            document_id=instance.document_id,
            reason=Private(value=asked.why),
        )
    )
    return instance
