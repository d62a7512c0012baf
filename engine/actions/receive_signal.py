"""Receive a signal: one of the steps that listened when it was sent moves on."""

from engine import waits
from engine.ids import SYSTEM, InstanceId, TaskId
from engine.messages import Sending
from engine.neighbours import Services
from engine.queries import Once
from engine.receiving import give_signal


def receive_signal(sending: Sending, to_instance: InstanceId, to_task: TaskId, *, services: Services) -> None:
    """Give the signal to the step if it still listens; harmless when that was done before.

    Raises:
        Refusal, Fault: Whatever stopped the receiver; nothing was changed.
    """
    once = Once(key=f"{sending.id}/{to_task}", fingerprint=sending.payload)
    with services.begin() as work:
        at = services.clock()
        work.instances.lock(to_instance)
        wait = work.messages.find_of_task(to_instance, to_task)
        if wait is None or work.requests.find(SYSTEM, once) is not None:
            waits.settle_alone(to_task, at, work)
            return
        give_signal(sending, wait, by=SYSTEM, at=at, work=work)
        work.requests.remember(SYSTEM, once, sending.id, at)
        waits.settle(to_task, work)
