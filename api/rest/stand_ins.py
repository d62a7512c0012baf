"""Stand-ins: who acts in whose place; recording one, and revoking it."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import PageDep, WorkDep
from api.rest.answers import Answer, Names, PageOf, PersonRef, page_of, problems
from api.rest.calls import Call, CallDep
from api.rest.fields import FILLED, CalendarDate, DocumentType, OptionalDate, OptionalId, RequestBody
from api.rest.paths import StandInPath
from api.rest.preconditions import RepeatKey, RepeatKeyDep
from api.rest.routes import Door
from engine import access
from engine.actions.record_stand_in import MAX_BASIS, MAX_NUMBER, RecordStandIn, record_stand_in
from engine.actions.revoke_stand_in import revoke_stand_in
from engine.ids import DocumentId, PersonId, StandInId, UnitId
from engine.stand_ins import Basis, Scope, StandIn, StandInKind, StandInNotFound, StandInState

router = APIRouter(route_class=Door, tags=["stand-ins"])

_MANY = 200


class StandInBody(RequestBody):
    """Who stands in for whom, by which decision; an empty list does not limit.

    Without a `principal` it is oneself. The days are those of Việt Nam; half days begin or end at noon. `steps` are
    procedures (`outgoing_document`) or steps of theirs (`outgoing_document/sign`). `under` passes another stand-in on.
    """

    substitute: UUID
    principal: OptionalId = None
    kind: StandInKind = StandInKind.ABSENCE
    first_day: CalendarDate
    last_day: CalendarDate
    starts_at_noon: bool = False
    ends_at_noon: bool = False
    document_types: Annotated[frozenset[DocumentType], Field(max_length=_MANY)] = frozenset()
    units: Annotated[frozenset[UUID], Field(max_length=_MANY)] = frozenset()
    steps: Annotated[
        frozenset[Annotated[str, Field(max_length=_MANY), FILLED]],
        Field(max_length=_MANY, examples=[["outgoing_document/sign"]]),
    ] = frozenset()
    basis: Annotated[str, Field(max_length=MAX_BASIS, examples=["Quyết định phân công công tác"]), FILLED]
    basis_number: Annotated[str, Field(max_length=MAX_NUMBER, examples=["12/QĐ-UBND"]), FILLED] | None = None
    basis_issued_on: OptionalDate = None
    basis_document_id: OptionalId = None
    may_pass_on: bool = False
    under: OptionalId = None


class StandInAnswer(Answer):
    """A stand-in as it was recorded, and where it stands now; `ends_at` is the first moment it no longer holds."""

    id: UUID
    principal: PersonRef | None
    substitute: PersonRef | None
    kind: StandInKind
    state: StandInState
    starts_at: datetime
    ends_at: datetime
    document_types: list[str]
    units: list[UUID]
    steps: list[str]
    basis: str
    basis_number: str | None
    basis_issued_on: date | None
    basis_document_id: UUID | None
    may_pass_on: bool
    under: UUID | None
    recorded_at: datetime
    recorded_by: PersonRef | None
    revoked_at: datetime | None
    revoked_by: PersonRef | None


@router.get("/stand-ins", summary="Who stands in for whom", response_model=PageOf[StandInAnswer])
def list_stand_ins(call: CallDep, page: PageDep, work: WorkDep) -> PageOf[StandInAnswer]:
    """Return stand-ins, the newest first: the agency's for its leaders, administrators and auditors, else one's own."""
    of = None if access.may(call.by, "read_stand_ins") else call.by.id
    found = work.stand_ins.search(call.by.agency_id, page, of=of)
    names = Names(call.by.agency_id, work)
    return page_of(found, lambda known: _answer(known, names, call))


@router.post(
    "/stand-ins",
    status_code=201,
    summary="Record a stand-in",
    response_model=StandInAnswer,
    responses=problems(403, 404, 409, 422),
)
def record(body: StandInBody, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response) -> StandInAnswer:
    """Put somebody in a colleague's place, for a time and a scope, by a decision."""
    made = record_stand_in(_request(body, key, call), by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/stand-ins/{made.id}"
    return _answer(made, Names(call.by.agency_id, work), call)


@router.get("/stand-ins/{stand_in_id}", summary="A stand-in", response_model=StandInAnswer, responses=problems(404))
def get_stand_in(stand_in_id: StandInPath, call: CallDep, work: WorkDep) -> StandInAnswer:
    """Return the stand-in, to those in it and to those who read all of the agency."""
    known = work.stand_ins.get(stand_in_id)
    if not access.may_know(call.by, known):
        raise StandInNotFound
    return _answer(known, Names(call.by.agency_id, work), call)


@router.delete(
    "/stand-ins/{stand_in_id}", summary="Revoke", response_model=StandInAnswer, responses=problems(403, 404, 409)
)
def revoke(stand_in_id: StandInPath, call: CallDep, work: WorkDep) -> StandInAnswer:
    """End the stand-in now, and what was passed on under it; it stays on record."""
    revoked = revoke_stand_in(stand_in_id, by=call.by, at=call.at, work=work)
    return _answer(revoked, Names(call.by.agency_id, work), call)


def _request(body: StandInBody, key: RepeatKey, call: Call) -> RecordStandIn:
    return RecordStandIn(
        principal=PersonId(body.principal) if body.principal else call.by.id,
        substitute=PersonId(body.substitute),
        kind=body.kind,
        first_day=body.first_day,
        last_day=body.last_day,
        starts_at_noon=body.starts_at_noon,
        ends_at_noon=body.ends_at_noon,
        scope=Scope(
            document_types=body.document_types,
            units=frozenset(UnitId(unit) for unit in body.units),
            steps=body.steps,
        ),
        basis=Basis(
            text=body.basis,
            number=body.basis_number,
            issued_on=body.basis_issued_on,
            document_id=DocumentId(body.basis_document_id) if body.basis_document_id else None,
        ),
        may_pass_on=body.may_pass_on,
        under=StandInId(body.under) if body.under else None,
        once=key.once(body),
    )


def _answer(known: StandIn, names: Names, call: Call) -> StandInAnswer:
    return StandInAnswer(
        id=known.id,
        principal=names.person(known.principal),
        substitute=names.person(known.substitute),
        kind=known.kind,
        state=known.state(call.at),
        starts_at=known.starts_at,
        ends_at=known.ends_at,
        document_types=sorted(known.scope.document_types),
        units=sorted(known.scope.units),
        steps=sorted(known.scope.steps),
        basis=known.basis.text,
        basis_number=known.basis.number,
        basis_issued_on=known.basis.issued_on,
        basis_document_id=known.basis.document_id,
        may_pass_on=known.may_pass_on,
        under=known.under,
        recorded_at=known.recorded_at,
        recorded_by=names.person(known.recorded_by),
        revoked_at=known.revoked_at,
        revoked_by=names.person(known.revoked_by),
    )
