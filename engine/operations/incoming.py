"""What the incoming document's procedure does inside the transaction: register, direct, assign, return, close."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from engine.deadlines import is_too_far, office_date
from engine.deliveries import DeliveryState
from engine.directives import Directive
from engine.documents import IncomingDocument, IncomingState
from engine.errors import FieldError
from engine.ids import DeliveryId, DocumentId, EntryId, PersonId, UnitId
from engine.operations.move import Data, Move, OperationMisplaced, text_of
from engine.ports import UnitOfWork
from engine.registers import Direction, RegisterEntry, printed_serial
from engine.work_items import OutcomeDataInvalid

TOLD_TO_SENDER = {
    IncomingState.REGISTERED: DeliveryState.ACCEPTED,
    IncomingState.ASSIGNED: DeliveryState.ASSIGNED,
    IncomingState.IN_PROGRESS: DeliveryState.IN_PROGRESS,
    IncomingState.CLOSED: DeliveryState.DONE,
}


def take_arrival_number(document: IncomingDocument, move: Move) -> IncomingDocument:
    """Return the document registered under the next arrival number of today's year.

    Source: Decree 30/2020/NĐ-CP, art. 22: one series for paper and electronic documents, from 1 January.
    """
    today = office_date(move.at)
    register = move.work.registers.for_direction(document.agency_id, Direction.INCOMING)
    number = move.work.registers.next_number(register.id, today.year)
    registered = document.registered(number, today)
    move.work.registers.add(
        RegisterEntry(
            id=EntryId(move.work.new_id()),
            register_id=register.id,
            agency_id=document.agency_id,
            year=today.year,
            number=number,
            printed=printed_serial(number),
            document_id=document.id,
            entered_at=move.at,
            entered_by=move.by,
            entered_on=today,
        )
    )
    return registered


def register_delivered(move: Move, parameters: Data, data: Data) -> Data:
    """Register a document that another agency of this installation delivered."""
    registered = take_arrival_number(move.incoming(), move)
    duplicates = move.work.documents.duplicates(registered)
    _enter(move, registered, IncomingState.REGISTERED)
    return {"arrival_number": registered.arrival_number, "duplicates": [str(other) for other in duplicates]}


def refuse_delivery(move: Move, parameters: Data, data: Data) -> Data:
    """Send a delivered document back to its sender, with the reason.

    Source: Decree 30/2020/NĐ-CP, art. 21; status 02 needs a reason.
    """
    document = move.incoming()
    move.document = document.in_state(IncomingState.REFUSED)
    if document.delivery_id is not None:
        delivery = move.work.deliveries.get(document.delivery_id)
        given = parameters.get("reason")
        reason = given if isinstance(given, str) and given else text_of(data, "register", "reason")
        move.work.deliveries.save(delivery.met(DeliveryState.REFUSED, move.at, reason))
    return {}


def record_directive(move: Move, parameters: Data, data: Data) -> Data:
    """Keep the leader's direction: the lead unit and those that coordinate may read the document from now on."""
    lead = text_of(data, "direct", "lead_unit")
    if lead is None:
        raise OperationMisplaced(operation="record_directive", why="no lead unit was chosen")
    due = _due_date(move, data, "direct")
    if lead in _unit_names(data):
        raise _wrong(
            "coordinating_units", "leads", "The lead unit cannot be a coordinating unit too. Take it off the list."
        )
    directive = Directive(
        document_id=move.document.id,
        agency_id=move.document.agency_id,
        given_at=move.at,
        given_by=move.by,
        lead_unit=UnitId(UUID(lead)),
        coordinating_units=tuple(UnitId(UUID(unit)) for unit in _unit_names(data)),
        due_date=due,
        note=text_of(data, "direct", "note"),
    )
    move.work.directives.add(directive)
    document = _due(move.incoming(), directive.due_date)
    readable = document.read_by(units={directive.lead_unit, *directive.coordinating_units})
    _enter(move, readable, IncomingState.DIRECTED)
    return {"lead_unit": lead}


def record_assignment(move: Move, parameters: Data, data: Data) -> Data:
    """Note who handles the document, and until when if that was said."""
    handler = text_of(data, "assign", "handler")
    if handler is None:
        raise OperationMisplaced(operation="record_assignment", why="no handler was chosen")
    document = _due(move.incoming(), _due_date(move, data, "assign"))
    _enter(move, document.read_by(people={PersonId(UUID(handler))}), IncomingState.ASSIGNED)
    return {"handler": handler}


def record_return(move: Move, parameters: Data, data: Data) -> Data:
    """Set the document back to where it stood before the step that returned it."""
    step = str(parameters.get("step", ""))
    back = {"assign": IncomingState.REGISTERED, "handle": IncomingState.DIRECTED}.get(step)
    if back is None:
        raise OperationMisplaced(operation="record_return", why=f"'{step}' has no step before it")
    move.document = move.incoming().in_state(back)
    return {"returned": step}


def close_document(move: Move, parameters: Data, data: Data) -> Data:
    """Close the document with the handler's result; what is closed never changes again."""
    document = move.incoming()
    result = text_of(data, "handle", "result") or text_of(data, "direct", "note") or document.result
    _enter(move, replace(document, result=result), IncomingState.CLOSED)
    return {}


def begin_work(document_id: DocumentId, move: Move) -> None:
    """Note on an incoming document that a reply to it is being drafted."""
    document = move.work.documents.lock(document_id)
    working = (IncomingState.ASSIGNED, IncomingState.DIRECTED, IncomingState.REGISTERED)
    if isinstance(document, IncomingDocument) and document.state in working:
        move.work.documents.save(document.in_state(IncomingState.IN_PROGRESS))
        tell_sender(document.delivery_id, IncomingState.IN_PROGRESS, move.work, move)


def tell_sender(delivery_id: DeliveryId | None, state: IncomingState, work: UnitOfWork, move: Move) -> None:
    """Let the agency that delivered the document see how far it is."""
    if delivery_id is not None and state in TOLD_TO_SENDER:
        delivery = work.deliveries.get(delivery_id)
        work.deliveries.save(delivery.met(TOLD_TO_SENDER[state], move.at))


def _enter(move: Move, document: IncomingDocument, state: IncomingState) -> None:
    move.document = document.in_state(state)
    tell_sender(document.delivery_id, state, move.work, move)


def _due(document: IncomingDocument, due: date | None) -> IncomingDocument:
    return replace(document, due_date=due) if due else document


def _due_date(move: Move, data: Data, element: str) -> date | None:
    text = text_of(data, element, "due_date")
    due = date.fromisoformat(text) if text else None
    if due is not None and due < office_date(move.at):
        raise _wrong("due_date", "in_past", "The due date has passed already. Check the date.")
    if due is not None and is_too_far(due, office_date(move.at)):
        raise _wrong("due_date", "too_far", "The due date is years away. Check the date.")
    return due


def _wrong(field: str, code: str, message: str) -> OutcomeDataInvalid:
    return OutcomeDataInvalid(errors=[FieldError(field=field, code=code, message=message)])


def _unit_names(data: Data) -> tuple[str, ...]:
    given = data.get("direct")
    units = given.get("coordinating_units") if isinstance(given, dict) else None
    return tuple(units or ())
