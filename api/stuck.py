"""What is stuck, as the step an incident is opened for: messages and signals, and signatures."""

import json
from typing import Final

from engine.actions.run_operation import RunOperation
from engine.ids import InstanceId, TaskId, WorkItemId
from engine.messages import Sending
from engine.neighbours import Services
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


def unsigned(item_id: WorkItemId, services: Services) -> RunOperation:
    """Return the step whose document could not be signed."""
    with services.begin() as work:
        item = work.work_items.get(item_id)
    return RunOperation(instance_id=item.instance_id, task_id=item.task_id, element_id=item.element_id, operation=SIGN)
