"""Until when a file's archive time-stamps prove it: read from the tokens in it."""

from datetime import datetime
from io import BytesIO

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader

from engine.renewals import Stamp
from signing.algorithms import Algorithms
from signing.documents import read
from signing.settings import PdfSource
from signing.timestamps import parts_of
from signing.verifier import PARSER_ERRORS


def stamps_of(source: PdfSource) -> tuple[Stamp, ...]:
    """Return the archive time-stamps of a PDF, the oldest first.

    There are none in what is no PDF, or none that can be read.
    """
    try:
        reader = PdfFileReader(BytesIO(read(source)))
        return tuple(stamp_of(one.signed_data, one.field_name) for one in reader.embedded_timestamp_signatures)
    except PARSER_ERRORS:
        return ()


def stamp_of(signed: cms.SignedData, field: str) -> Stamp:
    """Return what is to be known of a token in a field."""
    parts = parts_of(signed)
    # A root is trusted for what it is; only who stands between it and the stamp can end.
    chain = [each.chosen for each in signed["certificates"] if each.chosen.issuer != each.chosen.subject]
    ends: list[datetime] = [certificate.not_valid_after for certificate in (parts.certificate, *chain)]
    return Stamp(
        field=field,
        at=parts.at,
        authority=str(parts.certificate.subject.native.get("common_name", "")),
        certificate_ends_at=min(ends),
        algorithms=parts.algorithms,
    )


def lasts_until(source: PdfSource, algorithms: Algorithms) -> datetime | None:
    """Return the last moment at which the last archive time-stamp proves the file, None where there is none."""
    stamps = stamps_of(source)
    if not stamps:
        return None
    end = algorithms.trust_ends_at(stamps[-1].algorithms)
    return min(stamps[-1].certificate_ends_at, end or stamps[-1].certificate_ends_at)
