"""Receiving: a message or a signal reaches a step that waits for it, and its procedure moves on."""

from datetime import datetime
from uuid import UUID

from engine import procedures
from engine.call_events import InstanceStarted
from engine.definitions import Definition, Interface
from engine.documents import Document, DocumentNotFound, IncomingDocument
from engine.events import Private
from engine.ids import DocumentId, InstanceId, PersonId
from engine.messages import (
    DocumentOfOtherKind,
    MessageIncomplete,
    MessageNamesNoDocument,
    Sending,
    SendingKind,
    Subscription,
    only_one,
)
from engine.operations.move import Move
from engine.ports import UnitOfWork
from engine.wait_events import MessageDelivered, SignalReceived


def give_message(sending: Sending, *, by: PersonId, at: datetime, work: UnitOfWork) -> InstanceId:
    """Give a message to the one step of its agency that waits for it; return its instance.

    Where none waits, and a procedure begins with this message, it is started, whatever the correlation is.

    Raises:
        MessageNotAwaited, MessageAmbiguous: None, or more than one, waits for it; nothing was changed.
        DocumentNotFound, MessageNamesNoDocument, DocumentOfOtherKind: The procedure has nothing to work on.
        TaskNotOpen: Somebody was faster.
        DataTooLarge: The procedure cannot keep what the message says.
        Refusal, Fault: Whatever stopped the operations that follow.
    """
    waiting = work.messages.waiting(sending.agency_id, SendingKind.MESSAGE, sending.name, sending.correlation)
    started = work.definitions.find_started_by(sending.name) if not waiting else None
    if started is not None:
        return _start(started, sending, by, at, work)
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


def _start(definition: Definition, sending: Sending, by: PersonId, at: datetime, work: UnitOfWork) -> InstanceId:
    """Start the procedure for the document the message names, else for that of the procedure that sent it."""
    interface = procedures.interface_of(definition)
    missing = [name for name in interface.starts_with if name not in sending.data]
    if missing:
        raise MessageIncomplete(name=sending.name, missing=", ".join(missing))
    document = _document_of(sending, interface, work)
    data = {
        **{name: sending.data[name] for name in interface.starts_with},
        interface.start: sending.data,
        "correlation": sending.correlation,
    }
    move = procedures.start_by_message(definition, document, data, by=by, at=at, work=work)
    work.record(
        InstanceStarted(
            by=by,
            at=at,
            agency_id=sending.agency_id,
            instance_id=move.instance.id,
            document_id=document.id,
            definition_id=definition.id,
            name=sending.name,
            correlation=Private(value=sending.correlation or ""),
            payload=Private(value=sending.payload),
            sender=sending.sender,
            effects=tuple(move.effects),
        )
    )
    return move.instance.id


def _document_of(sending: Sending, interface: Interface, work: UnitOfWork) -> Document:
    named = sending.data.get("document_id")
    if named is None and sending.sender is not None:
        named = str(work.instances.get(sending.sender).document_id)
    if not isinstance(named, str):
        raise MessageNamesNoDocument(name=sending.name)
    try:
        document = work.documents.lock(DocumentId(UUID(named)))
    except ValueError:
        raise DocumentNotFound from None
    if document.agency_id != sending.agency_id:
        raise DocumentNotFound
    kind = "incoming" if isinstance(document, IncomingDocument) else "outgoing"
    if interface.document_kind not in (None, kind):
        raise DocumentOfOtherKind(name=sending.name, wanted=interface.document_kind)
    return document


def _receive(sending: Sending, wait: Subscription, by: PersonId, at: datetime, work: UnitOfWork) -> Move:
    move = procedures.prepare(work.instances.lock(wait.instance_id), by=by, at=at, work=work)
    return procedures.carry(move, lambda run: run.receive(wait.task_id, sending.data, at), wait.task_id)
