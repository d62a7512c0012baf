"""Link a prepared signature: addresses by which the signer's browser plugin fetches the file and hands it in."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.client_signature_events import SignatureLinked
from engine.client_signatures import FETCH_WITHIN, HAND_IN_WITHIN, ClientSignature, LinkUse, SignatureLink
from engine.client_signing import prepared_for, require_waiting
from engine.ids import WorkItemId
from engine.neighbours import Services
from engine.people import Person
from engine.signing_keys import KeyKind

_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """The secrets of both addresses, told this once.

    Attributes:
        fetch: Of the address to fetch the file from; it works once.
        hand_in: Of the address to send the signed file to.
    """

    signature: ClientSignature
    fetch: str = field(repr=False)
    hand_in: str = field(repr=False)
    fetch_until: datetime
    hand_in_until: datetime


def link_signature(work_item_id: WorkItemId, *, by: Person, services: Services) -> Linked:
    """Make both addresses; those made before for the same signature work no more.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded, StandInOver: It is not theirs to act on.
        NothingPrepared, PreparedForAnother, HandedInOtherwise: No file waits for their signature.
    """
    with services.begin() as work:
        at = services.clock()
        item, _ = work.work_items.lock(work_item_id)
        known = prepared_for(by, work_item_id, work)
        known.require_kind(KeyKind.PLUGIN)
        require_waiting(known, item, at, work)
        made = {LinkUse.FETCH: _secret(services), LinkUse.HAND_IN: _secret(services)}
        within = {LinkUse.FETCH: FETCH_WITHIN, LinkUse.HAND_IN: HAND_IN_WITHIN}
        links = [_link(known, use, made[use], at, within[use]) for use in LinkUse]
        work.client_signatures.replace_links(known.id, links)
        work.record(
            SignatureLinked(
                by=by.id,
                at=at,
                agency_id=known.agency_id,
                on_behalf_of=item.on_behalf_of,
                by_stand_in=item.by_stand_in,
                document_id=known.document_id,
                work_item_id=known.work_item_id,
                signature_id=known.id,
            )
        )
    return Linked(
        signature=known,
        fetch=made[LinkUse.FETCH],
        hand_in=made[LinkUse.HAND_IN],
        fetch_until=at + FETCH_WITHIN,
        hand_in_until=at + HAND_IN_WITHIN,
    )


def _secret(services: Services) -> str:
    return base64.urlsafe_b64encode(services.safe.random(_BYTES)).decode().rstrip("=")


def _link(known: ClientSignature, use: LinkUse, secret: str, at: datetime, within: timedelta) -> SignatureLink:
    return SignatureLink(
        token_sha256=hashlib.sha256(secret.encode()).hexdigest(),
        signature_id=known.id,
        agency_id=known.agency_id,
        use=use,
        made_at=at,
        expires_at=at + within,
    )
