"""Values as people write them: Vietnamese notation, what may mean two things, what fits the unit of an indicator."""

from datetime import date
from decimal import Decimal

import pytest

from engine.criteria import (
    NOT_APPLICABLE,
    Certainty,
    Comparator,
    CriteriaSet,
    Criterion,
    Indicator,
    IndicatorNotFound,
    Tier,
)
from engine.criteria_files import shipped_sets
from engine.indicator_values import ValueUnfit, printed_number, read_value, read_values, value_text
from engine.ntm_conditions import conditions_of

LAW = Certainty.LAW
SHARE = Indicator(code="2.1", name="Đường", unit="%", comparator=Comparator.AT_LEAST, certainty=LAW)
INCOME = Indicator(code="10.1", name="Thu nhập", unit="nghìn đồng", comparator=Comparator.AT_LEAST, certainty=LAW)
VILLAGES = Indicator(code="2.2", name="Thôn", unit="thôn", comparator=Comparator.AT_LEAST, certainty=LAW)
STATED = Indicator(code="1.1", name="Quy hoạch", comparator=Comparator.MET, if_any=True, certainty=LAW)
UNKNOWN = Indicator(code="9.9", name="Chưa nhập", certainty=Certainty.TO_BE_ENTERED)
DEBT = conditions_of(shipped_sets()[0])[0]


@pytest.mark.parametrize(
    ("indicator", "raw", "value"),
    [
        (SHARE, 100, Decimal(100)),
        (SHARE, " 95,5 ", Decimal("95.5")),
        (SHARE, "92.7", Decimal("92.7")),
        (SHARE, 0.1, Decimal("0.1")),
        (SHARE, "0.125", Decimal("0.125")),
        (INCOME, "1.234,5", Decimal("1234.5")),
        (INCOME, "1.234.567", Decimal(1234567)),
        (INCOME, "1234,5", Decimal("1234.5")),
        (INCOME, "1,234", Decimal("1.234")),
        (INCOME, 1.234, Decimal("1.234")),
        (VILLAGES, "3", Decimal(3)),
        (STATED, True, True),
        (STATED, "Đạt", True),
        (STATED, "không  đạt", False),
        (STATED, "not_met", False),
        (STATED, "không có", NOT_APPLICABLE),
        (STATED, "n/a", NOT_APPLICABLE),
        (UNKNOWN, "met", True),
        (SHARE, " ", None),
        (SHARE, None, None),
    ],
)
def test_a_value_is_read_as_vietnamese_write_it(indicator: Indicator, raw: object, value: object) -> None:
    assert read_value(indicator, raw) == value


@pytest.mark.parametrize(
    ("indicator", "raw", "code"),
    [
        (INCOME, "1.234", "ambiguous"),
        (SHARE, "95.500", "ambiguous"),
        (INCOME, "-1.234", "ambiguous"),
        (INCOME, "1,234.5", "not_a_number"),
        (INCOME, "1,234,567", "not_a_number"),
        (INCOME, "12.34,5", "not_a_number"),
        (SHARE, -1, "negative"),
        (SHARE, "-0,5", "negative"),
        (DEBT, -5, "negative"),
        (DEBT, "-1.234,5", "negative"),
        (SHARE, 100.01, "over_100"),
        (SHARE, "nhiều", "not_a_number"),
        (SHARE, float("nan"), "not_a_number"),
        (SHARE, "1e3", "not_a_number"),
        (SHARE, "９", "not_a_number"),
        (SHARE, True, "not_a_number"),
        (SHARE, [90], "not_a_number"),
        (SHARE, "12,34567", "too_precise"),
        (INCOME, 10**13, "too_large"),
        (SHARE, "n/a", "not_for_this"),
        (VILLAGES, "2,5", "not_whole"),
        (STATED, 1, "not_yes_or_no"),
        (STATED, "95", "not_yes_or_no"),
        (DEBT, "không nợ", "not_a_number"),
    ],
)
def test_a_value_that_does_not_fit_or_may_mean_two_things_is_refused(
    indicator: Indicator, raw: object, code: str
) -> None:
    with pytest.raises(ValueUnfit) as refused:
        read_value(indicator, raw)

    assert [(error.field, error.code) for error in refused.value.errors] == [(indicator.code, code)]


def test_of_many_values_every_wrong_one_is_named_and_those_not_reported_are_left_out() -> None:
    criteria = CriteriaSet(
        code="commune-x",
        version=1,
        tier=Tier.COMMUNE,
        name="Bộ tiêu chí",
        source="Quyết định 1/QĐ",
        effective_from=date(2026, 2, 15),
        certainty=LAW,
        criteria=(Criterion(number=1, name="Hạ tầng", indicators=(SHARE, INCOME, STATED)),),
    )

    assert read_values(criteria, {"2.1": "95,5", "10.1": ""}) == {"2.1": Decimal("95.5")}
    with pytest.raises(ValueUnfit) as refused:
        read_values(criteria, {"2.1": "101", "10.1": "1.234", "1.1": "đạt"})
    assert [error.code for error in refused.value.errors] == ["over_100", "ambiguous"]
    with pytest.raises(IndicatorNotFound):
        read_values(criteria, {"7.7": "1"})


def test_values_are_written_as_answers_and_as_readers_have_them() -> None:
    assert [value_text(each) for each in (Decimal("95.5"), True, False, NOT_APPLICABLE)] == [
        "95.5",
        "met",
        "not_met",
        "n/a",
    ]
    assert [printed_number(Decimal(each)) for each in ("1234.50", "70", "100")] == ["1.234,5", "70", "100"]
