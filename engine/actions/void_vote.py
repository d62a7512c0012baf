"""Throw the ballots of an open vote away, so that it can be held again."""

from datetime import datetime

from engine.conducting import sitting_of, void
from engine.council_sessions import SessionInvalid
from engine.council_votes import Motion
from engine.drafts import FieldChecks
from engine.ids import MotionId
from engine.people import Person
from engine.ports import UnitOfWork

MAX_REASON = 500


def void_vote(motion_id: MotionId, reason: str, *, by: Person, at: datetime, work: UnitOfWork) -> Motion:
    """Keep the vote as void; its matter stays on the agenda. What is counted is never voided.

    Raises:
        MotionNotFound, CouncilNotFound, NotYoursToRun: The vote is not this person's to conduct.
        VoteNotOpen: It was closed or voided.
        SessionInvalid: No reason is given.
    """
    known = work.council_sessions.get_motion(motion_id)
    sitting = sitting_of(known.session_id, by, work)
    sitting.require_run_by(by)
    check = FieldChecks()
    check.text("reason", reason, MAX_REASON)
    check.done(SessionInvalid)
    return void(sitting.motion(known.id), reason.strip(), by=by.id, at=at, work=work)
