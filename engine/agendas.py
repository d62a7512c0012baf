"""Agendas of councils when what is on them is withdrawn: off it comes, nothing is voted on, who conducts is told."""

from datetime import datetime
from typing import Final

from engine.conducting import take_off
from engine.council_sessions import CouncilSession, Matter, MatterState
from engine.deadlines import VIETNAM
from engine.ids import DocumentId, PersonId
from engine.notices import News, NoticeKind
from engine.notify import notify
from engine.ports import UnitOfWork

TAKEN_OFF: Final = "A dossier was withdrawn, so it is off the agenda of %(council)s on %(moment)s."


def leave_agendas(document_id: DocumentId, reason: str, *, by: PersonId, at: datetime, work: UnitOfWork) -> int:
    """Take what was put to councils about the document back, as far as it was not voted on; return how much it was.

    An open vote is void, and of a session that was convened on it who presides and the secretary are told.

    Raises:
        SessionMoved: A session was convened on it at this very moment.
    """
    known = work.council_sessions.matters_about(document_id)
    pending = [one for one in known if one.state in (MatterState.WAITING, MatterState.CONVENED)]
    for matter in pending:
        session = take_off(matter, reason, by=by, at=at, work=work)
        if session is not None:
            _tell(matter, session, at, work)
    return len(pending)


def _tell(matter: Matter, session: CouncilSession, at: datetime, work: UnitOfWork) -> None:
    council = work.councils.get(session.council_id)
    news = News(
        agency_id=session.agency_id,
        kind=NoticeKind.WORK,
        source=f"council-matter/{matter.id}",
        template=TAKEN_OFF,
        facts={"council": council.name, "moment": f"{session.at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"},
        path=f"/council-sessions/{session.id}",
    )
    notify([council.secretary, session.presiding], news, at=at, work=work)
