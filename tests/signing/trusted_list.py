"""Trusted lists of ETSI TS 119 612 made and signed for a test."""

from base64 import b64encode
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.xades.xades import XAdESSigner

from tests.signing.paper_pki import NOON, Certificate

_TSL = "http://uri.etsi.org/02231/v2#"
_BASE = "http://uri.etsi.org/TrstSvc/"
CA, TSA, OTHER = f"{_BASE}Svctype/CA/QC", f"{_BASE}Svctype/TSA/QTST", f"{_BASE}Svctype/unspecified"
GRANTED, WITHDRAWN = f"{_BASE}TrustedList/Svcstatus/granted", f"{_BASE}TrustedList/Svcstatus/withdrawn"

ACCREDITED = f"{_BASE}TrustedList/Svcstatus/accredited"

Service = tuple[str, str, Certificate]
History = tuple[tuple[str, datetime], ...]
"""Earlier statuses of every service, the last one first, each with its beginning."""


def a_trusted_list(
    services: list[Service],
    operator: Certificate,
    *,
    since: datetime,
    next_update: datetime | None = None,
    history: History = (),
) -> bytes:
    """Return the list with these services (type, status, certificate), signed by its operator."""
    until = next_update or NOON + timedelta(days=90)
    body = "".join(_service(kind, status, holder, since, history) for kind, status, holder in services)
    xml = f"""<TrustServiceStatusList xmlns="{_TSL}" TSLTag="http://uri.etsi.org/19612/TSLTag" Id="list">
<SchemeInformation><TSLVersionIdentifier>5</TSLVersionIdentifier><TSLSequenceNumber>7</TSLSequenceNumber>
<TSLType>{_BASE}TrustedList/TSLType/EUgeneric</TSLType>
<SchemeOperatorName><Name xml:lang="vi">NEAC</Name></SchemeOperatorName>
<SchemeName><Name xml:lang="en">VN:Test</Name><Name xml:lang="vi">Danh sách tin cậy thử nghiệm</Name></SchemeName>
<ListIssueDateTime>{_moment(NOON)}</ListIssueDateTime>
<NextUpdate><dateTime>{_moment(until)}</dateTime></NextUpdate></SchemeInformation>
<TrustServiceProviderList><TrustServiceProvider><TSPInformation>
<TSPName><Name xml:lang="vi">Nhà cung cấp</Name></TSPName></TSPInformation>
<TSPServices>{body}</TSPServices></TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>"""
    signer = XAdESSigner(
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm="http://www.w3.org/2006/12/xml-c14n11",
    )
    key = operator.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    signed = signer.sign(etree.fromstring(xml.encode()), key=key, cert=pem(operator).decode())
    content: bytes = etree.tostring(signed)
    return content


def pem(holder: Certificate) -> bytes:
    """Return the certificate as PEM."""
    return holder.certificate.public_bytes(Encoding.PEM)


def _service(kind: str, status: str, holder: Certificate, since: datetime, history: History) -> str:
    encoded = b64encode(holder.certificate.public_bytes(Encoding.DER)).decode()
    return f"""<TSPService><ServiceInformation><ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier>
<ServiceName><Name xml:lang="vi">Dịch vụ</Name></ServiceName>
<ServiceDigitalIdentity><DigitalId><X509Certificate>{encoded}</X509Certificate></DigitalId></ServiceDigitalIdentity>
<ServiceStatus>{status}</ServiceStatus><StatusStartingTime>{_moment(since)}</StatusStartingTime>
</ServiceInformation>{_history(kind, history)}</TSPService>"""


def _history(kind: str, history: History) -> str:
    told = "".join(
        f"<ServiceHistoryInstance><ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier>"
        '<ServiceName><Name xml:lang="vi">Dịch vụ</Name></ServiceName><ServiceDigitalIdentity/>'
        f"<ServiceStatus>{status}</ServiceStatus><StatusStartingTime>{_moment(since)}</StatusStartingTime>"
        "</ServiceHistoryInstance>"
        for status, since in history
    )
    return f"<ServiceHistory>{told}</ServiceHistory>" if history else ""


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
