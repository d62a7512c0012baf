"""Finish a call: what was called has ended, and the step that called it goes on, once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from engine import procedures, waits
from engine.call_events import CallFinished
from engine.calling import CalledCancelled, CalledFailed
from engine.ids import SYSTEM, InstanceId
from engine.instances import Caller, Instance
from engine.neighbours import Services
from engine.operations.move import Move
from engine.ports import UnitOfWork
from engine.runtime.errors import ErrorNotCaught


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishCall:
    """The called instance, which is over, and what goes with the error it ended with, as a JSON object."""

    instance_id: InstanceId
    data: str = "{}"

    def arguments(self) -> Mapping[str, str]:
        """Return what the worker is given to do it (again)."""
        return {"instance_id": str(self.instance_id), "data": self.data}


def finish_call(request: FinishCall, *, services: Services) -> None:
    """Take its end to the step that called it; harmless when that was done before, or nothing waits for it any more.

    The called instance is over and never changes, so only its caller is locked.

    Raises:
        CalledFailed, CalledCancelled: It ended badly, and the model of its caller has no way on from that.
        InstanceHalted: The caller is suspended.
        Refusal, Fault: Whatever stopped the steps that follow; nothing was changed.
    """
    with services.begin() as work:
        called = work.instances.get(request.instance_id)
        caller = called.caller
        if caller is None or called.finished_at is None:
            return
        waiting = work.instances.lock(caller.instance_id)
        if not _is_awaited(called, caller, waiting, work):
            waits.settle_alone(caller.task_id, services.clock(), work)
            return
        element = procedures.calling_element(caller, waiting, work)
        move = procedures.prepare(waiting, by=SYSTEM, at=services.clock(), work=work)
        _go_on(request, called, caller, move)
        waits.settle(caller.task_id, work)
        work.record(
            CallFinished(
                by=SYSTEM,
                at=move.at,
                agency_id=waiting.agency_id,
                instance_id=waiting.id,
                document_id=waiting.document_id,
                element=element,
                called_id=called.id,
                error=called.failed_with,
                effects=tuple(move.effects),
            )
        )


def _is_awaited(called: Instance, caller: Caller, waiting: Instance, work: UnitOfWork) -> bool:
    """Say whether the step still waits, and for this one and not for one that was called anew."""
    by_step = [one.id for one in work.instances.called_by(waiting.id, caller.task_id)]
    return by_step[-1:] == [called.id] and procedures.call_waits(waiting, caller.task_id, work)


def _go_on(request: FinishCall, called: Instance, caller: Caller, move: Move) -> None:
    task_id, at, name = caller.task_id, move.at, procedures.model_of(called, move.work).name
    if called.cancelled_because is not None:
        raise CalledCancelled(called=name, reason=called.cancelled_because)
    if called.failed_with is None:
        learned = procedures.look(called, move.work).data
        ids = {"instance_id": str(called.id), "document_id": str(called.document_id)}
        procedures.carry(move, lambda run: run.finish_call(task_id, learned, ids, at), task_id)
        return
    error, data = called.failed_with, json.loads(request.data)
    try:
        procedures.carry(move, lambda run: run.fail_call(task_id, error, data, at), task_id)
    except ErrorNotCaught:
        raise CalledFailed(called=name, error=error) from None
