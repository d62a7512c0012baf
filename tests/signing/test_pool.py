"""The processes that work on PDFs: what they answer, and what happens when one of them does not."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.letters import LetterIncomplete
from engine.neighbours import PdfRoom
from engine.pdfs import PdfEmpty
from engine.signatures import SignerRole, SigningBusy, SigningStopped, TimestampUnavailable
from engine.validations import Verdict
from signing.pool import RoomPool
from tests.signing.conftest import Life
from tests.signing.samples import DATE_LINE, NUMBER_LINE, a_letter, complete
from tests.support.pki import CHAIRMAN, ROOT, SEAL, Office, file_key

LIMIT = 20.0


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def pool(office: Office) -> Iterator[RoomPool]:
    """Two processes, started once for this module."""
    pool = RoomPool(office.settings, clock=now)
    yield pool
    pool.close()


def eventually(holds: Callable[[], bool]) -> bool:
    """Say whether it holds within the limit."""
    limit = time.monotonic() + LIMIT
    while time.monotonic() < limit:
        if holds():
            return True
        time.sleep(0.02)
    return False


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def workers(pid: int) -> list[int]:
    """Return the spawned processes of *pid* that do the work."""
    return [child for child in children(pid) if "spawn_main" in command(child)]


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def test_a_document_goes_all_the_way_through_other_processes(pool: RoomPool) -> None:
    room: PdfRoom = pool
    letter = room.render(a_letter())
    prepared = room.prepare_fields(letter.content, letter.layout)
    signed = complete(room, room.prepare_signature(prepared, SignerRole.OFFICIAL, file_key(CHAIRMAN), now()))
    numbered = room.fill_number(signed, NUMBER_LINE, DATE_LINE)
    sealed = complete(room, room.prepare_signature(numbered, SignerRole.SEAL, file_key(SEAL), now()))

    archived = room.extend(sealed, now())

    assert room.validate(archived, now()).verdict is Verdict.VALID
    assert room.inspect(archived).signatures == 3
    assert room.certificate(file_key(SEAL)).key == SEAL


def test_many_threads_may_call_at_once(pool: RoomPool, life: Life) -> None:
    with ThreadPoolExecutor(8) as threads:
        facts = list(threads.map(pool.inspect, [life.archived] * 24))

    assert {one.signatures for one in facts} == {3}


def test_a_refusal_comes_back_with_its_facts_and_field_errors(pool: RoomPool) -> None:
    with pytest.raises(LetterIncomplete) as refused:
        pool.render(a_letter(subject="", signer_name=""))

    assert [error.field for error in refused.value.errors] == ["subject", "signer_name"]


def test_a_refused_file_leaves_the_processes_alone(pool: RoomPool, life: Life) -> None:
    with pytest.raises(PdfEmpty):
        pool.inspect(b"")

    assert pool.inspect(life.signed).signatures == 1


def test_a_process_that_dies_is_a_fault_and_the_next_call_finds_a_new_one(office: Office, life: Life) -> None:
    pool = RoomPool(office.settings, clock=now, processes=1)
    before = set(workers(os.getpid()))
    pool.inspect(life.signed)
    (started,) = set(workers(os.getpid())) - before
    os.kill(started, signal.SIGKILL)

    with pytest.raises(SigningStopped, match="inspect"):
        _until_noticed(pool, life.signed)

    assert pool.inspect(life.signed).signatures == 1
    pool.close()


def _until_noticed(pool: RoomPool, pdf: bytes) -> None:
    """Call until the pool has noticed that its process is gone; the call that finds out raises."""
    assert eventually(lambda: pool.inspect(pdf).pages == 0)


def test_a_call_over_its_time_ends_its_process(office: Office, life: Life, silent: str) -> None:
    patient = RoomPool(replace(office.settings, tsa_urls=(silent,)), clock=now, processes=1, seconds_per_call=2)
    prepared = patient.prepare_signature(life.prepared, SignerRole.OFFICIAL, file_key(CHAIRMAN), now())

    with pytest.raises(SigningStopped, match="complete_signature"):
        complete(patient, prepared)

    assert patient.inspect(life.signed).signatures == 1
    patient.close()


def test_a_call_that_finds_no_free_process_is_told_so(office: Office, life: Life, silent: str) -> None:
    settings = replace(office.settings, tsa_urls=(silent,), tsa_seconds=1)
    busy = RoomPool(settings, clock=now, processes=1, seconds_per_call=2)
    prepared = busy.prepare_signature(life.prepared, SignerRole.OFFICIAL, file_key(CHAIRMAN), now())

    with ThreadPoolExecutor(9) as threads:
        calls = [threads.submit(complete, busy, prepared) for _ in range(9)]
        faults = {type(call.exception(60)) for call in calls}

    assert faults == {TimestampUnavailable, SigningBusy}
    busy.close()


def test_no_call_runs_on_once_its_caller_was_told_that_no_process_is_free(office: Office, life: Life) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/tsa"
        busy = RoomPool(
            replace(office.settings, tsa_urls=(url,), tsa_seconds=1), clock=now, processes=1, seconds_per_call=2
        )
        prepared = busy.prepare_signature(life.prepared, SignerRole.OFFICIAL, file_key(CHAIRMAN), now())
        with ThreadPoolExecutor(9) as threads:
            calls = [threads.submit(complete, busy, prepared) for _ in range(9)]
            faults = [type(call.exception(60)) for call in calls]
        busy.close()
        asked = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                listener.accept()[0].close()
                asked += 1

    assert SigningBusy in faults
    assert asked == faults.count(TimestampUnavailable)


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of somebody who listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/tsa"


PARENT = """
import sys, threading
from datetime import UTC, datetime
from pathlib import Path
from signing.pool import RoomPool
from signing.settings import RoomSettings

if __name__ == "__main__":
    settings = RoomSettings(fonts=Path(sys.argv[1]), keys=Path(sys.argv[2]), passphrase="", roots=(), tsa_urls=())
    pool = RoomPool(settings, clock=lambda: datetime.now(UTC))
    pool.inspect(Path(sys.argv[3]))
    print("ready", flush=True)
    threading.Event().wait(60)
"""


def test_the_processes_end_when_their_parent_is_killed(office: Office, archived_file: Path, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    arguments = [sys.executable, *map(str, (script, office.fonts, office.keys, archived_file))]
    with subprocess.Popen(
        arguments, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        orphans = workers(parent.pid)

        parent.kill()

    assert orphans
    assert eventually(lambda: not any(command(orphan) for orphan in orphans))
