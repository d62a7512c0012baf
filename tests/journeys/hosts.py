"""Hosts of one installation, each a group of processes of its own, and the cable between them and the database."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import httpx
from sqlalchemy import make_url

from api.settings import Settings, inherited_environment

CHUNK = 65_536


@dataclass(slots=True, kw_only=True)
class Host:
    """One process of ours with all it starts, as if it had a machine to itself."""

    name: str
    module: str
    environment: Mapping[str, str]
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    deaths: int = 0

    def start(self) -> None:
        """Start it in a group of its own."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module],
            env={**inherited_environment(), **self.environment},
            start_new_session=True,
            stdin=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """Cut its power: everything it runs is gone at once."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end; by force if it does not."""
        self._end(signal.SIGTERM)

    def has_died(self) -> bool:
        """Say whether it ended though nobody told it to."""
        return self.process is not None and self.process.poll() is not None

    def is_ready(self) -> bool:
        """Say whether an API answers that it can work; a worker is ready when it is."""
        try:
            return self.port == 0 or httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).is_success
        except httpx.HTTPError:
            return False

    def _end(self, number: int) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@dataclass(slots=True)
class Cable:
    """What lies between the hosts and the database: a relay that can be cut and mended."""

    target: str
    port: int
    _listener: socket.socket
    _whole: threading.Event = field(default_factory=threading.Event)
    _ends: set[socket.socket] = field(default_factory=set)

    def cut(self) -> None:
        """Break every connection, and let no new one through."""
        self._whole.clear()
        for end in list(self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let new connections through."""
        self._whole.set()

    def relay(self) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if not self._whole.is_set():
                near.close()
                continue
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with near, socket.socket(socket.AF_UNIX) as far, contextlib.suppress(OSError, ValueError):
            far.connect(self.target)
            self._ends |= {near, far}
            _pump(near, far)
        self._ends -= {near, far}


def _pump(near: socket.socket, far: socket.socket) -> None:
    while True:
        readable, _, _ = select.select([near, far], [], [])
        for end in readable:
            content = end.recv(CHUNK)
            if not content:
                return
            (far if end is near else near).sendall(content)


@contextlib.contextmanager
def laid_cable(database_url: str) -> Iterator[tuple[Cable, str]]:
    """Lay a cable to the database's socket while the block runs; give it and the address at its other end."""
    url = make_url(database_url)
    target = f"{url.query['host']}/.s.PGSQL.{url.query['port']}"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        cable = Cable(target, port, listener)
        cable.mend()
        relay = threading.Thread(target=cable.relay, daemon=True)
        relay.start()
        address = url.set(host="127.0.0.1", port=port, query={})
        yield cable, address.render_as_string(hide_password=False)
        cable.cut()
        listener.shutdown(socket.SHUT_RDWR)
    relay.join(10)


def hosts(settings: Settings, ports: list[int], skew: Mapping[str, str]) -> list[Host]:
    """Return an API for each port and a worker beside it; the last worker has another idea of the time."""
    environment = settings.as_environment()
    apis = [
        Host(name=f"api {n}", module="api.serve", environment={**environment, "VANTHU_PORT": str(port)}, port=port)
        for n, port in enumerate(ports)
    ]
    others = [Host(name=f"worker {n}", module="api.worker", environment=environment) for n in range(len(ports) - 1)]
    skewed = Host(name="worker ahead of time", module="api.worker", environment={**environment, **skew})
    return [host for pair in zip(apis, [*others, skewed], strict=True) for host in pair]


def skewed_clock(offset: str) -> dict[str, str]:
    """Return the environment in which a process takes it to be so much later, as in '+2s'."""
    told = subprocess.run(
        ["faketime", "-m", "-f", offset, "env"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    pairs = dict(line.split("=", 1) for line in told if "=" in line)
    named = {name: value for name, value in pairs.items() if name == "LD_PRELOAD" or name.startswith("FAKETIME")}
    return {**named, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
