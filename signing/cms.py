"""The CMS of a PAdES signature, laid out by hand: per key all but digest, signature and time-stamp is constant.

Building it with a general ASN.1 library takes twenty times as long. The shape is that of CAdES-BES as
EN 319 142-1 wants it in PDFs: no signing time inside (it stands in the PDF), the certificate's digest signed.
"""

import hashlib

from asn1crypto import cms, core, x509
from cryptography import x509 as pyca

from engine.signatures import SignatureTooLarge
from signing.key_types import digest_name
from signing.keys import der

_SHORT = 0x80
_OCTETS, _SEQUENCE, _SET, _FIRST, _SECOND = 0x04, 0x30, 0x31, 0xA0, 0xA1
"""Tags: OCTET STRING, SEQUENCE, SET, and the context's constructed [0] and [1]."""
_FRAME = 1024
"""Bytes for everything in a CMS but certificates, signature and time-stamp."""
_VERSION_1 = b"\x02\x01\x01"
_DATA = "1.2.840.113549.1.7.1"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNATURE_TIMESTAMP = "1.2.840.113549.1.9.16.2.14"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_DIGESTS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_RSA = "1.2.840.113549.1.1.1"
_ECDSA = {"sha256": "1.2.840.10045.4.3.2", "sha384": "1.2.840.10045.4.3.3", "sha512": "1.2.840.10045.4.3.4"}


class CmsForm:
    """The CMS of one key's signatures, to be filled with a digest, a signature and a time-stamp."""

    def __init__(
        self, signer: pyca.Certificate, chain: tuple[pyca.Certificate, ...], digest: str | None = None
    ) -> None:
        """Lay it out; *digest* is that of document, attributes and certificate, by default the one of the key."""
        encoded = der(signer)
        self.digest = digest or digest_name(signer)
        certificate = x509.Certificate.load(encoded)
        self._certificates = _tlv(_FIRST, b"".join(sorted((encoded, *map(der, chain)))))
        self._signer = _sequence(certificate.issuer.dump(), core.Integer(certificate.serial_number).dump())
        self._content_type = _attribute(_CONTENT_TYPE, _oid(_DATA))
        self._digest_algorithm = _sequence(_oid(_DIGESTS[self.digest]))
        # ESSCertIDv2 binds the signature to exactly this certificate; DER leaves its default digest, SHA-256, unsaid.
        said = b"" if self.digest == "sha256" else self._digest_algorithm
        identity = _sequence(said, _tlv(_OCTETS, hashlib.new(self.digest, encoded).digest()))
        self._identity = _attribute(_SIGNING_CERTIFICATE_V2, _sequence(_sequence(identity)))
        is_rsa = certificate.public_key.algorithm == "rsa"
        self._algorithm = _sequence(_oid(_RSA), b"\x05\x00") if is_rsa else _sequence(_oid(_ECDSA[self.digest]))
        self.size = len(self._certificates) + certificate.public_key.byte_size * 2 + _FRAME
        """So many bytes it takes at most, without a time-stamp."""

    def signed_attributes(self, digest: bytes) -> bytes:
        """Return the DER of the attributes over which the key signs, for a document's *digest* by our algorithm."""
        return _tlv(_SET, self._attributes(digest))

    def filled(self, digest: bytes, signature: bytes, timestamp: bytes | None) -> bytes:
        """Return the whole ContentInfo; *timestamp* is the DER of an RFC 3161 token over *signature*."""
        unsigned = b"" if timestamp is None else _tlv(_SECOND, _attribute(_SIGNATURE_TIMESTAMP, timestamp))
        signer_info = _sequence(
            _VERSION_1,
            self._signer,
            self._digest_algorithm,
            _tlv(_FIRST, self._attributes(digest)),
            self._algorithm,
            _tlv(_OCTETS, signature),
            unsigned,
        )
        signed_data = _sequence(
            _VERSION_1,
            _tlv(_SET, self._digest_algorithm),
            _sequence(_oid(_DATA)),
            self._certificates,
            _tlv(_SET, signer_info),
        )
        return _sequence(_oid(_SIGNED_DATA), _tlv(_FIRST, signed_data))

    def _attributes(self, digest: bytes) -> bytes:
        message_digest = _attribute(_MESSAGE_DIGEST, _tlv(_OCTETS, digest))
        # DER wants the members of a SET OF sorted by their encoding.
        return b"".join(sorted((self._content_type, self._identity, message_digest)))


def padded_hex(encoded: bytes, reserved: int) -> bytes:
    """Return the hexadecimal digits of *encoded*, filled with zeros to *reserved* digits.

    Raises:
        SignatureTooLarge: It needs more.
    """
    digits = encoded.hex().encode("ascii")
    if len(digits) > reserved:
        raise SignatureTooLarge(needed=len(encoded), reserved=reserved // 2)
    return digits.ljust(reserved, b"0")


def der_length(encoded: bytes) -> int | None:
    """Return how many bytes the first DER value takes, or None where BER leaves the length open.

    Raises:
        IndexError: There are fewer than two bytes.
    """
    length = encoded[1]
    if length < _SHORT:
        return 2 + length
    octets = length & ~_SHORT
    return 2 + octets + int.from_bytes(encoded[2 : 2 + octets], "big") if octets else None


def is_signed_data(encoded: bytes) -> bool:
    """Say whether the bytes are a CMS SignedData, as a time-stamp token is."""
    content = cms.ContentInfo.load(encoded)
    return bool(content["content_type"].native == "signed_data")


def _tlv(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < _SHORT:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, _SHORT | len(octets)]) + octets + content


def _sequence(*parts: bytes) -> bytes:
    return _tlv(_SEQUENCE, b"".join(parts))


def _attribute(oid: str, value: bytes) -> bytes:
    return _sequence(_oid(oid), _tlv(_SET, value))


def _oid(dotted: str) -> bytes:
    encoded: bytes = core.ObjectIdentifier(dotted).dump()
    return encoded
