"""Reading a key that is to be chosen: where its certificate comes from by its kind, and whether it may sign."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from engine.errors import FieldError
from engine.neighbours import Services
from engine.signatures import CertificateFacts
from engine.signing_keys import KeyChoiceInvalid, KeyKind, SigningKey

MAX_PKCS12: Final = 100_000
"""Bytes of an uploaded file; those with a chain of three have some thousand."""
USABLE: Final = frozenset({"rsa-2048", "rsa-3072", "rsa-4096", "ec-secp256r1", "ec-secp384r1"})
LEAST_RSA_BITS: Final = 2048
_NEEDED: Final[Mapping[KeyKind, tuple[str, ...]]] = {
    KeyKind.TOKEN: ("module", "token", "label"),
    KeyKind.REMOTE: ("service", "credential"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenKey:
    """A key as somebody names it, with what they brought along."""

    key: SigningKey
    certificate: bytes | None = None
    chain: tuple[bytes, ...] = ()
    pkcs12: bytes | None = field(default=None, repr=False)
    passphrase: str = field(default="", repr=False)


def read_key(given: GivenKey, *, services: Services) -> SigningKey:
    """Return the key with its certificate, read where the key is; of a file called after its holder without.

    Raises:
        KeyChoiceInvalid: What is wrong, said of the fields.
        CertificateUnreadable: What was given as a certificate is none.
        PinWrong, PinLocked, ServiceAway, KeyFolderLocked: As the room for PDFs says.
    """
    key = given.key
    match key.kind:
        case KeyKind.FILE:
            _require_no_certificate(given)
            return SigningKey(holder=key.holder) if given.pkcs12 is None else _kept(given, given.pkcs12, services)
        case KeyKind.TOKEN | KeyKind.REMOTE:
            _require_no_certificate(given)
            _require_filled(key, _NEEDED[key.kind])
            return services.pdfs.take_in(key)
        case KeyKind.CLIENT | KeyKind.PLUGIN:
            return _certified(given, services)
        case _:
            assert_never(key.kind)


def require_fit(key: SigningKey, services: Services) -> str:
    """Return the digest of a certificate that may sign, now or from its first day on.

    Raises:
        KeyChoiceInvalid: It ended, is not made for signing, or its key is too weak or of a kind we do not use.
    """
    facts = services.pdfs.read_certificates((key.certificate,))[0].facts
    wrong = _unfit(facts, ended=facts.not_after < services.clock())
    if wrong is not None:
        code, message = wrong
        raise KeyChoiceInvalid(errors=[FieldError(field=_field_of(key.kind), code=code, message=message)])
    return facts.sha256


def _unfit(facts: CertificateFacts, *, ended: bool) -> tuple[str, str] | None:
    """Return code and sentence of what keeps the certificate from signing, None where nothing does."""
    if ended:
        return "expired", "The certificate of this key has ended. Have a new one issued, then choose its key."
    if not facts.usages:
        return "wrong_usage", "The certificate of this key is not made for signing. Have one issued that is."
    family, _, bits = facts.key_type.partition("-")
    if family == "rsa" and int(bits) < LEAST_RSA_BITS:
        return "weak_key", "This RSA key is too short to sign with; 2048 bits are the least. Have a new one issued."
    if facts.key_type not in USABLE:
        return (
            "unsupported_key",
            "Keys of this kind cannot sign here. Use RSA (2048, 3072 or 4096 bits), P-256 or P-384.",
        )
    return None


def _field_of(kind: KeyKind) -> str:
    fields = {KeyKind.FILE: "pkcs12", KeyKind.TOKEN: "label", KeyKind.REMOTE: "credential"}
    return fields.get(kind, "certificate")


def _require_no_certificate(given: GivenKey) -> None:
    if given.certificate is not None:
        message = "A key in a file has its certificate inside."
        if given.key.kind is not KeyKind.FILE:
            message = "The certificate is read from the key. Send none."
        raise KeyChoiceInvalid(errors=[FieldError(field="certificate", code="not_asked", message=message)])


def _require_filled(key: SigningKey, names: tuple[str, ...]) -> None:
    missing = [name for name in names if not key.place.get(name, "").strip()]
    if missing:
        message = "This must be filled in."
        raise KeyChoiceInvalid(errors=[FieldError(field=name, code="required", message=message) for name in missing])


def _kept(given: GivenKey, pkcs12: bytes, services: Services) -> SigningKey:
    if len(pkcs12) > MAX_PKCS12:
        message = "This file is too large to be a key. Choose the PKCS#12 file (.p12 or .pfx)."
        raise KeyChoiceInvalid(errors=[FieldError(field="pkcs12", code="too_large", message=message)])
    return services.pdfs.keep_key(given.key.holder, pkcs12, given.passphrase)


def _certified(given: GivenKey, services: Services) -> SigningKey:
    if given.certificate is None:
        message = "Choose the key's certificate."
        raise KeyChoiceInvalid(errors=[FieldError(field="certificate", code="required", message=message)])
    read = services.pdfs.read_certificates((given.certificate, *given.chain))
    return replace(given.key, certificate=read[0].der, chain=tuple(each.der for each in read[1:]))
