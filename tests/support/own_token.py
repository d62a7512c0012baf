"""A token in an official's own computer: SoftHSM with a key of the province, and `token-sign` as a program of its own.

``python -m tests.support.own_token`` puts a key on the token: a PKCS#11 library is loaded by a process of its own.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pkcs11
from asn1crypto import pem
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11 import Attribute, CertificateType, ObjectClass

from api.settings import inherited_environment
from tests.support.elsewhere import Holder

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "4711-of-the-tests"
LABEL, KEY = "Chu tich", "sign"
_ID = "01"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnToken:
    """A token whose files lie in a folder."""

    folder: Path

    @classmethod
    def made(cls, folder: Path, holder: Holder) -> "OwnToken":
        """Make a token with the holder's key and certificate on it."""
        token = cls(folder=folder)
        (folder / "tokens").mkdir(parents=True)
        (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        key.write_bytes(holder.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        certificate.write_bytes(holder.certificate)
        token._softhsm("--init-token", "--free", "--label", LABEL, "--so-pin", PIN, "--pin", PIN)
        token._softhsm("--import", str(key), "--token", LABEL, "--label", KEY, "--id", _ID, "--pin", PIN)
        token._run(sys.executable, "-m", "tests.support.own_token", str(certificate))
        key.unlink()
        return token

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to find the token."""
        return inherited_environment() | {"SOFTHSM2_CONF": str(self.folder / "softhsm2.conf")}

    def pull_out(self) -> None:
        """Take the token away."""
        shutil.rmtree(self.folder / "tokens")

    def sign(self, url: str, *arguments: str, label: str = LABEL) -> "subprocess.Popen[str]":
        """Start `token-sign`; what it asks comes on its output, without a terminal, answers go to its input."""
        known = ("--url", url, "--module", MODULE, "--token", label, "--key", KEY)
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "api.cli", "token-sign", *known, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment,
            text=True,
            start_new_session=True,
        )

    def _softhsm(self, *arguments: str) -> None:
        self._run("softhsm2-util", *arguments)

    def _run(self, *command: str) -> None:
        subprocess.run(command, env=self.environment, check=True, capture_output=True, timeout=60)


def _put(certificate: bytes) -> None:
    """Put the certificate beside the key of the token this process finds."""
    with pkcs11.lib(MODULE).get_token(token_label=LABEL).open(rw=True, user_pin=PIN) as session:
        session.create_object(
            {
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                Attribute.TOKEN: True,
                Attribute.LABEL: KEY,
                Attribute.ID: bytes.fromhex(_ID),
                Attribute.SUBJECT: Certificate.load(certificate).subject.dump(),
                Attribute.VALUE: certificate,
            }
        )


def main(arguments: Sequence[str]) -> None:
    """Put the certificate (PEM) of this file on the token."""
    _put(pem.unarmor(Path(arguments[0]).read_bytes())[2])


if __name__ == "__main__":
    main(sys.argv[1:])
