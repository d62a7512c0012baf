"""Contents as they are given out: from the locked archive where they lie there, under a name people recognise."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final
from urllib.parse import quote

from engine.documents import ArchivedFile
from engine.ids import FileId
from engine.neighbours import ARCHIVE, WORK, Services

PIECE: Final = 1_048_576


def content_of(file_id: FileId, archived: Sequence[ArchivedFile], services: Services) -> bytes:
    """Return a content, by the locked version of it where *archived* names one.

    A later put or a plain delete in the archive hides the locked version from a plain read; its version id does not.

    Raises:
        FileNotFound: It lies in neither bucket.
        FileDamaged: What the store gave is not what was put in.
        NeighbourAway: The store does not answer.
    """
    locked = next((kept for kept in archived if kept.file_id == file_id), None)
    bucket, version_id = (ARCHIVE, locked.version_id) if locked else (WORK, None)
    with services.store.open(bucket, file_id, version_id) as stream:
        return stream.read()


def streamed(file: BinaryIO) -> Iterator[bytes]:
    """Give the file out piece by piece from where it stands, and close it."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def disposition(name: str) -> str:
    """Return a Content-Disposition that shows the content and keeps Vietnamese in its name.

    Programs that know only the plain name get it without tone marks: 'Bang cong nhan 5-QD-UBND.pdf'.

    Source: RFC 6266 and RFC 8187.
    """
    folded = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\%' else "_"
        for letter in folded
        if not unicodedata.combining(letter)
    )
    return f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
