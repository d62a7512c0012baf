"""The one-stop office of the demonstration's province, for tests: a procedure of two steps, and cases of it."""

from dataclasses import replace
from typing import Any

from engine.actions.enter_case import EnterCase, enter_case
from engine.actions.set_case_procedure import SetCaseProcedure, set_case_procedure
from engine.actions.submit_case import SubmitCase
from engine.case_entry import Entered, HandedIn
from engine.case_procedures import CaseProcedure, Component, Fee, ServiceLevel, Settings, Step
from engine.case_uploads import Sent
from engine.cases import Case, Channel, ReturnBy
from engine.ids import CaseId, UnitId
from engine.people import Role
from tests.support.office import Office, a_pdf

CODE = "1.001612"
IDENTITY = "038090000001"
FORM = {
    "type": "object",
    "properties": {
        "ten_ho": {"type": "string", "title": "Tên hộ kinh doanh", "minLength": 1, "maxLength": 200},
        "von": {"type": "integer", "title": "Vốn kinh doanh (đồng)", "minimum": 0},
    },
    "required": ["ten_ho"],
}


def settings(office: Office) -> Settings:
    """Return a procedure: a specialist and a head of the same unit, six half days and two for the signature."""
    unit: UnitId = min(office.people["chuyenvien"].units)
    return Settings(
        code=CODE,
        name="Đăng ký thành lập hộ kinh doanh",
        field="Thành lập và hoạt động của hộ kinh doanh",
        level=ServiceLevel.WHOLE,
        channels=frozenset(Channel),
        form=FORM,
        components=(
            Component(code="TP1", name="Giấy đề nghị đăng ký hộ kinh doanh"),
            Component(code="TP2", name="Bản sao giấy tờ pháp lý của chủ hộ", originals=0, copies=1),
            Component(code="TP3", name="Giấy ủy quyền", required=False),
        ),
        fees=(Fee(name="Lệ phí đăng ký", amount=100_000),),
        steps=(
            Step(name="Thẩm định hồ sơ", half_days=4, role=Role.SPECIALIST, unit_id=unit),
            Step(name="Duyệt kết quả thẩm định", half_days=2, role=Role.HEAD_OF_UNIT, unit_id=unit),
        ),
        signing_half_days=2,
        half_days=8,
        result="Thông báo về việc đăng ký hộ kinh doanh",
        result_type="TB",
    )


def set_procedure(office: Office, based_on: int = 0, by: str = "quantri", **changes: Any) -> CaseProcedure:
    """Set the procedure in the provincial office."""
    services = office.house.services
    request = SetCaseProcedure(settings=replace(settings(office), **changes), based_on=based_on)
    with services.begin() as work:
        return set_case_procedure(request, by=office.people[by], at=services.clock(), work=work)


def application(**changes: Any) -> EnterCase:
    """Return what a clerk types in for somebody at the counter."""
    return replace(
        EnterCase(
            procedure=CODE,
            channel=Channel.DIRECT,
            return_by=ReturnBy.COUNTER,
            name="Lê Văn Ảnh",
            identity=IDENTITY,
            address="Thôn 3, xã Hoằng Thử",
            phone="0912345678",
            answers={"ten_ho": "Hộ kinh doanh Ánh Dương"},
            papers=[HandedIn(code="TP1", originals=1), HandedIn(code="TP2", copies=1)],
        ),
        **changes,
    )


def enter(office: Office, by: str = "vanthu", **changes: Any) -> Entered:
    """Enter a case in the provincial office."""
    return enter_case(application(**changes), by=office.people[by], services=office.house.services)


def received(office: Office, **changes: Any) -> Case:
    """Return a case whose procedure was set and which was found whole."""
    set_procedure(office, **changes)
    entered = enter(office).case
    office.complete(entered.document_id, "check", "receive", "vanthu")
    return now(office, entered.id)


def now(office: Office, case_id: CaseId) -> Case:
    """Return the case as it is now."""
    with office.house.services.begin() as work:
        return work.cases.get(case_id)


def a_file(code: str, name: str = "giay.pdf", content: bytes | None = None) -> Sent:
    """Return a file that comes online."""
    return Sent(code=code, name=name, content=content or a_pdf())


def a_request(procedure: CaseProcedure, **changes: Any) -> SubmitCase:
    """Return what an applicant sends."""
    return replace(
        SubmitCase(
            procedure_id=procedure.id,
            return_by=ReturnBy.PAGE,
            name="Lê Văn Ảnh",
            identity=IDENTITY,
            address="Thôn 3, xã Hoằng Thử",
            phone="0912345678",
            answers={"ten_ho": "Hộ kinh doanh Ánh Dương"},
            files=[a_file("TP1"), a_file("TP2", "cccd.pdf")],
        ),
        **changes,
    )
