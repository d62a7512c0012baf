"""What AdES validation of EN 319 102-1 says of one signature or time-stamp, by the rules for the level it claims."""

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESPassed, AdESSubIndic
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.ades import (
    AdESBasicValidationResult,
    AdESLTAValidationResult,
    ades_basic_validation,
    ades_lta_validation,
    ades_timestamp_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.errors import ValidationInfoReadingError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, message_imprint_checker
from pyhanko.sign.validation.policy_decl import LocalKnowledge, PdfSignatureValidationSpec
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from pyhanko_certvalidator.fetchers.api import FetcherBackend
from pyhanko_certvalidator.ltv.poe import ValidationObject, ValidationObjectType
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from engine.validations import TimestampReport
from signing.chains import readable_name
from signing.findings import Opinion, main_indication
from signing.stamp_chain import opinion_on_stamp
from signing.trust import Trust, live

Result = AdESBasicValidationResult[StandardCMSSignatureStatus]


@dataclass(frozen=True, slots=True, kw_only=True)
class Court:
    """What the signatures of one file are judged by; without *fetching* only by what the file carries."""

    reader: PdfFileReader
    trust: Trust
    known: LocalKnowledge
    at: datetime
    fetching: FetcherBackend | None


async def opinion_on(signature: EmbeddedPdfSignature, court: Court) -> Opinion:
    """Return the opinion on a signature whose later changes are computed: by the rules for LTA, with time, or basic.

    Authorities count that were trusted when it was signed, by the time-stamp in it; where that proves nothing, or there
    is none, those that are trusted now.
    """
    token = _token_in(signature)
    if token is None:
        return await _opinion(signature, court, court.at)
    then = time_of(token)
    opinion = await _opinion(signature, court, then)
    now, before = court.trust.as_of(court.at), court.trust.as_of(then)
    if now is before or now.roots == before.roots or await _holds(token, signature, court):
        return opinion
    return await _opinion(signature, court, court.at)


async def _opinion(signature: EmbeddedPdfSignature, court: Court, signed_at: datetime) -> Opinion:
    specification = _specification(signature, court, signed_at)
    timing = live(court.at)
    result: Result
    if any(one.signed_revision > signature.signed_revision for one in court.reader.embedded_timestamp_signatures):
        result = await ades_lta_validation(signature, specification, timing)
    else:
        validation = ades_basic_validation if _token_in(signature) is None else ades_with_time_validation
        # Without a class of its own for the status: the basic one fails in pyHanko 0.38 when it gets another.
        result = await validation(
            signature.signed_data,
            specification.signature_validation_spec,
            timing_info=timing,
            raw_digest=signature.compute_digest(),
        )
    return Opinion(
        ades=result.ades_subindic,
        path=result.api_status.validation_path if result.api_status else None,
        objects=tuple(result.validation_objects),
        stamp=await _stamp_of(signature, result, specification, court),
    )


def _specification(signature: EmbeddedPdfSignature, court: Court, signed_at: datetime) -> PdfSignatureValidationSpec:
    token = _token_in(signature)
    stamps = [time_of(one.signed_data) for one in court.reader.embedded_timestamp_signatures]
    stamps += [time_of(token)] if token is not None else []
    trusted = court.trust.as_of(signed_at)
    return trusted.specification(court.known, court.fetching, court.trust.as_of(*stamps) if stamps else None)


def _token_in(signature: EmbeddedPdfSignature) -> cms.SignedData | None:
    return next(extract_tst_data_iter(signature.signer_info, signed=False), None)


async def _holds(token: cms.SignedData, signature: EmbeddedPdfSignature, court: Court) -> bool:
    """Say whether a signature's time-stamp is good by itself."""
    return await _judged_token(token, signature, _specification(signature, court, court.at), court) == AdESPassed.OK


async def opinion_on_timestamp(signature: EmbeddedPdfSignature, court: Court) -> tuple[tuple[bool, bool], Opinion]:
    """Return (intact, valid) and the opinion on a document time-stamp."""
    trusted = court.trust.as_of(time_of(signature.signed_data))
    status = await async_validate_pdf_timestamp(signature, trusted.offline(court.known, court.at))
    intact = (bool(status.intact), bool(status.valid))
    if status.trusted:
        ades: AdESSubIndic = AdESPassed.OK
    elif not all(intact):
        ades = AdESFailure.SIG_CRYPTO_FAILURE
    else:

        def specify(moment: datetime) -> PdfSignatureValidationSpec:
            return court.trust.as_of(moment).specification(court.known, court.fetching)

        ades = await opinion_on_stamp(signature, court.reader, specify, live(court.at))
    lists = [ValidationObject(ValidationObjectType.CRL, one) for one in court.known.known_crls]
    answers = [ValidationObject(ValidationObjectType.OCSP_RESPONSE, one) for one in court.known.known_ocsps]
    opinion = Opinion(
        ades=ades,
        path=status.validation_path,
        objects=(*lists, *answers),
        stamp=_told(signature.signed_data, signature.signer_cert, ades),
    )
    return intact, opinion


def carried_by(reader: PdfFileReader) -> LocalKnowledge:
    """Return the certificates and revocation data the file brings along."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except ValidationInfoReadingError:
        return LocalKnowledge()
    responses = [found.get_object().read_data(DecodePurpose.OCSP_RESPONSE) for found in store.ocsps]
    lists = [found.get_object().read_data(DecodePurpose.CRL) for found in store.crls]
    return LocalKnowledge(
        known_certs=list(store.load_certs()),
        known_crls=[CRLContainer(crl.CertificateList.load(found)) for found in lists],
        known_ocsps=[
            container for found in responses for container in OCSPContainer.load_multi(ocsp.OCSPResponse.load(found))
        ],
    )


async def _stamp_of(
    signature: EmbeddedPdfSignature, result: Result, specification: PdfSignatureValidationSpec, court: Court
) -> TimestampReport | None:
    """Return the first time-stamp in the signature with its own indication; asked for anew where nobody told it."""
    token = _token_in(signature)
    if token is None:
        return None
    own = result.signature_timestamp_status if isinstance(result, AdESLTAValidationResult) else None
    if own is None and result.ades_subindic == AdESPassed.OK:
        ades: AdESSubIndic = AdESPassed.OK
    elif own is None:
        ades = await _judged_token(token, signature, specification, court)
    else:
        ades = own.ades_subindic
    return _told(token, extract_certificate_info(token).signer_cert, ades)


async def _judged_token(
    token: cms.SignedData, signature: EmbeddedPdfSignature, specification: PdfSignatureValidationSpec, court: Court
) -> AdESSubIndic:
    judged = await ades_timestamp_validation(
        token,
        specification.signature_validation_spec,
        message_imprint_checker(signature.signer_info),
        timing_info=live(court.at),
    )
    return judged.ades_subindic


def time_of(token: cms.SignedData) -> datetime:
    """Return the moment a time-stamp states."""
    stated: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return stated


def _told(token: cms.SignedData, authority: x509.Certificate, ades: AdESSubIndic) -> TimestampReport:
    return TimestampReport(
        authority=readable_name(authority.subject),
        at=time_of(token),
        indication=main_indication(ades),
        ades=ades.standard_name,
    )
