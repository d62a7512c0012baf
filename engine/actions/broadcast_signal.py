"""Broadcast a signal: everybody who listens now gets it, each in a transaction of its own."""

from datetime import datetime

from engine.ids import SYSTEM
from engine.messages import Sending, SendingKind
from engine.ports import UnitOfWork
from engine.queries import Once
from engine.waits import RECEIVE_SIGNAL


def broadcast_signal(sending: Sending, *, at: datetime, work: UnitOfWork) -> int:
    """Have the worker give the signal to every step of its agency that listens; return to how many.

    Harmless when it was done before: those who began to listen since do not get it.
    """
    once = Once(key=str(sending.id), fingerprint=sending.payload)
    if work.requests.find(SYSTEM, once) is not None:
        return 0
    listening = work.messages.waiting(sending.agency_id, SendingKind.SIGNAL, sending.name)
    for wait in listening:
        to = {"to_instance": str(wait.instance_id), "to_task": str(wait.task_id)}
        work.jobs.defer(RECEIVE_SIGNAL, {**sending.arguments(), **to})
    work.requests.remember(SYSTEM, once, sending.id, at)
    return len(listening)
