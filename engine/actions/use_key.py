"""Use the key on what was put on record: sign the one digest of a work item, keep the file, move on.

Where the signature was made elsewhere and handed in, it is added to the document instead.
"""

import json
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from engine import procedures, waits
from engine.attachment_seals import with_sealed
from engine.certificates import RevocationUnknown
from engine.client_signatures import ClientSignature
from engine.competence import signatories_of
from engine.documents import Document, OutgoingDocument, OutgoingState, VersionKind
from engine.errors import Refusal
from engine.events import DocumentSigned
from engine.files import StoredFile
from engine.ids import PersonId, WorkItemId
from engine.key_use import key_of
from engine.neighbours import Services
from engine.notices import NoticeKind
from engine.notify import about, notify
from engine.operations.move import Move
from engine.ports import UnitOfWork
from engine.recalls import Hindrance
from engine.sealing import seal_attachments
from engine.signatures import SEAL_FIELD, TEXT_SEAL_FIELD, KeyMismatch, PreparedSignature, RevocationUnavailable
from engine.signer_events import SignatureGivenBack
from engine.signing_ends import give_up_if_over, why_over
from engine.signing_keys import SigningKey
from engine.signings import SignatureNotProven, Signing, SigningNotFound, SigningState
from engine.validations import Verdict
from engine.work_items import WorkItem, WorkItemState

DOCUMENT_CHANGED: Final = "the document changed while it was being signed"
KEY_REPLACED: Final = "another key was chosen before it was signed"
"""Why a signature that was asked for was not made."""
ANOTHER_KEY: Final = "Another key was chosen for you before it signed; sign it again: %(document)s."


def use_key(work_item_id: WorkItemId, *, services: Services, key: SigningKey | None = None) -> None:
    """Sign, keep the signed file and carry the procedure on; harmless when it was done before, or is no longer wanted.

    Where the document changed since the signature was prepared, it is given back to its signer: what others signed
    or wrote meanwhile is never lost; likewise where another key was chosen since, or the stand-in it was to be signed
    by is over. Of several signatures each is
    proven before the next step begins. The attachments of a sealed document are signed first, one by one. After a
    crash the same digests are signed again, never others. A *key* comes only from the request in which its PIN or
    code was typed.

    Raises:
        SigningNotFound, InstanceHalted: Nobody asked for it, or its procedure was suspended meanwhile.
        KeyUnavailable, SignatureBroken, TimestampUnavailable, RevocationUnavailable: Not now.
        CertificateRevoked and the others of engine.certificates: Not any more.
        SignatureNotProven: What was made of it does not stand our own validation.
        StandInOver, HeadReplaced: Who typed a PIN or code may not sign it any more; it is given up.
    """
    waiting = _waiting(work_item_id, key, services)
    if waiting is None:
        return
    signing, document = waiting.signing, waiting.document
    if waiting.over is not None:
        with services.begin() as work:
            give_up_if_over(work_item_id, by=signing.asked_by, at=services.clock(), work=work)
        if key is not None:
            raise waiting.over
        return
    if _was_left_behind(signing, document):
        _give_back(work_item_id, services)
        return
    try:
        signed = _signed(signing, waiting.made, waiting.key, services)
    except KeyMismatch:
        # What was prepared names the certificate of a key that was replaced: no key signs it any more.
        _give_back(work_item_id, services, KEY_REPLACED)
        return
    if isinstance(document, OutgoingDocument) and document.further:
        _require_proven(signed, signing.field, services)
    _keep(work_item_id, services.put_pdf(signed, by=signing.asked_by, agency_id=signing.agency_id), services)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """What waits for a key: to be used, or, of a signature *made* elsewhere, to be added; *over*: why it may not."""

    signing: Signing
    document: Document
    made: ClientSignature | None
    key: SigningKey | None
    over: Refusal | None


def _waiting(work_item_id: WorkItemId, key: SigningKey | None, services: Services) -> _Waiting | None:
    """Return what waits; None where it was done before, is no longer wanted, or its procedure stands."""
    with services.begin() as work:
        signing = _find(work_item_id, work)
        item, document = work.work_items.get(work_item_id), work.documents.get(signing.document_id)
        halted = work.instances.get(signing.instance_id).suspended_at is not None
        if halted or signing.state is not SigningState.DIGESTED or item.state is not WorkItemState.SIGNING:
            return None
        made = work.client_signatures.find(work_item_id)
        over = None if made else why_over(item, signing, at=services.clock(), work=work)
        if over is None and made is None and key is None:
            whose = None if signing.key_id == str(signing.agency_id) else PersonId(UUID(signing.key_id))
            key = key_of(signing.agency_id, whose, services=services, work=work)
    return _Waiting(signing=signing, document=document, made=made, key=key, over=over)


def _keep(work_item_id: WorkItemId, file: StoredFile, services: Services) -> None:
    """Keep what was signed and carry the procedure on, unless somebody took the item or changed the document."""
    with services.begin() as work:
        item, instance = work.work_items.lock(work_item_id)
        signing = _find(work_item_id, work)
        if signing.state is not SigningState.DIGESTED or item.state is not WorkItemState.SIGNING:
            return
        move = procedures.prepare(instance, by=signing.asked_by, at=services.clock(), work=work)
        if _was_left_behind(signing, move.document):
            _back_to_signer(item, signing, move, DOCUMENT_CHANGED)
        else:
            _move_on(item, signing, file, move)


def _was_left_behind(signing: Signing, document: Document) -> bool:
    """Say whether the document has another version than the one the signature is to be added to."""
    return signing.base_file_id not in (None, document.file_id)


def _give_back(work_item_id: WorkItemId, services: Services, because: str = DOCUMENT_CHANGED) -> None:
    with services.begin() as work:
        item, instance = work.work_items.lock(work_item_id)
        signing = _find(work_item_id, work)
        if signing.state is not SigningState.DIGESTED or item.state is not WorkItemState.SIGNING:
            return
        move = procedures.prepare(instance, by=signing.asked_by, at=services.clock(), work=work)
        if because == KEY_REPLACED or _was_left_behind(signing, move.document):
            _back_to_signer(item, signing, move, because)


def _back_to_signer(item: WorkItem, signing: Signing, move: Move, because: str) -> None:
    work = move.work
    work.signings.save(signing.voided(because))
    if because == KEY_REPLACED:
        news = about(move.document, NoticeKind.WORK, f"signature:{signing.id}", ANOTHER_KEY)
        notify(
            [signing.asked_by],
            replace(news, path=f"/work-items/{item.id}", work_item_id=item.id),
            at=move.at,
            work=work,
        )
    work.work_items.save(item.not_signed())
    if move.outgoing().state is OutgoingState.SIGNING:
        move.document = move.outgoing().in_state(OutgoingState.TO_SIGN)
    move.keep_document()
    waits.settle(item.task_id, work)
    work.record(
        SignatureGivenBack(
            by=move.by,
            at=move.at,
            agency_id=item.agency_id,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
            document_id=item.document_id,
            work_item_id=item.id,
            signature_id=signing.id,
            field=signing.field,
        )
    )


def _require_proven(signed: bytes, field: str, services: Services) -> None:
    """Raise SignatureNotProven unless the new signature, and all that were there before, stand as they should."""
    report = services.pdfs.validate(signed, services.clock())
    made = next((one for one in report.signatures if one.field == field), None)
    found = [problem.message for problem in report.problems if problem.fatal]
    if made is None or not (made.intact and made.valid) or report.verdict is Verdict.INVALID:
        raise SignatureNotProven(reason="; ".join(found) or f"{field} is missing")


def _state_after(signing: Signing, move: Move) -> OutgoingState:
    """Return where the document stands with this signature: signed once all its signers have signed.

    Who countersigns may do so before or after it has its number.
    """
    document = move.outgoing()
    if document.number is not None:
        return document.state
    done = [one for one in move.work.signings.of_document(document.id) if one.state is SigningState.SIGNED]
    signed = {_field_meant(one, move.work) for one in (*done, signing)}
    waiting = {one.field for one in signatories_of(document) if not one.countersigns} - signed
    return OutgoingState.TO_SIGN if waiting else OutgoingState.SIGNED


def _signed(signing: Signing, made: ClientSignature | None, key: SigningKey | None, services: Services) -> bytes:
    """Return the signed PDF: made now with the key, or with what was handed in."""
    if made is not None and made.signed_file_id is not None:
        return services.pdfs.stamp_signed_file(services.read(made.signed_file_id), signing.field)
    prepared = PreparedSignature.from_data(json.loads(signing.prepared), services.read(signing.prepared_file_id))
    if made is not None and made.cms is not None:
        return services.pdfs.embed_signature(prepared, made.cms)
    assert key is not None  # noqa: S101  it was looked for where nothing was handed in
    _require_fit(key, services)
    seal_attachments(signing.work_item_id, key, services=services)
    return services.pdfs.complete_signature(prepared, key)


def _require_fit(key: SigningKey, services: Services) -> None:
    """See that the certificate may still sign: it may have been asked to days ago, while a neighbour was away."""
    try:
        services.pdfs.require_fit(key, services.clock())
    except RevocationUnknown as cause:
        raise RevocationUnavailable from cause


def _field_meant(signing: Signing, work: UnitOfWork) -> str:
    """Return the field a signature stands for; the signer's own tool may have made another one instead."""
    made = work.client_signatures.find(signing.work_item_id)
    return signing.field if made is None else made.field


def _find(work_item_id: WorkItemId, work: UnitOfWork) -> Signing:
    signing = work.signings.find(work_item_id)
    if signing is None:
        raise SigningNotFound
    return signing


def _move_on(item: WorkItem, signing: Signing, file: StoredFile, move: Move) -> None:
    work, sealed = move.work, _field_meant(signing, move.work) in (SEAL_FIELD, TEXT_SEAL_FIELD)
    work.files.add(file)
    work.signings.save(signing.signed(file.id, move.at))
    move.add_version(VersionKind.SEALED if sealed else VersionKind.SIGNED, file.id)
    stage = OutgoingState.SEALED if sealed else _state_after(signing, move)
    move.document = with_sealed(move.outgoing().in_state(stage), work.attachment_seals.of_item(item.id))
    if item.on_behalf_of is not None:
        move.document = move.document.read_by(people=[move.by])
    work.work_items.save(item.completed(signing.outcome, move.by, move.at))
    move.hindrance = Hindrance.SIGNED
    along = [str(person) for person in item.done_along(move.by)]
    procedures.carry(
        move,
        lambda run: run.complete(item.task_id, signing.outcome, {}, by=str(move.by), at=move.at, along=along),
        item.task_id,
        item.id,
    )
    waits.settle(item.task_id, work)
    work.record(
        DocumentSigned(
            by=move.by,
            at=move.at,
            agency_id=item.agency_id,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
            document_id=item.document_id,
            work_item_id=item.id,
            signature_id=signing.id,
            field=signing.field,
            digest=signing.digest,
            signed_file_id=file.id,
            effects=tuple(move.effects),
        )
    )
