"""Use the key on what was put on record: sign the one digest of a work item, keep the file, move on."""

import json
from uuid import UUID

from engine import procedures, waits
from engine.certificates import RevocationUnknown
from engine.documents import OutgoingState, VersionKind
from engine.events import DocumentSigned
from engine.files import StoredFile
from engine.ids import PersonId, WorkItemId
from engine.key_use import key_of
from engine.neighbours import Services
from engine.operations.move import Move
from engine.ports import UnitOfWork
from engine.recalls import Hindrance
from engine.signatures import SEAL_FIELD, PreparedSignature, RevocationUnavailable
from engine.signing_keys import SigningKey
from engine.signings import Signing, SigningNotFound, SigningState
from engine.work_items import WorkItem, WorkItemState


def use_key(work_item_id: WorkItemId, *, services: Services) -> None:
    """Sign, keep the signed file and carry the procedure on; harmless when it was done before.

    Nothing is signed for an item that a timer or a message took away meanwhile, nor while its procedure is suspended.

    After a crash the same digest is signed again, never another one.

    Raises:
        SigningNotFound: Nobody asked for it.
        InstanceHalted: Its procedure was suspended meanwhile.
        KeyUnavailable, KeyMismatch, SignatureBroken, TimestampUnavailable, RevocationUnavailable: Not now.
        CertificateRevoked and the others of engine.certificates: Not any more.
    """
    with services.begin() as work:
        signing = _find(work_item_id, work)
        item = work.work_items.get(work_item_id)
        halted = work.instances.get(signing.instance_id).suspended_at is not None
        whose = None if signing.key_id == str(signing.agency_id) else PersonId(UUID(signing.key_id))
        key = key_of(signing.agency_id, whose, services=services, work=work)
    if halted or signing.state is SigningState.SIGNED or item.state is not WorkItemState.SIGNING:
        return
    _require_fit(key, services)
    content = services.read(signing.prepared_file_id)
    prepared = PreparedSignature.from_data(json.loads(signing.prepared), content)
    signed = services.pdfs.complete_signature(prepared, key)
    file = services.put_pdf(signed, by=signing.asked_by, agency_id=signing.agency_id)
    with services.begin() as work:
        item, instance = work.work_items.lock(work_item_id)
        signing = _find(work_item_id, work)
        if signing.state is SigningState.SIGNED or item.state is not WorkItemState.SIGNING:
            return
        move = procedures.prepare(instance, by=signing.asked_by, at=services.clock(), work=work)
        _move_on(item, signing, file, move)


def _require_fit(key: SigningKey, services: Services) -> None:
    """See that the certificate may still sign: it may have been asked to days ago, while a neighbour was away."""
    try:
        services.pdfs.require_fit(key, services.clock())
    except RevocationUnknown as cause:
        raise RevocationUnavailable from cause


def _find(work_item_id: WorkItemId, work: UnitOfWork) -> Signing:
    signing = work.signings.find(work_item_id)
    if signing is None:
        raise SigningNotFound
    return signing


def _move_on(item: WorkItem, signing: Signing, file: StoredFile, move: Move) -> None:
    work, sealed = move.work, signing.field == SEAL_FIELD
    work.files.add(file)
    work.signings.save(signing.signed(file.id, move.at))
    move.add_version(VersionKind.SEALED if sealed else VersionKind.SIGNED, file.id)
    move.document = move.outgoing().in_state(OutgoingState.SEALED if sealed else OutgoingState.SIGNED)
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
