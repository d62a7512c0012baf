"""Targets by REST: registrations for a year, the province's plan, and how far it is with it."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.fields import PRINTABLE, RequestBody, Sha256
from api.rest.preconditions import IfMatch, RepeatKeyDep, etag, require_match
from api.rest.routes import Door
from engine import access
from engine.actions.register_target import RegisterTarget, register_target
from engine.actions.save_tier_plan import MAX_PLANNED, SaveTierPlan, save_tier_plan
from engine.criteria import Tier
from engine.deadlines import office_date
from engine.ids import FileId, LocalityId
from engine.localities import CommuneGroup
from engine.ports import UnitOfWork
from engine.progress import CommuneState, TierProgress, progress_in
from engine.provinces import known_progress, provincial_agency
from engine.targets import Target, TargetState, TierPlan

router = APIRouter(route_class=Door, tags=["targets"])

_MAX_MET: Final = 100
Year = Annotated[int, Path(ge=2010, le=2100)]
AskedYear = Annotated[int | None, Query(ge=2010, le=2100)]
Number = Annotated[int, Field(strict=True, ge=1, le=100)]


class TargetBody(RequestBody):
    """A registration as it was handed in; `criteria_met` are numbers of criteria, `code_number` may be empty."""

    locality_id: UUID
    tier: Tier
    year: Annotated[int, Field(strict=True, ge=2010, le=2100)]
    criteria_met: Annotated[list[Number], Field(max_length=_MAX_MET)]
    file_id: Sha256
    code_number: Annotated[str, Field(max_length=11), PRINTABLE] = ""
    code_notation: Annotated[str, Field(max_length=30), PRINTABLE] = ""


class TargetAnswer(Answer):
    """A registration, and what came of it."""

    id: UUID
    locality_id: UUID
    tier: Tier
    year: int
    document_id: UUID
    criteria_set: str
    criteria_met: list[int]
    registered_on: date
    state: TargetState
    answered_on: date | None
    reason: str | None


class TargetsAnswer(Answer):
    """Registrations, the oldest first."""

    items: list[TargetAnswer]


class PlanBody(RequestBody):
    """How many are to be recognised, by tier; tiers that are not named stay as they were."""

    planned: dict[Tier, Annotated[int, Field(strict=True, ge=0, le=MAX_PLANNED)]]


class PlanAnswer(Answer):
    """The province's plan of a year."""

    year: int
    planned: dict[Tier, int]


class TierProgressAnswer(Answer):
    """A tier in a year; `share` is the part of the plan that is reached, in per cent."""

    tier: Tier
    planned: int | None
    recognised: int
    share: str | None
    standing: int
    registered: int
    accepted: int


class CommuneAnswer(Answer):
    """A commune at its highest tier, else its accepted target for the year."""

    locality_id: UUID
    code: str
    name: str
    tier: Tier | None
    target: Tier | None


class AreaAnswer(Answer):
    """A group of communes, and how many of them are recognised."""

    group: CommuneGroup
    communes: int
    recognised: int


class ProgressAnswer(Answer):
    """How far the province is in a year; `before` counts decisions by year and tier."""

    year: int
    tiers: list[TierProgressAnswer]
    communes: list[CommuneAnswer]
    areas: list[AreaAnswer]
    before: dict[int, dict[Tier, int]]


@router.get("/targets", summary="Registered targets", response_model=TargetsAnswer, responses=problems(403, 422))
def list_targets(call: CallDep, work: WorkDep, year: AskedYear = None) -> TargetsAnswer:
    """Return what was registered for a year; next year where none is named."""
    access.require(call.by, "read_criteria")
    found = work.targets.of_year(year or office_date(call.at).year + 1)
    return TargetsAnswer(items=[_target(each) for each in found])


@router.post(
    "/targets",
    status_code=201,
    summary="Register a target",
    response_model=TargetAnswer,
    responses=problems(403, 404, 409, 422),
)
def register(body: TargetBody, key: RepeatKeyDep, call: CallDep, work: WorkDep) -> TargetAnswer:
    """Take a registration in under the next arrival number; it is answered within five working days."""
    request = RegisterTarget(
        locality_id=LocalityId(body.locality_id),
        tier=body.tier,
        year=body.year,
        criteria_met=tuple(body.criteria_met),
        file_id=FileId(body.file_id),
        code_number=body.code_number,
        code_notation=body.code_notation,
        once=key.once(body),
    )
    return _target(register_target(request, by=call.by, at=call.at, work=work))


@router.get("/tier-plans/{year}", summary="The plan of a year", response_model=PlanAnswer, responses=problems(403, 422))
def get_plan(year: Year, call: CallDep, work: WorkDep, response: Response) -> PlanAnswer:
    """Return how many the province plans to recognise."""
    access.require(call.by, "read_criteria")
    return _plan(year, _planned(year, work), response)


@router.put(
    "/tier-plans/{year}", summary="Plan a year", response_model=PlanAnswer, responses=problems(403, 409, 412, 422)
)
def put_plan(
    year: Year, body: PlanBody, accepted: IfMatch, call: CallDep, work: WorkDep, response: Response
) -> PlanAnswer:
    """Keep the province's plan of the year."""
    access.require(call.by, "plan_targets")
    require_match(accepted, sum(each.rev for each in _planned(year, work)))
    request = SaveTierPlan(year=year, planned=body.planned)
    return _plan(year, save_tier_plan(request, by=call.by, at=call.at, work=work), response)


@router.get("/progress", summary="Progress", response_model=ProgressAnswer, responses=problems(403, 422))
def get_progress(call: CallDep, work: WorkDep, year: AskedYear = None) -> ProgressAnswer:
    """Return how far the province is with the plan of a year; this year where none is named."""
    access.require(call.by, "read_criteria")
    asked = year or office_date(call.at).year
    found = progress_in(asked, known_progress(asked, work))
    return ProgressAnswer(
        year=asked,
        tiers=[_tier(each) for each in found.tiers],
        communes=[_commune(each) for each in found.communes],
        areas=[
            AreaAnswer(group=each.group, communes=each.communes, recognised=each.recognised) for each in found.areas
        ],
        before={before: dict(counts) for before, counts in found.before.items()},
    )


def _tier(each: TierProgress) -> TierProgressAnswer:
    return TierProgressAnswer(
        tier=each.tier,
        planned=each.planned,
        recognised=each.recognised,
        share=None if each.share is None else str(each.share),
        standing=each.standing,
        registered=each.registered,
        accepted=each.accepted,
    )


def _commune(each: CommuneState) -> CommuneAnswer:
    return CommuneAnswer(
        locality_id=each.locality.id,
        code=each.locality.code,
        name=each.locality.name,
        tier=each.tier,
        target=each.target,
    )


def _planned(year: int, work: UnitOfWork) -> list[TierPlan]:
    agency_id = provincial_agency(work)
    return [] if agency_id is None else list(work.targets.plan(agency_id, year))


def _plan(year: int, plan: list[TierPlan], response: Response) -> PlanAnswer:
    response.headers["ETag"] = etag(sum(each.rev for each in plan))
    return PlanAnswer(year=year, planned={each.tier: each.planned for each in plan})


def _target(each: Target) -> TargetAnswer:
    return TargetAnswer(
        id=each.id,
        locality_id=each.locality_id,
        tier=each.tier,
        year=each.year,
        document_id=each.document_id,
        criteria_set=each.criteria_set,
        criteria_met=list(each.criteria_met),
        registered_on=each.registered_on,
        state=each.state,
        answered_on=each.answered_on,
        reason=each.reason,
    )
