"""When the steps of a one-stop case are due: in half days of the calendar, to the moment."""

from dataclasses import replace
from datetime import date, datetime

from engine.case_procedures import Step
from engine.deadlines import VIETNAM, end_of_day
from engine.people import Role
from tests.support.office import Office
from tests.support.one_stop import received


def test_each_step_is_due_by_its_half_days_and_the_result_by_the_sum_of_all(office: Office) -> None:
    """Half a day, two days, one and one for the signature are four and a half, from Monday morning."""
    monday = datetime(2026, 11, 16, 9, tzinfo=VIETNAM)
    services = replace(office.house.services, clock=lambda: monday)
    then = replace(office, house=replace(office.house, services=services))
    unit = min(office.people["chuyenvien"].units)
    steps = (
        Step(name="Tiếp nhận", half_days=1, role=Role.CLERK),
        Step(name="Thẩm định", half_days=4, role=Role.SPECIALIST, unit_id=unit),
        Step(name="Duyệt", half_days=2, role=Role.HEAD_OF_UNIT, unit_id=unit),
    )
    case = received(then, steps=steps, half_days=9)
    due = [then.item(case.document_id, "handle_clerk").due_at]
    then.complete(case.document_id, "handle_clerk", "done", "vanthu")
    due.append(then.item(case.document_id, "handle_specialist").due_at)

    assert due == [end_of_day(date(2026, 11, 16)), datetime(2026, 11, 18, 12, tzinfo=VIETNAM)]
    assert case.due == end_of_day(date(2026, 11, 20))
