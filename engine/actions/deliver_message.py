"""Deliver a message from outside to the one procedure that waits for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from engine import access
from engine.ids import DocumentId, InstanceId
from engine.messages import MessageNotPlain, Sending
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once
from engine.receiving import give_message
from engine.runtime.errors import DataNotPlain


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverMessage:
    """A message, what it is about, and what it says; without *correlation* it is for a step that asks for none."""

    name: str
    correlation: str | None = None
    payload: Mapping[str, object] = field(default_factory=dict)
    once: Once | None = None


def deliver_message(request: DeliverMessage, *, by: Person, at: datetime, work: UnitOfWork) -> InstanceId:
    """Give the message to the one step of the person's agency that waits for it; return its instance.

    Where none waits, it starts the procedure that begins with it, for the document it names.

    Raises:
        NotAllowed: The person's posts do not include this.
        MessageNotPlain: What it says is more than text, numbers, truth values, lists and objects.
        DocumentNotFound: It would start a procedure for a document that is not there, or not for this person.
        MessageNamesNoDocument, DocumentOfOtherKind, MessageIncomplete: It would start one, but does not say enough.
        MessageNotAwaited, MessageAmbiguous: None, or more than one, waits for it; nothing was changed.
        TaskNotOpen: Somebody was faster.
        DataTooLarge: The procedure cannot keep what the message says.
    """
    access.require(by, "deliver_message")
    if request.once and (known := work.requests.find(by.id, request.once)):
        return InstanceId(known)
    sending = _sending(request, by, work)
    _require_document(sending, by, work)
    try:
        instance_id = give_message(sending, by=by.id, at=at, work=work)
    except DataNotPlain as cause:
        raise MessageNotPlain(reason=cause.facts["reason"]) from cause
    if request.once:
        work.requests.remember(by.id, request.once, instance_id, at)
    return instance_id


def _require_document(sending: Sending, by: Person, work: UnitOfWork) -> None:
    """Raise DocumentNotFound where the message names a document that this person may not know of."""
    named = sending.data.get("document_id")
    try:
        document_id = DocumentId(UUID(named)) if isinstance(named, str) else None
    except ValueError:
        return  # it may mean something else to the step that waits
    if document_id is not None and work.definitions.find_started_by(sending.name) is not None:
        access.require_read(by, work.documents.get(document_id))


def _sending(request: DeliverMessage, by: Person, work: UnitOfWork) -> Sending:
    try:
        payload = json.dumps(dict(request.payload), ensure_ascii=False, allow_nan=False, sort_keys=True)
    except RecursionError as cause:
        raise MessageNotPlain(reason="it is nested too deeply") from cause
    except ValueError as cause:
        raise MessageNotPlain(reason="it holds a number that is none") from cause
    return Sending(
        id=work.new_id(),
        agency_id=by.agency_id,
        name=request.name,
        correlation=request.correlation,
        payload=payload,
    )
