"""Sessions of councils, what is on their agendas, and the votes in them, as rows.

What a secret ballot says is never in a column of its own: it lies sealed beside who cast it, and is removed when the
vote is counted (docs/decisions).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, any_, bindparam, exists, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.council_sessions import (
    BallotKind,
    CouncilSession,
    Interest,
    Matter,
    MatterNotFound,
    MatterState,
    SessionForm,
    SessionMoved,
    SessionNotFound,
    SessionState,
)
from engine.council_votes import Ballot, Choice, Motion, MotionNotFound, MotionState, Tally
from engine.ids import AgencyId, CouncilId, CouncilSessionId, DocumentId, InstanceId, MatterId, MotionId, PersonId
from engine.queries import Page, PageRequest
from storage.queries import id_in, page_of
from storage.schema import (
    council_ballots,
    council_interests,
    council_matters,
    council_members,
    council_motions,
    council_sessions,
)
from storage.statements import AnyRow, Fixed, Statements

_S, _M, _V, _B = council_sessions.c, council_matters.c, council_motions.c, council_ballots.c
_GET = Fixed(select(council_sessions).where(_S.id == bindparam("session")))
_LOCK = Fixed(select(council_sessions).where(_S.id == bindparam("session")).with_for_update())
_WRITTEN = Fixed(
    select(council_sessions)
    .where(_S.state == SessionState.OPEN.value, _S.until <= bindparam("moment"))
    .order_by(_S.until, _S.id)
)
_SAVE = (
    update(council_sessions)
    .where(_S.id == bindparam("session"), _S.rev == bindparam("before"))
    .values(
        state=bindparam("new_state"),
        present=bindparam("new_present"),
        roll=bindparam("new_roll"),
        presiding=bindparam("new_presiding"),
        opened_at=bindparam("opened"),
        ended_at=bindparam("ended"),
        reason=bindparam("why"),
        rev=bindparam("after"),
    )
)
_MATTERS = select(council_matters).order_by(_M.id)
_INTERESTS = select(council_interests).order_by(council_interests.c.declared_at, council_interests.c.person_id)
_SAVE_MATTER = (
    update(council_matters)
    .where(_M.id == bindparam("matter"))
    .values(state=bindparam("new_state"), session_id=bindparam("session"))
)
_MOTIONS = select(council_motions).order_by(_V.id)
_SAVE_MOTION = (
    update(council_motions)
    .where(_V.id == bindparam("motion"))
    .values(
        {name: bindparam(f"new_{name}") for name in ("state", "closed_at", "reason")}
        | {name: bindparam(f"new_{name}") for name in ("members", "present", "agreed", "disagreed", "abstained")}
        | {name: bindparam(f"new_{name}") for name in ("base", "passed", "attending")}
    )
)
_OPEN_FOR = Fixed(
    select(council_motions)
    .join(council_sessions, _S.id == _V.session_id)
    .join(
        council_members,
        and_(
            council_members.c.council_id == _S.council_id,
            council_members.c.person_id == bindparam("member"),
            council_members.c.votes,
        ),
    )
    .where(
        _V.state == MotionState.OPEN.value,
        # Whoever is not in the room has no ballot to cast there; an opinion in writing comes from anywhere.
        or_(_S.form == SessionForm.WRITTEN.value, bindparam("member") == any_(_S.present)),
        ~exists().where(_B.motion_id == _V.id, _B.person_id == bindparam("member")),
        ~exists().where(
            council_interests.c.matter_id == _V.matter_id, council_interests.c.person_id == bindparam("member")
        ),
    )
    .order_by(_V.id)
)
_BALLOTS = Fixed(select(council_ballots).where(_B.motion_id == bindparam("motion")).order_by(_B.person_id))
_BURN = update(council_ballots).where(_B.motion_id == bindparam("motion")).values(sealed=None)


class PostgresCouncilSessions:
    """Sessions and votes, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, session_id: CouncilSessionId) -> CouncilSession:
        """Return the session, or raise SessionNotFound."""
        return self._session(_GET, session_id)

    def lock(self, session_id: CouncilSessionId) -> CouncilSession:
        """Return the session, for changing it and all that is in it; or raise SessionNotFound."""
        return self._session(_LOCK, session_id)

    def _session(self, statement: Fixed, session_id: CouncilSessionId) -> CouncilSession:
        row = self._connection.ask_one(statement, {"session": session_id})
        if row is None:
            raise SessionNotFound
        return _session(row)

    def of_council(self, council_id: CouncilId, page: PageRequest) -> Page[CouncilSession]:
        """Return a page of its sessions, the newest first."""
        wanted = select(council_sessions).where(_S.council_id == council_id).order_by(_S.id.desc())
        if page.after is not None:
            wanted = wanted.where(_S.id < id_in(page.after))
        return page_of(self._connection, wanted, page, _session, lambda row: row.id)

    def add(self, session: CouncilSession) -> None:
        """Keep a new one."""
        plain = {name: getattr(session, name) for name in council_sessions.c.keys()}  # noqa: SIM118  no dict
        coded = {"form": session.form.value, "ballot": session.ballot.value, "state": session.state.value}
        sets = {"present": sorted(session.present), "roll": sorted(session.roll), "agenda": list(session.agenda)}
        self._connection.execute(insert(council_sessions), {**plain, **coded, **sets})

    def save(self, session: CouncilSession) -> None:
        """Keep the new value of a locked one."""
        new = {
            "session": session.id,
            "before": session.rev - 1,
            "after": session.rev,
            "new_state": session.state.value,
            "new_present": sorted(session.present),
            "new_roll": sorted(session.roll),
            "new_presiding": session.presiding,
            "opened": session.opened_at,
            "ended": session.ended_at,
            "why": session.reason,
        }
        if not self._connection.execute(_SAVE, new).rowcount:
            raise SessionMoved

    def get_matter(self, matter_id: MatterId) -> Matter:
        """Return the matter with the interests declared in it, or raise MatterNotFound."""
        found = self._matters(_MATTERS.where(_M.id == matter_id))
        if not found:
            raise MatterNotFound
        return found[0]

    def lock_matters(self, matter_ids: Collection[MatterId]) -> Sequence[Matter]:
        """Return those of these matters that are there, for changing, by their ids."""
        return self._matters(_MATTERS.where(_M.id.in_(list(matter_ids))).with_for_update())

    def matters_of(self, session_id: CouncilSessionId) -> Sequence[Matter]:
        """Return what is on its agenda, in the order it was put to the council."""
        return self._matters(_MATTERS.where(_M.session_id == session_id))

    def waiting(self, council_id: CouncilId) -> Sequence[Matter]:
        """Return what waits for a session of the council, the oldest first."""
        waits = _M.state == MatterState.WAITING.value
        return self._matters(_MATTERS.where(_M.council_id == council_id, waits).limit(200))

    def agenda_of(self, session: CouncilSession) -> Sequence[Matter]:
        """Return what was put on its agenda, also what waits for, or is on, another session now."""
        return self._matters(_MATTERS.where(_M.id.in_(list(session.agenda)))) if session.agenda else []

    def written_until(self, moment: datetime) -> Sequence[CouncilSession]:
        """Return the open sessions whose written opinions are due by this moment."""
        return [_session(row) for row in self._connection.ask(_WRITTEN, {"moment": moment})]

    def matters_about(self, document_id: DocumentId) -> Sequence[Matter]:
        """Return what was put to a council about the document, the oldest first."""
        return self._matters(_MATTERS.where(_M.document_id == document_id))

    def add_matter(self, matter: Matter) -> None:
        """Keep a new one."""
        plain = {name: getattr(matter, name) for name in council_matters.c.keys()}  # noqa: SIM118  no dict
        coded = {"form": matter.form.value, "state": matter.state.value}
        self._connection.execute(insert(council_matters), {**plain, **coded})

    def save_matter(self, matter: Matter) -> None:
        """Keep how far it is."""
        new = {"matter": matter.id, "new_state": matter.state.value, "session": matter.session_id}
        self._connection.execute(_SAVE_MATTER, new)

    def add_interest(self, matter_id: MatterId, interest: Interest) -> None:
        """Keep an interest; a second one of the same member says nothing new and changes nothing."""
        values = {
            "matter_id": matter_id,
            "person_id": interest.person_id,
            "reason": interest.reason,
            "declared_by": interest.declared_by,
            "declared_at": interest.declared_at,
        }
        self._connection.execute(upsert(council_interests).on_conflict_do_nothing(), values)

    def get_motion(self, motion_id: MotionId) -> Motion:
        """Return the vote, or raise MotionNotFound."""
        row = self._connection.execute(_MOTIONS.where(_V.id == motion_id)).one_or_none()
        if row is None:
            raise MotionNotFound
        return _motion(row)

    def motions_of(self, session_id: CouncilSessionId) -> Sequence[Motion]:
        """Return the votes of the session, the oldest first."""
        return [_motion(row) for row in self._connection.execute(_MOTIONS.where(_V.session_id == session_id))]

    def motions_on(self, matter_id: MatterId) -> Sequence[Motion]:
        """Return the votes on a matter, the oldest first."""
        return [_motion(row) for row in self._connection.execute(_MOTIONS.where(_V.matter_id == matter_id))]

    def open_for(self, person_id: PersonId) -> Sequence[Motion]:
        """Return the open votes of the councils this member has a vote in, which they have not cast a ballot in."""
        return [_motion(row) for row in self._connection.ask(_OPEN_FOR, {"member": person_id})]

    def add_motion(self, motion: Motion) -> None:
        """Keep a new one."""
        names = ("id", "session_id", "matter_id", "agency_id", "presiding", "opened_by", "opened_at", "round", "reason")
        plain = {name: getattr(motion, name) for name in names}
        coded = {"ballot": motion.ballot.value, "state": motion.state.value}
        self._connection.execute(insert(council_motions), {**plain, **coded})

    def save_motion(self, motion: Motion) -> None:
        """Keep it as counted, or void."""
        names = ("members", "present", "agreed", "disagreed", "abstained", "base", "passed")
        result = {f"new_{name}": None if motion.tally is None else getattr(motion.tally, name) for name in names}
        end = {"new_state": motion.state.value, "new_closed_at": motion.closed_at, "new_reason": motion.reason}
        attending = {"new_attending": sorted(motion.attending)}
        self._connection.execute(_SAVE_MOTION, {"motion": motion.id, **end, **result, **attending})

    def ballots(self, motion_id: MotionId) -> Sequence[Ballot]:
        """Return who cast a ballot, in no order that says when, with what it says as far as that is kept."""
        return [_ballot(row) for row in self._connection.ask(_BALLOTS, {"motion": motion_id})]

    def cast(self, ballot: Ballot) -> bool:
        """Keep a ballot; say whether this member had none in this vote before."""
        names = ("motion_id", "person_id", "at", "opinion", "sealed")
        choice = None if ballot.choice is None else ballot.choice.value
        values = {name: getattr(ballot, name) for name in names} | {"choice": choice}
        once = upsert(council_ballots).on_conflict_do_nothing().returning(_B.person_id)
        return self._connection.execute(once, values).one_or_none() is not None

    def burn(self, motion_id: MotionId) -> None:
        """Remove what the secret ballots of a vote say; who cast one stays known."""
        self._connection.execute(_BURN, {"motion": motion_id})

    def _matters(self, statement: Select[Any]) -> list[Matter]:
        rows = self._connection.execute(statement).all()
        if not rows:
            return []
        interests: dict[object, list[Interest]] = {row.id: [] for row in rows}
        found = self._connection.execute(_INTERESTS.where(council_interests.c.matter_id.in_(list(interests))))
        for row in found:
            interests[row.matter_id].append(_interest(row))
        return [_matter(row, tuple(interests[row.id])) for row in rows]


def _session(row: AnyRow) -> CouncilSession:
    return CouncilSession(
        id=CouncilSessionId(row.id),
        council_id=CouncilId(row.council_id),
        agency_id=AgencyId(row.agency_id),
        at=row.at,
        place=row.place,
        form=SessionForm(row.form),
        ballot=BallotKind(row.ballot),
        convened_by=PersonId(row.convened_by),
        convened_at=row.convened_at,
        presiding=PersonId(row.presiding),
        until=row.until,
        state=SessionState(row.state),
        present=frozenset(map(PersonId, row.present)),
        roll=frozenset(map(PersonId, row.roll)),
        agenda=tuple(map(MatterId, row.agenda)),
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        reason=row.reason,
        rev=row.rev,
    )


def _matter(row: AnyRow, interests: tuple[Interest, ...]) -> Matter:
    return Matter(
        id=MatterId(row.id),
        council_id=CouncilId(row.council_id),
        agency_id=AgencyId(row.agency_id),
        document_id=DocumentId(row.document_id),
        instance_id=InstanceId(row.instance_id),
        question=row.question,
        asked_at=row.asked_at,
        form=SessionForm(row.form),
        state=MatterState(row.state),
        session_id=None if row.session_id is None else CouncilSessionId(row.session_id),
        interests=interests,
    )


def _interest(row: AnyRow) -> Interest:
    return Interest(
        person_id=PersonId(row.person_id),
        reason=row.reason,
        declared_by=PersonId(row.declared_by),
        declared_at=row.declared_at,
    )


def _motion(row: AnyRow) -> Motion:
    return Motion(
        id=MotionId(row.id),
        session_id=CouncilSessionId(row.session_id),
        matter_id=MatterId(row.matter_id),
        agency_id=AgencyId(row.agency_id),
        ballot=BallotKind(row.ballot),
        presiding=PersonId(row.presiding),
        opened_by=PersonId(row.opened_by),
        opened_at=row.opened_at,
        round=row.round,
        state=MotionState(row.state),
        closed_at=row.closed_at,
        reason=row.reason,
        tally=_tally(row),
        attending=frozenset(map(PersonId, row.attending)),
    )


def _tally(row: AnyRow) -> Tally | None:
    if row.passed is None:
        return None
    names = ("members", "present", "agreed", "disagreed", "abstained", "base", "passed")
    return Tally(**{name: getattr(row, name) for name in names})


def _ballot(row: AnyRow) -> Ballot:
    return Ballot(
        motion_id=MotionId(row.motion_id),
        person_id=PersonId(row.person_id),
        at=row.at,
        choice=None if row.choice is None else Choice(row.choice),
        opinion=row.opinion,
        sealed=row.sealed,
    )
