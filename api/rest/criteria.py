"""Sets of criteria by REST: which there are, what they hold, how values are judged by them; loading one from Excel."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.contents import workbook_answer
from api.deps import WorkDep
from api.rest.answers import Answer, Names, PersonRef, problems
from api.rest.calls import CallDep
from api.rest.fields import PRINTABLE, RequestBody
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from api.rest.uploads import UploadDep, multipart_body
from api.workbooks import MEDIA_TYPE, read_workbook
from engine import access
from engine.actions.load_criteria_set import load_criteria_set
from engine.actions.load_shipped_criteria import load_shipped_criteria
from engine.criteria import (
    Certainty,
    Comparator,
    CriteriaSet,
    CriterionFinding,
    Indicator,
    IndicatorFinding,
    Tier,
    Verdict,
    judge,
    last_day,
)
from engine.criteria_loading import Loading
from engine.criteria_reading import read_book
from engine.criteria_sheets import book_of
from engine.ids import AgencyId, CriteriaSetId, LocalityId
from engine.indicator_values import read_values, value_text
from engine.ntm_conditions import survey_rules
from engine.ports import UnitOfWork
from engine.proposal_meetings import wanted_by
from engine.provinces import require_provincial

router = APIRouter(route_class=Door, tags=["criteria"])

_MAX_VALUES: Final = 1_000
_MAX_WRITTEN: Final = 40


class ThresholdAnswer(Answer):
    """A limit; `where` names the regions or groups it holds in, none is everywhere."""

    value: str
    where: list[str]


class IndicatorAnswer(Answer):
    """An indicator; `comparator` is null while it is to be entered."""

    code: str
    name: str
    unit: str
    comparator: Comparator | None
    thresholds: list[ThresholdAnswer]
    mandatory: bool
    if_any: bool
    evidence: list[str]
    department: str
    certainty: Certainty


class CriterionAnswer(Answer):
    """A criterion with its indicators; `key` ones weigh in a revocation."""

    number: int
    name: str
    group: str
    key: bool
    indicators: list[IndicatorAnswer]


class SharesAnswer(Answer):
    """What is asked beside the criteria, in percent; `loaded` names those that the set gives, others are defaults."""

    satisfaction: Decimal
    coverage: Decimal
    meeting: Decimal
    loaded: list[str]


class CriteriaSetLine(Answer):
    """A version of a set; `last_day` is the end of its force as far as known, `to_be_entered` counts indicators."""

    id: str
    code: str
    version: int
    tier: Tier
    name: str
    source: str
    effective_from: date
    last_day: date | None
    supersedes: str | None
    certainty: Certainty
    criteria_count: int
    indicator_count: int
    to_be_entered: int
    loaded_at: datetime
    loaded_by: PersonRef | None
    sha256: str


class CriteriaSetAnswer(CriteriaSetLine):
    """A version with all it holds."""

    note: str
    shares: SharesAnswer
    criteria: list[CriterionAnswer]


class CriteriaSetsAnswer(Answer):
    """Versions, by their first day."""

    items: list[CriteriaSetLine]


class JudgementBody(RequestBody):
    """Values as people write them ('95,5', 'đạt', 'không đạt'), by the code of the indicator."""

    locality_id: UUID
    values: Annotated[
        dict[Annotated[str, Field(max_length=_MAX_WRITTEN)], Annotated[str, Field(max_length=_MAX_WRITTEN), PRINTABLE]],
        Field(max_length=_MAX_VALUES),
    ]


class IndicatorFindingAnswer(Answer):
    """What came of an indicator; `short_by` is by how much it fails, in its unit."""

    code: str
    value: str | None
    threshold: str | None
    verdict: Verdict
    short_by: str | None


class CriterionFindingAnswer(Answer):
    """What came of a criterion."""

    number: int
    name: str
    verdict: Verdict
    indicators: list[IndicatorFindingAnswer]


class JudgementAnswer(Answer):
    """What came of a set; `passed` where every criterion is met."""

    set: str
    met: int
    total: int
    passed: bool
    criteria: list[CriterionFindingAnswer]


@router.get("/criteria-sets", summary="Sets of criteria", response_model=CriteriaSetsAnswer, responses=problems(403))
def list_sets(call: CallDep, work: WorkDep) -> CriteriaSetsAnswer:
    """Return every version of every set."""
    access.require(call.by, "read_criteria")
    shapes = _Shapes(work.criteria_sets.all(), work.criteria_sets.loadings(), Names(call.by.agency_id, work))
    return CriteriaSetsAnswer(items=[CriteriaSetLine(**shapes.line(each)) for each in shapes.versions])


@router.get(
    "/criteria-sets/{code}/{version}",
    summary="A version of a set",
    response_model=CriteriaSetAnswer,
    responses=problems(403, 404),
)
def get_set(code: str, version: str, call: CallDep, work: WorkDep) -> CriteriaSetAnswer:
    """Return a version with its criteria, indicators and limits."""
    access.require(call.by, "read_criteria")
    return _answer(work.criteria_sets.get(CriteriaSetId(f"{code}/{version}")), call.by.agency_id, work)


@router.get(
    "/criteria-sets/{code}/{version}/workbook",
    summary="A version as a workbook",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}, **problems(403, 404)},
)
def get_workbook(code: str, version: str, call: CallDep, work: WorkDep) -> Response:
    """Return the version as an Excel workbook, which filled in is loaded as the next version."""
    access.require(call.by, "read_criteria")
    found = work.criteria_sets.get(CriteriaSetId(f"{code}/{version}"))
    return workbook_answer(book_of(found), f"{found.code}-{found.version}.xlsx")


@router.post(
    "/criteria-sets",
    status_code=201,
    summary="Load a version from Excel",
    response_model=CriteriaSetAnswer,
    responses=problems(403, 409, 413, 422),
    openapi_extra=multipart_body("file"),
)
def load(upload: UploadDep, key: RepeatKeyDep, call: CallDep, work: WorkDep) -> CriteriaSetAnswer:
    """Keep what the workbook says as the next version of its code; wrong cells are named by sheet, row and column.

    The same content again makes no new version; the one it made before is the answer.
    """
    require_provincial(call.by, "manage_criteria", work)
    version = read_book(read_workbook(upload.content), work.criteria_sets.all())
    loading = load_criteria_set(version, by=call.by, at=call.at, work=work)
    return _answer(work.criteria_sets.get(loading.set_id), call.by.agency_id, work)


@router.post(
    "/criteria-sets/shipped",
    summary="Load the national sets",
    response_model=CriteriaSetsAnswer,
    responses=problems(403, 409),
)
def load_shipped(call: CallDep, work: WorkDep) -> CriteriaSetsAnswer:
    """Load the sets that come with Vanthu and are not known yet; return these."""
    loaded = {loading.set_id for loading in load_shipped_criteria(by=call.by, at=call.at, work=work)}
    shapes = _Shapes(work.criteria_sets.all(), work.criteria_sets.loadings(), Names(call.by.agency_id, work))
    return CriteriaSetsAnswer(
        items=[CriteriaSetLine(**shapes.line(each)) for each in shapes.versions if each.id in loaded]
    )


@router.post(
    "/criteria-sets/{code}/{version}/judgement",
    summary="Judge values",
    response_model=JudgementAnswer,
    responses=problems(403, 404, 422),
)
def judge_values(code: str, version: str, body: JudgementBody, call: CallDep, work: WorkDep) -> JudgementAnswer:
    """Say what comes of these values in a locality: met, or by how much not. Nothing is kept."""
    access.require(call.by, "read_criteria")
    found = work.criteria_sets.get(CriteriaSetId(f"{code}/{version}"))
    locality = work.localities.get(LocalityId(body.locality_id))
    judged = judge(found, read_values(found, body.values), locality.classification)
    return JudgementAnswer(
        set=found.id,
        met=judged.met,
        total=len(judged.criteria),
        passed=judged.passed,
        criteria=[_finding(each) for each in judged.criteria],
    )


class _Shapes:
    """Makes lines of versions, given all of them and who loaded them."""

    def __init__(self, versions: Sequence[CriteriaSet], loadings: Sequence[Loading], names: Names) -> None:
        self.versions = versions
        self._loadings = {loading.set_id: loading for loading in loadings}
        self._names = names

    def line(self, version: CriteriaSet) -> dict[str, Any]:
        """Return the fields of a line."""
        loading = self._loadings[version.id]
        return {
            "id": version.id,
            "code": version.code,
            "version": version.version,
            "tier": version.tier,
            "name": version.name,
            "source": version.source,
            "effective_from": version.effective_from,
            "last_day": last_day(version, self.versions),
            "supersedes": version.supersedes,
            "certainty": version.certainty,
            "criteria_count": len(version.criteria),
            "indicator_count": len(version.indicators),
            "to_be_entered": sum(each.comparator is None for each in version.indicators),
            "loaded_at": loading.at,
            "loaded_by": self._names.person(loading.by),
            "sha256": loading.sha256,
        }


def _shares(version: CriteriaSet) -> SharesAnswer:
    rules = survey_rules(version)
    return SharesAnswer(
        satisfaction=rules.rate,
        coverage=rules.coverage,
        meeting=wanted_by(version),
        loaded=[name for name, share in asdict(version.shares).items() if share is not None],
    )


def _answer(version: CriteriaSet, agency_id: AgencyId, work: UnitOfWork) -> CriteriaSetAnswer:
    shapes = _Shapes(work.criteria_sets.all(), work.criteria_sets.loadings(), Names(agency_id, work))
    return CriteriaSetAnswer(
        **shapes.line(version),
        note=version.note,
        shares=_shares(version),
        criteria=[
            CriterionAnswer(
                number=each.number,
                name=each.name,
                group=each.group,
                key=each.key,
                indicators=[_indicator(one) for one in each.indicators],
            )
            for each in version.criteria
        ],
    )


def _indicator(one: Indicator) -> IndicatorAnswer:
    return IndicatorAnswer(
        code=one.code,
        name=one.name,
        unit=one.unit,
        comparator=one.comparator,
        thresholds=[ThresholdAnswer(value=f"{each.value:f}", where=sorted(each.where)) for each in one.thresholds],
        mandatory=one.mandatory,
        if_any=one.if_any,
        evidence=list(one.evidence),
        department=one.department,
        certainty=one.certainty,
    )


def _finding(found: CriterionFinding) -> CriterionFindingAnswer:
    return CriterionFindingAnswer(
        number=found.criterion.number,
        name=found.criterion.name,
        verdict=found.verdict,
        indicators=[_indicator_finding(each) for each in found.indicators],
    )


def _indicator_finding(found: IndicatorFinding) -> IndicatorFindingAnswer:
    return IndicatorFindingAnswer(
        code=found.indicator.code,
        value=None if found.value is None else value_text(found.value),
        threshold=None if found.threshold is None else f"{found.threshold:f}",
        verdict=found.verdict,
        short_by=None if found.short_by is None else f"{found.short_by:f}",
    )
