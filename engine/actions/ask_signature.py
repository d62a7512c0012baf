"""Ask for a signature: what will be signed is fixed and on record before any key is used."""

import json
from dataclasses import dataclass, field, replace
from uuid import UUID

from engine import procedures
from engine.acting import acting
from engine.actions.use_key import use_key
from engine.client_signatures import SignElsewhere
from engine.client_signing import role_of
from engine.copy_forms import COPY_FORMS
from engine.definitions import Outcome
from engine.documents import Document, OutgoingDocument, OutgoingState
from engine.events import SigningAsked
from engine.files import StoredFile
from engine.ids import FileId, SignatureBatchId, SignatureId, WorkItemId
from engine.key_use import image_of, key_of
from engine.neighbours import Services
from engine.operations.move import Move, VersionMoved
from engine.people import Person
from engine.ports import UnitOfWork
from engine.sealing import ask_seals, prepare_seals
from engine.signatures import Placement, PreparedSignature, SignerRole
from engine.signing_keys import SigningKey
from engine.signing_rights import DEFAULT, require_may_sign, whose_key
from engine.signings import Signing
from engine.text_seals import copy_seal
from engine.typed_keys import Typed, waiting_key
from engine.work_items import WorkItem, WorkItemNotFound, WorkItemNotOpen


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSignature:
    """A work item to be done by signing.

    Attributes:
        key: 'default' (the person's own), 'agency', or a key's id.
        pin: What a key on a token or at a service asks for; used once, kept nowhere.
        otp: The one-time code a service's key asks for; as little kept.
        expected: The content the person saw and means to sign; None where that was not said.
        batch_id: The batch it waits in, where it is signed together with others.
    """

    work_item_id: WorkItemId
    key: str = DEFAULT
    pin: str | None = field(default=None, repr=False)
    otp: str | None = field(default=None, repr=False)
    expected: FileId | None = None
    batch_id: SignatureBatchId | None = None

    @property
    def typed(self) -> Typed:
        """What was typed to use the key."""
        return Typed(pin=self.pin, otp=self.otp)


def ask_signature(request: AskSignature, *, by: Person, services: Services) -> WorkItem:
    """Prepare the file, put its digest on record, and have the worker use the key after that.

    It is a leaf, one more for each attachment that is sealed along; one work item never has two digests. A key that
    asks for a PIN or a code is used here and now; where that fails, asking again with it signs the same digests.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded, WorkItemNotOpen, WorkItemTakesNoSignature: Not theirs.
        NotCompetent, PrintedForAnother: Nothing lets the person sign it, or it names another signer or right.
        NoFieldForSignature, AnotherSigns: The document has no place for it, or another's signature is being made.
        WrongKeyKind, KeyNotYours: The key does not fit the step or the person.
        PinNotAsked, OtpNotAsked, PinNeeded, OtpNeeded: What was typed is not what the key asks for.
        VersionMoved: The document has another version than the one the person saw.
        SignElsewhere, KeyUnavailable and those of engine.certificates: The key is not used here, or may not sign.
        NotYetSigned, NotYetNumbered: The seal comes last.
        StandInOver, HeadReplaced: The right it was asked under is over; it is given up and can be asked for anew.
        PinWrong, TokenAway and the others of engine.key_errors: On record, but not signed yet.
    """
    try:
        asked, key = _put_on_record(request, by=by, services=services)
    except (WorkItemNotOpen, WorkItemNotFound):
        waiting = _find_waiting(request.work_item_id, by, services)
        if waiting is None:
            raise
        asked, key = waiting
        request.typed.require_for(key)
    if not key.asks:
        return asked
    use_key(asked.id, services=services, key=request.typed.opening(key))
    with services.begin() as work:
        return work.work_items.get(asked.id)


def _find_waiting(work_item_id: WorkItemId, by: Person, services: Services) -> tuple[WorkItem, SigningKey] | None:
    """Return the item with the key for which it waits until the person types what it asks for, None if it does not."""
    with services.begin() as work:
        item = work.work_items.get(work_item_id)
        # Whether who asked for it may sign it still, is asked with its right, before the key is used.
        key = waiting_key(item, by, services=services, work=work)
        return None if key is None else (item, key)


def _put_on_record(request: AskSignature, *, by: Person, services: Services) -> tuple[WorkItem, SigningKey]:
    """Prepare the file and keep its digest; return the item as being signed, and the key that is to sign it."""
    with services.begin() as work:
        item = acting(by, work.work_items.get(request.work_item_id), services.clock(), work)
        document = work.documents.get(item.document_id)
        outcome, field_name = require_may_sign(item, document, by, services.clock(), work)
        key = _key(request, outcome, by, services, work)
    if request.expected not in (None, document.file_id):
        raise VersionMoved
    services.pdfs.require_fit(key, services.clock())
    role = role_of(outcome.signature)
    prepared = _prepared(document, Placement(field=field_name), role, key, services)
    file = services.put_pdf(prepared.content, by=by.id, agency_id=by.agency_id)
    seals = prepare_seals(document, key, by=by, services=services) if role is SignerRole.SEAL else []
    with services.begin() as work:
        item, instance = work.work_items.lock(request.work_item_id)
        item = acting(by, item, services.clock(), work)
        move = procedures.prepare(instance, by=by.id, at=services.clock(), work=work)
        outcome, _ = require_may_sign(item, move.document, by, move.at, work)
        move.require_file(document.file_id)
        work.files.add(file)
        signing = _signing(item, outcome, key.holder, prepared, file, move)
        _mark(signing, request.batch_id, item, move)
        ask_seals(seals, item, key.holder, move)
        asked = (item.claimed(by.id) if item.on_behalf_of else item).signing()
        work.work_items.save(asked)
        if not key.asks:
            work.jobs.defer(procedures.USE_KEY, {"work_item_id": str(item.id)})
        return asked, key


def _prepared(
    document: Document, place: Placement, role: SignerRole, key: SigningKey, services: Services
) -> PreparedSignature:
    """Fix what is signed: on a copy the agency's words, elsewhere the image of a hand or the seal."""
    pdf, at = services.read(document.file_id), services.clock()
    if role is SignerRole.SEAL and document.type in COPY_FORMS:
        with services.begin() as work:
            agency = work.people.get_agency(document.agency_id)
        return services.pdfs.prepare_text_seal(pdf, key, copy_seal(COPY_FORMS[document.type], agency.name, at), at)
    shown = replace(place, image=image_of(UUID(key.holder), services))
    return services.pdfs.prepare_signature(pdf, role, key, at, shown)


def _key(request: AskSignature, outcome: Outcome, by: Person, services: Services, work: UnitOfWork) -> SigningKey:
    """Return the key that is to sign, which the server can use and for which everything it asks for was typed."""
    key = key_of(by.agency_id, whose_key(request.key, outcome, by), services=services, work=work)
    if key.kind.is_elsewhere:
        raise SignElsewhere
    request.typed.require_for(key)
    return key


def _signing(
    item: WorkItem, outcome: Outcome, key_id: str, prepared: PreparedSignature, file: StoredFile, move: Move
) -> Signing:
    return Signing(
        id=SignatureId(move.work.new_id()),
        agency_id=item.agency_id,
        document_id=item.document_id,
        instance_id=item.instance_id,
        work_item_id=item.id,
        field=prepared.field,
        outcome=outcome.id,
        key_id=key_id,
        digest=prepared.digest,
        prepared_file_id=file.id,
        prepared=json.dumps(prepared.as_data()),
        base_file_id=move.document.file_id,
        asked_at=move.at,
        asked_by=move.by,
    )


def _mark(signing: Signing, batch_id: SignatureBatchId | None, item: WorkItem, move: Move) -> None:
    document = move.document
    move.work.signings.add(signing)
    if batch_id is not None:
        move.work.signature_batches.prepared(batch_id, item.id, signing.id)
    if isinstance(document, OutgoingDocument) and document.state is OutgoingState.TO_SIGN:
        move.document = document.in_state(OutgoingState.SIGNING)
    move.keep_document()
    move.work.record(
        SigningAsked(
            by=move.by,
            at=move.at,
            agency_id=signing.agency_id,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
            document_id=signing.document_id,
            work_item_id=signing.work_item_id,
            signature_id=signing.id,
            field=signing.field,
            key_id=signing.key_id,
            digest=signing.digest,
            prepared_file_id=signing.prepared_file_id,
        )
    )
