"""Cases of the one-stop office come back from the database as they were kept, number after number, person apart."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.case_feedback import FeedbackNotFound
from engine.case_opinions import CaseOpinionNotFound, View
from engine.case_procedures import CaseProcedureChanged, CaseProcedureNotFound
from engine.cases import CaseNotFound, CaseState
from engine.ids import CaseFeedbackId, CaseId, CaseOpinionId, CaseProcedureId
from engine.ports import Begin, UnitOfWork
from engine.queries import PageRequest
from tests.storage.builders import NOON, a_desk, new_id
from tests.storage.one_stop import a_case_procedure, fill_one_stop


class Undone(Exception):
    """Rolls back what a test kept."""


@pytest.fixture
def work(begin: Begin) -> Iterator[UnitOfWork]:
    with suppress(Undone), begin() as opened:
        yield opened
        raise Undone


def test_a_case_comes_back_as_it_was_kept(work: UnitOfWork) -> None:
    case = fill_one_stop(work, a_desk(work))

    assert work.cases.get(case.id) == work.cases.lock(case.id) == case
    assert work.cases.find_of_document(case.document_id) == work.cases.find_tracked(case.track_code) == case
    assert [paper.code for paper in work.cases.papers(case.id)] == ["TP1"]
    assert work.cases.applicant(case.id).name == "Lê Văn A"
    assert [slip.printed for slip in work.cases.slips(case.id)] == ["01/GTN-TTPVHCC"]


def test_a_saved_case_counts_its_changes(work: UnitOfWork) -> None:
    case = fill_one_stop(work, a_desk(work))

    work.cases.save(replace(case, state=CaseState.PENDING_SIGN))

    assert work.cases.get(case.id) == replace(case, state=CaseState.PENDING_SIGN, rev=1)


def test_an_opinion_comes_back_with_its_files_and_as_it_was_answered(work: UnitOfWork) -> None:
    desk = a_desk(work)
    case = fill_one_stop(work, desk)
    [opinion] = work.case_opinions.lock_open(case.id)
    clerk = desk.office.person("clerk").id

    assert work.case_opinions.lock(opinion.id) == work.case_opinions.find_of_document(opinion.document_id) == opinion
    work.case_opinions.answer_with(opinion.id, opinion.files)
    answered = opinion.silent(NOON).answered(View.NOT_AGREED, "Ngoài quy hoạch", clerk, NOON)
    work.case_opinions.save(answered)

    assert work.case_opinions.of_case(case.id) == [replace(answered, answer_files=opinion.files)]
    assert work.case_opinions.lock_open(case.id) == []
    with pytest.raises(CaseOpinionNotFound):
        work.case_opinions.get(CaseOpinionId(new_id()))


def test_a_procedure_comes_back_as_it_was_set_and_its_versions_exclude_each_other(work: UnitOfWork) -> None:
    desk = a_desk(work)
    procedure = a_case_procedure(desk)
    work.case_procedures.add(procedure)

    assert work.case_procedures.get(procedure.id) == procedure
    assert work.case_procedures.of_agency(desk.office.agency.id) == [procedure]
    with pytest.raises(CaseProcedureChanged):
        work.case_procedures.add(replace(procedure, id=CaseProcedureId(new_id())))


def test_a_number_of_a_series_is_taken_once(work: UnitOfWork) -> None:
    agency = a_desk(work).office.agency.id

    assert [work.cases.next_number(agency, "day", 20261120) for _ in range(3)] == [1, 2, 3]
    assert work.cases.next_number(agency, "day", 20261121) == 1


def test_what_is_not_there_is_not_found(work: UnitOfWork) -> None:
    with pytest.raises(CaseNotFound):
        work.cases.get(CaseId(new_id()))
    with pytest.raises(CaseProcedureNotFound):
        work.case_procedures.get(CaseProcedureId(new_id()))
    with pytest.raises(FeedbackNotFound):
        work.case_feedback.lock(CaseFeedbackId(new_id()))


def test_lists_know_states_and_pages(work: UnitOfWork) -> None:
    case = fill_one_stop(work, a_desk(work))
    page = PageRequest(limit=10)

    assert work.cases.search(case.agency_id, [CaseState.PROCESSING], page).items == (case,)
    assert work.cases.search(case.agency_id, [CaseState.RETURNED], page).items == ()
    assert work.cases.states(case.agency_id) == {CaseState.PROCESSING: 1}


def test_the_index_counts_open_cases_that_are_overdue_as_late(work: UnitOfWork) -> None:
    case = fill_one_stop(work, a_desk(work))
    began, ended = NOON - timedelta(days=1), NOON + timedelta(days=1)

    before = work.service_index.tally(case.agency_id, began, ended, NOON)
    after = work.service_index.tally(case.agency_id, began, ended, NOON + timedelta(days=9))

    assert (before.on_time, after.on_time, after.online) == ((0, 0), (0, 1), (0, 1))
    assert (before.answered, after.answered, after.scanned) == ((0, 0), (0, 1), (0, 1))
    assert [str(entry.points) for entry in work.service_index.entries(case.agency_id, 2026)] == ["17.50"]
