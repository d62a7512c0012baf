"""What a procedure waits for by itself, kept where it is found: timers by their moment, subscriptions by their name.

The state of an instance says the same; the rows made here are for finding it. They are written only where they change,
so a procedure without timers and messages pays nothing for them.
"""

import hashlib
import json
from datetime import datetime
from typing import Final

from engine.events import IncidentResolved
from engine.ids import SYSTEM, TaskId
from engine.instances import Instance
from engine.messages import Sending, SendingKind, Subscription
from engine.ports import UnitOfWork
from engine.runtime.progress import Progress, Sent
from engine.runtime.run import Run
from engine.timers import Timer

PASS_MESSAGE: Final = "pass_message"  # noqa: S105 - a job's name
BROADCAST_SIGNAL: Final = "broadcast_signal"
RECEIVE_SIGNAL: Final = "receive_signal"
FIRE_TIMER: Final = "fire_timer"


def digest_of(progress: Progress | Run) -> str:
    """Return what differs when the waits do; empty where there are none."""
    if not progress.timers and not progress.subscriptions:
        return ""
    timers = [[str(timer.task_id), timer.due_at.isoformat()] for timer in progress.timers]
    others = [[str(each.task_id), each.kind, each.name, each.correlation] for each in progress.subscriptions]
    text = json.dumps([sorted(timers), sorted(others, key=str)])
    return hashlib.sha256(text.encode()).hexdigest()


def keep(instance: Instance, progress: Progress | Run, work: UnitOfWork, *, paused: bool) -> None:
    """Write down all that the locked *instance* waits for now; what is stuck about a timer that is gone is over.

    While it is suspended its timers are not written down, so none fires; messages find it and are told that it stands.
    While the clock of its document is *paused*, those that follow it are not.

    Raises:
        SubscriptionTooLong: A name or a correlation cannot be kept.
    """
    timers = [
        Timer(
            instance_id=instance.id,
            agency_id=instance.agency_id,
            task_id=timer.task_id,
            element_id=timer.element_id,
            due_at=timer.due_at,
            counted_by=timer.counted_by,
        )
        for timer in progress.timers
        if instance.suspended_at is None and not (paused and timer.follows)
    ]
    work.timers.replace(instance.id, timers)
    work.messages.replace(instance.id, _subscriptions(instance, progress))
    waiting = {timer.task_id for timer in timers}
    for incident in work.incidents.unresolved_of(instance.id):
        if incident.operation == FIRE_TIMER and incident.task_id not in waiting:
            work.incidents.save(incident.resolved())


def settle(task_id: TaskId, work: UnitOfWork) -> None:
    """End the incident of a step that is done, where there is one."""
    incident = work.incidents.find_of_task(task_id)
    if incident is not None:
        work.incidents.save(incident.resolved())


def settle_alone(task_id: TaskId, at: datetime, work: UnitOfWork) -> None:
    """End the incident of a step that turns out to be done, or waited for no more, where nothing else happens."""
    incident = work.incidents.find_of_task(task_id)
    if incident is None:
        return
    work.incidents.save(incident.resolved())
    work.record(
        IncidentResolved(
            by=SYSTEM,
            at=at,
            agency_id=incident.agency_id,
            incident_id=incident.id,
            instance_id=incident.instance_id,
            element=incident.element_id,
        )
    )


def send(sent: Sent, instance: Instance, work: UnitOfWork) -> None:
    """Have the worker deliver what an element of the instance sent, once this transaction is committed."""
    sending = Sending(
        id=work.new_id(),
        agency_id=instance.agency_id,
        name=sent.name,
        correlation=sent.correlation,
        payload=json.dumps(dict(sent.payload), ensure_ascii=False, sort_keys=True),
        sender=instance.id,
        element_id=sent.element_id,
    )
    job = PASS_MESSAGE if SendingKind(sent.kind) is SendingKind.MESSAGE else BROADCAST_SIGNAL
    work.jobs.defer(job, sending.arguments())


def _subscriptions(instance: Instance, progress: Progress | Run) -> list[Subscription]:
    return [
        Subscription(
            instance_id=instance.id,
            agency_id=instance.agency_id,
            task_id=each.task_id,
            element_id=each.element_id,
            kind=SendingKind(each.kind),
            name=each.name,
            correlation=each.correlation,
        )
        for each in progress.subscriptions
    ]
