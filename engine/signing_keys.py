"""Signing keys: whose they are, where they live, and the certificate they are known by; no secret is in here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from engine.errors import Conflict, FieldError, Invalid, OurFault
from engine.ids import AgencyId, KeyChoiceId, PersonId

PIN: Final = "pin"
OTP: Final = "otp"
"""What keys ask for; also the names of the fields in which it is typed."""
PIN_REMEMBERED: Final = timedelta(minutes=10)
"""How long a refused PIN is not presented again; by then its holder may have set the token to it."""


class KeyKind(StrEnum):
    """Where a key lives, and so who uses it and how."""

    FILE = "file"
    """A PKCS#12 file of the installation."""
    TOKEN = "token"  # noqa: S105  (a smart card, not a secret)
    """A PKCS#11 token or HSM on the installation's own machine."""
    REMOTE = "remote"
    """A remote signing service that speaks the CSC API."""
    CLIENT = "client"
    """A token in the holder's own computer; the signature is made there over a prepared digest."""
    PLUGIN = "plugin"
    """The government's browser plugin in the holder's own computer, which signs whole files."""

    @property
    def is_elsewhere(self) -> bool:
        """Say whether the holder's own computer makes the signature."""
        return self in (KeyKind.CLIENT, KeyKind.PLUGIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A key as the room for PDFs is told of it.

    Attributes:
        holder: Id of the person or the agency it signs for; files of the key folder are called after it.
        kind: Where it lives.
        certificate: Its certificate, DER; empty for the file called after the holder, which has it inside.
        chain: The authorities between the certificate and the root, DER.
        place: How it is found there, by kind: an uploaded file's 'file'; a token's 'module', 'token' and 'label'; a
            service's 'service' and 'credential'. Besides, what it asks for ('asks': 'pin', 'otp', both or nothing).
        secret: What opens it besides its holder (a service's access token); never on record or in a log.
        pin: What its holder typed to use it once; never on record, in a job or in a log.
        otp: The one-time code its holder typed; as little kept.
    """

    holder: str
    kind: KeyKind = KeyKind.FILE
    certificate: bytes = field(default=b"", repr=False)
    chain: tuple[bytes, ...] = field(default=(), repr=False)
    place: Mapping[str, str] = field(default_factory=dict)
    secret: str | None = field(default=None, repr=False)
    pin: str | None = field(default=None, repr=False)
    otp: str | None = field(default=None, repr=False)

    @property
    def asks(self) -> frozenset[str]:
        """What its holder has to type for each use: PIN, OTP, both or nothing."""
        return frozenset(self.place.get("asks", "").split())

    @property
    def sends_otp(self) -> bool:
        """Say whether the one-time code is sent on demand, rather than read from a device."""
        return OTP in self.asks and self.place.get("otp") == "online"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChoice:
    """Which key somebody signs with, from when to when; without one it is the file called after them.

    Attributes:
        person_id: Whose key it is; None is the agency's own.
        key: The key, without its secret.
        certificate_sha256: Digest of its certificate, hexadecimal; None for the file called after the holder.
        sealed: Its secret, sealed (engine.neighbours.Safe), or None.
        ended_at: When another one took its place, or None.
    """

    id: KeyChoiceId
    agency_id: AgencyId
    person_id: PersonId | None
    key: SigningKey
    certificate_sha256: str | None
    sealed: str | None = field(default=None, repr=False)
    chosen_at: datetime
    chosen_by: PersonId
    ended_at: datetime | None = None

    def ended(self, at: datetime) -> "KeyChoice":
        """Return this choice as over."""
        return replace(self, ended_at=at)


def holder_of(agency_id: AgencyId, person_id: PersonId | None) -> str:
    """Return what the key of a person, or of the agency where there is none, is called after."""
    return str(agency_id if person_id is None else person_id)


class KeyChoiceInvalid(Invalid):
    """What was said of a key cannot be right; every wrong field is named."""

    code = "key_choice.invalid"
    template = "The key cannot be chosen like this. Correct the fields that are marked."


class KeyFolderLocked(OurFault):
    """The installation cannot keep keys: it has no passphrase for them, or may not write into their folder."""

    code = "key_choice.folder_locked"
    template = "Keys cannot be kept here: the folder of keys cannot be written, or no passphrase is set for it."


class CertificateUnreadable(Invalid):
    """What was given as a certificate is none, or of a key we cannot check signatures of."""

    code = "key_choice.certificate_unreadable"
    template = "The certificate cannot be read. Choose the file of a certificate (PEM or DER) for RSA or ECDSA."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError(field="certificate", code="unreadable", message=self.template)])


class KeyChosenMeanwhile(Conflict):
    """Somebody else chose a key for the same holder at the same moment."""

    code = "key_choice.meanwhile"
    template = "Somebody else has just chosen a key for the same holder. Look at it, then choose again if need be."
