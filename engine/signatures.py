"""Signatures on PDFs: what is prepared, what was found, what is refused; no cryptography in here.

Numbers of the law are those of Decree 30/2020/NĐ-CP, appendix I. What makes and checks the signatures is
behind a port; these are the values that cross it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never

from engine.errors import Conflict, NeighbourAway, OurFault

SIGNER_FIELD = "ChuKy"
"""Signature field of the official (box 7c)."""
SEAL_FIELD = "Dau"
"""Signature field of the agency (box 8)."""
TEXT_SEAL_FIELD = "KySoCoQuan"
"""Signature field of the agency on an attachment or a copy, which shows words only."""


class Verdict(StrEnum):
    """What a clerk may rely on: all proven, a person must look, proven wrong, or nothing to prove."""

    VALID = "valid"
    REVIEW = "review"
    INVALID = "invalid"
    UNSIGNED = "unsigned"


class SignatureKind(StrEnum):
    """What a signature is for: the first and binding one, a further one, or a moment in time only."""

    CERTIFICATION = "certification"
    APPROVAL = "approval"
    TIMESTAMP = "timestamp"


class Coverage(StrEnum):
    """How much of the file the signed bytes are: all, all of an earlier revision, or less."""

    FILE = "file"
    REVISION = "revision"
    PART = "part"


class Modification(StrEnum):
    """What was added after a signature: nothing, proofs for the archive, form content, notes, else."""

    NONE = "none"
    ARCHIVAL = "archival"
    FORM = "form"
    NOTES = "notes"
    OTHER = "other"


class SignerRole(StrEnum):
    """In what quality somebody signs: the official first, the agency last; in words only on attachments and copies."""

    OFFICIAL = "official"
    SEAL = "seal"
    TEXT_SEAL = "text_seal"

    @property
    def field(self) -> str:
        """The signature field of this role."""
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
    """

    key: str
    subject: str
    organization: str | None
    serial: str
    not_before: datetime
    not_after: datetime
    usages: tuple[str, ...]
    sha256: str

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
class PreparedSignature:
    """A PDF with the place for one signature open: what is signed is fixed, the key has not been used yet.

    Completing it again after a crash signs the same digest again, never another one.

    Attributes:
        content: The PDF, the signature's place filled with zeros.
        field: Signature field.
        role: In what quality is signed.
        key: Name of the key in the key ring.
        certificate: SHA-256 of the signer's certificate; no other may complete it.
        digest: SHA-256 over the signed bytes of the PDF, hexadecimal.
        to_sign: SHA-256 over the signed attributes (which contain *digest*): what the key signs.
        region_start: First byte of the open place ('<').
        region_end: First byte after it.
        at: Claimed time of signing.
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

    def as_data(self) -> dict[str, str | int]:
        """Return everything but the content as plain JSON values."""
        data: dict[str, str | int] = {
            name: getattr(self, name)
            for name in ("field", "key", "certificate", "digest", "to_sign", "region_start", "region_end")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing found wrong: a stable code and an English sentence with its facts as named placeholders."""

    code: str
    template: str
    facts: Mapping[str, str] = field(default_factory=dict)
    fatal: bool = True
    """True: the signature or the file is refuted. False: a person has to look."""

    @property
    def message(self) -> str:
        """The sentence with its facts."""
        return self.template % self.facts


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """What is known of one signature or document time-stamp in a PDF.

    Attributes:
        field: Name of the signature field.
        kind: What it is for.
        signer: Common name in the certificate, '' when there is none to read.
        organization: Organization in the certificate, or None.
        certificate: SHA-256 of the signer's certificate, hexadecimal, '' when there is none.
        signed_at: The signer's own claim.
        timestamped_at: What a time-stamp authority vouches for.
        intact: The signed bytes are unchanged.
        valid: The signature over them is cryptographically right.
        trusted: The certificate chain leads to an authority we trust and nothing was revoked in time.
        coverage: How much of the file was signed.
        modification: What was added later.
        changed_fields: Form fields changed later.
        docmdp_ok: What was added later is what the signatures allow; None when that cannot be told.
        ades: The (sub-)indication of EN 319 102-1, as in 'OK', 'NO_POE', 'HASH_FAILURE'.
    """

    field: str
    kind: SignatureKind
    signer: str
    organization: str | None
    certificate: str
    signed_at: datetime | None
    timestamped_at: datetime | None
    intact: bool
    valid: bool
    trusted: bool
    coverage: Coverage
    modification: Modification
    changed_fields: tuple[str, ...]
    docmdp_ok: bool | None
    ades: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationReport:
    """The judgement over a PDF and every signature in it, at one moment.

    A file that no parser can be trusted with is INVALID, with a problem that says so; it never raises.
    """

    verdict: Verdict
    signatures: tuple[SignatureReport, ...]
    problems: tuple[Problem, ...]
    checked_at: datetime

    def as_data(self) -> dict[str, Any]:
        """Return the report as plain JSON values: times ISO 8601, enums by value, problems with sentence."""
        return {
            "verdict": self.verdict.value,
            "checked_at": self.checked_at.isoformat(),
            "signatures": [
                {item.name: _plain(getattr(signature, item.name)) for item in fields(signature)}
                for signature in self.signatures
            ],
            "problems": [
                {
                    "code": found.code,
                    "template": found.template,
                    "facts": dict(found.facts),
                    "fatal": found.fatal,
                    "message": found.message,
                }
                for found in self.problems
            ],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "ValidationReport":
        """Return the report that :meth:`as_data` described."""
        return cls(
            verdict=Verdict(data["verdict"]),
            checked_at=datetime.fromisoformat(data["checked_at"]),
            signatures=tuple(map(_signature_report, data["signatures"])),
            problems=tuple(
                Problem(**{name: value for name, value in found.items() if name != "message"})
                for found in data["problems"]
            ),
        )


def _signature_report(data: Mapping[str, Any]) -> SignatureReport:
    return SignatureReport(
        **dict(data)
        | {
            "kind": SignatureKind(data["kind"]),
            "coverage": Coverage(data["coverage"]),
            "modification": Modification(data["modification"]),
            "changed_fields": tuple(data["changed_fields"]),
            "signed_at": _moment(data["signed_at"]),
            "timestamped_at": _moment(data["timestamped_at"]),
        }
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


class NotYetSigned(Conflict):
    """The agency seals only what the authorised person has signed.

    Source: Decree 30/2020/NĐ-CP, art. 32.2(d).
    """

    code = "signature.not_yet_signed"
    template = "The document is not signed yet. The agency seal follows the official's signature."


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
    template = "A certificate in the document was rejected (%(detail)s). Have it signed again."


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
    template = "The signing key %(key)s cannot be used (%(detail)s). Ask the administrator to check it."


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
