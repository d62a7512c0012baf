"""Councils: which there are, founding one from its decision, what waits for them, convening a session."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import PageDep, WorkDep
from api.rest.answers import Answer, Names, PageOf, PersonRef, page_of, problems
from api.rest.calls import CallDep
from api.rest.council_answers import MatterAnswer, SessionAnswer, SessionLine, matter_answer, session_line, whole
from api.rest.fields import FILLED, PRINTABLE, CalendarDate, Moment, RequestBody
from api.rest.paths import CouncilPath
from api.rest.preconditions import IfMatch, RepeatKeyDep, etag, require_match
from api.rest.routes import Door
from engine.actions.convene_session import ConveneSession, convene_session
from engine.actions.end_council import end_council
from engine.actions.found_council import FoundCouncil, found_council
from engine.conducting import READS_COUNCILS, council_of, due_times
from engine.council_sessions import BallotKind, SessionForm
from engine.councils import Council, Member, MemberFunction, PassBase, Share, VotingRules
from engine.ids import DocumentId, MatterId, PersonId

router = APIRouter(route_class=Door, tags=["councils"])

_MANY = 100
Text = Annotated[str, Field(max_length=500), FILLED]


class MemberBody(RequestBody):
    """A member; `votes` is false only for a secretary who merely keeps the minutes."""

    person_id: UUID
    function: MemberFunction = MemberFunction.MEMBER
    unit: Annotated[str, Field(max_length=200), PRINTABLE] = ""
    votes: bool = True


class RulesBody(RequestBody):
    """By what the council votes: shares as `70%`, `2/3` or `>1/2`.

    `base`: of whom the share that agrees is counted. `interested_count`: members kept out by an interest still count
    for the quorum. `source`: the text that says so; the shares given here from the start are from memory.
    """

    quorum: Annotated[str, Field(max_length=20)] = "70%"
    passing: Annotated[str, Field(max_length=20)] = "90%"
    base: PassBase = PassBase.PRESENT
    interested_count: bool = True
    source: Annotated[str, Field(max_length=500), PRINTABLE] = ""


class CouncilBody(RequestBody):
    """A council as its decision founds it; `purpose` is the word procedures ask for it by (`ntm`, `ocop`)."""

    name: Text
    purpose: Annotated[str, Field(max_length=20)]
    basis: Text
    members: Annotated[list[MemberBody], Field(max_length=_MANY)]
    valid_from: CalendarDate
    valid_to: CalendarDate | None = None
    decision_id: UUID | None = None
    rules: RulesBody = Field(default_factory=RulesBody)


class LastDayBody(RequestBody):
    """Until when it may be convened."""

    day: CalendarDate


class SessionBody(RequestBody):
    """A session: a meeting has a `place`, written opinions are due `until`; times carry their offset."""

    matters: Annotated[list[UUID], Field(max_length=_MANY)]
    at: Moment
    place: Annotated[str, Field(max_length=200), PRINTABLE] = ""
    form: SessionForm = SessionForm.MEETING
    ballot: BallotKind = BallotKind.OPEN
    until: Moment | None = None


class MemberAnswer(Answer):
    """A member of a council."""

    person: PersonRef | None
    function: MemberFunction
    unit: str
    votes: bool


class RulesAnswer(Answer):
    """By what it votes; `from_memory`: no text was named that says so."""

    quorum: str
    passing: str
    base: PassBase
    interested_count: bool
    source: str
    from_memory: bool


class CouncilAnswer(Answer):
    """A council."""

    id: UUID
    name: str
    purpose: str
    basis: str
    decision_id: UUID | None
    valid_from: date
    valid_to: date | None
    created_at: datetime
    members: list[MemberAnswer]
    rules: RulesAnswer
    rev: int


class WaitingMatter(MatterAnswer):
    """A matter that waits; `due_at` is until when a session is to be held, null without a limit."""

    due_at: datetime | None


class MattersAnswer(Answer):
    """What waits for a session of the council, the oldest first."""

    items: list[WaitingMatter]


@router.get("/councils", summary="Councils", response_model=PageOf[CouncilAnswer])
def list_councils(call: CallDep, page: PageDep, work: WorkDep) -> PageOf[CouncilAnswer]:
    """Return the agency's councils, the newest first; to who reads not all of it, those they sit in."""
    of = None if call.by.powers & READS_COUNCILS else call.by.id
    names = Names(call.by.agency_id, work)
    return page_of(work.councils.search(call.by.agency_id, page, of=of), lambda one: _answer(one, names))


@router.post(
    "/councils",
    status_code=201,
    summary="Found a council",
    response_model=CouncilAnswer,
    responses=problems(403, 409, 422),
)
def post_council(
    body: CouncilBody, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response
) -> CouncilAnswer:
    """Keep a council with its members and rules."""
    request = FoundCouncil(
        name=body.name,
        purpose=body.purpose,
        basis=body.basis,
        members=[_member(one) for one in body.members],
        valid_from=body.valid_from,
        valid_to=body.valid_to,
        decision_id=DocumentId(body.decision_id) if body.decision_id else None,
        rules=_rules(body.rules),
        once=key.once(body),
    )
    council = found_council(request, by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/councils/{council.id}"
    response.headers["ETag"] = etag(council.rev)
    return _answer(council, Names(call.by.agency_id, work))


@router.get("/councils/{council_id}", summary="A council", response_model=CouncilAnswer, responses=problems(404))
def get_council(council_id: CouncilPath, call: CallDep, work: WorkDep, response: Response) -> CouncilAnswer:
    """Return the council."""
    council = council_of(council_id, call.by, work)
    response.headers["ETag"] = etag(council.rev)
    return _answer(council, Names(call.by.agency_id, work))


@router.put(
    "/councils/{council_id}/last-day",
    summary="End a council",
    response_model=CouncilAnswer,
    responses=problems(403, 404, 409, 412),
)
def put_last_day(
    council_id: CouncilPath, body: LastDayBody, match: IfMatch, call: CallDep, work: WorkDep
) -> CouncilAnswer:
    """Keep the last day on which it may be convened; sessions convened before go on."""
    known = council_of(council_id, call.by, work)
    require_match(match, known.rev)
    ended = end_council(council_id, body.day, rev=known.rev, by=call.by, at=call.at, work=work)
    return _answer(ended, Names(call.by.agency_id, work))


@router.get(
    "/councils/{council_id}/matters",
    summary="What waits for a council",
    response_model=MattersAnswer,
    responses=problems(404),
)
def list_matters(council_id: CouncilPath, call: CallDep, work: WorkDep) -> MattersAnswer:
    """Return what waits for a session."""
    council, names = council_of(council_id, call.by, work), Names(call.by.agency_id, work)
    waiting = work.council_sessions.waiting(council.id)
    due = due_times(waiting, work)
    return MattersAnswer(
        items=[WaitingMatter(**dict(matter_answer(one, names)), due_at=due.get(one.id)) for one in waiting]
    )


@router.get(
    "/councils/{council_id}/sessions",
    summary="Sessions of a council",
    response_model=PageOf[SessionLine],
    responses=problems(404),
)
def list_sessions(council_id: CouncilPath, call: CallDep, page: PageDep, work: WorkDep) -> PageOf[SessionLine]:
    """Return its sessions, the newest first."""
    council, names = council_of(council_id, call.by, work), Names(call.by.agency_id, work)
    return page_of(work.council_sessions.of_council(council.id, page), lambda one: session_line(one, names))


@router.post(
    "/councils/{council_id}/sessions",
    status_code=201,
    summary="Convene a session",
    response_model=SessionAnswer,
    responses=problems(403, 404, 409, 422),
)
def post_session(
    council_id: CouncilPath, body: SessionBody, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response
) -> SessionAnswer:
    """Convene it and tell the members; written ones are voted on from now on."""
    request = ConveneSession(
        council_id=council_id,
        matters=[MatterId(one) for one in body.matters],
        at=body.at,
        place=body.place,
        form=body.form,
        ballot=body.ballot,
        until=body.until,
        once=key.once(body),
    )
    session = convene_session(request, by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/council-sessions/{session.id}"
    return whole(session.id, call.by, work)


def _member(body: MemberBody) -> Member:
    return Member(person_id=PersonId(body.person_id), function=body.function, unit=body.unit.strip(), votes=body.votes)


def _rules(body: RulesBody) -> VotingRules:
    return VotingRules(
        quorum=Share.parse(body.quorum),
        passing=Share.parse(body.passing),
        base=body.base,
        interested_count=body.interested_count,
        source=body.source.strip(),
    )


def _answer(council: Council, names: Names) -> CouncilAnswer:
    rules = council.rules
    return CouncilAnswer(
        id=council.id,
        name=council.name,
        purpose=council.purpose,
        basis=council.basis,
        decision_id=council.decision_id,
        valid_from=council.valid_from,
        valid_to=council.valid_to,
        created_at=council.created_at,
        members=[
            MemberAnswer(
                person=names.person(member.person_id), function=member.function, unit=member.unit, votes=member.votes
            )
            for member in council.members
        ],
        rules=RulesAnswer(
            quorum=rules.quorum.text,
            passing=rules.passing.text,
            base=rules.base,
            interested_count=rules.interested_count,
            source=rules.source,
            from_memory=rules.is_from_memory,
        ),
        rev=council.rev,
    )
