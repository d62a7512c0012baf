"""Close a vote of a council and count its ballots."""

from datetime import datetime

from engine.conducting import room_of, sitting_of, tell_procedure
from engine.council_events import VoteClosed
from engine.council_sessions import Matter
from engine.council_votes import Ballot, BallotsStillOut, Choice, Motion, Room, unfolded
from engine.deadlines import VIETNAM
from engine.ids import MotionId, PersonId
from engine.neighbours import Safe, Services
from engine.people import Person


def close_vote(motion_id: MotionId, *, by: Person, services: Services) -> Motion:
    """Count, keep the result, and tell the procedure that asked for it. What secret ballots said is removed with it.

    Raises:
        MotionNotFound, CouncilNotFound, NotYoursToRun: The vote is not this person's to close.
        VoteNotOpen: It was closed or voided.
        BallotsStillOut: Written opinions are due later, and not all have come.
        QuorumLost: Too few took part for a result: adjourn the session.
        BallotDamaged, SafeLocked: A sealed ballot cannot be counted; nothing is.
    """
    with services.begin() as work:
        at = services.clock()
        known = work.council_sessions.get_motion(motion_id)
        sitting = sitting_of(known.session_id, by, work)
        sitting.require_run_by(by)
        motion = sitting.motion(known.id)
        motion.require_open()
        matter = sitting.matter(motion.matter_id)
        room = room_of(sitting, motion, work)
        _require_due(room, at)
        choices = [_choice(ballot, services.safe) for ballot in work.council_sessions.ballots(motion.id)]
        counted = motion.closed(room.tally(choices), room.attending, at)
        work.council_sessions.burn(motion.id)
        work.council_sessions.save_motion(counted)
        work.council_sessions.save_matter(matter.decided())
        tell_procedure(matter, counted, work)
        work.record(_event(counted, matter, by.id, at))
        return counted


def _require_due(room: Room, at: datetime) -> None:
    until = room.session.until
    if until is not None and at <= until and room.missing:
        raise BallotsStillOut(missing=len(room.missing), until=f"{until.astimezone(VIETNAM):%H:%M %d/%m/%Y}")


def _choice(ballot: Ballot, safe: Safe) -> Choice:
    if ballot.choice is not None:
        return ballot.choice
    return unfolded(ballot, safe.open(ballot.sealed or ""))


def _event(motion: Motion, matter: Matter, by: PersonId, at: datetime) -> VoteClosed:
    tally = motion.tally
    assert tally is not None  # noqa: S101  it was counted just now
    return VoteClosed(
        by=by,
        at=at,
        agency_id=motion.agency_id,
        council_vote_id=motion.id,
        session_id=motion.session_id,
        matter_id=matter.id,
        members=tally.members,
        present=tally.present,
        agreed=tally.agreed,
        disagreed=tally.disagreed,
        abstained=tally.abstained,
        percent=tally.percent_text,
        passed=tally.passed,
    )
