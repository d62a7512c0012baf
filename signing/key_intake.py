"""Take a key on a token or at a service into use: read its certificate there, and prove that it is the key's."""

from collections.abc import Callable
from dataclasses import replace

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from engine.errors import FieldError
from engine.key_errors import ServiceAccessRefused, ServiceRefused, SignatureNotOfKey, TokenAway
from engine.signing_keys import PIN, CertificateUnreadable, KeyChoiceInvalid, KeyKind, SigningKey
from signing.key_types import require_signature_of
from signing.keys import KeyRing, der, load_certificate
from signing.remotes import fixed_digest
from signing.tokens import TokenPlace

_PROOF = b"vanthu: this key is the certificate's"


DigestOf = Callable[[x509.Certificate], str]
"""Says by which digest the key of a certificate signs now."""


def taken_in(key: SigningKey, ring: KeyRing, digest_of: DigestOf) -> SigningKey:
    """Return the key with certificate, chain and what it asks for, as the token or service says them.

    A key that needs nobody to type anything, or whose PIN came along, signs a proof; else the token's public key is
    compared. Of a service's key that asks for a code, the first signature proves it.

    Raises:
        KeyChoiceInvalid: What is wrong, said of the field.
        PinWrong, PinLocked, ServiceAway: As the key's place says.
    """
    found = _from_token(key, ring) if key.kind is KeyKind.TOKEN else _from_service(key, ring, digest_of)
    if not found.asks or (found.asks == {PIN} and found.pin):
        _prove(found, ring, digest_of)
    return replace(found, secret=None, pin=None)


def _from_token(key: SigningKey, ring: KeyRing) -> SigningKey:
    place = TokenPlace.of(key)
    if not ring.tokens.knows(place):
        raise _wrong("module", "unknown", "There is no such device here. Choose one from the list.")
    try:
        shown = ring.tokens.look(place)
    except TokenAway as cause:
        message = "There is no token of this name in the machine now. Plug it in, or correct its name."
        raise _wrong("token", "unknown", message) from cause
    if not shown.certificates:
        message = (
            "The token shows no certificate for a key of this name. Correct the name, or put the certificate there."
        )
        raise _wrong("label", "unknown", message)
    certificate, asks = _certificate(shown.certificates[0], "label"), ring.tokens.asks_pin(place)
    if shown.public_key is None and asks and not key.pin:
        message = (
            "The token does not show the public key. Type the PIN this once, to prove that the certificate is its."
        )
        raise _wrong("pin", "required", message)
    if shown.public_key is not None and shown.public_key != _spki(certificate):
        raise _wrong("label", "other_key", "The certificate on the token is of another key than the one of this name.")
    known = {"module": place.module, "token": place.token, "label": place.label, "asks": "pin" if asks else ""}
    return _found(key, certificate, shown.certificates[1:], known)


def _from_service(key: SigningKey, ring: KeyRing, digest_of: DigestOf) -> SigningKey:
    try:
        shown = ring.remotes.look(key)
    except ServiceAccessRefused as cause:
        raise _wrong("secret", "refused", "The service does not accept this access. Correct it.") from cause
    except ServiceRefused as cause:
        raise _wrong("credential", "unknown", "The service knows no such key. Choose one from its list.") from cause
    if not shown.enabled or not shown.certificates:
        raise _wrong("credential", "disabled", "The service says that this key is not to be used now. Ask the service.")
    certificate = _certificate(shown.certificates[0], "credential")
    kind = "rsa" if isinstance(certificate.public_key(), rsa.RSAPublicKey) else "ec"
    known = {
        "service": key.place["service"],
        "credential": key.place["credential"],
        "asks": " ".join(shown.asks),
        "otp": shown.otp,
        "batch": str(shown.batch),
        "algorithm": shown.algorithm(kind, digest_of(certificate)),
    }
    return _found(key, certificate, shown.certificates[1:], known)


def _found(
    key: SigningKey, certificate: x509.Certificate, others: tuple[bytes, ...], place: dict[str, str]
) -> SigningKey:
    return replace(key, certificate=der(certificate), chain=tuple(map(der, _chain(certificate, others))), place=place)


def _prove(key: SigningKey, ring: KeyRing, digest_of: DigestOf) -> None:
    used = ring.get(key)
    digest = fixed_digest(key) or digest_of(used.certificate)
    (signature,) = used.sign((_PROOF,), digest)
    try:
        require_signature_of(used.certificate, signature, _PROOF, digest=digest, name=key.holder)
    except SignatureNotOfKey as cause:
        field = "label" if key.kind is KeyKind.TOKEN else "credential"
        raise _wrong(
            field, "other_key", "The certificate is of another key: it does not confirm a signature."
        ) from cause


def _certificate(encoded: bytes, field: str) -> x509.Certificate:
    try:
        return load_certificate(encoded)
    except CertificateUnreadable as cause:
        message = "Its certificate cannot be read, or is of a kind of key that cannot sign documents here."
        raise _wrong(field, "unsupported_key", message) from cause


def _chain(certificate: x509.Certificate, others: tuple[bytes, ...]) -> list[x509.Certificate]:
    """Return the authorities among *others*, from the certificate's issuer up, the root left out."""
    known = {}
    for encoded in others:
        try:
            authority = load_certificate(encoded)
        except CertificateUnreadable:
            continue
        known[authority.subject] = authority
    chain: list[x509.Certificate] = []
    wanted = certificate.issuer
    while wanted in known:
        link = known.pop(wanted)
        if link.subject != link.issuer:
            chain.append(link)
        wanted = link.issuer
    return chain


def _spki(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _wrong(field: str, code: str, message: str) -> KeyChoiceInvalid:
    return KeyChoiceInvalid(errors=[FieldError(field=field, code=code, message=message)])
