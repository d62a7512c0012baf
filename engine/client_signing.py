"""What all the ways share by which a signature made elsewhere comes in, or does not."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Final

from engine import access, procedures
from engine.client_signature_events import SignatureHandedIn, SignatureKeyReplaced
from engine.client_signatures import (
    ClientSignature,
    ClientSignatureState,
    LinkUnknown,
    LinkUse,
    NothingPrepared,
    SignatureGiven,
)
from engine.definitions import SignatureKind
from engine.documents import OutgoingDocument, OutgoingState
from engine.ids import PersonId, SignatureId, WorkItemId
from engine.instances import Instance
from engine.notices import News, NoticeKind
from engine.notify import about, notify
from engine.people import Person
from engine.ports import UnitOfWork
from engine.signatures import KeyMismatch, SignerRole
from engine.signing_places import hold_right
from engine.signings import Signing
from engine.work_items import WorkItem, WorkItemState

NOT_IN_TIME: Final = (
    "'%(step)s' was prepared for your signature and not signed in time; it is open again: %(document)s."
)
OTHER_KEY: Final = (
    "'%(step)s' was prepared for a key you do not sign with any more; it is open again and can be prepared for your "
    "new key: %(document)s."
)


def role_of(signature: SignatureKind | None) -> SignerRole:
    """Return in what quality an outcome of this kind is signed."""
    return SignerRole.SEAL if signature is SignatureKind.AGENCY else SignerRole.OFFICIAL


def prepared_for(by: Person, work_item_id: WorkItemId, work: UnitOfWork) -> ClientSignature:
    """Return what the person prepared to sign for this work item, accepted or not.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded: It is not theirs to act on.
        NothingPrepared: Nothing was, or it is over.
        PreparedForAnother: A colleague prepared it.
    """
    item, known = work.work_items.get(work_item_id), work.client_signatures.find(work_item_id)
    if known is None or known.asked_by != by.id:
        # Who prepared it and lost the right to it is told so, by ``require_waiting``.
        access.require_act(by, item)
    if known is None:
        raise NothingPrepared
    known.require_of(by.id)
    return known


def linked(token: str, use: LinkUse, at: datetime, work: UnitOfWork) -> ClientSignature:
    """Return what the address with this secret stands for, and note that it was used.

    Raises:
        LinkUnknown: There is none for this use, or it is over.
        NothingPrepared: What it stands for is over.
    """
    link = work.client_signatures.lock_link(hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest())
    if link is None:
        raise LinkUnknown
    used = link.used(use, at)
    if used != link:
        work.client_signatures.save_link(used)
    known = work.client_signatures.get(link.signature_id)
    if known.state not in (ClientSignatureState.OPEN, ClientSignatureState.ACCEPTED):
        raise NothingPrepared
    return known


def require_waiting(known: ClientSignature, item: WorkItem, at: datetime, work: UnitOfWork) -> None:
    """Raise unless what was given out still waits for its signature, and its signer may still sign.

    Raises:
        NothingPrepared: It is over, or the procedure went on without it.
        WorkItemNotFound, WorkItemExcluded: The signer has lost the post.
        StandInOver, HeadReplaced and the others of ``hold_right``: The right it was prepared under is over.
    """
    waits = known.state is ClientSignatureState.OPEN and item.state is WorkItemState.SIGNING
    if not waits or at >= known.expires_at:
        raise NothingPrepared
    hold_right(item, known.field, known.asked_by, at=at, work=work)
    if item.by_stand_in is None:
        access.require_act(work.people.get(known.asked_by), item)


def take_in(accepted: ClientSignature, field: str, *, at: datetime, work: UnitOfWork) -> WorkItem:
    """Keep a checked signature and have the worker add it to the document; the same one again changes nothing.

    Raises:
        SignatureGiven: Another one was accepted already.
        NothingPrepared, WorkItemNotFound, WorkItemExcluded, StandInOver, HeadReplaced: See ``require_waiting``.
        InstanceHalted: The procedure is suspended.
        VersionMoved: The document changed since it was given out.
        KeyMismatch: Another key was chosen for the signer since.
    """
    item, instance = work.work_items.lock(accepted.work_item_id)
    now = work.client_signatures.get(accepted.id)
    if now.state is ClientSignatureState.ACCEPTED:
        if (now.cms, now.signed_file_id) != (accepted.cms, accepted.signed_file_id):
            raise SignatureGiven
        return item
    require_waiting(now, item, at, work)
    move = procedures.prepare(instance, by=now.asked_by, at=at, work=work)
    move.require_file(now.base_file_id)
    if not _is_of_chosen_key(now, work):
        raise KeyMismatch(key=now.key.holder)
    work.client_signatures.save(accepted)
    work.signings.add(accepted.signing(field, at))
    taken = item.waiting(None, at)
    work.work_items.save(taken)
    work.jobs.defer(procedures.USE_KEY, {"work_item_id": str(item.id)})
    work.record(_handed_in(accepted, item, field, at))
    return taken


def give_back(item: WorkItem, instance: Instance, *, by: PersonId, at: datetime, work: UnitOfWork) -> WorkItem:
    """Return a work item that was to be signed elsewhere as open again; its document is to be signed as before."""
    move = procedures.prepare(instance, by=by, at=at, work=work, even_suspended=True)
    document = move.document
    if isinstance(document, OutgoingDocument) and document.state is OutgoingState.SIGNING:
        move.document = document.in_state(OutgoingState.TO_SIGN)
    move.keep_document()
    opened = item.not_signed()
    work.work_items.save(opened)
    return opened


def give_up_if_replaced(signature_id: SignatureId, *, by: PersonId, at: datetime, work: UnitOfWork) -> None:
    """End what waits for a key that was replaced: the work is open again, its signer is told; else nothing happens."""
    known = work.client_signatures.get(signature_id)
    item, instance = work.work_items.lock(known.work_item_id)
    known = work.client_signatures.get(signature_id)
    if known.state is not ClientSignatureState.OPEN or _is_of_chosen_key(known, work):
        return
    work.client_signatures.save(known.cancelled(at))
    if item.state is WorkItemState.SIGNING:
        give_back(item, instance, by=by, at=at, work=work)
        notify([known.asked_by], news_of(known, item, OTHER_KEY, work), at=at, work=work)
    work.record(
        SignatureKeyReplaced(
            by=by,
            at=at,
            agency_id=known.agency_id,
            document_id=known.document_id,
            work_item_id=known.work_item_id,
            signature_id=known.id,
            digest=known.digest,
            certificate=known.certificate_sha256,
        )
    )


def news_of(known: ClientSignature | Signing, item: WorkItem, template: str, work: UnitOfWork) -> News:
    """Return what who was to sign is told of it; *template* knows the step and the document."""
    document = work.documents.get(known.document_id)
    facts = {"step": item.name, "step_en": item.name_en}
    news = about(document, NoticeKind.WORK, f"signature:{known.id}", template, **facts)
    return replace(news, path=f"/work-items/{item.id}", work_item_id=item.id)


def _is_of_chosen_key(known: ClientSignature, work: UnitOfWork) -> bool:
    whose = None if known.role is SignerRole.SEAL else known.asked_by
    choice = work.key_choices.find(known.agency_id, whose)
    return choice is not None and choice.certificate_sha256 == known.certificate_sha256


def _handed_in(accepted: ClientSignature, item: WorkItem, field: str, at: datetime) -> SignatureHandedIn:
    made = hashlib.sha256(accepted.cms).hexdigest() if accepted.cms is not None else str(accepted.signed_file_id)
    return SignatureHandedIn(
        by=accepted.asked_by,
        at=at,
        agency_id=accepted.agency_id,
        on_behalf_of=item.on_behalf_of,
        by_stand_in=item.by_stand_in,
        document_id=accepted.document_id,
        work_item_id=accepted.work_item_id,
        signature_id=accepted.id,
        kind=accepted.kind.value,
        digest=accepted.digest,
        field=field,
        signature_sha256=made,
    )
