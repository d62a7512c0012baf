"""The demo PKI's services on loopback: revocation lists, OCSP and time-stamps, in one small server.

``python -m signing.demo_services FOLDER PORT`` serves until its parent ends.
"""

import os
import sys
import threading
from base64 import b64decode
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import unquote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel

from signing.demo_pki import ARCHITECTURE, RECORD, DemoPki

LOOPBACK = "127.0.0.1"
READY = "/ready"
_OCSP = f"/{ARCHITECTURE}/ocsp/ca"
_ORPHAN_CHECK_SECONDS = 1.0
_ANSWER_SECONDS = 30

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]


class DemoServices:
    """The WSGI application; learns of new holders as soon as the PKI's record changes."""

    def __init__(self, pki: DemoPki) -> None:
        self._pki = pki
        self._read_at = -1
        self._animator: Application | None = None
        # certomancer issues certificates on first use and is not made for threads.
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] == READY:
            start("200 OK", [("Content-Type", "text/plain")])
            return [str(self._pki.folder.resolve()).encode()]
        _accept_ocsp_by_get(environ)
        with self._lock:
            return list(self._current()(environ, start))

    def _current(self) -> Application:
        changed_at = (self._pki.folder / RECORD).stat().st_mtime_ns
        if self._animator is None or changed_at != self._read_at:
            architectures = {ArchLabel(ARCHITECTURE): self._pki.architecture()}
            self._animator = Animator(AnimatorArchStore(architectures), with_web_ui=False)
            self._read_at = changed_at
        return self._animator


def _accept_ocsp_by_get(environ: dict[str, Any]) -> None:
    """Turn a GET of RFC 6960, with the request in the path, into the POST certomancer knows."""
    path = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] != "GET" or not path.startswith(f"{_OCSP}/"):
        return
    try:
        body = b64decode(unquote(path.removeprefix(f"{_OCSP}/")), validate=True)
    except ValueError:
        return
    environ |= {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": _OCSP,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    timeout = _ANSWER_SECONDS

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is http.server's)
        """Say nothing: every signature makes several requests."""


def serve(pki: DemoPki) -> None:
    """Serve until interrupted, or until the parent process is gone."""
    parent = os.getppid()
    with make_server(LOOPBACK, pki.port, DemoServices(pki), _Server, _QuietHandler) as server:

        def stop_when_orphaned() -> None:
            waiting = threading.Event()
            while os.getppid() == parent:
                waiting.wait(_ORPHAN_CHECK_SECONDS)
            server.shutdown()

        threading.Thread(target=stop_when_orphaned, daemon=True).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    _, given_folder, given_port = sys.argv
    serve(DemoPki(folder=Path(given_folder), port=int(given_port)))
