"""Declare that a member has an interest in a matter and so keeps out of the vote on it."""

from dataclasses import dataclass
from datetime import datetime

from engine.conducting import room_of, sitting_of
from engine.council_events import InterestDeclared
from engine.council_sessions import Interest, MatterNotWaiting, MatterState, SessionInvalid, SessionState
from engine.council_votes import InterestTooLate
from engine.drafts import FieldChecks
from engine.events import Private
from engine.ids import CouncilSessionId, MatterId, PersonId
from engine.people import Person
from engine.ports import UnitOfWork

MAX_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareInterest:
    """Whose interest in what; members declare their own, whoever conducts the session anybody's."""

    session_id: CouncilSessionId
    matter_id: MatterId
    member: PersonId
    reason: str


def declare_interest(request: DeclareInterest, *, by: Person, at: datetime, work: UnitOfWork) -> Interest:
    """Keep the interest; it holds for every vote on the matter.

    Raises:
        SessionNotFound, CouncilNotFound, MatterNotFound: There is no such matter on the agenda.
        NotYoursToRun: It is another member's interest, and not this person's session to conduct.
        NotAMember: The person does not sit in the council.
        SessionNotInState: The session is over.
        SessionInvalid: No reason is given.
        MatterNotWaiting: It was voted on; nobody is kept out of a vote that is over.
        InterestTooLate: The member's ballot in an open vote on it is cast.
    """
    sitting = sitting_of(request.session_id, by, work)
    if request.member != by.id:
        sitting.require_run_by(by)
    sitting.council.get(request.member)
    sitting.session.require(SessionState.CONVENED, SessionState.OPEN)
    check = FieldChecks()
    check.text("reason", request.reason, MAX_REASON)
    check.done(SessionInvalid)
    matter = sitting.matter(request.matter_id)
    if matter.state is MatterState.DECIDED:
        raise MatterNotWaiting(question=matter.question)
    for motion in sitting.open:
        if motion.matter_id == matter.id and request.member in room_of(sitting, motion, work).voted:
            raise InterestTooLate
    interest = Interest(person_id=request.member, reason=request.reason.strip(), declared_by=by.id, declared_at=at)
    work.council_sessions.add_interest(matter.id, interest)
    work.record(
        InterestDeclared(
            by=by.id,
            at=at,
            agency_id=matter.agency_id,
            council_session_id=sitting.session.id,
            matter_id=matter.id,
            member=interest.person_id,
            reason=Private(value=interest.reason),
        )
    )
    return interest
