"""The infrastructure for show: keys for everybody, made once, and services that answer."""

import urllib.request
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote

import pytest
from asn1crypto import crl, ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import OCSPRequestBuilder
from PIL import Image

from signing.demo_pki import DemoPki, Holder, ensure
from signing.keys import KeyRing
from signing.room import Room
from tests.support.pki import CHAIRMAN, DEPUTY, HOLDERS, PASSPHRASE, REVOKED, SEAL, Office, a_free_port, file_key

NEW = Holder(key="xa9", name="Chủ tịch xã mới", organization="UBND xã", title="Chủ tịch")


def fetched(office: Office, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{office.pki.port}{path}", timeout=10) as answer:
        content: bytes = answer.read()
    return content


def asked_about(office: Office, key: str) -> str:
    """Return what the OCSP service says of a key's certificate, asked by GET."""
    held = KeyRing(office.keys, PASSPHRASE, office.settings.places).get(file_key(key))
    request = OCSPRequestBuilder().add_certificate(held.certificate, held.chain[0], hashes.SHA1()).build()  # noqa: S303
    encoded = quote(b64encode(request.public_bytes(Encoding.DER)).decode(), safe="")
    answer = ocsp.OCSPResponse.load(fetched(office, f"/vn/ocsp/ca/{encoded}"))
    return str(answer.basic_ocsp_response["tbs_response_data"]["responses"][0]["cert_status"].name)


def test_making_it_again_changes_nothing(office: Office) -> None:
    before = {path: path.read_bytes() for path in office.keys.iterdir()} | {
        office.pki.root: office.pki.root.read_bytes()
    }

    ensure(office.pki, HOLDERS, keys=office.keys, passphrase=PASSPHRASE, fonts=office.fonts, at=datetime.now(UTC))

    assert {path: path.read_bytes() for path in before} == before


def test_who_comes_later_gets_a_key_the_running_services_know(office: Office, room: Room) -> None:
    ensure(
        office.pki, [*HOLDERS, NEW], keys=office.keys, passphrase=PASSPHRASE, fonts=office.fonts, at=datetime.now(UTC)
    )

    assert room.certificate(file_key(NEW.key)).subject == NEW.name
    assert asked_about(office, NEW.key) == "good"


def test_everybody_has_a_serial_number_of_his_own(office: Office, room: Room) -> None:
    serials = [room.certificate(file_key(holder.key)).serial for holder in HOLDERS]

    assert len(set(serials)) == len(HOLDERS)


def test_the_services_say_who_is_revoked(office: Office) -> None:
    assert (asked_about(office, CHAIRMAN), asked_about(office, REVOKED)) == ("good", "revoked")


def test_the_revocation_list_names_the_revoked(office: Office, room: Room) -> None:
    listed = crl.CertificateList.load(fetched(office, "/vn/crls/ca/latest.crl"))
    serials = [f"{entry['user_certificate'].native:x}" for entry in listed["tbs_cert_list"]["revoked_certificates"]]

    assert serials == [room.certificate(file_key(REVOKED)).serial]


@pytest.mark.parametrize("path", ["/", "/vn/ocsp/ca/not-base64!", "/vn/crls/nobody/latest.crl"])
def test_the_services_answer_nothing_else(office: Office, path: str) -> None:
    with pytest.raises(HTTPError, match=r"40[45]"):
        fetched(office, path)


def test_no_key_is_left_readable_or_unprotected(office: Office) -> None:
    for path in (*office.keys.glob("*.p12"), *(office.pki.folder / "authority").iterdir()):
        assert path.stat().st_mode & 0o077 == 0
    assert not [path for path in office.keys.iterdir() if b"PRIVATE KEY" in path.read_bytes()]


def test_two_infrastructures_share_nothing(office: Office, tmp_path: Path) -> None:
    other = DemoPki(folder=tmp_path / "pki", port=a_free_port())

    ensure(other, [], keys=tmp_path / "keys", passphrase=PASSPHRASE, fonts=office.fonts, at=datetime.now(UTC))

    ours, theirs = (x509.load_pem_x509_certificate(pki.root.read_bytes()) for pki in (office.pki, other))
    assert ours.subject == theirs.subject
    assert ours.public_key() != theirs.public_key()


@pytest.mark.parametrize(("key", "colour"), [(CHAIRMAN, "blue"), (SEAL, "red")])
def test_a_hand_signs_in_blue_and_a_seal_stamps_in_red_on_nothing(office: Office, key: str, colour: str) -> None:
    with Image.open(office.keys / f"{key}.png") as image:
        drawn = image.convert("RGBA").tobytes()
    pixels = [drawn[start : start + 4] for start in range(0, len(drawn), 4)]
    red, _, blue, _ = max(pixels, key=lambda pixel: pixel[3])

    assert any(pixel[3] == 0 for pixel in pixels)
    assert (blue > red) == (colour == "blue")


def test_two_people_do_not_sign_alike(office: Office) -> None:
    assert (office.keys / f"{CHAIRMAN}.png").read_bytes() != (office.keys / f"{DEPUTY}.png").read_bytes()
