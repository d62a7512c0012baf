"""Keys and their certificates: found by name, opened once, kept parsed in this process's memory only."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol, assert_never

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from engine.signatures import CertificateFacts, KeyUnavailable, ReadCertificate
from engine.signing_keys import CertificateUnreadable, KeyFolderLocked, KeyKind, SigningKey
from signing.key_files import opened_upload, write_private
from signing.key_types import HASHES, key_type
from signing.remotes import Remotes
from signing.settings import KeyPlaces
from signing.tokens import Tokens

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
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

    def sign(self, texts: Sequence[bytes], digest: str) -> Sequence[bytes]:
        """Return signatures over the first of *texts*, by a digest as in 'sha256'.

        As many as can be made by what was typed, at least one: call again for the rest.

        Raises KeyUnavailable and what else engine.key_errors names, where not even the first was signed.
        """


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

    def sign(self, texts: Sequence[bytes], digest: str) -> Sequence[bytes]:
        """Return signatures over all *texts* (PKCS #1 v1.5 or ECDSA)."""
        return [self._sign(text, digest) for text in texts]

    def _sign(self, data: bytes, digest: str) -> bytes:
        if isinstance(self._private_key, rsa.RSAPrivateKey):
            return self._private_key.sign(data, padding.PKCS1v15(), HASHES[digest])
        return self._private_key.sign(data, ec.ECDSA(HASHES[digest]))


Use = Callable[[Sequence[bytes], str], Sequence[bytes]]
"""Signs by a digest the first of several texts, as many as can be and at least one, or raises."""


class PinnedKey:
    """A key whose certificate is on record, while its private part is used elsewhere."""

    def __init__(self, key: SigningKey, use: Use) -> None:
        """Read the certificates. Raises CertificateUnreadable."""
        self.name = key.holder
        self.certificate = load_certificate(key.certificate)
        self.chain = tuple(map(load_certificate, key.chain))
        self._use = use

    @cached_property
    def facts(self) -> CertificateFacts:
        """What is known of its certificate."""
        return certificate_facts(self.name, self.certificate)

    def sign(self, texts: Sequence[bytes], digest: str) -> Sequence[bytes]:
        """Return signatures (see :class:`Key`)."""
        return self._use(texts, digest)


class KeyRing:
    """The keys of a folder, and those on tokens and at services.

    In the folder lie ``<name>.p12``, beside each ``<name>.png`` with the image shown when it signs.
    """

    def __init__(self, folder: Path, passphrase: str, places: KeyPlaces) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._opened: dict[tuple[str, int], SoftwareKey] = {}
        self.tokens = Tokens(places)
        self.remotes = Remotes(places)

    def get(self, key: SigningKey) -> Key:
        """Return the key: a file is opened on first use and again when it changed, others when they sign.

        Raises:
            KeyUnavailable: There is none, or it cannot be opened.
        """
        match key.kind:
            case KeyKind.FILE:
                return self._from_file(key)
            case KeyKind.TOKEN:
                return PinnedKey(key, partial(self.tokens.sign, key, load_certificate(key.certificate)))
            case KeyKind.REMOTE:
                return PinnedKey(key, partial(self.remotes.sign, key))
            case KeyKind.CLIENT | KeyKind.PLUGIN:
                raise KeyUnavailable(key=key.holder, detail="a key of this kind is not used here")
            case _:
                assert_never(key.kind)

    def require_there(self, key: SigningKey) -> None:
        """See that a token or service has the key still. Raises TokenAway, ServiceAway, ServiceRefused, KeyNotThere."""
        if key.kind is KeyKind.TOKEN:
            self.tokens.require_there(key)
        if key.kind is KeyKind.REMOTE:
            self.remotes.require_there(key)

    def _from_file(self, key: SigningKey) -> SoftwareKey:
        name = key.place.get("file", key.holder)
        path = self._path(name, ".p12")
        try:
            version = (name, path.stat().st_mtime_ns)
        except OSError as cause:
            raise KeyUnavailable(key=name, detail="no such key") from cause
        if version not in self._opened:
            self._opened[version] = SoftwareKey.load(key.holder, path, self._passphrase)
        return self._opened[version]

    def keep(self, holder: str, uploaded: bytes, passphrase: str) -> SigningKey:
        """Keep an uploaded PKCS#12 file, encrypted anew by our own passphrase, under a name nobody has used.

        Raises:
            KeyChoiceInvalid: It cannot be opened, or holds no key with its certificate; the field is named.
            KeyFolderLocked: There is no passphrase to keep keys by, or no writing in the folder.
        """
        found = opened_upload(uploaded, passphrase)
        name = f"{holder}-{found.certificate.fingerprint(hashes.SHA256()).hex()[:16]}"
        if not self._passphrase:
            raise KeyFolderLocked
        try:
            write_private(self._path(name, ".p12"), found.sealed(self._passphrase))
        except OSError as cause:
            raise KeyFolderLocked from cause
        return SigningKey(
            holder=holder,
            certificate=der(found.certificate),
            chain=tuple(map(der, found.chain)),
            place={"file": name},
        )

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
        key_type=key_type(certificate),
    )


def one_by_one(encoded: bytes) -> list[bytes]:
    """Return the certificates of a PEM file apart, as authorities hand them out with their own; else what was given."""
    return _PEM.findall(encoded) or [encoded]


def read_certificate(encoded: bytes) -> ReadCertificate:
    """Return a certificate that is given as PEM or DER.

    Raises:
        CertificateUnreadable: It is none, or of a key that is neither RSA nor of a named curve.
    """
    certificate = load_certificate(encoded)
    return ReadCertificate(der=der(certificate), facts=certificate_facts("", certificate))


def load_certificate(encoded: bytes) -> x509.Certificate:
    """Return a certificate that is given as PEM or DER. Raises CertificateUnreadable, as :func:`read_certificate`."""
    try:
        load = (
            x509.load_pem_x509_certificate if encoded.lstrip().startswith(b"-----") else x509.load_der_x509_certificate
        )
        certificate = load(encoded)
        known = isinstance(certificate.public_key(), rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
        certificate_facts("", certificate)
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension) as cause:
        raise CertificateUnreadable from cause
    if not known:
        raise CertificateUnreadable
    return certificate


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
