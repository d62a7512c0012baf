"""A time-stamp authority of the tests' own that does what none should, each by a path of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import tsp
from certomancer.registry import CertLabel, KeyLabel
from certomancer.services import TimeStamper

from signing.demo_pki import DemoPki

_ENDLESS = 4 * 1024 * 1024
_REJECTION = bytes.fromhex("3005 3003 020102")
"""SEQUENCE { SEQUENCE { INTEGER 2 } }: a refusal has no token, which asn1crypto cannot write."""


class Crooked:
    """Where the authority listens; *asked* has the paths in the order they came, *away* makes them all fail."""

    def __init__(self, pki: DemoPki) -> None:
        self.asked: list[str] = []
        self.away = False
        self.closing = threading.Event()
        self.architecture = pki.architecture()
        self.lock = threading.Lock()
        self.port = 0

    def url(self, path: str) -> str:
        """Return the address of the authority that answers in this way."""
        return f"http://127.0.0.1:{self.port}/{path}"

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Return status and content for one request."""
        if self.away or path == "500":
            return 500, b"out of order"
        if path == "slow":
            self.closing.wait()
        if path == "garbage":
            return 200, b"<html>welcome</html>"
        if path == "endless":
            return 200, bytes(_ENDLESS)
        if path == "refused":
            return 200, _REJECTION
        with self.lock:
            return 200, self._stamped(path, tsp.TimeStampReq.load(body))

    def _stamped(self, path: str, request: tsp.TimeStampReq) -> bytes:
        if path == "nonce":
            request["nonce"] = 1
        if path == "digest":
            request["message_imprint"]["hashed_message"] = bytes(32)
        answer = self._stamper(path).request_tsa_response(request)
        if path == "broken":
            signer = answer["time_stamp_token"]["content"]["signer_infos"][0]
            signer["signature"] = signer["signature"].native[:-1] + bytes([signer["signature"].native[-1] ^ 1])
        return bytes(answer.dump())

    def _stamper(self, path: str) -> TimeStamper:
        label = "ocsp" if path == "unfit" else "tsa"
        ends = {"expired": datetime(2048, 1, 1, tzinfo=UTC), "behind": datetime(2020, 1, 1, tzinfo=UTC)}
        known = self.architecture
        return TimeStamper(
            tsa_cert=known.get_cert(CertLabel(label)),
            tsa_key=known.key_set.get_private_key(KeyLabel(label)),
            fixed_dt=ends.get(path),
            md_algorithm="sha1" if path == "sha1" else "sha256",
        )


@contextmanager
def served(pki: DemoPki) -> Iterator[Crooked]:
    """Serve the authority while the block runs."""
    crooked = Crooked(pki)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            path = self.path.strip("/")
            crooked.asked.append(path)
            status, content = crooked.answer(path, self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except (ConnectionResetError, BrokenPipeError):
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    crooked.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield crooked
    finally:
        crooked.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
