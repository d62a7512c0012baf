"""Registrations of targets: until when, with how many criteria, of whom; facts of the procedure for villages."""

from datetime import date

import pytest

from engine.criteria import Tier
from engine.targets import (
    CriteriaTooFew,
    RegistrationLate,
    TierUnfit,
    YearUnfit,
    last_day_to_register,
    require_registrable,
)
from tests.engine.test_localities import COMMUNE, VILLAGE

LAST = date(2026, 11, 30)


def test_a_target_is_registered_before_1_december_of_the_year_before() -> None:
    assert last_day_to_register(2027) == LAST
    require_registrable(VILLAGE, Tier.VILLAGE, 2027, 10, LAST)

    for late in (date(2026, 12, 1), date(2027, 1, 5)):
        with pytest.raises(RegistrationLate):
            require_registrable(VILLAGE, Tier.VILLAGE, 2027, 10, late)


def test_a_village_registers_with_ten_criteria_met_and_a_commune_with_any_number() -> None:
    with pytest.raises(CriteriaTooFew) as refused:
        require_registrable(VILLAGE, Tier.VILLAGE, 2027, 9, LAST)

    assert [error.field for error in refused.value.errors] == ["criteria_met"]
    require_registrable(COMMUNE, Tier.COMMUNE, 2027, 0, LAST)
    require_registrable(VILLAGE, Tier.VILLAGE_SMART, 2027, 0, LAST)


def test_a_village_is_not_recognised_as_a_commune_and_nobody_plans_six_years_ahead() -> None:
    with pytest.raises(TierUnfit):
        require_registrable(VILLAGE, Tier.COMMUNE, 2027, 10, LAST)
    with pytest.raises(YearUnfit):
        require_registrable(COMMUNE, Tier.COMMUNE, 2032, 0, LAST)
