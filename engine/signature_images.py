"""Images of signatures and seals: what a person's hand and an agency's seal look like on the page, from when on.

Source: Decree 30/2020/NĐ-CP, appendix I (the hand blue, the seal red, both transparent .png).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.errors import FieldError, Invalid, NotFound
from engine.ids import AgencyId, FileId, PersonId

MAX_BYTES: Final = 1_000_000
MAX_PIXELS: Final = 6_000_000
LEAST_PIXELS: Final = 150
"""On the longer side: 45 millimetres printed with fewer dots show steps."""


class ImageKind(StrEnum):
    """Whose image it is: a person's hand, blue, or the agency's seal, red."""

    HAND = "hand"
    SEAL = "seal"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureImage:
    """What a hand or a seal looks like from *set_at* on, until the next one.

    Attributes:
        id: A UUIDv7; the highest of an owner is the one in force.
        owner_id: The person, or the agency where it is the seal.
        file_id: The PNG as it is drawn; None: the one that lies beside the key again.
    """

    id: UUID
    agency_id: AgencyId
    owner_id: PersonId | AgencyId
    kind: ImageKind
    file_id: FileId | None
    set_at: datetime
    set_by: PersonId


class ImageRefused(Invalid):
    """The uploaded image cannot be taken; the error is about the field 'file'."""

    def __init__(self, **facts: object) -> None:
        message = self.template % facts
        super().__init__(errors=[FieldError(field="file", code=self.code, message=message)], **facts)


class ImageNotPng(ImageRefused):
    """It is no PNG, or one that cannot be read to its end."""

    code = "image.not_png"
    template = "The file is not a PNG image that can be read. Save the image as PNG and choose that file."


class ImageTooLarge(ImageRefused):
    """It has too many bytes or too many pixels."""

    code = "image.too_large"
    template = "The image is too large: at most %(megabytes)s MB and %(megapixels)s million pixels. Make it smaller."


class ImageTooSmall(ImageRefused):
    """It has too few pixels to be printed well."""

    code = "image.too_small"
    template = "The image has only %(pixels)s pixels on its longer side; %(least)s are needed. Scan it anew at 300 dpi."


class ImageNotTransparent(ImageRefused):
    """It has a background."""

    code = "image.not_transparent"
    template = "The image has a background. Only the ink may be seen: make everything else transparent."


class ImageEmpty(ImageRefused):
    """Nothing can be seen on it."""

    code = "image.empty"
    template = "Nothing can be seen on the image. Choose the one with the ink."


class HandNotBlue(ImageRefused):
    """A hand's ink is not blue."""

    code = "image.hand_not_blue"
    template = "The ink of a signature must be blue; of this one only %(share)s parts in 100 are. Colour it blue."


class SealNotRed(ImageRefused):
    """A seal is not red."""

    code = "image.seal_not_red"
    template = "A seal must be red; of this one only %(share)s parts in 100 are. Scan it in colour."


class ImageNotFound(NotFound):
    """There is no image on record for this owner, or not for this person to see."""

    code = "image.not_found"
    template = "There is no such image."
