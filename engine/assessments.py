"""Assessments: what is reported of each indicator at each stage, by whom, with which evidence; and where they differ.

What a commune says of itself, what was verified and what a department appraised stand side by side; none replaces
another. A value fits the unit of its indicator or is refused.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from engine.audit import Plain
from engine.criteria import NOT_APPLICABLE, PERCENT, Comparator, Indicator, Value
from engine.errors import Conflict, FieldError, Invalid
from engine.ids import DossierId, FileId, PersonId

WHOLE: Final = frozenset({"thôn", "lĩnh vực", "người", "hộ", "mô hình", "sản phẩm", "công trình"})
"""Units of which there are no parts."""
MAX_NOTE: Final = 2_000
_HUNDRED: Final = Decimal(100)
_LARGEST: Final = Decimal(10) ** 12
_PLACES: Final = 4
_THOUSANDS: Final = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+")
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")


class Stage(StrEnum):
    """Who says it: the commune of itself, who verifies, the department that appraises."""

    SELF = "self"
    VERIFIED = "verified"
    APPRAISED = "appraised"


class Opinion(StrEnum):
    """What a department says of an indicator beside the value."""

    AGREED = "agreed"
    AGREED_ON_CONDITION = "agreed_on_condition"
    NOT_AGREED = "not_agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What is reported of one indicator at one stage; *files* is how many files of evidence go with it."""

    dossier_id: DossierId
    indicator: str
    stage: Stage
    value: Value | None
    by: PersonId
    at: datetime
    note: str | None = None
    opinion: Opinion | None = None
    files: int = 0
    rev: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A file that goes with an indicator at a stage, under the name it was given."""

    dossier_id: DossierId
    indicator: str
    stage: Stage
    file_id: FileId
    name: str
    added_at: datetime
    added_by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody reports of an indicator: a number, a text of one, whether it is met, 'n/a'; None takes it back."""

    value: object
    note: str | None = None
    opinion: Opinion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An indicator of which two stages say different things."""

    indicator: str
    first: Value
    second: Value


def checked_value(raw: object, indicator: Indicator) -> Value | None:
    """Return what *raw* says of the indicator; None says that nothing is reported.

    A text may be a number as Vietnamese write it ('12,5'); '1.234' is refused, since it may mean two things.

    Raises:
        ValueUnfit: It does not fit the unit; the sentence says what would.
    """
    if raw is None or raw == "":
        return None
    if raw == NOT_APPLICABLE:
        if not indicator.if_any:
            raise _unfit("not_for_this", "This indicator always applies. Report its value.")
        return NOT_APPLICABLE
    if is_stated(indicator):
        return _stated(raw)
    number = _number(raw)
    _require_fits(number, indicator)
    return number


def is_stated(indicator: Indicator) -> bool:
    """Say whether the indicator is met or not, rather than a number."""
    return indicator.comparator is Comparator.MET or (indicator.comparator is None and not indicator.unit)


def _stated(raw: object) -> bool:
    words = {"met": True, "not_met": False}
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw in words:
        return words[raw]
    raise _unfit("not_yes_or_no", "This indicator is met or not met; it has no number.")


def _number(raw: object) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
        raise _unfit("not_a_number", "This is to be a number in the unit of the indicator.")
    text = str(raw).strip()
    if isinstance(raw, str):
        if _THOUSANDS.fullmatch(text):
            raise _unfit("ambiguous", "Write a number without points between thousands, as 1234 or 12,5.")
        text = text.replace(",", ".", 1)
    if not _NUMBER.fullmatch(text):
        raise _unfit("not_a_number", "This is to be a number in the unit of the indicator.")
    return Decimal(text)


def _require_fits(number: Decimal, indicator: Indicator) -> None:
    if number < 0:
        raise _unfit("negative", "This cannot be less than 0.")
    if indicator.unit == PERCENT and number > _HUNDRED:
        raise _unfit("over_100", "A share in percent is at most 100.")
    if number > _LARGEST:
        raise _unfit("too_large", "This number is too large.")
    if indicator.unit in WHOLE and number != number.to_integral_value():
        raise _unfit("not_whole", "This is counted in whole numbers.")
    if -int(number.normalize().as_tuple().exponent) > _PLACES:
        raise _unfit("too_precise", "At most four decimal places.")


def _unfit(code: str, message: str) -> "ValueUnfit":
    return ValueUnfit(errors=[FieldError(field="value", code=code, message=message)])


def written(value: Value | None) -> str | None:
    """Return a value as it is kept: '12.5', 'true', 'n/a'."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value.normalize(), "f")


def value_field(value: Value | None) -> str:
    """Return a value as a form shows it: '12,5', 'met', 'not_met', 'n/a', or '' where there is none."""
    if isinstance(value, bool):
        return "met" if value else "not_met"
    return (written(value) or "").replace(".", ",")


def read(text: str | None) -> Value | None:
    """Return the value that was kept so."""
    if text is None or text == NOT_APPLICABLE:
        return None if text is None else NOT_APPLICABLE
    return text == "true" if text in ("true", "false") else Decimal(text)


def values_at(assessments: Sequence[Assessment], stage: Stage) -> Mapping[str, Value]:
    """Return what was reported at the stage, by indicator, as ``engine.criteria.judge`` takes it."""
    return {one.indicator: one.value for one in assessments if one.stage is stage and one.value is not None}


def differences(assessments: Sequence[Assessment], first: Stage, second: Stage) -> tuple[Difference, ...]:
    """Return the indicators of which both stages report something, and not the same."""
    one, other = values_at(assessments, first), values_at(assessments, second)
    return tuple(
        Difference(indicator=code, first=one[code], second=other[code])
        for code in one
        if code in other and one[code] != other[code]
    )


def listed(assessments: Sequence[Assessment], evidence: Sequence[Evidence], stage: Stage) -> list[Plain]:
    """Return what a manifest says of a stage: every value as text, with the digests of its evidence."""
    files: dict[str, list[Plain]] = {}
    for file in evidence:
        if file.stage is stage:
            files.setdefault(file.indicator, []).append({"name": file.name, "sha256": str(file.file_id)})
    values = {one.indicator: written(one.value) for one in assessments if one.stage is stage}
    return [
        {"indicator": code, "value": values.get(code), "evidence": files.get(code, [])}
        for code in sorted(values.keys() | files.keys())
    ]


class ValueUnfit(Invalid):
    """A value does not fit the unit of its indicator."""

    code = "assessment.value_unfit"
    template = "This value does not fit the indicator. Correct it and send it again."


class AssessmentInvalid(Invalid):
    """Some values or notes are wrong; all are named."""

    code = "assessment.invalid"
    template = "Some values cannot be taken. Correct those that are marked and send again; nothing was kept."


class AssessmentIncomplete(Conflict):
    """Not every mandatory indicator and condition has a value, or the evidence its set asks for."""

    code = "assessment.incomplete"
    template = (
        "The self-assessment is not complete. Without a value: %(values)s. Without evidence: %(evidence)s. "
        "Fill these in first."
    )


class RulesNotInForce(Conflict):
    """The set of criteria the dossier was assessed under is not in force on the day of its submission."""

    code = "assessment.rules_not_in_force"
    template = (
        "The dossier was assessed under '%(rules)s', but on %(day)s (in Việt Nam) '%(current)s' is in force. "
        "Open a new dossier and assess it under that set."
    )
