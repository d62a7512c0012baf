"""A validation report as ETSI TS 119 102-2 has it, made from what is kept, so that any report can be had as XML.

What it leaves out: the evaluation of single constraints, the DER of certificates and revocation data (they are named
by digest), signature attributes but the time of signing, and a signature over the report itself. What was done to the
file after a signature has no place in the standard; it stands in the report of this installation only.
"""

import base64
import re
from collections.abc import Iterator
from typing import Any

from pyhanko.generated.etsi import ts_11910202 as ts
from pyhanko.generated.etsi import xades
from pyhanko.generated.w3c import xmldsig_core
from pyhanko.sign.validation.report.tools import DIGEST_ALGO_URIS, NAMESPACES
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig
from xsdata.models.datatype import XmlDateTime

from engine.validations import (
    CertificateReport,
    Level,
    RevocationState,
    SignatureKind,
    SignatureReport,
    ValidationReport,
)

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_URN = "urn:etsi:019102"
_PROCESSES = {Level.BASIC: "Basic", Level.TIMED: "LTVM", Level.LONG_TERM: "LTVM", Level.ARCHIVAL: "LTA"}


def etsi_report(report: ValidationReport) -> bytes:
    """Return the report on every signature as XML, UTF-8; characters XML does not know are shown as unknown ones."""
    report = ValidationReport.from_data(_writable(report.as_data()))
    certificates = {one.sha256: one for found in report.signatures for one in found.chain}
    document = ts.ValidationReport(
        signature_validation_report=tuple(_signature(found, report) for found in report.signatures),
        signature_validation_objects=ts.ValidationObjectListType(
            validation_object=tuple(_certificate(one) for one in certificates.values())
        ),
    )
    serializer = XmlSerializer(config=SerializerConfig(indent="  "))
    return serializer.render(document, ns_map=dict(NAMESPACES)).encode()


def _writable(value: Any) -> Any:  # noqa: ANN401  any part of a report as JSON
    """Return the value with what XML 1.0 cannot hold replaced: strangers write names into certificates."""
    match value:
        case str():
            return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", value)
        case dict():
            return {name: _writable(part) for name, part in value.items()}
        case list():
            return [_writable(part) for part in value]
        case _:
            return value


def _signature(found: SignatureReport, report: ValidationReport) -> ts.SignatureValidationReportType:
    process = "BasicTimestamp" if found.kind is SignatureKind.TIMESTAMP else _PROCESSES[found.level or Level.BASIC]
    return ts.SignatureValidationReportType(
        signature_identifier=ts.SignatureIdentifierType(
            digest_alg_and_value=_digest(found.hash_algorithm, found.signed_digest),
            signature_value=xmldsig_core.SignatureValue(value=base64.b64decode(found.value)),
            hash_only=False,
            doc_hash_only=False,
            daidentifier=found.field,
        ),
        validation_time_info=ts.ValidationTimeInfoType(
            validation_time=XmlDateTime.from_datetime(report.checked_at), best_signature_time=_best_time(found)
        ),
        signers_document=ts.SignersDocumentType(
            digest_alg_and_value=_digest(found.hash_algorithm, found.signed_digest)
        ),
        signature_attributes=_attributes(found),
        signer_information=ts.SignerInformationType(
            signer_certificate=_reference(found.certificate), signer=found.signer
        ),
        signature_validation_process=ts.SignatureValidationProcessType(
            signature_validation_process_id=f"{_URN}:validationprocess:{process}"
        ),
        signature_validation_status=ts.ValidationStatusType(
            main_indication=f"{_URN}:mainindication:{found.indication.value.lower()}",
            sub_indication=() if found.ades == "OK" else (f"{_URN}:subindication:{found.ades}",),
            associated_validation_report_data=tuple(_chain(found)),
        ),
    )


def _best_time(found: SignatureReport) -> ts.POEType | None:
    if found.timestamped_at is None:
        return None
    return ts.POEType(
        poetime=XmlDateTime.from_datetime(found.timestamped_at), type_of_proof=f"{_URN}:poetype:validation"
    )


def _attributes(found: SignatureReport) -> ts.SignatureAttributesType | None:
    if found.signed_at is None:
        return None
    time = ts.SASigningTimeType(signed=True, time=XmlDateTime.from_datetime(found.signed_at))
    return ts.SignatureAttributesType(signing_time=(time,))


def _chain(found: SignatureReport) -> Iterator[ts.ValidationReportDataType]:
    if not found.chain:
        return
    signer, *others = found.chain
    anchor = next((one for one in others if one.anchor), None)
    chain = ts.CertificateChainType(
        signing_certificate=_reference(signer.sha256),
        intermediate_certificate=tuple(_reference(one.sha256) for one in others if not one.anchor),
        trust_anchor=_reference(anchor.sha256) if anchor else None,
    )
    revoked = next((one for one in found.chain if one.revocation.state is RevocationState.REVOKED), None)
    yield ts.ValidationReportDataType(
        certificate_chain=chain,
        revocation_status_information=None if revoked is None else _revoked(revoked),
        crypto_information=ts.CryptoInformationType(
            validation_object_id=_reference(signer.sha256), algorithm=found.signature_algorithm
        ),
    )


def _revoked(certificate: CertificateReport) -> ts.RevocationStatusInformationType:
    moment = certificate.revocation.revoked_at
    return ts.RevocationStatusInformationType(
        validation_object_id=_reference(certificate.sha256),
        revocation_time=None if moment is None else XmlDateTime.from_datetime(moment),
    )


def _certificate(found: CertificateReport) -> ts.ValidationObjectType:
    return ts.ValidationObjectType(
        id=_name(found.sha256),
        object_type=f"{_URN}:validationObject:certificate",
        validation_object_representation=ts.ValidationObjectRepresentationType(
            digest_alg_and_value=_digest("sha256", found.sha256)
        ),
    )


def _reference(sha256: str) -> ts.VOReferenceType:
    return ts.VOReferenceType(voreference=(_name(sha256),))


def _name(sha256: str) -> str:
    return f"vo-certificate-{sha256}"


def _digest(algorithm: str, value: str) -> xades.DigestAlgAndValueType | None:
    """Return a digest with its method's name; None for a method XML signatures have no name for."""
    if algorithm not in DIGEST_ALGO_URIS:
        return None
    return xades.DigestAlgAndValueType(
        digest_method=xmldsig_core.DigestMethod(algorithm=DIGEST_ALGO_URIS[algorithm]),
        digest_value=xmldsig_core.DigestValue(value=bytes.fromhex(value)),
    )
