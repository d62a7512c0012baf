"""What is stuck, as the step an incident is opened for: messages, signals, calls and signatures; and opening it."""

import json
from typing import Final

from engine.actions.finish_call import FinishCall
from engine.actions.note_wait import note_wait
from engine.actions.report_failure import Failure, report_failure
from engine.actions.run_operation import RunOperation
from engine.actions.use_key import use_key
from engine.calling import CALL_PROCEDURE, FINISH_CALL, CalledCancelled, CalledFailed
from engine.errors import NeighbourAway, VanthuError
from engine.ids import InstanceId, TaskId, WorkItemId
from engine.messages import Sending
from engine.neighbours import Services
from engine.procedures import calling_element
from engine.waits import PASS_MESSAGE, RECEIVE_SIGNAL

SIGN: Final = "sign"


def undelivered(sending: Sending) -> RunOperation:
    """Return the step of the sender that a message is stuck in."""
    assert sending.sender is not None  # noqa: S101  only what a procedure sent is passed on by a job
    return RunOperation(
        instance_id=sending.sender,
        task_id=TaskId(sending.id),
        element_id=sending.element_id,
        operation=PASS_MESSAGE,
        parameters=json.dumps(dict(sending.arguments())),
    )


def unheard(sending: Sending, instance_id: InstanceId, task_id: TaskId) -> RunOperation:
    """Return the step of a receiver that a signal is stuck before."""
    to = {"to_instance": str(instance_id), "to_task": str(task_id)}
    return RunOperation(
        instance_id=instance_id,
        task_id=task_id,
        element_id=sending.element_id,
        operation=RECEIVE_SIGNAL,
        parameters=json.dumps({**sending.arguments(), **to}),
    )


def calling_step(request: FinishCall, error: VanthuError, services: Services) -> RunOperation:
    """Return the step of the caller that the end of what it called is stuck in; a bad end is tried by calling anew."""
    with services.begin() as work:
        caller = work.instances.get(request.instance_id).caller
        assert caller is not None  # noqa: S101  only what was called tells of its end
        return RunOperation(
            instance_id=caller.instance_id,
            task_id=caller.task_id,
            element_id=calling_element(caller, work.instances.get(caller.instance_id), work),
            operation=CALL_PROCEDURE if isinstance(error, CalledFailed | CalledCancelled) else FINISH_CALL,
            parameters=json.dumps(dict(request.arguments())),
        )


def signing_step(item_id: WorkItemId, services: Services) -> RunOperation:
    """Return the step that a signature is stuck in."""
    with services.begin() as work:
        item = work.work_items.get(item_id)
    return RunOperation(instance_id=item.instance_id, task_id=item.task_id, element_id=item.element_id, operation=SIGN)


def open_incident(request: RunOperation, error: VanthuError, services: Services) -> None:
    """Open an incident for the step, so that a person sees why it stands; none in a procedure that was cancelled."""
    failure = Failure(
        operation=request.operation,
        element_id=request.element_id,
        task_id=request.task_id,
        code=error.code,
        message=str(error),
        parameters=request.parameters,
    )
    with services.begin() as work:
        if work.instances.lock(request.instance_id).cancelled_because is not None:
            return
        report_failure(failure, request.instance_id, at=services.clock(), work=work)


def sign_item(item_id: WorkItemId, services: Services) -> None:
    """Use the key; what it waits for is written on the work item before the queue tries again."""
    try:
        use_key(item_id, services=services)
    except NeighbourAway as error:
        with services.begin() as work:
            note_wait(item_id, error, at=services.clock(), work=work)
        raise
