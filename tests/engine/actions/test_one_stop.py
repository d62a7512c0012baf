"""A one-stop case from the counter to the applicant's hands, and everything the decree refuses on the way."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.access import NotAllowed
from engine.actions.answer_case_feedback import AnswerCaseFeedback, answer_case_feedback
from engine.actions.apologise_case import ApologiseCase, apologise_case
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.enter_index_points import EnterIndexPoints, enter_index_points
from engine.actions.finish_work_item import finish_work_item
from engine.actions.rate_case import rate_case
from engine.actions.send_case_feedback import send_case_feedback
from engine.case_feedback import Feedback, FeedbackAnswered, TooMuchFeedback
from engine.case_procedures import (
    CaseProcedureChanged,
    CaseProcedureNotFound,
    CaseProcedureWithdrawn,
    Fee,
    Step,
)
from engine.case_reading import control_pdf, file_of, slip_pdf
from engine.case_slips import SlipKind, SlipNotFound, slip_page
from engine.cases import (
    ApologyTooLate,
    Case,
    CaseInvalid,
    CaseNotFound,
    CaseNotInState,
    CaseState,
    ReturnBy,
    Satisfaction,
)
from engine.deadlines import end_of_day, office_date
from engine.documents import IncomingState, OutgoingState
from engine.errors import Invalid
from engine.ids import CaseFeedbackId, CaseId, CaseSlipId, DocumentId, WorkItemId
from engine.legal_dates import PutOffTwice
from engine.people import Role
from engine.queries import PageRequest
from engine.tracking import IdentityNotTheirs, ResultNotThere, TrackCodeUnknown, answers_of, result_of, track
from engine.verifications import VerificationThrottled
from engine.work_items import WorkItemNotFound, WorkItemNotOpen
from tests.support.office import Office
from tests.support.one_stop import CODE, IDENTITY, enter, now, received, set_procedure


def handled(office: Office, *, signed: bool = True) -> Case:
    """Return a case whose two steps are done."""
    unsigned = {"result_type": None, "signing_half_days": 0, "half_days": 6}
    case = received(office, **({} if signed else unsigned))
    office.complete(case.document_id, "handle_specialist", "done", "chuyenvien")
    office.complete(case.document_id, "handle_head_of_unit", "done", "truongphong")
    return now(office, case.id)


def return_again(office: Office, work_item_id: WorkItemId) -> None:
    request = CompleteWorkItem(work_item_id=work_item_id, outcome="returned", data={"way": "page"})
    services = office.house.services
    with services.begin() as work:
        complete_work_item(request, by=office.people["vanthu"], at=services.clock(), work=work)


def slips(office: Office, case: Case) -> list[SlipKind]:
    with office.house.services.begin() as work:
        return [slip.kind for slip in work.cases.slips(case.id)]


def apologise(office: Office, case: Case, days: int, by: str = "vanthu", at: datetime | None = None) -> Case:
    services = office.house.services
    assert case.due is not None
    to = office_date(case.due) + timedelta(days=days)
    with services.begin() as work:
        request = ApologiseCase(case_id=case.id, reason="Chờ ý kiến của cơ quan phối hợp", to=to)
        return apologise_case(request, by=office.people[by], at=at or services.clock(), work=work)


def signed_result(office: Office, case: Case) -> DocumentId:
    """Draft, sign, number and seal the result of a case whose steps are done."""
    drafter = "truongphong"
    written = CompleteWorkItem(
        work_item_id=office.item(case.document_id, "prepare_result").id,
        outcome="submit",
        data={"body": "Chấp thuận đăng ký hộ kinh doanh."},
    )
    finish_work_item(written, by=office.people[drafter], services=office.house.services)
    office.run_jobs()
    with office.house.services.begin() as work:
        instance = work.instances.find_of_document(case.document_id)
        assert instance is not None
        (called,) = work.instances.called_by(instance.id)
    result = called.document_id
    office.complete(result, "draft", "submit", drafter)
    office.complete(result, "review_content", "approve", "truongphong")
    office.complete(result, "review_format", "approve", "chanhvanphong")
    office.run_jobs()
    office.sign(result, "sign", "chutich")
    office.complete(result, "number", "number", "vanthu")
    office.run_jobs()
    office.sign(result, "seal", "vanthu", key="agency")
    office.run_jobs()
    return result


def test_a_case_goes_from_the_counter_to_a_signed_result_in_the_applicants_hands(office: Office) -> None:
    case = handled(office)
    result = signed_result(office, case)
    services = office.house.services

    ready = now(office, case.id)
    assert (ready.state, ready.result_id) == (CaseState.RESULT_READY, result)
    assert office.outgoing(result).state is OutgoingState.ISSUED
    returned = office.complete(case.document_id, "return_result", "returned", "vanthu", way="page")
    office.run_jobs()

    over = now(office, case.id)
    assert over.state is CaseState.RETURNED
    assert over.on_time(services.clock()) is True
    assert office.incoming(case.document_id).state is IncomingState.CLOSED
    assert slips(office, case) == [SlipKind.RECEIPT]
    seen = track(case.track_code, services=services)
    assert [step.name for step in seen.steps] == ["Thẩm định hồ sơ", "Duyệt kết quả thẩm định"]
    assert "Ảnh" not in repr(seen)
    assert result_of(case.track_code, IDENTITY, services=services) == office.outgoing(result).file_id
    with services.begin() as work:
        rate_case(case.track_code, Satisfaction.SATISFIED, at=services.clock(), work=work)
    assert track(case.track_code, services=services).rated
    with pytest.raises(WorkItemNotOpen):
        return_again(office, returned.id)


def test_a_result_that_is_no_document_is_returned_without_a_signature(office: Office) -> None:
    case = handled(office, signed=False)

    assert case.state is CaseState.RESULT_READY
    office.complete(case.document_id, "return_result", "returned", "vanthu", way="post", note="EA123456789VN")

    assert now(office, case.id).state is CaseState.RETURNED
    with pytest.raises(ResultNotThere):
        result_of(case.track_code, IDENTITY, services=office.house.services)


def test_the_steps_and_their_people_follow_what_was_set(office: Office) -> None:
    unit = min(office.people["chuyenvien.ocop"].units)
    steps = (
        Step(name="Tiếp nhận", half_days=1, role=Role.CLERK),
        Step(name="Xem xét", half_days=2, role=Role.DEPUTY_HEAD),
        Step(name="Xử lý", half_days=3, role=Role.SPECIALIST, unit_id=unit),
    )
    case = received(office, steps=steps, half_days=8)

    office.complete(case.document_id, "handle_clerk", "done", "vanthu")
    office.complete(case.document_id, "handle_deputy_head", "done", "phochutich")
    item = office.item(case.document_id, "handle_specialist")
    assert item.unit_id == unit
    with pytest.raises(WorkItemNotFound):
        office.complete(case.document_id, "handle_specialist", "done", "chuyenvien")
    office.complete(case.document_id, "handle_specialist", "back", "chuyenvien.ocop", reason="Thiếu ý kiến")

    office.complete(case.document_id, "handle_deputy_head", "done", "phochutich")
    with office.house.services.begin() as work:
        taken = work.cases.steps(case.id)
    assert [(step.place, step.number) for step in taken] == [(1, 1), (2, 2), (3, 3), (4, 2), (5, 3)]


def test_the_appointment_is_the_documents_due_date_and_no_step_is_due_later(office: Office) -> None:
    case = received(office)
    document = office.incoming(case.document_id)
    item = office.item(case.document_id, "handle_specialist")

    assert case.due is not None
    assert document.due_date == office_date(case.due)
    assert item.due_at is not None
    assert item.due_at < case.due
    assert document.arrival_number == 1


def test_a_supplement_stops_the_clock_and_the_step_goes_on_with_what_it_had_left(office: Office) -> None:
    case = received(office)
    office.complete(case.document_id, "handle_specialist", "supplement", "chuyenvien", reason="Thiếu giấy ủy quyền")

    waiting = now(office, case.id)
    assert waiting.state is CaseState.WAITING_SUPPLEMENT
    assert office.incoming(case.document_id).pause is not None
    office.complete(case.document_id, "take_supplement", "brought", "vanthu")

    back = now(office, case.id)
    assert back.state is CaseState.PROCESSING
    assert office.incoming(case.document_id).pause is None
    assert back.due == case.due
    assert slips(office, case) == [SlipKind.RECEIPT, SlipKind.SUPPLEMENT]
    office.complete(case.document_id, "handle_specialist", "done", "chuyenvien")


def test_a_refused_application_gets_a_slip_and_takes_no_supplement(office: Office) -> None:
    set_procedure(office)
    case = enter(office).case
    office.complete(case.document_id, "check", "refuse", "vanthu", reason="Không thuộc thẩm quyền")

    refused = now(office, case.id)
    assert refused.state is CaseState.REFUSED
    assert slips(office, case) == [SlipKind.REFUSAL]
    assert office.incoming(case.document_id).state is IncomingState.REFUSED
    with pytest.raises(CaseNotInState):
        refused.supplement_asked(office.house.services.clock(), "Thiếu đơn")
    with pytest.raises(CaseNotInState):
        refused.apologised(office.house.services.clock(), office.house.services.clock())


def test_whoever_brings_no_supplement_ends_the_case_as_withdrawn(office: Office) -> None:
    case = received(office)
    office.complete(case.document_id, "handle_specialist", "supplement", "chuyenvien", reason="Thiếu giấy ủy quyền")
    office.complete(case.document_id, "take_supplement", "given_up", "vanthu", cause="withdrawn", reason="Rút hồ sơ")

    assert now(office, case.id).state is CaseState.WITHDRAWN
    assert office.incoming(case.document_id).state is IncomingState.STOPPED


def test_an_apology_moves_the_appointment_once_and_open_work_with_it(office: Office) -> None:
    case = received(office)
    put_off = apologise(office, case, days=7)

    assert put_off.due is not None
    assert office.incoming(case.document_id).due_date == office_date(put_off.due)
    assert slips(office, case) == [SlipKind.RECEIPT, SlipKind.APOLOGY]
    with pytest.raises(PutOffTwice):
        apologise(office, put_off, days=7)


def test_an_apology_on_the_due_day_or_by_a_stranger_is_refused(office: Office) -> None:
    case = received(office)

    with pytest.raises(ApologyTooLate):
        apologise(office, case, days=7, at=case.due)
    with pytest.raises(CaseNotFound):
        apologise(office, case, days=7, by="vanthu.xa1")
    with pytest.raises(NotAllowed):
        apologise(office, case, days=7, by="kiemtra")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"identity": "12"}, "identity"),
        ({"phone": "abc"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"answers": {}}, "answers/ten_ho"),
        ({"answers": {"ten_ho": "A", "von": -1}}, "answers/von"),
    ],
)
def test_an_application_with_wrong_fields_takes_no_place(office: Office, changes: dict[str, Any], field: str) -> None:
    set_procedure(office)

    with pytest.raises(CaseInvalid) as refused:
        enter(office, **changes)

    assert field in {error.field for error in refused.value.errors}


def test_procedures_change_by_versions_and_a_case_keeps_its_own(office: Office) -> None:
    case = received(office)
    set_procedure(office, based_on=1, fees=(Fee(name="Lệ phí", amount=0),), offered=False)

    with pytest.raises(CaseProcedureChanged):
        set_procedure(office, based_on=1)
    with pytest.raises(CaseProcedureWithdrawn):
        enter(office)
    with pytest.raises(CaseProcedureNotFound):
        enter(office, procedure="9.999999")
    with office.house.services.begin() as work:
        assert work.case_procedures.get(case.procedure_id).version == 1
        assert work.case_procedures.versions(case.agency_id, CODE)[0].version == 2


@pytest.mark.parametrize("by", ["vanthu", "chuyenvien", "kiemtra", "chutich"])
def test_only_who_configures_sets_procedures_and_only_clerks_enter_cases(office: Office, by: str) -> None:
    with pytest.raises(NotAllowed):
        set_procedure(office, by=by)
    if by != "vanthu":
        with pytest.raises(NotAllowed):
            enter(office, by=by)


def test_feedback_is_answered_once_and_a_desk_is_not_flooded(office: Office) -> None:
    case, services = received(office), office.house.services
    clerk = office.people["vanthu"]

    def send() -> Feedback:
        with services.begin() as work:
            return send_case_feedback(case.track_code, "Bao giờ có kết quả?", at=services.clock(), work=work)

    def answer(feedback_id: CaseFeedbackId) -> None:
        request = AnswerCaseFeedback(feedback_id=feedback_id, answer="Đúng ngày hẹn trên giấy.")
        with services.begin() as work:
            answer_case_feedback(request, by=clerk, at=services.clock(), work=work)

    first = send()
    answer(first.id)
    with pytest.raises(FeedbackAnswered):
        answer(first.id)
    for _ in range(5):
        send()
    with pytest.raises(TooMuchFeedback):
        send()
    assert [one.answer for one in answers_of(case.track_code, IDENTITY, services=services)][:2] == [
        "Đúng ngày hẹn trên giấy.",
        None,
    ]


def test_an_identity_number_is_guessed_five_times_at_most(office: Office) -> None:
    case, services = received(office), office.house.services

    for _ in range(5):
        with pytest.raises((IdentityNotTheirs, VerificationThrottled)):
            answers_of(case.track_code, "000000000000", services=services)
    with pytest.raises(VerificationThrottled):
        answers_of(case.track_code, IDENTITY, services=services)


def test_a_code_nobody_has_and_a_case_that_is_not_over_are_not_rated(office: Office) -> None:
    case, services = received(office), office.house.services

    for code, refusal in (("0" * 26, TrackCodeUnknown), (case.track_code, CaseNotInState)):
        with services.begin() as work, pytest.raises(refusal):
            rate_case(code, Satisfaction.SATISFIED, at=services.clock(), work=work)


def test_a_receipt_is_brought_only_to_the_counter_and_promises_a_day_where_it_ends_with_one(office: Office) -> None:
    case, services = received(office), office.house.services
    with services.begin() as work:
        (slip,) = work.cases.slips(case.id)
        file = file_of(case, services, work)

    fetched = slip_page(slip, file, "Nguyễn Thị Hoa")
    posted = slip_page(slip, replace(file, case=replace(case, return_by=ReturnBy.POST)), "Nguyễn Thị Hoa")
    by_evening = slip_page(replace(slip, due=end_of_day(date(2026, 11, 25))), file, "Nguyễn Thị Hoa")

    assert ["Mang theo" in " ".join(page.sentences) for page in (fetched, posted)] == [True, False]
    assert dict(by_evening.facts)["Hẹn trả kết quả"] == "Trong ngày 25/11/2026"


def test_slips_are_pages_with_number_and_leaves_name_nobody(office: Office) -> None:
    case, services = received(office), office.house.services
    clerk, stranger = office.people["vanthu"], office.people["vanthu.xa1"]
    with services.begin() as work:
        (slip,) = work.cases.slips(case.id)
        leaves = work.audit.search(case.agency_id, PageRequest(limit=200)).items

    receipt = slip_pdf(case.id, slip.id, by=clerk, services=services)
    control = control_pdf(case.id, by=clerk, services=services)

    assert slip.printed == "01/GTN-TTPVHCC"
    assert [services.pdfs.inspect(made).pages for made in (receipt, control)] == [1, 1]
    assert all("Ảnh" not in str(leaf.leaf) for leaf in leaves)
    with pytest.raises(SlipNotFound):
        slip_pdf(case.id, CaseSlipId(case.id), by=clerk, services=services)
    with pytest.raises(CaseNotFound):
        slip_pdf(case.id, slip.id, by=stranger, services=services)


def test_points_that_data_cannot_show_are_entered_by_who_configures(office: Office) -> None:
    services = office.house.services
    request = EnterIndexPoints(year=2026, item="published", points=Decimal("17.5"))
    with services.begin() as work:
        entry = enter_index_points(request, by=office.people["quantri"], at=services.clock(), work=work)

    with services.begin() as work:
        assert work.service_index.entries(entry.agency_id, 2026) == [entry]
        with pytest.raises(NotAllowed):
            enter_index_points(request, by=office.people["vanthu"], at=services.clock(), work=work)


def test_a_case_id_nobody_has_is_not_found(office: Office) -> None:
    case = received(office)

    with pytest.raises(CaseNotFound):
        apologise(office, replace(case, id=CaseId(case.document_id)), days=3)
    with pytest.raises(Invalid):
        set_procedure(office, based_on=1, fees=(Fee(name="Lệ phí", amount=-5),))
