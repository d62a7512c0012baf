"""Files taken in: content addressed by its SHA-256, kept once, never changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.errors import Invalid, NotFound, OurFault
from engine.ids import AgencyId, FileId, PersonId

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """What is known of a content: its digest, size in bytes, pages and how many signatures it carries.

    The first to bring the content is named; others who bring the same content get the same row.
    """

    id: FileId
    size: int
    media_type: str
    pages: int
    signatures: int
    stored_at: datetime
    stored_by: PersonId
    agency_id: AgencyId


class FileNotFound(NotFound):
    """No such file, or not for this person."""

    code = "file.not_found"
    template = "There is no such file. Upload it first, then use the id of the answer."


class FileTooLarge(Invalid):
    """The file is larger than this installation takes."""

    code = "file.too_large"
    template = "The file is larger than %(limit_mb)s MB. Make it smaller, or split it, and upload it again."


class FileDamaged(OurFault):
    """What the store gave back is not what was put in."""

    code = "file.damaged"
    template = "The stored content of file %(file_id)s is damaged. Tell the administrator."
