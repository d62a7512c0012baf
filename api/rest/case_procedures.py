"""Procedures of the one-stop office by REST: what is set, in its newest version; a change is a new one."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.fields import FILLED, RequestBody
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from engine.actions.set_case_procedure import SetCaseProcedure, set_case_procedure
from engine.case_procedures import (
    MAX_CODE,
    MAX_LISTED,
    MAX_NAME,
    CaseProcedure,
    CaseProcedureNotFound,
    Component,
    Fee,
    ServiceLevel,
    Settings,
    Step,
)
from engine.cases import Channel
from engine.ids import UnitId
from engine.people import Role

router = APIRouter(route_class=Door, tags=["cases"])

Name = Annotated[str, Field(max_length=MAX_NAME), FILLED]
Code = Annotated[str, Field(max_length=MAX_CODE), FILLED]
Count = Annotated[int, Field(strict=True, ge=-1_000_000_000, le=1_000_000_000)]


class ComponentBody(RequestBody):
    """A paper to be handed in: how many originals and copies of it, and whether always."""

    code: Code
    name: Name
    originals: Count = 1
    copies: Count = 0
    required: bool = True


class FeeBody(RequestBody):
    """A fee in đồng."""

    name: Name
    amount: Count


class StepBody(RequestBody):
    """A step: its time in working half days, the post that does it, in which unit."""

    name: Name
    half_days: Count
    role: Role
    unit_id: UUID | None = None


class CaseProcedureBody(RequestBody):
    """A procedure as it is set; the half days of steps and signature add up to `half_days`.

    `form` is a JSON Schema as forms of procedures have it; `based_on` is the version it was made from, 0 for a new one.
    """

    code: Code
    name: Name
    field: Name
    level: ServiceLevel
    channels: Annotated[list[Channel], Field(max_length=len(Channel))]
    form: dict[str, Any]
    components: Annotated[list[ComponentBody], Field(max_length=MAX_LISTED)]
    fees: Annotated[tuple[FeeBody, ...], Field(max_length=MAX_LISTED)] = ()
    steps: Annotated[list[StepBody], Field(max_length=MAX_LISTED)]
    signing_half_days: Count = 0
    half_days: Count
    result: Name
    result_type: Annotated[str, Field(max_length=10)] | None = None
    sets: Count = 1
    offered: bool = True
    based_on: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] = 0


class CaseProcedureAnswer(Answer):
    """A version of a procedure; `settings` has the fields of the body that set it."""

    id: UUID
    code: str
    version: int
    offered: bool
    made_at: datetime
    settings: dict[str, Any]


class CaseProceduresAnswer(Answer):
    """Procedures, or the versions of one."""

    items: list[CaseProcedureAnswer]


@router.get("/case-procedures", summary="Procedures of the one-stop office", response_model=CaseProceduresAnswer)
def list_procedures(call: CallDep, work: WorkDep) -> CaseProceduresAnswer:
    """Return the agency's procedures, each in its newest version."""
    return CaseProceduresAnswer(items=[_answer(one) for one in work.case_procedures.of_agency(call.by.agency_id)])


@router.get(
    "/case-procedures/{code}/versions",
    summary="Versions of a procedure",
    response_model=CaseProceduresAnswer,
    responses=problems(404),
)
def list_versions(code: str, call: CallDep, work: WorkDep) -> CaseProceduresAnswer:
    """Return every version of a procedure, the newest first."""
    found = work.case_procedures.versions(call.by.agency_id, code) if code.isprintable() else ()
    if not found:
        raise CaseProcedureNotFound
    return CaseProceduresAnswer(items=[_answer(one) for one in found])


@router.post(
    "/case-procedures",
    status_code=201,
    summary="Set a procedure",
    response_model=CaseProcedureAnswer,
    responses=problems(403, 409),
)
def post_procedure(
    body: CaseProcedureBody, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response
) -> CaseProcedureAnswer:
    """Set the next version of a procedure; cases on their way keep theirs."""
    request = SetCaseProcedure(settings=_settings(body), based_on=body.based_on, once=key.once(body))
    made = set_case_procedure(request, by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/case-procedures/{made.settings.code}/versions"
    return _answer(made)


def _settings(body: CaseProcedureBody) -> Settings:
    return Settings(
        code=body.code,
        name=body.name,
        field=body.field,
        level=body.level,
        channels=frozenset(body.channels),
        form=body.form,
        components=tuple(Component(**one.model_dump()) for one in body.components),
        fees=tuple(Fee(**one.model_dump()) for one in body.fees),
        steps=tuple(
            Step(
                name=one.name,
                half_days=one.half_days,
                role=one.role,
                unit_id=UnitId(one.unit_id) if one.unit_id else None,
            )
            for one in body.steps
        ),
        signing_half_days=body.signing_half_days,
        half_days=body.half_days,
        result=body.result,
        result_type=body.result_type,
        sets=body.sets,
        offered=body.offered,
    )


def _answer(one: CaseProcedure) -> CaseProcedureAnswer:
    return CaseProcedureAnswer(
        id=one.id,
        code=one.settings.code,
        version=one.version,
        offered=one.settings.offered,
        made_at=one.made_at,
        settings=one.settings.as_json(),
    )
