"""Completions through HTTP: sign-in, rights, audit and all, by four client processes on two API processes."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import httpx

from api.settings import Settings, inherited_environment
from api.wiring import now
from bench.completions import completing
from bench.houses import PASSWORD, STEPS
from bench.rows import Rows
from bench.turns import Round, compare
from engine.deadlines import office_date
from tests.support.office import a_pdf

CLIENTS = 4
PORTS = (18_765, 18_766)
"""Of the API processes; clients are shared out among them."""
CHUNK = 65_536
_HEAD = re.compile(
    rb"HTTP/1\.1 (?P<status>\d+) .*?content-length: (?P<length>\d+)\r\n.*?\r\n\r\n", re.DOTALL | re.IGNORECASE
)


def measure(settings: Settings, rows: Rows) -> None:
    """Add completions through HTTP, as a ratio to those through the actions."""
    with ExitStack() as running:
        for port in PORTS:
            running.enter_context(_api(replace(settings, port=port)))
        compared = compare(settings, CLIENTS, completing, calling)
    rows.add("completions_http_4", compared.second, "completions/s", "completions_4", ratio=compared.ratio)


@contextmanager
def _api(settings: Settings) -> Iterator[None]:
    environment = {**inherited_environment(), **settings.as_environment()}
    with subprocess.Popen([sys.executable, "-m", "api.serve"], env=environment) as api:
        try:
            _await_ready(settings.port)
            yield
        finally:
            api.terminate()


def _await_ready(port: int) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).is_success:
                return
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


class _Caller:
    """One person at one API process, on one connection; as lean as can be, for it runs on the same processors.

    Python's own client takes as long to read the head of an answer as the API to write the answer.
    """

    def __init__(self, port: int, username: str) -> None:
        self._port = port
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._head = f"HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        token = self.call("POST", "/sessions", {"username": username, "password": PASSWORD})["token"]
        self.authorization = {"Authorization": f"Bearer {token}"}
        self._head += f"Authorization: Bearer {token}\r\n"

    def call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - what the API answers
        return json.loads(self.ask(method, path, body))

    def ask(self, method: str, path: str, body: object = None) -> bytes:
        """Make a call and return the body of its answer, which is not an error."""
        content = b"" if body is None else json.dumps(body).encode()
        request = f"{method} /api/v1{path} {self._head}Content-Length: {len(content)}\r\n\r\n".encode() + content
        status, answer = self._answer(request)
        if status >= HTTPStatus.BAD_REQUEST:
            raise RuntimeError(f"{method} {path}: {status} {answer.decode()}")
        return answer

    def _answer(self, request: bytes) -> tuple[int, bytes]:
        try:
            self._socket.sendall(request)
            return self._read()
        except ConnectionError:
            # The server ends what lies idle for some seconds, as while clients wait for one another.
            self._socket.close()
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=30)
            self._socket.sendall(request)
            return self._read()

    def _read(self) -> tuple[int, bytes]:
        taken, whole = b"", None
        while whole is None or len(taken) < whole:
            piece = self._socket.recv(CHUNK)
            if not piece:
                raise ConnectionError
            taken += piece
            if whole is None and (head := _HEAD.match(taken)):
                whole = head.end() + int(head["length"])
                status, begin = int(head["status"]), head.end()
        return status, taken[begin:]


@contextmanager
def calling(_settings: Settings, number: int) -> Iterator[Round]:
    """Sign everybody in and make eight documents ready that are sent back and forth."""
    port = PORTS[number % len(PORTS)]
    clerk = _Caller(port, "vanthu")
    documents = {_registered(clerk, port, number) for number in range(8)}
    people = {username: _Caller(port, username) for username, _, _ in STEPS}
    yield lambda: _round(people, documents)


def _registered(clerk: _Caller, port: int, number: int) -> str:
    base = f"http://127.0.0.1:{port}/api/v1"
    uploaded = httpx.post(f"{base}/files", files={"file": ("a.pdf", a_pdf())}, headers=clerk.authorization, timeout=30)
    request = {
        "file_id": uploaded.raise_for_status().json()["id"],
        "code_number": str(number),
        "code_notation": "BC-UBND",
        "issued_date": office_date(now()).isoformat(),
        "organ_name": "Ủy ban nhân dân xã Hoằng Thử",
        "type": "BC",
        "subject": "Báo cáo",
        "urgency": 0,
    }
    document: str = clerk.call("POST", "/incoming-documents", request)["id"]
    return document


def _round(people: dict[str, _Caller], own: Collection[str]) -> int:
    """Have each person read the inbox once and complete this client's items in it; return how many that was."""
    done = 0
    for username, outcome, data in STEPS:
        caller = people[username]
        inbox = caller.call("GET", "/work-items?mine=true&limit=200")["items"]
        items = [item["id"] for item in inbox if item["document_id"] in own]
        for item_id in items:
            caller.ask("POST", f"/work-items/{item_id}/complete", {"outcome": outcome, "data": data})
        done += len(items)
    return done
