"""What REST answers about sessions of councils: agenda, roll, votes; before a vote is closed nothing of its ballots."""

from datetime import datetime
from uuid import UUID

from api.rest.answers import Answer, Names, PersonRef
from engine.conducting import Sitting, room_for, sitting_of
from engine.council_sessions import BallotKind, CouncilSession, Matter, MatterState, SessionForm, SessionState
from engine.council_votes import Choice, Motion, MotionState
from engine.ids import CouncilSessionId
from engine.people import Person
from engine.ports import UnitOfWork


class InterestAnswer(Answer):
    """Who keeps out of the vote on a matter, and why."""

    member: PersonRef | None
    reason: str
    declared_at: datetime


class MatterAnswer(Answer):
    """A matter before a council; `form` is how it is asked to be taken."""

    id: UUID
    document_id: UUID
    question: str
    form: SessionForm
    state: MatterState
    session_id: UUID | None
    asked_at: datetime
    interests: list[InterestAnswer]


class TallyAnswer(Answer):
    """A result; `percent` is cut off after two decimals, `divided`: opinions differed."""

    members: int
    present: int
    agreed: int
    disagreed: int
    abstained: int
    unused: int
    base: int
    percent: str
    passed: bool
    divided: bool


class BallotAnswer(Answer):
    """Who cast a ballot; what it says in an open vote that is closed, and never in a secret one."""

    member: PersonRef | None
    choice: Choice | None
    opinion: str


class VoteAnswer(Answer):
    """A vote on a matter; while it is open, only how many ballots are missing is told."""

    id: UUID
    matter_id: UUID
    ballot: BallotKind
    state: MotionState
    round: int
    presiding: PersonRef | None
    opened_at: datetime
    closed_at: datetime | None
    reason: str
    missing: int
    attending: list[UUID]
    tally: TallyAnswer | None
    ballots: list[BallotAnswer]


class SessionLine(Answer):
    """A session in a list."""

    id: UUID
    council_id: UUID
    at: datetime
    place: str
    form: SessionForm
    ballot: BallotKind
    until: datetime | None
    state: SessionState
    presiding: PersonRef | None
    reason: str
    rev: int


class SessionAnswer(SessionLine):
    """A session with its agenda, who is present, and its votes."""

    present: list[PersonRef]
    roll: list[UUID]
    agenda: list[UUID]
    quorum_needed: int
    matters: list[MatterAnswer]
    votes: list[VoteAnswer]


def whole(session_id: CouncilSessionId, by: Person, work: UnitOfWork) -> SessionAnswer:
    """Return a session as it is now. Raises SessionNotFound, CouncilNotFound."""
    sitting = sitting_of(session_id, by, work, lock=False)
    names = Names(by.agency_id, work)
    session = sitting.session
    present = [
        names.person(member.person_id) for member in sitting.council.members if member.person_id in session.present
    ]
    voters = len(sitting.council.voters)
    return SessionAnswer(
        **session_line(session, names).model_dump(),
        present=[one for one in present if one is not None],
        roll=sorted(session.roll),
        agenda=list(session.agenda),
        quorum_needed=sitting.council.rules.quorum.least_of(voters),
        matters=[matter_answer(matter, names) for matter in sitting.matters],
        votes=[_vote(motion, sitting, names, work) for motion in sitting.motions],
    )


def session_line(session: CouncilSession, names: Names) -> SessionLine:
    """Return a session as lists show it."""
    return SessionLine(
        id=session.id,
        council_id=session.council_id,
        at=session.at,
        place=session.place,
        form=session.form,
        ballot=session.ballot,
        until=session.until,
        state=session.state,
        presiding=names.person(session.presiding),
        reason=session.reason,
        rev=session.rev,
    )


def matter_answer(matter: Matter, names: Names) -> MatterAnswer:
    """Return a matter."""
    return MatterAnswer(
        id=matter.id,
        document_id=matter.document_id,
        question=matter.question,
        form=matter.form,
        state=matter.state,
        session_id=matter.session_id,
        asked_at=matter.asked_at,
        interests=[
            InterestAnswer(member=names.person(one.person_id), reason=one.reason, declared_at=one.declared_at)
            for one in matter.interests
        ],
    )


def _vote(motion: Motion, sitting: Sitting, names: Names, work: UnitOfWork) -> VoteAnswer:
    ballots = work.council_sessions.ballots(motion.id)
    is_open = motion.state is MotionState.OPEN
    missing = 0
    if is_open:
        voted = frozenset(ballot.person_id for ballot in ballots)
        missing = len(room_for(sitting, sitting.matter(motion.matter_id), voted).missing)
    told = motion.state is MotionState.CLOSED
    return VoteAnswer(
        id=motion.id,
        matter_id=motion.matter_id,
        ballot=motion.ballot,
        state=motion.state,
        round=motion.round,
        presiding=names.person(motion.presiding),
        opened_at=motion.opened_at,
        closed_at=motion.closed_at,
        reason=motion.reason,
        missing=missing,
        attending=sorted(motion.attending),
        tally=_tally(motion),
        ballots=[
            BallotAnswer(
                member=names.person(ballot.person_id),
                choice=ballot.choice if told else None,
                opinion=ballot.opinion if told else "",
            )
            for ballot in ballots
        ],
    )


def _tally(motion: Motion) -> TallyAnswer | None:
    tally = motion.tally
    if tally is None:
        return None
    return TallyAnswer(
        members=tally.members,
        present=tally.present,
        agreed=tally.agreed,
        disagreed=tally.disagreed,
        abstained=tally.abstained,
        unused=tally.unused,
        base=tally.base,
        percent=tally.percent_text,
        passed=tally.passed,
        divided=tally.is_divided,
    )
