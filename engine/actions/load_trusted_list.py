"""Load a trusted list: the authorities it names as granted are trusted from the day it says, and until it says so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

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
    TrustPurpose,
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

    Known ones that it names as granted no more vouch only for what was signed until then; these come back, too.

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
    known = {(one.sha256, one.purpose): one for one in work.trust_anchors.in_force()}
    services = _once_each(found)
    new = {key: one for key, one in services.items() if key not in known and _counted(one)}
    anchors = [_anchor(one, found.name, reason, (by, at), work) for one in new.values()]
    ended = list(_ended(services, known, found.name))
    if not (anchors or ended):
        raise TrustedListEmpty
    work.trust_anchors.add(anchors)
    for one in ended:
        work.trust_anchors.save(one)
    if request.once:
        work.requests.remember(by.id, request.once, (anchors or ended)[0].id, at)
    work.record(
        replace(
            _loaded(found, reason, by, at),
            certificates=[anchor.sha256 for anchor in anchors],
            ended=[anchor.sha256 for anchor in ended],
        )
    )
    return [*anchors, *ended]


def _loaded(found: TrustedList, reason: str, by: Person, at: datetime) -> TrustedListLoaded:
    return TrustedListLoaded(
        by=by.id,
        at=at,
        agency_id=by.agency_id,
        list=found.sha256,
        name=found.name,
        operator=found.operator,
        certificates=(),
        passed_over=found.passed_over,
        reason=Private(value=reason),
    )


_Key = tuple[str, TrustPurpose]


def _counted(service: TrustCandidate) -> bool:
    """Say whether there was a time in which both the list and its own certificate let it count."""
    return service.trusted_until is None or service.trusted_until > service.counted_from(service.trusted_from)


def _once_each(found: TrustedList) -> Mapping[_Key, TrustCandidate]:
    """Return the services by certificate and purpose; of one that is named twice, as it counts longest."""
    later = sorted(found.services, key=lambda one: one.trusted_until or datetime.max.replace(tzinfo=UTC))
    return {(one.sha256, one.purpose): one for one in later}


def _ended(
    services: Mapping[_Key, TrustCandidate], known: Mapping[_Key, TrustAnchor], source: str
) -> Iterator[TrustAnchor]:
    """Yield the known anchors from this list that it names as granted no more, as ended on the day it says."""
    for key, service in services.items():
        anchor = known.get(key)
        if anchor is None or service.trusted_until is None or anchor.source != source:
            continue
        if anchor.trusted_until is None and service.trusted_until > anchor.trusted_from:
            yield anchor.ended(service.trusted_until)


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
        trusted_until=service.trusted_until,
        not_after=service.not_after,
        added_at=at,
        added_by=by.id,
        reason=reason,
    )
