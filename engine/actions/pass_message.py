"""Pass a message from the procedure that sent it to the one that waits for it."""

from engine import waits
from engine.ids import SYSTEM, TaskId
from engine.messages import Sending
from engine.neighbours import Services
from engine.queries import Once
from engine.receiving import give_message


def pass_message(sending: Sending, *, services: Services) -> None:
    """Give the message to the one step of its agency that waits for it; harmless when that was done before.

    Raises:
        MessageNotAwaited, MessageAmbiguous: None, or more than one, waits for it; nothing was changed.
        Refusal, Fault: Whatever stopped the receiver; nothing was changed.
    """
    once = Once(key=str(sending.id), fingerprint=sending.payload)
    with services.begin() as work:
        at = services.clock()
        if work.requests.find(SYSTEM, once) is not None:
            waits.settle_alone(TaskId(sending.id), at, work)
            return
        instance_id = give_message(sending, by=SYSTEM, at=at, work=work)
        work.requests.remember(SYSTEM, once, instance_id, at)
        waits.settle(TaskId(sending.id), work)
