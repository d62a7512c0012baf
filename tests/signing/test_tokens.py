"""Keys on a PKCS#11 token: what they sign, what they ask for, and what happens when the token is away."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pkcs11
import pytest
from pkcs11 import TokenFlag

from engine.certificates import CertificateUntrusted
from engine.key_errors import (
    KeyNotThere,
    PinExpired,
    PinLocked,
    PinNeeded,
    PinRefusedBefore,
    PinWrong,
    PinWrongOneLeft,
    SetPinRefused,
    TokenAway,
)
from engine.signatures import PreparedSignature, SignerRole
from engine.signing_keys import KeyChoiceInvalid, KeyKind, SigningKey
from engine.validations import Level
from signing.key_types import is_signature_of
from signing.pins import TypedPins
from signing.pool import RoomPool
from signing.tokens import TokenPlace, Tokens, wrong_pin
from tests.signing.conftest import Life
from tests.support.authority import Authority, a_key
from tests.support.machine import requires
from tests.support.pki import Office
from tests.support.tokens import LABEL, MODULE, PIN, WRONG_PIN, SoftToken, soft_token

__all__ = ["soft_token"]
pytestmark = requires("softhsm2-util")
KINDS = ("rsa-2048", "ec-secp256r1", "ec-secp384r1")
BARE, SWAPPED = "bare", "swapped"


@pytest.fixture(scope="module")
def token(soft_token: SoftToken) -> SoftToken:
    """The token with a key of each kind, one without a certificate and one with another's."""
    authority = Authority.root()
    keys = {kind: (a_key(kind), authority.issued(a_key(kind), kind)) for kind in KINDS}
    soft_token.put({**keys, BARE: (a_key("rsa-3072"), None), SWAPPED: (a_key("rsa-3072"), keys["rsa-2048"][1])})
    return soft_token


@pytest.fixture(scope="module")
def asking(office: Office, token: SoftToken, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoomPool]:
    """Processes for which somebody types the PIN."""
    pool = pool_of(office, token, tmp_path_factory.mktemp("asking"), processes=2)
    yield pool
    pool.close()


def pool_of(office: Office, token: SoftToken, folder: Path, pin: str | None = None, processes: int = 1) -> RoomPool:
    settings = replace(office.settings, tsa_urls=(), level=Level.BASIC, places=token.places(folder, pin))
    return RoomPool(settings, clock=lambda: datetime.now(UTC), processes=processes)


def on_token(label: str, **place: str) -> SigningKey:
    where = {"module": MODULE, "token": LABEL, "label": label}
    return SigningKey(holder="official", kind=KeyKind.TOKEN, place={**where, **place})


def prepared_for(key: SigningKey, pool: RoomPool, life: Life) -> PreparedSignature:
    return pool.prepare_signature(life.prepared, SignerRole.OFFICIAL, key, datetime.now(UTC))


def wrong_fields(refused: pytest.ExceptionInfo[KeyChoiceInvalid]) -> dict[str, str]:
    return {error.field: error.code for error in refused.value.errors}


@pytest.mark.parametrize("label", KINDS)
def test_a_key_on_a_token_signs_with_the_pin_that_was_typed(asking: RoomPool, life: Life, label: str) -> None:
    key = asking.take_in(on_token(label))
    prepared = prepared_for(key, asking, life)

    signed = asking.complete_signature(prepared, replace(key, pin=PIN))

    assert asking.certificate(key).subject == label
    assert key.asks == {"pin"}
    assert asking.inspect(signed).signatures == 1


@pytest.mark.parametrize(
    ("label", "digest"), [("rsa-2048", "sha512"), ("ec-secp256r1", "sha512"), ("ec-secp384r1", "sha384")]
)
def test_a_token_signs_by_every_digest(token: SoftToken, tmp_path: Path, label: str, digest: str) -> None:
    certificate = Authority.root().issued(a_key(label), label)
    tokens = Tokens(token.places(tmp_path))

    (signature,) = tokens.sign(replace(on_token(label), pin=PIN), certificate, [b"text"], digest)

    assert is_signature_of(certificate, signature, b"text", digest)


def test_a_pin_that_was_not_typed_is_asked_for_and_the_token_left_alone(asking: RoomPool, life: Life) -> None:
    key = asking.take_in(on_token("rsa-2048"))

    with pytest.raises(PinNeeded):
        asking.complete_signature(prepared_for(key, asking, life), key)


def test_a_wrong_pin_is_presented_once_and_no_longer_when_it_is_sent_again(asking: RoomPool, life: Life) -> None:
    key = asking.take_in(on_token("rsa-2048"))
    prepared = prepared_for(key, asking, life)

    with pytest.raises(PinWrong) as refused:
        asking.complete_signature(prepared, replace(key, pin=WRONG_PIN))
    with pytest.raises(PinRefusedBefore):
        asking.complete_signature(prepared, replace(key, pin=WRONG_PIN))

    assert [error.field for error in refused.value.errors] == ["pin"]
    assert WRONG_PIN not in f"{refused.value!r}{refused.value.__dict__}{replace(key, pin=WRONG_PIN)!r}"
    assert asking.complete_signature(prepared, replace(key, pin=PIN))


def test_a_refused_pin_is_presented_again_after_a_while() -> None:
    pins, key, at = TypedPins(), replace(on_token("x"), pin="1"), datetime.now(UTC)
    with pytest.raises(PinWrong), pins.turn(key, at):
        raise PinWrong

    with pytest.raises(PinRefusedBefore), pins.turn(key, at + timedelta(minutes=9)):
        pass
    with pins.turn(key, at + timedelta(minutes=11)):
        pass


def test_what_the_token_says_of_the_tries_left_is_said_in_words() -> None:
    assert type(wrong_pin(TokenFlag.USER_PIN_COUNT_LOW)) is PinWrong
    assert type(wrong_pin(TokenFlag.USER_PIN_COUNT_LOW | TokenFlag.USER_PIN_FINAL_TRY)) is PinWrongOneLeft
    assert type(wrong_pin(TokenFlag.USER_PIN_LOCKED | TokenFlag.USER_PIN_FINAL_TRY)) is PinLocked


def test_a_token_that_was_pulled_out_signs_the_same_digest_when_it_is_back(
    asking: RoomPool, life: Life, token: SoftToken
) -> None:
    key = asking.take_in(on_token("ec-secp256r1"))
    prepared = prepared_for(key, asking, life)

    with token.pulled_out(), pytest.raises(TokenAway, match=LABEL):
        asking.complete_signature(prepared, replace(key, pin=PIN))

    assert asking.inspect(asking.complete_signature(prepared, replace(key, pin=PIN))).signatures == 1


def test_a_pin_in_a_file_is_used_without_asking_and_a_session_is_opened_anew_when_the_token_is_back(
    token: SoftToken, tmp_path: Path
) -> None:
    tokens, certificate = Tokens(token.places(tmp_path, PIN)), Authority.root().issued(a_key("rsa-2048"))

    first = tokens.sign(on_token("rsa-2048"), certificate, [b"one", b"two"], "sha256")
    with token.pulled_out(), pytest.raises(TokenAway):
        tokens.sign(on_token("rsa-2048"), certificate, [b"one"], "sha256")
    again = tokens.sign(on_token("rsa-2048"), certificate, [b"one", b"two"], "sha256")
    tokens.let_go()

    assert first == again, "PKCS #1 v1.5 gives the same signature for the same digest"


def test_a_wrong_pin_in_a_file_is_presented_once_until_the_file_is_written_anew(
    token: SoftToken, tmp_path: Path
) -> None:
    places, certificate = token.places(tmp_path, WRONG_PIN), Authority.root().issued(a_key("rsa-2048"))
    key, file = on_token("rsa-2048"), tmp_path / "pin"
    with pytest.raises(SetPinRefused, match=LABEL):
        Tokens(places).sign(key, certificate, [b"one"], "sha256")

    # What the refused file holds now is the right PIN, yet it counts as the same file: nobody tries it.
    known = file.stat()
    file.write_text(PIN)
    os.utime(file, ns=(known.st_atime_ns, known.st_mtime_ns))
    with pytest.raises(SetPinRefused):
        Tokens(places).sign(key, certificate, [b"one"], "sha256")

    file.write_text(PIN)
    assert Tokens(places).sign(key, certificate, [b"one"], "sha256")


def test_an_empty_or_missing_pin_file_is_not_presented(token: SoftToken, tmp_path: Path) -> None:
    places, certificate = token.places(tmp_path, ""), Authority.root().issued(a_key("rsa-2048"))

    with pytest.raises(SetPinRefused):
        Tokens(places).sign(on_token("rsa-2048"), certificate, [b"one"], "sha256")
    (tmp_path / "pin").unlink()
    with pytest.raises(SetPinRefused):
        Tokens(places).sign(on_token("rsa-2048"), certificate, [b"one"], "sha256")


@pytest.mark.parametrize(
    ("said", "refusal"),
    [(pkcs11.PinLocked, PinLocked), (pkcs11.PinExpired, PinExpired), (pkcs11.DeviceRemoved, TokenAway)],
)
def test_what_a_token_answers_to_a_pin_is_told_apart(
    token: SoftToken, tmp_path: Path, said: type[Exception], refusal: type[Exception]
) -> None:
    place = TokenPlace.of(on_token("rsa-2048"))

    assert type(Tokens(token.places(tmp_path)).refusal(place, said())) is refusal


def test_a_token_is_checked_without_its_pin(asking: RoomPool, token: SoftToken) -> None:
    key = asking.take_in(on_token("rsa-2048"))

    with pytest.raises(CertificateUntrusted, match="rsa-2048"):  # it is there; who issued it, nobody trusts
        asking.check_certificate(key, datetime.now(UTC))
    with token.pulled_out(), pytest.raises(TokenAway):
        asking.check_certificate(key, datetime.now(UTC))
    with pytest.raises(KeyNotThere):
        asking.check_certificate(replace(key, place=on_token("ec-secp256r1").place), datetime.now(UTC))


@pytest.mark.parametrize(
    ("place", "field", "code"),
    [
        ({"module": "none"}, "module", "unknown"),
        ({"token": "none"}, "token", "unknown"),
        ({"label": "none"}, "label", "unknown"),
        ({"label": BARE}, "label", "unknown"),
        ({"label": SWAPPED}, "label", "other_key"),
    ],
)
def test_what_is_wrong_with_a_token_s_key_is_said_of_its_field(
    asking: RoomPool, place: dict[str, str], field: str, code: str
) -> None:
    with pytest.raises(KeyChoiceInvalid) as refused:
        asking.take_in(on_token(**{"label": "rsa-2048", **place}))

    assert wrong_fields(refused) == {field: code}


def test_a_pin_that_comes_with_the_choice_proves_the_key_and_is_not_kept(asking: RoomPool) -> None:
    taken = asking.take_in(replace(on_token("ec-secp384r1"), pin=PIN))

    assert (taken.pin, taken.secret, taken.place["asks"]) == (None, None, "pin")
