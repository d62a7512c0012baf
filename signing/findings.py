"""What was found about one signature, in the engine's words: a report and the problems a person is told."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESPassed, AdESStatus, AdESSubIndic
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel, SuspiciousModification
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel
from pyhanko_certvalidator.ltv.poe import ValidationObject
from pyhanko_certvalidator.path import ValidationPath

from engine.pdfs import DATE_FIELD, NUMBER_FIELD
from engine.validations import (
    CertificateReport,
    Change,
    Coverage,
    Indication,
    Modification,
    Problem,
    SignatureKind,
    SignatureReport,
    TimestampReport,
)
from signing.changed_words import Gravity, gravity

_COVERAGES = {
    SignatureCoverageLevel.ENTIRE_FILE: Coverage.FILE,
    SignatureCoverageLevel.ENTIRE_REVISION: Coverage.REVISION,
}
_MODIFICATIONS = {
    ModificationLevel.NONE: Modification.NONE,
    ModificationLevel.LTA_UPDATES: Modification.ARCHIVAL,
    ModificationLevel.FORM_FILLING: Modification.FORM,
    ModificationLevel.ANNOTATIONS: Modification.NOTES,
}
_INDICATIONS = {
    AdESStatus.PASSED: Indication.PASSED,
    AdESStatus.FAILED: Indication.FAILED,
    AdESStatus.INDETERMINATE: Indication.INDETERMINATE,
}
_LATE = AdESIndeterminate.OUT_OF_BOUNDS_NO_POE.standard_name
_Doubt = tuple[str, str, bool]
_REVOKED: _Doubt = ("revoked", "The certificate of %(signer)s was revoked before it was proven to sign.", True)
_OUTLIVED: _Doubt = (
    "no_longer_valid",
    "The certificate of %(signer)s has expired and nothing proves that it signed before.",
    False,
)
_UNTRUSTED: _Doubt = (
    "untrusted",
    "The certificate of %(signer)s was not issued by an authority this office trusts.",
    False,
)
_UNKNOWN: _Doubt = (
    "revocation_unknown",
    "Whether the certificate of %(signer)s was revoked could not be checked. Check again later.",
    False,
)
_MISUSED: _Doubt = (
    "wrong_usage",
    "The certificate of %(signer)s was not issued for signing documents.",
    True,
)
_WEAK: _Doubt = (
    "weak_algorithm",
    "The signature of %(signer)s uses an algorithm that is too weak by now to prove anything.",
    False,
)
_DOUBTS: Mapping[AdESSubIndic, _Doubt] = {
    AdESFailure.REVOKED: _REVOKED,
    AdESIndeterminate.REVOKED_NO_POE: _REVOKED,
    AdESIndeterminate.REVOKED_CA_NO_POE: _REVOKED,
    AdESIndeterminate.EXPIRED: _OUTLIVED,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: _OUTLIVED,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: _OUTLIVED,
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: _UNTRUSTED,
    AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE: _UNKNOWN,
    AdESIndeterminate.NO_POE: _UNKNOWN,
    AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE: _UNKNOWN,
    AdESIndeterminate.TRY_LATER: _UNKNOWN,
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: _MISUSED,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: _WEAK,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: _WEAK,
}
"""What an indication of EN 319 102-1 means for a clerk: code, sentence, and whether it refutes the signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What AdES validation said of one signature.

    Attributes:
        ades: The sub-indication.
        path: The way from an anchor to the signer, None where there is none.
        objects: Certificates, lists and responses that were looked at.
        stamp: The time-stamp in the signature.
    """

    ades: AdESSubIndic
    path: ValidationPath | None = None
    objects: tuple[ValidationObject, ...] = ()
    stamp: TimestampReport | None = None


def report_on(
    signature: EmbeddedPdfSignature,
    opinion: Opinion,
    *,
    kind: SignatureKind,
    integrity: tuple[bool, bool],
    chain: tuple[CertificateReport, ...],
    changes: tuple[Change, ...],
) -> SignatureReport:
    """Return the report on a signature whose integrity (intact, valid) and later changes are computed."""
    certificate: x509.Certificate = signature.signer_cert
    subject, claimed_at, stamp = certificate.subject.native, signature.self_reported_timestamp, opinion.stamp
    modification, fields = _modified(signature)
    timely = not _is_late(stamp.at if stamp else claimed_at, certificate)
    return SignatureReport(
        field=signature.fq_name,
        kind=kind,
        signer=str(subject.get("common_name", "")),
        organization=subject.get("organization_name"),
        certificate=certificate.sha256.hex(),
        signed_at=claimed_at,
        timestamped_at=stamp.at if stamp else None,
        intact=integrity[0],
        valid=integrity[1],
        trusted=opinion.ades.status is AdESStatus.PASSED and timely,
        coverage=_COVERAGES.get(signature.evaluate_signature_coverage(), Coverage.PART),
        modification=modification,
        changed_fields=fields,
        docmdp_ok=signature.summarise_integrity_info()["docmdp_ok"],
        ades=opinion.ades.standard_name if timely or opinion.ades != AdESPassed.OK else _LATE,
        indication=main_indication(opinion.ades, timely=timely),
        chain=chain,
        timestamp=None if kind is SignatureKind.TIMESTAMP else stamp,
        hash_algorithm=signature.md_algorithm,
        signature_algorithm=str(signature.signer_info["signature_algorithm"].signature_algo),
        key_bits=certificate.public_key.bit_size,
        signed_digest=signature.compute_digest().hex(),
        value=base64.b64encode(signature.signer_info["signature"].native).decode(),
        changes=changes,
    )


def _modified(signature: EmbeddedPdfSignature) -> tuple[Modification, tuple[str, ...]]:
    """Return what pyHanko's analysis says was added later, and the form fields it changed."""
    found: DiffResult | SuspiciousModification | None = signature.diff_result
    level = found.modification_level if isinstance(found, DiffResult) else ModificationLevel.OTHER
    # pyHanko also names text fields it looked at while only proofs were added.
    fills = level.value >= ModificationLevel.FORM_FILLING.value
    names = found.changed_form_fields if fills and isinstance(found, DiffResult) else ()
    return _MODIFICATIONS.get(level, Modification.OTHER), tuple(sorted(names))


def main_indication(ades: AdESSubIndic, *, timely: bool = True) -> Indication:
    """Return the main indication to a sub-indication; who signed outside the certificate's time has not passed."""
    if ades.status is AdESStatus.PASSED and not timely:
        return Indication.INDETERMINATE
    return _INDICATIONS[ades.status]


def change_problems(report: SignatureReport, *, locked: bool, signatures: set[str]) -> Iterator[Problem]:
    """Yield what is wrong with the signed bytes and with what was added after them.

    Args:
        report: The signature.
        locked: Somebody certified the file or locked fields, so a foreign change is a breach and no slip.
        signatures: All signature fields of the file: signing fills them.
    """
    if not report.intact:
        yield _problem(report, "changed", "What was signed in %(field)s has been changed since.")
    elif not report.valid:
        yield _problem(report, "forged", "The signature %(field)s does not match its certificate.")
    if report.coverage is Coverage.PART:
        yield _problem(report, "partial", "The signature %(field)s covers only a part of what is shown.")
    elif report.modification is Modification.OTHER or (locked and report.docmdp_ok is False):
        yield _problem(
            report,
            "changed_after",
            "After the signature %(field)s something was added that it does not allow.",
            fatal=locked,
        )
    elif report.modification is Modification.NOTES:
        yield _problem(report, "notes_after", "Notes were added after the signature %(field)s.", fatal=False)
    foreign = set(report.changed_fields) - signatures - {NUMBER_FIELD, DATE_FIELD}
    if foreign:
        yield _problem(
            report,
            "form_after",
            "Form fields were filled after the signature %(field)s: %(changed)s.",
            fatal=False,
            changed=", ".join(sorted(foreign)),
        )


def worded_problems(report: SignatureReport, *, locked: bool) -> Iterator[Problem]:
    """Yield a problem for everything that was done after a signature and does not belong to signing.

    Each names what was done and not the signature, so that signatures before one change say it once.
    """
    for done in report.changes:
        found = gravity(done)
        if found is Gravity.NONE:
            continue
        fatal = found is Gravity.GRAVE or (found is Gravity.BREACH and locked)
        yield Problem(code=done.code, template=done.template, facts=done.facts, fatal=fatal)


def trust_problems(report: SignatureReport, ades: AdESSubIndic, certificate: x509.Certificate) -> Iterator[Problem]:
    """Yield what is wrong with the certificate: revoked, expired, unknown to us, or not to be told."""
    if not (report.intact and report.valid):
        return
    signed_at = report.timestamped_at or report.signed_at
    if signed_at and signed_at < certificate.not_valid_before:
        yield _problem(report, "not_yet_valid", "The certificate of %(signer)s was not valid yet when it signed.")
    elif _is_late(signed_at, certificate):
        # pyHanko passes a time-stamp that is later than the certificate's end.
        yield _problem(report, "expired", "The certificate of %(signer)s was not valid when it signed.")
    elif certificate.issuer == certificate.subject and ades.status is not AdESStatus.PASSED:
        yield _problem(
            report,
            "self_signed",
            "%(signer)s issued the certificate to themselves: nobody else vouches for who signed.",
            fatal=False,
        )
    elif ades in _DOUBTS:
        name, template, fatal = _DOUBTS[ades]
        yield _problem(report, name, template, fatal=fatal)
    elif ades.status is not AdESStatus.PASSED:
        yield _problem(
            report,
            "indeterminate",
            "The signature of %(signer)s could not be confirmed (%(indication)s).",
            fatal=ades.status is AdESStatus.FAILED,
            indication=ades.standard_name,
        )


def _is_late(signed_at: datetime | None, certificate: x509.Certificate) -> bool:
    """Say whether it signed outside the certificate's validity."""
    return bool(signed_at and not certificate.not_valid_before <= signed_at <= certificate.not_valid_after)


def _problem(report: SignatureReport, name: str, template: str, *, fatal: bool = True, **more: str) -> Problem:
    facts = {"field": report.field, "signer": report.signer} | more
    return Problem(code=f"signature.{name}", template=template, facts=facts, fatal=fatal)
