"""PKCS#12 files: opened once as they are uploaded, kept encrypted anew by AES-256, readable by their owner alone."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat, pkcs12

from engine.errors import FieldError
from engine.signing_keys import KeyChoiceInvalid

KDF_ROUNDS: Final = 100_000
"""Of PBKDF2; a passphrase that is guessed at costs so much each time, and opening a key a tenth of a second once."""
_UNREADABLE: Final = "This is no PKCS#12 file, or its passphrase is another one."
_NO_KEY: Final = "There is no private key in this file. Export the certificate together with its private key."
_NO_CERTIFICATE: Final = "There is no certificate of the private key in this file. Export both into one file."
_OTHER_KEY: Final = "The certificate in this file is of another key than the one beside it."
_UNSUPPORTED: Final = "Keys of this kind cannot sign documents here (Ed25519 and others). Use RSA or ECDSA."


@dataclass(frozen=True, slots=True)
class OpenedUpload:
    """What was in an uploaded file."""

    private_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    def sealed(self, passphrase: str) -> bytes:
        """Return a PKCS#12 file of it: PBES2 with AES-256, whatever the uploaded one was encrypted by."""
        encryption = (
            PrivateFormat.PKCS12.encryption_builder()
            .kdf_rounds(KDF_ROUNDS)
            .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
            .hmac_hash(SHA256())
            .build(passphrase.encode())
        )
        return pkcs12.serialize_key_and_certificates(
            None, self.private_key, self.certificate, list(self.chain), encryption
        )


def opened_upload(content: bytes, passphrase: str) -> OpenedUpload:
    """Open an uploaded file by its own passphrase.

    Raises:
        KeyChoiceInvalid: What is wrong with it, said of the field 'passphrase' or 'pkcs12'.
    """
    if "\0" in passphrase:
        # The library panics on it.
        raise _wrong("passphrase", "wrong", _UNREADABLE)
    try:
        found = pkcs12.load_pkcs12(content, passphrase.encode() if passphrase else None)
    except UnsupportedAlgorithm as cause:
        raise _wrong("pkcs12", "unsupported_key", _UNSUPPORTED) from cause
    except (ValueError, TypeError) as cause:
        raise _wrong("passphrase", "wrong", _UNREADABLE) from cause
    key, certificates = found.key, [extra.certificate for extra in found.additional_certs]
    if key is None:
        raise _wrong("pkcs12", "no_private_key", _NO_KEY)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise _wrong("pkcs12", "unsupported_key", _UNSUPPORTED)
    if found.cert is None:
        code, message = ("other_key", _OTHER_KEY) if certificates else ("no_certificate", _NO_CERTIFICATE)
        raise _wrong("pkcs12", code, message)
    certificate = found.cert.certificate
    if _spki(certificate.public_key()) != _spki(key.public_key()):
        raise _wrong("pkcs12", "other_key", _OTHER_KEY)
    chain = tuple(link for link in certificates if link.subject != link.issuer)
    return OpenedUpload(private_key=key, certificate=certificate, chain=chain)


def write_private(path: Path, content: bytes) -> None:
    """Write a file only its owner reads, whole or not at all; raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _spki(key: object) -> bytes:
    assert hasattr(key, "public_bytes")  # noqa: S101  every public key has it
    return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _wrong(field: str, code: str, message: str) -> KeyChoiceInvalid:
    return KeyChoiceInvalid(errors=[FieldError(field=field, code=code, message=message)])
