"""Photos as evidence: JPEG or PNG by their bytes, readable to their end, of a sane size; kept exactly as they came.

What a camera notes in them (where, when) stays: it is part of the evidence.
"""

import zlib
from io import BytesIO
from typing import Final

from PIL import Image

from engine.files import MAX_MEGAPIXELS, PhotoDamaged, PhotoFacts, PhotoTooLarge, photo_type

_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG"}
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
