"""Real servers that Vanthu talks to in tests: a receiver of webhooks, and a mail server."""

import mailbox
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest


@dataclass(slots=True, kw_only=True)
class Received:
    """One post as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Receiver:
    """A web server that takes posts, and answers as the test says."""

    server: ThreadingHTTPServer
    status: int = 200
    answer: bytes = b"thank you"
    headers: dict[str, str] = field(default_factory=dict)
    released: threading.Event = field(default_factory=threading.Event)
    got: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver; whoever posts to '/slow' waits until the test ends."""
    made: list[Receiver] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            one = made[0]
            body = self.rfile.read(int(self.headers["Content-Length"]))
            one.got.append(Received(path=self.path, headers=dict(self.headers), body=body))
            if self.path == "/slow":
                one.released.wait(20)
            self.send_response(one.status)
            for name, value in {**one.headers, "Content-Length": str(len(one.answer))}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(one.answer)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library names it so
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        made.append(Receiver(server))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield made[0]
        made[0].released.set()
        server.shutdown()
        thread.join()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHouse:
    """A mail server in a process of its own, and the folder it puts mails into."""

    port: int
    folder: Path

    def mails(self) -> list[EmailMessage]:
        """Return every mail it took, the oldest first."""
        parser = BytesParser(policy=policy.default)
        kept = mailbox.Maildir(self.folder, create=True)
        parsed = [parser.parsebytes(kept.get_bytes(key)) for key in sorted(kept.keys())]
        return [mail for mail in parsed if isinstance(mail, EmailMessage)]


@pytest.fixture(scope="session")
def smtp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailHouse]:
    """A running mail server (aiosmtpd)."""
    folder = tmp_path_factory.mktemp("mails") / "box"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = ["-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Mailbox", str(folder)]
    with subprocess.Popen([sys.executable, "-m", "aiosmtpd", *command]) as server:
        _await(port)
        yield MailHouse(port=port, folder=folder)
        server.terminate()


def _await(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
