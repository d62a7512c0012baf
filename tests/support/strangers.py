"""Keys no office should sign with, and authorities that answer badly whether a certificate was revoked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from certomancer.registry import CertLabel
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, load_pem_private_key, pkcs12
from cryptography.x509 import ocsp

from signing.demo_pki import DemoPki
from tests.support.pki import PASSPHRASE

SELF_SIGNED, FOR_SECRETS, SHORT, LATER = "selfsigned", "secrets", "short", "later"
STRANGERS = (SELF_SIGNED, FOR_SECRETS, SHORT, LATER)
_DAY = timedelta(days=1)


def make_strangers(pki: DemoPki, folder: Path) -> None:
    """Make the keys: issued by oneself, for encryption only, RSA of 1024 bits, and valid from tomorrow."""
    for name in STRANGERS:
        key = rsa.generate_private_key(public_exponent=65537, key_size=1024 if name == SHORT else 2048)
        issuer = key if name == SELF_SIGNED else _authority(pki)
        certificate = _builder(name, pki).public_key(key.public_key()).sign(issuer, hashes.SHA256())
        protection = BestAvailableEncryption(PASSPHRASE.encode())
        chain = None if name == SELF_SIGNED else [_certificate(pki)]
        content = pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, chain, protection)
        (folder / f"{name}.p12").write_bytes(content)


def _builder(name: str, pki: DemoPki) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=name != FOR_SECRETS,
        content_commitment=False,
        key_encipherment=name == FOR_SECRETS,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if name == SELF_SIGNED else _certificate(pki).subject)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + _DAY if name == LATER else now - _DAY)
        .not_valid_after(now + 300 * _DAY)
        .add_extension(usage, critical=True)
    )


def _authority(pki: DemoPki) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key((pki.folder / "authority" / "ca.pem").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _certificate(pki: DemoPki, label: str = "ca") -> x509.Certificate:
    return x509.load_der_x509_certificate(pki.architecture().get_cert(CertLabel(label)).dump())


def unknown_to_ocsp(pki: DemoPki, holder: str) -> bytes:
    """Return the authority's own answer that it does not know the holder's certificate."""
    now = datetime.now(UTC)
    issuer = _certificate(pki)
    answer = ocsp.OCSPResponseBuilder().add_response(
        cert=_certificate(pki, holder),
        issuer=issuer,
        algorithm=hashes.SHA1(),  # noqa: S303  what OCSP names certificates by
        cert_status=ocsp.OCSPCertStatus.UNKNOWN,
        this_update=now,
        next_update=now + _DAY,
        revocation_time=None,
        revocation_reason=None,
    )
    signed = answer.responder_id(ocsp.OCSPResponderEncoding.NAME, issuer).sign(_authority(pki), hashes.SHA256())
    return signed.public_bytes(Encoding.DER)


def stale_list(pki: DemoPki, label: str, at: datetime) -> bytes:
    """Return an authority's list of revoked certificates whose next one was due the day before *at*."""
    key = load_pem_private_key((pki.folder / "authority" / f"{label}.pem").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    issued = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(_certificate(pki, label).subject)
        .last_update(at - 3 * _DAY)
        .next_update(at - _DAY)
        .sign(key, hashes.SHA256())
    )
    return issued.public_bytes(Encoding.DER)


@contextmanager
def answered_by(pki: DemoPki, contents: dict[str, bytes]) -> Iterator[None]:
    """Serve these contents where the PKI's own services would listen, by the first word of a path that fits."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = next((given for word, given in contents.items() if word in self.path), None)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Type", "application/ocsp-response" if "/ocsp/" in self.path else "text/plain")
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        do_POST = do_GET  # noqa: N815  the name is http.server's

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", pki.port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
