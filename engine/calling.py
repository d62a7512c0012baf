"""Calling: a step of one procedure starts another installed one and waits for its end.

Each is an instance of its own, and no transaction locks two of them: what one has to tell the other is a job, which
reads the one and locks the other. So who calls and who is called never wait for each other.
"""

import json
from collections.abc import Collection
from typing import Final
from uuid import UUID

from engine.definitions import Definition, Interface
from engine.documents import Document, DocumentNotFound, IncomingDocument
from engine.errors import Conflict, OurFault
from engine.ids import DocumentId, TaskId
from engine.instances import Caller, Instance
from engine.operations.move import Move
from engine.ports import UnitOfWork
from engine.runtime.progress import Failure, RequestedCall

FINISH_CALL: Final = "finish_call"
FOLLOW_CALLER: Final = "follow_caller"
CALL_PROCEDURE: Final = "call_procedure"
"""What is stuck where a called procedure ended badly; trying again calls it anew."""
MAX_DEPTH: Final = 10
"""How many procedures may have called one another."""
MAX_CALLS: Final = 200
"""Procedures called in one transaction, those included that the called ones call at once: a province has 170 communes.

Each of them may make as many steps as a trigger may; without this, ten wide levels would fill one transaction for ever.
"""


def definition_of(request: RequestedCall, work: UnitOfWork) -> Definition:
    """Return the version that is called: the active one, or that the model names.

    Raises:
        CallImpossible: There is none.
    """
    key, version = request.key, request.version
    found = work.definitions.find_active(key) if version is None else work.definitions.find_version(key, version)
    if found is None:
        raise _impossible(request, "It is not installed, or not in this version.")
    return found


def caller_of(request: RequestedCall, instance: Instance) -> Caller:
    """Return what the called instance remembers of its caller.

    Raises:
        CallTooDeep: Too many procedures have called one another up to here.
    """
    depth = 1 + (instance.caller.depth if instance.caller else 0)
    if depth > MAX_DEPTH:
        raise CallTooDeep(element=request.element_id, called=request.key, limit=MAX_DEPTH)
    return Caller(instance_id=instance.id, task_id=request.task_id, element_id=request.element_id, depth=depth)


def require_few(request: RequestedCall, move: Move) -> None:
    """Raise TooManyCalls where this transaction has called as many procedures as one may."""
    if len(move.calls) >= MAX_CALLS:
        raise TooManyCalls(element=request.element_id, called=request.key, limit=MAX_CALLS)


def document_of(request: RequestedCall, called: Interface, move: Move) -> Document:
    """Return the document the called procedure works on: that of its caller, or the one the model names.

    Raises:
        CallImpossible: It is not to be had, has a procedure of its own, or is of another kind; or data are missing.
    """
    missing = [name for name in called.starts_with if name not in request.parameters]
    if missing:
        raise _impossible(request, f"It starts with {', '.join(missing)}, which the step does not give it.")
    if called.message is not None:
        raise _impossible(request, "It is started by a message and not by a call.")
    document = move.document if request.document is None else _named(request, request.document, move)
    kind = "incoming" if isinstance(document, IncomingDocument) else "outgoing"
    if called.document_kind not in (None, kind):
        raise _impossible(request, f"It is for an {called.document_kind} document, and this is an {kind} one.")
    return document


def _named(request: RequestedCall, document_id: str, move: Move) -> Document:
    if document_id == str(move.document.id):
        return move.document
    try:
        document = move.work.documents.lock(DocumentId(UUID(document_id)))
    except (ValueError, DocumentNotFound) as cause:
        raise _impossible(request, "There is no such document.") from cause
    if document.agency_id != move.instance.agency_id:
        raise _impossible(request, "There is no such document.")
    if move.work.instances.find_of_document(document.id) is not None:
        raise _impossible(request, "The document has a procedure of its own already.")
    return document


def tell_caller(instance: Instance, failure: Failure | None, work: UnitOfWork) -> None:
    """Have the worker take the end of an instance to whoever called it."""
    if instance.caller is not None:
        data = json.dumps(dict(failure.data) if failure else {}, ensure_ascii=False)
        work.jobs.defer(FINISH_CALL, {"instance_id": str(instance.id), "data": data})


def tell_called(instance: Instance, work: UnitOfWork, tasks: Collection[TaskId] | None = None) -> None:
    """Have the worker let what the instance called, by all its steps or by *tasks*, do as it does."""
    for called in work.instances.called_by(instance.id):
        concerned = tasks is None or (called.caller is not None and called.caller.task_id in tasks)
        if concerned and called.finished_at is None:
            work.jobs.defer(FOLLOW_CALLER, {"instance_id": str(called.id)})


def _impossible(request: RequestedCall, reason: str) -> "CallImpossible":
    return CallImpossible(element=request.element_id, called=request.key, reason=reason)


class CallImpossible(OurFault):
    """A model calls a procedure that cannot be started so."""

    code = "call.impossible"
    template = (
        "At '%(element)s' the procedure '%(called)s' cannot be called. %(reason)s "
        "Nothing was changed. Tell the administrator."
    )


class CallTooDeep(OurFault):
    """Procedures call one another without end."""

    code = "call.too_deep"
    template = (
        "At '%(element)s' the procedure '%(called)s' cannot be called: %(limit)s procedures have called one another "
        "already. Nothing was changed. Tell the administrator."
    )


class TooManyCalls(OurFault):
    """One step sets off more calls than one transaction takes."""

    code = "call.too_many"
    template = (
        "At '%(element)s' the procedure '%(called)s' cannot be called: this one step has called %(limit)s procedures "
        "already. Nothing was changed. Tell the administrator."
    )


class CalledFailed(Conflict):
    """A called procedure ended with an error for which its caller has no way on."""

    code = "call.failed"
    template = (
        "The called procedure '%(called)s' ended with the error '%(error)s', for which this procedure has no way on."
    )


class CalledCancelled(Conflict):
    """A called procedure was cancelled by an administrator."""

    code = "call.cancelled"
    template = "The called procedure '%(called)s' was cancelled because: %(reason)s."
