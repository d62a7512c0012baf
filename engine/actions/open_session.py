"""Call the roll of a council and open its session."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from engine.conducting import sitting_of, with_session
from engine.council_events import SessionOpened
from engine.council_sessions import CouncilSession, MayNotPreside, SessionMoved
from engine.ids import CouncilSessionId, PersonId
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """Who is there, and who presides; *rev* is the state of the session the person looked at."""

    session_id: CouncilSessionId
    present: Collection[PersonId]
    presiding: PersonId
    rev: int | None = None


def open_session(request: OpenSession, *, by: Person, at: datetime, work: UnitOfWork) -> CouncilSession:
    """Keep who is present, and open the session; a vote asks for its quorum when it begins.

    Raises:
        SessionNotFound, CouncilNotFound, NotYoursToRun: The session is not this person's to conduct.
        SessionNotInState, SessionMoved: It is open or over, or changed meanwhile.
        NotAMember: Somebody on the roll does not sit in the council.
        MayNotPreside: Who is to preside is not the chair or a deputy, or is not there.
    """
    sitting = sitting_of(request.session_id, by, work)
    sitting.require_run_by(by)
    if request.rev not in (None, sitting.session.rev):
        raise SessionMoved
    for person_id in request.present:
        sitting.council.get(person_id)
    sitting.require_presiding(request.presiding)
    if request.presiding not in request.present:
        raise MayNotPreside
    session = sitting.session.opened(frozenset(request.present), request.presiding, at)
    with_session(sitting, session, work)
    work.record(
        SessionOpened(
            by=by.id,
            at=at,
            agency_id=session.agency_id,
            council_session_id=session.id,
            present=sorted(session.present),
            presiding=session.presiding,
        )
    )
    return session
