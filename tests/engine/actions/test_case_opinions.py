"""Opinions of other agencies on a case: asked at once, answered or not, and never in the way of the case."""

# ruff: noqa: ANN401 - changes are fields of any type

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.timers import fire_next
from api.wiring import now as real_now
from api.worker import once
from engine.actions.answer_case_opinion import AnswerCaseOpinion, answer_case_opinion
from engine.actions.ask_case_opinion import AskCaseOpinion, ask_case_opinion
from engine.case_asking import SYMBOL, file_of_opinion, readable_opinion
from engine.case_opinions import (
    CaseOpinion,
    CaseOpinionClosed,
    CaseOpinionInvalid,
    CaseOpinionNotFound,
    OpinionFile,
    OpinionNotYoursToAsk,
    OpinionNotYoursToGive,
    OpinionNumberTaken,
    OpinionStanding,
    View,
)
from engine.case_reading import control_sheet
from engine.cases import Case, CaseNotInState, CaseState
from engine.deadlines import office_date
from engine.documents import IncomingState
from engine.expectations import expected
from engine.explanations import why
from engine.ids import CaseOpinionId, FileId
from engine.letters import LetterUnprintable
from engine.neighbours import ARCHIVE
from engine.queries import Once
from engine.tracking import track
from tests.support.office import Office, a_pdf
from tests.support.one_stop import enter, now, received, set_procedure

UNSIGNED: dict[str, Any] = {"result_type": None, "signing_half_days": 0, "half_days": 6}


def ask(office: Office, case: Case, *keys: str, by: str = "chuyenvien", **changes: Any) -> list[CaseOpinion]:
    """Ask communes for their opinion, as the specialist who handles the case."""
    request: dict[str, Any] = {
        "case_id": case.id,
        "agencies": [office.people[f"vanthu.{key}"].agency_id for key in keys],
        "question": "Địa điểm kinh doanh có phù hợp quy hoạch của xã không?",
        "half_days": 2,
        **changes,
    }
    return list(ask_case_opinion(AskCaseOpinion(**request), by=office.people[by], services=office.house.services))


def test_a_request_due_by_midday_is_due_by_midday_for_whoever_answers(office: Office) -> None:
    case = received(office, **UNSIGNED)
    asked = [*ask(office, case, "xa1", half_days=1), *ask(office, case, "xa2", half_days=2)]
    one, other = (office.incoming(opinion.document_id) for opinion in asked)

    assert {one.due_by_noon, other.due_by_noon} == {True, False}
    for opinion, key in zip(asked, ("xa1", "xa2"), strict=True):
        register(office, opinion, key)
        item = office.item(opinion.document_id, "answer")
        assert item.due_at == opinion.due
        assert item.due_by_noon is office.incoming(opinion.document_id).due_by_noon
        person = office.people[f"{key}.chuyenvien"]
        with office.house.services.begin() as work:
            said = [one.template for one in why(item, person, office.house.services.clock(), work)]
        assert any("the morning of" in template for template in said) is item.due_by_noon


def register(office: Office, opinion: CaseOpinion, key: str) -> None:
    """Enter the request in the commune, for the unit of its specialist."""
    unit = next(iter(office.people[f"{key}.chuyenvien"].units))
    office.complete(opinion.document_id, "register", "register", f"vanthu.{key}", unit=str(unit))


def answer(office: Office, opinion: CaseOpinion, by: str, **changes: Any) -> CaseOpinion:
    """Give the opinion of the person's agency."""
    services = office.house.services
    request = AnswerCaseOpinion(**{"opinion_id": opinion.id, "view": View.AGREED, **changes})
    with services.begin() as work:
        return answer_case_opinion(request, by=office.people[by], at=services.clock(), work=work)


def known(office: Office, opinion: CaseOpinion) -> CaseOpinion:
    with office.house.services.begin() as work:
        return work.case_opinions.get(opinion.id)


def awaited(office: Office, case: Case) -> list[str]:
    """Return what the case goes on at by itself, and whom it asked, in English."""
    with office.house.services.begin() as work:
        instance = work.instances.find_of_document(case.document_id)
        assert instance is not None
        return [said.template % said.facts for said in expected(instance, lambda element_id: element_id, work)]


def told(office: Office, username: str) -> list[str]:
    with office.house.services.begin() as work:
        found = work.notices.unsettled(1_000)
    to = office.people[username].id
    return [one.news.template % one.news.facts for one in found if one.person_id == to]


def test_two_agencies_are_asked_at_once_one_answers_and_the_case_is_settled_without_the_other(office: Office) -> None:
    case = received(office, **UNSIGNED)
    services = office.house.services
    plan = OpinionFile(file_id=office.upload(a_pdf(2), "chuyenvien"), name="so-do.pdf")
    first, second = ask(office, case, "xa1", "xa2", files=[plan])
    register(office, first, "xa1")

    assert (first.number, second.number) == ("01/PYK-TTPVHCC", "01/PYK-TTPVHCC")
    assert track(case.track_code, services=services).opinions_waiting == 2
    assert len([said for said in awaited(office, case) if "is asked for its opinion until" in said]) == 2
    with services.begin() as work:
        theirs = readable_opinion(first.id, office.people["xa1.chuyenvien"], work)
        with pytest.raises(CaseOpinionNotFound):
            readable_opinion(first.id, office.people["vanthu.xa2"], work)
        with pytest.raises(CaseOpinionNotFound):
            file_of_opinion(theirs, FileId("0" * 64))
    assert services.read(file_of_opinion(theirs, plan.file_id).file_id) == a_pdf(2)
    scan = OpinionFile(file_id=office.upload(a_pdf(3), "xa1.chuyenvien"), name="y-kien.pdf")
    given = answer(office, first, "xa1.chuyenvien", view=View.NOT_AGREED, text="Ngoài quy hoạch.", files=[scan, scan])

    assert (given.view, given.text, given.answer_files) == (View.NOT_AGREED, "Ngoài quy hoạch.", (scan,))
    assert office.incoming(first.document_id).state is IncomingState.CLOSED
    assert any("gave its opinion on the case" in said for said in told(office, "chuyenvien"))
    assert track(case.track_code, services=services).opinions_waiting == 1
    office.complete(case.document_id, "handle_specialist", "done", "chuyenvien")
    office.complete(case.document_id, "handle_head_of_unit", "done", "truongphong")
    office.run_jobs()
    assert now(office, case.id).state is CaseState.RESULT_READY
    assert (known(office, first).standing, known(office, second).standing) == (
        OpinionStanding.ANSWERED,
        OpinionStanding.ENDED,
    )
    assert office.incoming(second.document_id).state is IncomingState.STOPPED
    assert [item for item in office.inbox("vanthu.xa2") if item.document_id == second.document_id] == []
    with pytest.raises(CaseOpinionClosed):
        answer(office, second, "vanthu.xa2")
    assert track(case.track_code, services=services).opinions_waiting == 0


def test_silence_is_recorded_and_told_the_case_goes_on_and_a_late_answer_is_taken(office: Office) -> None:
    services = replace(office.house.services, clock=lambda: real_now() - timedelta(days=14))
    earlier = replace(office, house=replace(office.house, services=services))
    case = received(earlier, **UNSIGNED)
    [opinion] = ask(earlier, case, "xa1", half_days=1)
    register(earlier, opinion, "xa1")

    while fire_next(office.house.services, once):
        pass
    silent = known(office, opinion)

    assert (silent.standing, silent.silent_at is not None) == (OpinionStanding.SILENT, True)
    assert any("gave no opinion on the case" in said for said in told(office, "chuyenvien"))
    assert any("has not answered; the case goes on without it" in said for said in awaited(office, case))
    assert track(case.track_code, services=office.house.services).opinions_waiting == 0
    office.complete(case.document_id, "handle_specialist", "done", "chuyenvien")
    late = answer(office, opinion, "xa1.chuyenvien", text="Phù hợp.")
    assert (late.standing, late.came_late) == (OpinionStanding.ANSWERED, True)
    with pytest.raises(CaseOpinionClosed):
        answer(office, opinion, "xa1.chuyenvien")


def test_while_the_case_waits_for_its_applicant_an_opinion_s_time_runs_on_and_what_came_is_asked_about_anew(
    office: Office,
) -> None:
    services = replace(office.house.services, clock=lambda: real_now() - timedelta(days=14))
    earlier = replace(office, house=replace(office.house, services=services))
    case = received(earlier, **UNSIGNED)
    [opinion] = ask(earlier, case, "xa1", half_days=1)
    register(earlier, opinion, "xa1")
    earlier.complete(case.document_id, "handle_specialist", "supplement", "chuyenvien", reason="Thiếu sơ đồ")

    while fire_next(office.house.services, once):
        pass
    waiting, silent = now(office, case.id), known(office, opinion)
    office.complete(case.document_id, "take_supplement", "brought", "vanthu")
    back = now(office, case.id)
    with pytest.raises(CaseOpinionInvalid):
        ask(office, back, "xa1", half_days=1)
    late = answer(office, opinion, "xa1.chuyenvien")
    [anew] = ask(office, back, "xa1", half_days=1)

    assert (waiting.state, silent.standing, silent.due) == (
        CaseState.WAITING_SUPPLEMENT,
        OpinionStanding.SILENT,
        opinion.due,
    )
    assert back.due is not None
    assert case.due is not None
    assert opinion.due < case.due < back.due
    assert (late.came_late, known(office, anew).standing) == (True, OpinionStanding.WAITING)
    assert anew.number != opinion.number


def test_what_was_asked_and_answered_is_archived_with_the_case_and_stands_on_its_control_slip(office: Office) -> None:
    case, services = received(office, **UNSIGNED), office.house.services
    plan = OpinionFile(file_id=office.upload(a_pdf(2), "chuyenvien"), name="so-do.pdf")
    scan = OpinionFile(file_id=office.upload(a_pdf(3), "xa1.chuyenvien"), name="y-kien.pdf")
    first, second = ask(office, case, "xa1", "xa2", files=[plan])
    register(office, first, "xa1")
    answer(office, first, "xa1.chuyenvien", view=View.NOT_AGREED, text="Ngoài quy hoạch.\nXem bản đồ.", files=[scan])
    office.complete(case.document_id, "handle_specialist", "done", "chuyenvien")
    office.complete(case.document_id, "handle_head_of_unit", "done", "truongphong")
    office.run_jobs()
    office.complete(case.document_id, "return_result", "returned", "vanthu", way="page")
    office.run_jobs()

    with services.begin() as work:
        dossier = work.dossiers.find_of_document(case.document_id)
        archived = {one.file_id for one in work.dossiers.archived(dossier.id)} if dossier else set()
        slips = {work.documents.get(one.document_id).file_id for one in (first, second)}
        sheet = control_sheet(now(office, case.id), services.clock(), services, work)
        made = archived - slips - {plan.file_id, scan.file_id}
        types = sorted(work.files.get(one).media_type for one in made)
    assert {plan.file_id, scan.file_id, *slips} < archived
    assert types == ["application/json", "application/pdf"], "the manifest and the control slip, with nothing brought"
    assert all(services.store.exists(ARCHIVE, one) for one in archived)
    assert [line[5] for line in sheet.lines[-2:]] == ["Không đồng ý", "Kết thúc, không có ý kiến"]
    asked, answered, _ = sheet.sentences
    assert "Địa điểm kinh doanh có phù hợp quy hoạch của xã không? (kèm theo: so-do.pdf)" in asked
    assert answered.endswith("trả lời: không đồng ý: Ngoài quy hoạch. Xem bản đồ (kèm theo: y-kien.pdf)")


def test_no_number_of_a_request_is_missing_whatever_is_refused_or_sent_at_the_same_moment(office: Office) -> None:
    case, house = received(office, **UNSIGNED), office.house
    other = enter(office).case
    office.complete(other.document_id, "check", "receive", "vanthu")
    year = office_date(house.services.clock()).year
    overtakes = 0

    def clock() -> datetime:
        """Tell the time, and have somebody else take a number, as long as *overtakes* says."""
        nonlocal overtakes
        if overtakes:
            overtakes -= 1
            with house.services.begin() as work:
                work.cases.next_number(case.agency_id, SYMBOL, year)
        return house.services.clock()

    overtaken = replace(office, house=replace(house, services=replace(house.services, clock=clock)))

    with pytest.raises(LetterUnprintable):
        ask(office, case, "xa1", question="Phù hợp \U00013000 không?")
    [first] = ask(office, case, "xa1")
    overtakes = 3
    [second] = ask(overtaken, case, "xa2")
    overtakes = 100
    with pytest.raises(OpinionNumberTaken):
        ask(overtaken, other, "xa1")

    assert (first.number, second.number) == ("01/PYK-TTPVHCC", "05/PYK-TTPVHCC")


def test_only_who_handles_the_case_asks_and_only_within_its_own_time(office: Office) -> None:
    set_procedure(office, **UNSIGNED)
    waiting = enter(office).case
    with pytest.raises(CaseNotInState):
        ask(office, waiting, "xa1", by="vanthu")
    office.complete(waiting.document_id, "check", "receive", "vanthu")
    case = now(office, waiting.id)
    with pytest.raises(OpinionNotYoursToAsk):
        ask(office, case, "xa1", by="vanthu")

    own = office.people["chuyenvien"].agency_id
    nothing = OpinionFile(file_id=FileId("0" * 64), name="a.pdf")
    with pytest.raises(CaseOpinionInvalid) as refused:
        ask(office, case, agencies=[own], question=" ", half_days=7, files=[nothing])
    with pytest.raises(CaseOpinionInvalid) as empty:
        ask(office, case, half_days=0)
    key = Once(key="once", fingerprint="the same")
    [opinion], [again] = ask(office, case, "xa1", once=key), ask(office, case, "xa1", once=key)
    with pytest.raises(CaseOpinionInvalid) as twice:
        ask(office, case, "xa1", "xa2")

    assert {error.field for error in refused.value.errors} == {"recipients/0", "question", "half_days", "files/0"}
    assert {error.field for error in empty.value.errors} == {"agencies", "half_days"}
    assert {error.code for error in twice.value.errors} == {"asked_already"}
    assert (again.id, opinion.due <= (case.due or opinion.due)) == (opinion.id, True)


def test_only_the_unit_that_has_it_answers_and_who_does_not_agree_says_why(office: Office) -> None:
    case = received(office, **UNSIGNED)
    [opinion] = ask(office, case, "xa1")
    with pytest.raises(CaseOpinionNotFound):
        answer(office, opinion, "vanthu.xa2")
    with pytest.raises(OpinionNotYoursToGive):
        answer(office, opinion, "vanthu.xa1")
    register(office, opinion, "xa1")
    nothing = OpinionFile(file_id=FileId("0" * 64), name="a.pdf")

    with pytest.raises(CaseOpinionInvalid) as refused:
        answer(office, opinion, "xa1.chuyenvien", view=View.NOT_AGREED, files=[nothing])
    office.complete(opinion.document_id, "answer", "misplaced", "xa1.chuyenvien", reason="Thuộc đơn vị khác.")
    register(office, opinion, "xa1")
    office.complete(opinion.document_id, "answer", "agreed", "xa1.chuyenvien")

    assert {error.field for error in refused.value.errors} == {"text", "files/0"}
    assert known(office, opinion).view is View.AGREED
    assert office.incoming(opinion.document_id).arrival_number is not None
    with office.house.services.begin() as work, pytest.raises(CaseOpinionNotFound):
        work.case_opinions.get(CaseOpinionId(case.id))
