"""Receiving: a message or a signal reaches a step that waits for it, and its procedure moves on."""

from datetime import datetime

from engine import procedures
from engine.events import Private
from engine.ids import InstanceId, PersonId
from engine.messages import Sending, SendingKind, Subscription, only_one
from engine.operations.move import Move
from engine.ports import UnitOfWork
from engine.wait_events import MessageDelivered, SignalReceived


def give_message(sending: Sending, *, by: PersonId, at: datetime, work: UnitOfWork) -> InstanceId:
    """Give a message to the one step of its agency that waits for it; return its instance.

    Raises:
        MessageNotAwaited, MessageAmbiguous: None, or more than one, waits for it; nothing was changed.
        TaskNotOpen: Somebody was faster.
        DataTooLarge: The procedure cannot keep what the message says.
        Refusal, Fault: Whatever stopped the operations that follow.
    """
    waiting = work.messages.waiting(sending.agency_id, SendingKind.MESSAGE, sending.name, sending.correlation)
    wait = only_one(waiting, sending.name)
    move = _receive(sending, wait, by, at, work)
    work.record(
        MessageDelivered(
            by=by,
            at=at,
            agency_id=wait.agency_id,
            instance_id=wait.instance_id,
            document_id=move.document.id,
            element=wait.element_id,
            name=wait.name,
            correlation=Private(value=wait.correlation or ""),
            payload=Private(value=sending.payload),
            sender=sending.sender,
            effects=tuple(move.effects),
        )
    )
    return wait.instance_id


def give_signal(sending: Sending, wait: Subscription, *, by: PersonId, at: datetime, work: UnitOfWork) -> None:
    """Give a signal to one of the steps that listen; raises TaskNotOpen if it does not any more."""
    move = _receive(sending, wait, by, at, work)
    work.record(
        SignalReceived(
            by=by,
            at=at,
            agency_id=wait.agency_id,
            instance_id=wait.instance_id,
            document_id=move.document.id,
            element=wait.element_id,
            name=wait.name,
            payload=Private(value=sending.payload),
            sender=sending.sender,
            effects=tuple(move.effects),
        )
    )


def _receive(sending: Sending, wait: Subscription, by: PersonId, at: datetime, work: UnitOfWork) -> Move:
    move = procedures.prepare(work.instances.lock(wait.instance_id), by=by, at=at, work=work)
    return procedures.carry(move, lambda run: run.receive(wait.task_id, sending.data, at), wait.task_id)
