"""Calls whose body is made while it is sent, straight into the application, so that what is read can be counted."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message

from tests.api.rest.callers import API

CHUNK = bytes(64 * 1024)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came back, and how many bytes of the body the application had read by then."""

    status: int
    body: Any
    read: int


def a_long_body(size: int, boundary: bytes = b"limit") -> Iterator[bytes]:
    """Yield a multipart body with one file of *size* bytes."""
    yield b"--" + boundary + b'\r\nContent-Disposition: form-data; name="file"; filename="big.pdf"\r\n'
    yield b"Content-Type: application/pdf\r\n\r\n%PDF-1.7\n"
    for _ in range(size // len(CHUNK)):
        yield CHUNK
    yield b"\r\n--" + boundary + b"--\r\n"


class AheadLoop(asyncio.SelectorEventLoop):
    """A loop whose clock can be put ahead, so that nobody waits for a deadline."""

    ahead = 0.0

    def time(self) -> float:
        """Return the time, so much ahead."""
        return super().time() + self.ahead


def send(app: ASGIApp, path: str, body: Iterator[bytes], headers: Mapping[str, str]) -> Answered:
    """POST the body piece by piece and return the answer; *path* as in Caller.ask."""
    return asyncio.run(_send(app, path, body, headers))


def stall(app: ASGIApp, path: str, begun: bytes, headers: Mapping[str, str], seconds: float) -> Answered:
    """POST only the beginning of a body, let so much time pass without more of it, and return the answer."""
    with asyncio.Runner(loop_factory=AheadLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, AheadLoop)
        return runner.run(_send(app, path, iter((begun,)), headers, _Pause(loop=loop, seconds=seconds)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pause:
    loop: AheadLoop
    seconds: float

    async def begin(self) -> None:
        """Put the clock ahead once, and wait for whoever gives up."""
        self.loop.ahead = self.loop.ahead or self.seconds
        await self.loop.create_future()


async def _send(
    app: ASGIApp, path: str, body: Iterator[bytes], headers: Mapping[str, str], pause: _Pause | None = None
) -> Answered:
    read = 0
    sent: list[Message] = []

    async def receive() -> Message:
        nonlocal read
        piece = next(body, None)
        if piece is None and pause:
            await pause.begin()
        read += len(piece or b"")
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def answer(message: Message) -> None:
        sent.append(message)

    await app(_scope(path, headers), receive, answer)
    content = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    said = json.loads(content) if content.startswith(b"{") else content.decode()
    return Answered(status=sent[0]["status"], body=said, read=read)


def _scope(path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    whole = path[1:] if path.startswith("//") else API + path
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": whole,
        "raw_path": whole.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (name.lower().encode(), value.encode()) for name, value in {"Host": "localhost", **headers}.items()
        ],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8000),
    }
