"""Every kind of key there is: what it signs is what openssl, poppler and pyHanko call a good signature."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from engine.key_errors import SignatureNotOfKey
from engine.signatures import PreparedSignature, SignerRole
from engine.signing_keys import SigningKey
from engine.validations import Level
from signing.cms import CmsForm
from signing.keys import PinnedKey, der
from signing.room import Room
from signing.signer import complete_signature, prepare_signature
from tests.signing.conftest import Life
from tests.signing.samples import complete, printed_by
from tests.support.authority import KINDS, Authority, a_key, pem
from tests.support.machine import requires
from tests.support.pki import PASSPHRASE, Office, file_key

HOLDER = "official"
DIGESTS = {kind: "sha384" if kind == "ec-secp384r1" else "sha256" for kind in KINDS}


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Who issued the certificates of this module."""
    return Authority.root()


@pytest.fixture
def room_of(office: Office, authority: Authority, tmp_path: Path) -> Callable[[str], Room]:
    """Make a room whose one key is of this kind."""

    def make(kind: str) -> Room:
        root = tmp_path / "root.pem"
        root.write_bytes(pem(authority.certificate))
        (tmp_path / f"{HOLDER}.p12").write_bytes(authority.pkcs12(a_key(kind), PASSPHRASE))
        plain = replace(office.settings, tsa_urls=(), level=Level.BASIC, online=False)
        return Room(replace(plain, keys=tmp_path, roots=(root,)))

    return make


def signed(room: Room, life: Life) -> tuple[bytes, PreparedSignature]:
    prepared = room.prepare_signature(life.prepared, SignerRole.OFFICIAL, file_key(HOLDER), datetime.now(UTC))
    return complete(room, prepared), prepared


def is_good_to_pyhanko(pdf: bytes, authority: Authority) -> bool:
    roots = [x509.Certificate.load(der(authority.certificate))]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")
    status = validate_pdf_signature(PdfFileReader(BytesIO(pdf)).embedded_signatures[0], context)
    return bool(status.bottom_line)


def cms_of(pdf: bytes, prepared: PreparedSignature) -> bytes:
    digits = pdf[prepared.region_start + 1 : prepared.region_end - 1]
    return bytes(cms.ContentInfo.load(bytes.fromhex(digits.decode())).dump())


@requires("pdfsig")
@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_by_every_kind_of_key_is_good_for_everybody(
    room_of: Callable[[str], Room], life: Life, authority: Authority, tmp_path: Path, kind: str
) -> None:
    room = room_of(kind)

    pdf, prepared = signed(room, life)

    names = {name: tmp_path / name for name in ("signed.pdf", "covered", "cms", "ca.pem")}
    names["signed.pdf"].write_bytes(pdf)
    names["covered"].write_bytes(pdf[: prepared.region_start] + pdf[prepared.region_end :])
    names["cms"].write_bytes(cms_of(pdf, prepared))
    names["ca.pem"].write_bytes(pem(authority.certificate))
    files = ["-in", names["cms"], "-content", names["covered"], "-CAfile", names["ca.pem"], "-out", "/dev/null"]
    verify = ["openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any"]
    subprocess.run([*verify, *map(str, files)], check=True, capture_output=True)
    assert "Signature is Valid" in printed_by("pdfsig", "-nocert", names["signed.pdf"])
    assert is_good_to_pyhanko(pdf, authority)
    assert prepared.algorithm == DIGESTS[kind]
    assert len(prepared.digest) == {"sha256": 64, "sha384": 96}[prepared.algorithm]


def test_digest_attributes_and_identity_of_a_p384_signature_are_all_of_sha384(
    room_of: Callable[[str], Room], life: Life
) -> None:
    pdf, prepared = signed(room_of("ec-secp384r1"), life)

    content = cms.ContentInfo.load(cms_of(pdf, prepared))["content"]
    info = content["signer_infos"][0]
    attributes = {each["type"].native: each["values"][0] for each in info["signed_attrs"]}
    assert content["digest_algorithms"][0]["algorithm"].native == "sha384"
    assert info["digest_algorithm"]["algorithm"].native == "sha384"
    assert info["signature_algorithm"]["algorithm"].native == "sha384_ecdsa"
    assert attributes["message_digest"].native.hex() == prepared.digest
    assert attributes["signing_certificate_v2"]["certs"][0]["hash_algorithm"]["algorithm"].native == "sha384"


def test_what_was_prepared_before_digests_had_names_is_of_sha256(life: Life, room_of: Callable[[str], Room]) -> None:
    _, prepared = signed(room_of("ec-secp256r1"), life)
    old = {name: value for name, value in prepared.as_data().items() if name != "algorithm"}

    assert PreparedSignature.from_data(old, prepared.content) == prepared


def test_a_long_chain_of_large_keys_fits_with_its_time_stamp(office: Office, life: Life) -> None:
    top = Authority.root("rsa-4096")
    middle, key = top.under("rsa-4096"), a_key("rsa-4096")
    certificate = middle.issued(key)
    chain = tuple(map(der, (middle.certificate, middle.certificate, middle.certificate)))
    pinned = SigningKey(holder=HOLDER, certificate=der(certificate), chain=chain)
    used = PinnedKey(pinned, lambda texts, _: [b"?" * 512 for _ in texts])

    prepared = prepare_signature(life.prepared, SignerRole.OFFICIAL, used, datetime.now(UTC))

    room_for = (prepared.region_end - prepared.region_start - 2) // 2
    filled = CmsForm(used.certificate, used.chain).filled(b"d" * 32, b"s" * 512, b"t" * 8192)
    assert len(filled) <= room_for


def test_a_signature_that_is_not_of_the_certificate_s_key_is_never_embedded(life: Life, authority: Authority) -> None:
    certificate = authority.issued(a_key("rsa-2048"))
    pinned = SigningKey(holder=HOLDER, certificate=der(certificate))
    used = PinnedKey(pinned, lambda texts, _: [b"\x01" * 256 for _ in texts])
    prepared = prepare_signature(life.prepared, SignerRole.OFFICIAL, used, datetime.now(UTC))

    with pytest.raises(SignatureNotOfKey, match=HOLDER):
        complete_signature(prepared, used, None)
