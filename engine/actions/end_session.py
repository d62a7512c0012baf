"""End a session of a council: close it, or adjourn it with a reason."""

from dataclasses import dataclass
from datetime import datetime

from engine.conducting import release, sitting_of, void, with_session
from engine.council_events import SessionEnded
from engine.council_sessions import CouncilSession, SessionInvalid, SessionState
from engine.council_votes import VoteOpen
from engine.drafts import FieldChecks
from engine.ids import CouncilSessionId
from engine.people import Person
from engine.ports import UnitOfWork

MAX_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSession:
    """The end of a session; with a *reason* it is adjourned, or cancelled where it was never opened."""

    session_id: CouncilSessionId
    reason: str = ""


def end_session(request: EndSession, *, by: Person, at: datetime, work: UnitOfWork) -> CouncilSession:
    """Keep the end; an open vote is void then, and what was not voted on waits for another session.

    Raises:
        SessionNotFound, CouncilNotFound, NotYoursToRun: The session is not this person's to conduct.
        SessionNotInState: It is over.
        VoteOpen: It is to be closed, and a vote is open.
        SessionInvalid: It was never opened, and no reason is given.
    """
    sitting = sitting_of(request.session_id, by, work)
    sitting.require_run_by(by)
    session, reason = sitting.session, request.reason.strip()
    session.require(SessionState.CONVENED, SessionState.OPEN)
    if not reason and sitting.open:
        raise VoteOpen
    check = FieldChecks()
    if reason or session.state is SessionState.CONVENED:
        check.text("reason", reason, MAX_REASON)
    check.done(SessionInvalid)
    for motion in sitting.open:
        void(motion, reason, by=by.id, at=at, work=work)
    undecided = release(sitting.matters, work)
    ended = session.ended(_state(session, reason), at, reason)
    with_session(sitting, ended, work)
    work.record(
        SessionEnded(
            by=by.id,
            at=at,
            agency_id=ended.agency_id,
            council_session_id=ended.id,
            state=ended.state.value,
            reason=reason,
            undecided=undecided,
        )
    )
    return ended


def _state(session: CouncilSession, reason: str) -> SessionState:
    if session.state is SessionState.CONVENED:
        return SessionState.CANCELLED
    return SessionState.ADJOURNED if reason else SessionState.CLOSED
