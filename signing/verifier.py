"""Judge a PDF and every signature in it, from the outer syntax to the chain of trust; nothing in it may crash us.

Two opinions must agree for VALID: the AdES indication of EN 319 102-1 says whether the signature holds, the
analysis of later revisions whether the page still is the signed one. Neither looks at what the other does.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import crl, ocsp
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESPassed, AdESSubIndic
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import UnacceptableSignerError
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.ades import (
    ades_basic_validation,
    ades_lta_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.errors import SignatureValidationError, ValidationInfoReadingError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, validate_sig_integrity
from pyhanko.sign.validation.policy_decl import LocalKnowledge
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from engine.signatures import Problem, SignatureKind, SignatureReport, ValidationReport, Verdict
from signing.documents import read
from signing.findings import change_problems, report_on, trust_problems
from signing.revisions import outer_problems, place_problems, tail_problems
from signing.settings import PdfSource
from signing.trust import Trust, live

PARSER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    PathError,
    PdfError,
    RecursionError,
    SignatureValidationError,
    TypeError,
    UnacceptableSignerError,
    ValidationError,
    ValueError,
)
"""What parsers have been seen to raise on forged files; each of them is a rejection, not a failure of ours."""
_DETAIL = 120
_UNKNOWN_KIND = "pdf.unknown_signature"

Judged = tuple[SignatureReport, list[Problem]]


def validate(source: PdfSource, trust: Trust, at: datetime, *, online: bool) -> ValidationReport:
    """Return the judgement over the file and its signatures, as of *at*; never raises for what is in it.

    Args:
        source: The PDF.
        trust: Whose certificates count.
        at: The moment of judging.
        online: Also fetch revocation data the file does not carry; else such a file needs a REVIEW.
    """
    content = read(source)
    problems = outer_problems(content)
    reports: list[SignatureReport] = []
    try:
        reader = PdfFileReader(BytesIO(content))
        problems += _unknown_kinds(reader)
        for report, more in asyncio.run(_judge_all(content, reader, trust, at, online=online)):
            reports.append(report)
            problems += more
    except PARSER_ERRORS as cause:
        if not any(problem.fatal for problem in problems):
            problems.append(_unreadable(cause))
    return ValidationReport(
        verdict=_verdict(reports, problems), signatures=tuple(reports), problems=tuple(problems), checked_at=at
    )


def _verdict(reports: list[SignatureReport], problems: list[Problem]) -> Verdict:
    if any(problem.fatal for problem in problems):
        return Verdict.INVALID
    if not reports:
        return Verdict.REVIEW if any(found.code == _UNKNOWN_KIND for found in problems) else Verdict.UNSIGNED
    return Verdict.REVIEW if problems else Verdict.VALID


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One file and what its signatures are judged by."""

    reader: PdfFileReader
    signatures: tuple[EmbeddedPdfSignature, ...]
    trust: Trust
    known: LocalKnowledge
    at: datetime
    online: bool

    @property
    def is_locked(self) -> bool:
        """Say whether somebody certified the file or forbade changes."""
        return "/Perms" in self.reader.root or any(one.docmdp_level is not None for one in self.signatures)


def _unknown_kinds(reader: PdfFileReader) -> list[Problem]:
    """Return a problem if there are signatures of a kind the library leaves out of its list."""
    filled = sum(1 for _ in enumerate_sig_fields(reader, filled_status=True))
    unknown = filled - len(reader.embedded_signatures)
    if not unknown:
        return []
    template = "The PDF has %(count)s signature(s) of a kind that cannot be checked."
    return [Problem(code=_UNKNOWN_KIND, template=template, facts={"count": str(unknown)}, fatal=False)]


async def _judge_all(
    content: bytes, reader: PdfFileReader, trust: Trust, at: datetime, *, online: bool
) -> list[Judged]:
    signatures = tuple(reader.embedded_signatures)
    if not signatures:
        return []
    known = _carried(reader)
    case = _Case(reader=reader, signatures=signatures, trust=trust, known=known, at=at, online=online)
    judged: list[Judged] = []
    for signature in signatures:
        outer = list(place_problems(content, signature))
        report, found = await _judge(signature, case)
        judged.append((report, outer + found))
    last = max(signatures, key=lambda one: int(one.signed_revision))
    judged[-1][1].extend(tail_problems(content, reader, last))
    return judged


async def _judge(signature: EmbeddedPdfSignature, case: _Case) -> Judged:
    signature.compute_integrity_info()
    is_timestamp = signature.sig_object_type == "/DocTimeStamp"
    if is_timestamp:
        integrity, indication = await _opinion_on_timestamp(signature, case)
    else:
        integrity = validate_sig_integrity(
            signature.signer_info, signature.signer_cert, "data", signature.compute_digest()
        )
        indication = await _ades(signature, case)
    report = report_on(
        signature,
        kind=_kind(signature, case),
        integrity=integrity,
        indication=indication,
        timestamped_at=_stamped_at(signature, is_timestamp=is_timestamp),
    )
    fields = {one.fq_name for one in case.signatures}
    problems = [
        *change_problems(report, locked=case.is_locked, signatures=fields),
        *trust_problems(report, indication, signature.signer_cert),
    ]
    return report, problems


async def _ades(signature: EmbeddedPdfSignature, case: _Case) -> AdESSubIndic:
    """Return the indication by the rules for the level the file claims: LTA, with time, or basic."""
    specification = case.trust.specification(case.known, online=case.online)
    timing = live(case.at)
    if any(one.signed_revision > signature.signed_revision for one in case.reader.embedded_timestamp_signatures):
        return (await ades_lta_validation(signature, specification, timing)).ades_subindic
    has_timestamp = next(extract_tst_data_iter(signature.signer_info, signed=False), None) is not None
    validation = ades_with_time_validation if has_timestamp else ades_basic_validation
    result = await validation(
        signature.signed_data,
        specification.signature_validation_spec,
        timing_info=timing,
        raw_digest=signature.compute_digest(),
        status_cls=PdfSignatureStatus,
        extra_status_kwargs=signature.summarise_integrity_info(),
    )
    return result.ades_subindic


async def _opinion_on_timestamp(signature: EmbeddedPdfSignature, case: _Case) -> tuple[tuple[bool, bool], AdESSubIndic]:
    status = await async_validate_pdf_timestamp(signature, case.trust.offline(case.known, case.at))
    integrity = (bool(status.intact), bool(status.valid))
    if status.trusted:
        return integrity, AdESPassed.OK
    broken = None if all(integrity) else AdESFailure.SIG_CRYPTO_FAILURE
    return integrity, broken or status.trust_problem_indic or AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND


def _stamped_at(signature: EmbeddedPdfSignature, *, is_timestamp: bool) -> datetime | None:
    """Return the time the signature's own time-stamp states."""
    stamps = (
        iter([signature.signed_data]) if is_timestamp else extract_tst_data_iter(signature.signer_info, signed=False)
    )
    stamp = next(stamps, None)
    if stamp is None:
        return None
    stated: datetime = stamp["encap_content_info"]["content"].parsed["gen_time"].native
    return stated


def _kind(signature: EmbeddedPdfSignature, case: _Case) -> SignatureKind:
    if signature.sig_object_type == "/DocTimeStamp":
        return SignatureKind.TIMESTAMP
    permissions = case.reader.root.get("/Perms", {})
    certified = permissions.raw_get("/DocMDP") if "/DocMDP" in permissions else None
    is_first = certified is not None and certified.get_object() == signature.sig_object
    return SignatureKind.CERTIFICATION if is_first else SignatureKind.APPROVAL


def _carried(reader: PdfFileReader) -> LocalKnowledge:
    """Return the certificates and revocation data the file brings along."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except ValidationInfoReadingError:
        return LocalKnowledge()
    answers = [ocsp.OCSPResponse.load(found.get_object().data) for found in store.ocsps]
    return LocalKnowledge(
        known_certs=list(store.load_certs()),
        known_crls=[CRLContainer(crl.CertificateList.load(found.get_object().data)) for found in store.crls],
        known_ocsps=[container for answer in answers for container in OCSPContainer.load_multi(answer)],
    )


def _unreadable(cause: BaseException) -> Problem:
    detail = (str(cause).splitlines() or [""])[0] or type(cause).__name__
    return Problem(
        code="pdf.unreadable_signature",
        template="The PDF or a signature in it cannot be read without guessing (%(detail)s).",
        facts={"detail": detail[:_DETAIL]},
    )
