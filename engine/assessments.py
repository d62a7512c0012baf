"""Assessments: what is reported of each indicator at each stage, by whom, with which evidence; and where they differ.

What a commune says of itself, what was verified and what a department appraised stand side by side; none replaces
another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from engine.audit import Plain
from engine.criteria import NOT_APPLICABLE, Value
from engine.errors import Conflict, Invalid
from engine.ids import DossierId, FileId, PersonId

MAX_NOTE: Final = 2_000
NOTHING: Final = (None, None, None)
"""What an assessment says of which nothing is reported."""
UNREPORTED: Final = -1
"""The revision of an assessment that is not there yet."""


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

    @property
    def says(self) -> tuple[Value | None, str | None, Opinion | None]:
        """What is reported, whoever reported it and when."""
        return self.value, self.note, self.opinion


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


class AssessmentInvalid(Invalid):
    """Some values or notes are wrong; all are named."""

    code = "assessment.invalid"
    template = "Some values cannot be taken. Correct those that are marked and send again; nothing was kept."


class AssessmentMoved(Conflict):
    """Somebody else reported some of these since they were read."""

    code = "assessment.moved"
    template = (
        "Somebody else changed %(indicators)s meanwhile, so nothing of yours was kept. Compare what stands there now "
        "with yours, and send again."
    )

    def __init__(self, indicators: Sequence[str]) -> None:
        super().__init__(indicators=", ".join(indicators))
        self.indicators = tuple(indicators)


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
