"""Remind members of councils whose opinions in writing have not come."""

from datetime import timedelta
from typing import Final

from engine.conducting import Sitting, room_for
from engine.council_sessions import CouncilSession
from engine.council_votes import MotionState
from engine.deadlines import VIETNAM
from engine.ids import PersonId
from engine.neighbours import Services
from engine.notices import News, NoticeKind
from engine.notify import notify
from engine.ports import UnitOfWork

AHEAD: Final = timedelta(days=1)
"""So long before the last moment members are reminded."""
SOON: Final = "Your opinion for %(council)s has not come; it is due until %(moment)s."


def remind_members(*, services: Services) -> int:
    """Tell, once each, whose opinion is missing a day before it is due; return of how many sessions."""
    at = services.clock()
    with services.begin() as work:
        due = [one for one in work.council_sessions.written_until(at + AHEAD) if one.until and one.until >= at]
        return sum(_remind(session, services, work) for session in due)


def _remind(session: CouncilSession, services: Services, work: UnitOfWork) -> bool:
    council, sessions = work.councils.get(session.council_id), work.council_sessions
    matters, motions = sessions.matters_of(session.id), sessions.motions_of(session.id)
    sitting = Sitting(council=council, session=session, matters=tuple(matters), motions=tuple(motions))
    missing = set[PersonId]()
    for motion in motions:
        if motion.state is MotionState.OPEN:
            voted = frozenset(ballot.person_id for ballot in sessions.ballots(motion.id))
            missing |= room_for(sitting, sitting.matter(motion.matter_id), voted).missing
    if not missing or session.until is None:
        return False
    news = News(
        agency_id=session.agency_id,
        kind=NoticeKind.WORK,
        source=f"council-session/{session.id}/soon",
        template=SOON,
        facts={"council": council.name, "moment": f"{session.until.astimezone(VIETNAM):%H:%M %d/%m/%Y}"},
        path=f"/council-sessions/{session.id}",
    )
    notify(sorted(missing), news, at=services.clock(), work=work)
    return True
