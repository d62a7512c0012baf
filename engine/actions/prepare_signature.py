"""Prepare a signature that is made elsewhere: what will be signed is fixed, put on record and given out."""

import json
from collections.abc import Set
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from engine import procedures
from engine.acting import acting
from engine.client_signature_events import SignaturePrepared
from engine.client_signatures import (
    LIFETIME,
    WAITS_FOR_HOLDER,
    ClientSignature,
    ClientSignatureState,
    KeyHeldHere,
    SealedHereOnly,
    SignatureGiven,
)
from engine.client_signing import role_of
from engine.copy_forms import COPY_FORMS
from engine.definitions import Outcome
from engine.documents import Document, OutgoingDocument, OutgoingState
from engine.files import StoredFile
from engine.ids import FileId, SignatureId, WorkItemId
from engine.key_use import image_of, key_of
from engine.neighbours import Services
from engine.operations.move import Move, VersionMoved
from engine.people import Person
from engine.ports import UnitOfWork
from engine.signatures import Placement, PreparedSignature, SignerRole
from engine.signing_keys import KeyKind, SigningKey
from engine.signing_rights import DEFAULT, require_may_sign, whose_key
from engine.work_items import WorkItem


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareSignature:
    """A work item to be done by a signature made elsewhere.

    Attributes:
        key: 'default' (the person's own), 'agency', or the id of either.
        expected: The content the person saw and means to sign; None where that was not said.
        lifetime: So long it waits for the signature.
    """

    work_item_id: WorkItemId
    key: str = DEFAULT
    expected: FileId | None = None
    lifetime: timedelta = LIFETIME


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What is to be signed: by which key, in what quality and field, of which version; not to *given_up* digests."""

    key: SigningKey
    role: SignerRole
    field: str
    base: FileId
    given_up: Set[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fixed:
    key: SigningKey
    base: FileId
    prepared: PreparedSignature
    file: StoredFile | None
    to_sign: bytes


def prepare_signature(request: PrepareSignature, *, by: Person, services: Services) -> tuple[ClientSignature, bool]:
    """Return what is to be signed, and whether it is new; asked again it is the same, never a second digest.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded, WorkItemNotOpen: As for completing.
        WorkItemTakesNoSignature: The step is not done by signing.
        NotCompetent, PrintedForAnother: Nothing lets the person sign it, or it names another signer or right.
        WrongKeyKind, KeyNotYours: The key does not fit the step or the person.
        KeyHeldHere: The server uses this key.
        PreparedForAnother: A colleague prepared it.
        SignatureGiven: It is signed already.
        VersionMoved: The document has another version than the one the person saw.
        SealedHereOnly: Several files are sealed at once, or a copy in words.
        CertificateUnfit and those of engine.certificates: The key's certificate may not sign now.
        NotYetSigned, NotYetNumbered: The agency seals only what is signed and numbered.
    """
    with services.begin() as work:
        item = acting(by, work.work_items.get(request.work_item_id), services.clock(), work)
        known = _known(request, by, work)
        if known is not None:
            return known, False
        document = work.documents.get(item.document_id)
        outcome, field = require_may_sign(item, document, by, services.clock(), work)
        key = key_of(by.agency_id, whose_key(request.key, outcome, by), services=services, work=work)
        wanted = _Wanted(
            key=key,
            role=role_of(outcome.signature),
            field=field,
            base=document.file_id,
            given_up=work.client_signatures.digests_of(item.id),
        )
    if not key.kind.is_elsewhere:
        raise KeyHeldHere
    if request.expected not in (None, document.file_id):
        raise VersionMoved
    if wanted.role is SignerRole.SEAL:
        _require_one_file(document, services)
    return _give_out(_fixed(wanted, by, services), request, by, services)


def _require_one_file(document: Document, services: Services) -> None:
    with services.begin() as work:
        unsigned = [one for one in document.attachments if not work.files.get(one.file_id).signatures]
    if unsigned or document.type in COPY_FORMS:
        raise SealedHereOnly


def _give_out(fixed: _Fixed, request: PrepareSignature, by: Person, services: Services) -> tuple[ClientSignature, bool]:
    with services.begin() as work:
        item, instance = work.work_items.lock(request.work_item_id)
        item = acting(by, item, services.clock(), work)
        known = _known(request, by, work)
        if known is not None:
            return known, False
        move = procedures.prepare(instance, by=by.id, at=services.clock(), work=work)
        outcome, _ = require_may_sign(item, move.document, by, move.at, work)
        move.require_file(fixed.base)
        return _keep(_client_signature(item, outcome, fixed, request, move), fixed, item, move), True


def _known(request: PrepareSignature, by: Person, work: UnitOfWork) -> ClientSignature | None:
    """Return what was prepared before for this work item, if it still waits."""
    known = work.client_signatures.find(request.work_item_id)
    if known is None:
        return None
    known.require_of(by.id)
    if known.state is ClientSignatureState.ACCEPTED:
        raise SignatureGiven
    if request.expected not in (None, known.base_file_id):
        raise VersionMoved
    return known


def _fixed(wanted: _Wanted, by: Person, services: Services) -> _Fixed:
    # A whole file is signed as it is; that it could be prepared shows that it is its turn, and the certificate fit.
    key, base, at = wanted.key, wanted.base, services.clock()
    services.pdfs.require_fit(key, at)
    pdf, place = services.read(base), Placement(field=wanted.field, image=image_of(UUID(key.holder), services))
    prepared = services.pdfs.prepare_signature(pdf, wanted.role, key, at, place)
    while prepared.digest in wanted.given_up:
        # The claimed time has seconds only: within one, the same file would be prepared to the same digest again.
        at += timedelta(seconds=1)
        prepared = services.pdfs.prepare_signature(pdf, wanted.role, key, at, place)
    if key.kind is KeyKind.PLUGIN:
        return _Fixed(key=key, base=base, prepared=prepared, file=None, to_sign=b"")
    file = services.put_pdf(prepared.content, by=by.id, agency_id=by.agency_id)
    to_sign = services.pdfs.to_sign(prepared.digest, key, prepared.algorithm)
    return _Fixed(key=key, base=base, prepared=prepared, file=file, to_sign=to_sign)


def _client_signature(
    item: WorkItem, outcome: Outcome, fixed: _Fixed, request: PrepareSignature, move: Move
) -> ClientSignature:
    prepared, file = fixed.prepared, fixed.file
    return ClientSignature(
        id=SignatureId(move.work.new_id()),
        agency_id=item.agency_id,
        document_id=item.document_id,
        instance_id=item.instance_id,
        work_item_id=item.id,
        kind=fixed.key.kind,
        role=prepared.role,
        field=prepared.field,
        outcome=outcome.id,
        key=fixed.key,
        certificate_sha256=prepared.certificate,
        digest=prepared.digest if file else fixed.base,
        digest_algorithm=prepared.algorithm,
        base_file_id=fixed.base,
        prepared_file_id=file.id if file else fixed.base,
        prepared=json.dumps(prepared.as_data()) if file else "",
        to_sign=fixed.to_sign,
        asked_at=move.at,
        asked_by=move.by,
        expires_at=move.at + request.lifetime,
    )


def _keep(signature: ClientSignature, fixed: _Fixed, item: WorkItem, move: Move) -> ClientSignature:
    work, document = move.work, move.document
    if fixed.file is not None:
        work.files.add(fixed.file)
    work.client_signatures.add(signature)
    if isinstance(document, OutgoingDocument) and document.state is OutgoingState.TO_SIGN:
        move.document = document.in_state(OutgoingState.SIGNING)
    move.keep_document()
    asked = (item.claimed(move.by) if item.on_behalf_of else item).signing()
    work.work_items.save(asked.waiting(WAITS_FOR_HOLDER, move.at))
    work.record(
        SignaturePrepared(
            by=move.by,
            at=move.at,
            agency_id=item.agency_id,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
            document_id=item.document_id,
            work_item_id=item.id,
            signature_id=signature.id,
            field=signature.field,
            kind=signature.kind.value,
            digest=signature.digest,
            digest_algorithm=signature.digest_algorithm,
            certificate=signature.certificate_sha256,
            prepared_file_id=signature.prepared_file_id,
        )
    )
    return signature
