"""Keys in their holders' own computers, in tests: the signer's side, made with the key files of the province."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import asn1crypto.x509
from asn1crypto.keys import PrivateKeyInfo
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from engine.actions.choose_key import ChooseKey, choose_key
from engine.actions.prepare_signature import PrepareSignature, prepare_signature
from engine.client_signatures import ClientSignature
from engine.ids import DocumentId
from engine.signatures import SIGNER_FIELD
from engine.signing_keys import KeyKind
from tests.support.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody with a key in their own computer: the server knows its certificate only."""

    office: Office
    username: str | None

    @property
    def _file(self) -> pkcs12.PKCS12KeyAndCertificates:
        office = self.office
        person = office.people[self.username or "chutich"]
        settings = office.house.settings
        assert settings.keys is not None
        assert settings.key_passphrase is not None
        name = person.id if self.username else person.agency_id
        return pkcs12.load_pkcs12((settings.keys / f"{name}.p12").read_bytes(), settings.key_passphrase.encode())

    @property
    def certificate(self) -> bytes:
        """The certificate as PEM."""
        found = self._file.cert
        assert found is not None
        return found.certificate.public_bytes(Encoding.PEM)

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The authorities above it that are no roots, as PEM."""
        others = [each.certificate for each in self._file.additional_certs]
        return tuple(each.public_bytes(Encoding.PEM) for each in others if each.subject != each.issuer)

    def chosen(self, kind: KeyKind = KeyKind.CLIENT) -> "Holder":
        """Have the administrator put this key on record."""
        person_id = self.office.people[self.username].id if self.username else None
        request = ChooseKey(person_id=person_id, kind=kind, certificate=self.certificate, chain=self.chain)
        choose_key(request, by=self.office.people["quantri"], services=self.office.house.services)
        return self

    @property
    def private_key(self) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
        """The key itself, to be put on a token."""
        key = self._file.key
        assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
        return key

    def signature(self, over: bytes) -> bytes:
        """Return what the token gives: a bare signature."""
        key = self.private_key
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(over, padding.PKCS1v15(), hashes.SHA256())
        return key.sign(over, ec.ECDSA(hashes.SHA256()))

    @property
    def signer(self) -> signers.SimpleSigner:
        """The key as pyHanko takes it."""
        found, asn1 = self._file, asn1crypto.x509.Certificate.load
        assert found.key is not None
        assert found.cert is not None
        key = found.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return signers.SimpleSigner(
            signing_cert=asn1(found.cert.certificate.public_bytes(Encoding.DER)),
            signing_key=PrivateKeyInfo.load(key),
            cert_registry=SimpleCertificateStore.from_certs(
                [asn1(each.certificate.public_bytes(Encoding.DER)) for each in found.additional_certs]
            ),
        )

    def signed(self, pdf: bytes, field: str = SIGNER_FIELD, *, reserved: int = 32768, **how: Any) -> bytes:  # noqa: ANN401  (any of pyHanko's)
        """Return what the government's tool gives: the whole file with an approval signature added."""
        meta = signers.PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES, **how)
        output = BytesIO()
        signers.sign_pdf(
            IncrementalPdfFileWriter(BytesIO(pdf)), meta, signer=self.signer, output=output, bytes_reserved=reserved
        )
        return output.getvalue()

    def prepared(self, document_id: DocumentId, element: str = "sign", by: str | None = None) -> ClientSignature:
        """Have what is to be signed for the document's open work item prepared."""
        office = self.office
        key = "default" if self.username else "agency"
        request = PrepareSignature(work_item_id=office.item(document_id, element).id, key=key)
        return prepare_signature(request, by=office.people[by or self.username or ""], services=office.house.services)[
            0
        ]
