"""Sets of criteria: what a locality must meet to be recognised, as versions that never change, and how it is judged.

Each indicator says how sure its threshold is, and where nobody entered one that nothing can be judged by it.
Source: Decisions 318 to 321/QĐ-TTg of 2022; Decision 51/2025/QĐ-TTg; for villages decisions of the province.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from engine.errors import Conflict, NotFound
from engine.ids import CriteriaSetId
from engine.localities import Classification

PERCENT: Final = "%"
NOT_APPLICABLE: Final = "n/a"
"""The value of an indicator whose thing is not there ('nếu có'): no market, no craft village."""

Value = Decimal | bool | Literal["n/a"]
"""What is reported of an indicator: a number in its unit, whether it is met, or that it does not apply."""


class Tier(StrEnum):
    """What a locality is recognised as."""

    VILLAGE = "village"
    VILLAGE_MODEL = "village_model"
    VILLAGE_SMART = "village_smart"
    COMMUNE = "commune"
    COMMUNE_ADVANCED = "commune_advanced"
    COMMUNE_MODEL = "commune_model"
    COMMUNE_MODERN = "commune_modern"
    COMMUNE_SMART = "commune_smart"
    DISTRICT = "district"
    DISTRICT_ADVANCED = "district_advanced"
    PROVINCE = "province"


class Comparator(StrEnum):
    """How a value is held against the threshold."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MET = "met"
    """No number: somebody responsible says whether it is met."""


class Certainty(StrEnum):
    """Where the words and thresholds of an indicator are from."""

    LAW = "law"
    MEMORY = "memory"
    """Known by those who wrote it down, not checked against the text; to be confirmed before anybody relies on it."""
    TO_BE_ENTERED = "to_be_entered"
    DEMONSTRATION = "demonstration"
    """Made up for the demonstration's province; no law says so."""
    LOADED = "loaded"
    """Loaded by an administrator, who answers for it."""


class Verdict(StrEnum):
    """What comes of an indicator or a criterion."""

    MET = "met"
    NOT_MET = "not_met"
    MISSING = "missing"
    TO_BE_ENTERED = "to_be_entered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A limit, and where it holds: in these regions or groups (their values), or everywhere where none is named."""

    value: Decimal
    where: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One thing that is measured or stated.

    Attributes:
        code: As in '17.10'; unique in its set.
        unit: Of values and thresholds, as '%', 'triệu đồng/người/năm'; '' where it is met or not.
        comparator: None while it is to be entered.
        thresholds: Empty where it is met or not, or is to be entered.
        mandatory: A criterion is met only if all these are.
        if_any: It counts only where its thing is there ('nếu có').
        evidence: What has to be shown for it, in words.
        department: Symbol of the unit of the deciding agency that appraises it; '' is its coordinating unit.
    """

    code: str
    name: str
    unit: str = ""
    comparator: Comparator | None = None
    thresholds: tuple[Threshold, ...] = ()
    mandatory: bool = True
    if_any: bool = False
    evidence: tuple[str, ...] = ()
    department: str = ""
    certainty: Certainty

    def threshold(self, classified: Classification) -> Decimal | None:
        """Return the limit that holds for a locality of this region and group, or None where none was entered."""
        own = {str(part.value) for part in (classified.region, classified.group) if part is not None}
        special = [limit.value for limit in self.thresholds if limit.where & own]
        general = [limit.value for limit in self.thresholds if not limit.where]
        return next(iter(special or general), None)

    def judge(self, value: Value | None, classified: Classification) -> "IndicatorFinding":
        """Return what comes of *value*: by how much it fails, or what is not known."""
        limit = self.threshold(classified)
        verdict, short = self._verdict(value, limit)
        return IndicatorFinding(indicator=self, value=value, threshold=limit, verdict=verdict, short_by=short)

    def _verdict(self, value: Value | None, limit: Decimal | None) -> tuple[Verdict, Decimal | None]:
        if value == NOT_APPLICABLE and self.if_any:
            return Verdict.MET, None
        if self.comparator is None or (limit is None and self.comparator is not Comparator.MET):
            return Verdict.TO_BE_ENTERED, None
        if self.comparator is Comparator.MET or limit is None:
            known = {True: Verdict.MET, False: Verdict.NOT_MET}
            return (known[value], None) if isinstance(value, bool) else (Verdict.MISSING, None)
        if not isinstance(value, Decimal):
            return Verdict.MISSING, None
        short = limit - value if self.comparator is Comparator.AT_LEAST else value - limit
        return (Verdict.NOT_MET, short) if short > 0 else (Verdict.MET, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion with its indicators; *key* ones weigh in a revocation."""

    number: int
    name: str
    group: str = ""
    key: bool = False
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What a set asks for beside its criteria, in percent; None: the default, which is from memory.

    Attributes:
        satisfaction: Of the households that answered, those that are satisfied.
        coverage: Of all households, those that answered.
        meeting: Of those present at the meeting that proposes recognition, those who agree.
    """

    satisfaction: Decimal | None = None
    coverage: Decimal | None = None
    meeting: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaSet:
    """A version of a set of criteria, for one tier, in force from a day on; it never changes.

    Attributes:
        code: Of all its versions, as in 'commune-2026'.
        version: From 1.
        source: The decision it is from, in words.
        effective_to: The last day it is in force by itself; None where it goes on until another takes its place.
        supersedes: The version whose place it takes from its first day on.
        certainty: How sure its outline is: which criteria it has.
        note: What people should know before they rely on it.
    """

    code: str
    version: int
    tier: Tier
    name: str
    source: str
    effective_from: date
    effective_to: date | None = None
    supersedes: CriteriaSetId | None = None
    certainty: Certainty
    note: str = ""
    shares: Shares = field(default_factory=Shares)
    criteria: tuple[Criterion, ...]

    @property
    def id(self) -> CriteriaSetId:
        """Its code and version, as in 'commune-2026/1'."""
        return CriteriaSetId(f"{self.code}/{self.version}")

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator, in order."""
        return tuple(indicator for criterion in self.criteria for indicator in criterion.indicators)

    @property
    def is_complete(self) -> bool:
        """Whether every indicator can be judged by."""
        return all(indicator.comparator is not None for indicator in self.indicators)

    def indicator(self, code: str) -> Indicator:
        """Return the indicator, or raise IndicatorNotFound."""
        found = next((each for each in self.indicators if each.code == code), None)
        if found is None:
            raise IndicatorNotFound(indicator=code, set=self.name)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorFinding:
    """What came of one indicator; *short_by* says by how much it fails, in its unit, where it is a number."""

    indicator: Indicator
    value: Value | None
    threshold: Decimal | None
    verdict: Verdict
    short_by: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionFinding:
    """What came of one criterion: it is met only where every mandatory indicator is."""

    criterion: Criterion
    indicators: tuple[IndicatorFinding, ...]

    @property
    def verdict(self) -> Verdict:
        """Not met where one indicator fails; else missing or to be entered where something is not known."""
        found = {each.verdict for each in self.indicators if each.indicator.mandatory}
        order = (Verdict.NOT_MET, Verdict.MISSING, Verdict.TO_BE_ENTERED)
        return next((verdict for verdict in order if verdict in found), Verdict.MET)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFinding:
    """What came of a whole set."""

    set: CriteriaSet
    criteria: tuple[CriterionFinding, ...] = field(default=())

    @property
    def met(self) -> int:
        """How many criteria are met."""
        return sum(each.verdict is Verdict.MET for each in self.criteria)

    @property
    def passed(self) -> bool:
        """Whether all are."""
        return self.met == len(self.criteria)

    def with_verdict(self, *verdicts: Verdict) -> tuple[IndicatorFinding, ...]:
        """Return the indicators of which one of these came, in order."""
        return tuple(each for one in self.criteria for each in one.indicators if each.verdict in verdicts)


def judge(criteria: CriteriaSet, values: Mapping[str, Value], classified: Classification) -> SetFinding:
    """Return what comes of these values, by indicator code, in a locality of this region and group.

    Raises:
        IndicatorNotFound: A value is of no indicator of the set.
    """
    unknown = values.keys() - {indicator.code for indicator in criteria.indicators}
    if unknown:
        raise IndicatorNotFound(indicator=min(unknown), set=criteria.name)
    return SetFinding(
        set=criteria,
        criteria=tuple(
            CriterionFinding(
                criterion=one,
                indicators=tuple(each.judge(values.get(each.code), classified) for each in one.indicators),
            )
            for one in criteria.criteria
        ),
    )


def last_day(version: CriteriaSet, all_of_tier: Iterable[CriteriaSet]) -> date | None:
    """Return the last day the version is in force, given who takes its place; None where no end is known.

    Of one replaced from its own first day on it is the day before: it was never in force by itself.
    """
    successor = next((each for each in all_of_tier if each.supersedes == version.id), None)
    ends = [] if successor is None else [successor.effective_from - timedelta(days=1)]
    return min([*ends, *([] if version.effective_to is None else [version.effective_to])], default=None)


def in_force(tier: Tier, day: date, known: Sequence[CriteriaSet]) -> CriteriaSet | None:
    """Return the version for *tier* that is in force on *day*, or None."""
    ours = [each for each in known if each.tier is tier]
    for version in ours:
        end = last_day(version, ours)
        if version.effective_from <= day and (end is None or day <= end):
            return version
    return None


def require_place(new: CriteriaSet, known: Sequence[CriteriaSet]) -> None:
    """Raise unless the new version can stand beside those known: at each day at most one is in force for a tier.

    Raises:
        CriteriaSetKnown: There is one of this code and version.
        CriteriaSetNotFound: It takes the place of one that is not there.
        SuccessionWrong: That one is of another tier, has a successor, or begins later; one in which nothing is to be
            entered any more is not replaced from its own first day.
        CriteriaOverlap: Another version is in force on one of its days.
    """
    if any(each.id == new.id for each in known):
        raise CriteriaSetKnown(id=new.id)
    ours = [each for each in known if each.tier is new.tier]
    if new.supersedes is not None:
        _require_succession(new, known)
    for other in ours:
        end = last_day(other, [*ours, new])
        begins_before_end = new.effective_to is None or other.effective_from <= new.effective_to
        ends_after_begin = end is None or (end >= new.effective_from and end >= other.effective_from)
        if begins_before_end and ends_after_begin:
            raise CriteriaOverlap(other=other.id, since=other.effective_from.strftime("%d/%m/%Y"))


def _require_succession(new: CriteriaSet, known: Sequence[CriteriaSet]) -> None:
    before = next((each for each in known if each.id == new.supersedes), None)
    if before is None:
        raise CriteriaSetNotFound
    taken = any(each.supersedes == before.id for each in known)
    same_day = new.effective_from == before.effective_from and before.is_complete
    if before.tier is not new.tier or taken or new.effective_from < before.effective_from or same_day:
        raise SuccessionWrong(other=before.id, since=before.effective_from.strftime("%d/%m/%Y"))


class CriteriaSetNotFound(NotFound):
    """There is no such version."""

    code = "criteria.set_not_found"
    template = "There is no such set of criteria. Choose one from the list."


class NoCriteriaInForce(Conflict):
    """No set for the tier is in force on the day."""

    code = "criteria.none_in_force"
    template = "On %(day)s no set of criteria for this level is in force. An administrator has to load it first."


class IndicatorNotFound(NotFound):
    """The set has no such indicator."""

    code = "criteria.indicator_not_found"
    template = "There is no indicator %(indicator)s in '%(set)s'. Use the codes of the set the dossier is judged by."


class CriteriaSetKnown(Conflict):
    """A version never changes, so none is loaded twice."""

    code = "criteria.set_known"
    template = "%(id)s is loaded already and never changes. Load a change as the next version."


class CriteriaOverlap(Conflict):
    """Two sets for one tier on one day."""

    code = "criteria.overlap"
    template = (
        "%(other)s is in force for this level since %(since)s, and its days overlap. "
        "Say that the new version takes its place, or choose other days."
    )


class SuccessionWrong(Conflict):
    """A version cannot take the place of that one."""

    code = "criteria.succession_wrong"
    template = (
        "The new version cannot take the place of %(other)s, in force since %(since)s: it must be for the same level, "
        "begin after that day, and be the first to replace it. From the same day on only a version in which something "
        "is still to be entered is replaced."
    )
