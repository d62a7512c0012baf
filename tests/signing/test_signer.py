"""Signing in two steps: what is fixed, who may, and what a crash between them does."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms

from engine.pdfs import FieldMissing, FieldTaken
from engine.signatures import (
    CertificateUnfit,
    KeyMismatch,
    KeyUnavailable,
    NotYetNumbered,
    NotYetSigned,
    PreparedSignature,
    SignatureBroken,
    SignatureTooLarge,
    SignerRole,
    TimestampUnavailable,
)
from signing.cms import der_length, padded_hex
from signing.room import Room
from tests.signing.conftest import Life
from tests.signing.samples import complete, sign, with_flipped_byte
from tests.support.pki import CHAIRMAN, DEPUTY, EXPIRED, SEAL, Office, a_free_port, file_key

OFFICIAL = SignerRole.OFFICIAL


@pytest.fixture
def prepared(room: Room, life: Life) -> PreparedSignature:
    """The decision with the chairman's signature prepared."""
    return room.prepare_signature(life.prepared, OFFICIAL, file_key(CHAIRMAN), datetime.now(UTC))


def place(pdf: bytes, prepared: PreparedSignature) -> bytes:
    return pdf[prepared.region_start : prepared.region_end]


def signer_info(pdf: bytes, prepared: PreparedSignature) -> cms.SignerInfo:
    encoded = bytes.fromhex(place(pdf, prepared)[1:-1].decode())
    return cms.ContentInfo.load(encoded)["content"]["signer_infos"][0]


def test_preparing_leaves_the_place_open_and_everything_else_as_it_will_be(
    room: Room, prepared: PreparedSignature
) -> None:
    signed = complete(room, prepared)

    assert set(place(prepared.content, prepared)) == set(b"<0>")
    assert signed[: prepared.region_start] == prepared.content[: prepared.region_start]
    assert signed[prepared.region_end :] == prepared.content[prepared.region_end :]


def test_signing_again_after_a_crash_signs_the_same_digest(room: Room, prepared: PreparedSignature) -> None:
    kept = PreparedSignature.from_data(prepared.as_data(), prepared.content)

    first, second = complete(room, prepared), complete(room, kept)

    assert kept.to_sign == prepared.to_sign
    assert signer_info(first, prepared)["signed_attrs"].dump() == signer_info(second, kept)["signed_attrs"].dump()
    assert signer_info(first, prepared)["signature"].native == signer_info(second, kept)["signature"].native


def test_a_signed_document_begins_with_what_was_prepared(life: Life) -> None:
    assert life.signed.startswith(life.prepared)
    assert life.sealed.startswith(life.numbered)


def test_a_changed_preparation_is_not_signed(room: Room, prepared: PreparedSignature) -> None:
    changed = replace(prepared, content=with_flipped_byte(prepared.content, 5000))

    with pytest.raises(SignatureBroken):
        complete(room, changed)


def test_a_preparation_whose_place_is_taken_is_not_signed(room: Room, prepared: PreparedSignature) -> None:
    with pytest.raises(SignatureBroken):
        complete(room, replace(prepared, content=complete(room, prepared)))


def test_another_key_cannot_complete_what_was_prepared(room: Room, prepared: PreparedSignature) -> None:
    with pytest.raises(KeyMismatch):
        complete(room, replace(prepared, key=DEPUTY))


def test_a_renewed_certificate_cannot_complete_what_was_prepared(
    office: Office, prepared: PreparedSignature, tmp_path: Path
) -> None:
    shutil.copy(office.keys / f"{DEPUTY}.p12", tmp_path / f"{CHAIRMAN}.p12")
    later = Room(replace(office.settings, keys=tmp_path))

    with pytest.raises(KeyMismatch, match=CHAIRMAN):
        complete(later, prepared)


def test_an_expired_certificate_may_not_sign(room: Room, life: Life) -> None:
    with pytest.raises(CertificateUnfit, match="Phạm Hết Hạn"):
        room.prepare_signature(life.prepared, OFFICIAL, file_key(EXPIRED), datetime.now(UTC))


def test_nobody_signs_twice(room: Room, life: Life) -> None:
    with pytest.raises(FieldTaken, match="ChuKy"):
        room.prepare_signature(life.signed, OFFICIAL, file_key(CHAIRMAN), datetime.now(UTC))


def test_nobody_seals_twice(room: Room, life: Life) -> None:
    with pytest.raises(FieldTaken, match="Dau"):
        room.prepare_signature(life.sealed, SignerRole.SEAL, file_key(SEAL), datetime.now(UTC))


def test_the_seal_waits_for_the_signature(room: Room, life: Life) -> None:
    numbered_only = room.fill_number(life.prepared, "Số: 1", "ngày 1")

    with pytest.raises(NotYetSigned):
        room.prepare_signature(numbered_only, SignerRole.SEAL, file_key(SEAL), datetime.now(UTC))


def test_the_seal_waits_for_the_number(room: Room, life: Life) -> None:
    with pytest.raises(NotYetNumbered):
        room.prepare_signature(life.signed, SignerRole.SEAL, file_key(SEAL), datetime.now(UTC))


def test_a_document_without_fields_cannot_be_signed(room: Room, life: Life) -> None:
    with pytest.raises(FieldMissing, match="ChuKy"):
        room.prepare_signature(life.rendered.content, OFFICIAL, file_key(CHAIRMAN), datetime.now(UTC))


@pytest.mark.parametrize("key", ["nobody", "../ubnd", "", ".hidden"])
def test_a_key_that_is_not_there_is_unavailable(room: Room, life: Life, key: str) -> None:
    with pytest.raises(KeyUnavailable):
        room.prepare_signature(life.prepared, OFFICIAL, file_key(key), datetime.now(UTC))


def test_a_wrong_passphrase_makes_a_key_unavailable(office: Office) -> None:
    with pytest.raises(KeyUnavailable, match="cannot be used"):
        Room(replace(office.settings, passphrase="wrong")).certificate(file_key(CHAIRMAN))


def test_a_key_file_that_is_not_one_is_unavailable(office: Office, tmp_path: Path) -> None:
    (tmp_path / "broken.p12").write_bytes(b"not a key")

    with pytest.raises(KeyUnavailable, match="cannot be used"):
        Room(replace(office.settings, keys=tmp_path)).certificate(file_key("broken"))


def test_a_certificate_is_known_before_its_key_is_used(room: Room) -> None:
    facts = room.certificate(file_key(CHAIRMAN))

    assert (facts.key, facts.subject) == (CHAIRMAN, "Nguyễn Văn Đức")
    assert facts.usages == ("digital_signature", "non_repudiation")
    assert facts.may_sign(datetime.now(UTC))


def test_without_an_image_a_signature_is_made_all_the_same(office: Office, life: Life, tmp_path: Path) -> None:
    shutil.copy(office.keys / f"{CHAIRMAN}.p12", tmp_path)
    room = Room(replace(office.settings, keys=tmp_path))

    signed = sign(room, life.prepared, OFFICIAL, CHAIRMAN)

    assert room.validate(signed, datetime.now(UTC)).verdict == "valid"


def test_a_silent_time_stamp_authority_stops_the_signature_and_keeps_nothing(
    office: Office, prepared: PreparedSignature
) -> None:
    away = replace(office.settings, tsa_urls=(f"http://127.0.0.1:{a_free_port()}/tsa",))

    with pytest.raises(TimestampUnavailable):
        complete(Room(away), prepared)


def test_an_answer_that_is_no_time_stamp_stops_the_signature(office: Office, prepared: PreparedSignature) -> None:
    elsewhere = replace(office.settings, tsa_urls=(f"http://127.0.0.1:{office.pki.port}/ready",))

    with pytest.raises(TimestampUnavailable):
        complete(Room(elsewhere), prepared)


def test_a_signature_that_does_not_fit_its_place_is_refused() -> None:
    with pytest.raises(SignatureTooLarge):
        padded_hex(b"\x00" * 9, 16)


@pytest.mark.parametrize(
    ("encoded", "length"),
    [(b"\x30\x03abc", 5), (b"\x30\x81\x80", 131), (b"\x30\x82\x01\x00", 260), (b"\x30\x80", None)],
)
def test_the_length_of_a_signature_is_read_from_its_first_bytes(encoded: bytes, length: int | None) -> None:
    assert der_length(encoded) == length
