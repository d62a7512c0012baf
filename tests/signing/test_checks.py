"""What is found of certificates and of the time-stamp authority before anybody signs."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.checks import CheckState
from engine.signatures import KeyUnavailable, TimestampUnavailable
from signing.room import Room
from tests.support.pki import CHAIRMAN, EXPIRED, REVOKED, ROGUE, SEAL, Office, file_key


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize(
    ("key", "code"),
    [(CHAIRMAN, "ok"), (SEAL, "ok"), (REVOKED, "revoked"), (EXPIRED, "expired"), (ROGUE, "untrusted")],
)
def test_a_certificate_is_judged_as_if_it_had_signed(room: Room, key: str, code: str) -> None:
    found = room.check_certificate(file_key(key), now())

    assert (found.code, found.state is CheckState.GOOD) == (code, code == "ok")


def test_a_key_that_is_not_there_is_a_fault(room: Room) -> None:
    with pytest.raises(KeyUnavailable):
        room.check_certificate(file_key("nobody"), now())


def test_an_authority_that_answers_is_good(room: Room) -> None:
    assert room.check_timestamps(now()).code == "ok"


@pytest.mark.parametrize("url", [None, "http://127.0.0.1:9/away"])
def test_an_authority_that_does_not_answer_is_a_fault(office: Office, url: str | None) -> None:
    with pytest.raises(TimestampUnavailable):
        Room(replace(office.settings, tsa_url=url)).check_timestamps(now())


def test_a_certificate_nobody_vouches_for_is_found(office: Office, room: Room) -> None:
    away = Room(replace(office.settings, roots=()))

    assert away.check_timestamps(now()).code == "untrusted"
