"""Remove a trust anchor: from now on it does not count; that it did stays on record."""

from datetime import datetime

from engine import access
from engine.events import Private
from engine.ids import TrustAnchorId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.trust_anchors import TrustAnchor, required_reason
from engine.validation_events import TrustAnchorRemoved


def remove_trust_anchor(
    anchor_id: TrustAnchorId, reason: str, *, by: Person, at: datetime, work: UnitOfWork
) -> TrustAnchor:
    """Have the anchor not count any more and return it.

    Raises:
        NotAllowed: The person's posts do not include this.
        TrustReasonMissing: Nothing says why.
        TrustAnchorNotFound: It is not there.
        TrustAnchorGone: It was removed before.
    """
    access.require(by, "manage_trust")
    told = required_reason(reason)
    removed = work.trust_anchors.lock(anchor_id).removed(by.id, at, told)
    work.trust_anchors.save(removed)
    work.record(
        TrustAnchorRemoved(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            trust_anchor_id=removed.id,
            certificate=removed.sha256,
            reason=Private(value=told),
        )
    )
    return removed
