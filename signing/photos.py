"""Photos as evidence: JPEG or PNG by their bytes, readable to their end, of a sane size; kept exactly as they came.

What a camera notes in them (where, when) stays: it is part of the evidence. Outsiders are given another picture.
"""

import zlib
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from engine.files import MAX_MEGAPIXELS, PhotoDamaged, PhotoFacts, PhotoTooLarge, photo_type

_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG"}
_SHOWN: Final = 1_600
"""Of a picture for outsiders no side has more points."""
_SMALL: Final = 256
"""A JPEG is unpacked to about this size: every byte of it is read, and hardly any memory is needed."""


def inspected_photo(content: bytes) -> PhotoFacts:
    """Say what the photo is.

    Raises:
        PhotoDamaged: It cannot be read to its end, or is neither JPEG nor PNG.
        PhotoTooLarge: It would unpack to more than MAX_MEGAPIXELS; that is known from its header.
    """
    media_type = photo_type(content)
    if media_type is None:
        raise PhotoDamaged
    try:
        with Image.open(BytesIO(content), formats=(_FORMATS[media_type],)) as image:
            width, height = image.size
            if width * height > MAX_MEGAPIXELS * 1_000_000:
                raise PhotoTooLarge(most=MAX_MEGAPIXELS)
            image.draft("RGB", (_SMALL, _SMALL))
            image.load()
    except Image.DecompressionBombError as cause:
        raise PhotoTooLarge(most=MAX_MEGAPIXELS) from cause
    except (OSError, SyntaxError, ValueError, EOFError, zlib.error) as cause:
        raise PhotoDamaged from cause
    return PhotoFacts(media_type=media_type, width=width, height=height)


def shown_photo(content: bytes) -> bytes:
    """Return a photo that was taken in as a JPEG for everybody, upright and no larger than a page needs.

    Nothing but what it shows is in it: where, when and by which camera it was taken may tell where somebody lives.

    Raises:
        PhotoDamaged, PhotoTooLarge: As inspected_photo.
    """
    inspected_photo(content)
    with Image.open(BytesIO(content)) as image:
        image.draft("RGB", (_SHOWN, _SHOWN))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((_SHOWN, _SHOWN))
    # A picture of its own: what PIL knows of the file it read, it would write into the next.
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    out = BytesIO()
    bare.save(out, "JPEG", quality=85)
    return out.getvalue()
