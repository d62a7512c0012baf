"""A row in every table of what signatures look like, of sealed attachments, and of copies."""

from engine.copies import Copy, CopyForm, Medium
from engine.ports import UnitOfWork
from engine.signature_images import ImageKind, SignatureImage
from tests.storage.builders import NOON, Desk, an_attachment_seal, new_id


def fill_appearance(work: UnitOfWork, desk: Desk) -> None:
    """Keep one of each."""
    office, clerk = desk.office, desk.office.person("clerk").id
    work.attachment_seals.add(an_attachment_seal(desk))
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
