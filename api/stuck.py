"""What a message or signal that cannot be delivered is stuck at, as the step an incident is opened for."""

import json

from engine.actions.run_operation import RunOperation
from engine.ids import InstanceId, TaskId
from engine.messages import Sending
from engine.waits import PASS_MESSAGE, RECEIVE_SIGNAL


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
