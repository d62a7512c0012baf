"""What the procedure of an OCOP dossier does in the commune: register the slip, wait for the entity, submit, give back.

Source: Decision 26/2026/QĐ-TTg: 15 working days of the commune from receipt.
"""

from dataclasses import replace
from uuid import UUID

from engine import submitting
from engine.documents import IncomingState
from engine.ids import UnitId
from engine.ocop_submitting import submit_locked
from engine.operations.incoming import take_arrival_number
from engine.operations.move import Data, Move, text_of
from engine.operations.ocop_forms import dossier_of_slip, keep_proposal

ENTITY_AWAITED = "Chờ chủ thể bổ sung hồ sơ OCOP"


def register_ocop_slip(move: Move, parameters: Data, data: Data) -> Data:
    """Register the slip the entity handed in; the unit it goes to may read it."""
    document = take_arrival_number(move.incoming(), move)
    unit = text_of(data, "register", "unit")
    move.document = document.read_by(units=[UnitId(UUID(unit))] if unit else [])
    return {"arrival_number": document.arrival_number}


def await_ocop_entity(move: Move, parameters: Data, data: Data) -> Data:
    """Let the commune's clock stand while the entity completes what it handed in."""
    move.document = move.document.paused(move.at, ENTITY_AWAITED)
    return {}


def go_on_with_ocop_check(move: Move, parameters: Data, data: Data) -> Data:
    """Let the commune's clock go on; no working day of the wait counts."""
    document = move.incoming().resumed(move.at)
    move.document = document.put_off(document.pauses[-1], move.work.calendars.of(document.agency_id))
    return {}


def submit_ocop_proposal(move: Move, parameters: Data, data: Data) -> Data:
    """Submit the dossier to the province with the issued *proposal*, which ends the commune's days.

    Raises:
        ProposalInvalid, DossierNotInState, SubmittedTooLate, PartsMissing: It cannot be submitted.
    """
    dossier, proposal = dossier_of_slip(move)
    dossier = keep_proposal(dossier, parameters.get("proposal"), move)
    submitted = submit_locked(dossier, proposal, move.start_procedure, by=move.by, at=move.at, work=move.work)
    document = move.incoming()
    if document.state is not IncomingState.IN_PROGRESS:
        document = document.in_state(IncomingState.IN_PROGRESS)
    move.document = replace(document, due_date=None)
    return {"submission": len(submitted.submissions)}


def give_back_ocop_dossier(move: Move, parameters: Data, data: Data) -> Data:
    """Give the dossier back to the entity with the reason of the check; it is not proposed."""
    dossier, _ = dossier_of_slip(move)
    reason = text_of(data, "check", "reason") or ""
    submitting.withdraw(dossier, reason, by=move.by, at=move.at, work=move.work)
    move.document = move.incoming().in_state(IncomingState.CLOSED)
    return {}


def end_ocop_proposal(move: Move, parameters: Data, data: Data) -> Data:
    """End the commune's part: the province has answered, or the dossier was withdrawn."""
    move.document = move.incoming().in_state(IncomingState.CLOSED)
    return {}
