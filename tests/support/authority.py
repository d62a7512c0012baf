"""A certificate authority in memory, for keys of every kind: what it issues can be checked, not revoked."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import ClassVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    pkcs12,
)
from cryptography.x509.oid import NameOID

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
YEAR = timedelta(days=365)
KINDS = ("rsa-2048", "rsa-3072", "rsa-4096", "ec-secp256r1", "ec-secp384r1")


@cache
def a_key(kind: str) -> PrivateKey:
    """Return a key of this kind, as 'rsa-3072', 'ec-secp384r1' or 'ed25519'; made once for each test process."""
    family, _, size = kind.partition("-")
    if family == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=int(size))
    if family == "ec":
        curves = {"secp256r1": ec.SECP256R1(), "secp384r1": ec.SECP384R1(), "secp521r1": ec.SECP521R1()}
        return ec.generate_private_key(curves[size])
    return ed25519.Ed25519PrivateKey.generate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """An authority with its certificate."""

    DAY: ClassVar = timedelta(days=1)

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def root(cls, kind: str = "ec-secp256r1") -> "Authority":
        """Return a root of this kind of key."""
        key = a_key(kind)
        assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
        name = _name("CA gốc thử nghiệm")
        unsigned = _unsigned(name, name, key, -YEAR, 10 * YEAR).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        return cls(key=key, certificate=unsigned.add_extension(_usage(signs=False), critical=True).sign(key, SHA384()))

    def issued(
        self,
        key: PrivateKey,
        name: str = "Nguyễn Văn Đức",
        *,
        since: timedelta = -YEAR,
        until: timedelta = YEAR,
        signs: bool = True,
    ) -> x509.Certificate:
        """Return a certificate of this key, valid from and until so long from now."""
        unsigned = _unsigned(_name(name), self.certificate.subject, key, since, until)
        unsigned = unsigned.add_extension(_usage(signs=signs), critical=True)
        return unsigned.sign(self.key, SHA256())

    def under(self, kind: str) -> "Authority":
        """Return an authority below this one."""
        key = a_key(kind)
        assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
        unsigned = _unsigned(_name("CA cấp chứng thư thử nghiệm"), self.certificate.subject, key, -YEAR, 9 * YEAR)
        unsigned = unsigned.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return Authority(
            key=key, certificate=unsigned.add_extension(_usage(signs=False), critical=True).sign(self.key, SHA256())
        )

    def pkcs12(
        self,
        key: PrivateKey,
        passphrase: str,
        certificate: x509.Certificate | None = None,
        encryption: KeySerializationEncryption | None = None,
    ) -> bytes:
        """Return a PKCS#12 file of a key with a certificate of this authority."""
        return pkcs12.serialize_key_and_certificates(
            b"key",
            key,
            certificate or self.issued(key),
            [self.certificate],
            encryption or BestAvailableEncryption(passphrase.encode()),
        )


def self_signed(name: str, kind: str = "rsa-2048") -> x509.Certificate:
    """Return a certificate for signing that its own holder issued."""
    key = a_key(kind)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    unsigned = _unsigned(_name(name), _name(name), key, -YEAR, YEAR)
    return unsigned.add_extension(_usage(signs=True), critical=True).sign(key, SHA256())


def pem(certificate: x509.Certificate) -> bytes:
    """Return a certificate as PEM."""
    return certificate.public_bytes(Encoding.PEM)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: PrivateKey, since: timedelta, until: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + since)
        .not_valid_after(now + until)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    others = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    return x509.KeyUsage(
        digital_signature=signs, content_commitment=signs, key_cert_sign=not signs, crl_sign=not signs, **others
    )
