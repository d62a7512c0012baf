"""Note that a member came into the room of a session, or left it."""

from dataclasses import dataclass
from datetime import datetime

from engine.conducting import sitting_of, with_session
from engine.council_events import AttendanceMarked
from engine.council_sessions import CouncilSession, SessionForm, SessionNotInState
from engine.ids import CouncilSessionId, PersonId
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkAttendance:
    """Which member is in the room now, or not any more."""

    session_id: CouncilSessionId
    member: PersonId
    is_present: bool


def mark_attendance(request: MarkAttendance, *, by: Person, at: datetime, work: UnitOfWork) -> CouncilSession:
    """Keep it; said twice it changes nothing. A vote that loses its quorum by it takes no ballot any more.

    Raises:
        SessionNotFound, CouncilNotFound, NotYoursToRun: The session is not this person's to conduct.
        SessionNotInState: It is not open, or has no room since opinions are given in writing.
        NotAMember: The person does not sit in the council.
    """
    sitting = sitting_of(request.session_id, by, work)
    sitting.require_run_by(by)
    if sitting.session.form is SessionForm.WRITTEN:
        raise SessionNotInState(state=SessionForm.WRITTEN.value)
    sitting.council.get(request.member)
    before, one = sitting.session.present, frozenset({request.member})
    session = sitting.session.with_present(before | one if request.is_present else before - one)
    if session.present == before:
        return sitting.session
    with_session(sitting, session, work)
    work.record(
        AttendanceMarked(
            by=by.id,
            at=at,
            agency_id=session.agency_id,
            council_session_id=session.id,
            member=request.member,
            is_present=request.is_present,
        )
    )
    return session
