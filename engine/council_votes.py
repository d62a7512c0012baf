"""Votes of a council: who may cast a ballot on a matter, whether enough take part, and how the ballots are counted.

All shares are compared as fractions: 6 of 7 is 85.714… % and never 86. What decides is who *attends* a vote: in a
meeting the members with a vote in the room, and those whose ballot is in the box although they have left since; in
writing those whose opinion came.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from math import floor

from engine.council_sessions import BallotKind, CouncilSession, SessionForm
from engine.councils import Council, PassBase
from engine.errors import Conflict, Forbidden, NotFound, OurFault
from engine.ids import AgencyId, CouncilSessionId, MatterId, MotionId, PersonId


class Choice(StrEnum):
    """What a ballot says."""

    AGREE = "agree"
    DISAGREE = "disagree"
    ABSTAIN = "abstain"


class MotionState(StrEnum):
    """Whether ballots are taken, are counted, or were thrown away."""

    OPEN = "open"
    CLOSED = "closed"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The result of a vote.

    Attributes:
        members: Those the quorum is counted of.
        present: Those who attended the vote.
        unused: Those of them who gave no ballot.
        base: Those the share that agrees is counted of.
    """

    members: int
    present: int
    agreed: int
    disagreed: int
    abstained: int
    base: int
    passed: bool

    @property
    def unused(self) -> int:
        """How many attended and gave no ballot."""
        return self.present - self.agreed - self.disagreed - self.abstained

    @property
    def percent(self) -> Fraction:
        """The share that agrees, in hundredths, exactly."""
        return Fraction(100 * self.agreed, self.base) if self.base else Fraction(0)

    @property
    def percent_text(self) -> str:
        """The share as printed: two decimals at most, cut off and never rounded up, so that 89.996 is not 90."""
        hundredths = floor(self.percent * 100)
        return f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".")

    @property
    def is_divided(self) -> bool:
        """Whether opinions differ: not everybody who attended agreed, or nobody did."""
        return self.agreed not in (0, self.present)


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """A matter put to the vote in a session; *round* counts the votes on it from 1, *attending* is who took part."""

    id: MotionId
    session_id: CouncilSessionId
    matter_id: MatterId
    agency_id: AgencyId
    ballot: BallotKind
    presiding: PersonId
    opened_by: PersonId
    opened_at: datetime
    round: int = 1
    state: MotionState = MotionState.OPEN
    closed_at: datetime | None = None
    reason: str = ""
    tally: Tally | None = None
    attending: frozenset[PersonId] = frozenset()

    def require_open(self) -> None:
        """Raise VoteNotOpen unless ballots are taken."""
        if self.state is not MotionState.OPEN:
            raise VoteNotOpen

    def closed(self, tally: Tally, attending: frozenset[PersonId], at: datetime) -> "Motion":
        """Return it as counted, with who attended. Raises VoteNotOpen."""
        self.require_open()
        return replace(self, state=MotionState.CLOSED, tally=tally, attending=attending, closed_at=at)

    def voided(self, reason: str, at: datetime) -> "Motion":
        """Return it with its ballots thrown away. Raises VoteNotOpen."""
        self.require_open()
        return replace(self, state=MotionState.VOID, reason=reason, closed_at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One member's ballot.

    Attributes:
        choice: What it says; None in a secret vote, where it is kept sealed and apart from any reason.
        opinion: What the member wrote to it, in an open vote.
        sealed: What a secret ballot says until it is counted, for the safe of the installation to open.
    """

    motion_id: MotionId
    person_id: PersonId
    at: datetime
    choice: Choice | None
    opinion: str = ""
    sealed: str | None = None


def folded(ballot: Ballot, choice: Choice) -> str:
    """Return a secret ballot as it is put into the safe: all are equally long, and good for one member in one vote."""
    return f"{ballot.motion_id}:{ballot.person_id}:{choice.value:<8}"


def unfolded(ballot: Ballot, opened: str) -> Choice:
    """Return what a secret ballot says. Raises BallotDamaged: it is not the one this member cast in this vote."""
    before, _, said = opened.rpartition(":")
    if before != f"{ballot.motion_id}:{ballot.person_id}":
        raise BallotDamaged
    return Choice(said.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Everybody a vote on one matter is about: the council, its session, who keeps out, who has cast a ballot."""

    council: Council
    session: CouncilSession
    interested: frozenset[PersonId] = frozenset()
    voted: frozenset[PersonId] = frozenset()

    @property
    def eligible(self) -> frozenset[PersonId]:
        """Who may vote on the matter, in the room or not."""
        return self.council.voters - self.interested

    @property
    def attending(self) -> frozenset[PersonId]:
        """Who attends the vote."""
        here = frozenset() if self.session.form is SessionForm.WRITTEN else self.session.present
        return self.eligible & (here | self.voted)

    @property
    def missing(self) -> frozenset[PersonId]:
        """Whose ballot may still come: everybody attending, in writing everybody who may."""
        expected = self.eligible if self.session.form is SessionForm.WRITTEN else self.attending
        return expected - self.voted

    @property
    def members(self) -> int:
        """How many the quorum is counted of."""
        return len(self.council.voters if self.council.rules.interested_count else self.eligible)

    @property
    def needed(self) -> int:
        """How many must attend."""
        return self.council.rules.quorum.least_of(self.members)

    @property
    def has_quorum(self) -> bool:
        """Whether enough attend."""
        return self.council.rules.quorum.reached_by(len(self.attending), self.members)

    def require_quorum(self) -> None:
        """Raise QuorumMissing unless enough attend."""
        if not self.has_quorum:
            raise QuorumMissing(present=len(self.attending), members=self.members, needed=self.needed)

    def require_vote_of(self, person_id: PersonId, name: str = "") -> None:
        """Raise unless this person may cast a ballot now.

        Raises:
            NotAMember: They do not sit in the council.
            WithoutVote: They keep its minutes only.
            KeptOutByInterest: They declared an interest in the matter.
            VotedAlready: Their ballot is in.
            NotInTheRoom: They are not present.
            QuorumLost: Too few are left for the vote to go on.
        """
        if not self.council.get(person_id).votes:
            raise WithoutVote
        if person_id in self.interested:
            raise KeptOutByInterest
        if person_id in self.voted:
            raise VotedAlready
        if self.session.form is SessionForm.WRITTEN:
            return
        if person_id not in self.session.present:
            raise NotInTheRoom
        if not self.has_quorum:
            raise QuorumLost(present=len(self.attending), members=self.members, needed=self.needed)

    def tally(self, choices: Iterable[Choice]) -> Tally:
        """Return the result of these ballots.

        Raises:
            QuorumLost: Too few attend for a result.
        """
        if not self.has_quorum:
            raise QuorumLost(present=len(self.attending), members=self.members, needed=self.needed)
        found, rules = Counter(choices), self.council.rules
        base = len(self.attending) if rules.base is PassBase.PRESENT else self.members
        return Tally(
            members=self.members,
            present=len(self.attending),
            agreed=found[Choice.AGREE],
            disagreed=found[Choice.DISAGREE],
            abstained=found[Choice.ABSTAIN],
            base=base,
            passed=rules.passing.reached_by(found[Choice.AGREE], base),
        )


class VoteNotOpen(Conflict):
    """Ballots are not taken any more."""

    code = "council_vote.not_open"
    template = "This vote is over; no ballot is taken any more. Look at the page of the session for its result."


class QuorumMissing(Conflict):
    """Too few take part for a vote to begin."""

    code = "council_vote.quorum_missing"
    template = (
        "%(present)s of %(members)s members take part in this vote; the rules of the council want %(needed)s. "
        "Wait for others to come, or adjourn the session."
    )


class QuorumLost(Conflict):
    """So many left during the vote that it has no result."""

    code = "council_vote.quorum_lost"
    template = (
        "Only %(present)s of %(members)s members still take part; the rules of the council want %(needed)s. "
        "No result comes of this vote so: wait for others, or adjourn the session and convene another."
    )


class VotedAlready(Conflict):
    """This member's ballot is in; nobody votes twice."""

    code = "council_vote.voted_already"
    template = "Your ballot on this is cast already. Nobody votes twice, and no ballot is changed."


class KeptOutByInterest(Forbidden):
    """A member with an interest in the matter takes no part in the vote on it."""

    code = "council_vote.interest"
    template = "You have an interest in this matter on record, so you take no part in the vote on it."


class WithoutVote(Forbidden):
    """The secretary of this council keeps its minutes and does not vote."""

    code = "council_vote.without_vote"
    template = "You keep the minutes of this council and have no vote in it."


class NotInTheRoom(Conflict):
    """The member is not on the roll as present."""

    code = "council_vote.not_present"
    template = "You are not on the roll of those present. Tell the secretary of the session, then vote."


class MotionNotFound(NotFound):
    """No such vote in this session."""

    code = "council_vote.not_found"
    template = "There is no such vote. Open the page of the session and choose one."


class VoteOpen(Conflict):
    """A vote of the session is open."""

    code = "council_vote.open"
    template = "A vote is open in this session. Close it first."


class BallotsStillOut(Conflict):
    """Opinions are due later, and not all have come."""

    code = "council_vote.ballots_out"
    template = "%(missing)s opinions have not come, and they are due until %(until)s. Wait until then."


class BallotDamaged(OurFault):
    """A sealed ballot was changed or put in another's place; nothing is counted."""

    code = "council_vote.ballot_damaged"
    template = (
        "A sealed ballot is not the one that was cast. Nothing is counted: void the vote and tell the administrator."
    )


class InterestTooLate(Conflict):
    """Who has voted cannot declare an interest any more while their ballot counts."""

    code = "council_vote.interest_too_late"
    template = (
        "This member's ballot on the matter is cast. Void the vote first, then record the interest and vote anew."
    )


class SecretGivesNoOpinion(Conflict):
    """A secret ballot carries no words, which could tell whose it is."""

    code = "council_vote.secret_without_words"
    template = "A secret ballot carries no words. Leave the opinion empty, or speak in the meeting."
