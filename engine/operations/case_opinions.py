"""What the procedure of an opinion on a case does where it is asked: register, answer, note silence, end.

Source: Decree 118/2025/NĐ-CP.
"""

from dataclasses import replace
from uuid import UUID

from engine.case_asking import ANSWERS, tell_asker
from engine.case_opinion_events import CaseOpinionAnswered, CaseOpinionArrived, CaseOpinionSilent
from engine.case_opinions import CaseOpinion, View
from engine.documents import IncomingState
from engine.events import Private
from engine.ids import UnitId
from engine.operations.incoming import take_arrival_number
from engine.operations.move import Data, Move, OperationMisplaced, text_of


def register_opinion_request(move: Move, parameters: Data, data: Data) -> Data:
    """Enter the request, once; the unit it goes to may read it."""
    document = move.incoming()
    if document.arrival_number is None:
        document = take_arrival_number(document, move)
    unit = text_of(data, "register", "unit")
    move.document = document.read_by(units=[UnitId(UUID(unit))] if unit else [])
    return {"arrival_number": document.arrival_number}


def answer_case_opinion(move: Move, parameters: Data, data: Data) -> Data:
    """Give the agency's opinion: the outcome of the step is the view, its form the words.

    Raises:
        CaseOpinionClosed: The case was settled without it.
    """
    view, text = View(text_of(data, ANSWERS, "outcome") or ""), text_of(data, ANSWERS, "text") or ""
    opinion = _locked(move).answered(view, text, move.by, move.at)
    move.work.case_opinions.save(opinion)
    move.document = replace(move.incoming().in_state(IncomingState.CLOSED), result=f"Đã trả lời {opinion.number}")
    _record_answer(opinion, move)
    return {"view": view.value, "late": opinion.came_late}


def _record_answer(opinion: CaseOpinion, move: Move) -> None:
    work = move.work
    case = work.cases.get(opinion.case_id)
    work.record(
        CaseOpinionAnswered(
            by=move.by,
            at=move.at,
            agency_id=opinion.agency_id,
            document_id=opinion.document_id,
            case_opinion_id=opinion.id,
            view=opinion.view.value if opinion.view else "",
            files=len(opinion.answer_files),
            late=opinion.came_late,
            text=Private(value=opinion.text),
        )
    )
    # The agency that asked has its own log, and its webhooks read that.
    work.record(
        CaseOpinionArrived(
            by=move.by,
            at=move.at,
            agency_id=case.agency_id,
            case_id=case.id,
            case_opinion_id=opinion.id,
            from_agency=opinion.agency_id,
            view=opinion.view.value if opinion.view else "",
            late=opinion.came_late,
        )
    )
    tell_asker(opinion, case, "%(agency)s gave its opinion on the case %(case)s.", move.at, work)


def note_opinion_silence(move: Move, parameters: Data, data: Data) -> Data:
    """Note that no answer came in time; the case has gone on all the while, and a late answer is still taken."""
    opinion = _locked(move)
    if not opinion.is_open:
        return {}
    work, silent = move.work, opinion.silent(move.at)
    work.case_opinions.save(silent)
    case = work.cases.get(opinion.case_id)
    work.record(
        CaseOpinionSilent(
            by=move.by,
            at=move.at,
            agency_id=case.agency_id,
            case_id=case.id,
            case_opinion_id=opinion.id,
            asked_agency=opinion.agency_id,
            due=opinion.due,
        )
    )
    template = "%(agency)s gave no opinion on the case %(case)s in time; the case goes on without it."
    tell_asker(silent, case, template, move.at, work)
    return {"due": opinion.due.isoformat()}


def end_opinion_request(move: Move, parameters: Data, data: Data) -> Data:
    """End the request: the case was settled without the opinion."""
    move.document = move.incoming().in_state(IncomingState.STOPPED)
    return {}


def _locked(move: Move) -> CaseOpinion:
    found = move.work.case_opinions.find_of_document(move.document.id)
    if found is None:
        raise OperationMisplaced(operation="case_opinion", why="the document asks for no opinion on a case")
    return move.work.case_opinions.lock(found.id)
