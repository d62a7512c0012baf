"""Authorities from files: single certificates, and trusted lists of ETSI TS 119 612, whose signature is verified.

Of a list only what was signed is read. Services count that issue certificates or time-stamps and are granted; national
lists may grant 'at national level'. One that was granted and is no more counts for what was signed while it was, by the
history the list tells. Everything else is passed over and counted.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile
from typing import Final

from asn1crypto import x509
from cryptography.x509 import load_der_x509_certificate
from pyhanko.generated.etsi import ServiceStatus, TrustServiceStatusList, ts_119612
from pyhanko.sign.validation.qualified.eutl_parse import _RestrictedLxmlEventHandler
from signxml.exceptions import SignXMLException
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier
from xsdata.exceptions import ConverterError, ParserError
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from engine.trust_anchors import (
    NoCertificate,
    TrustCandidate,
    TrustedList,
    TrustedListForged,
    TrustedListUnreadable,
    TrustPurpose,
)
from signing.chains import readable_name
from signing.trust import certificates

_BASE: Final = "http://uri.etsi.org/TrstSvc/"
_PURPOSES: Final = {
    f"{_BASE}Svctype/CA/QC": TrustPurpose.SIGNATURES,
    f"{_BASE}Svctype/CA/PKC": TrustPurpose.SIGNATURES,
    f"{_BASE}Svctype/TSA/QTST": TrustPurpose.TIMESTAMPS,
    f"{_BASE}Svctype/TSA": TrustPurpose.TIMESTAMPS,
}
_GRANTED: Final = {
    f"{_BASE}TrustedList/Svcstatus/granted",
    f"{_BASE}TrustedList/Svcstatus/recognisedatnationallevel",
}
_GRANTED_BEFORE: Final = _GRANTED | {
    f"{_BASE}TrustedList/Svcstatus/{name}"
    for name in ("undersupervision", "supervisionincessation", "accredited", "setbynationallaw")
}
"""What was as good before there were granted services (TS 119 612, annex D.5.6)."""
_LARGEST: Final = 30 << 20
_DETAIL: Final = 120
"""The largest national list of the European Union has some 10 MB."""


def read_authority(content: bytes) -> TrustCandidate:
    """Return the first certificate of a PEM or DER file. Raises NoCertificate."""
    try:
        first = certificates(content)[0]
        return _candidate(first, TrustPurpose.ANY, None)
    except (ValueError, IndexError, TypeError, KeyError) as cause:
        raise NoCertificate from cause


def read_trusted_list(content: bytes, operators: bytes) -> TrustedList:
    """Return the list whose signature one of the *operators'* certificates (PEM or DER) verifies.

    Raises:
        NoCertificate: The operators' file holds none.
        TrustedListUnreadable: It is not a trusted list.
        TrustedListForged: No operator signed it, or what is signed is not the list.
    """
    try:
        signers = certificates(operators)
    except ValueError as cause:
        raise NoCertificate from cause
    if not signers:
        raise NoCertificate
    if len(content) > _LARGEST or b"<!DOCTYPE" in content[:4096]:
        raise TrustedListUnreadable(detail="too large, or with a document type")
    operator, signed = _verified(content, signers)
    found = _parsed(signed)
    information = found.scheme_information
    services = list(_services(found))
    if information is None or information.list_issue_date_time is None:
        raise TrustedListUnreadable(detail="no scheme information")
    next_update = information.next_update.date_time if information.next_update else None
    return TrustedList(
        name=_name(information.scheme_name),
        operator=readable_name(operator.subject),
        sha256=hashlib.sha256(content).hexdigest(),
        issued_at=information.list_issue_date_time.to_datetime(),
        next_update=next_update.to_datetime() if next_update else None,
        services=tuple(one for one in services if one is not None),
        passed_over=sum(one is None for one in services),
    )


def _verified(content: bytes, signers: list[x509.Certificate]) -> tuple[x509.Certificate, bytes]:
    """Return whose signature holds, and the bytes of the list it is over; nothing else in the file is looked at."""
    configuration = XAdESSignatureConfiguration(require_x509=True, expect_references=True)
    for signer in signers:
        try:
            results = XAdESVerifier().verify(
                content, x509_cert=load_der_x509_certificate(signer.dump()), expect_config=configuration
            )
        except SignXMLException:
            continue
        except (ValueError, TypeError, AttributeError, SyntaxError) as cause:
            raise TrustedListUnreadable(detail=_first_line(cause)) from cause
        wanted = f"{{{TrustServiceStatusList.Meta.namespace}}}TrustServiceStatusList"
        for result in results:
            if result.signed_xml is not None and result.signed_xml.tag == wanted:
                return signer, bytes(result.signed_data)
    raise TrustedListForged


def _parsed(signed: bytes) -> TrustServiceStatusList:
    configuration = ParserConfig(load_dtd=False, process_xinclude=False, fail_on_unknown_properties=False)
    parser = XmlParser(config=configuration, handler=_RestrictedLxmlEventHandler)
    try:
        return parser.from_bytes(signed, TrustServiceStatusList)
    except (ParserError, ConverterError, ValueError) as cause:
        raise TrustedListUnreadable(detail=_first_line(cause)) from cause


def _services(found: TrustServiceStatusList) -> Iterator[TrustCandidate | None]:
    """Yield each service's certificates that count; None for a service that does not."""
    providers = found.trust_service_provider_list.trust_service_provider if found.trust_service_provider_list else ()
    for provider in providers:
        for service in provider.tspservices.tspservice if provider.tspservices else ():
            yield from _service(service)


def _service(service: ts_119612.TSPService) -> Iterator[TrustCandidate | None]:
    told = service.service_information
    kind = _kind(told)
    period = _period(service, kind)
    if told is None or kind not in _PURPOSES or period is None or told.service_digital_identity is None:
        yield None
        return
    encoded = [one.x509_certificate for one in told.service_digital_identity.digital_id if one.x509_certificate]
    try:
        yield from [_candidate(x509.Certificate.load(one), _PURPOSES[kind], *period) for one in encoded]
    except (ValueError, TypeError, KeyError):
        yield None


def _period(service: ts_119612.TSPService, kind: str) -> tuple[datetime | None, datetime | None] | None:
    """Return since when a service counts, and until when where it does no more; None where it never did.

    Of several times it is the last one: what was granted, withdrawn and granted again counts from the second grant.
    """
    history = service.service_history.service_history_instance if service.service_history else ()
    stages = [one for one in (service.service_information, *history) if one is not None and _kind(one) == kind]
    status = _status(stages[0]) if stages else None
    if status in _GRANTED and stages[0].status_starting_time is None:
        return None, None
    dated = [(_status(one), one.status_starting_time.to_datetime()) for one in stages if one.status_starting_time]
    dated.sort(key=lambda stage: stage[1], reverse=True)
    until: datetime | None = None
    if status not in _GRANTED:
        ended = list(takewhile(lambda stage: stage[0] not in _GRANTED_BEFORE, dated))
        dated = dated[len(ended) :]
        until = ended[-1][1] if ended else None
    counting = list(takewhile(lambda stage: stage[0] in _GRANTED_BEFORE, dated))
    return (counting[-1][1], until) if counting and (status in _GRANTED or until is not None) else None


def _kind(told: ts_119612.TSPServiceInformationType | ts_119612.ServiceHistoryInstanceType | None) -> str:
    return told.service_type_identifier.value if told and told.service_type_identifier else ""


def _status(told: ts_119612.TSPServiceInformationType | ts_119612.ServiceHistoryInstanceType) -> str:
    found = told.service_status
    return str(found.value if isinstance(found, ServiceStatus) else found or "")


def _candidate(
    certificate: x509.Certificate, purpose: TrustPurpose, since: datetime | None, until: datetime | None = None
) -> TrustCandidate:
    extended = certificate.extended_key_usage_value
    stamps = extended is not None and "time_stamping" in extended.native
    return TrustCandidate(
        subject=readable_name(certificate.subject),
        certificate=certificate.dump(),
        sha256=certificate.sha256.hex(),
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
        purpose=TrustPurpose.TIMESTAMPS if stamps and not certificate.ca else purpose,
        trusted_from=since,
        trusted_until=until,
        is_authority=bool(certificate.ca) or stamps,
    )


def _name(names: ts_119612.InternationalNamesType | None) -> str:
    told = {one.lang: one.value for one in names.name} if names else {}
    return str(told.get("vi") or told.get("en") or next(iter(told.values()), "?"))


def _first_line(cause: Exception) -> str:
    return (str(cause).splitlines() or [type(cause).__name__])[0][:_DETAIL]
