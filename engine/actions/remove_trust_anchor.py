"""Remove a trust anchor: from now on, or for what is signed from some day on, it does not count; it stays on record."""

from datetime import datetime

from engine import access
from engine.events import Private
from engine.ids import TrustAnchorId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.trust_anchors import TrustAnchor, required_reason
from engine.validation_events import TrustAnchorRemoved


def remove_trust_anchor(
    anchor_id: TrustAnchorId,
    reason: str,
    until: datetime | None = None,
    *,
    by: Person,
    at: datetime,
    work: UnitOfWork,
) -> TrustAnchor:
    """Have the anchor not count any more and return it.

    What is proven to be signed before *until* stays trusted, as with a service that ended; without it nothing does, as
    with an authority whose key got into wrong hands.

    Raises:
        NotAllowed: The person's posts do not include this.
        TrustReasonMissing: Nothing says why.
        TrustAnchorNotFound: It is not there.
        TrustAnchorGone: It was removed before, or ends by then already.
        TrustEndEarly: It would never have counted.
    """
    access.require(by, "manage_trust")
    told = required_reason(reason)
    known = work.trust_anchors.lock(anchor_id)
    removed = known.removed(by.id, at, told) if until is None else known.ended(until)
    work.trust_anchors.save(removed)
    work.record(
        TrustAnchorRemoved(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            trust_anchor_id=removed.id,
            certificate=removed.sha256,
            reason=Private(value=told),
            until=until,
        )
    )
    return removed
