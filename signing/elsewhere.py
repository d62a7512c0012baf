"""Signatures made in their holder's own computer: what is signed there, and whether what comes back is that."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property, lru_cache

from asn1crypto import algos, cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from engine.client_signatures import CmsRefused, SignatureNotOfThis
from engine.signatures import CertificateFacts, KeyUnavailable, PreparedSignature
from engine.signing_keys import SigningKey
from signing.cms import CmsForm
from signing.keys import certificate_facts, der
from signing.signer import filled_place, require_open_place
from signing.timestamps import TimestampClient

_NEEDED = {"content_type", "message_digest", "signing_certificate_v2"}
_ALLOWED = _NEEDED | {"cms_algorithm_protection"}
"""What may be signed beside the digest. EN 319 142-1 wants the time of signing in the PDF, not here."""
_PARSER_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)
"""What asn1crypto raises for what is no CMS."""


class ClientKey:
    """A key that is not here: only its certificate is, as it was pinned."""

    digest = "sha256"
    """Whatever the key: programs and tools in people's computers are told to sign by SHA-256."""

    def __init__(self, key: SigningKey) -> None:
        self._holder = key.holder
        self.certificate = x509.load_der_x509_certificate(key.certificate)
        self.chain = tuple(map(x509.load_der_x509_certificate, key.chain))

    @cached_property
    def facts(self) -> CertificateFacts:
        """What is known of its certificate."""
        return certificate_facts(self._holder, self.certificate)

    @cached_property
    def form(self) -> CmsForm:
        """The CMS of its signatures."""
        return CmsForm(self.certificate, self.chain, self.digest)

    def sign(self, texts: Sequence[bytes]) -> Sequence[bytes]:
        """Refuse: its holder signs."""
        raise KeyUnavailable(key=self._holder, detail="its holder signs with it in their own computer")

    def has_signed(self, data: bytes, signature: bytes) -> bool:
        """Say whether *signature* is this key's over SHA-256 of *data* (PKCS #1 v1.5 or ECDSA)."""
        public = self.certificate.public_key()
        try:
            if isinstance(public, rsa.RSAPublicKey):
                public.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
            elif isinstance(public, ec.EllipticCurvePublicKey):
                public.verify(signature, data, ec.ECDSA(hashes.SHA256()))
            else:
                return False
        except InvalidSignature:
            return False
        return True


def to_sign(digest: str, key: SigningKey) -> bytes:
    """Return the DER of the attributes over which the key signs, for a document's SHA-256 *digest*."""
    return client_key(key).form.signed_attributes(bytes.fromhex(digest))


def accept_signature(signature: bytes, digest: str, key: SigningKey) -> bytes:
    """Return the CMS, without time-stamp, of a bare signature that was made elsewhere over *digest*.

    Raises:
        SignatureNotOfThis: It is not this key's signature over the attributes of this digest.
    """
    known, content = client_key(key), bytes.fromhex(digest)
    if not known.has_signed(known.form.signed_attributes(content), signature):
        raise SignatureNotOfThis(subject=known.facts.subject)
    return known.form.filled(content, signature, None)


def accept_cms(encoded: bytes, digest: str, key: SigningKey) -> bytes:
    """Return a CMS that was made elsewhere, reduced to what is signed: without time-stamp, foreign certificates, notes.

    Raises:
        CmsRefused: It is no detached CMS with exactly one signature and the attributes PAdES wants.
        SignatureNotOfThis: It is over another digest, or not this key's.
    """
    known = client_key(key)
    try:
        signed = _signed_data(encoded)
        signer = _only_signer(signed)
        attributes = _attributes(signer)
        _require_algorithms(signer)
        certificate = attributes["signing_certificate_v2"][0]["certs"][0]
        named = (certificate["hash_algorithm"]["algorithm"].native, certificate["cert_hash"].native)
        is_of_digest = attributes["message_digest"][0].native == bytes.fromhex(digest)
        is_data = attributes["content_type"][0].native == "data"
        pinned = ("sha256", hashlib.sha256(der(known.certificate)).digest())
        over, signature = signer["signed_attrs"].untag().dump(), signer["signature"].native
        if not (is_of_digest and is_data and named == pinned and known.has_signed(over, signature)):
            raise SignatureNotOfThis(subject=known.facts.subject)
        return _reduced(signer, known)
    except _PARSER_ERRORS as cause:
        raise CmsRefused(cause="It is no CMS.") from cause


def embed_signature(prepared: PreparedSignature, encoded: bytes, timestamps: TimestampClient | None) -> bytes:
    """Return the signed PDF: the prepared one with an accepted CMS and its time-stamp in the open place.

    Raises:
        SignatureBroken: The content is not what was prepared.
        TimestampUnavailable: No time-stamp to be had; ask again later, the signature is not made again.
    """
    require_open_place(prepared)
    return filled_place(prepared, encoded if timestamps is None else with_timestamp(encoded, timestamps, prepared.at))


def with_timestamp(encoded: bytes, timestamps: TimestampClient, after: datetime) -> bytes:
    """Return a CMS of one signature with a time-stamp later than *after* over it, beside what else it has unsigned.

    Raises:
        TimestampUnavailable: No time-stamp to be had.
    """
    content = cms.ContentInfo.load(encoded)
    signer = content["content"]["signer_infos"][0]
    token = timestamps.stamp(hashlib.sha256(signer["signature"].native).digest(), after)
    added = cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(token)]})
    carried = [] if signer["unsigned_attrs"].native is None else list(signer["unsigned_attrs"])
    signer["unsigned_attrs"] = cms.CMSAttributes([*carried, added])
    whole: bytes = content.dump()
    return whole


@lru_cache(maxsize=256)
def _client_key(holder: str, certificate: bytes, chain: tuple[bytes, ...]) -> ClientKey:
    return ClientKey(SigningKey(holder=holder, certificate=certificate, chain=chain))


def client_key(key: SigningKey) -> ClientKey:
    """Return a key that is not here, its certificate parsed once."""
    return _client_key(key.holder, key.certificate, tuple(key.chain))


def _signed_data(encoded: bytes) -> cms.SignedData:
    content = cms.ContentInfo.load(encoded, strict=True)
    if content["content_type"].native != "signed_data":
        raise CmsRefused(cause="It is no signature.")
    signed: cms.SignedData = content["content"]
    inside = signed["encap_content_info"]
    if inside["content"].native is not None or inside["content_type"].native != "data":
        raise CmsRefused(cause="It carries a content of its own; make a detached one.")
    return signed


def _only_signer(signed: cms.SignedData) -> cms.SignerInfo:
    if len(signed["signer_infos"]) != 1:
        raise CmsRefused(cause="It has more than one signature, or none.")
    signer: cms.SignerInfo = signed["signer_infos"][0]
    return signer


def _attributes(signer: cms.SignerInfo) -> dict[str, cms.SetOf]:
    """Return the signed attributes by name, each there once."""
    listed = [(each["type"].native, each["values"]) for each in signer["signed_attrs"]]
    found = dict(listed)
    if len(found) < len(listed) or any(len(values) != 1 for values in found.values()):
        raise CmsRefused(cause="It signs an attribute twice.")
    if _NEEDED - set(found):
        raise CmsRefused(cause="It does not sign the digest together with its certificate (signing-certificate-v2).")
    if set(found) - _ALLOWED:
        raise CmsRefused(cause="It signs more than the digest and its certificate, such as a time of its own.")
    exact = cms.CMSAttributes.load(signer["signed_attrs"].untag().dump())
    if exact.dump() != exact.dump(force=True):
        raise CmsRefused(cause="It is not encoded as DER.")
    return found


def _require_algorithms(signer: cms.SignerInfo) -> None:
    algorithm: algos.SignedDigestAlgorithm = signer["signature_algorithm"]
    named = algorithm["algorithm"].native
    hashed = named == "rsassa_pkcs1v15" or algorithm.hash_algo == "sha256"
    plain = algorithm.signature_algo in ("rsassa_pkcs1v15", "ecdsa")
    if signer["digest_algorithm"]["algorithm"].native != "sha256" or not (hashed and plain):
        raise CmsRefused(cause="It is not made by SHA-256 with RSA (PKCS #1 v1.5) or ECDSA.")


def _reduced(signer: cms.SignerInfo, known: ClientKey) -> bytes:
    """Return a CMS of this signer with nothing unsigned in it but the pinned certificate and its chain."""
    issuer = cms.IssuerAndSerialNumber(
        {"issuer": _asn1(known.certificate).issuer, "serial_number": known.certificate.serial_number}
    )
    bare = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", issuer),
            "digest_algorithm": signer["digest_algorithm"],
            "signed_attrs": signer["signed_attrs"],
            "signature_algorithm": signer["signature_algorithm"],
            "signature": signer["signature"],
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [signer["digest_algorithm"]],
            "encap_content_info": {"content_type": "data"},
            "certificates": [_asn1(each) for each in (known.certificate, *known.chain)],
            "signer_infos": [bare],
        }
    )
    encoded: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump(force=True)
    return encoded


def _asn1(certificate: x509.Certificate) -> cms.Certificate:
    return cms.Certificate.load(der(certificate))
