"""Values of indicators as people and files write them: '95,5', 'đạt', 'không đạt', 'không có'."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from engine.criteria import NOT_APPLICABLE, PERCENT, Comparator, CriteriaSet, Indicator, IndicatorNotFound, Value
from engine.errors import FieldError, Invalid

_NUMBER: Final = re.compile(r"^\d{1,9}([.,]\d{1,4})?$")
_YES: Final = frozenset({"đạt", "met", "true", "có", "yes"})
_NO: Final = frozenset({"không đạt", "not_met", "not met", "false", "không", "no", "chưa đạt"})
_NONE: Final = frozenset({NOT_APPLICABLE, "không có", "không áp dụng"})
_HUNDRED: Final = Decimal(100)


def read_value(indicator: Indicator, written: str) -> Value:
    """Return what was written of the indicator as its value.

    Numbers are never negative, have at most nine digits and four places, and a comma or a point between; per cent go
    to 100.

    Raises:
        ValueNotStated, ValueNotNumber, ShareOutside: It is none of what may be said of this indicator.
    """
    told = " ".join(written.split()).lower()
    if told in _NONE and indicator.if_any:
        return NOT_APPLICABLE
    if indicator.comparator is Comparator.MET or (indicator.comparator is None and told in _YES | _NO):
        if told in _YES or told in _NO:
            return told in _YES
        raise ValueNotStated(indicator)
    if not _NUMBER.match(told):
        raise ValueNotNumber(indicator)
    value = Decimal(told.replace(",", "."))
    if indicator.unit == PERCENT and value > _HUNDRED:
        raise ShareOutside(indicator)
    return value


def read_values(criteria: CriteriaSet, written: Mapping[str, str]) -> dict[str, Value]:
    """Return what was written of the set's indicators, by code, as their values.

    Raises:
        IndicatorNotFound: A code is of no indicator of the set.
        ValueNotStated, ValueNotNumber, ShareOutside: A value is none; the first that is not is named.
    """
    by_code = {indicator.code: indicator for indicator in criteria.indicators}
    unknown = written.keys() - by_code.keys()
    if unknown:
        raise IndicatorNotFound(indicator=min(unknown), set=criteria.name)
    return {code: read_value(by_code[code], text) for code, text in written.items()}


def value_text(value: Value) -> str:
    """Return the value as it stands in manifests, answers and tables: 'met', 'not_met', 'n/a', or digits."""
    match value:
        case bool():
            return "met" if value else "not_met"
        case Decimal():
            return f"{value:f}"
        case _:
            return value


def printed_number(value: Decimal) -> str:
    """Return a number as a Vietnamese reader writes it: '1.234,5', without zeros at the end."""
    plain = f"{value:,f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return plain.translate(str.maketrans(",.", ".,"))


class ValueRefused(Invalid):
    """What is written cannot be the value of the indicator; the error is about the field of its code."""

    def __init__(self, indicator: Indicator) -> None:
        facts = {"indicator": f"{indicator.code} {indicator.name}"}
        error = FieldError(field=indicator.code, code=self.code, message=self.template % facts)
        super().__init__(errors=[error], **facts)


class ValueNotStated(ValueRefused):
    """It is met or not; there is nothing between."""

    code = "criteria.value_not_stated"
    template = "Of '%(indicator)s' say whether it is met (đạt) or not (không đạt)."


class ValueNotNumber(ValueRefused):
    """It is no number that an indicator can have, as one below zero."""

    code = "criteria.value_not_number"
    template = "The value of '%(indicator)s' is a number from 0 on, with at most four places after the comma."


class ShareOutside(ValueRefused):
    """More than all of them."""

    code = "criteria.share_outside"
    template = "The value of '%(indicator)s' is a share from 0 to 100 per cent."
