"""Ask for a signature: what will be signed is fixed and on record before any key is used."""

import json
from dataclasses import dataclass, replace
from uuid import UUID

from engine import access, procedures
from engine.acting import acting
from engine.choices import step_of
from engine.copy_forms import COPY_FORMS
from engine.definitions import Outcome, SignatureKind
from engine.documents import Document, OutgoingDocument, OutgoingState
from engine.events import SigningAsked
from engine.files import StoredFile
from engine.ids import FileId, PersonId, SignatureBatchId, SignatureId, WorkItemId
from engine.key_use import key_of
from engine.neighbours import Services
from engine.operations.move import Move, VersionMoved
from engine.people import Person
from engine.ports import UnitOfWork
from engine.sealing import ask_seals, prepare_seals
from engine.signatures import Placement, PreparedSignature, SignerRole
from engine.signing_keys import SigningKey
from engine.signing_places import field_of, require_nobody_signs, require_own
from engine.signings import KeyNotYours, PinNotAsked, Signing, WrongKeyKind
from engine.text_seals import copy_seal
from engine.work_items import WorkItem, WorkItemTakesNoSignature

DEFAULT, AGENCY = "default", "agency"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSignature:
    """A work item to be done by signing.

    Attributes:
        key: 'default' (the person's own), 'agency', or a key's id.
        pin: What the key asks for; the keys there are ask for nothing.
        expected: The content the person saw and means to sign; None where that was not said.
        batch_id: The batch it waits in, where it is signed together with others.
    """

    work_item_id: WorkItemId
    key: str = DEFAULT
    pin: str | None = None
    expected: FileId | None = None
    batch_id: SignatureBatchId | None = None


def ask_signature(request: AskSignature, *, by: Person, services: Services) -> WorkItem:
    """Prepare the file, put its digest on record, and have the worker use the key.

    The digest is a leaf of the audit log before the key is used, one more for each attachment that is sealed along;
    one work item never has two digests.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded, WorkItemNotOpen, WorkItemTakesNoSignature: Not theirs.
        NotCompetent, PrintedForAnother: Nothing lets the person sign it, or it names another signer or right.
        NoFieldForSignature, AnotherSigns: The document has no place for it, or another's signature is being made.
        WrongKeyKind, KeyNotYours, PinNotAsked: The key, or a PIN for it, does not fit the step or the person.
        VersionMoved: The document has another version than the one the person saw.
        KeyUnavailable, CertificateUnfit: The key cannot be used.
        NotYetSigned, NotYetNumbered: The agency seals only what is signed and numbered.
    """
    with services.begin() as work:
        item = acting(by, work.work_items.get(request.work_item_id), services.clock(), work)
        document = work.documents.get(item.document_id)
        outcome, field = _require_may(item, document, by, work)
        key = key_of(by.agency_id, _whose(request, outcome, by), services=services, work=work)
    if request.expected not in (None, document.file_id):
        raise VersionMoved
    role = SignerRole.SEAL if outcome.signature is SignatureKind.AGENCY else SignerRole.OFFICIAL
    prepared = _prepared(document, Placement(field=field), role, key, services)
    file = services.put_pdf(prepared.content, by=by.id, agency_id=by.agency_id)
    seals = prepare_seals(document, key, by=by, services=services) if role is SignerRole.SEAL else []
    with services.begin() as work:
        item, instance = work.work_items.lock(request.work_item_id)
        item = acting(by, item, services.clock(), work)
        move = procedures.prepare(instance, by=by.id, at=services.clock(), work=work)
        outcome, _ = _require_may(item, move.document, by, work)
        move.require_file(document.file_id)
        work.files.add(file)
        signing = _signing(item, outcome, key.holder, prepared, file, move)
        _mark(signing, request.batch_id, item, move)
        ask_seals(seals, item, key.holder, move)
        asked = (item.claimed(by.id) if item.on_behalf_of else item).signing()
        work.work_items.save(asked)
        work.jobs.defer(procedures.USE_KEY, {"work_item_id": str(item.id)})
        return asked


def _prepared(
    document: Document, place: Placement, role: SignerRole, key: SigningKey, services: Services
) -> PreparedSignature:
    """Fix what is signed: on a copy the agency's words, elsewhere the image of a hand or the seal."""
    pdf, at = services.read(document.file_id), services.clock()
    if role is SignerRole.SEAL and document.type in COPY_FORMS:
        with services.begin() as work:
            agency = work.people.get_agency(document.agency_id)
        return services.pdfs.prepare_text_seal(pdf, key, copy_seal(COPY_FORMS[document.type], agency.name, at), at)
    shown = replace(place, image=_image(UUID(key.holder), services))
    return services.pdfs.prepare_signature(pdf, role, key, at, shown)


def _image(owner: UUID, services: Services) -> bytes | None:
    """Return what the owner's signature or seal looks like now; None is the image beside the key."""
    with services.begin() as work:
        image = work.signature_images.find(owner)
    return services.read(image.file_id) if image and image.file_id else None


def _require_may(item: WorkItem, document: Document, by: Person, work: UnitOfWork) -> tuple[Outcome, str]:
    """Return the outcome that is given by signing, and the field it is signed in."""
    item.require_open()
    _, step = step_of(item, work)
    outcome = next((known for known in step.outcomes if known.signature is not None), None)
    if outcome is None or outcome.signature is None:
        raise WorkItemTakesNoSignature
    field = field_of(item, outcome.signature, work)
    if outcome.signature is SignatureKind.PERSON and isinstance(document, OutgoingDocument):
        require_own(item, document, field, by, work)
    require_nobody_signs(document, item, work)
    return outcome, field


def _whose(request: AskSignature, outcome: Outcome, by: Person) -> PersonId | None:
    """Return whose key is to sign: the person's own, or the agency's (None)."""
    key = request.key
    if request.pin is not None:
        raise PinNotAsked
    if outcome.signature is SignatureKind.AGENCY:
        if key not in (AGENCY, str(by.agency_id)):
            raise WrongKeyKind(needed="agency")
        access.require(by, "use_agency_key")
        return None
    if key in (AGENCY, str(by.agency_id)):
        raise WrongKeyKind(needed="personal")
    if key not in (DEFAULT, str(by.id)):
        raise KeyNotYours
    return by.id


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
