"""What was found about one signature, in the engine's words: a report and the problems a person is told."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from asn1crypto import x509
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESStatus, AdESSubIndic
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel, SuspiciousModification
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel

from engine.pdfs import DATE_FIELD, NUMBER_FIELD
from engine.signatures import (
    Coverage,
    Modification,
    Problem,
    SignatureKind,
    SignatureReport,
)

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
}
"""What an indication of EN 319 102-1 means for a clerk: code, sentence, and whether it refutes the signature."""


def report_on(
    signature: EmbeddedPdfSignature,
    *,
    kind: SignatureKind,
    integrity: tuple[bool, bool],
    indication: AdESSubIndic,
    timestamped_at: datetime | None,
) -> SignatureReport:
    """Return the report on a signature whose integrity (intact, valid) and later changes are computed."""
    certificate: x509.Certificate = signature.signer_cert
    subject = certificate.subject.native
    claimed_at = signature.self_reported_timestamp
    signed_at = timestamped_at or claimed_at
    changes: DiffResult | SuspiciousModification | None = signature.diff_result
    level = changes.modification_level if isinstance(changes, DiffResult) else ModificationLevel.OTHER
    # pyHanko also names text fields it looked at while only proofs were added.
    fills = level.value >= ModificationLevel.FORM_FILLING.value
    names = changes.changed_form_fields if fills and isinstance(changes, DiffResult) else ()
    return SignatureReport(
        field=signature.fq_name,
        kind=kind,
        signer=str(subject.get("common_name", "")),
        organization=subject.get("organization_name"),
        certificate=certificate.sha256.hex(),
        signed_at=claimed_at,
        timestamped_at=timestamped_at,
        intact=integrity[0],
        valid=integrity[1],
        trusted=indication.status is AdESStatus.PASSED and not _is_late(signed_at, certificate),
        coverage=_COVERAGES.get(signature.evaluate_signature_coverage(), Coverage.PART),
        modification=_MODIFICATIONS.get(level, Modification.OTHER),
        changed_fields=tuple(sorted(names)),
        docmdp_ok=signature.summarise_integrity_info()["docmdp_ok"],
        ades=indication.standard_name,
    )


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


def trust_problems(
    report: SignatureReport, indication: AdESSubIndic, certificate: x509.Certificate
) -> Iterator[Problem]:
    """Yield what is wrong with the certificate: revoked, expired, unknown to us, or not to be told."""
    if not (report.intact and report.valid):
        return
    if _is_late(report.timestamped_at or report.signed_at, certificate):
        # pyHanko passes a time-stamp that is later than the certificate's end.
        yield _problem(report, "expired", "The certificate of %(signer)s was not valid when it signed.")
    elif indication in _DOUBTS:
        name, template, fatal = _DOUBTS[indication]
        yield _problem(report, name, template, fatal=fatal)
    elif indication.status is not AdESStatus.PASSED:
        yield _problem(
            report,
            "indeterminate",
            "The signature of %(signer)s could not be confirmed (%(indication)s).",
            fatal=indication.status is AdESStatus.FAILED,
            indication=indication.standard_name,
        )


def _is_late(signed_at: datetime | None, certificate: x509.Certificate) -> bool:
    """Say whether it signed outside the certificate's validity."""
    return bool(signed_at and not certificate.not_valid_before <= signed_at <= certificate.not_valid_after)


def _problem(report: SignatureReport, name: str, template: str, *, fatal: bool = True, **more: str) -> Problem:
    facts = {"field": report.field, "signer": report.signer} | more
    return Problem(code=f"signature.{name}", template=template, facts=facts, fatal=fatal)
