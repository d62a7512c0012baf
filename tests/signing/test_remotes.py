"""Keys at a remote signing service: certomancer's for the protocol, one of our own for what people have to type."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from engine.key_errors import (
    AuthorisationExpired,
    KeyNotThere,
    OtpNeeded,
    OtpWrong,
    PinLocked,
    PinNeeded,
    PinWrong,
    ServiceAccessRefused,
    ServiceAway,
    ServiceRefused,
    SignatureNotOfKey,
)
from engine.signatures import SignerRole
from engine.signing_keys import KeyChoiceInvalid, KeyKind, SigningKey
from engine.validations import Level
from signing.csc import MAX_ANSWER, CscService
from signing.room import Room
from signing.settings import KeyPlaces
from tests.signing.conftest import Life
from tests.support import own_service
from tests.support.authority import a_key
from tests.support.own_service import OTP, PIN, TOKEN, OwnService
from tests.support.pki import Office, a_free_port

DISABLED = {"key": {"status": "disabled"}, "cert": {"certificates": []}}
service, serving = own_service.service, own_service.serving


@pytest.fixture
def remote(office: Office, service: OwnService) -> Room:
    """A room that knows the service as 'own'."""
    places = KeyPlaces(services={"own": service.url}, seconds=5)
    return Room(replace(office.settings, tsa_urls=(), level=Level.BASIC, places=places))


def at_service(secret: str | None = f"bearer:{TOKEN}", **place: str) -> SigningKey:
    where = {"service": "own", "credential": "first", **place}
    return SigningKey(holder="official", kind=KeyKind.REMOTE, place=where, secret=secret)


def typed(key: SigningKey, pin: str | None = PIN, otp: str | None = OTP) -> SigningKey:
    return replace(key, pin=pin, otp=otp, secret=f"bearer:{TOKEN}")


def sign(room: Room, life: Life, key: SigningKey) -> bytes:
    prepared = room.prepare_signature(life.prepared, SignerRole.OFFICIAL, key, datetime.now(UTC))
    return room.complete_signature(prepared, key)


@pytest.mark.parametrize(("version", "kind"), [("v1", "rsa-2048"), ("v1", "ec-secp384r1"), ("v2", "ec-secp256r1")])
def test_a_key_at_a_service_signs_with_pin_and_code(
    remote: Room, service: OwnService, life: Life, version: str, kind: str
) -> None:
    service.version, service.kind = version, kind
    key = remote.take_in(at_service(), datetime.now(UTC))
    remote.send_otp(typed(key))

    signed = sign(remote, life, typed(key))

    assert key.asks == {"pin", "otp"}
    assert key.sends_otp
    assert service.sent == 1
    assert remote.inspect(signed).signatures == 1
    assert [PIN in json.dumps(body) for body in service.bodies].count(True) == 1


def test_who_has_a_user_and_a_password_there_gets_a_token_for_them(remote: Room, service: OwnService) -> None:
    assert list(remote.credentials("own", "basic:office:secret")) == ["first", "second"]
    with pytest.raises(ServiceAccessRefused):
        remote.credentials("own", "basic:office:guessed")
    with pytest.raises(ServiceAccessRefused):
        remote.credentials("own", "bearer:of another")


@pytest.mark.parametrize(
    ("pin", "otp", "refusal"),
    [(None, OTP, PinNeeded), (PIN, None, OtpNeeded), ("1", OTP, PinWrong), (PIN, "1", OtpWrong)],
)
def test_what_was_not_typed_or_typed_wrong_is_said_and_tried_once(
    remote: Room, service: OwnService, life: Life, pin: str | None, otp: str | None, refusal: type[Exception]
) -> None:
    key = remote.take_in(at_service(), datetime.now(UTC))

    with pytest.raises(refusal):
        sign(remote, life, typed(key, pin, otp))

    assert service.called.count("credentials/authorize") == (pin is not None and otp is not None)
    assert "signatures/signHash" not in service.called


def test_an_authorisation_by_code_that_ran_out_is_not_asked_for_again(
    remote: Room, service: OwnService, life: Life
) -> None:
    key, service.expires = remote.take_in(at_service(), datetime.now(UTC)), 1

    with pytest.raises(AuthorisationExpired):
        sign(remote, life, typed(key))

    assert service.called.count("credentials/authorize") == 1


def test_one_authorisation_covers_as_many_hashes_as_the_service_allows(remote: Room, service: OwnService) -> None:
    key = remote.take_in(at_service(), datetime.now(UTC))
    used = remote._keys.get(typed(key))

    made = used.sign([b"one", b"two", b"three"], "sha256")

    assert len(made) == 2
    assert service.called.count("credentials/authorize") == 1


@pytest.mark.parametrize(
    ("status", "answer", "fault"),
    [
        (500, {"error": "server_error"}, ServiceAway),
        (429, {}, ServiceAway),
        (200, b"<html>not JSON</html>", ServiceAway),
        (200, b" " * (MAX_ANSWER + 1), ServiceAway),
        (200, {"signatures": ["%%%"]}, ServiceAway),
        (200, {"signatures": []}, ServiceAway),
        (200, ["no object"], ServiceAway),
        (302, {}, ServiceRefused),
        (400, {"error": "invalid_request", "error_description": "numSignatures\x00 too high"}, ServiceRefused),
        (400, {"error": "access_denied", "error_description": "Credential locked"}, PinLocked),
    ],
)
def test_what_a_service_answers_instead_of_a_signature_is_said_in_words(
    remote: Room, service: OwnService, life: Life, status: int, answer: object, fault: type[Exception]
) -> None:
    key = remote.take_in(at_service(), datetime.now(UTC))
    service.trouble["signatures/signHash"] = (status, answer)

    with pytest.raises(fault):
        sign(remote, life, typed(key))

    assert service.called.count("signatures/signHash") == 1


def test_a_signature_by_another_key_is_not_embedded(remote: Room, service: OwnService, life: Life) -> None:
    key, service.other_kind = remote.take_in(at_service(), datetime.now(UTC)), "rsa-3072"

    with pytest.raises(SignatureNotOfKey):
        sign(remote, life, typed(key))


def test_a_service_that_has_another_certificate_by_now_is_found_out_without_a_pin(
    remote: Room, service: OwnService
) -> None:
    key, service.kind = remote.take_in(at_service(), datetime.now(UTC)), "rsa-3072"

    with pytest.raises(KeyNotThere):
        remote.check_certificate(typed(key, None, None), datetime.now(UTC))


@pytest.mark.parametrize(
    ("method", "answer", "wrong"),
    [
        ("credentials/info", (400, {"error": "invalid_request"}), {"credential": "unknown"}),
        ("credentials/info", (401, {}), {"secret": "refused"}),
        (
            "credentials/info",
            (200, {"key": {"status": "disabled"}, "cert": {"certificates": []}}),
            {"credential": "disabled"},
        ),
        ("credentials/info", (200, {"key": {}, "cert": {"certificates": ["AAAA"]}}), {"credential": "unsupported_key"}),
    ],
)
def test_what_is_wrong_with_a_service_s_key_is_said_of_its_field(
    remote: Room, service: OwnService, method: str, answer: tuple[int, Any], wrong: dict[str, str]
) -> None:
    service.trouble[method] = answer

    with pytest.raises(KeyChoiceInvalid) as refused:
        remote.take_in(at_service(), datetime.now(UTC))

    assert {error.field: error.code for error in refused.value.errors} == wrong


def test_a_service_that_nobody_set_is_refused_and_one_that_is_not_reached_safely_is_away(remote: Room) -> None:
    with pytest.raises(KeyChoiceInvalid):
        remote.credentials("none", None)
    for url in ("http://example.com", "ftp://127.0.0.1", "https://"):
        with pytest.raises(ServiceAway):
            CscService("unsafe", url, None, 1).credentials()
    with pytest.raises(ServiceAway):
        CscService("silent", f"http://127.0.0.1:{a_free_port()}", None, 1).credentials()


def test_certomancer_s_service_signs_with_every_kind_of_key_it_has(
    office: Office, life: Life, certomancer: str
) -> None:
    places = KeyPlaces(services={"own": certomancer})
    room = Room(replace(office.settings, tsa_urls=(), level=Level.BASIC, places=places))

    assert "vn/official" in room.credentials("own", None)
    for credential in ("vn/official", "vn/strong"):
        key = room.take_in(at_service(None, credential=credential), datetime.now(UTC))
        assert key.asks == frozenset()
        assert room.inspect(sign(room, life, key)).signatures == 1


@pytest.fixture(scope="module")
def certomancer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Certomancer's own service with hashes bound to the authorisation, and the keys of a small PKI."""
    folder, port = tmp_path_factory.mktemp("csc"), a_free_port()
    (folder / "config.yml").write_text(yaml.safe_dump(_small_pki(folder)))
    command = [sys.executable, "-m", "csc_dummy", str(folder / "config.yml"), str(port), "2"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_for(f"http://localhost:{port}/info")
            yield f"http://localhost:{port}"
        finally:
            server.terminate()


def _wait_for(url: str) -> None:
    limit = time.monotonic() + 30
    while not _answers(url):
        assert time.monotonic() < limit
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  our own service
    except urllib.error.URLError:
        return False
    return True


def _small_pki(folder: Path) -> dict[str, Any]:
    kinds = {"root": "ec-secp256r1", "official": "rsa-2048", "strong": "ec-secp384r1"}
    for name, kind in kinds.items():
        (folder / f"{name}.pem").write_bytes(_private_pem(kind))
    validity = {"valid-from": "2020-01-01T00:00:00+0000", "valid-to": "2099-01-01T00:00:00+0000"}
    usage = {"schema": "key-usage", "params": ["digital_signature", "non_repudiation"]}
    leaf = {
        "issuer": "root",
        "validity": validity,
        "extensions": [{"id": "key_usage", "critical": True, "smart-value": usage}],
    }
    root = {"subject": "root", "subject-key": "root", "issuer": "root", "authority-key": "root", "validity": validity}
    architecture = {
        "keyset": "vn",
        "entities": {name: {"common-name": name} for name in kinds},
        "certs": {"root": {**root, "profiles": [{"id": "simple-ca", "params": {}}]}, "official": leaf, "strong": leaf},
    }
    return {
        "external-url-prefix": "http://localhost",
        "keysets": {"vn": {"path-prefix": str(folder), "keys": {name: {"path": f"{name}.pem"} for name in kinds}}},
        "pki-architectures": {"vn": architecture},
    }


def _private_pem(kind: str) -> bytes:
    return a_key(kind).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
