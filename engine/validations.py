"""What a check of a PDF's signatures found: one report for each signature, what was wrong, and a verdict.

Indications are those of ETSI EN 319 102-1; what makes the reports is behind a port.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.errors import NotFound
from engine.ids import FileId


class Verdict(StrEnum):
    """What a clerk may rely on: all proven, a person must look, proven wrong, or nothing to prove."""

    VALID = "valid"
    REVIEW = "review"
    INVALID = "invalid"
    UNSIGNED = "unsigned"


class Indication(StrEnum):
    """The main status indication of a signature. Source: ETSI EN 319 102-1, 5.1.3."""

    PASSED = "TOTAL-PASSED"
    FAILED = "TOTAL-FAILED"
    INDETERMINATE = "INDETERMINATE"


class Level(StrEnum):
    """How far a signature carries its own proofs. Source: ETSI EN 319 142-1."""

    BASIC = "B-B"
    TIMED = "B-T"
    LONG_TERM = "B-LT"
    ARCHIVAL = "B-LTA"


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


class RevocationState(StrEnum):
    """What is known of a certificate's revocation; UNKNOWN where nobody was heard about it."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"
    """The anchor of trust itself: its issuer would have to say, and there is none above it."""


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
class Change:
    """One thing that was done to the file after a signature, in words a clerk understands."""

    code: str
    template: str
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence with its facts."""
        return self.template % self.facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """What is known of one certificate's revocation.

    Attributes:
        state: What was answered.
        source: 'ocsp' or 'crl', or None where nobody was heard.
        carried: The answer lies in the file itself; else it was fetched.
        at: When the answer was made.
        revoked_at: When the certificate was revoked.
    """

    state: RevocationState
    source: str | None = None
    carried: bool = False
    at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReport:
    """One certificate of a chain.

    Attributes:
        subject: Who holds it, as in 'Nguyễn Văn Đức, UBND tỉnh'.
        issuer: Who issued it.
        serial: Serial number, hexadecimal.
        not_before: First moment of validity.
        not_after: Last moment of validity.
        sha256: Digest of the certificate, hexadecimal.
        revocation: What is known of its revocation.
        anchor: The chain ends here: this certificate is trusted by itself.
        trusted_because: Where the trust in an anchor comes from, as in 'VANTHU_TRUST' or the name of a list.
        trusted_since: From when on the anchor is trusted; None where nobody wrote it down.
    """

    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    sha256: str
    revocation: Revocation
    anchor: bool = False
    trusted_because: str | None = None
    trusted_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampReport:
    """A time-stamp in a signature: who vouches for which moment, and whether that holds."""

    authority: str
    at: datetime
    indication: Indication
    ades: str


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
        ades: The sub-indication of EN 319 102-1, as in 'NO_POE', 'HASH_FAILURE'; 'OK' where it passed.
        indication: The main indication of EN 319 102-1.
        level: How far it carries its own proofs, as found; None for a document time-stamp.
        chain: The certificates from the signer's up to the anchor, as far as they were found.
        timestamp: The time-stamp in the signature.
        hash_algorithm: As in 'sha256'.
        signature_algorithm: As in 'rsassa_pkcs1v15', 'ecdsa'.
        key_bits: Length of the signer's key.
        signed_digest: Digest of the signed bytes by *hash_algorithm*, hexadecimal.
        value: The signature's value, base64.
        changes: What was done to the file after it.
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
    indication: Indication
    level: Level | None = None
    chain: tuple[CertificateReport, ...] = ()
    timestamp: TimestampReport | None = None
    hash_algorithm: str = ""
    signature_algorithm: str = ""
    key_bits: int | None = None
    signed_digest: str = ""
    value: str = ""
    changes: tuple[Change, ...] = ()


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
        data: dict[str, Any] = _plain(self)
        for told, found in zip(data["problems"], self.problems, strict=True):
            told["message"] = found.message
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "ValidationReport":
        """Return the report that :meth:`as_data` described; those kept by earlier versions say less."""
        return cls(
            verdict=Verdict(data["verdict"]),
            checked_at=datetime.fromisoformat(data["checked_at"]),
            signatures=tuple(map(_signature_report, data["signatures"])),
            problems=tuple(
                Problem(code=found["code"], template=found["template"], facts=found["facts"], fatal=found["fatal"])
                for found in data["problems"]
            ),
        )


class ReportNotFound(NotFound):
    """There is no such check of this document's signatures."""

    code = "validation.report_not_found"
    template = "There is no such check of the signatures."


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReport:
    """A report as it is kept with a document.

    Attributes:
        id: Its place among all reports.
        file_id: The content that was checked.
        report: What was found.
    """

    id: int
    file_id: FileId
    report: ValidationReport


def verdict_on(signatures: int, problems: tuple[Problem, ...], *, hidden: bool = False) -> Verdict:
    """Return the verdict over a file with so many signatures; *hidden* says there is one that cannot be read."""
    if any(problem.fatal for problem in problems):
        return Verdict.INVALID
    if not signatures:
        return Verdict.REVIEW if hidden else Verdict.UNSIGNED
    return Verdict.REVIEW if problems else Verdict.VALID


def _signature_report(data: Mapping[str, Any]) -> SignatureReport:
    stamp = data.get("timestamp")
    return SignatureReport(
        **dict(data)
        | {
            "kind": SignatureKind(data["kind"]),
            "coverage": Coverage(data["coverage"]),
            "modification": Modification(data["modification"]),
            "changed_fields": tuple(data["changed_fields"]),
            "signed_at": _moment(data["signed_at"]),
            "timestamped_at": _moment(data["timestamped_at"]),
            "indication": Indication(data["indication"]) if "indication" in data else _by_name(data),
            "level": Level(data["level"]) if data.get("level") else None,
            "chain": tuple(map(_certificate, data.get("chain", ()))),
            "timestamp": None if stamp is None else _timestamp(stamp),
            "changes": tuple(Change(**change) for change in data.get("changes", ())),
        }
    )


def _by_name(data: Mapping[str, Any]) -> Indication:
    """Return the main indication of a report that was kept before it was part of one."""
    if not (data["intact"] and data["valid"]):
        return Indication.FAILED
    return Indication.PASSED if data["ades"] == "OK" else Indication.INDETERMINATE


def _certificate(data: Mapping[str, Any]) -> CertificateReport:
    said = data["revocation"]
    revocation = Revocation(
        state=RevocationState(said["state"]),
        source=said["source"],
        carried=said["carried"],
        at=_moment(said["at"]),
        revoked_at=_moment(said["revoked_at"]),
    )
    moments = {name: _moment(data[name]) for name in ("not_before", "not_after", "trusted_since")}
    return CertificateReport(**dict(data) | moments | {"revocation": revocation})


def _timestamp(data: Mapping[str, Any]) -> TimestampReport:
    return TimestampReport(
        authority=data["authority"],
        at=datetime.fromisoformat(data["at"]),
        indication=Indication(data["indication"]),
        ades=data["ades"],
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _plain(value: Any) -> Any:  # noqa: ANN401  any value of a report
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
