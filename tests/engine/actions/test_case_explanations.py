"""Why a one-stop case stands where it stands: from the counter to the applicant, in words, with what the law says."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from api.texts import explained
from engine.actions.apologise_case import ApologiseCase, apologise_case
from engine.case_explanations import LAW, OVER, READY, CaseExplanation, explain
from engine.case_procedures import Step
from engine.cases import Case
from engine.deadlines import office_date
from engine.people import Role
from tests.support.office import Office
from tests.support.one_stop import enter, now, received, set_procedure

UNSIGNED = {"result_type": None, "signing_half_days": 0, "half_days": 5}


def why(office: Office, case: Case, at: datetime | None = None) -> CaseExplanation:
    with office.house.services.begin() as work:
        return explain(now(office, case.id), at or office.house.services.clock(), work)


def said(found: CaseExplanation) -> Sequence[str]:
    return [explained(one, "en") for one in found.said]


def test_what_only_came_is_promised_nothing_and_waits_for_the_desk(office: Office) -> None:
    set_procedure(office, result_type=None, signing_half_days=0, half_days=6)
    found = why(office, enter(office).case)

    assert said(found) == [
        "The desk checks whether the application is whole. Its time limit begins when it is received.",
        "The procedure's public time limit is 3 working days.",
    ]
    assert [(turn.step_en, turn.roles) for turn in found.turns] == [("Check the application", ("clerk",))]
    assert {LAW["place"], LAW["receipt"], LAW["apology"]} <= set(found.law)


def test_a_step_is_named_with_its_end_and_said_to_be_late_once_that_is_over(office: Office) -> None:
    unit = min(office.people["chuyenvien"].units)
    alone = Step(name="Thẩm định hồ sơ", half_days=5, role=Role.SPECIALIST, unit_id=unit)
    case = received(office, **UNSIGNED, steps=(alone,))
    with office.house.services.begin() as work:
        (step,) = work.cases.steps(case.id)
    assert case.due is not None
    on_time, late = why(office, case), why(office, case, max(step.due, case.due) + timedelta(seconds=1))

    assert said(on_time)[0].startswith("It is at step 1 of 1, 'Thẩm định hồ sơ', planned to end: ")
    assert said(on_time)[1] == "The procedure's public time limit is 2.5 working days."
    # Half a day that is left over ends with the morning.
    assert said(on_time)[2] == f"The result is promised for: {office_date(case.due):%d/%m/%Y} 12:00."
    assert said(late)[0].startswith("It is at step 1 of 1, 'Thẩm định hồ sơ', which should have ended: ")
    assert said(late)[2] == f"The result was promised for: {office_date(case.due):%d/%m/%Y} 12:00. It is late."
    assert [turn.roles for turn in on_time.turns] == [("specialist",)]
    assert LAW["place"] not in on_time.law


def test_what_is_wanting_is_named_until_it_has_come(office: Office) -> None:
    case = received(office)
    office.complete(case.document_id, "handle_specialist", "supplement", "chuyenvien", reason="Thiếu giấy ủy quyền")
    found = why(office, case)

    assert said(found)[0].startswith("It waits for its applicant to supply: ")
    assert "Giấy ủy quyền" in said(found)[0]
    assert not any("promised" in sentence for sentence in said(found))
    assert LAW["clock"] in found.law


def test_another_day_is_told_with_the_first_one(office: Office) -> None:
    case = received(office)
    first, services = case.due, office.house.services
    assert first is not None
    to = office_date(first) + timedelta(days=7)
    with services.begin() as work:
        request = ApologiseCase(case_id=case.id, reason="Chờ ý kiến", to=to)
        apologise_case(request, by=office.people["vanthu"], at=services.clock(), work=work)

    assert f"It was promised for {office_date(first):%d/%m/%Y} at first" in said(why(office, case))[-1]


def test_the_end_is_told_in_its_stages(office: Office) -> None:
    case = received(office, result_type=None, signing_half_days=0, half_days=6)
    office.complete(case.document_id, "handle_specialist", "done", "chuyenvien")
    office.complete(case.document_id, "handle_head_of_unit", "done", "truongphong")
    ready = why(office, case)
    office.complete(case.document_id, "return_result", "returned", "vanthu", way="counter")
    over = why(office, case)

    assert (said(ready)[0], said(over)[0]) == (READY, OVER)
    assert LAW["apology"] not in ready.law
    assert (len(ready.turns), over.turns) == (1, ())
