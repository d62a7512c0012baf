"""Contents as they are given out, by REST and on pages: under a name people recognise, with what keeps them harmless.

They come from the locked archive where they lie there. No door answers bytes but through here.
"""

import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock
from typing import BinaryIO, Final
from urllib.parse import quote

from fastapi.responses import Response, StreamingResponse

from api.workbooks import MEDIA_TYPE as WORKBOOK
from api.workbooks import write_workbook
from engine.criteria_sheets import Book, Cell
from engine.documents import ArchivedFile
from engine.ids import FileId
from engine.neighbours import ARCHIVE, WORK, Services

PIECE: Final = 1_048_576
MADE_KEPT: Final = 64 * 1_048_576
"""Bytes of what was made to be shown that a process keeps: some hundred photos."""
PRIVATE: Final = "private, no-store"
PUBLIC: Final = "public, max-age=300"
_GUARDS: Final = {
    # A page of ours shows the file inside itself; nobody else's may.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def file_answer(
    content: bytes, media_type: str, name: str, *, cached: str = PRIVATE, attached: bool = False, tag: str = ""
) -> Response:
    """Return a file as an answer.

    Args:
        content: Its bytes.
        media_type: What they are; browsers are told not to guess.
        name: Under which it is saved.
        cached: Cache-Control: PRIVATE, or PUBLIC for what everybody may read.
        attached: Whether a browser is to save it instead of showing it.
        tag: Its ETag without quotes, '' where it has none.
    """
    return Response(
        content, media_type=media_type, headers=file_headers(name, cached=cached, attached=attached, tag=tag)
    )


def workbook_answer(book: Book, name: str, *, guide: Sequence[Sequence[Cell]] = ()) -> Response:
    """Return a table as an Excel workbook that is saved, with a sheet that explains it where there is a *guide*."""
    return file_answer(write_workbook(book, guide=guide), WORKBOOK, name, attached=True)


def file_stream(file: BinaryIO, media_type: str, name: str) -> Response:
    """Return a large file as an answer that is saved, piece by piece; it is closed at the end."""
    return StreamingResponse(streamed(file), media_type=media_type, headers=file_headers(name, attached=True))


def file_headers(name: str, *, cached: str = PRIVATE, attached: bool = False, tag: str = "") -> Mapping[str, str]:
    """Return the headers of a file (see file_answer), for an answer that says it is still the same."""
    shown = disposition(name)
    headers = {
        **_GUARDS,
        "Cache-Control": cached,
        "Content-Disposition": shown.replace("inline", "attachment", 1) if attached else shown,
    }
    return {**headers, "ETag": f'"{tag}"'} if tag else headers


class MadeContents:
    """What was made of files to be shown, kept for whoever asks next; what nobody asked for the longest, goes first.

    A file is known by the digest of its content, so what was made of it is never out of date.
    """

    def __init__(self, most_bytes: int = MADE_KEPT) -> None:
        self._most, self._size = most_bytes, 0
        self._kept: OrderedDict[FileId, bytes] = OrderedDict()
        self._lock = Lock()

    def of(self, file_id: FileId, make: Callable[[], bytes]) -> bytes:
        """Return what was made of a file, or make it now; two who ask first at the same moment both make it."""
        with self._lock:
            if file_id in self._kept:
                self._kept.move_to_end(file_id)
                return self._kept[file_id]
        made = make()
        with self._lock:
            self._size += len(made) - len(self._kept.pop(file_id, b""))
            self._kept[file_id] = made
            while self._size > self._most:
                self._size -= len(self._kept.popitem(last=False)[1])
        return made


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
