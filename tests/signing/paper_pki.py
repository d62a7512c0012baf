"""A public key infrastructure made in memory at one fixed moment, with whatever certificates a test wants.

Its revocation answers are carried by the files, so nobody is asked and no clock matters.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from io import BytesIO

from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

NOON = datetime.now(UTC).replace(microsecond=0)
"""When everything is issued and signed; OCSP responses made by 'cryptography' state the real time."""
JUDGED = NOON + timedelta(minutes=30)
"""When it is judged."""
YEAR, DAY = timedelta(days=365), timedelta(days=1)
SIGNING = ("digital_signature", "content_commitment")
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


class Answer(StrEnum):
    """What the file carries about the signer's certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    STALE_LIST = "stale list"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate and its key."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def asn1(self) -> asn1_x509.Certificate:
        """The certificate as pyHanko takes it."""
        return asn1_x509.Certificate.load(self.certificate.public_bytes(Encoding.DER))


@dataclass(slots=True, kw_only=True)
class PaperPki:
    """A root, an authority below it, and its OCSP responder."""

    name: str = "CA giấy"
    root: Certificate = field(init=False)
    authority: Certificate = field(init=False)
    responder: Certificate = field(init=False)

    def __post_init__(self) -> None:
        self.root = self._issued(f"{self.name} gốc", None, ("key_cert_sign", "crl_sign"), ca=True)
        self.authority = self._issued(self.name, self.root, ("key_cert_sign", "crl_sign"), ca=True)
        self.responder = self._issued(f"{self.name} OCSP", self.authority, ("digital_signature",), responder=True)

    def holder(
        self,
        name: str = "Nguyễn Văn Giấy",
        *,
        usages: tuple[str, ...] = SIGNING,
        begin: datetime = NOON - YEAR,
        end: datetime = NOON + YEAR,
    ) -> Certificate:
        """Return a certificate for signing, or for something else."""
        return self._issued(name, self.authority, usages, begin=begin, end=end)

    def self_signed(self, name: str = "Tự Phong") -> Certificate:
        """Return a certificate nobody but its holder vouches for."""
        return self._issued(name, None, SIGNING, begin=NOON - YEAR, end=NOON + YEAR)

    def signed(self, pdf: bytes, by: Certificate, answer: Answer = Answer.GOOD, at: datetime = NOON) -> bytes:
        """Return the PDF signed at *at*, with the answers it carries about its certificates."""
        writer = IncrementalPdfFileWriter(BytesIO(_signed(pdf, by, self.authority, at)))
        responses, lists = [], [self._list(self.root, NOON - DAY)]
        if answer is Answer.STALE_LIST:
            lists.append(self._list(self.authority, NOON - YEAR))
        elif answer is not Answer.NONE:
            responses.append(self._response(by, answer))
        certificates = [self.authority.asn1, self.responder.asn1]
        DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=certificates, ocsps=responses, crls=lists)
        output = BytesIO()
        writer.write(output)
        return output.getvalue()

    def _issued(
        self,
        name: str,
        issuer: Certificate | None,
        usages: tuple[str, ...],
        *,
        begin: datetime = NOON - 5 * YEAR,
        end: datetime = NOON + 5 * YEAR,
        ca: bool = False,
        responder: bool = False,
    ) -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        by = issuer.key if issuer else key
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**{usage: usage in usages for usage in _USAGES}), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        )
        if issuer is not None and not ca and not responder:
            # Without an address to ask, validation takes no answer at all, even one that is at hand.
            address = x509.UniformResourceIdentifier("http://127.0.0.1:9/ocsp")
            described = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, address)
            builder = builder.add_extension(x509.AuthorityInformationAccess([described]), critical=False)
        if responder:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
            builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
        return Certificate(key=key, certificate=builder.sign(by, hashes.SHA256()))

    def _response(self, about: Certificate, answer: Answer) -> asn1_ocsp.OCSPResponse:
        revoked = answer is Answer.REVOKED
        status = {
            Answer.GOOD: ocsp.OCSPCertStatus.GOOD,
            Answer.REVOKED: ocsp.OCSPCertStatus.REVOKED,
            Answer.UNKNOWN: ocsp.OCSPCertStatus.UNKNOWN,
        }[answer]
        response = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=about.certificate,
                issuer=self.authority.certificate,
                algorithm=hashes.SHA1(),  # noqa: S303  the name of the issuer, as OCSP knows it
                cert_status=status,
                this_update=NOON - timedelta(hours=1),
                next_update=NOON + DAY,
                revocation_time=NOON - 10 * DAY if revoked else None,
                revocation_reason=x509.ReasonFlags.key_compromise if revoked else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.responder.certificate)
            .certificates([self.responder.certificate])
            .sign(self.responder.key, hashes.SHA256())
        )
        return asn1_ocsp.OCSPResponse.load(response.public_bytes(Encoding.DER))

    def _list(self, issuer: Certificate, made: datetime) -> asn1_crl.CertificateList:
        found = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.certificate.subject)
            .last_update(made)
            .next_update(made + 7 * DAY)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
            .add_extension(x509.CRLNumber(1), critical=False)
            .sign(issuer.key, hashes.SHA256())
        )
        return asn1_crl.CertificateList.load(found.public_bytes(Encoding.DER))


def _signed(pdf: bytes, by: Certificate, authority: Certificate, at: datetime) -> bytes:
    encoded = by.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        signing_cert=by.asn1,
        signing_key=asn1_keys.PrivateKeyInfo.load(encoded),
        cert_registry=SimpleCertificateStore.from_certs([authority.asn1]),
    )
    embedding = PdfCMSEmbedder().write_cms("Signature1", IncrementalPdfFileWriter(BytesIO(pdf)))
    next(embedding)
    embedding.send(SigObjSetup(SignatureObject(timestamp=at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=8192)))
    prepared, output = embedding.send(SigIOSetup(md_algorithm="sha256", output=BytesIO()))
    signature = asyncio.run(signer.async_sign(prepared.document_digest, "sha256", use_pades=True))
    embedding.send(signature)
    embedding.close()
    content: bytes = output.getvalue()
    return content
