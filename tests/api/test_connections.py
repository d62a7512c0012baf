"""Connections: head and body of an answer in one piece, a stream as it comes."""

import asyncio
import socket
import struct
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from api.connections import WholeAnswers

LIMIT = 20
"""Seconds until a test that waits gives up."""
LARGE = b"x" * 5_000_000


class Stage:
    """A server, and what its streams wait for."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.gate = threading.Event()

    @contextmanager
    def call(self, request: str) -> Iterator[socket.socket]:
        """Ask on a connection of one's own."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT) as connection:
            connection.sendall(f"{request}\r\nHost: a\r\n\r\n".encode())
            yield connection


async def hello(_: Request) -> Response:
    return PlainTextResponse("hello")


async def large(_: Request) -> Response:
    return Response(LARGE)


def streaming(gate: threading.Event) -> Callable[[Request], Awaitable[Response]]:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"first"
        await asyncio.to_thread(gate.wait, LIMIT)
        yield b"last"

    async def stream(_: Request) -> Response:
        return StreamingResponse(pieces())

    return stream


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A real server."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        made = Stage(listening.getsockname()[1])
        app = Starlette(routes=[Route("/hello", hello), Route("/large", large), Route("/stream", streaming(made.gate))])
        server = uvicorn.Server(uvicorn.Config(app, http=WholeAnswers, log_config=None, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
        yield made
        made.gate.set()
        server.should_exit = True
        thread.join(LIMIT)


def whole(connection: socket.socket) -> bytes:
    """Read until the server ends the connection."""
    taken = b""
    while piece := connection.recv(1 << 20):
        taken += piece
    return taken


def segments_in(connection: socket.socket) -> int:
    """Return how many TCP segments with data came, as the system counts them (tcpi_data_segs_in, linux/tcp.h)."""
    (segments,) = struct.unpack_from("I", connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192), 152)
    assert isinstance(segments, int)
    return segments


def test_head_and_body_arrive_together(stage: Stage) -> None:
    with stage.call("GET /hello HTTP/1.1") as connection:
        taken = b""
        while not taken.endswith(b"\r\n\r\nhello"):
            taken += connection.recv(65_536)
        assert segments_in(connection) == 1


def test_one_answer_follows_the_other_on_one_connection(stage: Stage) -> None:
    with stage.call("GET /hello HTTP/1.1") as connection:
        connection.recv(65_536)
        connection.sendall(b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        assert connection.recv(65_536).endswith(b"\r\n\r\nhello")
        assert segments_in(connection) == 2


def test_an_answer_after_which_the_connection_ends_arrives_whole(stage: Stage) -> None:
    with stage.call("GET /hello HTTP/1.0") as connection:
        assert whole(connection).endswith(b"\r\n\r\nhello")
    with stage.call("GET /large HTTP/1.0") as connection:
        assert whole(connection).endswith(b"\r\n\r\n" + LARGE)


def test_a_head_without_a_body_is_not_kept_back(stage: Stage) -> None:
    with stage.call("HEAD /hello HTTP/1.1") as connection:
        answer = connection.recv(65_536)
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b"\r\n\r\n")


def test_a_piece_of_a_stream_is_sent_when_it_is_there(stage: Stage) -> None:
    with stage.call("GET /stream HTTP/1.1") as connection:
        taken = b""
        while b"first" not in taken:
            taken += connection.recv(65_536)
        assert b"last" not in taken
        stage.gate.set()
        while b"last" not in taken:
            taken += connection.recv(65_536)


def test_a_caller_who_leaves_before_the_answer_harms_nobody(stage: Stage) -> None:
    with stage.call("GET /stream HTTP/1.1") as connection:
        connection.recv(65_536)
    stage.gate.set()
    with stage.call("GET /hello HTTP/1.0") as connection:
        assert whole(connection).endswith(b"hello")
