"""Whether a document time-stamp can still be proven: by itself now, or by the later one that sealed it in time.

Source: ETSI EN 319 102-1, clauses 5.4 and 5.6.2: a time-stamp whose certificate has ended is judged as of the moment
for which a later one proves that it, its certificates and their revocation data were there.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed, AdESSubIndic
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature
from pyhanko.sign.validation.ades import ades_past_signature_validation, ades_timestamp_validation
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec
from pyhanko_certvalidator.ltv.poe import POEManager, POEType
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo

from signing.timestamps import parts_of

Specify = Callable[[datetime], PdfSignatureValidationSpec]
"""What a time-stamp of that moment is judged by: who was trusted then."""


async def opinion_on_stamp(
    stamp: EmbeddedPdfSignature,
    reader: PdfFileReader,
    specify: Specify,
    timing: ValidationTimingInfo,
) -> AdESSubIndic:
    """Return the indication for one document time-stamp of a file; *specify* knows what the file carries."""
    stamps = reader.embedded_timestamp_signatures
    later = [one for one in stamps if one.signed_revision > stamp.signed_revision]
    return await _judged(stamp, later, specify, timing)


async def _judged(
    stamp: EmbeddedPdfSignature,
    later: Sequence[EmbeddedPdfSignature],
    specify: Specify,
    timing: ValidationTimingInfo,
) -> AdESSubIndic:
    spec = specify(parts_of(stamp.signed_data).at).signature_validation_spec
    digest = stamp.compute_digest()
    now = await ades_timestamp_validation(stamp.signed_data, spec, lambda _: digest, timing_info=timing)
    found: AdESSubIndic = now.ades_subindic
    if not isinstance(found, AdESIndeterminate) or not later:
        return found
    if await _judged(later[0], later[1:], specify, timing) != AdESPassed.OK:
        return found
    before: AdESSubIndic = await ades_past_signature_validation(
        stamp.signed_data, spec, _proven_by(later[0], stamp), found, init_control_time=timing.validation_time
    )
    return before


def _proven_by(seal: EmbeddedPdfSignature, stamp: EmbeddedPdfSignature) -> POEManager:
    """Return what was there when *seal* was given: the earlier *stamp*, its certificates, that revision's proofs."""
    at = parts_of(seal.signed_data).at
    proven = POEManager()
    for certificate in stamp.signed_data["certificates"]:
        proven.register(certificate.chosen, POEType.VALIDATION, at)
    proven.register(stamp.signer_info["signature"].native, POEType.VALIDATION, at)
    try:
        store = DocumentSecurityStore.read_dss(HistoricalResolver(seal.reader, revision=seal.signed_revision))
    except NoDSSFoundError:
        return proven
    for found in (*store.crls, *store.ocsps, *store.certs.values()):
        proven.register(found.get_object().data, POEType.VALIDATION, at)
    return proven
