"""Entering a case, whoever brings it: what is wrong with an application, its number, its cover page, its dossier.

A clerk enters what comes to the counter or by post (``enter_case``), applicants send their own (``submit_case``).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from engine import case_dossiers, procedures
from engine.applicants import Applicant, Paper, applicant_errors, missing_papers, paper_errors
from engine.case_dossiers import BroughtFile
from engine.case_procedures import CaseProcedure
from engine.case_slips import CaseFile, application_page
from engine.cases import Case, Channel, ReturnBy, printed_case_code
from engine.deadlines import office_date
from engine.documents import IncomingDocument, IncomingState, Urgency
from engine.drafts import FieldChecks
from engine.events import Private
from engine.files import StoredFile
from engine.forms import errors_in, offer
from engine.ids import SYSTEM, AgencyId, CaseId, DocumentId, InstanceId
from engine.neighbours import Services
from engine.people import Person
from engine.ports import UnitOfWork
from engine.verifications import new_code


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """A paper that came: code of its component, how many of it, and its files."""

    code: str
    originals: int = 0
    copies: int = 0
    files: Sequence[BroughtFile] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What an applicant asks for.

    Attributes:
        procedure: Code of the procedure; its newest version holds for the case.
        identity: Number of the applicant's identity card or organization.
        answers: What the form of the procedure asks for.
        papers: What was handed in; required ones that are missing do not stop it here, the check decides on them.
    """

    procedure: str
    channel: Channel
    return_by: ReturnBy
    name: str
    identity: str
    address: str
    phone: str
    email: str = ""
    answers: Mapping[str, object]
    papers: Sequence[HandedIn]

    @property
    def files(self) -> tuple[BroughtFile, ...]:
        """The files of all papers."""
        return tuple(file for paper in self.papers for file in paper.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """The case, its procedure, and the codes of required papers that did not come."""

    case: Case
    instance_id: InstanceId
    missing: tuple[str, ...]


def machine_of(agency_id: AgencyId) -> Person:
    """Return who does for an agency what an applicant sends without an account: the machine, which holds no post."""
    return Person(id=SYSTEM, agency_id=agency_id, username="", name="", title="", posts=())


def ways_of(procedure: CaseProcedure) -> tuple[ReturnBy, ...]:
    """Return how a result of this procedure can be had: as a file only where it is a document."""
    return tuple(one for one in ReturnBy if one is not ReturnBy.PAGE or procedure.settings.result_type is not None)


def check_application(asked: Application, procedure: CaseProcedure, check: FieldChecks, work: UnitOfWork) -> None:
    """Note everything that is wrong with the fields of an application."""
    settings = procedure.settings
    nobody = CaseId(work.new_id())
    if asked.return_by not in ways_of(procedure):
        check.add("return_by", "no_file", "The result of this procedure is no file. Choose the counter or the post.")
    for error in applicant_errors(_applicant(asked, nobody)):
        check.add(error.field, error.code, error.message)
    for error in errors_in(offer(settings.form, {}), dict(asked.answers)):
        check.add(f"answers/{error.field}".rstrip("/"), error.code, error.message)
    required = {one.code: one.required for one in settings.components}
    scanned = {file.code for file in asked.files}
    for error in paper_errors(papers_of(asked, nobody), required, scanned):
        check.add(error.field, error.code, error.message)


def new_file(
    asked: Application, procedure: CaseProcedure, agency_id: AgencyId, services: Services, work: UnitOfWork
) -> CaseFile:
    """Take the number of the day and return everything the case is made of.

    The number is taken before the page is set, on which it stands; a crash in between leaves a gap, no double.
    """
    agency, at = work.people.get_agency(agency_id), services.clock()
    today = office_date(at)
    number = work.cases.next_number(agency.id, "day", int(f"{today:%Y%m%d}"))
    case = Case(
        id=CaseId(work.new_id()),
        agency_id=agency.id,
        code=printed_case_code(agency.code, today, number),
        track_code=new_code(services.safe.random),
        procedure_id=procedure.id,
        document_id=DocumentId(work.new_id()),
        channel=asked.channel,
        return_by=asked.return_by,
        submitted_at=at,
    )
    return CaseFile(
        case=case,
        procedure=procedure,
        applicant=_applicant(asked, case.id),
        papers=papers_of(asked, case.id),
        agency=agency.name,
        parent=agency.parent_name,
        place=agency.place,
        scans=_counted(asked.files),
    )


def cover_of(file: CaseFile, by: Person, services: Services) -> StoredFile:
    """Make and keep the page that stands for the application. Raises LetterUnprintable."""
    cover = services.pdfs.print_slip(application_page(file, services.clock()))
    return services.put_pdf(cover, by=by.id, agency_id=file.case.agency_id)


def keep_case(
    file: CaseFile, brought: Sequence[BroughtFile], cover: StoredFile, *, by: Person, work: UnitOfWork
) -> Entered:
    """Keep case, document and dossier, and begin the procedure; the caller records what was done."""
    case = file.case
    work.files.add(cover)
    document = _document(file, cover, by)
    move = procedures.start(
        procedures.Beginning(key="one_stop", data={}), document, by=by.id, at=case.submitted_at, work=work
    )
    work.cases.add(case, file.applicant, file.papers)
    dossier = case_dossiers.open_for(case, file.procedure, brought, by=by, work=work)
    case_dossiers.hand_in(dossier, file.papers, by=by.id, at=case.submitted_at, work=work)
    return Entered(case=case, instance_id=move.instance.id, missing=missing_of(file.procedure, file.papers, brought))


def private_of(applicant: Applicant) -> Private:
    """Return who handed it in and what they filled in, as a leaf has it."""
    who = {name: value for name, value in asdict(applicant).items() if name != "case_id"}
    return Private(value=json.dumps(who, ensure_ascii=False, sort_keys=True, default=str))


def missing_of(
    procedure: CaseProcedure, papers: Sequence[Paper], brought: Sequence[BroughtFile] = ()
) -> tuple[str, ...]:
    """Return the codes of required components of which neither paper nor file came."""
    required = {one.code: one.required for one in procedure.settings.components}
    with_files = {file.code for file in brought}
    return tuple(code for code in missing_papers(papers, required) if code not in with_files)


def papers_of(asked: Application, case_id: CaseId) -> tuple[Paper, ...]:
    """Return the papers that came, in their order."""
    return tuple(
        Paper(case_id=case_id, place=place, code=paper.code, originals=paper.originals, copies=paper.copies)
        for place, paper in enumerate(asked.papers)
    )


def entered_before(case_id: CaseId, work: UnitOfWork) -> Entered:
    """Return what an earlier request with the same key made."""
    case = work.cases.get(case_id)
    instance = work.instances.find_of_document(case.document_id)
    assert instance is not None  # noqa: S101  the request was remembered with its instance
    missing = missing_of(work.case_procedures.get(case.procedure_id), work.cases.papers(case.id))
    return Entered(case=case, instance_id=instance.id, missing=missing)


def _applicant(asked: Application, case_id: CaseId) -> Applicant:
    return Applicant(
        case_id=case_id,
        name=" ".join(asked.name.split()),
        identity="".join(asked.identity.split()),
        address=" ".join(asked.address.split()),
        phone="".join(asked.phone.split()),
        email=asked.email.strip(),
        answers=dict(asked.answers),
    )


def _counted(brought: Sequence[BroughtFile]) -> Mapping[str, int]:
    codes = [file.code for file in brought]
    return {code: codes.count(code) for code in codes}


def _document(file: CaseFile, cover: StoredFile, by: Person) -> IncomingDocument:
    """Return the application as a document; its subject names the procedure and nobody."""
    case, settings = file.case, file.procedure.settings
    return IncomingDocument(
        id=case.document_id,
        agency_id=case.agency_id,
        type="HS",
        subject=f"Hồ sơ {case.code}: {settings.name}"[:500],
        urgency=Urgency.NORMAL,
        file_id=cover.id,
        created_at=case.submitted_at,
        created_by=by.id,
        code_number=case.code.rpartition("-")[2],
        code_notation="HS-TTHC",
        issued_date=office_date(case.submitted_at),
        organ_name="Tổ chức, cá nhân nộp hồ sơ",
        state=IncomingState.RECEIVED,
    )
