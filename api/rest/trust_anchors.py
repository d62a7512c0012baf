"""Whom signatures are trusted by: single authorities, and those of trusted lists."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, Names, PersonRef, problems
from api.rest.calls import CallDep
from api.rest.fields import FILLED, Moment, RequestBody
from api.rest.paths import TrustAnchorPath
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from engine import access
from engine.actions.add_trust_anchor import AddTrustAnchor, add_trust_anchor
from engine.actions.load_trusted_list import LoadTrustedList, load_trusted_list
from engine.actions.remove_trust_anchor import remove_trust_anchor
from engine.trust_anchors import MAX_REASON, TrustAnchor, TrustPurpose

router = APIRouter(route_class=Door, tags=["trust"])

_MAX_CERTIFICATES = 200_000
_MAX_LIST = 30_000_000

Reason = Annotated[str, Field(max_length=MAX_REASON, description="Why, with the decision it rests on"), FILLED]


class TrustAnchorBody(RequestBody):
    """An authority's certificate as PEM; without `trusted_from` it counts for all of its validity."""

    certificate: Annotated[str, Field(max_length=_MAX_CERTIFICATES), FILLED]
    purpose: TrustPurpose = TrustPurpose.ANY
    reason: Reason
    trusted_from: Moment | None = None


class TrustedListBody(RequestBody):
    """A trusted list of ETSI TS 119 612 as XML, and its operator's certificates as PEM."""

    trusted_list: Annotated[str, Field(max_length=_MAX_LIST), FILLED]
    operator: Annotated[str, Field(max_length=_MAX_CERTIFICATES), FILLED]
    reason: Reason


class RemovalBody(RequestBody):
    """Why the authority does not count any more; with `until`, what is proven to be signed before stays trusted."""

    reason: Reason
    until: Moment | None = None


class TrustAnchorAnswer(Answer):
    """A trusted authority: what for, since when, by whom added and why.

    What is proven to be signed before `trusted_until` is trusted, nothing later; once `removed_at`, nothing at all.
    """

    id: UUID
    subject: str
    sha256: str
    purpose: TrustPurpose
    source: str
    trusted_from: datetime
    trusted_until: datetime | None
    not_after: datetime
    added_at: datetime
    added_by: PersonRef | None
    reason: str
    removed_at: datetime | None
    removed_because: str | None


class TrustAnchorsAnswer(Answer):
    """Trusted authorities, the newest first."""

    items: list[TrustAnchorAnswer]


@router.get("/trust-anchors", summary="Trusted authorities", response_model=TrustAnchorsAnswer, responses=problems(403))
def list_anchors(call: CallDep, work: WorkDep) -> TrustAnchorsAnswer:
    """Return every authority that was ever added, those removed too, the newest first."""
    access.require(call.by, "manage_trust")
    names = Names(call.by.agency_id, work)
    return TrustAnchorsAnswer(items=[_answer(anchor, names) for anchor in work.trust_anchors.all()])


@router.post(
    "/trust-anchors",
    status_code=201,
    summary="Trust an authority",
    response_model=TrustAnchorAnswer,
    responses=problems(403, 409, 503),
)
def add(body: TrustAnchorBody, key: RepeatKeyDep, call: CallDep) -> TrustAnchorAnswer:
    """Have signatures trusted that lead to this authority, in the whole installation, from this moment."""
    access.require(call.by, "manage_trust")
    candidate = call.services.pdfs.read_authority(body.certificate.encode())
    request = AddTrustAnchor(
        candidate=candidate,
        purpose=body.purpose,
        reason=body.reason,
        trusted_from=body.trusted_from,
        once=key.once(body),
    )
    with call.services.begin() as work:
        anchor = add_trust_anchor(request, by=call.by, at=call.at, work=work)
        return _answer(anchor, Names(call.by.agency_id, work))


@router.post(
    "/trusted-lists",
    status_code=201,
    summary="Load a trusted list",
    response_model=TrustAnchorsAnswer,
    responses=problems(403, 503),
)
def load(body: TrustedListBody, key: RepeatKeyDep, call: CallDep) -> TrustAnchorsAnswer:
    """Verify the list's signature and trust the services it names as granted, for as long as it says.

    What is known already stays as it is, but for services from this list that lost their status.
    """
    access.require(call.by, "manage_trust")
    found = call.services.pdfs.read_trusted_list(body.trusted_list.encode(), body.operator.encode())
    with call.services.begin() as work:
        request = LoadTrustedList(found=found, reason=body.reason, once=key.once(body))
        anchors = load_trusted_list(request, by=call.by, at=call.at, work=work)
        names = Names(call.by.agency_id, work)
        return TrustAnchorsAnswer(items=[_answer(anchor, names) for anchor in anchors])


@router.post(
    "/trust-anchors/{trust_anchor_id}/removal",
    summary="Trust an authority no longer",
    response_model=TrustAnchorAnswer,
    responses=problems(403, 404, 409, 422),
)
def remove(trust_anchor_id: TrustAnchorPath, body: RemovalBody, call: CallDep, work: WorkDep) -> TrustAnchorAnswer:
    """Have the authority not count from this moment, or for what is signed from `until` on; it stays on record."""
    removed = remove_trust_anchor(trust_anchor_id, body.reason, body.until, by=call.by, at=call.at, work=work)
    return _answer(removed, Names(call.by.agency_id, work))


def _answer(anchor: TrustAnchor, names: Names) -> TrustAnchorAnswer:
    return TrustAnchorAnswer(
        id=anchor.id,
        subject=anchor.subject,
        sha256=anchor.sha256,
        purpose=anchor.purpose,
        source=anchor.source,
        trusted_from=anchor.trusted_from,
        trusted_until=anchor.trusted_until,
        not_after=anchor.not_after,
        added_at=anchor.added_at,
        added_by=names.person(anchor.added_by),
        reason=anchor.reason,
        removed_at=anchor.removed_at,
        removed_because=anchor.removed_because,
    )
