"""The demonstration: one command starts everything, Ctrl-C ends everything, a second start goes on."""

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest

PATIENCE_S = 90
PASSWORD = "a password of this test"

pytestmark = pytest.mark.journey


class Demo:
    """`make demo` without the set-up, in a data folder and on a port of its own."""

    def __init__(self, data: Path) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        own = {"VANTHU_DATA": str(data), "VANTHU_PORT": str(self.port), "VANTHU_DEMO_PASSWORD": PASSWORD}
        environment = {**os.environ, **own}  # noqa: TID251  a process of its own needs the machine's settings too
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "demo"], env=environment, stdout=subprocess.PIPE, text=True
        )
        self.said: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if "Ctrl-C" in line:
                break

    def started(self) -> list[psutil.Process]:
        """Return every process the demonstration started, and those they started."""
        children: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return children

    def sign_in(self, username: str) -> httpx.Response:
        """Sign in by REST."""
        credentials = {"username": username, "password": PASSWORD}
        return httpx.post(f"http://127.0.0.1:{self.port}/api/v1/sessions", json=credentials, timeout=20)

    def end(self, *signals: signal.Signals) -> int:
        """Send the signals, one right after the other, and return the exit status."""
        for number in signals:
            self.process.send_signal(number)
        status = self.process.wait(PATIENCE_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder nobody else may look into."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


def test_the_demonstration_starts_ends_and_goes_on_where_it_stopped(data: Path) -> None:
    first = Demo(data)
    started = first.started()
    token = first.sign_in("vanthu").raise_for_status().json()["token"]

    assert first.end(signal.SIGINT, signal.SIGTERM) == 0
    assert _gone(started)
    second = Demo(data)
    me = httpx.get(
        f"http://127.0.0.1:{second.port}/api/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=20
    )

    assert me.raise_for_status().json()["person"]["name"] == "Nguyễn Thị Hoa"
    assert not re.search(re.escape(PASSWORD), "".join(second.said))
    _kill_and_see_everything_end(second)


def _kill_and_see_everything_end(demo: Demo) -> None:
    """Whoever starts the demonstration may be killed: nothing it started stays behind."""
    started = demo.started()

    demo.end(signal.SIGKILL)

    assert _gone(started)


def _gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE_S)
    return not alive


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ("eight", "a whole number is expected, not 'eight'"),
        ("0", "a port from 1 to 65535 is expected, not '0'"),
        ("65536", "a port from 1 to 65535 is expected, not '65536'"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_with_its_name(tmp_path: Path, port: str, expected: str) -> None:
    ended = _refused(tmp_path, port)

    assert f"VANTHU_PORT: {expected}" in ended


def test_a_port_another_program_has_is_named_before_anything_starts(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        ended = _refused(tmp_path, str(port))

    assert f"VANTHU_PORT: another program has port {port} of 127.0.0.1" in ended
    assert "VANTHU_PORT=8001 make demo" in ended
    assert not list(tmp_path.iterdir())


def _refused(data: Path, port: str) -> str:
    """Return what a demonstration says that cannot start by this port."""
    environment = {**os.environ, "VANTHU_DATA": str(data), "VANTHU_PORT": port}  # noqa: TID251  as above
    ended = subprocess.run(
        [sys.executable, "-m", "api.cli", "demo"], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    return ended.stderr
