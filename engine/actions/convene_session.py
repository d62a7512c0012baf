"""Convene a session of a council: its agenda, when and where or until when, and word to every member."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.conducting import council_of, put_to_vote
from engine.council_events import SessionConvened
from engine.council_sessions import (
    BallotKind,
    CouncilSession,
    Matter,
    NotYoursToRun,
    SessionForm,
    SessionInvalid,
    SessionState,
)
from engine.councils import Council, CouncilOver
from engine.deadlines import VIETNAM, office_date
from engine.drafts import FieldChecks
from engine.ids import CouncilId, CouncilSessionId, MatterId
from engine.notices import News, NoticeKind
from engine.notify import notify
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once

MAX_PLACE = 200
MAX_AGENDA = 50
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConveneSession:
    """A session to be convened; *until* is for written opinions, *place* for meetings."""

    council_id: CouncilId
    matters: Sequence[MatterId]
    at: datetime
    place: str = ""
    form: SessionForm = SessionForm.MEETING
    ballot: BallotKind = BallotKind.OPEN
    until: datetime | None = None
    once: Once | None = None


def convene_session(request: ConveneSession, *, by: Person, at: datetime, work: UnitOfWork) -> CouncilSession:
    """Keep the session, put the matters on its agenda and tell the members; written ones are voted on from now on.

    Raises:
        CouncilNotFound, NotYoursToRun: The council is not this person's to convene.
        CouncilOver: It is not in office on that day.
        SessionInvalid: Some fields are wrong; all are named.
        MatterNotWaiting: A matter is on another agenda, or settled.
    """
    council = council_of(request.council_id, by, work)
    if not council.may_be_run_by(by.id):
        raise NotYoursToRun
    if request.once and (known := work.requests.find(by.id, request.once)):
        return work.council_sessions.get(CouncilSessionId(known))
    matters = _require_right(request, council, at, work)
    session = replace(_session(request, council, by, at, work), agenda=tuple(matter.id for matter in matters))
    work.council_sessions.add(session)
    for matter in matters:
        work.council_sessions.save_matter(matter.convened(session.id))
    if request.once:
        work.requests.remember(by.id, request.once, session.id, at)
    work.record(_event(session, matters, by))
    if session.form is SessionForm.WRITTEN:
        for matter in matters:
            put_to_vote(matter, session, by=by.id, at=at, work=work)
    _tell(session, council, by, work)
    return session


def _require_right(request: ConveneSession, council: Council, at: datetime, work: UnitOfWork) -> Sequence[Matter]:
    check, is_written = FieldChecks(), request.form is SessionForm.WRITTEN
    if not at - timedelta(hours=12) <= request.at <= at + FARTHEST:
        check.add("at", "not_near", "A session begins today or within a year. Choose another moment.")
    if is_written and (request.until is None or not max(at, request.at) < request.until <= at + FARTHEST):
        check.add("until", "required", "Say until when opinions are given, after the beginning and within a year.")
    if not is_written:
        check.text("place", request.place, MAX_PLACE)
    if not 0 < len(set(request.matters)) <= MAX_AGENDA:
        check.add("matters", "required", f"Put one to {MAX_AGENDA} matters on the agenda.")
    found = work.council_sessions.lock_matters(request.matters) if request.matters else ()
    if {matter.id for matter in found if matter.council_id == council.id} != set(request.matters):
        check.add("matters", "not_found", "There is no such matter before this council. Choose from those that wait.")
    check.done(SessionInvalid)
    if not council.is_in_office(office_date(request.at)):
        raise CouncilOver(day=f"{office_date(request.at):%d/%m/%Y}")
    return found


def _session(request: ConveneSession, council: Council, by: Person, at: datetime, work: UnitOfWork) -> CouncilSession:
    is_written = request.form is SessionForm.WRITTEN
    return CouncilSession(
        id=CouncilSessionId(work.new_id()),
        council_id=council.id,
        agency_id=council.agency_id,
        at=request.at,
        place=request.place.strip(),
        form=request.form,
        ballot=request.ballot,
        convened_by=by.id,
        convened_at=at,
        presiding=council.chair,
        until=request.until if is_written else None,
        state=SessionState.OPEN if is_written else SessionState.CONVENED,
        opened_at=at if is_written else None,
    )


def _tell(session: CouncilSession, council: Council, by: Person, work: UnitOfWork) -> None:
    moment = session.until or session.at
    template = (
        "You are invited to a session of %(council)s on %(moment)s."
        if session.form is SessionForm.MEETING
        else "%(council)s asks for your opinion in writing until %(moment)s."
    )
    news = News(
        agency_id=session.agency_id,
        kind=NoticeKind.WORK,
        source=f"council-session/{session.id}",
        template=template,
        facts={"council": council.name, "moment": f"{moment.astimezone(VIETNAM):%H:%M %d/%m/%Y}"},
        path=f"/council-sessions/{session.id}",
    )
    people = [member.person_id for member in council.members if member.person_id != by.id]
    notify(people, news, at=session.convened_at, work=work)


def _event(session: CouncilSession, matters: Sequence[Matter], by: Person) -> SessionConvened:
    return SessionConvened(
        by=by.id,
        at=session.convened_at,
        agency_id=session.agency_id,
        council_session_id=session.id,
        council_id=session.council_id,
        matters=[matter.id for matter in matters],
        begins_at=session.at,
        form=session.form.value,
        ballot=session.ballot.value,
        until=session.until,
    )
