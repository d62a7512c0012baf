"""What of a request is taken in: its body by announced length, else while it streams; its path without NUL; names."""

from typing import Final

from starlette.datastructures import Headers, UploadFile
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import RequestTooLarge
from api.wiring import House
from engine.errors import Refusal
from engine.files import FileTooLarge

MB: Final = 1_000_000
TEXT_MB: Final = 2
"""What a body without files takes: the longest letter, each of its characters escaped, and room to spare."""
_DIGITS: Final = 18
"""Of a length so many are read: no number of them is small."""
ENVELOPE: Final = 65_536
"""What a form may put around its files: boundaries, headers, short fields."""


class PlainPath:
    """Gives paths on without the character NUL, which no database looks for: what it stood in is then not there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, with the replacement character of Unicode for each NUL of its path."""
        if "\x00" in scope.get("path", ""):
            scope = {**scope, "path": scope["path"].replace("\x00", "\ufffd")}
        await self._app(scope, receive, send)


class BodyLimit:
    """Raises out of ``receive`` as soon as a body is too large, so that nobody reads, spools or keeps it.

    Whoever asks must be known first: what is raised only when the body is read leaves a 401 a 401.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; for HTTP with its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        house: House = scope["app"].state.house
        allowed, refusal = _allowed(headers, house.settings.max_upload_mb)
        length = announced(headers)
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            if length > allowed:
                raise refusal
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > allowed:
                raise refusal
            return message

        await self._app(scope, counted, send)


def _allowed(headers: Headers, upload_mb: int) -> tuple[int, Refusal]:
    """Return how many bytes a body of this kind may have, and what is said of a longer one."""
    if headers.get("Content-Type", "").lower().startswith("multipart/form-data"):
        return upload_mb * MB + ENVELOPE, FileTooLarge(limit_mb=upload_mb)
    return TEXT_MB * MB, RequestTooLarge(limit_mb=TEXT_MB)


def name_of(chosen: UploadFile) -> str:
    """Return the name a file had where it came from, without folders and without characters nobody sees."""
    # NUL cannot be stored, and signs that turn the direction of writing make 'fdp.exe' look like a PDF.
    seen = "".join(letter for letter in chosen.filename or "" if letter.isprintable())
    return seen.replace("\\", "/").rsplit("/", 1)[-1][:200] or "PDF"


def announced(headers: Headers) -> int:
    """Return how many bytes the body is said to have, 0 where that is not said."""
    text = headers.get("Content-Length", "")
    return int(text[:_DIGITS]) if text.isascii() and text.isdecimal() else 0
