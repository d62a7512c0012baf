"""The one-stop office of the demonstration: two procedures in each agency, and some cases at different steps."""

from collections.abc import Sequence
from typing import Final

from api.province import Office, province
from api.wiring import House
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.enter_case import EnterCase, enter_case
from engine.actions.set_case_procedure import SetCaseProcedure, set_case_procedure
from engine.case_entry import HandedIn
from engine.case_procedures import Component, Fee, ServiceLevel, Settings, Step
from engine.cases import Case, Channel, ReturnBy
from engine.ids import UnitId
from engine.people import Person, Role

HOUSEHOLD: Final = "1.001612"
COPY: Final = "2.000908"
_NAMES: Final = (
    ("Lê Văn Thử", "038090000001", "0912000001"),
    ("Phạm Thị Mẫu", "038190000002", "0912000002"),
    ("Hoàng Văn Ví", "038090000003", "0912000003"),
    ("Trần Thị Dụ", "038190000004", "0912000004"),
)
"""Nobody: made up, with numbers that are given to no one."""


def open_one_stop(house: House) -> None:
    """Set the procedures and enter the cases of every agency, unless that was done before."""
    for office in province():
        with house.services.begin() as work:
            if work.case_procedures.of_agency(office.agency.id):
                continue
        _set_procedures(house, office)
        _enter_cases(house, office)


def _set_procedures(house: House, office: Office) -> None:
    chief = _holder(office, Role.CHIEF_OF_OFFICE)
    specialist = _holder(office, Role.SPECIALIST)
    unit = min(specialist.units)
    for settings in (_household(unit), _copy()):
        with house.services.begin() as work:
            request = SetCaseProcedure(settings=settings)
            set_case_procedure(request, by=chief, at=house.services.clock(), work=work)


def _enter_cases(house: House, office: Office) -> None:
    clerk, specialist = _holder(office, Role.CLERK), _holder(office, Role.SPECIALIST)
    cases = [_enter(house, clerk, place) for place in range(len(_NAMES))]
    for case in cases[1:]:
        _complete(house, case, clerk, ("check", "receive"))
    _complete(house, cases[2], specialist, ("handle_specialist", "done"))
    _complete(house, cases[3], specialist, ("handle_specialist", "supplement"), reason="Thiếu bản sao giấy tờ pháp lý")


def _enter(house: House, clerk: Person, place: int) -> Case:
    name, identity, phone = _NAMES[place]
    request = EnterCase(
        procedure=HOUSEHOLD,
        channel=Channel.ONLINE if place % 2 else Channel.DIRECT,
        return_by=ReturnBy.PAGE if place % 2 else ReturnBy.COUNTER,
        name=name,
        identity=identity,
        address="Thôn Thử, xã Mẫu",
        phone=phone,
        answers={"truong_1": f"Hộ kinh doanh {name}", "truong_2": 50_000_000},
        papers=[HandedIn(code="TP1", originals=1), HandedIn(code="TP2", copies=1)],
    )
    return enter_case(request, by=clerk, services=house.services).case


def _complete(house: House, case: Case, by: Person, what: Sequence[str], **data: str) -> None:
    element, outcome = what
    with house.services.begin() as work:
        instance = work.instances.find_of_document(case.document_id)
        items = work.work_items.open_of(instance.id) if instance else ()
        item = next(one for one in items if one.element_id == element)
        request = CompleteWorkItem(work_item_id=item.id, outcome=outcome, data=data)
        complete_work_item(request, by=by, at=house.services.clock(), work=work)


def _household(unit: UnitId) -> Settings:
    return Settings(
        code=HOUSEHOLD,
        name="Đăng ký thành lập hộ kinh doanh",
        field="Thành lập và hoạt động của hộ kinh doanh",
        level=ServiceLevel.WHOLE,
        channels=frozenset(Channel),
        form={
            "type": "object",
            "properties": {
                "truong_1": {"type": "string", "title": "Tên hộ kinh doanh", "maxLength": 200},
                "truong_2": {"type": "integer", "title": "Vốn kinh doanh (đồng)", "minimum": 0},
            },
            "required": ["truong_1"],
        },
        components=(
            Component(code="TP1", name="Giấy đề nghị đăng ký hộ kinh doanh"),
            Component(code="TP2", name="Giấy tờ pháp lý của chủ hộ", originals=0, copies=1),
        ),
        fees=(Fee(name="Lệ phí đăng ký", amount=100_000),),
        steps=(
            Step(name="Thẩm định hồ sơ", half_days=3, role=Role.SPECIALIST, unit_id=unit),
            Step(name="Duyệt kết quả thẩm định", half_days=1, role=Role.HEAD_OF_UNIT, unit_id=unit),
        ),
        signing_half_days=2,
        half_days=6,
        result="Thông báo kết quả đăng ký hộ kinh doanh",
        result_type="TB",
    )


def _copy() -> Settings:
    return Settings(
        code=COPY,
        name="Cấp bản sao từ sổ gốc",
        field="Chứng thực",
        level=ServiceLevel.PARTLY,
        channels=frozenset(Channel),
        form={
            "type": "object",
            "properties": {"truong_1": {"type": "string", "title": "Loại giấy tờ cần cấp bản sao", "maxLength": 200}},
            "required": ["truong_1"],
        },
        components=(Component(code="TP1", name="Văn bản yêu cầu cấp bản sao"),),
        fees=(),
        steps=(Step(name="Đối chiếu sổ gốc, cấp bản sao", half_days=1, role=Role.CLERK),),
        signing_half_days=0,
        half_days=1,
        result="Bản sao từ sổ gốc",
    )


def _holder(office: Office, role: Role) -> Person:
    return next(person for person in office.people if person.holds(role))
