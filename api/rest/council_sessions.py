"""Sessions of councils by REST: roll call, interests, votes, ballots, the end."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.council_answers import SessionAnswer, whole
from api.rest.fields import FILLED, PRINTABLE, RequestBody
from api.rest.paths import CouncilSessionPath, CouncilVotePath
from api.rest.preconditions import IfMatch, etag, require_match
from api.rest.routes import Door
from engine.actions.cast_ballot import CastBallot, cast_ballot
from engine.actions.close_vote import close_vote
from engine.actions.declare_interest import DeclareInterest, declare_interest
from engine.actions.end_session import EndSession, end_session
from engine.actions.mark_attendance import MarkAttendance, mark_attendance
from engine.actions.open_session import OpenSession, open_session
from engine.actions.open_vote import open_vote
from engine.actions.void_vote import void_vote
from engine.council_votes import Choice
from engine.ids import MatterId, PersonId

router = APIRouter(route_class=Door, tags=["council sessions"])

Reason = Annotated[str, Field(max_length=500), FILLED]


class OpeningBody(RequestBody):
    """The roll: who is there, and who presides."""

    present: Annotated[list[UUID], Field(max_length=100)]
    presiding: UUID


class AttendanceBody(RequestBody):
    """Somebody came into the room, or left it."""

    member: UUID
    is_present: bool


class InterestBody(RequestBody):
    """Whose interest in which matter of the agenda."""

    matter_id: UUID
    member: UUID
    reason: Reason


class VoteBody(RequestBody):
    """The matter that is put to the vote."""

    matter_id: UUID


class BallotBody(RequestBody):
    """A ballot; an `opinion` only in an open vote."""

    choice: Choice
    opinion: Annotated[str, Field(max_length=5_000), PRINTABLE] = ""


class VoidBody(RequestBody):
    """Why the ballots are thrown away."""

    reason: Reason


class EndBody(RequestBody):
    """Without a reason the session is closed, with one adjourned (or cancelled, where it was never opened)."""

    reason: Annotated[str, Field(max_length=500), PRINTABLE] = ""


class OpenVote(Answer):
    """A vote in which one's ballot is missing."""

    id: UUID
    session_id: UUID
    matter_id: UUID
    document_id: UUID
    question: str


class OpenVotes(Answer):
    """The votes in which one's ballot is missing, the oldest first."""

    items: list[OpenVote]


@router.get("/council-votes", summary="Votes that wait for me", response_model=OpenVotes)
def list_open_votes(call: CallDep, work: WorkDep) -> OpenVotes:
    """Return the open votes in which one has a vote and has not cast it."""
    items = []
    for motion in work.council_sessions.open_for(call.by.id):
        matter = work.council_sessions.get_matter(motion.matter_id)
        items.append(
            OpenVote(
                id=motion.id,
                session_id=motion.session_id,
                matter_id=matter.id,
                document_id=matter.document_id,
                question=matter.question,
            )
        )
    return OpenVotes(items=items)


@router.get(
    "/council-sessions/{session_id}", summary="A session", response_model=SessionAnswer, responses=problems(404)
)
def get_session(session_id: CouncilSessionPath, call: CallDep, work: WorkDep, response: Response) -> SessionAnswer:
    """Return the session as it is now."""
    answer = whole(session_id, call.by, work)
    response.headers["ETag"] = etag(answer.rev)
    return answer


@router.post(
    "/council-sessions/{session_id}/opening",
    summary="Call the roll",
    response_model=SessionAnswer,
    responses=problems(403, 404, 409, 412),
)
def post_opening(
    session_id: CouncilSessionPath, body: OpeningBody, match: IfMatch, call: CallDep, work: WorkDep
) -> SessionAnswer:
    """Open the session with those who are there."""
    require_match(match, whole(session_id, call.by, work).rev)
    present = [PersonId(one) for one in body.present]
    request = OpenSession(session_id=session_id, present=present, presiding=PersonId(body.presiding))
    open_session(request, by=call.by, at=call.at, work=work)
    return whole(session_id, call.by, work)


@router.post(
    "/council-sessions/{session_id}/attendance",
    summary="Somebody came or left",
    response_model=SessionAnswer,
    responses=problems(403, 404, 409),
)
def post_attendance(
    session_id: CouncilSessionPath, body: AttendanceBody, call: CallDep, work: WorkDep
) -> SessionAnswer:
    """Note it; said twice it changes nothing."""
    request = MarkAttendance(session_id=session_id, member=PersonId(body.member), is_present=body.is_present)
    mark_attendance(request, by=call.by, at=call.at, work=work)
    return whole(session_id, call.by, work)


@router.post(
    "/council-sessions/{session_id}/interests",
    summary="Declare an interest",
    response_model=SessionAnswer,
    responses=problems(403, 404, 409),
)
def post_interest(session_id: CouncilSessionPath, body: InterestBody, call: CallDep, work: WorkDep) -> SessionAnswer:
    """Keep a member out of the votes on a matter: oneself, or anybody by who conducts the session."""
    request = DeclareInterest(
        session_id=session_id, matter_id=MatterId(body.matter_id), member=PersonId(body.member), reason=body.reason
    )
    declare_interest(request, by=call.by, at=call.at, work=work)
    return whole(session_id, call.by, work)


@router.post(
    "/council-sessions/{session_id}/votes",
    summary="Open a vote",
    response_model=SessionAnswer,
    responses=problems(403, 404, 409),
)
def post_vote(session_id: CouncilSessionPath, body: VoteBody, call: CallDep, work: WorkDep) -> SessionAnswer:
    """Put a matter of the agenda to the vote, if enough members are there."""
    open_vote(session_id, MatterId(body.matter_id), by=call.by, at=call.at, work=work)
    return whole(session_id, call.by, work)


@router.post(
    "/council-sessions/{session_id}/end",
    summary="End the session",
    response_model=SessionAnswer,
    responses=problems(403, 404, 409),
)
def post_end(session_id: CouncilSessionPath, body: EndBody, call: CallDep, work: WorkDep) -> SessionAnswer:
    """Close or adjourn it; what was not voted on waits for another session."""
    end_session(EndSession(session_id=session_id, reason=body.reason), by=call.by, at=call.at, work=work)
    return whole(session_id, call.by, work)


# No Idempotency-Key: what is kept of one is a digest of the body, by which a secret ballot could be told.
@router.post(
    "/council-votes/{vote_id}/ballots", status_code=204, summary="Cast a ballot", responses=problems(403, 404, 409)
)
def post_ballot(vote_id: CouncilVotePath, body: BallotBody, call: CallDep) -> None:
    """Cast one's ballot; nobody has two, and none is changed."""
    request = CastBallot(motion_id=vote_id, choice=body.choice, opinion=body.opinion)
    cast_ballot(request, by=call.by, services=call.services)


@router.post(
    "/council-votes/{vote_id}/closing",
    summary="Close and count a vote",
    response_model=SessionAnswer,
    responses=problems(403, 404, 409),
)
def post_closing(vote_id: CouncilVotePath, call: CallDep) -> SessionAnswer:
    """Count the ballots and tell the procedure that asked."""
    motion = close_vote(vote_id, by=call.by, services=call.services)
    with call.services.begin() as work:
        return whole(motion.session_id, call.by, work)


@router.post(
    "/council-votes/{vote_id}/voiding",
    summary="Declare a vote void",
    response_model=SessionAnswer,
    responses=problems(403, 404, 409),
)
def post_voiding(vote_id: CouncilVotePath, body: VoidBody, call: CallDep, work: WorkDep) -> SessionAnswer:
    """Throw the ballots of an open vote away; its matter stays on the agenda."""
    motion = void_vote(vote_id, body.reason, by=call.by, at=call.at, work=work)
    return whole(motion.session_id, call.by, work)
