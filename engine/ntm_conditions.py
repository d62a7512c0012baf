"""Conditions of recognition beside the criteria: no debt, people satisfied, security; assessed like indicators.

They are data with how sure each number is; a number from memory is a default that holds where the set of criteria
names none: an administrator loads it with the set.

Source: QĐ 18/2022/QĐ-TTg as amended by QĐ 03/2024/QĐ-TTg, art. on conditions of a commune; domain rules, 5.3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from engine.criteria import PERCENT, Certainty, Comparator, CriteriaSet, Indicator, Threshold, Tier

DEBT: Final = "no_dong"
SATISFACTION: Final = "hai_long"
SECURITY: Final = "antt"

_RATES: Final[Mapping[Tier, tuple[int, Certainty]]] = {
    Tier.COMMUNE_ADVANCED: (95, Certainty.MEMORY),
    Tier.COMMUNE_MODEL: (95, Certainty.MEMORY),
    Tier.COMMUNE_MODERN: (95, Certainty.MEMORY),
    Tier.DISTRICT: (90, Certainty.LAW),
    Tier.DISTRICT_ADVANCED: (90, Certainty.LAW),
}
_USUAL_RATE: Final = (90, Certainty.MEMORY)
_DISTRICTS: Final = frozenset({Tier.DISTRICT, Tier.DISTRICT_ADVANCED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRules:
    """What a survey of satisfaction must reach: percent of households that answer, percent of answers that agree."""

    coverage: Decimal
    rate: Decimal
    certainty: Certainty


def survey_rules(criteria: CriteriaSet) -> SurveyRules:
    """Return what a survey under this set must reach; where the set does not say so, what its tier has by default."""
    rate, certainty = _rate(criteria)
    asked = criteria.shares.coverage
    usual = Decimal(60 if criteria.tier in _DISTRICTS else 70)
    return SurveyRules(coverage=usual if asked is None else asked, rate=rate, certainty=certainty)


def _rate(criteria: CriteriaSet) -> tuple[Decimal, Certainty]:
    asked = criteria.shares.satisfaction
    rate, certainty = _RATES.get(criteria.tier, _USUAL_RATE)
    return (Decimal(rate), certainty) if asked is None else (asked, criteria.certainty)


def conditions_of(criteria: CriteriaSet) -> tuple[Indicator, ...]:
    """Return the conditions beside this set, each judged as an indicator is."""
    rate, certainty = _rate(criteria)
    return (
        Indicator(
            code=DEBT,
            name="Nợ đọng xây dựng cơ bản trong thực hiện chương trình",
            unit="triệu đồng",
            comparator=Comparator.AT_MOST,
            thresholds=(Threshold(value=Decimal(0)),),
            certainty=Certainty.LAW,
        ),
        Indicator(
            code=SATISFACTION,
            name="Tỷ lệ hài lòng của người dân về kết quả xây dựng nông thôn mới",
            unit=PERCENT,
            comparator=Comparator.AT_LEAST,
            thresholds=(Threshold(value=rate),),
            certainty=certainty,
        ),
        Indicator(
            code=SECURITY,
            name="Đạt tiêu chuẩn “An toàn về an ninh, trật tự”",
            comparator=Comparator.MET,
            certainty=Certainty.LAW,
        ),
    )
