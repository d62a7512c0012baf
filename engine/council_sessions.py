"""Sessions of councils: what is put to one, when and how it meets, who is in the room."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.ids import AgencyId, CouncilId, CouncilSessionId, DocumentId, InstanceId, MatterId, PersonId


class SessionForm(StrEnum):
    """Whether members meet, or give their opinions in writing until a day."""

    MEETING = "meeting"
    WRITTEN = "written"


class BallotKind(StrEnum):
    """Whether it is known who voted what."""

    OPEN = "open"
    SECRET = "secret"  # noqa: S105  how people vote, no password


class SessionState(StrEnum):
    """How far a session is; an adjourned one was broken off, and its matters wait for another."""

    CONVENED = "convened"
    OPEN = "open"
    CLOSED = "closed"
    ADJOURNED = "adjourned"
    CANCELLED = "cancelled"


class MatterState(StrEnum):
    """How far a matter is: put to the council, on the agenda of a session, voted on, taken back."""

    WAITING = "waiting"
    CONVENED = "convened"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """What keeps a member out of the vote on one matter."""

    person_id: PersonId
    reason: str
    declared_by: PersonId
    declared_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Something put to a council for its vote.

    Attributes:
        document_id: What it is about, as the members read it.
        instance_id: The procedure that put it to the council; it is told the result.
        question: What is voted on, as it is read out and stands in the minutes.
        form: How it is asked to be taken: in a meeting, or in writing.
        session_id: The session on whose agenda it is.
    """

    id: MatterId
    council_id: CouncilId
    agency_id: AgencyId
    document_id: DocumentId
    instance_id: InstanceId
    question: str
    asked_at: datetime
    form: SessionForm = SessionForm.MEETING
    state: MatterState = MatterState.WAITING
    session_id: CouncilSessionId | None = None
    interests: tuple[Interest, ...] = ()

    @property
    def interested(self) -> frozenset[PersonId]:
        """Who keeps out of the vote on it."""
        return frozenset(interest.person_id for interest in self.interests)

    def convened(self, session_id: CouncilSessionId) -> "Matter":
        """Return it as on the agenda of a session. Raises MatterNotWaiting."""
        if self.state is not MatterState.WAITING:
            raise MatterNotWaiting(question=self.question)
        return replace(self, state=MatterState.CONVENED, session_id=session_id)

    def waiting(self) -> "Matter":
        """Return it as waiting for another session."""
        return replace(self, state=MatterState.WAITING, session_id=None)

    def decided(self) -> "Matter":
        """Return it as voted on."""
        return replace(self, state=MatterState.DECIDED)

    def withdrawn(self) -> "Matter":
        """Return it as taken back by its procedure. Raises MatterNotWaiting: it is on an agenda, or decided."""
        if self.state is not MatterState.WAITING:
            raise MatterNotWaiting(question=self.question)
        return replace(self, state=MatterState.WITHDRAWN)

    def taken_off(self) -> "Matter":
        """Return it as taken back, though it may be on an agenda. Raises MatterNotWaiting: it is settled."""
        if self.state not in (MatterState.WAITING, MatterState.CONVENED):
            raise MatterNotWaiting(question=self.question)
        return replace(self, state=MatterState.WITHDRAWN, session_id=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilSession:
    """One session of a council.

    Attributes:
        at: When it begins.
        until: When written opinions are due; None for a meeting.
        present: Who is in the room now; of written opinions always empty.
        roll: Who was there when it was opened.
        agenda: What was put on its agenda, whatever became of it.
        reason: Why it was adjourned or cancelled.
    """

    id: CouncilSessionId
    council_id: CouncilId
    agency_id: AgencyId
    at: datetime
    place: str
    form: SessionForm
    ballot: BallotKind
    convened_by: PersonId
    convened_at: datetime
    presiding: PersonId
    until: datetime | None = None
    state: SessionState = SessionState.CONVENED
    present: frozenset[PersonId] = frozenset()
    roll: frozenset[PersonId] = frozenset()
    agenda: tuple[MatterId, ...] = ()
    opened_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    rev: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens in it."""
        return self.state not in (SessionState.CONVENED, SessionState.OPEN)

    def require(self, *states: SessionState) -> None:
        """Raise SessionNotInState unless it is in one of these."""
        if self.state not in states:
            raise SessionNotInState(state=self.state.value)

    def opened(self, present: frozenset[PersonId], presiding: PersonId, at: datetime) -> "CouncilSession":
        """Return it as opened after the roll call. Raises SessionNotInState."""
        self.require(SessionState.CONVENED)
        opened = replace(self, state=SessionState.OPEN, present=present, roll=present, presiding=presiding)
        return replace(opened, opened_at=at, rev=self.rev + 1)

    def with_present(self, present: frozenset[PersonId]) -> "CouncilSession":
        """Return it with these people in the room. Raises SessionNotInState."""
        self.require(SessionState.OPEN)
        return replace(self, present=present, rev=self.rev + 1)

    def ended(self, state: SessionState, at: datetime, reason: str = "") -> "CouncilSession":
        """Return it as over. Raises SessionNotInState."""
        self.require(SessionState.CONVENED, SessionState.OPEN)
        return replace(self, state=state, ended_at=at, reason=reason, rev=self.rev + 1)


class MatterNotWaiting(Conflict):
    """The matter is on the agenda of a session, or voted on, or taken back."""

    code = "council_matter.not_waiting"
    template = "'%(question)s' is on the agenda of a session already, or settled. Look at the page of the council."


class MatterTakenBack(Conflict):
    """The matter was on the agenda, and what it is about was withdrawn since."""

    code = "council_matter.taken_back"
    template = (
        "'%(question)s' is off the agenda, since its dossier was withdrawn. There is nothing to vote on; go on with "
        "the next matter, or end the session."
    )


class SessionNotInState(Conflict):
    """The session is not where this can be done."""

    code = "council_session.not_in_state"
    template = "This cannot be done while the session is '%(state)s'. Look at the page of the session."


class SessionNotFound(NotFound):
    """No such session, or not one this person is to know of."""

    code = "council_session.not_found"
    template = "There is no such session. Choose one from the page of the council."


class MatterNotFound(NotFound):
    """No such matter before this council."""

    code = "council_matter.not_found"
    template = "There is no such matter before this council. Choose one from its page."


class SessionMoved(Conflict):
    """Somebody changed the session while this person looked at an earlier state of it."""

    code = "council_session.moved"
    template = "The session changed meanwhile. Look at its page again, then do this."


class SessionInvalid(Invalid):
    """Some fields of a session are wrong; all are named."""

    code = "council_session.invalid"
    template = "This cannot be kept so. Correct what is marked and send it again."


class NotYoursToRun(Forbidden):
    """Chair, deputies and secretary convene and conduct the sessions of a council."""

    code = "council_session.not_yours"
    template = "Sessions are convened and conducted by the chair, their deputies and the secretary. Ask one of them."


class MayNotPreside(Conflict):
    """Who presides is the chair or a deputy, is in the room, and has no interest in what is voted on."""

    code = "council_session.may_not_preside"
    template = "The chair or a deputy chair presides, who is present and has no interest in the matter. Choose another."
