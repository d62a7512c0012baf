"""Add a trust anchor: from now on signatures that lead to this authority are trusted, in the whole installation."""

from dataclasses import dataclass
from datetime import datetime

from engine import access
from engine.events import Private
from engine.ids import TrustAnchorId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once
from engine.trust_anchors import (
    AlreadyTrusted,
    NotAnAuthority,
    TrustAnchor,
    TrustCandidate,
    TrustOutlived,
    TrustPurpose,
    required_reason,
)
from engine.validation_events import TrustAnchorAdded


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTrustAnchor:
    """An authority's certificate, what it is trusted for, why, and from when on (None: all of its validity).

    Attributes:
        once: Makes sending it twice harmless; None where nobody said.
    """

    candidate: TrustCandidate
    purpose: TrustPurpose
    reason: str
    trusted_from: datetime | None = None
    once: Once | None = None


def add_trust_anchor(request: AddTrustAnchor, *, by: Person, at: datetime, work: UnitOfWork) -> TrustAnchor:
    """Keep the anchor and return it.

    Raises:
        NotAllowed: The person's posts do not include this.
        TrustReasonMissing: Nothing says why.
        NotAnAuthority: It is a person's certificate.
        TrustOutlived: It has expired.
        AlreadyTrusted: It counts already.
        IdempotencyKeyReused: The same key came with another request.
    """
    access.require(by, "manage_trust")
    if request.once and (made := work.requests.find(by.id, request.once)):
        return next(one for one in work.trust_anchors.all() if one.id == made)
    reason = required_reason(request.reason)
    _require_fit(request.candidate, at, work)
    anchor = _anchor(request, reason, by, at, work)
    work.trust_anchors.add([anchor])
    if request.once:
        work.requests.remember(by.id, request.once, anchor.id, at)
    work.record(
        TrustAnchorAdded(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            trust_anchor_id=anchor.id,
            certificate=anchor.sha256,
            purpose=anchor.purpose.value,
            reason=Private(value=reason),
        )
    )
    return anchor


def _require_fit(candidate: TrustCandidate, at: datetime, work: UnitOfWork) -> None:
    if not candidate.is_authority:
        raise NotAnAuthority(subject=candidate.subject)
    if candidate.not_after < at:
        raise TrustOutlived(subject=candidate.subject, not_after=candidate.not_after.date())
    if any(one.sha256 == candidate.sha256 for one in work.trust_anchors.in_force()):
        raise AlreadyTrusted(subject=candidate.subject)


def _anchor(request: AddTrustAnchor, reason: str, by: Person, at: datetime, work: UnitOfWork) -> TrustAnchor:
    candidate = request.candidate
    return TrustAnchor(
        id=TrustAnchorId(work.new_id()),
        agency_id=by.agency_id,
        subject=candidate.subject,
        certificate=candidate.certificate,
        sha256=candidate.sha256,
        purpose=request.purpose,
        source="certificate",
        trusted_from=candidate.counted_from(request.trusted_from),
        not_after=candidate.not_after,
        added_at=at,
        added_by=by.id,
        reason=reason,
    )
