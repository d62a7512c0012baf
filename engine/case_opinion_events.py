"""What happens to opinions asked on one-stop cases; question and answer only as Private."""

from dataclasses import dataclass
from datetime import datetime

from engine.events import Event, Private
from engine.ids import AgencyId, CaseId, CaseOpinionId, DocumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpinionAsked(Event):
    """Who handles a case asked other agencies; *opinions* and *agencies* are in the same order."""

    action = "case_opinion.asked"
    subject_type = "case"
    case_id: CaseId
    document_id: DocumentId
    number: str
    opinions: tuple[CaseOpinionId, ...]
    agencies: tuple[AgencyId, ...]
    due: datetime
    files: int
    question: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpinionReceived(Event):
    """A question of another agency arrived, and its procedure began."""

    action = "case_opinion.received"
    subject_type = "document"
    document_id: DocumentId
    case_opinion_id: CaseOpinionId
    from_agency: AgencyId
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpinionAnswered(Event):
    """The agency that was asked answered; *late* where its time was over."""

    action = "case_opinion.answered"
    subject_type = "document"
    document_id: DocumentId
    case_opinion_id: CaseOpinionId
    view: str
    files: int
    late: bool
    text: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpinionArrived(Event):
    """The answer of an agency that was asked reached the case."""

    action = "case_opinion.arrived"
    subject_type = "case"
    case_id: CaseId
    case_opinion_id: CaseOpinionId
    from_agency: AgencyId
    view: str
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpinionSilent(Event):
    """No answer came in time; the case goes on without it."""

    action = "case_opinion.silent"
    subject_type = "case"
    case_id: CaseId
    case_opinion_id: CaseOpinionId
    asked_agency: AgencyId
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpinionEnded(Event):
    """The case was settled, so the opinion is not needed any more."""

    action = "case_opinion.ended"
    subject_type = "case"
    case_id: CaseId
    case_opinion_id: CaseOpinionId
    asked_agency: AgencyId
