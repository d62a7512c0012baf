"""Cast a member's ballot in a vote of their council."""

from dataclasses import dataclass, replace
from datetime import datetime

from engine.conducting import room_of, sitting_of
from engine.council_events import BallotCast
from engine.council_sessions import BallotKind, SessionInvalid
from engine.council_votes import Ballot, Choice, Motion, SecretGivesNoOpinion, VotedAlready, VoteNotOpen, folded
from engine.drafts import FieldChecks
from engine.events import Private
from engine.ids import MotionId
from engine.neighbours import Services
from engine.people import Person
from engine.ports import UnitOfWork

MAX_OPINION = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CastBallot:
    """A ballot, and in an open vote perhaps what the member has to say to it."""

    motion_id: MotionId
    choice: Choice
    opinion: str = ""


def cast_ballot(request: CastBallot, *, by: Person, services: Services) -> Motion:
    """Keep the ballot. In a secret vote what it says goes into the safe, and into no record.

    Nobody votes in another's place, whatever stand-in they are.

    Raises:
        MotionNotFound, CouncilNotFound: There is no such vote for this person.
        VoteNotOpen: Ballots are not taken any more, or the day for opinions has passed.
        NotAMember, WithoutVote, KeptOutByInterest, VotedAlready, NotInTheRoom, QuorumLost: See `Room`.
        SecretGivesNoOpinion, SessionInvalid: What is written with it cannot be kept.
        SafeLocked: The installation cannot seal secret ballots now.
    """
    with services.begin() as work:
        at = services.clock()
        known = work.council_sessions.get_motion(request.motion_id)
        sitting = sitting_of(known.session_id, by, work)
        # Read again behind the lock of the session: whoever closed the vote meanwhile came first.
        motion = sitting.motion(known.id)
        motion.require_open()
        if sitting.session.until is not None and at > sitting.session.until:
            raise VoteNotOpen
        room_of(sitting, motion, work).require_vote_of(by.id)
        _require_right(request, motion)
        _keep(request, motion, by, at, services, work)
        return motion


def _require_right(request: CastBallot, motion: Motion) -> None:
    if not request.opinion.strip():
        return
    # The branch depends on the kind of vote alone, never on what the ballot says.
    if motion.ballot is BallotKind.SECRET:
        raise SecretGivesNoOpinion
    check = FieldChecks()
    check.text("opinion", request.opinion, MAX_OPINION)
    check.done(SessionInvalid)


def _keep(request: CastBallot, motion: Motion, by: Person, at: datetime, services: Services, work: UnitOfWork) -> None:
    is_open, opinion = motion.ballot is BallotKind.OPEN, request.opinion.strip()
    choice = request.choice if is_open else None
    ballot = Ballot(motion_id=motion.id, person_id=by.id, at=at, choice=choice, opinion=opinion)
    if not is_open:
        ballot = replace(ballot, sealed=services.safe.seal(folded(ballot, request.choice)))
    if not work.council_sessions.cast(ballot):
        raise VotedAlready
    work.record(
        BallotCast(
            by=by.id,
            at=at,
            agency_id=motion.agency_id,
            council_vote_id=motion.id,
            session_id=motion.session_id,
            choice=None if choice is None else choice.value,
            opinion=Private(value=opinion),
        )
    )
