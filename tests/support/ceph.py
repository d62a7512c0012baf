"""A real S3 server with object lock: Ceph's gateway (Debian's radosgw) on loopback, its data in memory."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

_STEP_LIMIT_S = 60.0

_CONFIGURATION = """
[global]
fsid = {fsid}
mon host = v1:127.0.0.1:{monitor_port}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind port min = {low}
ms bind port max = {high}
auth cluster required = none
auth service required = none
auth client required = none
auth allow insecure global id reclaim = true
mon allow pool size one = true
mon max pg per osd = 1000
mon data = {folder}/mon
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 1073741824
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd crush chooseleaf type = 0
osd class load list = *
osd class default list = *
rgw data = {folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:{gateway_port}
keyring = {folder}/keyring
run dir = {folder}
pid file = {folder}/$name.pid
log file = {folder}/$name.log
admin socket = {folder}/$name.asok
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Server:
    """Where the server listens ('127.0.0.1:port', plain HTTP) and the keys of its one user."""

    endpoint: str
    access_key: str
    secret_key: str


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """A real S3 server with object lock, for tests marked 's3'."""
    # The names of Ceph's own sockets must stay short, so it does not live in the long folder of the test run.
    with tempfile.TemporaryDirectory(prefix="s3-") as folder, s3_server(Path(folder)) as server:
        yield server


@contextlib.contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    """Run a one-node Ceph with its gateway in *folder* while the block runs (about ten seconds to start)."""
    for part in ("mon", "osd", "rgw"):
        (folder / part).mkdir(parents=True)
    (folder / "keyring").touch()
    fsid = str(uuid.uuid4())  # noqa: TID251 - a name for a cluster that lives for one test run
    gateway_port, monitor_port, low = _free_ports(3)
    (folder / "ceph.conf").write_text(
        _CONFIGURATION.format(
            fsid=fsid, folder=folder, gateway_port=gateway_port, monitor_port=monitor_port, low=low, high=low + 50
        ),
        encoding="ascii",
    )
    server = S3Server(
        endpoint=f"127.0.0.1:{gateway_port}", access_key=secrets.token_hex(10), secret_key=secrets.token_hex(20)
    )
    try:
        _start_cluster(folder, fsid=fsid, monitor_port=monitor_port)
        _insist(folder, "radosgw", "-n", "client.rgw")
        _wait_for(lambda: _answers(server.endpoint), what="the gateway")
        keys = [f"--access-key={server.access_key}", f"--secret={server.secret_key}"]
        _insist(folder, "radosgw-admin", "user", "create", "--uid=archive", "--display-name=archive", *keys)
        yield server
    finally:
        _stop(folder)


def _start_cluster(folder: Path, *, fsid: str, monitor_port: int) -> None:
    """Start one monitor and one store of objects in memory."""
    monitor = ["--create", "--addv", "a", f"[v1:127.0.0.1:{monitor_port}]", "--fsid", fsid]
    subprocess.run(["monmaptool", *monitor, folder / "monmap"], check=True, capture_output=True)
    _run(folder, "ceph-mon", "--mkfs", "-i", "a", "--monmap", str(folder / "monmap"))
    _run(folder, "ceph-mon", "-i", "a")
    osd = str(uuid.uuid4())  # noqa: TID251 - see above
    _insist(folder, "ceph", "osd", "new", osd)
    _run(folder, "ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd)
    _insist(folder, "ceph-osd", "-i", "0")
    _wait_for(lambda: "1 up" in _asked(folder), what="the object store daemon")


def _asked(folder: Path) -> str:
    with contextlib.suppress(RuntimeError):
        return _run(folder, "ceph", "osd", "stat")
    return ""


def _insist(folder: Path, program: str, *arguments: str) -> None:
    """Run a program that may be refused at first: some ask the monitor before they know the name of its cluster."""
    refusals: list[str] = []

    def accepted() -> bool:
        try:
            _run(folder, program, *arguments)
        except RuntimeError as refused:
            refusals.append(str(refused))
            return False
        return True

    try:
        _wait_for(accepted, what=program)
    except RuntimeError as late:
        raise RuntimeError(refusals[-1]) from late


def _run(folder: Path, program: str, *arguments: str) -> str:
    """Run a program of Ceph; daemons go to the background by themselves and leave their number in a file.

    Their output goes to a file, since a daemon keeps a pipe open and we would wait for ever.
    """
    with (folder / "output.log").open("w+b") as output:
        command = [program, "-c", str(folder / "ceph.conf"), *arguments]
        done = subprocess.run(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=_STEP_LIMIT_S,
        )
        output.seek(0)
        said = output.read().decode("utf-8", "replace")
    if done.returncode != 0:
        raise RuntimeError(f"{program} {' '.join(arguments)} failed: {said}")
    return said


def _answers(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{endpoint}", timeout=5):
            return True
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code < 500
    except OSError:
        return False


def _wait_for(question: Callable[[], bool], *, what: str) -> None:
    limit = time.monotonic() + _STEP_LIMIT_S
    while not question():
        if time.monotonic() > limit:
            raise RuntimeError(f"Ceph: {what} did not come up")
        time.sleep(0.1)


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _stop(folder: Path) -> None:
    """End the daemons whose numbers they wrote into our own folder, the gateway first."""
    for name in ("client.rgw", "osd.0", "mon.a"):
        file = folder / f"{name}.pid"
        if file.exists():
            _end(int(file.read_text(encoding="ascii").strip() or "0"), folder)


def _end(pid: int, folder: Path) -> None:
    """Kill the daemon *pid* if its command line names our folder; its data is in memory, nothing is lost."""
    command = Path(f"/proc/{pid}/cmdline")
    if not pid or not command.exists() or os.fsencode(folder) not in command.read_bytes():
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
