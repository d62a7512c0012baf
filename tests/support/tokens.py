"""A PKCS#11 token of SoftHSM with a key of each kind; it can be pulled out and plugged in again.

Everything that uses a PIN happens in processes of their own: a module that one test left in a bad state is not the
next one's. What the tests make goes through python-pkcs11, since softhsm2-util puts no certificates on a token.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from signing.settings import KeyPlaces
from tests.support.authority import PrivateKey

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
MODULE = "softhsm"
LABEL = "Văn thư"
PIN, WRONG_PIN = "số-271828", "số-314159"
_PUT_CERTIFICATES = """
import sys, pkcs11
from pkcs11 import Attribute, ObjectClass, CertificateType
module, token, pin, *pairs = sys.argv[1:]
with pkcs11.lib(module).get_token(token_label=token).open(rw=True, user_pin=pin) as session:
    for label, number, file in zip(pairs[::3], pairs[1::3], pairs[2::3]):
        session.create_object({
            Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
            Attribute.TOKEN: True, Attribute.PRIVATE: False, Attribute.LABEL: label,
            Attribute.ID: bytes.fromhex(number), Attribute.SUBJECT: b"", Attribute.VALUE: open(file, "rb").read(),
        })
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftToken:
    """A token whose objects lie in a folder."""

    folder: Path

    @property
    def module(self) -> Path:
        """The library that reads it."""
        return next(Path(path) for path in MODULES if Path(path).exists())

    @property
    def configuration(self) -> Path:
        """What SOFTHSM2_CONF names."""
        return self.folder / "softhsm2.conf"

    def places(self, folder: Path, pin: str | None = None) -> KeyPlaces:
        """Return settings by which a room finds it; with *pin* in a file of *folder*, nobody has to type it."""
        pins = {}
        if pin is not None:
            pins = {f"{MODULE}/{LABEL}": folder / "pin"}
            pins[f"{MODULE}/{LABEL}"].write_text(pin)
        return KeyPlaces(modules={MODULE: self.module}, pins=pins, refused_pins=folder / "refused")

    def put(
        self, keys: Mapping[str, tuple[PrivateKey, x509.Certificate | None]], chain: Sequence[x509.Certificate] = ()
    ) -> None:
        """Put keys with their certificates on it, by label, and certificates of authorities."""
        pairs: list[str] = []
        for number, authority in enumerate(chain, start=0xA0):
            file = self.folder / f"{number:02x}.der"
            file.write_bytes(authority.public_bytes(Encoding.DER))
            pairs += ["authority", f"{number:02x}", str(file)]
        for number, (label, (key, certificate)) in enumerate(keys.items(), start=1):
            source = self.folder / "key.pem"
            source.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            identity = f"{number:02x}"
            self._utility("--import", source, "--token", LABEL, "--label", label, "--id", identity, "--pin", PIN)
            if certificate is not None:
                file = self.folder / f"{identity}.der"
                file.write_bytes(certificate.public_bytes(Encoding.DER))
                pairs += [label, identity, str(file)]
        self._run([sys.executable, "-c", _PUT_CERTIFICATES, str(self.module), LABEL, PIN, *pairs])

    def initialise(self) -> None:
        """Make the token."""
        (self.folder / "tokens").mkdir()
        self.configuration.write_text(f"directories.tokendir = {self.folder / 'tokens'}\nlog.level = ERROR\n")
        self._utility("--init-token", "--free", "--label", LABEL, "--so-pin", "0000", "--pin", PIN)

    @contextmanager
    def pulled_out(self) -> Iterator[None]:
        """Have it away while the block runs."""
        there, away = self.folder / "tokens", self.folder / "away"
        there.rename(away)
        there.mkdir()
        yield
        there.rmdir()
        away.rename(there)

    def _utility(self, *arguments: str | Path) -> None:
        self._run(["softhsm2-util", *map(str, arguments)])

    def _run(self, command: Sequence[str]) -> None:
        environment = {"SOFTHSM2_CONF": str(self.configuration), "PATH": "/usr/local/bin:/usr/bin:/bin"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def soft_token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftToken]:
    """An empty token; what the tests start from now on finds it."""
    token = SoftToken(folder=tmp_path_factory.mktemp("token"))
    token.initialise()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SOFTHSM2_CONF", str(token.configuration))
        yield token
