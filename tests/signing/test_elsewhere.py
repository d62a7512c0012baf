"""Signatures made elsewhere: what is given out, and that only exactly its signature, or its CMS, is accepted."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from asn1crypto import cms
from pyhanko.sign import signers

from engine.client_signatures import CmsRefused, SignatureNotOfThis
from engine.signatures import PreparedSignature, SignatureBroken, SignerRole, TimestampUnavailable
from engine.signing_keys import KeyKind, SigningKey
from engine.validations import Verdict
from signing.keys import SoftwareKey, der
from signing.room import Room
from tests.signing.conftest import Life
from tests.support.pki import CHAIRMAN, DEPUTY, PASSPHRASE, Office, a_free_port


def key_of(office: Office, name: str) -> SoftwareKey:
    return SoftwareKey.load(name, office.keys / f"{name}.p12", PASSPHRASE)


def outside(office: Office, name: str) -> SigningKey:
    """Return the key as the server knows it: its certificate alone."""
    key = key_of(office, name)
    chain = tuple(map(der, key.chain))
    return SigningKey(holder=name, kind=KeyKind.CLIENT, certificate=der(key.certificate), chain=chain)


def made(office: Office, name: str, digest: bytes, *, algorithm: str = "sha256") -> bytes:
    """Return the CMS a library makes."""
    signer = signers.SimpleSigner.load_pkcs12(office.keys / f"{name}.p12", passphrase=PASSPHRASE.encode())
    assert signer is not None
    content = asyncio.run(signer.async_sign(digest, algorithm, use_pades=True))
    encoded: bytes = content.dump()
    return encoded


@pytest.fixture(scope="module", params=[CHAIRMAN, DEPUTY])
def name(request: pytest.FixtureRequest) -> str:
    """Holders with keys of both kinds."""
    return str(request.param)


@pytest.fixture(scope="module")
def prepared(room: Room, life: Life, office: Office, name: str) -> PreparedSignature:
    return room.prepare_signature(life.prepared, SignerRole.OFFICIAL, outside(office, name), datetime.now(UTC))


def test_a_bare_signature_and_a_cms_made_elsewhere_both_give_a_valid_file(
    room: Room, office: Office, name: str, prepared: PreparedSignature
) -> None:
    key = outside(office, name)
    (signature,) = key_of(office, name).sign((room.to_sign(prepared.digest, key, "sha256"),), "sha256")
    foreign = made(office, name, bytes.fromhex(prepared.digest))

    accepted = [
        room.accept_signature(signature, prepared.digest, key, "sha256"),
        room.accept_cms(foreign, prepared.digest, key, "sha256"),
    ]

    for content in accepted:
        report = room.validate(room.embed_signature(prepared, content), datetime.now(UTC))
        assert report.verdict is Verdict.VALID, report.problems
        assert report.signatures[0].timestamped_at is not None


def _unsigned_note(content: cms.ContentInfo) -> None:
    note = cms.CMSAttribute({"type": "1.2.3.4", "values": []})
    content["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([note])


def test_what_a_cms_carries_unsigned_is_left_behind(
    room: Room, office: Office, name: str, prepared: PreparedSignature
) -> None:
    content = cms.ContentInfo.load(made(office, name, bytes.fromhex(prepared.digest)))
    _unsigned_note(content)

    kept = cms.ContentInfo.load(
        room.accept_cms(content.dump(force=True), prepared.digest, outside(office, name), "sha256")
    )

    assert kept["content"]["signer_infos"][0]["unsigned_attrs"].native is None


def _attached(content: cms.ContentInfo) -> None:
    content["content"]["encap_content_info"]["content"] = b"a note of its own"


def _twice(content: cms.ContentInfo) -> None:
    signer = content["content"]["signer_infos"][0]
    content["content"]["signer_infos"] = cms.SignerInfos([signer, signer.copy()])


def _nobody(content: cms.ContentInfo) -> None:
    content["content"]["signer_infos"] = cms.SignerInfos([])


def _without_certificate(content: cms.ContentInfo) -> None:
    signer = content["content"]["signer_infos"][0]
    kept = [each for each in signer["signed_attrs"] if each["type"].native != "signing_certificate_v2"]
    signer["signed_attrs"] = cms.CMSAttributes(kept)


def _with_time(content: cms.ContentInfo) -> None:
    signer = content["content"]["signer_infos"][0]
    at = cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": datetime.now(UTC)})]})
    signer["signed_attrs"] = cms.CMSAttributes([*signer["signed_attrs"], at])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_with_time, "time of its own"),
        (_attached, "content of its own"),
        (_twice, "more than one signature"),
        (_nobody, "more than one signature"),
        (_without_certificate, "together with its certificate"),
    ],
)
def test_a_cms_of_another_shape_is_refused_with_the_reason(
    room: Room, office: Office, prepared: PreparedSignature, change: Callable[[cms.ContentInfo], None], words: str
) -> None:
    content = cms.ContentInfo.load(made(office, CHAIRMAN, bytes.fromhex(prepared.digest)))
    change(content)

    with pytest.raises(CmsRefused, match=words):
        room.accept_cms(content.dump(force=True), prepared.digest, outside(office, CHAIRMAN), "sha256")


def test_a_cms_by_a_weak_hash_is_refused(room: Room, office: Office) -> None:
    digest = bytes(32)
    sha1 = made(office, CHAIRMAN, bytes(20), algorithm="sha1")
    with pytest.raises(CmsRefused, match="another digest algorithm"):
        room.accept_cms(sha1, digest.hex(), outside(office, CHAIRMAN), "sha256")


def test_a_cms_of_another_digest_or_of_another_key_is_refused(room: Room, office: Office) -> None:
    digest, key = bytes(32), outside(office, CHAIRMAN)

    for foreign in (made(office, CHAIRMAN, b"\x01" * 32), made(office, DEPUTY, digest)):
        with pytest.raises(SignatureNotOfThis):
            room.accept_cms(foreign, digest.hex(), key, "sha256")


@pytest.mark.parametrize("junk", [b"", b"0", b"junk", b"\x30\x80\x00\x00", b"\x30\x03\x02\x01\x05", b"\x30" * 5000])
def test_junk_is_no_cms(room: Room, office: Office, junk: bytes) -> None:
    with pytest.raises(CmsRefused):
        room.accept_cms(junk, "0" * 64, outside(office, CHAIRMAN), "sha256")


def test_a_signature_is_embedded_later_where_no_time_stamp_was_to_be_had(
    room: Room, office: Office, name: str, prepared: PreparedSignature
) -> None:
    key = outside(office, name)
    accepted = room.accept_cms(made(office, name, bytes.fromhex(prepared.digest)), prepared.digest, key, "sha256")
    away = Room(replace(office.settings, tsa_urls=(f"http://127.0.0.1:{a_free_port()}/tsa",)))

    with pytest.raises(TimestampUnavailable):
        away.embed_signature(prepared, accepted)
    assert room.embed_signature(prepared, accepted)
    with pytest.raises(SignatureBroken):
        room.embed_signature(replace(prepared, content=prepared.content + b"\n"), accepted)
