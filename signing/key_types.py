"""Kinds of keys: how they are called, and whether a signature is that of a certificate's key."""

import hashlib

from asn1crypto import algos
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from engine.key_errors import SignatureNotOfKey
from signing.algorithms import natural_digest

HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


def digest_name(certificate: x509.Certificate) -> str:
    """Return the digest as strong as this certificate's key; the policy may say another one (signing.algorithms)."""
    return natural_digest(algorithm_name(certificate))


def algorithm_name(certificate: x509.Certificate) -> str:
    """Return kind and size of the certificate's key as the policy on algorithms calls it, as in 'ecdsa-384'."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"rsa-{key.key_size}"
    return f"ecdsa-{key.curve.key_size}" if isinstance(key, ec.EllipticCurvePublicKey) else "unknown"


def key_type(certificate: x509.Certificate) -> str:
    """Return kind and size of the certificate's key, as in 'rsa-2048', 'ec-secp256r1' or 'ed25519'."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"rsa-{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"ec-{key.curve.name}"
    return type(key).__name__.removesuffix("PublicKey").lower()


def is_signature_of(certificate: x509.Certificate, signature: bytes, data: bytes, digest: str) -> bool:
    """Say whether *signature* is of the certificate's key, over *data* by that digest (PKCS #1 v1.5 or ECDSA)."""
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), HASHES[digest])
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(HASHES[digest]))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def require_signature_of(
    certificate: x509.Certificate, signature: bytes, data: bytes, *, digest: str, name: str
) -> None:
    """See that *signature* over *data* was made by the key of *certificate*; what does not verify is never embedded.

    Raises:
        SignatureNotOfKey: It was not; *name* is what the key is called after.
    """
    if not is_signature_of(certificate, signature, data, digest):
        raise SignatureNotOfKey(key=name)


def to_token(certificate: x509.Certificate, text: bytes, digest: str) -> bytes:
    """Return what a token is given to sign *text* by a digest: for RSA its DigestInfo, for ECDSA the digest.

    The digest is ours to make: not every token knows a mechanism with a digest of its own. ECDSA uses as many bits of
    it as the curve has, and not every token cuts it by itself (FIPS 186-5, section 6.4.1).
    """
    key, made = certificate.public_key(), hashlib.new(digest, text).digest()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return made[: (key.key_size + 7) // 8]
    encoded: bytes = algos.DigestInfo({"digest_algorithm": {"algorithm": digest}, "digest": made}).dump()
    return encoded
