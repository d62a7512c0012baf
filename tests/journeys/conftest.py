"""The running demonstration, started by its own command, and the province's people at its door."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from api.settings import inherited_environment
from tests.api.rest.callers import Callers
from tests.support.house import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demonstration of our own, with data of its own; it ends with the tests."""
    port = _free_port()
    environment = inherited_environment() | {
        "VANTHU_DATA": str(tmp_path_factory.mktemp("demo")),
        "VANTHU_PORT": str(port),
        "VANTHU_DEMO_PASSWORD": PASSWORD,
    }
    with subprocess.Popen([sys.executable, "-m", "api.cli", "demo"], cwd=ROOT, env=environment) as started:
        try:
            _await_ready(f"http://127.0.0.1:{port}", started)
            yield f"http://127.0.0.1:{port}"
        finally:
            started.send_signal(signal.SIGINT)
            started.wait(timeout=PATIENCE_S)
    assert started.returncode == 0


@pytest.fixture
def callers(demo: str) -> Iterator[Callers]:
    """The province's people, each signed in once they do something."""
    with httpx2.Client(base_url=demo, timeout=30) as client:
        yield Callers(client)


def _await_ready(address: str, started: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and started.poll() is None:
        try:
            if httpx2.get(f"{address}/readyz", timeout=2).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    pytest.fail("the demonstration did not start; its own words are above")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
