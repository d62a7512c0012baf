"""The page of signing keys, and signing with a key that asks for something."""

import pytest

from api.settings import Settings
from api.wiring import House
from signing.pool import RoomPool
from tests.api.web.visitors import Page, Visitors
from tests.support import own_service, tokens, typed_keys
from tests.support.authority import a_key
from tests.support.machine import requires
from tests.support.office import Office
from tests.support.own_service import OTP, TOKEN, OwnService
from tests.support.tokens import LABEL, MODULE, PIN, WRONG_PIN, SoftToken
from tests.support.typed_keys import AUTHORITY, KEY, demo_key, with_keys

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


def form_for(visitors: Visitors, office: Office, kind: str, of: str = "chutich", status: int = 200) -> Page:
    return visitors["quantri"].open(f"/signing-keys/new?holder={office.people[of].id}&kind={kind}", status)


def chosen_token(visitors: Visitors, office: Office) -> Page:
    page = form_for(visitors, office, "token")
    return visitors["quantri"].send(page.form("/signing-keys"), module=MODULE, token=LABEL, label=KEY)


def test_an_administrator_chooses_a_token_and_reads_who_signs_with_what(visitors: Visitors, office: Office) -> None:
    listed = chosen_token(visitors, office)

    assert listed.note == "Khóa đã được chọn và được dùng để ký từ bây giờ."
    assert listed.says("Trên token hoặc HSM của máy này (PKCS#11): softhsm, Văn thư, chủ tịch")
    assert listed.says("RSA 2048")
    assert listed.says(office.people["phochutich"].name)


def test_who_signs_with_a_token_types_its_pin_and_a_wrong_one_is_never_shown_again(
    visitors: Visitors, office: Office
) -> None:
    chosen_token(visitors, office)
    item = office.item(office.reviewed(), "sign")
    signer = visitors["chutich"]
    page = signer.open(f"/work-items/{item.id}")

    without = signer.send(page.form("/signature"), 422)
    wrong = signer.send(page.form("/signature"), 422, pin=WRONG_PIN)
    done = signer.send(wrong.form("/signature"), pin=PIN)

    assert without.errors()[0].startswith("Mã PIN: Khóa này cần mã PIN.")
    assert wrong.says("Văn bản đang chờ khóa ký")
    assert "Mã PIN không đúng" in wrong.errors()[0]
    assert WRONG_PIN not in wrong.source
    assert done.note == "Văn bản đã được ký."


def test_keys_at_a_service_are_listed_with_our_access_sealed_and_a_code_is_sent_on_demand(
    visitors: Visitors, office: Office, service: OwnService
) -> None:
    page = form_for(visitors, office, "remote")
    asking = page.form("/signing-keys")
    asking.action = "/signing-keys/credentials"
    refused = visitors["quantri"].send(asking, 409, service="own", secret="of another")
    listed = visitors["quantri"].send(asking, service="own", secret=TOKEN)
    visitors["quantri"].send(listed.form("/signing-keys"), credential="first")
    item = office.item(office.reviewed(), "sign")
    signer = visitors["chutich"]
    before = signer.open(f"/work-items/{item.id}")
    code = before.form("/signature")
    code.action = f"/work-items/{item.id}/signature/otp"
    told = signer.send(code)
    done = signer.send(told.form("/signature"), pin=own_service.PIN, otp=OTP)

    assert refused.errors()
    assert TOKEN not in listed.source
    assert service.sent == 1
    assert told.note == "Mã dùng một lần đang được gửi. Hãy nhập ngay khi nhận được."
    assert done.note == "Văn bản đã được ký."


def test_what_is_wrong_with_an_upload_is_said_beside_its_field_and_secrets_are_typed_anew(
    visitors: Visitors, office: Office
) -> None:
    page = form_for(visitors, office, "file")
    upload = {"pkcs12": [("khoa.p12", AUTHORITY.pkcs12(a_key("ec-secp256r1"), "theirs"))]}

    refused = visitors["quantri"].send(page.form("/signing-keys"), status=422, files=upload, passphrase="guessed")
    chosen = visitors["quantri"].send(page.form("/signing-keys"), files=upload, passphrase="theirs")

    assert refused.errors() == ["Mật khẩu của tệp: Đây không phải tệp PKCS#12 hoặc mật khẩu không đúng."]
    assert "guessed" not in refused.source
    assert chosen.says("ECDSA P-256")


@pytest.mark.parametrize("path", ["/signing-keys", "/signing-keys/new?kind=token"])
def test_keys_are_the_administrator_s_business(visitors: Visitors, path: str) -> None:
    assert visitors["chutich"].open(path, 403).status == 403


def test_a_key_is_not_chosen_for_somebody_of_another_agency(visitors: Visitors, office: Office) -> None:
    form_for(visitors, office, "token", of="vanthu.xa1", status=404)


def test_of_a_key_in_its_holder_s_computer_only_the_certificate_is_asked_for(
    visitors: Visitors, office: Office
) -> None:
    fields = form_for(visitors, office, "client").form("/signing-keys").names

    assert fields >= {"certificate", "kind"}
    assert not fields & {"pkcs12", "passphrase", "pin", "secret"}
