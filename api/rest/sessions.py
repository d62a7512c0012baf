"""Signing in and out, and who one is."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from api.deps import HouseDep, PersonDep, ServicesDep, SessionDep, WorkDep
from api.outsiders import network_of
from api.rest.answers import Answer, problems
from api.rest.fields import PRINTABLE, RequestBody
from api.rest.people import UnitAnswer, unit_answer
from api.rest.routes import Door, OpenDoor
from api.sessions import digest_of, new_token
from engine.actions.sign_in import SignIn, sign_in
from engine.actions.sign_out import sign_out
from engine.people import Role

public = APIRouter(route_class=OpenDoor, tags=["sessions"])
router = APIRouter(route_class=Door, tags=["sessions"])


class Credentials(RequestBody):
    """A user name and its password."""

    username: Annotated[str, Field(min_length=1, max_length=200), PRINTABLE]
    password: Annotated[str, Field(min_length=1, max_length=1_000)]


class SessionAnswer(Answer):
    """A token to be sent as `Authorization: Bearer …` until it expires."""

    token: str
    expires_at: datetime


class MyAgency(Answer):
    """The agency one works at."""

    id: UUID
    name: str
    code: str
    symbol: str


class Myself(Answer):
    """Oneself."""

    id: UUID
    name: str
    title: str
    username: str


class MeAnswer(Answer):
    """Who is signed in, with which roles, where."""

    person: Myself
    roles: list[Role]
    units: list[UnitAnswer]
    agency: MyAgency


@public.post(
    "/sessions",
    status_code=201,
    summary="Sign in",
    response_model=SessionAnswer,
    responses=problems(401, 408, 413, 415, 422, 429),
)
def start_session(body: Credentials, request: Request, services: ServicesDep, house: HouseDep) -> SessionAnswer:
    """Open a session of twelve hours; the token is shown once and never kept."""
    token = new_token()
    address = request.client.host if request.client else ""
    asked = SignIn(
        username=body.username,
        password=body.password,
        address=address,
        network=network_of(address),
        token_sha256=digest_of(token),
    )
    session, _ = sign_in(asked, services=services, hasher=house.hasher)
    return SessionAnswer(token=token, expires_at=session.expires_at)


@router.delete("/sessions/current", status_code=204, summary="Sign out")
def end_session(session: SessionDep, services: ServicesDep, work: WorkDep) -> Response:
    """End the session of this call; its token is worth nothing from now on."""
    sign_out(session[0], by=session[1], at=services.clock(), work=work)
    return Response(status_code=204)


@router.get("/me", summary="Who am I", response_model=MeAnswer)
def me(by: PersonDep, work: WorkDep) -> MeAnswer:
    """Return the person of the token, with roles, units and agency."""
    agency = work.people.get_agency(by.agency_id)
    return MeAnswer(
        person=Myself(id=by.id, name=by.name, title=by.title, username=by.username),
        roles=sorted(by.powers),
        units=[unit_answer(unit) for unit in work.people.units(by.agency_id) if unit.id in by.units],
        agency=MyAgency(id=agency.id, name=agency.name, code=agency.code, symbol=agency.symbol),
    )
