"""Revoke a stand-in: from this moment nobody acts by it any more, nor by what was passed on under it."""

from datetime import datetime

from engine import access
from engine.access import NotAllowed
from engine.ids import StandInId
from engine.people import Person, Role
from engine.ports import UnitOfWork
from engine.signing_ends import GIVE_UP
from engine.stand_in_events import StandInRevoked
from engine.stand_ins import StandIn, StandInKind, StandInNotFound


def revoke_stand_in(stand_in_id: StandInId, *, by: Person, at: datetime, work: UnitOfWork) -> StandIn:
    """End the stand-in now; who is acting by it at this very moment finishes first, or is refused.

    Raises:
        StandInNotFound: It is not there, or not for this person to know.
        NotAllowed: It is neither this person's place, nor passed on by them, nor theirs to record.
        StandInEnded: It is over already.
    """
    known = work.stand_ins.lock(stand_in_id)
    passed_on_by = work.stand_ins.get(known.under).substitute if known.under else None
    if not access.may_know(by, known, passed_on_by):
        raise StandInNotFound
    givers = () if known.kind is StandInKind.ACTING else (known.principal, passed_on_by)
    action = "appoint_acting_heads" if known.kind is StandInKind.ACTING else "record_stand_ins"
    entitled = access.may(by, action) or by.id in givers
    if Role.AUDITOR in by.roles or not entitled:
        raise NotAllowed
    revoked = known.revoked(by.id, at)
    under_it = [child for child in work.stand_ins.passed_on(known.id) if not child.is_over(at)]
    for ended in (revoked, *(child.revoked(by.id, at) for child in under_it)):
        work.stand_ins.save(ended)
    work.jobs.defer(GIVE_UP, {})
    work.record(
        StandInRevoked(
            by=by.id,
            at=at,
            agency_id=known.agency_id,
            stand_in_id=known.id,
            with_it=[child.id for child in under_it],
        )
    )
    return revoked
