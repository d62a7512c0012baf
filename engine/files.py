"""Files taken in: content addressed by its SHA-256, kept once, never changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.errors import FieldError, Invalid, NotFound, OurFault
from engine.ids import AgencyId, FileId, PersonId

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
MAX_MEGAPIXELS: Final = 50
"""Of a photo; more than the cameras of an office make."""
_BEGINNINGS: Final = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}


def photo_type(content: bytes) -> str | None:
    """Return the media type of a content that begins like a photo, whatever it is called; else None."""
    return next((kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFacts:
    """What a photo is: its type, width and height in pixels."""

    media_type: str
    width: int
    height: int


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


class PhotoRefused(Invalid):
    """A photo cannot be taken; the reason is about the field 'file'."""

    def __init__(self, **facts: object) -> None:
        error = FieldError(field="file", code=self.code, message=self.template % facts)
        super().__init__(errors=[error], **facts)


class PhotoDamaged(PhotoRefused):
    """The photo cannot be read to its end."""

    code = "file.photo_damaged"
    template = "This photo is damaged or incomplete. Take it from the camera again, as JPEG or PNG."


class PhotoTooLarge(PhotoRefused):
    """The photo would unpack to more than this installation takes."""

    code = "file.photo_too_large"
    template = "The photo has more than %(most)s megapixels. Make it smaller and upload it again."


class FileDamaged(OurFault):
    """What the store gave back is not what was put in."""

    code = "file.damaged"
    template = "The stored content of file %(file_id)s is damaged. Tell the administrator."
