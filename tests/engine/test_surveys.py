"""Surveys: exact shares, the last day in Việt Nam, codes nobody can guess."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.contributions import errors_in
from engine.ids import AgencyId, DossierId, PersonId, SurveyId
from engine.surveys import (
    Count,
    Survey,
    SurveyClosed,
    SurveyInvalid,
    digest_of_code,
    household_code,
    percent,
    require_households,
)
from tests.support.builders import AGENCY, NOON, an_id

SURVEY = SurveyId(an_id("survey"))


def a_survey(households: int = 1_000, answered: int = 0, satisfied: int = 0, closes_on: date | None = None) -> Survey:
    return Survey(
        id=SURVEY,
        dossier_id=DossierId(an_id("dossier")),
        agency_id=AgencyId(AGENCY),
        surveyor="Ủy ban MTTQ Việt Nam xã",
        households=households,
        coverage=Decimal(70),
        rate=Decimal(90),
        certainty="memory",
        opened_at=NOON,
        opened_by=PersonId(an_id("somebody")),
        closes_on=closes_on,
        count=Count(answered=answered, satisfied=satisfied),
    )


@pytest.mark.parametrize(
    ("households", "answered", "satisfied", "suffices"),
    [
        (1_000, 700, 630, True),
        (1_000, 699, 699, False),
        (1_000, 700, 629, False),
        (3, 3, 3, True),
        (2_143, 1_500, 1_350, False),  # 69.995 percent is not 70
        (2_143, 1_501, 1_351, True),
        (1, 0, 0, False),
    ],
)
def test_coverage_and_rate_are_compared_without_rounding(
    households: int, answered: int, satisfied: int, suffices: bool
) -> None:
    assert a_survey(households, answered, satisfied).suffices is suffices


def test_a_share_is_cut_never_rounded_up_and_of_nothing_is_nothing() -> None:
    assert percent(1_500, 2_143) == Decimal("69.99")
    assert percent(0, 0) == 0


@pytest.mark.parametrize("households", [0, -1, 50_001])
def test_a_survey_of_no_households_is_refused(households: int) -> None:
    with pytest.raises(SurveyInvalid) as refused:
        require_households(households)

    assert [error.field for error in refused.value.errors] == ["households"]


def test_a_survey_takes_answers_until_the_last_second_of_its_last_day_in_viet_nam() -> None:
    survey = a_survey(closes_on=date(2026, 11, 30))

    survey.require_open(datetime(2026, 11, 30, 16, 59, 59, tzinfo=UTC))
    with pytest.raises(SurveyClosed):
        survey.require_open(datetime(2026, 11, 30, 17, 0, tzinfo=UTC))


def test_every_household_has_a_code_of_its_own_and_typing_it_loosely_does_not_matter() -> None:
    codes = {household_code(SURVEY, number, lambda text: text) for number in range(1, 501)}

    assert len(codes) == 500
    code = household_code(SURVEY, 1, lambda text: text)
    assert digest_of_code(f" {code[:4].upper()}-{code[4:]} ") == digest_of_code(code)
    assert not set("".join(codes)) & set("ilou")


def test_a_contribution_in_which_more_agree_than_are_present_is_refused() -> None:
    assert [error.field for error in errors_in(" ", "", 10, 11)] == ["name", "agreed"]
    assert [error.field for error in errors_in("Thôn Đông", "x" * 5001, -1, 0)] == ["text", "present"]
    assert errors_in("Thôn Đông", "Đồng ý", 80, 80) == []
