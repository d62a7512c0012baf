"""Localities by REST: the province, its communes and villages, and what they are recognised as."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.fields import FILLED, PRINTABLE, CalendarDate, RequestBody
from api.rest.paths import LocalityPath
from api.rest.preconditions import IfMatch, RepeatKeyDep, etag, require_match
from api.rest.routes import Door
from engine import access
from engine.achievements import Achievement
from engine.actions.add_localities import add_localities
from engine.actions.record_achievement import RecordAchievement, record_achievement
from engine.actions.save_locality import SaveLocality, save_locality
from engine.criteria import Tier
from engine.ids import AgencyId, LocalityId
from engine.localities import MAX_NAME, AreaClass, CommuneGroup, Locality, LocalityKind, Region
from engine.ports import UnitOfWork

router = APIRouter(route_class=Door, tags=["localities"])

_MOST: Final = 2_000


class LocalityFacts(RequestBody):
    """The facts of a locality that may change."""

    name: Annotated[str, Field(max_length=MAX_NAME), FILLED]
    region: Region
    group: CommuneGroup | None = None
    area_class: AreaClass | None = None
    hardship: bool = False
    households: Annotated[int, Field(strict=True, ge=-1, le=10_000_000)] = 0
    agency_id: UUID | None = None


class NewLocality(LocalityFacts):
    """A locality to be made known; `parent` is the code of what it lies in."""

    code: Annotated[str, Field(max_length=20), FILLED]
    kind: LocalityKind
    parent: Annotated[str, Field(max_length=20)] | None = None


class LocalitiesBody(RequestBody):
    """Localities to be made known; those that others lie in come before these."""

    items: Annotated[list[NewLocality], Field(min_length=1, max_length=_MOST)]


class AchievementBody(RequestBody):
    """A recognition of before, or of elsewhere: its level, its decision with number and day, by what it was judged."""

    tier: Tier
    decision: Annotated[str, Field(max_length=100), FILLED]
    decided_on: CalendarDate
    basis: Annotated[str, Field(max_length=500), PRINTABLE] = ""


class AchievementAnswer(Answer):
    """What a locality is, or was, recognised as; `by_hand` where somebody recorded it, who may then correct it."""

    id: UUID
    by_hand: bool
    tier: Tier
    decision: str
    decided_on: date
    basis: str
    revoked_on: date | None
    revocation: str | None


class LocalityAnswer(Answer):
    """A locality; `judged_as` is the region whose limits of 2021–25 are its own."""

    id: UUID
    code: str
    kind: LocalityKind
    name: str
    parent_id: UUID | None
    region: Region
    judged_as: Region
    group: CommuneGroup | None
    area_class: AreaClass | None
    hardship: bool
    households: int
    agency_id: UUID | None
    rev: int


class OneLocalityAnswer(LocalityAnswer):
    """A locality with what it is and was recognised as, the newest first."""

    achievements: list[AchievementAnswer]


class LocalitiesAnswer(Answer):
    """Localities, by code."""

    items: list[LocalityAnswer]


@router.get("/localities", summary="Localities", response_model=LocalitiesAnswer, responses=problems(403, 422))
def list_localities(
    call: CallDep, work: WorkDep, kind: Annotated[LocalityKind | None, Query()] = None
) -> LocalitiesAnswer:
    """Return all localities, or those of a kind."""
    access.require(call.by, "read_criteria")
    return LocalitiesAnswer(items=[LocalityAnswer(**_fields(each)) for each in work.localities.all(kind)])


@router.post(
    "/localities",
    status_code=201,
    summary="Make localities known",
    response_model=LocalitiesAnswer,
    responses=problems(403, 409, 422),
)
def add(body: LocalitiesBody, key: RepeatKeyDep, call: CallDep, work: WorkDep) -> LocalitiesAnswer:
    """Keep new localities, all or none; one whose code is known is refused, so a repeated call adds nothing."""
    added = _new(body, work)
    add_localities(added, by=call.by, at=call.at, work=work)
    return LocalitiesAnswer(items=[LocalityAnswer(**_fields(each)) for each in added])


@router.get(
    "/localities/{locality_id}", summary="A locality", response_model=OneLocalityAnswer, responses=problems(403, 404)
)
def get_locality(locality_id: LocalityPath, call: CallDep, work: WorkDep, response: Response) -> OneLocalityAnswer:
    """Return a locality and what it is recognised as."""
    access.require(call.by, "read_criteria")
    return _one(work.localities.get(locality_id), work, response)


@router.put(
    "/localities/{locality_id}",
    summary="Change a locality",
    response_model=OneLocalityAnswer,
    responses=problems(403, 404, 412, 422),
)
def put_locality(
    locality_id: LocalityPath,
    body: LocalityFacts,
    accepted: IfMatch,
    call: CallDep,
    work: WorkDep,
    response: Response,
) -> OneLocalityAnswer:
    """Keep its facts; what was judged before stays as it was."""
    access.require(call.by, "manage_localities")
    require_match(accepted, work.localities.lock(locality_id).rev)
    facts = body.model_dump()
    agency_id = None if body.agency_id is None else AgencyId(body.agency_id)
    request = SaveLocality(**{**facts, "agency_id": agency_id}, locality_id=locality_id)
    return _one(save_locality(request, by=call.by, at=call.at, work=work), work, response)


@router.post(
    "/localities/{locality_id}/achievements",
    status_code=201,
    summary="Record a past recognition",
    response_model=OneLocalityAnswer,
    responses=problems(403, 404, 409, 422),
)
def post_achievement(
    locality_id: LocalityPath,
    body: AchievementBody,
    key: RepeatKeyDep,
    call: CallDep,
    work: WorkDep,
    response: Response,
) -> OneLocalityAnswer:
    """Record what the locality was recognised as by a decision of before, or of elsewhere."""
    asked = RecordAchievement(locality_id=locality_id, **body.model_dump(), once=key.once(body))
    record_achievement(asked, by=call.by, at=call.at, work=work)
    return _one(work.localities.get(locality_id), work, response)


def _new(body: LocalitiesBody, work: UnitOfWork) -> list[Locality]:
    ids = {each.code: each.id for each in work.localities.all()}
    made = []
    for each in body.items:
        locality = Locality(
            id=LocalityId(work.new_id()),
            code=each.code,
            kind=each.kind,
            name=" ".join(each.name.split()),
            region=each.region,
            parent_id=ids.get(each.parent or ""),
            group=each.group,
            area_class=each.area_class,
            hardship=each.hardship,
            households=each.households,
            agency_id=None if each.agency_id is None else AgencyId(each.agency_id),
        )
        if locality.agency_id is not None:
            work.people.get_agency(locality.agency_id)
        ids.setdefault(locality.code, locality.id)
        made.append(locality)
    return made


def _one(found: Locality, work: UnitOfWork, response: Response) -> OneLocalityAnswer:
    response.headers["ETag"] = etag(found.rev)
    achievements = [AchievementAnswer(**achievement_fields(each)) for each in work.achievements.of(found.id)]
    return OneLocalityAnswer(**_fields(found), achievements=achievements)


def achievement_fields(found: Achievement) -> dict[str, Any]:
    """Return the fields of what a locality is recognised as."""
    names = set(AchievementAnswer.model_fields) - {"by_hand"}
    return {**{name: getattr(found, name) for name in names}, "by_hand": found.is_by_hand}


def _fields(found: Locality) -> dict[str, Any]:
    names = set(LocalityAnswer.model_fields) - {"judged_as"}
    return {**{name: getattr(found, name) for name in names}, "judged_as": found.classification.region or found.region}
