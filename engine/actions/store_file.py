"""Take a PDF or a photo in: judged readable, kept by its digest, never changed afterwards."""

from engine import access
from engine.events import FileStored
from engine.files import StoredFile
from engine.neighbours import Services
from engine.people import Person


def store_file(content: bytes, *, by: Person, services: Services) -> StoredFile:
    """Keep *content* and return what is known of it; the same content is kept once, whoever brings it.

    Raises:
        NotAllowed: The person only reads.
        PdfEmpty, NotAPdf, PdfEncrypted, PdfDamaged: The file cannot be taken; nothing is kept.
        PhotoDamaged, PhotoTooLarge: Nor can the photo.
    """
    access.require(by, "store_file")
    brought = services.put_content(content, by=by.id, agency_id=by.agency_id)
    with services.begin() as work:
        known = work.files.find(brought.id)
        file = known or brought
        if known is None:
            work.files.add(file)
        work.files.note_upload(file.id, by.id)
        work.record(
            FileStored(
                by=by.id,
                at=brought.stored_at,
                agency_id=by.agency_id,
                file_id=file.id,
                size=file.size,
                pages=file.pages,
                signatures=file.signatures,
            )
        )
    return file
