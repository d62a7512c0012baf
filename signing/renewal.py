"""Keep signatures provable for decades: gather every proof into the file, then seal it with a time-stamp (B-LTA).

The proofs come in the same revision as the time-stamp and before it, so the last signed byte is the file's last.
A sealed file is renewed by proving its last time-stamp and sealing that, too, while it can still be proven.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper, TimestampDSSContentSettings
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.dss import DocumentSecurityStore, collect_validation_info
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import InsufficientRevinfoError, PathError, ValidationError
from pyhanko_certvalidator.path import ValidationPath

from engine.renewals import LevelUnreachable, NoLaterEnd
from engine.signatures import CertificateRejected, RevocationUnavailable, TimestampUnavailable
from engine.validations import Level
from signing.documents import read
from signing.levels import height, level_of
from signing.proofs import lasts_until
from signing.settings import PdfSource
from signing.timestamps import DIGEST, Authority, AuthorityFailed, Stamper, TimestampClient
from signing.trust import Trust

_STAMP_FIELD = "DauThoiGian"
_COMPACT = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
_DETAIL = 200


def extend(source: PdfSource, level: Level, trust: Trust, timestamps: TimestampClient, at: datetime) -> bytes:
    """Return the PDF at the level asked for; one that has reached it is returned as it is.

    Certificates are judged as of *at*, which is now.

    Raises:
        NotYetSigned: There is no signature to keep.
        LevelUnreachable: What the level builds on is missing.
        CertificateRejected: A certificate is revoked, expired or leads to nobody we trust.
        RevocationUnavailable: Nobody answers whether certificates were revoked.
        TimestampUnavailable: No time-stamp authority gives a time-stamp.
    """
    content = read(source)
    reader = PdfFileReader(BytesIO(content))
    present = level_of(reader)
    if height(present) >= height(level):
        return content
    if level is Level.TIMED:
        return asyncio.run(_stamped(content, timestamps, at))
    if level is Level.LONG_TERM and present is Level.BASIC:
        raise LevelUnreachable(level=level.value)
    sealed = level is Level.ARCHIVAL
    return asyncio.run(_proven(content, reader.embedded_signatures, trust, timestamps if sealed else None, at))


def renew(source: PdfSource, trust: Trust, timestamps: TimestampClient, at: datetime) -> bytes:
    """Return a sealed PDF with a further time-stamp over everything and the proofs of the one before.

    An authority by whose certificate the file would be proven no longer than it is already is passed over.

    Raises:
        NotYetSigned, LevelUnreachable: It is not sealed yet.
        CertificateRejected: The last time-stamp cannot be proven any more; its certificate ended or was revoked.
        NoLaterEnd: No authority would prove it for longer.
        RevocationUnavailable, TimestampUnavailable: As for extending.
    """
    content = read(source)
    reader = PdfFileReader(BytesIO(content))
    if level_of(reader) is not Level.ARCHIVAL:
        raise LevelUnreachable(level=Level.ARCHIVAL.value)
    beyond = lasts_until(content, timestamps.algorithms)
    last = reader.embedded_timestamp_signatures[-1:]
    return asyncio.run(_proven(content, last, trust, timestamps, at, beyond))


async def _proven(
    content: bytes,
    signatures: Iterable[EmbeddedPdfSignature],
    trust: Trust,
    timestamps: TimestampClient | None,
    at: datetime,
    beyond: datetime | None = None,
) -> bytes:
    """Put the proofs of these signatures into the file, and seal them where there are authorities to do so.

    What authorities said of the same signers a moment ago is enough if it proves everything; else all are asked anew.
    """
    signatures = list(signatures)
    signers = {one.signer_cert.sha256 for one in signatures}
    known = trust.heard.about(signers, at)
    if known.is_something:
        try:
            async with trust.online(at, known) as context:
                return await _with_all(content, signatures, context, timestamps, at, beyond)
        except (CertificateRejected, RevocationUnavailable):
            pass
    async with trust.online(at) as context:
        proven = await _with_all(content, signatures, context, timestamps, at, beyond)
        trust.heard.keep(signers, context, at)
        return proven


async def _with_all(
    content: bytes,
    signatures: Iterable[EmbeddedPdfSignature],
    context: ValidationContext,
    timestamps: TimestampClient | None,
    at: datetime,
    beyond: datetime | None,
) -> bytes:
    paths: list[ValidationPath] = []
    try:
        for signature in signatures:
            paths += await collect_validation_info(signature, context)
    except (PathError, ValidationError) as cause:
        raise _unproven(cause) from cause
    if timestamps is not None:
        return await _stamped(content, timestamps, at, context, paths, beyond)
    output = BytesIO()
    _with_proofs(content, paths, context).write(output)
    return output.getvalue()


async def _stamped(
    content: bytes,
    timestamps: TimestampClient,
    at: datetime,
    context: ValidationContext | None = None,
    paths: Iterable[ValidationPath] = (),
    beyond: datetime | None = None,
) -> bytes:
    """Seal the file by the first authority that can, and for longer than *beyond*.

    With a *context* the authority's own proofs go in, too.
    """
    failed: Exception = TimestampUnavailable()
    for authority in timestamps.in_order():
        writer = _with_proofs(content, paths, context)
        try:
            sealed = await _sealed_by(authority, writer, context, at)
        except AuthorityFailed:
            continue
        except (PathError, ValidationError) as cause:
            failed = _unproven(cause)
            continue
        if beyond is None or _outlasts(sealed, timestamps, beyond):
            return sealed
        failed = NoLaterEnd()
    raise failed


def _outlasts(sealed: bytes, timestamps: TimestampClient, beyond: datetime) -> bool:
    until = lasts_until(sealed, timestamps.algorithms)
    return until is not None and until > beyond


def _with_proofs(
    content: bytes, paths: Iterable[ValidationPath], context: ValidationContext | None
) -> IncrementalPdfFileWriter:
    writer = IncrementalPdfFileWriter(BytesIO(content))
    if context is not None:
        DocumentSecurityStore.supply_dss_in_writer(writer, None, paths=paths, validation_context=context)
    return writer


async def _sealed_by(
    authority: Authority, writer: IncrementalPdfFileWriter, context: ValidationContext | None, at: datetime
) -> bytes:
    field = f"{_STAMP_FIELD}{len(writer.prev.embedded_timestamp_signatures) + 1}"
    stamper = PdfTimeStamper(Stamper(authority, at), field_name=field)
    stamped = await stamper.async_timestamp_pdf(writer, DIGEST, context, dss_settings=_COMPACT)
    sealed: bytes = stamped.getvalue()
    return sealed


def _unproven(cause: Exception) -> RevocationUnavailable | CertificateRejected:
    if isinstance(cause, InsufficientRevinfoError):
        return RevocationUnavailable()
    return CertificateRejected(detail=str(cause)[:_DETAIL])
