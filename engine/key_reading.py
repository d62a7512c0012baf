"""Reading a key that is to be chosen: where its certificate comes from by its kind, may it sign, whose is it."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from engine.certificates import RevocationUnknown
from engine.errors import FieldError
from engine.neighbours import Services
from engine.signatures import CertificateFacts, KeyUnavailable
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
    _require_asked(given)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FitKey:
    """A key that may sign: what its certificate says, and whether somebody said that it is not revoked."""

    facts: CertificateFacts
    revocation_known: bool


def require_fit(key: SigningKey, services: Services) -> FitKey:
    """Return what is known of a key whose certificate may sign, now or from its first day on.

    Trust is judged as of that day. That nobody answers whether it was revoked keeps no key from being chosen, since
    nothing is signed before somebody did.

    Raises:
        KeyChoiceInvalid: It is not there, ended, not made for signing, too weak, or of a kind we do not use.
        CertificateSelfSigned, CertificateUntrusted, CertificateRevoked, AlgorithmRefused: As a signature is refused.
        KeyUnavailable, ServiceAway, TokenAway: The key cannot be looked at.
    """
    facts = _facts(key, services)
    at = services.clock()
    wrong = _unfit(facts, ended=facts.not_after < at)
    if wrong is not None:
        raise _refused(key, *wrong)
    # Where the key is was looked at a moment ago; what is judged here is its certificate alone.
    known = replace(key, kind=KeyKind.CLIENT, pin=None, secret=None) if key.certificate else key
    try:
        services.pdfs.check_certificate(known, max(at, facts.not_before))
    except RevocationUnknown:
        return FitKey(facts=facts, revocation_known=False)
    return FitKey(facts=facts, revocation_known=True)


def require_own(key: SigningKey, facts: CertificateFacts, name: str, others: Collection[str]) -> None:
    """Refuse a certificate that names one of the *others* and not its holder.

    One that names neither is no error: names change by marriage and agencies by merger while their certificates hold,
    so that is said and not refused (engine.key_overview.doubts).

    Raises:
        KeyChoiceInvalid: It is somebody else's.
    """
    if not is_named(facts, name) and any(is_named(facts, other) for other in others):
        message = "This certificate is in the name of somebody else here. Choose the key of its own holder."
        raise _refused(key, "of_another", message)


def used_by_another(key: SigningKey) -> KeyChoiceInvalid:
    """Return the refusal of a certificate that somebody else signs with now."""
    message = "Somebody else signs with this certificate now. Everybody signs with a key of their own."
    return _refused(key, "in_use", message)


def is_named(facts: CertificateFacts, name: str) -> bool:
    """Say whether a certificate is in this name, whichever way its marks and capitals are written."""
    return _plain(name) in (_plain(facts.subject), _plain(facts.subject.rpartition(":")[2]))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return " ".join("".join(each for each in letters if not unicodedata.combining(each)).split())


def _facts(key: SigningKey, services: Services) -> CertificateFacts:
    if key.certificate:
        return services.pdfs.read_certificates((key.certificate,))[0].facts
    try:
        return services.pdfs.certificate(key)
    except KeyUnavailable as cause:
        message = "The folder of keys has no key of this holder that can be used. Choose a file."
        raise _refused(key, "not_there", message) from cause


def _refused(key: SigningKey, code: str, message: str) -> KeyChoiceInvalid:
    return KeyChoiceInvalid(errors=[FieldError(field=_field_of(key.kind), code=code, message=message)])


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


def _require_asked(given: GivenKey) -> None:
    """Refuse what belongs to another kind of key: it would be thrown away unseen."""
    kind, message = given.key.kind, "Keys of this kind take none. Leave it out, or choose the right kind of key."
    unasked = {
        "pin": given.key.pin is not None and kind is not KeyKind.TOKEN,
        "pkcs12": given.pkcs12 is not None and kind is not KeyKind.FILE,
        "passphrase": bool(given.passphrase) and kind is not KeyKind.FILE,
    }
    wrong = [name for name, is_wrong in unasked.items() if is_wrong]
    if wrong:
        raise KeyChoiceInvalid(errors=[FieldError(field=name, code="not_asked", message=message) for name in wrong])


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
