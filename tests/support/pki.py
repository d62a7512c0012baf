"""A public key infrastructure of the tests' own, made anew and served on loopback once a session (a second)."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.signing_keys import SigningKey
from signing.demo_pki import DemoPki, Holder, HolderState, ensure
from signing.demo_services import READY
from signing.fonts import SOURCE, ensure_fonts
from signing.settings import FONTS, RoomSettings

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "made for one test session"
PROVINCE = "Ủy ban nhân dân tỉnh Thử Nghiệm"
CHAIRMAN, DEPUTY, SECRETARY, SEAL = "chutich", "phochutich", "thuky", "ubnd"
REVOKED, EXPIRED, ROGUE = "revoked", "expired", "rogue"
HOLDERS = (
    Holder(key=CHAIRMAN, name="Nguyễn Văn Đức", organization=PROVINCE, title="Chủ tịch"),
    Holder(key=DEPUTY, name="Trần Thị Hạnh", organization=PROVINCE, title="Phó Chủ tịch"),
    Holder(key=SECRETARY, name="Bùi Minh Tuấn", organization=PROVINCE, title="Thư ký"),
    Holder(key=SEAL, name=PROVINCE, organization=PROVINCE),
    Holder(key=REVOKED, name="Lê Bị Thu Hồi", organization=PROVINCE, title="x", state=HolderState.REVOKED),
    Holder(key=EXPIRED, name="Phạm Hết Hạn", organization=PROVINCE, title="x", state=HolderState.EXPIRED),
    Holder(key=ROGUE, name="Nguyễn Văn Đức", organization=PROVINCE, title="Chủ tịch", state=HolderState.ROGUE),
)
_SECONDS_TO_START = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An office with its keys, whose authorities answer on loopback."""

    pki: DemoPki
    keys: Path
    fonts: Path

    @property
    def settings(self) -> RoomSettings:
        """What a room for PDFs of this office is made with."""
        return RoomSettings(
            fonts=self.fonts,
            keys=self.keys,
            passphrase=PASSPHRASE,
            roots=(self.pki.root,),
            tsa_urls=self.pki.tsa_urls,
        )


def file_key(name: str) -> SigningKey:
    """Return the key in the file called *name*."""
    return SigningKey(holder=name)


def a_free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def fonts() -> Path:
    """The scaled fonts, made once and kept."""
    return ensure_fonts(ROOT / SOURCE, ROOT / FONTS)


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory, fonts: Path) -> Iterator[Office]:
    """An office whose authorities are served while the session lasts."""
    folder = tmp_path_factory.mktemp("pki")
    keys = tmp_path_factory.mktemp("keys")
    pki = DemoPki(folder=folder, port=a_free_port())
    ensure(pki, HOLDERS, keys=keys, passphrase=PASSPHRASE, fonts=fonts, at=datetime.now(UTC))
    command = [sys.executable, "-m", "signing.demo_services", str(folder), str(pki.port)]
    with subprocess.Popen(command, cwd=ROOT) as server:
        try:
            _wait_until_ready(pki, server)
            yield Office(pki=pki, keys=keys, fonts=fonts)
        finally:
            server.terminate()


def _wait_until_ready(pki: DemoPki, server: "subprocess.Popen[bytes]") -> None:
    limit = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < limit and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{pki.port}{READY}", timeout=5) as answer:
                assert answer.read().decode() == str(pki.folder.resolve())
                return
        except urllib.error.URLError:
            time.sleep(0.05)
    pytest.fail("the demo PKI's services did not start")
