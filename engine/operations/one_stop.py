"""What the procedure of a one-stop case does: receive, the configured steps, supplements, the result, its return.

Source: Decree 118/2025/NĐ-CP.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from engine import case_asking, case_dossiers
from engine.case_procedures import CaseProcedure, Step
from engine.case_slips import SEAL_SLIP, SYMBOLS, Slip, SlipKind
from engine.case_steps import StepTaken
from engine.cases import Case, CaseState, ReturnBy
from engine.deadlines import half_days_after, half_days_between, office_date, shifted
from engine.documents import IncomingState
from engine.heads import head_in_office
from engine.ids import CaseSlipId, DocumentId
from engine.operations.move import Data, Move, OperationMisplaced, text_of
from engine.ports import UnitOfWork

STEPS: Final = "next_step"
"""Element of the model at which the next configured step is chosen; what it gave is known by this name."""
HANDLE: Final = "handle_"
"""Before the role it makes the element of the task of a step."""


def receive_case(move: Move, parameters: Data, data: Data) -> Data:
    """Receive a case that is whole: it gets its number in the register, its appointment and its receipt."""
    case, procedure = _case(move)
    received = case.received(move.at, procedure.settings.half_days, move.work.calendars.of(case.agency_id))
    today = office_date(move.at)
    number = move.work.cases.next_number(case.agency_id, "year", today.year)
    document = move.incoming().registered(number, today)
    move.document = document.due_until(received.due)
    move.work.cases.save(received)
    case_dossiers.accept(received, by=move.by, at=move.at, work=move.work)
    _give(SlipKind.RECEIPT, received, move, due=received.due)
    return {"number": number, "due": received.due.isoformat() if received.due else ""}


def next_case_step(move: Move, parameters: Data, data: Data) -> Data:
    """Go to the configured step that *to* says, 'next', 'previous' or 'same', and say who has it until when.

    Where none is left, *left* is False and the result says who drafts and who signs what the case ends with.
    """
    case, procedure = _case(move)
    steps, to = procedure.settings.steps, parameters.get("to", "next")
    taken = move.work.cases.steps(case.id)
    if to == "same":
        return _asked(steps[case.step - 1], case.step, _left(taken, case, move))
    _end_step(taken, move)
    number = max(1, case.step - 1) if to == "previous" else case.step + 1
    if number > len(steps):
        return _finished_steps(case, procedure, move)
    move.work.cases.save(case.at_step(number))
    if move.incoming().state is IncomingState.REGISTERED:
        move.document = move.incoming().in_state(IncomingState.IN_PROGRESS)
    move.work.cases.keep_step(_begun(case, steps[number - 1], number, len(taken) + 1, move))
    return _asked(steps[number - 1], number, steps[number - 1].half_days)


def ask_supplement(move: Move, parameters: Data, data: Data) -> Data:
    """Ask the applicant for what is missing, with a slip; the clock of a received case stands from now on."""
    case, _ = _case(move)
    reason = _reason(case, data)
    asked = case.supplement_asked(move.at, reason)
    if asked.state is CaseState.WAITING_SUPPLEMENT:
        move.document = move.document.paused(move.at, "Chờ người nộp bổ sung hồ sơ")
    move.work.cases.save(asked)
    case_dossiers.ask_supplement(asked, reason, by=move.by, at=move.at, work=move.work)
    _give(SlipKind.SUPPLEMENT, asked, move, reason=reason)
    return {"received": case.received_at is not None}


def take_supplement(move: Move, parameters: Data, data: Data) -> Data:
    """Note that the applicant brought what was asked for; the clock goes on with what was left."""
    case, _ = _case(move)
    work = move.work
    calendar = work.calendars.of(case.agency_id)
    brought = case.supplemented(move.at, calendar)
    if move.document.pause is not None:
        document = move.incoming().resumed(move.at).due_until(brought.due)
        move.document = document
        # The step that was interrupted has as long as it had left.
        for step in work.cases.steps(case.id):
            if step.ended_at is None:
                due = shifted(calendar, step.due, brought.pauses[-1].began, move.at)
                work.cases.keep_step(replace(step, due=due))
    work.cases.save(brought)
    case_dossiers.take_supplement(brought, by=move.by, at=move.at, work=work)
    return {"received": brought.received_at is not None}


def refuse_case(move: Move, parameters: Data, data: Data) -> Data:
    """End a case without a result: not received, given up by the office, or taken back; with a slip."""
    case, _ = _case(move)
    reason, withdrawn = _reason(case, data), _withdrawn(case, data)
    ended = case.withdrawn() if withdrawn else case.refused() if case.received_at is None else case.stopped()
    if move.document.pause is not None:
        move.document = move.document.resumed(move.at)
    state = IncomingState.REFUSED if case.received_at is None else IncomingState.STOPPED
    move.document = move.incoming().in_state(state)
    _end_step(move.work.cases.steps(case.id), move)
    move.work.cases.save(ended)
    case_dossiers.end(ended, reason, withdrawn=withdrawn, by=move.by, at=move.at, work=move.work)
    case_asking.end_open(ended, by=move.by, at=move.at, work=move.work)
    if not withdrawn:
        _give(SlipKind.REFUSAL, ended, move, reason=reason)
    return {"state": ended.state.value}


def send_case_result(move: Move, parameters: Data, data: Data) -> Data:
    """Note that the drafted result goes to be signed."""
    case, _ = _case(move)
    move.work.cases.save(case.to_be_signed())
    return {}


def finish_case(move: Move, parameters: Data, data: Data) -> Data:
    """Note that the result is there: the signed *document_id*, or something that is no document."""
    case, _ = _case(move)
    result = parameters.get("result")
    result_id = DocumentId(UUID(str(result))) if result else None
    ready = case.ready(move.at, result_id)
    move.work.cases.save(ready)
    case_dossiers.decide(ready, by=move.by, at=move.at, work=move.work)
    case_asking.end_open(ready, by=move.by, at=move.at, work=move.work)
    return {}


def return_case_result(move: Move, parameters: Data, data: Data) -> Data:
    """Note that the applicant has the result, and close the application."""
    case, _ = _case(move)
    by = ReturnBy(text_of(data, "return_result", "way") or case.return_by.value)
    move.work.cases.save(case.returned(move.at, by))
    closed = replace(move.incoming(), result=f"Đã trả kết quả hồ sơ {case.code}")
    move.document = closed.in_state(IncomingState.CLOSED)
    return {"by": by.value}


def give_slip(slip: Slip, work: UnitOfWork) -> Slip:
    """Keep a slip under the next number of its kind in its year; the worker seals it."""
    number = work.cases.next_number(slip.agency_id, SYMBOLS[slip.kind], slip.year)
    numbered = replace(slip, number=number)
    work.cases.add_slip(numbered)
    work.jobs.defer(SEAL_SLIP, {"slip_id": str(numbered.id)})
    return numbered


def _give(kind: SlipKind, case: Case, move: Move, *, due: datetime | None = None, reason: str = "") -> None:
    slip = Slip(
        id=CaseSlipId(move.work.new_id()),
        case_id=case.id,
        agency_id=case.agency_id,
        kind=kind,
        year=office_date(move.at).year,
        number=0,
        issued_at=move.at,
        issued_by=move.by,
        due=due,
        reason=reason,
    )
    give_slip(slip, move.work)


def _case(move: Move) -> tuple[Case, CaseProcedure]:
    found = move.work.cases.find_of_document(move.document.id)
    if found is None:
        raise OperationMisplaced(operation="one_stop", why="the document is no case of the one-stop office")
    case = move.work.cases.lock(found.id)
    return case, move.work.case_procedures.get(case.procedure_id)


def _begun(case: Case, step: Step, number: int, place: int, move: Move) -> StepTaken:
    calendar = move.work.calendars.of(case.agency_id)
    return StepTaken(
        case_id=case.id,
        place=place,
        number=number,
        name=step.name,
        role=step.role,
        unit_id=step.unit_id,
        half_days=step.half_days,
        began_at=move.at,
        due=half_days_after(calendar, move.at, step.half_days),
    )


def _end_step(taken: Sequence[StepTaken], move: Move) -> None:
    for step in taken:
        if step.ended_at is None:
            move.work.cases.keep_step(step.ended(move.at, move.by))


def _left(taken: Sequence[StepTaken], case: Case, move: Move) -> int:
    """Return how many half days the interrupted step has left, one at least."""
    due = next((step.due for step in taken if step.ended_at is None), move.at)
    return max(1, half_days_between(move.work.calendars.of(case.agency_id), move.at, due))


def _asked(step: Step, number: int, half_days: int) -> Data:
    return {
        "left": True,
        "number": number,
        "role": step.role.value,
        "unit": str(step.unit_id) if step.unit_id else None,
        "term": f"{half_days} half-days",
    }


def _finished_steps(case: Case, procedure: CaseProcedure, move: Move) -> Data:
    settings = procedure.settings
    if settings.result_type is None:
        return {"left": False, "signed": False}
    head = head_in_office(case.agency_id, move.at, move.work)
    if head is None:
        raise OperationMisplaced(operation="next_case_step", why="the agency has no head who signs the result")
    return {
        "left": False,
        "signed": True,
        "drafter": str(move.by),
        "signer": str(head.id),
        "unit": str(settings.steps[-1].unit_id),
        "type": settings.result_type,
        "subject": f"{settings.result} (hồ sơ {case.code})"[:500],
        "term": f"{settings.signing_half_days} half-days",
    }


def _reason(case: Case, data: Data) -> str:
    return text_of(data, _asking_element(case, data), "reason") or ""


def _withdrawn(case: Case, data: Data) -> bool:
    return text_of(data, _asking_element(case, data), "cause") == "withdrawn"


def _asking_element(case: Case, data: Data) -> str:
    """Return the step somebody asked or ended it at, by where the case stands."""
    if case.state in (CaseState.SUPPLEMENT_REQUIRED, CaseState.WAITING_SUPPLEMENT):
        return "take_supplement"
    if case.received_at is None:
        return "check"
    step = data.get(STEPS)
    return f"{HANDLE}{step.get('role')}" if isinstance(step, Mapping) else ""
