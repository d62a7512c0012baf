"""Put a matter of a council's session to the vote."""

from datetime import datetime

from engine.conducting import put_to_vote, room_for, sitting_of
from engine.council_sessions import (
    CouncilSession,
    MatterNotWaiting,
    MatterState,
    MatterTakenBack,
    MayNotPreside,
    SessionState,
)
from engine.council_votes import Motion, VoteOpen
from engine.ids import CouncilSessionId, MatterId
from engine.people import Person
from engine.ports import UnitOfWork


def open_vote(
    session_id: CouncilSessionId, matter_id: MatterId, *, by: Person, at: datetime, work: UnitOfWork
) -> Motion:
    """Open the vote, if enough members are there to take part in it.

    Raises:
        SessionNotFound, CouncilNotFound, NotYoursToRun: The session is not this person's to conduct.
        SessionNotInState: It is not open.
        MatterNotFound, MatterNotWaiting: The matter is not on its agenda, or was voted on.
        MatterTakenBack: It was on its agenda, and its dossier was withdrawn.
        VoteOpen: Another vote is open in the room.
        MayNotPreside: Who presides has an interest in the matter, or left.
        QuorumMissing: Too few can take part.
    """
    sitting = sitting_of(session_id, by, work)
    sitting.require_run_by(by)
    sitting.session.require(SessionState.OPEN)
    _require_not_taken_back(sitting.session, matter_id, work)
    matter = sitting.matter(matter_id)
    if matter.state is not MatterState.CONVENED:
        raise MatterNotWaiting(question=matter.question)
    if sitting.open:
        raise VoteOpen
    sitting.require_presiding(sitting.session.presiding, matter)
    room = room_for(sitting, matter)
    if sitting.session.presiding not in room.session.present:
        raise MayNotPreside
    room.require_quorum()
    return put_to_vote(matter, sitting.session, by=by.id, at=at, work=work)


def _require_not_taken_back(session: CouncilSession, matter_id: MatterId, work: UnitOfWork) -> None:
    for matter in work.council_sessions.agenda_of(session):
        if matter.id == matter_id and matter.state is MatterState.WITHDRAWN:
            raise MatterTakenBack(question=matter.question)
