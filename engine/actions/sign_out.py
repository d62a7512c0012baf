"""Sign out: the session ends at once, wherever its token still lies."""

from datetime import datetime

from engine.events import SignedOut
from engine.people import Person, Session
from engine.ports import UnitOfWork


def sign_out(session: Session, *, by: Person, at: datetime, work: UnitOfWork) -> None:
    """End the session; ending it again is harmless."""
    work.people.end_session(session.id)
    work.record(SignedOut(by=by.id, at=at, agency_id=by.agency_id, session_id=session.id))
