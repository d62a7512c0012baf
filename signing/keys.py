"""Keys and their certificates: found by name, opened once, kept parsed in this process's memory only."""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from engine.signatures import CertificateFacts, KeyUnavailable, ReadCertificate
from engine.signing_keys import CertificateUnreadable, KeyKind, SigningKey

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")
_USAGES = ("digital_signature", "content_commitment")
_ETSI_NAMES: Mapping[str, str] = {"content_commitment": "non_repudiation"}


class Key(Protocol):
    """A private key that signs, wherever it lives, with its certificate."""

    @property
    def facts(self) -> CertificateFacts:
        """What is known of its certificate."""

    @property
    def certificate(self) -> x509.Certificate:
        """Its certificate."""

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The authorities between the certificate and the root, the root left out."""

    def sign(self, data: bytes) -> bytes:
        """Return the signature over SHA-256 of *data*. Raises KeyUnavailable."""


class SoftwareKey:
    """A key from a PKCS#12 file: RSA or a named curve."""

    def __init__(
        self,
        name: str,
        private_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
        certificate: x509.Certificate,
        chain: tuple[x509.Certificate, ...],
    ) -> None:
        self.name = name
        self.certificate = certificate
        self.chain = tuple(link for link in chain if link.subject != link.issuer)
        self._private_key = private_key

    @classmethod
    def load(cls, name: str, path: Path, passphrase: str) -> "SoftwareKey":
        """Open the file once; parsing an RSA key checks its primes and takes 50 ms.

        Raises:
            KeyUnavailable: The file is missing or damaged, the passphrase wrong, or the key of no use.
        """
        try:
            found = pkcs12.load_pkcs12(path.read_bytes(), passphrase.encode())
        except OSError as cause:
            raise KeyUnavailable(key=name, detail="no such key") from cause
        except (ValueError, UnsupportedAlgorithm) as cause:
            raise KeyUnavailable(key=name, detail="it cannot be opened") from cause
        if found.cert is None or not isinstance(found.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise KeyUnavailable(key=name, detail="it has no certificate or is of an unknown kind")
        chain = tuple(extra.certificate for extra in found.additional_certs)
        return cls(name, found.key, found.cert.certificate, chain)

    @cached_property
    def facts(self) -> CertificateFacts:
        """What is known of its certificate."""
        return certificate_facts(self.name, self.certificate)

    def sign(self, data: bytes) -> bytes:
        """Return the signature over SHA-256 of *data* (PKCS #1 v1.5 or ECDSA)."""
        if isinstance(self._private_key, rsa.RSAPrivateKey):
            return self._private_key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._private_key.sign(data, ec.ECDSA(hashes.SHA256()))


class KeyRing:
    """The keys of a folder: ``<name>.p12``, beside each ``<name>.png`` with the image shown when it signs."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._opened: dict[tuple[str, int], SoftwareKey] = {}

    def get(self, key: SigningKey) -> Key:
        """Return the key, opened on first use and again when its file changed.

        Raises:
            KeyUnavailable: There is none, or it cannot be opened.
        """
        name = key.holder
        if key.kind is not KeyKind.FILE:
            raise KeyUnavailable(key=name, detail="a key of this kind is not used here")
        path = self._path(name, ".p12")
        try:
            version = (name, path.stat().st_mtime_ns)
        except OSError as cause:
            raise KeyUnavailable(key=name, detail="no such key") from cause
        if version not in self._opened:
            self._opened[version] = SoftwareKey.load(name, path, self._passphrase)
        return self._opened[version]

    def find_image(self, name: str) -> bytes | None:
        """Return the PNG shown when this key signs, or None."""
        path = self._path(name, ".png")
        return path.read_bytes() if path.exists() else None

    def _path(self, name: str, suffix: str) -> Path:
        if not _NAME.fullmatch(name):
            raise KeyUnavailable(key=name, detail="no such key")
        return self._folder / f"{name}{suffix}"


def certificate_facts(name: str, certificate: x509.Certificate) -> CertificateFacts:
    """Return what is to be known of *certificate* before its key, called *name*, is used."""
    return CertificateFacts(
        key=name,
        subject=_attribute(certificate, x509.NameOID.COMMON_NAME) or "",
        organization=_attribute(certificate, x509.NameOID.ORGANIZATION_NAME),
        serial=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        usages=_usages(certificate),
        sha256=certificate.fingerprint(hashes.SHA256()).hex(),
    )


def read_certificate(encoded: bytes) -> ReadCertificate:
    """Return a certificate that is given as PEM or DER.

    Raises:
        CertificateUnreadable: It is none, or of a key that is neither RSA nor of a named curve.
    """
    try:
        load = (
            x509.load_pem_x509_certificate if encoded.lstrip().startswith(b"-----") else x509.load_der_x509_certificate
        )
        certificate = load(encoded)
        known = isinstance(certificate.public_key(), rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
        facts = certificate_facts("", certificate)
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension) as cause:
        raise CertificateUnreadable from cause
    if not known:
        raise CertificateUnreadable
    return ReadCertificate(der=der(certificate), facts=facts)


def der(certificate: x509.Certificate) -> bytes:
    """Return the certificate's DER encoding."""
    return certificate.public_bytes(Encoding.DER)


def _attribute(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str | None:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else None


def _usages(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(_ETSI_NAMES.get(name, name) for name in _USAGES if getattr(usage, name))
