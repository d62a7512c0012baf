"""Uploaded PKCS#12 files: what is kept of them, how it is encrypted, and what is wrong with others."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from engine.signatures import SignerRole
from engine.signing_keys import KeyChoiceInvalid, KeyFolderLocked
from engine.validations import Level
from signing.room import Room
from tests.signing.conftest import Life
from tests.support.authority import Authority, a_key
from tests.support.pki import PASSPHRASE, Office

THEIRS = "the holder's own"
AUTHORITY = Authority.root()
TRIPLE_DES = (
    PrivateFormat.PKCS12.encryption_builder()
    .kdf_rounds(2048)
    .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
    .hmac_hash(SHA1())  # noqa: S303  what old programs write
    .build(THEIRS.encode())
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder of keys."""
    return tmp_path / "keys"


@pytest.fixture
def keeper(office: Office, folder: Path) -> Room:
    """A room that keeps keys there."""
    return Room(replace(office.settings, keys=folder, tsa_urls=(), level=Level.BASIC))


def secrets_of(kind: str) -> Iterator[bytes]:
    """Return what of a private key must not be read on a disk: its numbers, and it as a whole."""
    key = a_key(kind)
    for format_ in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
        yield key.private_bytes(Encoding.DER, format_, NoEncryption())[-40:]
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.private_numbers()
        yield from (each.to_bytes((each.bit_length() + 7) // 8, "big") for each in (numbers.d, numbers.p, numbers.q))
    if isinstance(key, ec.EllipticCurvePrivateKey):
        yield key.private_numbers().private_value.to_bytes(48, "big").lstrip(b"\0")


def wrong_fields(refused: pytest.ExceptionInfo[KeyChoiceInvalid]) -> dict[str, str]:
    return {error.field: error.code for error in refused.value.errors}


@pytest.mark.parametrize("kind", ["rsa-2048", "ec-secp384r1"])
@pytest.mark.parametrize("encryption", [BestAvailableEncryption(THEIRS.encode()), TRIPLE_DES], ids=["aes", "3des"])
def test_an_uploaded_key_is_kept_encrypted_by_aes_and_signs(
    keeper: Room, folder: Path, life: Life, kind: str, encryption: BestAvailableEncryption
) -> None:
    uploaded = AUTHORITY.pkcs12(a_key(kind), THEIRS, encryption=encryption)

    kept = keeper.keep_key("official", uploaded, THEIRS)

    (file,) = folder.iterdir()
    described = subprocess.run(
        ["openssl", "pkcs12", "-info", "-noout", "-in", file, "-passin", f"pass:{PASSPHRASE}"],
        capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip
    assert described.count("PBES2, PBKDF2, AES-256-CBC") == 2
    assert "MAC: sha256" in described
    assert file.stat().st_mode & 0o777 == 0o600
    assert uploaded not in file.read_bytes()
    assert [secret in file.read_bytes() for secret in secrets_of(kind)].count(True) == 0
    prepared = keeper.prepare_signature(life.prepared, SignerRole.OFFICIAL, kept, datetime.now(UTC))
    assert keeper.inspect(keeper.complete_signature(prepared, kept)).signatures == 1


def test_another_key_of_the_same_holder_does_not_overwrite_the_first(keeper: Room, folder: Path) -> None:
    first = keeper.keep_key("official", AUTHORITY.pkcs12(a_key("rsa-2048"), THEIRS), THEIRS)
    second = keeper.keep_key("official", AUTHORITY.pkcs12(a_key("ec-secp256r1"), THEIRS), THEIRS)

    assert first.place != second.place
    assert len(list(folder.iterdir())) == 2
    assert keeper.certificate(first).key_type == "rsa-2048"


def other_s_certificate() -> bytes:
    others = [AUTHORITY.issued(a_key("ec-secp256r1"))]
    return pkcs12.serialize_key_and_certificates(
        None, a_key("rsa-2048"), None, others, BestAvailableEncryption(THEIRS.encode())
    )


def no_private_key() -> bytes:
    certificate = AUTHORITY.issued(a_key("rsa-2048"))
    return pkcs12.serialize_key_and_certificates(
        None, None, certificate, None, BestAvailableEncryption(THEIRS.encode())
    )


@pytest.mark.parametrize(
    ("uploaded", "passphrase", "wrong"),
    [
        (AUTHORITY.pkcs12(a_key("ec-secp256r1"), THEIRS), "guessed", {"passphrase": "wrong"}),
        (AUTHORITY.pkcs12(a_key("ec-secp256r1"), THEIRS), "", {"passphrase": "wrong"}),
        (AUTHORITY.pkcs12(a_key("ec-secp256r1"), THEIRS), "gue\0ssed", {"passphrase": "wrong"}),
        (b"no file of keys", THEIRS, {"passphrase": "wrong"}),
        (b"", THEIRS, {"passphrase": "wrong"}),
        (no_private_key(), THEIRS, {"pkcs12": "no_private_key"}),
        (other_s_certificate(), THEIRS, {"pkcs12": "other_key"}),
        (AUTHORITY.pkcs12(a_key("ed25519"), THEIRS), THEIRS, {"pkcs12": "unsupported_key"}),
    ],
    ids=["wrong passphrase", "none", "NUL", "no file", "empty", "no private key", "other's certificate", "Ed25519"],
)
def test_what_is_wrong_with_an_upload_is_said_and_nothing_kept(
    keeper: Room, folder: Path, uploaded: bytes, passphrase: str, wrong: dict[str, str]
) -> None:
    with pytest.raises(KeyChoiceInvalid) as refused:
        keeper.keep_key("official", uploaded, passphrase)

    assert wrong_fields(refused) == wrong
    assert not folder.exists()


def test_without_a_passphrase_of_our_own_nothing_is_kept(office: Office, folder: Path) -> None:
    room = Room(replace(office.settings, keys=folder, passphrase=""))

    with pytest.raises(KeyFolderLocked):
        room.keep_key("official", AUTHORITY.pkcs12(a_key("ec-secp256r1"), THEIRS), THEIRS)
