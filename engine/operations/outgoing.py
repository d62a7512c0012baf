"""What the outgoing document's procedure does inside the transaction: submit, number, step back, issue."""

from dataclasses import replace

from engine.competence import signatories_of
from engine.deadlines import office_date
from engine.documents import OutgoingDocument, OutgoingState, VersionKind
from engine.operations.move import Data, Move, OperationMisplaced, text_of
from engine.operations.numbering import enter
from engine.operations.voiding import void_signatures
from engine.registers import Direction, symbol_of

STATE_BEFORE = {
    "review_content": OutgoingState.DRAFT,
    "review_format": OutgoingState.IN_REVIEW,
    "sign": OutgoingState.IN_REVIEW,
    "number": OutgoingState.TO_SIGN,
    "seal": OutgoingState.SIGNED,
}
"""State of the document once the step of that name returned it."""

_UNSIGNED = frozenset({VersionKind.PREPARED, VersionKind.INITIALLED})
VERSION_BEFORE = {"sign": _UNSIGNED, "number": _UNSIGNED, "seal": frozenset({VersionKind.SIGNED})}
"""The kinds of version one of which is current again once the step of that name returned the document."""


def submit_draft(move: Move, parameters: Data, data: Data) -> Data:
    """Hand the draft to those who check it; who is to sign it is settled from now on."""
    move.document = move.outgoing().in_state(OutgoingState.IN_REVIEW)
    document = move.outgoing()
    if not document.further:
        return {"signer": str(document.signer)}
    places = signatories_of(document)
    return {
        "signer": str(document.signer),
        "signers": [{"person": str(one.person), "field": one.field} for one in places if not one.countersigns],
        "countersigners": [{"person": str(one.person), "field": one.field} for one in places if one.countersigns],
        "in_order": document.in_order,
    }


def request_signature(move: Move, parameters: Data, data: Data) -> Data:
    """Put the checked document before its signer, who may read it from now on."""
    document = move.outgoing()
    move.document = document.in_state(OutgoingState.TO_SIGN).read_by(people={document.signer})
    return {}


def take_number(move: Move, parameters: Data, data: Data) -> Data:
    """Give the signed document the next number of today's year.

    Source: Decree 30/2020/NĐ-CP, art. 15: after the signature, one series for paper and electronic documents.
    """
    document, work = move.outgoing(), move.work
    agency = work.people.get_agency(document.agency_id)
    unit = next(unit for unit in work.people.units(agency.id) if unit.id == document.unit_id)
    symbol = symbol_of(document.type, agency.symbol, unit.symbol)
    register = work.registers.for_direction(agency.id, Direction.OUTGOING)
    printed = enter(register, symbol, move)
    move.document = document.numbered(printed, office_date(move.at))
    return {"number": printed}


def step_back(move: Move, parameters: Data, data: Data) -> Data:
    """Undo one step: state and version; at 'seal' the number too, which stays in the register, cancelled.

    What goes back before the signatures leaves them behind: they are void, and the log says whose they were and why.
    """
    step = str(parameters.get("step", ""))
    if step not in STATE_BEFORE:
        raise OperationMisplaced(operation="step_back", why=f"'{step}' has no step before it")
    document, reason = move.outgoing(), str(parameters.get("reason") or text_of(data, step, "reason") or "")
    if document.number is not None:
        document = _cancel_number(document, move, reason)
    move.document = document.in_state(STATE_BEFORE[step])
    if VERSION_BEFORE.get(step) is _UNSIGNED:
        void_signatures(move, reason)
    if step in VERSION_BEFORE:
        _back_to_version(move, VERSION_BEFORE[step])
    return {"returned": step}


def issue_document(move: Move, parameters: Data, data: Data) -> Data:
    """Mark the sealed, archived and delivered document as issued; it never changes again."""
    move.document = move.outgoing().in_state(OutgoingState.ISSUED)
    return {}


def _cancel_number(document: OutgoingDocument, move: Move, reason: str) -> OutgoingDocument:
    entry = move.work.registers.find_entry(document.id)
    if entry is None:
        raise OperationMisplaced(operation="step_back", why="no number was taken")
    move.work.registers.save(entry.cancelled(reason, move.at))
    return replace(document, number=None, issued_date=None)


def _back_to_version(move: Move, kinds: frozenset[VersionKind]) -> None:
    versions = move.work.documents.versions(move.document.id)
    earlier = next(version for version in reversed(versions) if version.kind in kinds)
    if earlier.file_id != move.document.file_id:
        move.add_version(earlier.kind, earlier.file_id)
