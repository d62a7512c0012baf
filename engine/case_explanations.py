"""Why a case of the one-stop office stands where it stands: its step, until when, whose turn, and what the law says.

It is computed from what is on record at each look and never kept. Source: Decree 118/2025/NĐ-CP.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from engine.case_procedures import CaseProcedure
from engine.cases import FINISHED, Case, CaseState
from engine.deadlines import HALVES_OF_A_DAY
from engine.dossier_turns import Turn, turns_of
from engine.expectations import opinions_on, until
from engine.explanations import Sentence
from engine.ports import UnitOfWork
from engine.tracking import WAITING

LAW: Final[Mapping[str, str]] = {
    "place": "An application may be handed in at any office of the province, wherever its applicant lives.",
    "receipt": "Who refuses an application, or asks for a supplement, gives out a slip with the reasons.",
    "limit": "A time limit counts working days from the day after receipt; one that would end on a day off ends on the"
    " next working day.",
    "clock": "While the applicant supplies what is missing, the time limit stands.",
    "apology": "An office that will be late says so a day before at the latest, with the reason and another day; only"
    " once for a case.",
    "feedback": "What an applicant writes is answered within 10 working days.",
}
"""What the law says, by what it is about."""

CHECKED: Final = "The desk checks whether the application is whole. Its time limit begins when it is received."
WANTING: Final = "It waits for its applicant to supply: %(parts)s."
SUPPLIED: Final = "What was missing has come. The desk takes it in."
STEP: Final = "It is at step %(number)s of %(steps)s, '%(step)s', planned to end: %(due)s."
STEP_OVERRUN: Final = "It is at step %(number)s of %(steps)s, '%(step)s', which should have ended: %(due)s."
SIGNING: Final = "The result is prepared; it is being signed, numbered and sealed."
READY: Final = "The result is there and waits to be handed over."
OVER: Final = "Nothing more is to be done."
PUBLIC: Final = "The procedure's public time limit is %(days)s working days."
PROMISED: Final = "The result is promised for: %(due)s."
LATE: Final = "The result was promised for: %(due)s. It is late."
PUT_OFF: Final = "It was promised for %(first)s at first; the applicant was given an apology and another day."
AGAINST: Final = frozenset({STEP_OVERRUN, LATE})
"""What the office has to answer for, so that pages say it louder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseExplanation:
    """Why the case stands where it stands."""

    case: Case
    procedure: CaseProcedure
    turns: tuple[Turn, ...]
    said: tuple[Sentence, ...]
    law: tuple[str, ...]


def explain(case: Case, at: datetime, work: UnitOfWork) -> CaseExplanation:
    """Return why the case stands where it stands; whoever asks may read it."""
    procedure, dossier = work.case_procedures.get(case.procedure_id), work.dossiers.find_of_document(case.document_id)
    return CaseExplanation(
        case=case,
        procedure=procedure,
        turns=turns_of(dossier, work) if dossier else (),
        said=(*_stage(case, procedure, at, work), *_promised(case, procedure, at), *opinions_on(case, work)),
        law=tuple(LAW[about] for about in laws_about(case)),
    )


def laws_about(case: Case) -> Iterator[str]:
    """Give the keys of LAW that matter to the case as it stands."""
    if case.received_at is None:
        yield "place"
        yield "receipt"
    yield "limit"
    if case.state in WAITING or case.pauses:
        yield "clock"
    if case.ready_at is None and case.state not in FINISHED:
        yield "apology"
    yield "feedback"


def _stage(case: Case, procedure: CaseProcedure, at: datetime, work: UnitOfWork) -> Iterator[Sentence]:
    if case.state in WAITING:
        yield _wanted(case, work)
    elif case.state is CaseState.SUBMITTED:
        yield Sentence(template=CHECKED)
    elif case.state is CaseState.PENDING_SIGN:
        yield Sentence(template=SIGNING)
    elif case.state is CaseState.RESULT_READY:
        yield Sentence(template=READY)
    elif case.state in FINISHED:
        yield Sentence(template=OVER)
    else:
        yield from _step(case, procedure, at, work)


def _wanted(case: Case, work: UnitOfWork) -> Sentence:
    dossier = work.dossiers.find_of_document(case.document_id)
    if dossier is None or not dossier.is_open:
        return Sentence(template=SUPPLIED)
    return Sentence(template=WANTING, facts={"parts": tuple(part.name for part in dossier.parts)})


def _step(case: Case, procedure: CaseProcedure, at: datetime, work: UnitOfWork) -> Iterator[Sentence]:
    for step in work.cases.steps(case.id):
        if step.ended_at is None:
            facts = {"number": step.number, "steps": len(procedure.settings.steps), "step": step.name}
            template = STEP if at <= step.due else STEP_OVERRUN
            yield Sentence(template=template, facts={**facts, "due": until(step.due)})


def _promised(case: Case, procedure: CaseProcedure, at: datetime) -> Iterator[Sentence]:
    days = Decimal(procedure.settings.half_days) / HALVES_OF_A_DAY
    yield Sentence(template=PUBLIC, facts={"days": days})
    if case.due is None or case.ready_at is not None or case.state in FINISHED or case.state in WAITING:
        return
    yield Sentence(template=PROMISED if at <= case.due else LATE, facts={"due": until(case.due)})
    if case.reappointed and case.first_due is not None:
        yield Sentence(template=PUT_OFF, facts={"first": until(case.first_due)})
