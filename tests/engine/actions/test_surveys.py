"""Surveys as households answer them: by a code without an account or on paper, once each, until they are closed."""

from decimal import Decimal

import pytest

from engine.access import NotAllowed
from engine.actions.close_survey import close_survey
from engine.actions.record_contribution import RecordContribution, record_contribution
from engine.actions.record_paper_answer import RecordPaperAnswer, record_paper_answer
from engine.answering import Answer
from engine.contributions import ContributionInvalid, ContributionSource
from engine.deadlines import office_date
from engine.dossier_errors import DossierNotFound
from engine.ntm_conditions import SATISFACTION
from engine.surveys import (
    AnsweredAlready,
    AnswerInvalid,
    Survey,
    SurveyClosed,
    SurveyInvalid,
    SurveyNotFound,
    SurveyOpen,
    household_code,
)
from tests.support.composing import DRAFTER, Desk
from tests.support.office import Office


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def code_of(desk: Desk, survey: Survey, number: int) -> str:
    return household_code(survey.id, number, desk.services.safe.mark)


def on_paper(desk: Desk, survey: Survey, number: int, by: str = DRAFTER) -> None:
    request = RecordPaperAnswer(survey_id=survey.id, number=number, said=Answer(satisfied=True))
    with desk.services.begin() as work:
        record_paper_answer(request, by=desk.office.people[by], at=desk.services.clock(), work=work)


def closed(desk: Desk, survey: Survey) -> Survey:
    with desk.services.begin() as work:
        return close_survey(survey.id, by=desk.office.people[DRAFTER], at=desk.services.clock(), work=work)


def test_answers_are_counted_once_for_each_household_and_become_the_reported_rate(desk: Desk) -> None:
    dossier = desk.open()
    survey = desk.survey(dossier)
    for number in range(1, 7):
        desk.answer(code_of(desk, survey, number), number != 1, "Đường đẹp" if number == 2 else "")
    on_paper(desk, survey, 7)
    with pytest.raises(AnsweredAlready):
        desk.answer(code_of(desk, survey, 7))
    with pytest.raises(AnsweredAlready):
        on_paper(desk, survey, 1)

    counted = closed(desk, survey)

    assert (counted.count.answered, counted.count.satisfied) == (7, 6)
    assert (counted.covered, counted.satisfied, counted.suffices) == (Decimal(70), Decimal("85.71"), False)
    with desk.services.begin() as work:
        reported = {one.indicator: one.value for one in work.assessments.of(dossier.id)}
        assert work.surveys.comments(survey.id) == [(True, "Đường đẹp")]
    assert reported == {SATISFACTION: Decimal("85.71")}


def test_a_closed_survey_takes_no_answer_and_is_not_closed_again(desk: Desk) -> None:
    survey = desk.survey(desk.open())
    closed(desk, survey)

    with pytest.raises(SurveyClosed):
        desk.answer(code_of(desk, survey, 1))
    with pytest.raises(SurveyClosed):
        closed(desk, survey)


def test_a_code_nobody_has_a_number_there_is_not_and_an_answer_that_says_nothing_are_refused(desk: Desk) -> None:
    survey = desk.survey(desk.open())

    with pytest.raises(SurveyNotFound):
        desk.answer("0" * 16)
    for number in (0, 11):
        with pytest.raises(SurveyNotFound):
            on_paper(desk, survey, number)
    with pytest.raises(AnswerInvalid) as refused:
        desk.answer(code_of(desk, survey, 1), None, "x" * 1001)
    assert [error.field for error in refused.value.errors] == ["satisfied", "comment"]


def test_a_survey_of_no_households_or_beside_another_one_is_refused(desk: Desk) -> None:
    dossier = desk.open()

    with pytest.raises(SurveyInvalid):
        desk.survey(dossier, households=0)
    desk.survey(dossier)
    with pytest.raises(SurveyOpen):
        desk.survey(dossier)


def test_another_agency_neither_sees_nor_counts_a_survey(desk: Desk) -> None:
    survey = desk.survey(desk.open())

    with pytest.raises((DossierNotFound, NotAllowed)):
        on_paper(desk, survey, 1, by="xa2.chuyenvien")


def test_contributions_of_meetings_are_kept_with_who_was_there(desk: Desk) -> None:
    dossier, today = desk.open(), office_date(desk.services.clock())

    def record(agreed: int) -> None:
        request = RecordContribution(
            dossier_id=dossier.id,
            source=ContributionSource.VILLAGE_MEETING,
            name="Thôn Đông",
            held_on=today,
            present=80,
            agreed=agreed,
            text="Đề nghị sửa kênh mương",
        )
        with desk.services.begin() as work:
            record_contribution(request, by=desk.office.people[DRAFTER], at=desk.services.clock(), work=work)

    record(79)
    with pytest.raises(ContributionInvalid):
        record(81)
    with desk.services.begin() as work:
        assert [one.agreed for one in work.contributions.of_dossier(dossier.id)] == [79]
