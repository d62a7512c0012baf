"""Conducting a council's session: who may, who is in the room for a vote, and what follows when it ends."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from engine.council_events import MatterTakenOff, VoteOpened, VoteVoided
from engine.council_sessions import (
    CouncilSession,
    Matter,
    MatterNotFound,
    MatterState,
    MayNotPreside,
    NotYoursToRun,
    SessionMoved,
)
from engine.council_votes import Motion, MotionNotFound, MotionState, Room
from engine.councils import Council, CouncilNotFound
from engine.ids import CouncilId, CouncilSessionId, MatterId, MotionId, PersonId
from engine.messages import Sending
from engine.people import Person, Role
from engine.ports import UnitOfWork

DECIDED: Final = "council_decided"
"""The message by which the procedure of a matter learns that it was voted on; its correlation is the matter's id."""
PASS_MESSAGE: Final = "pass_message"  # noqa: S105  a job's name
READS_COUNCILS: Final = frozenset({Role.CLERK, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD, Role.AUDITOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A session held by the transaction, with its council and its agenda."""

    council: Council
    session: CouncilSession
    matters: tuple[Matter, ...]
    motions: tuple[Motion, ...]

    def matter(self, matter_id: MatterId) -> Matter:
        """Return a matter on the agenda, or raise MatterNotFound."""
        found = next((matter for matter in self.matters if matter.id == matter_id), None)
        if found is None:
            raise MatterNotFound
        return found

    def motion(self, motion_id: MotionId) -> Motion:
        """Return a vote of the session, or raise MotionNotFound."""
        found = next((motion for motion in self.motions if motion.id == motion_id), None)
        if found is None:
            raise MotionNotFound
        return found

    @property
    def open(self) -> tuple[Motion, ...]:
        """The votes in which ballots are taken."""
        return tuple(motion for motion in self.motions if motion.state is MotionState.OPEN)

    def require_run_by(self, person: Person) -> None:
        """Raise NotYoursToRun unless the person convenes and conducts its sessions."""
        if not self.council.may_be_run_by(person.id):
            raise NotYoursToRun

    def require_presiding(self, person_id: PersonId, matter: Matter | None = None) -> None:
        """Raise MayNotPreside unless this person may chair the session as it is now, and the vote on the matter."""
        interested = matter is not None and person_id in matter.interested
        if not self.council.may_preside(person_id) or interested:
            raise MayNotPreside


def may_know(person: Person, council: Council) -> bool:
    """Say whether the person may know of the council: its members, and who reads all of its agency."""
    own = person.agency_id == council.agency_id
    return own and (council.find(person.id) is not None or bool(person.powers & READS_COUNCILS))


def council_of(council_id: CouncilId, by: Person, work: UnitOfWork) -> Council:
    """Return the council. Raises CouncilNotFound, also where this person is not to know of it."""
    council = work.councils.get(council_id)
    if not may_know(by, council):
        raise CouncilNotFound
    return council


def sitting_of(session_id: CouncilSessionId, by: Person, work: UnitOfWork, *, lock: bool = True) -> Sitting:
    """Return the session with all that is in it. Raises SessionNotFound, CouncilNotFound as `council_of`."""
    sessions = work.council_sessions
    session = sessions.lock(session_id) if lock else sessions.get(session_id)
    return Sitting(
        council=council_of(session.council_id, by, work),
        session=session,
        matters=tuple(sessions.matters_of(session.id)),
        motions=tuple(sessions.motions_of(session.id)),
    )


def room_of(sitting: Sitting, motion: Motion, work: UnitOfWork) -> Room:
    """Return everybody a vote is about."""
    ballots = work.council_sessions.ballots(motion.id)
    voted = frozenset(ballot.person_id for ballot in ballots)
    return room_for(sitting, sitting.matter(motion.matter_id), voted)


def room_for(sitting: Sitting, matter: Matter, voted: frozenset[PersonId] = frozenset()) -> Room:
    """Return everybody a vote on a matter is about, or would be."""
    return Room(council=sitting.council, session=sitting.session, interested=matter.interested, voted=voted)


def put_to_vote(matter: Matter, session: CouncilSession, *, by: PersonId, at: datetime, work: UnitOfWork) -> Motion:
    """Open a vote on a matter of the session."""
    motion = Motion(
        id=MotionId(work.new_id()),
        session_id=session.id,
        matter_id=matter.id,
        agency_id=session.agency_id,
        ballot=session.ballot,
        presiding=session.presiding,
        opened_by=by,
        opened_at=at,
        round=1 + len(work.council_sessions.motions_on(matter.id)),
    )
    work.council_sessions.add_motion(motion)
    work.record(
        VoteOpened(
            by=by,
            at=at,
            agency_id=motion.agency_id,
            council_vote_id=motion.id,
            session_id=motion.session_id,
            matter_id=motion.matter_id,
            ballot=motion.ballot.value,
            round=motion.round,
            presiding=motion.presiding,
        )
    )
    return motion


def void(motion: Motion, reason: str, *, by: PersonId, at: datetime, work: UnitOfWork) -> Motion:
    """Throw the ballots of an open vote away, and record why."""
    voided = motion.voided(reason, at)
    work.council_sessions.burn(motion.id)
    work.council_sessions.save_motion(voided)
    work.record(
        VoteVoided(
            by=by,
            at=at,
            agency_id=motion.agency_id,
            council_vote_id=motion.id,
            session_id=motion.session_id,
            matter_id=motion.matter_id,
            reason=reason,
        )
    )
    return voided


def due_times(matters: Sequence[Matter], work: UnitOfWork) -> Mapping[MatterId, datetime]:
    """Return until when a session is to be held on each, as the step of the procedure that put it there has it.

    What has no time limit is left out.
    """
    steps = {matter.id: work.work_items.open_of(matter.instance_id) for matter in matters}
    limits = {key: [item.due_at for item in items if item.due_at is not None] for key, items in steps.items()}
    return {key: min(times) for key, times in limits.items() if times}


def release(matters: Sequence[Matter], work: UnitOfWork) -> tuple[MatterId, ...]:
    """Let those that were not voted on wait for another session; return which."""
    undecided = [matter for matter in matters if matter.state is MatterState.CONVENED]
    for matter in undecided:
        work.council_sessions.save_matter(matter.waiting())
    return tuple(matter.id for matter in undecided)


def take_off(known: Matter, reason: str, *, by: PersonId, at: datetime, work: UnitOfWork) -> CouncilSession | None:
    """Take a matter back that was not voted on; an open vote on it is void, and it is off the agenda it was on.

    Return the session whose agenda that is, None where it was on none or is settled.

    Raises:
        SessionMoved: A session that did not have it was convened on it at this very moment.
    """
    sessions = work.council_sessions
    # The session is held before its matter, as by everybody who conducts it.
    session = sessions.lock(known.session_id) if known.session_id else None
    (matter,) = sessions.lock_matters([known.id])
    if matter.state not in (MatterState.WAITING, MatterState.CONVENED):
        return None
    if matter.session_id not in (None, known.session_id):
        raise SessionMoved
    for motion in sessions.motions_on(matter.id):
        if motion.state is MotionState.OPEN:
            void(motion, reason, by=by, at=at, work=work)
    sessions.save_matter(matter.taken_off())
    if session is None or matter.session_id is None:
        return None
    work.record(
        MatterTakenOff(
            by=by,
            at=at,
            agency_id=session.agency_id,
            council_session_id=session.id,
            matter_id=matter.id,
            document_id=matter.document_id,
            reason=reason,
        )
    )
    return session


def tell_procedure(matter: Matter, motion: Motion, work: UnitOfWork) -> None:
    """Have the worker tell the procedure that put the matter to the council that it was voted on."""
    tally = motion.tally
    assert tally is not None  # noqa: S101  only what is counted is told
    said = {"motion_id": str(motion.id), "passed": tally.passed}
    sending = Sending(
        id=motion.id,
        agency_id=matter.agency_id,
        name=DECIDED,
        correlation=str(matter.id),
        payload=json.dumps(said),
        sender=matter.instance_id,
        element_id="council",
    )
    work.jobs.defer(PASS_MESSAGE, sending.arguments())


def with_session(sitting: Sitting, session: CouncilSession, work: UnitOfWork) -> Sitting:
    """Keep the new value of the session and return the sitting with it."""
    work.council_sessions.save(session)
    return replace(sitting, session=session)
