"""Addresses in a stranger's certificate lead nowhere."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, signers

from engine.validations import Verdict
from signing.room import Room
from tests.support.office import a_pdf
from tests.support.pki import Office

NOW = datetime.now(UTC)


@dataclass(slots=True)
class Trap:
    """A server that counts who connects, and answers nobody."""

    port: int
    calls: int = 0


@contextmanager
def listening() -> Iterator[Trap]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        trap = Trap(port=server.getsockname()[1])

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                trap.calls += 1
                connection.close()

        threading.Thread(target=answer, daemon=True).start()
        yield trap
        server.shutdown(socket.SHUT_RDWR)


def certificate(
    subject: str, key: ec.EllipticCurvePrivateKey, issuer: tuple[str, ec.EllipticCurvePrivateKey], url: str | None
) -> x509.Certificate:
    """Return a certificate; with *url* it says where to ask for its issuer and its revocation."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer[0])]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=url is None, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(True, True, False, False, False, url is None, url is None, False, False), True)
    )
    if url is not None:
        place = x509.UniformResourceIdentifier(url)
        asked = (AuthorityInformationAccessOID.OCSP, AuthorityInformationAccessOID.CA_ISSUERS)
        points = [x509.DistributionPoint([place], None, None, None)]
        builder = builder.add_extension(
            x509.AuthorityInformationAccess([x509.AccessDescription(kind, place) for kind in asked]), critical=False
        ).add_extension(x509.CRLDistributionPoints(points), critical=False)
    return builder.sign(issuer[1], hashes.SHA256())


def signed_with_addresses(url: str, folder: Path) -> tuple[bytes, Path]:
    """Return a PDF signed with a certificate that has this address in it, and the file of its root."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = certificate("Root", root_key, ("Root", root_key), None)
    leaf = certificate("Stranger", key, ("Root", root_key), url)
    files = {
        "root.pem": root.public_bytes(serialization.Encoding.PEM),
        "leaf.pem": leaf.public_bytes(serialization.Encoding.PEM),
        "key.pem": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    signer = signers.SimpleSigner.load(str(folder / "key.pem"), str(folder / "leaf.pem"))
    assert signer is not None
    signed = signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(a_pdf())), PdfSignatureMetadata(field_name="Sig"), signer=signer
    )
    return signed.getvalue(), folder / "root.pem"


def a_namesake(folder: Path) -> Path:
    """Return the file of a root that has the name of the stranger's, and another key."""
    key = ec.generate_private_key(ec.SECP256R1())
    path = folder / "namesake.pem"
    path.write_bytes(certificate("Root", key, ("Root", key), None).public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("trusted", [True, False])
def test_a_file_of_an_outsider_makes_us_ask_nobody(office: Office, tmp_path: Path, trusted: bool) -> None:
    with listening() as trap:
        content, root = signed_with_addresses(f"http://127.0.0.1:{trap.port}/", tmp_path)
        settings = replace(office.settings, roots=(root,) if trusted else office.settings.roots, online=False)

        report = Room(settings).validate(content, datetime.now(UTC))

        assert trap.calls == 0
        assert report.verdict in (Verdict.REVIEW, Verdict.INVALID)
        assert report.signatures[0].intact


def test_an_address_is_asked_only_where_an_authority_we_trust_put_it(office: Office, tmp_path: Path) -> None:
    with listening() as trap:
        content, root = signed_with_addresses(f"http://127.0.0.1:{trap.port}/", tmp_path)

        for roots in (office.settings.roots, (a_namesake(tmp_path),)):
            Room(replace(office.settings, roots=roots)).validate(content, datetime.now(UTC))
            assert trap.calls == 0

        Room(replace(office.settings, roots=(root,))).validate(content, datetime.now(UTC))
        assert trap.calls > 0
