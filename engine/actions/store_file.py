"""Take a PDF in: judged readable, kept by its digest, never changed afterwards."""

import hashlib
from io import BytesIO

from engine import access
from engine.events import FileStored
from engine.files import StoredFile
from engine.ids import FileId
from engine.neighbours import WORK, Services
from engine.people import Person


def store_file(content: bytes, *, by: Person, services: Services) -> StoredFile:
    """Keep *content* and return what is known of it; the same content is kept once, whoever brings it.

    Raises:
        NotAllowed: The person only reads.
        PdfEmpty, NotAPdf, PdfEncrypted, PdfDamaged: The file cannot be taken; nothing is kept.
    """
    access.require(by, "store_file")
    file_id = FileId(hashlib.sha256(content).hexdigest())
    facts = services.pdfs.inspect(content)
    services.store.put(WORK, file_id, BytesIO(content), len(content))
    at = services.clock()
    with services.begin() as work:
        known = work.files.find(file_id)
        file = known or StoredFile(
            id=file_id,
            size=len(content),
            media_type="application/pdf",
            pages=facts.pages,
            signatures=facts.signatures,
            stored_at=at,
            stored_by=by.id,
            agency_id=by.agency_id,
        )
        if known is None:
            work.files.add(file)
        work.files.note_upload(file_id, by.id)
        work.record(
            FileStored(
                by=by.id,
                at=at,
                agency_id=by.agency_id,
                file_id=file_id,
                size=file.size,
                pages=file.pages,
                signatures=file.signatures,
            )
        )
    return file
