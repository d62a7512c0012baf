"""What happens to councils, in their sessions, and in their votes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.events import Event, Private
from engine.ids import CouncilId, CouncilSessionId, DocumentId, MatterId, MotionId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilFounded(Event):
    """A council was founded by its decision, with its members and the rules it votes by."""

    action = "council.founded"
    subject_type = "council"
    council_id: CouncilId
    name: str
    purpose: str
    basis: str
    decision_id: DocumentId | None
    members: Sequence[str]
    quorum: str
    passing: str
    base: str
    interested_count: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilEnded(Event):
    """A council got its last day."""

    action = "council.ended"
    subject_type = "council"
    council_id: CouncilId
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEvent(Event):
    """Something that happened in a session of a council."""

    subject_type = "council_session"
    council_session_id: CouncilSessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionConvened(SessionEvent):
    """A session was convened: its members were told when and where, or until when they give opinions in writing."""

    action = "council_session.convened"
    council_id: CouncilId
    matters: Sequence[MatterId]
    begins_at: datetime
    form: str
    ballot: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened(SessionEvent):
    """The roll was called and the session opened."""

    action = "council_session.opened"
    present: Sequence[PersonId]
    presiding: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceMarked(SessionEvent):
    """A member came into the room, or left it."""

    action = "council_session.attendance_marked"
    member: PersonId
    is_present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestDeclared(SessionEvent):
    """A member keeps out of the vote on a matter for an interest in it."""

    action = "council_session.interest_declared"
    matter_id: MatterId
    member: PersonId
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterTakenOff(SessionEvent):
    """A matter was taken off the agenda of a session, since what it is about was withdrawn."""

    action = "council_session.matter_taken_off"
    matter_id: MatterId
    document_id: DocumentId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(SessionEvent):
    """A session was closed, adjourned or cancelled; what it did not vote on waits for another."""

    action = "council_session.ended"
    state: str
    reason: str
    undecided: Sequence[MatterId]


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteEvent(Event):
    """Something that happened in a vote, of which session."""

    subject_type = "council_vote"
    council_vote_id: MotionId
    session_id: CouncilSessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteOpened(VoteEvent):
    """A matter was put to the vote."""

    action = "council_vote.opened"
    matter_id: MatterId
    ballot: str
    round: int
    presiding: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotCast(VoteEvent):
    """A member cast a ballot; what it says stands here in an open vote only, and in a secret one nowhere."""

    action = "council_vote.ballot_cast"
    choice: str | None
    opinion: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteClosed(VoteEvent):
    """The ballots were counted."""

    action = "council_vote.closed"
    matter_id: MatterId
    members: int
    present: int
    agreed: int
    disagreed: int
    abstained: int
    percent: str
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteVoided(VoteEvent):
    """A vote has no result, and its ballots were thrown away."""

    action = "council_vote.voided"
    matter_id: MatterId
    reason: str
