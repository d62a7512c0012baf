"""What happens to procedures and cases of the one-stop office beside their steps; people only as Private."""

from dataclasses import dataclass
from datetime import date, datetime

from engine.events import Event, Private
from engine.ids import CaseFeedbackId, CaseId, CaseProcedureId, CaseSlipId, DocumentId, DossierId, FileId, InstanceId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProcedureSet(Event):
    """An administrator set a version of a procedure; *settings_sha256* is the digest of all that was set."""

    action = "case_procedure.set"
    subject_type = "case_procedure"
    case_procedure_id: CaseProcedureId
    code: str
    version: int
    offered: bool
    settings_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEntered(Event):
    """A clerk entered an application, and its procedure began."""

    action = "case.entered"
    subject_type = "case"
    case_id: CaseId
    document_id: DocumentId
    instance_id: InstanceId
    procedure_id: CaseProcedureId
    code: str
    channel: str
    applicant: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSubmitted(Event):
    """An applicant sent an application online, and its procedure began; *files* counts what came with it."""

    action = "case.submitted"
    subject_type = "case"
    case_id: CaseId
    document_id: DocumentId
    instance_id: InstanceId
    procedure_id: CaseProcedureId
    code: str
    files: int
    applicant: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSupplemented(Event):
    """An applicant sent online what was asked for; *files* counts it."""

    action = "case.supplemented"
    subject_type = "case"
    case_id: CaseId
    document_id: DocumentId
    dossier_id: DossierId
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseApologised(Event):
    """The applicant was told that the result would be late, and until when it is promised now."""

    action = "case.apologised"
    subject_type = "case"
    case_id: CaseId
    document_id: DocumentId
    due: datetime
    to: datetime
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSlipSealAsked(Event):
    """What the agency's key is to sign on a slip was fixed, before the key is used."""

    action = "case_slip.seal_asked"
    subject_type = "case"
    case_id: CaseId
    case_slip_id: CaseSlipId
    key_id: str
    digest: str
    prepared_file_id: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSlipKept(Event):
    """A slip that was given out was put into the archive; *because* is the code of what kept it from being sealed."""

    action = "case_slip.kept"
    subject_type = "case"
    case_id: CaseId
    case_slip_id: CaseSlipId
    number: str
    file_id: FileId
    sealed: bool
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRated(Event):
    """An applicant said what they thought of how their case was handled."""

    action = "case.rated"
    subject_type = "case"
    case_id: CaseId
    satisfaction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFeedbackSent(Event):
    """An applicant wrote about their case; it is to be answered until *due*."""

    action = "case_feedback.sent"
    subject_type = "case_feedback"
    case_feedback_id: CaseFeedbackId
    case_id: CaseId
    due: date
    text: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFeedbackAnswered(Event):
    """Somebody answered what an applicant wrote."""

    action = "case_feedback.answered"
    subject_type = "case_feedback"
    case_feedback_id: CaseFeedbackId
    case_id: CaseId
    answer: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPointsEntered(Event):
    """An administrator entered points of the index of Decision 766 that our data cannot show."""

    action = "service_index.entered"
    subject_type = "agency"
    year: int
    item: str
    points: str
