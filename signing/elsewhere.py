"""Signatures made in their holder's own computer: what is signed there, and whether what comes back is that."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property, lru_cache

from asn1crypto import algos, cms
from cryptography import x509

from engine.client_signatures import CmsRefused, SignatureNotOfThis
from engine.signatures import CertificateFacts, KeyUnavailable, PreparedSignature
from engine.signing_keys import SigningKey
from signing.algorithms import DIGESTS
from signing.cms import CmsForm
from signing.key_types import is_signature_of
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

    def __init__(self, key: SigningKey) -> None:
        self._holder = key.holder
        self.certificate = x509.load_der_x509_certificate(key.certificate)
        self.chain = tuple(map(x509.load_der_x509_certificate, key.chain))

    @cached_property
    def facts(self) -> CertificateFacts:
        """What is known of its certificate."""
        return certificate_facts(self._holder, self.certificate)

    def form(self, digest: str) -> CmsForm:
        """Return the CMS of its signatures by a digest."""
        return _form_of(self.certificate, self.chain, digest)

    def sign(self, texts: Sequence[bytes], digest: str) -> Sequence[bytes]:
        """Refuse: its holder signs."""
        raise KeyUnavailable(key=self._holder, detail="its holder signs with it in their own computer")


def to_sign(digest: str, key: SigningKey, algorithm: str) -> bytes:
    """Return the DER of the attributes over which the key signs, for a document's *digest* by that *algorithm*."""
    return client_key(key).form(algorithm).signed_attributes(bytes.fromhex(digest))


def accept_signature(signature: bytes, digest: str, key: SigningKey, algorithm: str) -> bytes:
    """Return the CMS, without time-stamp, of a bare signature that was made elsewhere over *digest*.

    Raises:
        SignatureNotOfThis: It is not this key's signature, by this algorithm, over the attributes of this digest.
    """
    known, content = client_key(key), bytes.fromhex(digest)
    form = known.form(algorithm)
    if not is_signature_of(known.certificate, signature, form.signed_attributes(content), algorithm):
        raise SignatureNotOfThis(subject=known.facts.subject)
    return form.filled(content, signature, None)


def accept_cms(encoded: bytes, digest: str, key: SigningKey, algorithm: str) -> bytes:
    """Return a CMS that was made elsewhere, reduced to what is signed: without time-stamp, foreign certificates, notes.

    Raises:
        CmsRefused: It is no detached CMS with exactly one signature and the attributes PAdES wants, or is made by
            another digest algorithm than was fixed.
        SignatureNotOfThis: It is over another digest, or not this key's.
    """
    known = client_key(key)
    try:
        signed = _signed_data(encoded)
        signer = _only_signer(signed)
        attributes = _attributes(signer)
        _require_algorithms(signer, algorithm)
        is_of_digest = attributes["message_digest"][0].native == bytes.fromhex(digest)
        is_data = attributes["content_type"][0].native == "data"
        over, signature = signer["signed_attrs"].untag().dump(), signer["signature"].native
        is_signed = is_signature_of(known.certificate, signature, over, algorithm)
        if not (is_of_digest and is_data and is_signed and _names(attributes, known.certificate)):
            raise SignatureNotOfThis(subject=known.facts.subject)
        return _reduced(signer, known)
    except _PARSER_ERRORS as cause:
        raise CmsRefused(cause="It is no CMS.") from cause


def _names(attributes: dict[str, cms.SetOf], certificate: x509.Certificate) -> bool:
    """Say whether the attributes bind the signature to exactly this certificate, by whatever strong digest."""
    said = attributes["signing_certificate_v2"][0]["certs"][0]
    name = said["hash_algorithm"]["algorithm"].native
    return name in DIGESTS and said["cert_hash"].native == hashlib.new(name, der(certificate)).digest()


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


_form_of = lru_cache(maxsize=256)(CmsForm)


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


def _require_algorithms(signer: cms.SignerInfo, expected: str) -> None:
    algorithm: algos.SignedDigestAlgorithm = signer["signature_algorithm"]
    if algorithm.signature_algo not in ("rsassa_pkcs1v15", "ecdsa"):
        raise CmsRefused(cause="It is signed neither with RSA (PKCS #1 v1.5) nor with ECDSA.")
    named = {signer["digest_algorithm"]["algorithm"].native}
    if algorithm["algorithm"].native != "rsassa_pkcs1v15":
        named.add(algorithm.hash_algo)
    if named != {expected}:
        raise CmsRefused(cause="It is made by another digest algorithm than the one it was prepared for.")


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
