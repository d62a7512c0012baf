"""Whole files signed elsewhere, as the browser plugin makes them: what was given out, and one signature more."""

from datetime import UTC, datetime
from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    FormUpdatingRule,
    ModificationLevel,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
)
from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from engine.client_signatures import ExpectedSignature, SignedFileRefused
from engine.signatures import SignerRole
from engine.validations import Coverage, ValidationReport
from signing.algorithms import DIGESTS
from signing.cms import der_length, padded_hex
from signing.elsewhere import with_timestamp
from signing.timestamps import TimestampClient
from signing.verifier import PARSER_ERRORS

ROOM = 8192
"""Bytes a time-stamp takes with the chain of its authority, and some more."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""When it was signed elsewhere is its own claim, which a time-stamp is not held against."""
WEAKER = (
    "It is signed by a weaker digest algorithm than the one it was prepared for; choose that one, or a stronger one, "
    "in the tool."
)
_ONE_SIGNATURE = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule(
        field_rules=[SigFieldCreationRule(), SigFieldModificationRule()],
        # The first signature in a file also says that it is only to be appended to from now on.
        ignored_acroform_keys={*ACROFORM_EXEMPT_STRICT_COMPARISON, "/SigFlags"},
    ),
)
"""What adding one signature may change: its own field, catalogue, metadata; no text field, page or other thing."""
_FURTHER = "More was added than one signature: it has further changes."


def require_added_signature(served: bytes, uploaded: bytes, expected: ExpectedSignature) -> str:
    """Return the field that was signed in *uploaded*, which is *served* and the one expected signature.

    Whether that signature is right is for the verifier, see :func:`require_good`.

    Args:
        served: The exact bytes that were given out.
        uploaded: What came back.
        expected: By whom, in what quality and how it was to be signed.

    Raises:
        SignedFileRefused: It is anything else; the cause says what.
    """
    if not uploaded.startswith(served):
        raise SignedFileRefused(cause="It does not begin with the file that was given out.")
    if len(uploaded) == len(served):
        raise SignedFileRefused(cause="It is not signed.")
    try:
        before, after = PdfFileReader(BytesIO(served)), PdfFileReader(BytesIO(uploaded))
        signature = _added(before, after)
        _require_one_revision(before, after, signature)
        _require_signer(signature, expected)
        _require_field(before, signature, expected.role)
        _require_nothing_else(before, after, signature)
    except PARSER_ERRORS as cause:
        raise SignedFileRefused(cause="What was added to it cannot be read.") from cause
    field: str = signature.fq_name
    return field


def require_good(report: ValidationReport, field: str) -> None:
    """Raise SignedFileRefused unless the report finds the new signature right and nothing wrong with the file."""
    fatal = next((problem for problem in report.problems if problem.fatal), None)
    if fatal is not None:
        raise SignedFileRefused(cause=fatal.message)
    found = next((each for each in report.signatures if each.field == field), None)
    if found is None or not (found.intact and found.valid) or found.coverage is not Coverage.FILE:
        raise SignedFileRefused(cause="The signature does not cover the whole file, or is broken.")


def require_room(content: bytes, field: str) -> None:
    """Raise SignedFileRefused unless the signature has a time-stamp, or its place has room for one."""
    signature = _signature(content, field)
    if _is_stamped(signature):
        return
    start, end = _place(signature)
    used = der_length(bytes.fromhex(content[start + 1 : end - 1].decode("ascii")))
    if used is None or (end - start - 2) // 2 - used < ROOM:
        raise SignedFileRefused(
            cause="The signature has no time-stamp and leaves no room for one; have the tool add a time-stamp."
        )


def stamped(content: bytes, field: str, timestamps: TimestampClient | None) -> bytes:
    """Return the file with a time-stamp added to the signature, unless it has one; what is signed stays as it is.

    A time-stamp belongs to what a signature does not cover: it goes into the place of the CMS, behind the signature.

    Raises:
        TimestampUnavailable: No time-stamp to be had; ask again later.
        SignatureTooLarge: The place is too small for it.
    """
    signature = _signature(content, field)
    if timestamps is None or _is_stamped(signature):
        return content
    start, end = _place(signature)
    encoded = with_timestamp(bytes.fromhex(content[start + 1 : end - 1].decode("ascii")), timestamps, _LONG_AGO)
    digits = padded_hex(encoded, end - start - 2)
    return b"".join((content[: start + 1], digits, content[end - 1 :]))


def _signature(content: bytes, field: str) -> EmbeddedPdfSignature:
    found = PdfFileReader(BytesIO(content)).embedded_signatures
    signature: EmbeddedPdfSignature = next(each for each in found if each.fq_name == field)
    return signature


def _place(signature: EmbeddedPdfSignature) -> tuple[int, int]:
    """Return where the place of the CMS begins ('<') and ends."""
    _, start, end, _ = (int(number) for number in signature.byte_range)
    return start, end


def _is_stamped(signature: EmbeddedPdfSignature) -> bool:
    return next(extract_tst_data_iter(signature.signer_info, signed=False), None) is not None


def _added(before: PdfFileReader, after: PdfFileReader) -> EmbeddedPdfSignature:
    known, found = before.embedded_signatures, after.embedded_signatures
    filled = sum(1 for _ in enumerate_sig_fields(after, filled_status=True))
    if len(found) == len(known):
        raise SignedFileRefused(cause="It is not signed.")
    if len(found) != len(known) + 1 or filled != len(found):
        raise SignedFileRefused(cause="More than one signature was added.")
    names = {each.fq_name for each in known}
    new: EmbeddedPdfSignature = next(each for each in found if each.fq_name not in names)
    if new.sig_object_type != "/Sig":
        raise SignedFileRefused(cause="A time-stamp was added, but no signature.")
    return new


def _require_one_revision(before: PdfFileReader, after: PdfFileReader, signature: EmbeddedPdfSignature) -> None:
    revisions = after.xrefs.total_revisions
    if revisions != before.xrefs.total_revisions + 1 or signature.signed_revision != revisions - 1:
        raise SignedFileRefused(cause=_FURTHER)


def _require_signer(signature: EmbeddedPdfSignature, expected: ExpectedSignature) -> None:
    if signature.signer_cert.sha256.hex() != expected.certificate:
        raise SignedFileRefused(cause="It is signed with another certificate than yours on record.")
    signer = signature.signer_info
    algorithm = signer["signature_algorithm"]
    digests = {signer["digest_algorithm"]["algorithm"].native, signature.md_algorithm}
    if algorithm["algorithm"].native != "rsassa_pkcs1v15":
        digests.add(algorithm.hash_algo)
    if not digests <= set(DIGESTS):
        raise SignedFileRefused(cause="It is signed with a weak algorithm; SHA-256 or better is needed.")
    if not digests <= set(DIGESTS[DIGESTS.index(expected.algorithm) :]):
        raise SignedFileRefused(cause=WEAKER)


def _require_field(before: PdfFileReader, signature: EmbeddedPdfSignature, role: SignerRole) -> None:
    """A tool fills the field there is, or makes one of its own; another's field stays empty."""
    others = {name for name, _, _ in enumerate_sig_fields(before)} - {role.field}
    if signature.fq_name in others:
        raise SignedFileRefused(cause="The signature was put into a field that is for somebody else.")
    if role is SignerRole.OFFICIAL and signature.docmdp_level is MDPPerm.NO_CHANGES:
        raise SignedFileRefused(cause="It forbids every later change, so number and seal could not be added.")


def _require_nothing_else(before: PdfFileReader, after: PdfFileReader, signature: EmbeddedPdfSignature) -> None:
    changes = _ONE_SIGNATURE.review_file(after, before.xrefs.total_revisions - 1)
    if (
        not isinstance(changes, DiffResult)
        or changes.modification_level.value > ModificationLevel.FORM_FILLING.value
        or set(changes.changed_form_fields) - {signature.fq_name}
    ):
        raise SignedFileRefused(cause=_FURTHER)
