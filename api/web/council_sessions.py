"""A council's session as its secretary conducts it and its members follow it, and the page on which a member votes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep, WorkDep
from api.problems import status_of
from api.web.desk import Desk, DeskDep
from api.web.forms import CHOOSE, Form, FormDep, Typed, id_of
from api.web.names import Names, names_of
from api.web.recognition_dossiers import dossier_at
from api.web.words import msgid
from engine.actions.cast_ballot import CastBallot, cast_ballot
from engine.actions.close_vote import close_vote
from engine.actions.declare_interest import DeclareInterest, declare_interest
from engine.actions.end_session import EndSession, end_session
from engine.actions.mark_attendance import MarkAttendance, mark_attendance
from engine.actions.open_session import OpenSession, open_session
from engine.actions.open_vote import open_vote
from engine.actions.void_vote import void_vote
from engine.conducting import Sitting, room_for, room_of, sitting_of
from engine.council_sessions import Matter, MatterState, SessionForm, SessionInvalid
from engine.council_votes import Ballot, Choice, Motion, MotionState, Room
from engine.documents import Document
from engine.dossiers import Dossier
from engine.errors import FieldError, Invalid, Refusal
from engine.ids import CouncilSessionId, MatterId, MotionId, PersonId
from engine.ports import UnitOfWork

router = APIRouter()

LABELS: Final = {"choice": msgid("My ballot"), "opinion": msgid("My opinion")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One matter of the agenda as the page shows it.

    Attributes:
        room: Everybody a vote on it is about, or would be.
        ballots: Of the last vote: who cast one, and what it says where that is told.
        minutes: The minutes, once they are made.
        dossier: The dossier it is about, where the reader may see it.
    """

    matter: Matter
    document: Document
    room: Room
    motions: Sequence[Motion]
    ballots: Sequence[Ballot]
    minutes: Document | None
    dossier: Dossier | None

    @property
    def last(self) -> Motion | None:
        """The newest vote on it."""
        return self.motions[-1] if self.motions else None

    @property
    def is_open(self) -> bool:
        """Whether ballots are taken."""
        return self.last is not None and self.last.state is MotionState.OPEN

    def awaits(self, person_id: PersonId) -> bool:
        """Say whether this member's ballot may be cast and is not."""
        lost = self.room.session.until is None and not self.room.has_quorum
        return self.is_open and not lost and person_id in self.room.missing

    def may_be_counted(self, at: datetime) -> bool:
        """Say whether the vote has a result now: in writing when all opinions are in, or their day is over."""
        until = self.room.session.until
        return self.room.has_quorum and (until is None or not self.room.missing or at > until)

    @property
    def may_be_opened(self) -> bool:
        """Whether it can be put to the vote."""
        return self.matter.state is MatterState.CONVENED and not self.is_open

    @property
    def shows_names(self) -> bool:
        """Whether it is told who voted what."""
        last = self.last
        return last is not None and last.state is MotionState.CLOSED and any(one.choice for one in self.ballots)


@router.get("/council-sessions/{session_id}")
def show(desk: DeskDep, work: WorkDep, session_id: str) -> Response:
    """Show the session as it is now."""
    sitting = sitting_of(CouncilSessionId(id_of(session_id)), desk.person, work, lock=False)
    return desk.page(
        "councils/session.html",
        council=sitting.council,
        session=sitting.session,
        elsewhere=[one for one in work.council_sessions.agenda_of(sitting.session) if one not in sitting.matters],
        points=[_point(matter, sitting, desk, work) for matter in sitting.matters],
        now=desk.at,
        is_written=sitting.session.form is SessionForm.WRITTEN,
        conducts=sitting.council.may_be_run_by(desk.person.id) and not sitting.session.is_over,
        member=sitting.council.find(desk.person.id),
        any_open=bool(sitting.open),
        names=_names(desk, work),
    )


@router.post("/council-sessions/{session_id}/opening")
def call_roll(desk: DeskDep, form: FormDep, work: WorkDep, session_id: str) -> Response:
    """Open the session with those who are there."""
    present = [PersonId(id_of(one)) for one in form.texts("present")]
    request = OpenSession(
        session_id=CouncilSessionId(id_of(session_id)),
        present=present,
        presiding=PersonId(form.id("presiding")),
        rev=form.number("rev"),
    )
    open_session(request, by=desk.person, at=desk.at, work=work)
    return _back(desk, session_id, "session_opened")


@router.post("/council-sessions/{session_id}/attendance")
def mark(desk: DeskDep, form: FormDep, work: WorkDep, session_id: str) -> Response:
    """Note that somebody came or left."""
    request = MarkAttendance(
        session_id=CouncilSessionId(id_of(session_id)),
        member=PersonId(form.id("member")),
        is_present=form.text("is_present") == "yes",
    )
    mark_attendance(request, by=desk.person, at=desk.at, work=work)
    return _back(desk, session_id)


@router.post("/council-sessions/{session_id}/interests")
def declare(desk: DeskDep, form: FormDep, work: WorkDep, session_id: str) -> Response:
    """Keep somebody out of the votes on a matter."""
    request = DeclareInterest(
        session_id=CouncilSessionId(id_of(session_id)),
        matter_id=MatterId(form.id("matter")),
        member=PersonId(form.id("member")),
        reason=form.text("reason"),
    )
    declare_interest(request, by=desk.person, at=desk.at, work=work)
    return _back(desk, session_id, "interest_declared")


@router.post("/council-sessions/{session_id}/votes")
def put_to_vote(desk: DeskDep, form: FormDep, work: WorkDep, session_id: str) -> Response:
    """Open a vote."""
    key = CouncilSessionId(id_of(session_id))
    open_vote(key, MatterId(form.id("matter")), by=desk.person, at=desk.at, work=work)
    return _back(desk, session_id, "vote_opened")


@router.post("/council-sessions/{session_id}/end")
def end(desk: DeskDep, form: FormDep, work: WorkDep, session_id: str) -> Response:
    """Close the session, or adjourn it with a reason."""
    if form.text("how") == "adjourn" and not form.text("reason").strip():
        raise SessionInvalid(
            errors=[FieldError(field="reason", code="required", message="This field must not be empty.")]
        )
    reason = form.text("reason") if form.text("how") == "adjourn" else ""
    request = EndSession(session_id=CouncilSessionId(id_of(session_id)), reason=reason)
    end_session(request, by=desk.person, at=desk.at, work=work)
    return _back(desk, session_id, "session_ended")


@router.get("/council-votes/{vote_id}")
def show_ballot(desk: DeskDep, work: WorkDep, vote_id: str) -> Response:
    """Show a member what is voted on, and the ballot."""
    return _ballot(desk, work, vote_id, Typed.of(LABELS, desk.language))


def _ballot(desk: Desk, work: UnitOfWork, vote_id: str, form: Typed, status: int = 200) -> Response:
    motion = work.council_sessions.get_motion(MotionId(id_of(vote_id)))
    sitting = sitting_of(motion.session_id, desk.person, work, lock=False)
    sitting.council.get(desk.person.id)
    if motion.matter_id not in {matter.id for matter in sitting.matters}:
        # The session was adjourned, or the matter withdrawn: its page says what became of it.
        return _back(desk, str(motion.session_id))
    room = room_of(sitting, motion, work)
    return desk.page(
        "councils/ballot.html",
        status=status,
        form=form,
        council=sitting.council,
        session=sitting.session,
        motion=motion,
        matter=sitting.matter(motion.matter_id),
        hindrance=_hindrance(room, motion, desk),
        voted=desk.person.id in room.voted,
        dossier=dossier_at(sitting.matter(motion.matter_id).document_id, "review", desk, work),
    )


@router.post("/council-votes/{vote_id}/ballots")
def vote(desk: DeskDep, form: FormDep, services: ServicesDep, vote_id: str) -> Response:
    """Cast the person's ballot, or show it again with what is wrong."""
    try:
        motion = cast_ballot(_cast(form, vote_id), by=desk.person, services=services)
    except Invalid as refusal:
        typed = Typed.of(LABELS, desk.language).typed(form).refused(refusal, desk.language)
        with services.begin() as work:
            return _ballot(desk, work, vote_id, typed, status_of(refusal))
    return _back(desk, str(motion.session_id), "ballot_cast")


def _cast(form: Form, vote_id: str) -> CastBallot:
    chosen = form.text("choice")
    if chosen not in set(Choice):
        raise SessionInvalid(errors=[FieldError(field="choice", code="required", message=CHOOSE)])
    return CastBallot(motion_id=MotionId(id_of(vote_id)), choice=Choice(chosen), opinion=form.text("opinion"))


@router.post("/council-votes/{vote_id}/closing")
def close(desk: DeskDep, _: FormDep, services: ServicesDep, vote_id: str) -> Response:
    """Count the ballots."""
    motion = close_vote(MotionId(id_of(vote_id)), by=desk.person, services=services)
    return _back(desk, str(motion.session_id), "vote_closed")


@router.post("/council-votes/{vote_id}/voiding")
def throw_away(desk: DeskDep, form: FormDep, work: WorkDep, vote_id: str) -> Response:
    """Declare an open vote void."""
    motion = void_vote(MotionId(id_of(vote_id)), form.text("reason"), by=desk.person, at=desk.at, work=work)
    return _back(desk, str(motion.session_id), "vote_voided")


def _point(matter: Matter, sitting: Sitting, desk: Desk, work: UnitOfWork) -> Point:
    motions = [motion for motion in sitting.motions if motion.matter_id == matter.id]
    ballots = work.council_sessions.ballots(motions[-1].id) if motions else ()
    called = work.instances.called_by(matter.instance_id) if matter.state is MatterState.DECIDED else ()
    voted = frozenset(ballot.person_id for ballot in ballots)
    return Point(
        matter=matter,
        document=work.documents.get(matter.document_id),
        room=room_for(sitting, matter, voted if motions and motions[-1].state is not MotionState.VOID else frozenset()),
        motions=motions,
        ballots=ballots,
        minutes=work.documents.get(called[-1].document_id) if called else None,
        dossier=dossier_at(matter.document_id, "review", desk, work),
    )


def _hindrance(room: Room, motion: Motion, desk: Desk) -> str:
    """Return why the person cannot cast a ballot, or ''."""
    try:
        motion.require_open()
        room.require_vote_of(desk.person.id)
    except Refusal as refusal:
        return desk.says(refusal)
    return ""


def _back(desk: Desk, session_id: str, note: str | None = None) -> Response:
    return desk.to(f"/council-sessions/{session_id}", note)


def _names(desk: Desk, work: UnitOfWork) -> Names:
    return names_of(desk.person.agency_id, work, desk.speaks("the machine"))
