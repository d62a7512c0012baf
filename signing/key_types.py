"""Kinds of keys: which digest goes with which, and whether a signature is that of a certificate's key."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from engine.key_errors import SignatureNotOfKey

HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}


def digest_name(certificate: x509.Certificate) -> str:
    """Return the digest that signatures of this certificate's key are made over, as strong as the key.

    Source: RFC 5480, section 4 (P-384 goes with SHA-384).
    """
    key = certificate.public_key()
    is_p384 = isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp384r1"
    return "sha384" if is_p384 else "sha256"


def key_type(certificate: x509.Certificate) -> str:
    """Return kind and size of the certificate's key, as in 'rsa-2048', 'ec-secp256r1' or 'ed25519'."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"rsa-{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"ec-{key.curve.name}"
    return type(key).__name__.removesuffix("PublicKey").lower()


def require_signature_of(certificate: x509.Certificate, signature: bytes, data: bytes, *, name: str) -> None:
    """See that *signature* over *data* was made by the key of *certificate*; what does not verify is never embedded.

    Raises:
        SignatureNotOfKey: It was not; *name* is what the key is called after.
    """
    key, digest = certificate.public_key(), HASHES[digest_name(certificate)]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(digest))
        else:
            raise SignatureNotOfKey(key=name)
    except InvalidSignature as cause:
        raise SignatureNotOfKey(key=name) from cause
