"""Revoke a stand-in: from this moment nobody acts by it any more, nor by what was passed on under it."""

from collections.abc import Iterator
from datetime import datetime

from engine import access
from engine.access import NotAllowed
from engine.ids import StandInId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.signing_ends import GIVE_UP
from engine.stand_in_events import StandInRevoked
from engine.stand_ins import StandIn, StandInNotFound


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
    if not access.may_revoke(by, known, passed_on_by):
        raise NotAllowed
    revoked = known.revoked(by.id, at)
    under_it = [child for child in _all_under(known, work) if not child.is_over(at)]
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


def _all_under(known: StandIn, work: UnitOfWork) -> Iterator[StandIn]:
    """Yield what was passed on under it, and under that; locked, the upper before the lower."""
    for child in work.stand_ins.passed_on(known.id):
        yield child
        yield from _all_under(child, work)
