"""What the engine needs of storage for the one-stop office; the words are those of engine.ports."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.applicants import Applicant, Paper
from engine.case_feedback import Feedback
from engine.case_opinions import CaseOpinion, OpinionFile
from engine.case_procedures import CaseProcedure
from engine.case_slips import KeptSlip, Slip
from engine.case_steps import StepTaken
from engine.cases import Case, CaseState
from engine.ids import (
    AgencyId,
    CaseFeedbackId,
    CaseId,
    CaseOpinionId,
    CaseProcedureId,
    CaseSlipId,
    DocumentId,
    FileId,
)
from engine.queries import Page, PageRequest
from engine.service_index import IndexEntry, Tally


class CaseProcedures(Protocol):
    """Versions of procedures; none ever changes."""

    def get(self, procedure_id: CaseProcedureId) -> CaseProcedure:
        """Return the version, or raise CaseProcedureNotFound."""

    def latest(self, agency_id: AgencyId, code: str) -> CaseProcedure | None:
        """Return the newest version of this code, or None."""

    def of_agency(self, agency_id: AgencyId) -> Sequence[CaseProcedure]:
        """Return the newest version of each procedure, by code."""

    def agencies_online(self) -> Sequence[AgencyId]:
        """Return the agencies of which at least one procedure takes applications online now."""

    def versions(self, agency_id: AgencyId, code: str) -> Sequence[CaseProcedure]:
        """Return every version, the newest first."""

    def add(self, procedure: CaseProcedure) -> None:
        """Keep a new version; raises CaseProcedureChanged where somebody else kept it first."""


class Cases(Protocol):
    """Cases with what belongs to them; whoever saves one holds its instance or the case itself."""

    def get(self, case_id: CaseId) -> Case:
        """Return the case, or raise CaseNotFound."""

    def lock(self, case_id: CaseId) -> Case:
        """Return the case and keep others out until the transaction ends; raises CaseNotFound."""

    def find_of_document(self, document_id: DocumentId) -> Case | None:
        """Return the case that hangs on this document, or None."""

    def find_tracked(self, track_code: str) -> Case | None:
        """Return the case its applicant follows by this code, or None."""

    def search(self, agency_id: AgencyId, states: Sequence[CaseState], page: PageRequest) -> Page[Case]:
        """Return a page of the agency's cases in one of the states (none: in any), the newest first."""

    def waiting_of(self, agency_id: AgencyId, identity: str) -> int:
        """Return how many cases of this identity number came online and wait to be checked at the agency."""

    def wait_in_line(self, agency_id: AgencyId) -> None:
        """Let applications that come online to this agency be kept one after another until the transaction ends."""

    def next_number(self, agency_id: AgencyId, series: str, period: int) -> int:
        """Take the next number of a series ('day', 'year', 'PBS') in a day or year; a rollback gives it back."""

    def peek_number(self, agency_id: AgencyId, series: str, period: int) -> int:
        """Return the number ``next_number`` would give now; whoever takes one first has it."""

    def add(self, case: Case, applicant: Applicant, papers: Sequence[Paper]) -> None:
        """Keep a new case with who handed it in and what came with it."""

    def save(self, case: Case) -> None:
        """Keep the case as it is now."""

    def applicant(self, case_id: CaseId) -> Applicant:
        """Return who handed it in."""

    def papers(self, case_id: CaseId) -> Sequence[Paper]:
        """Return the papers, in their order."""

    def steps(self, case_id: CaseId) -> Sequence[StepTaken]:
        """Return the steps it went through, in their order."""

    def keep_step(self, step: StepTaken) -> None:
        """Keep a step as it began or ended."""

    def get_slip(self, slip_id: CaseSlipId) -> Slip:
        """Return the slip, or raise SlipNotFound."""

    def find_kept_slip(self, slip_id: CaseSlipId) -> KeptSlip | None:
        """Return how far the file of a slip is, None where nobody began to make it."""

    def keep_slip_file(self, kept: KeptSlip) -> None:
        """Keep the file of a slip as it is prepared, or at its end; a file that is kept is never replaced."""

    def slips_with(self, file_ids: Collection[FileId]) -> Mapping[FileId, CaseSlipId]:
        """Return which of these contents are kept slips, and of which slip."""

    def slips(self, case_id: CaseId) -> Sequence[Slip]:
        """Return the slips that were given out, the oldest first."""

    def add_slip(self, slip: Slip) -> None:
        """Keep a slip that is given out."""

    def states(self, agency_id: AgencyId) -> Mapping[CaseState, int]:
        """Return how many cases there are in each state."""


class CaseFeedback(Protocol):
    """What applicants wrote, and the answers."""

    def lock(self, feedback_id: CaseFeedbackId) -> Feedback:
        """Return it and keep others out until the transaction ends; raises FeedbackNotFound."""

    def of_case(self, case_id: CaseId) -> Sequence[Feedback]:
        """Return what was written about a case, the oldest first."""

    def open_of(self, agency_id: AgencyId) -> Sequence[Feedback]:
        """Return what waits for an answer, what is due first before the others."""

    def add(self, feedback: Feedback) -> None:
        """Keep a new one."""

    def save(self, feedback: Feedback) -> None:
        """Keep it as answered."""


class CaseOpinions(Protocol):
    """Opinions of other agencies on cases."""

    def get(self, opinion_id: CaseOpinionId) -> CaseOpinion:
        """Return it, or raise CaseOpinionNotFound."""

    def lock(self, opinion_id: CaseOpinionId) -> CaseOpinion:
        """Return it and keep others out until the transaction ends; raises CaseOpinionNotFound."""

    def lock_open(self, case_id: CaseId) -> Sequence[CaseOpinion]:
        """Return those of a case that are still open, locked, in a fixed order."""

    def of_case(self, case_id: CaseId) -> Sequence[CaseOpinion]:
        """Return all of a case, the oldest first."""

    def find_of_document(self, document_id: DocumentId) -> CaseOpinion | None:
        """Return the one asked by this incoming document, or None."""

    def add(self, opinion: CaseOpinion) -> None:
        """Keep a new one with the files of its question."""

    def answer_with(self, opinion_id: CaseOpinionId, files: Sequence[OpinionFile]) -> None:
        """Keep the files of the answer, before it is given."""

    def save(self, opinion: CaseOpinion) -> None:
        """Keep how it stands now; its files do not change."""


class ServiceIndex(Protocol):
    """What the index of Decision 766 is made of."""

    def tally(self, agency_id: AgencyId, began: datetime, ended: datetime, at: datetime) -> Tally:
        """Count the cases that came in the period, as they stand at the moment *at*."""

    def entries(self, agency_id: AgencyId, year: int) -> Sequence[IndexEntry]:
        """Return what was entered for a year."""

    def enter(self, entry: IndexEntry) -> None:
        """Keep points in place of those entered before."""


class OneStopRecords(Protocol):
    """What a transaction has of the one-stop office."""

    @property
    def case_procedures(self) -> CaseProcedures:
        """Procedures as they were set."""

    @property
    def cases(self) -> Cases:
        """Cases with what belongs to them."""

    @property
    def case_feedback(self) -> CaseFeedback:
        """What applicants wrote."""

    @property
    def case_opinions(self) -> CaseOpinions:
        """Opinions of other agencies on cases."""

    @property
    def service_index(self) -> ServiceIndex:
        """What the index of Decision 766 is made of."""
