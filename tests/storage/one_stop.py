"""The one-stop office, for tests of the storage: one procedure, one case with everything that belongs to it."""

from datetime import timedelta
from decimal import Decimal

from engine.applicants import Applicant, Paper
from engine.case_feedback import Feedback
from engine.case_opinions import CaseOpinion, OpinionFile
from engine.case_procedures import CaseProcedure, Component, Fee, ServiceLevel, Settings, Step
from engine.case_slips import KeptSlip, Slip, SlipKind
from engine.case_steps import StepTaken
from engine.cases import Case, CaseState, Channel, ReturnBy
from engine.deadlines import Pause
from engine.ids import CaseFeedbackId, CaseId, CaseOpinionId, CaseProcedureId, CaseSlipId
from engine.people import Role
from engine.ports import UnitOfWork
from engine.service_index import IndexEntry
from tests.storage.builders import NOON, TODAY, Desk, new_id


def fill_one_stop(work: UnitOfWork, desk: Desk) -> Case:
    """Keep a row in each of its tables; return the case."""
    procedure = a_case_procedure(desk)
    work.case_procedures.add(procedure)
    case = a_case(desk, procedure)
    agency, clerk = desk.office.agency.id, desk.office.person("clerk").id
    who = Applicant(case_id=case.id, name="Lê Văn A", identity="038090000001", address="Thôn 1", phone="0912345678")
    work.cases.add(case, who, [Paper(case_id=case.id, place=0, code="TP1", originals=1, copies=0)])
    work.cases.next_number(agency, "year", 2026)
    _fill_course(work, desk, case)
    fill_opinion(work, desk, case)
    points = Decimal("17.50")
    work.service_index.enter(
        IndexEntry(agency_id=agency, year=2026, item="published", points=points, entered_at=NOON, entered_by=clerk)
    )
    return case


def _fill_course(work: UnitOfWork, desk: Desk, case: Case) -> None:
    agency, clerk = desk.office.agency.id, desk.office.person("clerk").id
    work.cases.keep_step(
        StepTaken(
            case_id=case.id,
            place=1,
            number=1,
            name="Thẩm định",
            role=Role.SPECIALIST,
            unit_id=None,
            half_days=2,
            began_at=NOON,
            due=NOON,
        )
    )
    slip = Slip(
        id=CaseSlipId(new_id()),
        case_id=case.id,
        agency_id=agency,
        kind=SlipKind.RECEIPT,
        year=2026,
        number=1,
        issued_at=NOON,
        issued_by=clerk,
    )
    work.cases.add_slip(slip)
    file_id = work.documents.get(case.document_id).file_id
    work.cases.keep_slip_file(
        KeptSlip(slip_id=slip.id, key_id="k", digest="0" * 64, prepared_file_id=file_id, prepared="{}")
    )
    work.case_feedback.add(
        Feedback(
            id=CaseFeedbackId(new_id()),
            case_id=case.id,
            agency_id=agency,
            sent_at=NOON,
            due=TODAY,
            text="Bao giờ xong?",
        )
    )


def fill_opinion(work: UnitOfWork, desk: Desk, case: Case) -> CaseOpinion:
    """Keep an opinion that was asked for on the case, with a file; return it."""
    file = OpinionFile(file_id=work.documents.get(case.document_id).file_id, name="ban-ve.pdf")
    opinion = CaseOpinion(
        id=CaseOpinionId(new_id()),
        case_id=case.id,
        agency_id=desk.office.agency.id,
        document_id=case.document_id,
        number="01/PYK-TTPVHCC",
        question="Có phù hợp quy hoạch không?",
        half_days=2,
        asked_by=desk.office.person("clerk").id,
        asked_at=NOON,
        due=NOON + timedelta(days=1),
        files=(file,),
    )
    work.case_opinions.add(opinion)
    return opinion


def a_case_procedure(desk: Desk) -> CaseProcedure:
    """Return a procedure with two steps."""
    return CaseProcedure(
        id=CaseProcedureId(new_id()),
        agency_id=desk.office.agency.id,
        version=1,
        settings=Settings(
            code="1.001612",
            name="Đăng ký thành lập hộ kinh doanh",
            field="Hộ kinh doanh",
            level=ServiceLevel.PARTLY,
            channels=frozenset(Channel),
            form={"type": "object", "properties": {"ten_ho": {"type": "string", "title": "Tên hộ"}}},
            components=(Component(code="TP1", name="Giấy đề nghị"),),
            fees=(Fee(name="Lệ phí", amount=100_000),),
            steps=(Step(name="Thẩm định", half_days=2, role=Role.SPECIALIST, unit_id=desk.office.units[0].id),),
            signing_half_days=1,
            half_days=3,
            result="Giấy chứng nhận",
            result_type="TB",
        ),
        made_at=NOON,
        made_by=desk.office.person("clerk").id,
    )


def a_case(desk: Desk, procedure: CaseProcedure) -> Case:
    """Return a case in the middle of its first step, after a supplement."""
    return Case(
        id=CaseId(new_id()),
        agency_id=desk.office.agency.id,
        code="H56-261120-0001",
        track_code="0" * 26,
        procedure_id=procedure.id,
        document_id=desk.document.id,
        channel=Channel.DIRECT,
        return_by=ReturnBy.COUNTER,
        submitted_at=NOON,
        state=CaseState.PROCESSING,
        received_at=NOON,
        due=NOON + timedelta(days=3),
        first_due=NOON + timedelta(days=3),
        pauses=(Pause(began=NOON, reason="Thiếu bản sao", ended=NOON + timedelta(hours=2)),),
        step=1,
    )
