"""Appraising a dossier for recognition: who appraises what, what differs, whether a council may have it.

Source: QĐ 18/2022/QĐ-TTg as amended by QĐ 03/2024/QĐ-TTg: criteria, no outstanding debt, satisfied people, security;
one of them missing, and it is not put to the council.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.assessments import Assessment, Stage, differences, values_at, written
from engine.criteria import Comparator, CriteriaSet, Indicator, IndicatorFinding, SetFinding, Value, Verdict, judge
from engine.errors import Conflict
from engine.ids import UnitId
from engine.localities import Classification


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one unit appraises: its indicators, by code."""

    unit_id: UnitId
    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What comes of one stage's values: by the set, and of the conditions beside it."""

    criteria: SetFinding
    conditions: tuple[IndicatorFinding, ...]

    @property
    def failing(self) -> tuple[IndicatorFinding, ...]:
        """Every mandatory indicator and condition that is not met, for whatever reason, in order."""
        wanting = (Verdict.NOT_MET, Verdict.MISSING, Verdict.TO_BE_ENTERED)
        indicators = (one for one in self.criteria.with_verdict(*wanting) if one.indicator.mandatory)
        return (*indicators, *(one for one in self.conditions if one.verdict is not Verdict.MET))

    @property
    def eligible(self) -> bool:
        """Whether all criteria and all conditions are met: only then a council may have it."""
        return self.criteria.passed and all(one.verdict is Verdict.MET for one in self.conditions)


def shares(indicators: Sequence[Indicator], units: Mapping[str, UnitId], coordinating: UnitId) -> tuple[Share, ...]:
    """Return which unit, by its symbol, appraises which indicators; the coordinating one has what nobody else has."""
    found: dict[UnitId, list[str]] = {}
    for one in indicators:
        found.setdefault(units.get(one.department, coordinating), []).append(one.code)
    return tuple(Share(unit_id=unit_id, indicators=tuple(codes)) for unit_id, codes in found.items())


def judgement(
    criteria: CriteriaSet,
    conditions: Sequence[Indicator],
    classified: Classification,
    assessments: Sequence[Assessment],
    stage: Stage,
) -> Judgement:
    """Return what comes of the values that were reported at the stage."""
    values = values_at(assessments, stage)
    beside = {one.code for one in conditions}
    return Judgement(
        criteria=judge(criteria, {code: one for code, one in values.items() if code not in beside}, classified),
        conditions=tuple(one.judge(values.get(one.code), classified) for one in conditions),
    )


def require_appraised(codes: Sequence[str], assessments: Sequence[Assessment]) -> None:
    """Raise AppraisalIncomplete unless each of these indicators was appraised."""
    known = values_at(assessments, Stage.APPRAISED)
    missing = [code for code in codes if code not in known]
    if missing:
        raise AppraisalIncomplete(indicators=", ".join(missing))


def said_value(value: Value | None, unit: str) -> str:
    """Return a value as a report writes it: '85,7%', '62 triệu đồng', 'đạt', 'chưa có số liệu'."""
    match value:
        case None:
            return "chưa có số liệu"
        case bool():
            return "đạt" if value else "không đạt"
        case str():
            return "không áp dụng"
        case _:
            number = (written(value) or "").replace(".", ",")
            return f"{number}{unit}" if unit == "%" else f"{number} {unit}".strip()


def said_finding(found: IndicatorFinding) -> str:
    """Return in words what is wanting of an indicator, and by how much."""
    one = found.indicator
    name = f"{one.code} {one.name}"
    if found.verdict is Verdict.TO_BE_ENTERED:
        return f"{name}: chưa nhập mức đạt của bộ tiêu chí"
    if found.verdict is Verdict.MISSING or found.threshold is None:
        return f"{name}: {said_value(found.value, one.unit)}"
    asked = "tối đa" if one.comparator is Comparator.AT_MOST else "tối thiểu"
    limit, short = said_value(found.threshold, one.unit), said_value(found.short_by, one.unit)
    over = "vượt" if one.comparator is Comparator.AT_MOST else "thiếu"
    return f"{name}: {said_value(found.value, one.unit)}, yêu cầu {asked} {limit} ({over} {short})"


def said_differences(indicators: Sequence[Indicator], assessments: Sequence[Assessment]) -> tuple[str, ...]:
    """Return in words where appraised values differ from those the commune reported of itself."""
    known = {one.code: one for one in indicators}
    return tuple(
        f"{one.indicator} {known[one.indicator].name}: tự đánh giá {said_value(one.first, known[one.indicator].unit)},"
        f" thẩm định {said_value(one.second, known[one.indicator].unit)}"
        for one in differences(assessments, Stage.SELF, Stage.APPRAISED)
        if one.indicator in known
    )


class AppraisalIncomplete(Conflict):
    """A unit says it is done, but not all its indicators have an appraised value."""

    code = "appraisal.incomplete"
    template = (
        "These indicators have no appraised value yet: %(indicators)s. Enter them on the page of the dossier first."
    )
