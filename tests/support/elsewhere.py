"""Keys in their holders' own computers, in tests: the signer's side, made with the key files of the province."""

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import asn1crypto.x509
from asn1crypto.keys import PrivateKeyInfo
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from api.demo import DemoFolder
from engine.actions.choose_key import ChooseKey, choose_key
from engine.actions.prepare_signature import PrepareSignature, prepare_signature
from engine.client_signatures import ClientSignature
from engine.ids import DocumentId
from engine.people import Person
from engine.signatures import SIGNER_FIELD
from engine.signing_keys import KeyKind
from signing import demo_pki
from signing.key_types import HASHES
from signing.settings import FONTS
from tests.support.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody with a key in their own computer: the server knows its certificate only.

    Attributes:
        username: Who; None is the agency.
        kind: Kind of the key: everybody has one of RSA-2048; of another kind it is made when it is first wanted.
    """

    office: Office
    username: str | None
    kind: str = "rsa-2048"

    @property
    def _file(self) -> pkcs12.PKCS12KeyAndCertificates:
        office = self.office
        person = office.people[self.username or "chutich"]
        settings = office.house.settings
        assert settings.keys is not None
        assert settings.key_passphrase is not None
        name = str(person.id if self.username else person.agency_id)
        if self.kind != "rsa-2048":
            name = self._made(person, settings.keys, settings.key_passphrase)
        return pkcs12.load_pkcs12((settings.keys / f"{name}.p12").read_bytes(), settings.key_passphrase.encode())

    def _made(self, person: Person, keys: Path, passphrase: str) -> str:
        """Have the authority of the demonstration, which serves meanwhile, issue one; return what it is called."""
        folder = DemoFolder(root=keys.parent)
        holder = demo_pki.Holder(
            key=f"{person.id}-{self.kind}", name=person.name, organization="UBND", title=person.title, kind=self.kind
        )
        pki = demo_pki.DemoPki(folder=folder.pki, port=folder.pki_port(0))
        demo_pki.ensure(pki, [holder], keys=keys, passphrase=passphrase, fonts=FONTS, at=datetime.now(UTC))
        return holder.key

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

    def signature(self, over: bytes, digest: str = "sha256") -> bytes:
        """Return what the token gives: a bare signature by that digest."""
        key = self.private_key
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(over, padding.PKCS1v15(), HASHES[digest])
        return key.sign(over, ec.ECDSA(HASHES[digest]))

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
