"""Signed in 2026, renewed while it can be, and judged in 2060: the authorities answer at the moved clock."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from engine.renewals import NoLaterEnd
from engine.signatures import CertificateRejected, SignerRole
from engine.validations import Verdict
from signing.algorithms import Algorithms, Rule
from signing.demo_pki import DemoPki, ensure
from signing.demo_services import DemoServices
from signing.room import Room
from tests.signing.conftest import Life
from tests.signing.samples import sign
from tests.support.machine import requires
from tests.support.pki import CHAIRMAN, HOLDERS, PASSPHRASE, Office, a_free_port


@dataclass
class Era:
    """An office whose authorities live at the time it is told."""

    room: Room
    at: datetime

    def now(self, year: int) -> datetime:
        """Move the clock to the middle of that year and return it."""
        self.at = datetime(year, 6, 1, tzinfo=UTC)
        return self.at


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="module")
def era(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Era]:
    began = datetime.now(UTC)
    pki = DemoPki(folder=tmp_path_factory.mktemp("era"), port=a_free_port())
    keys = tmp_path_factory.mktemp("keys")
    ensure(pki, HOLDERS[:1], keys=keys, passphrase=PASSPHRASE, fonts=office.fonts, at=began)
    settings = replace(office.settings, keys=keys, roots=(pki.root,), tsa_urls=pki.tsa_urls)
    era, services = Era(room=Room(settings), at=began), DemoServices(pki)

    def at_that_time(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        return services(environ | {"HTTP_X_CERTOMANCER_FAKE_TIME": era.at.isoformat()}, start)

    with make_server("127.0.0.1", pki.port, at_that_time, handler_class=_Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield era
        server.shutdown()


@pytest.fixture(scope="module")
def archived(era: Era, life: Life) -> bytes:
    return era.room.extend(sign(era.room, life.prepared, SignerRole.OFFICIAL, CHAIRMAN), datetime.now(UTC))


def judged(era: Era, year: int, folder: Path, *contents: bytes) -> list[Any]:
    """Return verdict and indications of each file, as a program says whose own clock stands in that year."""
    for number, content in enumerate(contents):
        (folder / f"{number}.pdf").write_bytes(content)
    (root,) = era.room._settings.roots
    moment = f"{era.now(year):%Y-%m-%d %H:%M:%S}"
    command = ["faketime", "-f", f"@{moment}", sys.executable, "-m", "tests.signing.judged", str(root), str(folder)]
    environment = {**os.environ, "DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"}  # noqa: TID251  it needs the path
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment)
    found: list[Any] = json.loads(done.stdout)
    return found


@requires("faketime")
def test_a_file_renewed_in_time_is_valid_in_2060_and_one_that_never_was_cannot_be_proven(
    era: Era, archived: bytes, tmp_path: Path
) -> None:
    renewed = era.room.renew(archived, era.now(2031))
    kept, lost = judged(era, 2060, tmp_path, renewed, archived)

    assert renewed.startswith(archived)
    assert [stamp.authority for stamp in era.room.stamps(renewed)] == [
        "Dấu thời gian (trình diễn)",
        "Dấu thời gian thứ hai (trình diễn)",
    ]
    assert kept == [Verdict.VALID, "OK", "OK", "OK"]
    assert lost[:2] == [Verdict.REVIEW, "NO_POE"]


def test_a_renewal_that_would_prove_it_no_longer_is_none(era: Era, archived: bytes) -> None:
    only_the_first = replace(era.room._settings, tsa_urls=era.room._settings.tsa_urls[:1])

    with pytest.raises(NoLaterEnd):
        Room(only_the_first).renew(archived, era.now(2030))


def test_once_the_last_time_stamp_has_ended_renewing_comes_too_late(era: Era, archived: bytes) -> None:
    with pytest.raises(CertificateRejected):
        era.room.renew(archived, era.now(2040))


@pytest.mark.parametrize(("until", "found"), [(2027, "OK"), (2020, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE")])
def test_a_key_too_weak_by_now_is_trusted_for_what_was_proven_before_it_was(
    era: Era, archived: bytes, until: int, found: str
) -> None:
    others = [rule for rule in Algorithms.load().rules if rule.name != "rsa"]
    rules = Algorithms((Rule(name="rsa", bits=2048, trust_until=date(until, 12, 31)), *others))
    report = Room(replace(era.room._settings, algorithms=rules)).validate(archived, era.now(2029))

    assert report.signatures[0].ades == found
    assert (report.verdict is Verdict.VALID) == (found == "OK")
