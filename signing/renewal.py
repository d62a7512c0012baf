"""Keep signatures provable for decades: gather every proof into the file, then seal it with a time-stamp (B-LTA).

The proofs come in the same revision as the time-stamp and before it, so the last signed byte is the file's last.
"""

import asyncio
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper, TimestampDSSContentSettings
from pyhanko.sign.validation.dss import DocumentSecurityStore, collect_validation_info
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import InsufficientRevinfoError, PathError, ValidationError

from engine.signatures import CertificateRejected, NotYetSigned, RevocationUnavailable, TimestampUnavailable
from signing.documents import read
from signing.settings import PdfSource
from signing.timestamps import NO_TIMESTAMP, TimestampClient
from signing.trust import Trust

_STAMP_FIELD = "DauThoiGian"
_COMPACT = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
_DETAIL = 200


def extend(source: PdfSource, trust: Trust, timestamps: TimestampClient, at: datetime) -> bytes:
    """Return the PDF with certificates, revocation data and an archive time-stamp over all of it.

    Certificates are judged as of *at*, which is now. A file that has a time-stamp already gets a further one
    over everything, which renews the proof.

    Raises:
        NotYetSigned: There is no signature to keep.
        CertificateRejected: A certificate is revoked, expired or leads to nobody we trust.
        RevocationUnavailable: Nobody answers whether certificates were revoked.
        TimestampUnavailable: The time-stamp authority does not answer.
    """
    return asyncio.run(_extend(read(source), trust, timestamps, at))


async def _extend(content: bytes, trust: Trust, timestamps: TimestampClient, at: datetime) -> bytes:
    reader = PdfFileReader(BytesIO(content))
    if not reader.embedded_regular_signatures:
        raise NotYetSigned
    async with trust.online(at) as context:
        writer = IncrementalPdfFileWriter(BytesIO(content))
        await _gather(reader, writer, context)
        field = f"{_STAMP_FIELD}{len(reader.embedded_timestamp_signatures) + 1}"
        stamper = PdfTimeStamper(timestamps.stamper(), field_name=field)
        try:
            stamped = await stamper.async_timestamp_pdf(writer, "sha256", context, dss_settings=_COMPACT)
        except (PathError, ValidationError) as cause:
            raise _unproven(cause) from cause
        except NO_TIMESTAMP as cause:
            raise TimestampUnavailable from cause
    extended: bytes = stamped.getvalue()
    return extended


async def _gather(reader: PdfFileReader, writer: IncrementalPdfFileWriter, context: ValidationContext) -> None:
    """Prove every certificate in the file and put the proofs into *writer*."""
    paths = []
    try:
        for signature in reader.embedded_signatures:
            paths += await collect_validation_info(signature, context)
    except (PathError, ValidationError) as cause:
        raise _unproven(cause) from cause
    DocumentSecurityStore.supply_dss_in_writer(writer, None, paths=paths, validation_context=context)


def _unproven(cause: Exception) -> RevocationUnavailable | CertificateRejected:
    if isinstance(cause, InsufficientRevinfoError):
        return RevocationUnavailable()
    return CertificateRejected(detail=str(cause)[:_DETAIL])
