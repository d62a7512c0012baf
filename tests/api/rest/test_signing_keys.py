"""Signing keys over REST: choosing them, and signing with those that ask for something."""

from base64 import b64encode

import pytest

from api.settings import Settings
from api.wiring import House
from signing.pool import RoomPool
from tests.api.rest.callers import Callers, problem, wrong_fields
from tests.support import own_service, tokens, typed_keys
from tests.support.authority import Authority, a_key, pem
from tests.support.machine import requires
from tests.support.office import Office
from tests.support.own_service import OTP, TOKEN, OwnService
from tests.support.tokens import MODULE, PIN, WRONG_PIN, SoftToken
from tests.support.typed_keys import AUTHORITY, ON_TOKEN, demo_key, with_keys

soft_token, service, serving = tokens.soft_token, own_service.service, own_service.serving
key_pool = typed_keys.key_pool
pytestmark = requires("softhsm2-util")


@pytest.fixture
def house(
    house: House, key_pool: RoomPool, soft_token: SoftToken, service: OwnService, signing_settings: Settings
) -> House:
    """The house with a token and a service."""
    service.holder = demo_key(signing_settings)
    return with_keys(house, key_pool, soft_token, service.url)


def test_a_token_is_chosen_and_signs_when_its_pin_comes_with_the_call(callers: Callers, office: Office) -> None:
    administrator, signer = callers["quantri"], callers["chutich"]
    person = str(office.people["chutich"].id)
    chosen = administrator.post("/signing-keys", json={"person_id": person, "kind": "token", **ON_TOKEN})
    item = office.item(office.reviewed(), "sign")

    missing = signer.post(f"/work-items/{item.id}/signature", json={})
    wrong = signer.post(f"/work-items/{item.id}/signature", json={"pin": WRONG_PIN})
    right = signer.post(f"/work-items/{item.id}/signature", json={"pin": PIN})

    assert chosen.status_code == 200, chosen.text
    assert (chosen.json()["asks"], chosen.json()["certificate"]["key_type"]) == (["pin"], "rsa-2048")
    assert chosen.json()["place"] == ON_TOKEN
    assert wrong_fields(missing, "signing_key.pin_needed") == {"pin": "required"}
    assert wrong_fields(wrong, "signing_key.pin_wrong") == {"pin": "pin_wrong"}
    assert WRONG_PIN not in wrong.text
    assert (right.status_code, right.json()["state"]) == (202, "completed")
    listed = administrator.get("/signing-keys").json()
    assert [one["kind"] for one in listed["keys"] if one["person"] and one["person"]["id"] == person] == ["token"]
    assert (listed["modules"], listed["services"], len(listed["choices"])) == ([MODULE], ["own"], 1)


def test_a_service_s_key_is_chosen_from_its_list_and_signs_with_pin_and_code(
    callers: Callers, office: Office, service: OwnService
) -> None:
    administrator, signer = callers["quantri"], callers["chutich"]
    access = {"service": "own", "secret": "basic:office:secret"}
    items = administrator.post("/signing-keys/credentials", json=access).json()["items"]
    body = {"person_id": str(office.people["chutich"].id), "kind": "remote", "credential": items[0], **access}
    chosen = administrator.post("/signing-keys", json=body)
    item = office.item(office.reviewed(), "sign")

    sent = signer.post(f"/work-items/{item.id}/signature/otp", json={})
    signed = signer.post(f"/work-items/{item.id}/signature", json={"pin": own_service.PIN, "otp": OTP})

    assert chosen.status_code == 200, chosen.text
    assert TOKEN not in chosen.text
    assert (sent.status_code, service.sent) == (204, 1)
    assert signed.json()["state"] == "completed"


def test_what_is_wrong_with_a_key_is_said_of_its_field(callers: Callers) -> None:
    uploaded = b64encode(AUTHORITY.pkcs12(a_key("ed25519"), "theirs")).decode()

    def wrong(**body: str) -> dict[str, str]:
        return wrong_fields(callers["quantri"].post("/signing-keys", json=body), "key_choice.invalid")

    assert wrong(kind="file", pkcs12=uploaded, passphrase="theirs") == {"pkcs12": "unsupported_key"}
    assert wrong(kind="file", pkcs12=uploaded, passphrase="guessed") == {"passphrase": "wrong"}
    assert wrong(kind="file", pkcs12="%") == {"pkcs12": "malformed"}
    assert wrong(kind="token", module="none", token="x", label="y") == {"module": "unknown"}
    assert wrong(kind="remote") == {"service": "required", "credential": "required"}
    assert wrong(kind="client") == {"certificate": "required"}
    assert wrong(kind="file", pin=PIN) == {"pin": "not_asked"}


def test_a_certificate_that_begins_tomorrow_is_chosen_with_a_warning(callers: Callers) -> None:
    agency = "Ủy ban nhân dân tỉnh Thử Nghiệm"
    certificate = pem(AUTHORITY.issued(a_key("ec-secp256r1"), agency, since=Authority.DAY)).decode()

    chosen = callers["quantri"].post("/signing-keys", json={"kind": "client", "certificate": certificate})

    assert chosen.status_code == 200
    assert len(chosen.json()["warnings"]) == 2


def test_only_administrators_choose_keys_or_see_who_has_which(callers: Callers) -> None:
    problem(callers["chutich"].get("/signing-keys"), 403, "access.not_allowed")
    problem(callers["chutich"].post("/signing-keys", json={"kind": "file"}), 403, "access.not_allowed")
    credentials = callers["chutich"].post("/signing-keys/credentials", json={"service": "own"})
    problem(credentials, 403, "access.not_allowed")
