"""Judge a PDF and every signature in it, from the outer syntax to the chain of trust; nothing in it may crash us.

Three opinions must agree for VALID: the AdES indication of EN 319 102-1 says whether the signature holds, pyHanko's
analysis and our own of later revisions whether the page still is the signed one. None looks at what the others do.
"""

import asyncio
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.misc import PdfError, PdfStrictReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import UnacceptableSignerError
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko_certvalidator.errors import PathError, ValidationError

from engine.validations import Level, Problem, SignatureKind, SignatureReport, ValidationReport, verdict_on
from signing.chains import chain_of, heard_in, is_carried
from signing.changes import Changes
from signing.findings import Opinion, change_problems, report_on, trust_problems, worded_problems
from signing.opinions import Court, carried_by, opinion_on, opinion_on_timestamp
from signing.revisions import outer_problems, place_problems, revision_problems, tail_problems
from signing.settings import PdfSource
from signing.trust import Trust, fetching

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
    content, problems = outer_problems(source)
    reports: list[SignatureReport] = []
    try:
        reader, more = _opened(content)
        problems += [*more, *_unknown_kinds(reader)]
        for report, found in asyncio.run(_judge_all(content, reader, trust, at, online=online)):
            reports.append(report)
            problems += found
    except PARSER_ERRORS as cause:
        if not any(problem.fatal for problem in problems):
            problems.append(_unreadable(cause))
    once = tuple({(found.code, *found.facts.values()): found for found in problems}.values())
    hidden = any(found.code == _UNKNOWN_KIND for found in once)
    return ValidationReport(
        verdict=verdict_on(len(reports), once, hidden=hidden), signatures=tuple(reports), problems=once, checked_at=at
    )


def _opened(content: bytes) -> tuple[PdfFileReader, list[Problem]]:
    """Return a reader, and what it had to be lenient about; only qpdf reading the file strictly lets it be so."""
    try:
        reader = PdfFileReader(BytesIO(content))
        if not reader.xrefs.hybrid_xrefs_present:
            return reader, []
    except PdfStrictReadError as cause:
        return PdfFileReader(BytesIO(content), strict=False), [_lenient(cause)]
    template = "The PDF has two tables of contents (hybrid, as some word processors write); programs may differ in it."
    hybrid = Problem(code="pdf.hybrid", template=template, fatal=False)
    return PdfFileReader(BytesIO(content), strict=False), [hybrid]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One file and what its signatures are judged by."""

    court: Court
    signatures: tuple[EmbeddedPdfSignature, ...]
    changes: Changes
    carried: frozenset[bytes]

    @property
    def is_locked(self) -> bool:
        """Say whether somebody certified the file or forbade changes."""
        return "/Perms" in self.court.reader.root or any(one.docmdp_level is not None for one in self.signatures)


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
    known = carried_by(reader)
    proofs = [one.ocsp_response_data.dump() for one in known.known_ocsps] + [
        one.crl_data.dump() for one in known.known_crls
    ]
    judged: list[Judged] = []
    async with fetching() if online else nullcontext() as backend:
        case = _Case(
            court=Court(reader=reader, trust=trust, known=known, at=at, fetching=backend),
            signatures=signatures,
            changes=Changes(reader),
            carried=frozenset(proofs),
        )
        for signature in signatures:
            outer = list(place_problems(content, signature))
            report, found = await _judge(signature, case)
            judged.append((report, outer + found))
    last = max(signatures, key=lambda one: int(one.signed_revision))
    judged[-1][1].extend([*tail_problems(content, reader, last), *revision_problems(content, reader), *_twins(judged)])
    return judged


async def _judge(signature: EmbeddedPdfSignature, case: _Case) -> Judged:
    signature.compute_integrity_info()
    if signature.sig_object_type == "/DocTimeStamp":
        integrity, opinion = await opinion_on_timestamp(signature, case.court)
    else:
        integrity = validate_sig_integrity(
            signature.signer_info, signature.signer_cert, "data", signature.compute_digest()
        )
        opinion = await opinion_on(signature, case.court)
    report = _report(signature, case, integrity, opinion)
    fields = {one.fq_name for one in case.signatures}
    problems = [
        *change_problems(report, locked=case.is_locked, signatures=fields),
        *worded_problems(report, locked=case.is_locked),
        *trust_problems(report, opinion.ades, signature.signer_cert),
    ]
    return report, problems


def _report(
    signature: EmbeddedPdfSignature, case: _Case, integrity: tuple[bool, bool], opinion: Opinion
) -> SignatureReport:
    others = [*signature.other_embedded_certs, *case.court.known.known_certs]
    answers = heard_in(opinion.objects, opinion.path, case.carried)
    chain = chain_of(signature.signer_cert, others, opinion.path, answers, case.court.trust)
    report = report_on(
        signature,
        opinion,
        kind=_kind(signature, case.court.reader),
        integrity=integrity,
        chain=chain,
        changes=case.changes.after(int(signature.signed_revision)),
    )
    stamps = case.court.reader.embedded_timestamp_signatures
    sealed = any(one.signed_revision > signature.signed_revision for one in stamps)
    return replace(report, level=_level(report, sealed=sealed, carried=is_carried(opinion.path, answers)))


def _level(report: SignatureReport, *, sealed: bool, carried: bool) -> Level | None:
    """Return how far the signature carries its own proofs, as found.

    Args:
        report: The signature.
        sealed: A document time-stamp came after it.
        carried: The file has an answer about every certificate's revocation.
    """
    if report.kind is SignatureKind.TIMESTAMP:
        return None
    if report.timestamp is None and not sealed:
        return Level.BASIC
    if not carried:
        return Level.TIMED
    return Level.ARCHIVAL if sealed else Level.LONG_TERM


def _twins(judged: list[Judged]) -> list[Problem]:
    """Return a problem for every signature that stands in the file twice: one of the two was copied there."""
    counted = Counter(report.value for report, _ in judged)
    fields = ", ".join(report.field for report, _ in judged if counted[report.value] > 1)
    template = "One signature stands in the file more than once (%(fields)s): it was copied."
    return [Problem(code="signature.copied", template=template, facts={"fields": fields})] if fields else []


def _kind(signature: EmbeddedPdfSignature, reader: PdfFileReader) -> SignatureKind:
    if signature.sig_object_type == "/DocTimeStamp":
        return SignatureKind.TIMESTAMP
    permissions = reader.root.get("/Perms", {})
    certified = permissions.raw_get("/DocMDP") if "/DocMDP" in permissions else None
    is_first = certified is not None and certified.get_object() == signature.sig_object
    return SignatureKind.CERTIFICATION if is_first else SignatureKind.APPROVAL


def _lenient(cause: Exception) -> Problem:
    template = "The PDF keeps some rules of its format only loosely; compare it with the sender's copy."
    return Problem(code="pdf.loose", template=template, facts={"detail": _detail(cause)}, fatal=False)


def _unreadable(cause: BaseException) -> Problem:
    template = "The PDF or a signature in it cannot be read without guessing."
    return Problem(code="pdf.unreadable_signature", template=template, facts={"detail": _detail(cause)})


def _detail(cause: BaseException) -> str:
    return ((str(cause).splitlines() or [""])[0] or type(cause).__name__)[:_DETAIL]
