"""Sealing the attachments of a document with it: prepared together, each with its own digest, signed one by one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from engine.appearance_events import AttachmentSealAsked, AttachmentSealed
from engine.attachment_seals import AttachmentSeal
from engine.documents import Document, OutgoingDocument
from engine.files import StoredFile
from engine.ids import FileId, SignatureId, WorkItemId
from engine.neighbours import Services
from engine.operations.move import Move
from engine.people import Person
from engine.signatures import PreparedSignature
from engine.signing_keys import SigningKey
from engine.signings import SigningState
from engine.text_seals import attachment_seal
from engine.work_items import WorkItem, WorkItemState


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedSeal:
    """An attachment with the place of the agency's signature open, not on record yet."""

    place: int
    file_id: FileId
    text: str
    prepared: PreparedSignature
    file: StoredFile


def prepare_seals(document: Document, key: SigningKey, *, by: Person, services: Services) -> list[PreparedSeal]:
    """Return the attachments that the agency signs with its seal on the document, prepared; [] before its number.

    Raises:
        KeyUnavailable, CertificateUnfit: The key cannot be used.
        NotYetSigned: An attachment is a draft of the agency's own, whose official has not signed it.
    """
    if not isinstance(document, OutgoingDocument) or document.number is None:
        return []
    with services.begin() as work:
        files = [work.files.get(attached.file_id) for attached in document.attachments]
    at = services.clock()
    text = attachment_seal(document.number, at)
    found = []
    for place, file in enumerate(files):
        if file.signatures:
            continue
        prepared = services.pdfs.prepare_text_seal(services.read(file.id), key, text, at)
        kept = services.put_pdf(prepared.content, by=by.id, agency_id=by.agency_id)
        found.append(PreparedSeal(place=place, file_id=file.id, text=text, prepared=prepared, file=kept))
    return found


def ask_seals(prepared: Sequence[PreparedSeal], item: WorkItem, key_id: str, move: Move) -> None:
    """Put the digests of the attachments on record with their document's; each is a leaf of its own."""
    for one in prepared:
        seal = _asked(one, item, key_id, move)
        move.work.files.add(one.file)
        move.work.attachment_seals.add(seal)
        move.work.record(
            AttachmentSealAsked(
                by=move.by,
                at=move.at,
                agency_id=seal.agency_id,
                on_behalf_of=item.on_behalf_of,
                by_stand_in=item.by_stand_in,
                document_id=seal.document_id,
                work_item_id=seal.work_item_id,
                signature_id=seal.id,
                file_id=seal.file_id,
                key_id=seal.key_id,
                digest=seal.digest,
                prepared_file_id=seal.prepared_file_id,
            )
        )


def _asked(one: PreparedSeal, item: WorkItem, key_id: str, move: Move) -> AttachmentSeal:
    return AttachmentSeal(
        id=SignatureId(move.work.new_id()),
        agency_id=item.agency_id,
        document_id=item.document_id,
        work_item_id=item.id,
        place=one.place,
        file_id=one.file_id,
        text=one.text,
        key_id=key_id,
        digest=one.prepared.digest,
        prepared_file_id=one.file.id,
        prepared=json.dumps(one.prepared.as_data()),
        asked_at=move.at,
        asked_by=move.by,
    )


def seal_attachments(work_item_id: WorkItemId, key: SigningKey, *, services: Services) -> None:
    """Sign what was prepared with this work item and is not signed yet; each is kept at once, so none is signed twice.

    Raises:
        KeyUnavailable, KeyMismatch, SignatureBroken, TimestampUnavailable: It cannot be signed now.
    """
    with services.begin() as work:
        seals = work.attachment_seals.of_item(work_item_id)
    for seal in seals:
        if seal.state is not SigningState.SIGNED:
            _seal(seal, key, services)


def _seal(seal: AttachmentSeal, key: SigningKey, services: Services) -> None:
    content = services.read(seal.prepared_file_id)
    prepared = PreparedSignature.from_data(json.loads(seal.prepared), content)
    signed = services.pdfs.complete_signature(prepared, key)
    file = services.put_pdf(signed, by=seal.asked_by, agency_id=seal.agency_id)
    with services.begin() as work:
        item, _ = work.work_items.lock(seal.work_item_id)
        known = next(one for one in work.attachment_seals.of_item(item.id) if one.id == seal.id)
        if item.state is not WorkItemState.SIGNING or known.state is SigningState.SIGNED:
            return
        at = services.clock()
        work.files.add(file)
        work.attachment_seals.save(seal.signed(file.id, at))
        work.record(
            AttachmentSealed(
                by=seal.asked_by,
                at=at,
                agency_id=seal.agency_id,
                on_behalf_of=item.on_behalf_of,
                by_stand_in=item.by_stand_in,
                document_id=seal.document_id,
                work_item_id=seal.work_item_id,
                signature_id=seal.id,
                file_id=seal.file_id,
                digest=seal.digest,
                signed_file_id=file.id,
            )
        )
