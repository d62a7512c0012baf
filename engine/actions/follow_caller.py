"""Follow a caller: what was called is suspended, goes on or ends as the step that called it does."""

from engine import administration, calling, procedures
from engine.administration_events import InstanceResumed, InstanceSuspended
from engine.call_events import InstanceReleased
from engine.events import Private
from engine.ids import SYSTEM, InstanceId
from engine.instances import Caller, Instance, InstanceNotCancellable
from engine.neighbours import Services
from engine.ports import UnitOfWork


def follow_caller(instance_id: InstanceId, *, services: Services) -> None:
    """Let the called instance stand as its caller does now; harmless when it does already.

    The called one is locked before its caller is looked at, so that of two such jobs the later sees the later state.
    One that was suspended by somebody goes on only when somebody says so. One whose document is signed or has a number
    cannot be cancelled with its caller: it goes on by itself.

    Raises:
        InstanceNotFound: There is no such procedure.
    """
    with services.begin() as work:
        called = work.instances.lock(instance_id)
        caller = called.caller
        if caller is None or called.finished_at is not None:
            return
        _stand_like(called, work.instances.get(caller.instance_id), caller, services, work)


def _stand_like(called: Instance, above: Instance, caller: Caller, services: Services, work: UnitOfWork) -> None:
    if not procedures.call_waits(above, caller.task_id, work):
        _end(called, above, services, work)
    elif above.suspended_at is not None and called.suspended_at is None:
        _suspend(called, _said_of(above, work), services, work)
    elif above.suspended_at is None and called.with_caller:
        _resume(called, _said_of(above, work), services, work)


def _said_of(above: Instance, work: UnitOfWork) -> str:
    """Return what is said of the caller as the reason: its name, and why an administrator laid hands on it."""
    name = procedures.model_of(above, work).name
    why = above.suspended_because or above.cancelled_because
    return f"{name}: {why}" if why else name


def _end(called: Instance, above: Instance, services: Services, work: UnitOfWork) -> None:
    move = procedures.prepare(called, by=SYSTEM, at=services.clock(), work=work, even_suspended=True)
    try:
        administration.cancel(move, _said_of(above, work), with_caller=True)
    except InstanceNotCancellable:
        work.record(
            InstanceReleased(
                by=SYSTEM,
                at=move.at,
                agency_id=called.agency_id,
                instance_id=called.id,
                document_id=called.document_id,
                caller_id=above.id,
            )
        )
        if called.with_caller:
            _resume(called, _said_of(above, work), services, work)


def _suspend(called: Instance, reason: str, services: Services, work: UnitOfWork) -> None:
    at = services.clock()
    suspended = called.suspended(reason, at, with_caller=True)
    work.instances.stand(suspended)
    work.timers.replace(called.id, ())
    calling.tell_called(suspended, work)
    work.record(
        InstanceSuspended(
            by=SYSTEM,
            at=at,
            agency_id=called.agency_id,
            instance_id=called.id,
            document_id=called.document_id,
            reason=Private(value=reason),
        )
    )


def _resume(called: Instance, reason: str, services: Services, work: UnitOfWork) -> None:
    resumed = called.resumed()
    work.instances.stand(resumed)
    administration.go_on(resumed, work)
    calling.tell_called(resumed, work)
    work.record(
        InstanceResumed(
            by=SYSTEM,
            at=services.clock(),
            agency_id=called.agency_id,
            instance_id=called.id,
            document_id=called.document_id,
            reason=Private(value=reason),
        )
    )
