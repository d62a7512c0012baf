"""The command line: demo, serve, worker, migrate; and token-sign, on an official's own computer."""

import argparse
import errno
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing
from types import FrameType
from typing import Final

from api import demo, demo_cases, demo_dossiers, demo_ocop, demo_progress, demo_ranking
from api.children import Child, Children
from api.demo import DemoFolder
from api.settings import Settings, SettingWrong, read_settings
from api.wiring import object_store, open_house, safe
from engine.errors import VanthuError
from signing import token_sign
from signing.safe import make_key
from storage import embedded, migrations

STARTED_WITHIN_S: Final = 60


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status."""
    parser = argparse.ArgumentParser(prog="vanthu", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="start everything on this machine; Ctrl-C stops it")
    commands.add_parser("serve", help="serve REST and pages")
    commands.add_parser("worker", help="run the jobs")
    commands.add_parser("migrate", help="bring the database to this version")
    commands.add_parser("token-sign", help="sign with the token in one's own computer", add_help=False)
    chosen, others = parser.parse_known_args(arguments)
    command = chosen.command
    if command == "token-sign":
        return token_sign.main(others)
    if others:
        parser.error(f"what is {' '.join(others)}?")
    settings = read_settings()
    try:
        match command:
            case "demo":
                return run_demo(settings)
            case "migrate":
                migrate(settings)
                return 0
            case _:
                return run_module({"serve": "api.serve", "worker": "api.worker"}[command])
    except VanthuError as error:
        say(str(error))
        return 1


def run_module(module: str) -> int:
    """Run one of our processes in the foreground until it ends or is told to."""
    children, told = Children(), Told()
    child = children.add(Child(module, [module]))
    while not told.to_end and not child.has_died():
        time.sleep(0.1)
    children.stop()
    return child.process.returncode if child.process else 1


def run_demo(settings: Settings) -> int:
    """Start database, PKI, worker and API; go on until Ctrl-C; end everything that was started."""
    require_port(settings)
    began = time.monotonic()
    folder = DemoFolder(root=settings.data)
    folder.root.mkdir(parents=True, exist_ok=True)
    password, is_new = folder.secret("demo_password", settings.demo_password)
    with embedded.running(folder.postgres) as server:
        say(f"database ready, {time.monotonic() - began:.1f} s")
        ours = demo.demo_settings(settings, folder, server.application_url, server.owner_url)
        migrate(ours)
        with open_house(ours) as house:
            demo.settle(house, password)
            demo.deputise(house)
            demo_cases.open_one_stop(house)
            demo_ocop.open_ocop(house)
            demo_progress.open_progress(house)
        children, told = Children(), Told()
        try:
            _start(children, ours, folder)
            if not _answers(settings, told):
                say("the API did not start; its own words are above")
                return 1
            _greet(settings, password, is_new=is_new, seconds=time.monotonic() - began)
            telling = threading.Thread(target=_open_dossiers, args=(ours, told), name="dossiers")
            telling.start()
            while not told.to_end:
                time.sleep(0.2)
            telling.join()
        finally:
            say("stopping")
            children.stop()
    return 0


def require_port(settings: Settings) -> None:
    """Say at once why nothing could be served on the port, before anything is started.

    Raises:
        SettingWrong: Another program has it, or this one may not.
    """
    with closing(socket.socket()) as probe:
        # As the API does: connections of one that ended a moment ago do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as cause:
            place = f"port {settings.port} of {settings.host}"
            why = f"{place}: {cause.strerror}; set VANTHU_HOST to an address of this machine, or choose another port"
            if cause.errno == errno.EADDRINUSE:
                why = f"another program has {place}, perhaps this demonstration itself; end it or choose another port"
            raise SettingWrong("PORT", f"{why}, as in 'VANTHU_PORT=8001 make demo'") from cause


def _start(children: Children, settings: Settings, folder: DemoFolder) -> None:
    environment = settings.as_environment()
    pki = ["signing.demo_services", str(folder.pki), str(folder.pki_port(0))]
    children.add(Child("pki", pki, watches_parent=False))
    children.add(Child("worker", ["api.worker"], environment))
    children.add(Child("api", ["api.serve"], environment))
    threading.Thread(target=children.watch, name="watch", daemon=True).start()


def _open_dossiers(settings: Settings, told: "Told") -> None:
    """Have the demonstration's dossiers made beside everything else; the worker makes their signatures."""
    try:
        with open_house(settings, connections=2) as house:
            if demo_dossiers.open_dossiers(house, lambda: told.to_end):
                say("three dossiers for recognition are there: one composed, one appraised, one published")
            if demo_ranking.have_scored(house, lambda: told.to_end):
                say("a dossier for an OCOP product is before its council")
    except (VanthuError, TimeoutError) as error:
        say(f"the demonstration's dossiers were not all made: {error}")


def _answers(settings: Settings, told: "Told") -> bool:
    deadline = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < deadline and not told.to_end:
        time.sleep(0.2)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{settings.port}/readyz", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            continue
    return told.to_end


def _greet(settings: Settings, password: str, *, is_new: bool, seconds: float) -> None:
    say(f"open http://127.0.0.1:{settings.port} ({seconds:.1f} s)")
    say("people: vanthu, chanhvanphong, truongphong, chuyenvien, phochutich, chutich, kiemtra, quantri, vanthu.xa1, …")
    if is_new:
        say(f"password of everybody: {password}")
    else:
        say(f"password of everybody: as before, in {settings.data}/secrets/demo_password")
    say("Ctrl-C stops everything")


def migrate(settings: Settings) -> None:
    """Bring the database to this version, make the buckets and the sealing key; nothing happens where that was done.

    Raises:
        SettingWrong: The owner's address is not set.
    """
    if settings.database_owner_url is None:
        raise SettingWrong("DATABASE_OWNER_URL", "the address of PostgreSQL for the owner's role is expected")
    migrations.upgrade(settings.database_owner_url)
    object_store(settings).prepare()
    make_key(safe(settings).path)


class Told:
    """Whether somebody told us to end. A signal may come in the middle of another's handling, so no lock is used."""

    def __init__(self) -> None:
        self.to_end = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._handle)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self.to_end = True


def say(text: str) -> None:
    """Tell whoever started us."""
    print(f"vanthu: {text}", flush=True)  # noqa: T201  this is the command line


if __name__ == "__main__":
    sys.exit(main())
