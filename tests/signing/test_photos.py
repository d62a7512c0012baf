"""Photos for outsiders: what they show, and nothing that a camera noted in them."""

from io import BytesIO

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from engine.files import PhotoDamaged
from signing.photos import shown_photo


def a_photo(kind: str, size: tuple[int, int] = (3_000, 1_000)) -> bytes:
    """Return a photo taken lying on its side at a place that is in it."""
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Model] = "Camera of a household"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (19.0, 48.0, 30.0)
    out = BytesIO()
    Image.new("RGB", size, "green").save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_outsiders_see_a_photo_upright_and_small_and_never_where_or_by_what_it_was_taken(kind: str) -> None:
    taken = a_photo(kind)

    shown = shown_photo(taken)

    assert b"Camera of a household" in taken
    assert b"Camera" not in shown
    with Image.open(BytesIO(shown)) as image:
        assert dict(image.getexif()) == {}
        assert (image.format, image.size) == ("JPEG", (533, 1_600))


def test_what_is_no_photo_is_not_shown() -> None:
    with pytest.raises(PhotoDamaged):
        shown_photo(a_photo("JPEG")[:2_000])
