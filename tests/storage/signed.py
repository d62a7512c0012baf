"""A row in every table of keys, trust, what signatures look like, sealed attachments and copies."""

from engine.copies import Copy, CopyForm, Medium
from engine.ids import SignatureBatchId, TrustAnchorId
from engine.page_views import PageViews
from engine.ports import UnitOfWork
from engine.signature_batches import BatchItem, SignatureBatch
from engine.signature_images import ImageKind, SignatureImage
from engine.trust_anchors import TrustAnchor, TrustPurpose
from tests.storage.builders import NOON, Desk, Office, a_key_choice, an_attachment_seal, new_id


def fill_signing(work: UnitOfWork, desk: Desk) -> None:
    """Keep one of each."""
    office, clerk = desk.office, desk.office.person("clerk").id
    work.key_choices.add(a_key_choice(office))
    work.trust_anchors.add([an_anchor(office)])
    work.attachment_seals.add(an_attachment_seal(desk))
    fill_batch(work, desk)
    work.signature_images.add(
        SignatureImage(
            id=new_id(),
            agency_id=office.agency.id,
            owner_id=clerk,
            kind=ImageKind.HAND,
            file_id=office.file_id,
            set_at=NOON,
            set_by=clerk,
        )
    )
    work.copies.add(
        Copy(
            document_id=desk.document.id,
            agency_id=office.agency.id,
            of_document_id=desk.document.id,
            form=CopyForm.EXTRACT,
            source=Medium.PAPER,
            target=Medium.PAPER,
            asked_by=clerk,
            asked_at=NOON,
            first_page=1,
            last_page=2,
        )
    )


def an_anchor(office: Office) -> TrustAnchor:
    return TrustAnchor(
        id=TrustAnchorId(new_id()),
        agency_id=office.agency.id,
        subject="CA thử nghiệm",
        certificate=b"DER",
        sha256="a" * 64,
        purpose=TrustPurpose.ANY,
        source="certificate",
        trusted_from=NOON,
        not_after=NOON,
        added_at=NOON,
        added_by=office.person("clerk").id,
        reason="QĐ 1",
    )


def fill_batch(work: UnitOfWork, desk: Desk) -> None:
    """Keep a batch of the clerk with the desk's work item, and the page they had."""
    clerk, document, key = desk.office.person("clerk").id, desk.document, SignatureBatchId(new_id())
    batch = SignatureBatch(
        id=key, agency_id=desk.office.agency.id, by=clerk, key="default", every_page_up_to=5, begun_at=NOON
    )
    item = BatchItem(
        batch_id=key, work_item_id=desk.item.id, document_id=document.id, place=0, file_id=document.file_id
    )
    work.signature_batches.add(batch, [item])
    work.page_views.add(PageViews(person_id=clerk, document_id=document.id, file_id=document.file_id, pages={1: NOON}))
