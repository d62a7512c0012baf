"""Enter a case: a clerk takes an application of somebody outside, and its procedure begins with the check.

What comes by post, or through the national portal, is entered by the clerk for the applicant, too.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from engine import access, procedures
from engine.applicants import Applicant, Paper, applicant_errors, missing_papers, paper_errors
from engine.case_events import CaseEntered
from engine.case_procedures import CaseProcedure, CaseProcedureNotFound
from engine.case_slips import CaseFile, application_page
from engine.cases import Case, CaseInvalid, Channel, ReturnBy, printed_case_code
from engine.deadlines import office_date
from engine.documents import Attachment, IncomingDocument, IncomingState, Urgency
from engine.drafts import FieldChecks
from engine.events import Private
from engine.files import StoredFile
from engine.forms import errors_in, offer
from engine.ids import CaseId, DocumentId, FileId, InstanceId
from engine.neighbours import Services
from engine.people import Agency, Person
from engine.ports import UnitOfWork
from engine.queries import Once
from engine.verifications import new_code

MAX_ATTACHED_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """A paper that came: code of its component, how many of it, and its scan where there is one."""

    code: str
    originals: int = 0
    copies: int = 0
    file_id: FileId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterCase:
    """An application.

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
    once: Once | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """The case, its procedure, and the codes of required papers that did not come."""

    case: Case
    instance_id: InstanceId
    missing: tuple[str, ...]


def enter_case(request: EnterCase, *, by: Person, services: Services) -> Entered:
    """Keep the application with a number of its own and put it before the desk to be checked.

    Raises:
        NotAllowed: The person enters no cases.
        CaseProcedureNotFound: The agency has no such procedure.
        CaseProcedureWithdrawn, ChannelNotOffered: It takes no such application.
        CaseInvalid: Some fields are wrong; all are named.
        LetterUnprintable: A character is not in the font of the office.
    """
    access.require(by, "enter_case")
    with services.begin() as work:
        if request.once and (known := work.requests.find(by.id, request.once)):
            return _again(CaseId(known), work)
        procedure = _procedure(request, by, work)
        _require_right(request, procedure, by, work)
        file, agency = _file(request, procedure, by, services, work)
    cover = services.pdfs.print_slip(application_page(file, services.clock()))
    kept = services.put_pdf(cover, by=by.id, agency_id=agency.id)
    with services.begin() as work:
        return _keep(request, file, kept, by, services.clock(), work)


def _procedure(request: EnterCase, by: Person, work: UnitOfWork) -> CaseProcedure:
    procedure = work.case_procedures.latest(by.agency_id, request.procedure)
    if procedure is None:
        raise CaseProcedureNotFound
    procedure.require_offered(request.channel)
    return procedure


def _require_right(request: EnterCase, procedure: CaseProcedure, by: Person, work: UnitOfWork) -> None:
    check = FieldChecks()
    settings = procedure.settings
    nobody = CaseId(work.new_id())
    for error in applicant_errors(_applicant(request, nobody)):
        check.add(error.field, error.code, error.message)
    for error in errors_in(offer(settings.form, {}), dict(request.answers)):
        check.add(f"answers/{error.field}".rstrip("/"), error.code, error.message)
    required = {one.code: one.required for one in settings.components}
    for error in paper_errors(_papers(request, nobody), required):
        check.add(error.field, error.code, error.message)
    for place, paper in enumerate(request.papers):
        if paper.file_id is not None:
            check.file(f"papers/{place}/file_id", paper.file_id, by, work)
    check.done(CaseInvalid)


def _file(
    request: EnterCase, procedure: CaseProcedure, by: Person, services: Services, work: UnitOfWork
) -> tuple[CaseFile, Agency]:
    """Take the number of the day and return everything the case is made of.

    The number is taken before the page is set, on which it stands; a crash in between leaves a gap, no double.
    """
    agency, at = work.people.get_agency(by.agency_id), services.clock()
    today = office_date(at)
    number = work.cases.next_number(agency.id, "day", int(f"{today:%Y%m%d}"))
    case = Case(
        id=CaseId(work.new_id()),
        agency_id=agency.id,
        code=printed_case_code(agency.code, today, number),
        track_code=new_code(services.safe.random),
        procedure_id=procedure.id,
        document_id=DocumentId(work.new_id()),
        channel=request.channel,
        return_by=request.return_by,
        submitted_at=at,
    )
    file = CaseFile(
        case=case,
        procedure=procedure,
        applicant=_applicant(request, case.id),
        papers=_papers(request, case.id),
        agency=agency.name,
        parent=agency.parent_name,
        place=agency.place,
    )
    return file, agency


def _applicant(request: EnterCase, case_id: CaseId) -> Applicant:
    return Applicant(
        case_id=case_id,
        name=" ".join(request.name.split()),
        identity="".join(request.identity.split()),
        address=" ".join(request.address.split()),
        phone="".join(request.phone.split()),
        email=request.email.strip(),
        answers=dict(request.answers),
    )


def _papers(request: EnterCase, case_id: CaseId) -> tuple[Paper, ...]:
    return tuple(
        Paper(
            case_id=case_id,
            place=place,
            code=paper.code,
            originals=paper.originals,
            copies=paper.copies,
            file_id=paper.file_id,
        )
        for place, paper in enumerate(request.papers)
    )


def _keep(request: EnterCase, file: CaseFile, cover: StoredFile, by: Person, at: datetime, work: UnitOfWork) -> Entered:
    case, settings = file.case, file.procedure.settings
    work.files.add(cover)
    work.cases.add(case, file.applicant, file.papers)
    document = _document(file, cover, by, at)
    move = procedures.start(procedures.Beginning(key="one_stop", data={}), document, by=by.id, at=at, work=work)
    if request.once:
        work.requests.remember(by.id, request.once, case.id, at)
    who = {name: value for name, value in asdict(file.applicant).items() if name != "case_id"}
    work.record(
        CaseEntered(
            by=by.id,
            at=at,
            agency_id=case.agency_id,
            case_id=case.id,
            document_id=case.document_id,
            instance_id=move.instance.id,
            procedure_id=case.procedure_id,
            code=case.code,
            channel=case.channel.value,
            applicant=Private(value=json.dumps(who, ensure_ascii=False, sort_keys=True, default=str)),
        )
    )
    required = {one.code: one.required for one in settings.components}
    return Entered(case=case, instance_id=move.instance.id, missing=missing_papers(file.papers, required))


def _document(file: CaseFile, cover: StoredFile, by: Person, at: datetime) -> IncomingDocument:
    """Return the application as a document; its subject names the procedure and nobody."""
    case, settings = file.case, file.procedure.settings
    names = {one.code: one.name for one in settings.components}
    attached = [
        Attachment(file_id=paper.file_id, name=names[paper.code].replace("/", "-")[:MAX_ATTACHED_NAME])
        for paper in file.papers
        if paper.file_id is not None
    ]
    return IncomingDocument(
        id=case.document_id,
        agency_id=case.agency_id,
        type="HS",
        subject=f"Hồ sơ {case.code}: {settings.name}"[:500],
        urgency=Urgency.NORMAL,
        file_id=cover.id,
        created_at=at,
        created_by=by.id,
        attachments=tuple(attached),
        code_number=case.code.rpartition("-")[2],
        code_notation="HS-TTHC",
        issued_date=office_date(at),
        organ_name="Tổ chức, cá nhân nộp hồ sơ",
        state=IncomingState.RECEIVED,
    )


def _again(case_id: CaseId, work: UnitOfWork) -> Entered:
    case = work.cases.get(case_id)
    instance = work.instances.find_of_document(case.document_id)
    assert instance is not None  # noqa: S101  the request was remembered by this action alone
    settings = work.case_procedures.get(case.procedure_id).settings
    required = {one.code: one.required for one in settings.components}
    return Entered(case=case, instance_id=instance.id, missing=missing_papers(work.cases.papers(case.id), required))
