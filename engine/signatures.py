"""Signatures on PDFs: what is prepared, what was found, what is refused; no cryptography in here.

Numbers of the law are those of Decree 30/2020/NĐ-CP, appendix I. What makes and checks the signatures is
behind a port; these are the values that cross it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, assert_never

from engine.errors import Conflict, NeighbourAway, OurFault

SIGNER_FIELD = "ChuKy"
"""Signature field of the official who is named first (box 7c)."""
SEAL_FIELD = "Dau"
"""Signature field of the agency (box 8)."""
MOST_SIGNERS = 20
"""People who sign one document, each in a field of their own."""
_PERSONAL = re.compile(r"ChuKy([2-9]|1\d|20)?")
TEXT_SEAL_FIELD = "KySoCoQuan"
"""Signature field of the agency on an attachment or a copy, which shows words only."""


def signer_field(place: int) -> str:
    """Return the field of the signer at this place, from 1: 'ChuKy', 'ChuKy2', 'ChuKy3'."""
    return SIGNER_FIELD if place == 1 else f"{SIGNER_FIELD}{place}"


def is_signer_field(name: str) -> bool:
    """Say whether a field of this name is for the signature of a person."""
    return _PERSONAL.fullmatch(name) is not None


class SignerRole(StrEnum):
    """In what quality somebody signs: officials first, the agency last; in words only on attachments and copies."""

    OFFICIAL = "official"
    SEAL = "seal"
    TEXT_SEAL = "text_seal"

    @property
    def field(self) -> str:
        """The signature field of this role; of several officials that of the first."""
        match self:
            case SignerRole.OFFICIAL:
                return SIGNER_FIELD
            case SignerRole.SEAL:
                return SEAL_FIELD
            case SignerRole.TEXT_SEAL:
                return TEXT_SEAL_FIELD
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What is to be known of a certificate before its key is used.

    Attributes:
        key: Name of the key it belongs to in the key ring.
        subject: Common name of the holder.
        organization: The holder's organization, or None.
        serial: Serial number, hexadecimal.
        not_before: First moment of validity.
        not_after: Last moment of validity.
        usages: Key usages, as in 'digital_signature', 'non_repudiation'.
        sha256: Digest of the certificate, 64 hexadecimal digits.
        key_type: Kind and size of its key, as in 'rsa-2048' or 'ec-secp256r1'.
    """

    key: str
    subject: str
    organization: str | None
    serial: str
    not_before: datetime
    not_after: datetime
    usages: tuple[str, ...]
    sha256: str
    key_type: str = ""

    def may_sign(self, at: datetime) -> bool:
        """Say whether the certificate is valid at that moment and made for signing."""
        made_for_signing = bool({"digital_signature", "non_repudiation"} & set(self.usages))
        return made_for_signing and self.not_before <= at <= self.not_after


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCertificate:
    """A certificate as it was given: its DER and what it says."""

    der: bytes = field(repr=False)
    facts: CertificateFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a signature goes and what it shows.

    Attributes:
        image: PNG of the hand or the seal; None is what lies beside the key.
        field: That of one of several signers; None is the field of the role.
    """

    image: bytes | None = field(default=None, repr=False)
    field: str | None = None


PLAIN: Final = Placement()
"""The field of the role, the image beside the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedSignature:
    """A PDF with the place for one signature open: what is signed is fixed, the key has not been used yet.

    Completing it again after a crash signs the same digest again, never another one.

    Attributes:
        content: The PDF, the signature's place filled with zeros.
        field: Signature field.
        role: In what quality is signed.
        key: Name of the key in the key ring.
        certificate: SHA-256 of the signer's certificate; no other may complete it.
        digest: Over the signed bytes of the PDF, hexadecimal.
        to_sign: Digest of the signed attributes (which contain *digest*): what the key signs.
        region_start: First byte of the open place ('<').
        region_end: First byte after it.
        at: Claimed time of signing.
        algorithm: Of both digests, as in 'sha384': by the key and the policy on algorithms.
    """

    content: bytes = field(repr=False)
    field: str
    role: SignerRole
    key: str
    certificate: str
    digest: str
    to_sign: str
    region_start: int
    region_end: int
    at: datetime
    algorithm: str = "sha256"

    def as_data(self) -> dict[str, str | int]:
        """Return everything but the content as plain JSON values."""
        data: dict[str, str | int] = {
            name: getattr(self, name)
            for name in ("field", "key", "certificate", "digest", "to_sign", "region_start", "region_end", "algorithm")
        }
        return data | {"role": self.role.value, "at": self.at.isoformat()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any], content: bytes) -> "PreparedSignature":
        """Return what :meth:`as_data` described, with the content it was about."""
        known = {name: data[name] for name in data if name not in ("role", "at")}
        return cls(
            content=content,
            role=SignerRole(data["role"]),
            at=datetime.fromisoformat(data["at"]),
            **known,
        )


class NotYetSigned(Conflict):
    """The agency seals only what everybody named as its signer has signed.

    Source: Decree 30/2020/NĐ-CP, art. 32.2(d).
    """

    code = "signature.not_yet_signed"
    template = "The document is not signed yet. The agency seal follows the signatures of all its signers."


class NotYetNumbered(Conflict):
    """The seal closes the document for good, so number and date must be there before."""

    code = "signature.not_yet_numbered"
    template = "The document has no number and date yet. Take the number first, then seal."


class CertificateUnfit(Conflict):
    """The certificate is not valid at this moment, or not for signing."""

    code = "signature.certificate_unfit"
    template = (
        "The certificate of %(subject)s cannot be used to sign (valid from %(not_before)s to %(not_after)s). "
        "Renew it or choose another key."
    )


class CertificateRejected(Conflict):
    """A certificate in the document is revoked or leads to no authority we trust: it cannot be archived."""

    code = "signature.certificate_rejected"
    template = "A certificate in the document was rejected. Have it signed again."


class KeyMismatch(Conflict):
    """The key is not the one the document was prepared for."""

    code = "signature.key_mismatch"
    template = "The document was prepared for the key %(key)s, whose certificate changed. Prepare it again."


class SignatureBroken(Conflict):
    """What is to be completed or extended is not, byte for byte, what was prepared."""

    code = "signature.broken"
    template = "The prepared document was changed before it was signed. Prepare it again; nothing was signed."


class KeyUnavailable(NeighbourAway):
    """The key is not there, cannot be opened, or its device does not answer."""

    code = "signature.key_unavailable"
    template = "The signing key %(key)s cannot be used. Ask the administrator to check it."


class TimestampUnavailable(NeighbourAway):
    """The time-stamp authority does not answer, or not with a time-stamp."""

    code = "signature.timestamp_unavailable"
    template = "The time-stamp service does not answer. The document waits and goes on by itself."


class RevocationUnavailable(NeighbourAway):
    """The authorities that say whether a certificate was revoked do not answer."""

    code = "signature.revocation_unavailable"
    template = "The service that knows revoked certificates does not answer. The document waits and goes on by itself."


class SignatureTooLarge(OurFault):
    """The finished signature does not fit into the place left for it."""

    code = "signature.too_large"
    template = "The signature takes %(needed)s bytes, but only %(reserved)s were left for it."


class SigningStopped(OurFault):
    """The process that signs or reads PDFs ended or took too long; it has been started again."""

    code = "signature.process_stopped"
    template = "The signing process stopped while working (%(operation)s). Try again."


class SigningBusy(NeighbourAway):
    """Every signing process is at work and none became free in time."""

    code = "signature.busy"
    template = "All signing processes are busy. Try again in a moment."
