"""Appraising a dossier for recognition: who appraises what, what differs, whether a council may have it.

Source: QĐ 18/2022/QĐ-TTg as amended by QĐ 03/2024/QĐ-TTg: criteria, no outstanding debt, satisfied people, security;
one of them missing, and it is not put to the council.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.achievements import TIER_BEFORE, TIERS, Achievement
from engine.assessments import Assessment, Stage, differences, values_at, written
from engine.criteria import (
    Comparator,
    CriteriaSet,
    Indicator,
    IndicatorFinding,
    SetFinding,
    Tier,
    Value,
    Verdict,
    judge,
)
from engine.errors import Conflict
from engine.ids import UnitId
from engine.localities import Classification
from engine.people import Person, Role, Unit


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


def staffed(units: Iterable[UnitId], people: Iterable[Person]) -> frozenset[UnitId]:
    """Return which of the units can appraise: they have a specialist, and a head who is somebody else to confirm it."""
    posts = [(post.unit_id, post.role, one.id) for one in people for post in one.posts]
    specialists = [(unit, person) for unit, role, person in posts if role is Role.SPECIALIST]
    heads = [(unit, person) for unit, role, person in posts if role is Role.HEAD_OF_UNIT]
    able = {unit for unit, person in specialists for other, head in heads if unit == other and person != head}
    return frozenset(unit for unit in units if unit in able)


def require_staffed(unit: Unit, able: Collection[UnitId]) -> None:
    """Raise AppraisalUnstaffed where the unit cannot appraise what nobody else can."""
    if unit.id not in able:
        raise AppraisalUnstaffed(unit=unit.name)


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


def require_appraised(
    codes: Sequence[str], assessments: Sequence[Assessment], called: Mapping[str, str] | None = None
) -> None:
    """Raise AppraisalIncomplete unless each of these indicators was appraised; it names those that are *called* so."""
    known = values_at(assessments, Stage.APPRAISED)
    missing = [code for code in codes if code not in known]
    if missing:
        raise AppraisalIncomplete(indicators=", ".join((called or {}).get(code, code) for code in missing))


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
    # Conditions have words for codes, which nobody needs to read.
    name = f"{one.code} {one.name}" if one.code[:1].isdigit() else one.name
    if found.verdict is Verdict.TO_BE_ENTERED:
        return f"{name}: chưa nhập mức đạt của bộ tiêu chí"
    if found.verdict is Verdict.MISSING or found.threshold is None:
        return f"{name}: {said_value(found.value, one.unit)}"
    asked = "tối đa" if one.comparator is Comparator.AT_MOST else "tối thiểu"
    limit, short = said_value(found.threshold, one.unit), said_value(found.short_by, one.unit)
    over = "vượt" if one.comparator is Comparator.AT_MOST else "thiếu"
    return f"{name}: {said_value(found.value, one.unit)}, yêu cầu {asked} {limit} ({over} {short})"


def said_hindrances(known: Sequence[Achievement], tier: Tier) -> tuple[str, ...]:
    """Return in words why what the locality is recognised as keeps it from this level; nothing where it does not.

    It must not have the level already, and must have the one before: neither may come before a council, whatever was
    the case when the dossier was opened. Source: QĐ 18/2022/QĐ-TTg, on conditions of each level.
    """
    standing = {one.tier: one for one in known if one.revoked_on is None}
    said = [f"Đã được công nhận theo Quyết định số {standing[tier].decision}"] if tier in standing else []
    before = TIER_BEFORE.get(tier)
    if before is None or before in standing:
        return tuple(said)
    rule = f"Phải được công nhận đạt chuẩn {TIERS[before]} trước khi xét {TIERS[tier]} (Quyết định số 18/2022/QĐ-TTg)"
    taken = next((one.revocation for one in known if one.tier is before and one.revoked_on is not None), None)
    why = f"danh hiệu đã bị thu hồi theo Quyết định số {taken}" if taken else "hiện chưa được công nhận"
    return (*said, f"{rule}: {why}")


def said_differences(indicators: Sequence[Indicator], assessments: Sequence[Assessment]) -> tuple[str, ...]:
    """Return in words where appraised values differ from those the commune reported of itself."""
    known = {one.code: one for one in indicators}
    return tuple(
        f"{one.indicator} {known[one.indicator].name}: tự đánh giá {said_value(one.first, known[one.indicator].unit)},"
        f" thẩm định {said_value(one.second, known[one.indicator].unit)}"
        for one in differences(assessments, Stage.SELF, Stage.APPRAISED)
        if one.indicator in known
    )


class AppraisalUnstaffed(Conflict):
    """The unit that runs the programme has nobody to appraise, or nobody to confirm it."""

    code = "appraisal.unstaffed"
    template = (
        "%(unit)s cannot appraise: it needs a specialist, and a head of unit who is another person. Have an"
        " administrator give these posts to somebody, then try again."
    )


class AppraisalIncomplete(Conflict):
    """A unit says it is done, but not all its indicators have an appraised value."""

    code = "appraisal.incomplete"
    template = (
        "These indicators have no appraised value yet: %(indicators)s. Enter them first, on the page where your unit"
        " appraises."
    )
