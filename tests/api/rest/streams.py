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


def send(app: ASGIApp, path: str, body: Iterator[bytes], headers: Mapping[str, str]) -> Answered:
    """POST the body piece by piece and return the answer."""
    return asyncio.run(_send(app, path, body, headers))


async def _send(app: ASGIApp, path: str, body: Iterator[bytes], headers: Mapping[str, str]) -> Answered:
    read = 0
    sent: list[Message] = []

    async def receive() -> Message:
        nonlocal read
        piece = next(body, None)
        read += len(piece or b"")
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def answer(message: Message) -> None:
        sent.append(message)

    await app(_scope(path, headers), receive, answer)
    content = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    return Answered(status=sent[0]["status"], body=json.loads(content), read=read)


def _scope(path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": API + path,
        "raw_path": (API + path).encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (name.lower().encode(), value.encode()) for name, value in {"Host": "localhost", **headers}.items()
        ],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8000),
    }
