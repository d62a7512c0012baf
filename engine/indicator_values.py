"""Values of indicators as people and files write them: '95,5', 'đạt', 'không đạt', 'không có'. One reader for all.

Numbers are read as Vietnamese write them: a comma before decimals, points between thousands. What may mean two things
('1.234') is refused in words; what can mean only one ('1.234,5', '95.5') is taken.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from engine.criteria import NOT_APPLICABLE, PERCENT, Comparator, CriteriaSet, Indicator, IndicatorNotFound, Value
from engine.errors import FieldError, Invalid

WHOLE: Final = frozenset({"thôn", "lĩnh vực", "người", "hộ", "mô hình", "sản phẩm", "công trình"})
"""Units of which there are no parts."""
_YES: Final = frozenset({"đạt", "met", "true", "có", "yes"})
_NO: Final = frozenset({"không đạt", "not_met", "not met", "false", "không", "no", "chưa đạt"})
_NONE: Final = frozenset({NOT_APPLICABLE, "không có", "không áp dụng"})
_AMBIGUOUS: Final = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
_GROUPED: Final = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]{1,9})?")
_PLAIN: Final = re.compile(r"-?[0-9]{1,15}([.,][0-9]{1,9})?")
_LARGEST: Final = Decimal(10) ** 12
_HUNDRED: Final = Decimal(100)
_PLACES: Final = 4


def is_stated(indicator: Indicator) -> bool:
    """Say whether the indicator is met or not, rather than a number."""
    return indicator.comparator is Comparator.MET or (indicator.comparator is None and not indicator.unit)


def read_value(indicator: Indicator, raw: object) -> Value | None:
    """Return what was said of the indicator as its value; None says that nothing is reported.

    Args:
        indicator: Which one; its unit says what fits.
        raw: A number, a text of one, whether it is met, in words or as such, 'n/a' where it may not be there.

    Raises:
        ValueUnfit: It does not fit; the sentence says what would.
    """
    told = " ".join(raw.split()).lower() if isinstance(raw, str) else raw
    if told is None or told == "":
        return None
    if isinstance(told, str) and told in _NONE and (indicator.if_any or told == NOT_APPLICABLE):
        if not indicator.if_any:
            raise _unfit(indicator, "not_for_this", "This indicator always applies. Report its value.")
        return NOT_APPLICABLE
    if is_stated(indicator):
        return _stated(indicator, told)
    number = _number(indicator, told)
    _require_fits(number, indicator)
    return number


def read_values(criteria: CriteriaSet, written: Mapping[str, object]) -> dict[str, Value]:
    """Return what was said of the set's indicators, by code, as their values; nothing said is left out.

    Raises:
        IndicatorNotFound: A code is of no indicator of the set.
        ValueUnfit: Some values do not fit; all are named.
    """
    by_code = {indicator.code: indicator for indicator in criteria.indicators}
    unknown = written.keys() - by_code.keys()
    if unknown:
        raise IndicatorNotFound(indicator=min(unknown), set=criteria.name)
    values, errors = dict[str, Value](), list[FieldError]()
    for code, raw in written.items():
        try:
            value = read_value(by_code[code], raw)
        except ValueUnfit as refused:
            errors += refused.errors
            continue
        if value is not None:
            values[code] = value
    if errors:
        raise ValueUnfit(errors=errors)
    return values


def _stated(indicator: Indicator, told: object) -> bool:
    if isinstance(told, bool):
        return told
    if isinstance(told, str) and told in _YES | _NO:
        return told in _YES
    raise _unfit(indicator, "not_yes_or_no", "This indicator is met (đạt) or not met (không đạt); it has no number.")


def _number(indicator: Indicator, told: object) -> Decimal:
    if isinstance(told, bool) or not isinstance(told, int | float | Decimal | str):
        raise _unfit(indicator, "not_a_number", NOT_A_NUMBER)
    text = str(told)
    if isinstance(told, str):
        if _AMBIGUOUS.fullmatch(text):
            raise _unfit(indicator, "ambiguous", AMBIGUOUS)
        text = text.replace(".", "") if _GROUPED.fullmatch(text) else text
    if not _PLAIN.fullmatch(text):
        raise _unfit(indicator, "not_a_number", NOT_A_NUMBER)
    number = Decimal(text.replace(",", "."))
    return number or abs(number)  # '-0' is nothing, and is kept as 0.


NOT_A_NUMBER: Final = "This is to be a number in the unit of the indicator, as 95,5."
AMBIGUOUS: Final = (
    "This may be read in two ways: with a point between thousands, or before decimals. Write 1234 or 1,234 instead "
    "of 1.234."
)


def _require_fits(number: Decimal, indicator: Indicator) -> None:
    if number < 0:
        raise _unfit(indicator, "negative", "This cannot be less than 0.")
    if indicator.unit == PERCENT and number > _HUNDRED:
        raise _unfit(indicator, "over_100", "A share in percent is at most 100.")
    if number > _LARGEST:
        raise _unfit(indicator, "too_large", "This number is too large.")
    if indicator.unit in WHOLE and number != number.to_integral_value():
        raise _unfit(indicator, "not_whole", "This is counted in whole numbers.")
    if -int(number.normalize().as_tuple().exponent) > _PLACES:
        raise _unfit(indicator, "too_precise", "At most four decimal places.")


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


def _unfit(indicator: Indicator, code: str, message: str) -> "ValueUnfit":
    return ValueUnfit(errors=[FieldError(field=indicator.code, code=code, message=message)])


class ValueUnfit(Invalid):
    """Values do not fit their indicators; each error is about the field of an indicator's code."""

    code = "criteria.value_unfit"
    template = "Some values do not fit their indicators. Correct those that are marked and send them again."
