"""Rate a case: its applicant says once, by the code on the receipt, how satisfied they are."""

from dataclasses import replace
from datetime import datetime

from engine.case_events import CaseRated
from engine.cases import Case, Satisfaction
from engine.ids import SYSTEM
from engine.ports import UnitOfWork
from engine.tracking import tracked_case


def rate_case(code: str, satisfaction: Satisfaction, *, at: datetime, work: UnitOfWork) -> Case:
    """Keep what the applicant thought of it; it counts in the index of the office.

    Raises:
        TrackCodeUnknown: No case has this code.
        CaseNotInState: The result was not returned yet.
        CaseRatedAlready: They said so before.
    """
    case = work.cases.lock(tracked_case(code, work).id)
    rated = case.rated(satisfaction)
    work.cases.save(rated)
    work.record(CaseRated(by=SYSTEM, at=at, agency_id=case.agency_id, case_id=case.id, satisfaction=satisfaction.value))
    return replace(rated, rev=case.rev + 1)
