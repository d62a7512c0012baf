"""Load a trusted list: the authorities it names as granted are trusted from the day it says."""

from dataclasses import dataclass
from datetime import datetime

from engine import access
from engine.events import Private
from engine.ids import TrustAnchorId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once
from engine.trust_anchors import (
    TrustAnchor,
    TrustCandidate,
    TrustedList,
    TrustedListEmpty,
    TrustedListOutlived,
    required_reason,
)
from engine.validation_events import TrustedListLoaded


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadTrustedList:
    """A list whose signature was verified, and why it is trusted; *once* makes sending it twice harmless."""

    found: TrustedList
    reason: str
    once: Once | None = None


def load_trusted_list(request: LoadTrustedList, *, by: Person, at: datetime, work: UnitOfWork) -> list[TrustAnchor]:
    """Keep an anchor for every service of the list that is not trusted already, and return them.

    Raises:
        NotAllowed: The person's posts do not include this.
        TrustReasonMissing: Nothing says why.
        TrustedListOutlived: A newer list is due.
        TrustedListEmpty: Nothing in it is granted and new.
        IdempotencyKeyReused: The same key came with another request.
    """
    access.require(by, "manage_trust")
    if request.once and (made := work.requests.find(by.id, request.once)):
        return _again(TrustAnchorId(made), work)
    reason, found = required_reason(request.reason), request.found
    if found.next_update is not None and found.next_update < at:
        raise TrustedListOutlived(next_update=found.next_update.date())
    known = {(one.sha256, one.purpose) for one in work.trust_anchors.in_force()}
    new = {(one.sha256, one.purpose): one for one in found.services if (one.sha256, one.purpose) not in known}
    if not new:
        raise TrustedListEmpty
    anchors = [_anchor(one, found.name, reason, (by, at), work) for one in new.values()]
    work.trust_anchors.add(anchors)
    if request.once:
        work.requests.remember(by.id, request.once, anchors[0].id, at)
    work.record(
        TrustedListLoaded(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            list=found.sha256,
            name=found.name,
            operator=found.operator,
            certificates=[anchor.sha256 for anchor in anchors],
            passed_over=found.passed_over,
            reason=Private(value=reason),
        )
    )
    return anchors


def _again(first: TrustAnchorId, work: UnitOfWork) -> list[TrustAnchor]:
    """Return the anchors that were added together with this one."""
    known = work.trust_anchors.all()
    made = next(one for one in known if one.id == first)
    alike = (made.added_at, made.added_by, made.source)
    return [one for one in known if (one.added_at, one.added_by, one.source) == alike]


def _anchor(
    service: TrustCandidate, source: str, reason: str, added: tuple[Person, datetime], work: UnitOfWork
) -> TrustAnchor:
    by, at = added
    return TrustAnchor(
        id=TrustAnchorId(work.new_id()),
        agency_id=by.agency_id,
        subject=service.subject,
        certificate=service.certificate,
        sha256=service.sha256,
        purpose=service.purpose,
        source=source,
        trusted_from=service.counted_from(service.trusted_from),
        not_after=service.not_after,
        added_at=at,
        added_by=by.id,
        reason=reason,
    )
