"""Time-stamps: several authorities, and what none of them may get away with."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from asn1crypto import cms

from engine.signatures import TimestampUnavailable
from engine.validations import Level
from signing.algorithms import Algorithms
from signing.room import Room
from signing.timestamps import TimestampClient, parts_of
from tests.signing.conftest import Life
from tests.support.authorities import Crooked, served
from tests.support.pki import Office, a_free_port

DIGEST = hashlib.sha256(b"what is stamped").digest()
RULES = Algorithms.load()


@pytest.fixture(scope="module")
def crooked(office: Office) -> Iterator[Crooked]:
    with served(office.pki) as authority:
        yield authority


def asked(crooked: Crooked, *paths: str, seconds: float = 5) -> tuple[TimestampClient, list[str]]:
    """Return a client of these authorities, and the list of those it asked."""
    crooked.asked.clear()
    return TimestampClient([crooked.url(path) for path in paths], RULES, seconds), crooked.asked


def stamp(client: TimestampClient) -> datetime:
    token = client.stamp(DIGEST, datetime.now(UTC))
    return parts_of(cms.ContentInfo.load(token)["content"]).at


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("slow", "slow"),
        ("500", "not_a_timestamp"),
        ("garbage", "not_a_timestamp"),
        ("endless", "not_a_timestamp"),
        ("refused", "refused"),
        ("nonce", "wrong_nonce"),
        ("digest", "wrong_digest"),
        ("behind", "wrong_time"),
        ("unfit", "unfit_certificate"),
        ("expired", "unfit_certificate"),
        ("sha1", "algorithm_refused"),
        ("broken", "broken"),
    ],
)
def test_an_authority_that_misbehaves_is_named_and_the_next_one_asked(
    office: Office, crooked: Crooked, path: str, code: str
) -> None:
    client, order = asked(crooked, path, "good", seconds=0.3 if path == "slow" else 5)
    room = Room(office.settings)
    room._timestamps = client

    assert abs(stamp(client) - datetime.now(UTC)).total_seconds() < 60
    assert order == [path, "good"]
    assert room.check_timestamps(crooked.url(path), datetime.now(UTC)).code == code


def test_one_that_failed_is_not_asked_first_for_a_while(crooked: Crooked) -> None:
    client, order = asked(crooked, "500", "good")

    stamp(client)
    stamp(client)

    assert order == ["500", "good", "good"]


def test_one_that_does_not_listen_is_passed_over(crooked: Crooked) -> None:
    nobody = f"http://127.0.0.1:{a_free_port()}/tsa"

    assert stamp(TimestampClient([nobody, crooked.url("good")], RULES))


def test_without_any_that_answers_there_is_no_time_stamp(crooked: Crooked) -> None:
    client, order = asked(crooked, "500", "nonce")

    with pytest.raises(TimestampUnavailable):
        stamp(client)
    with pytest.raises(TimestampUnavailable):
        stamp(TimestampClient([], RULES))
    assert order == ["500", "nonce"]


def test_sealing_a_file_passes_over_one_that_misbehaves_and_costs_the_other_one_extra_question_once(
    office: Office, crooked: Crooked, life: Life
) -> None:
    client, order = asked(crooked, "nonce", "good")
    room = Room(office.settings)
    room._timestamps = client

    first, second = (room.extend(life.sealed, datetime.now(UTC), Level.ARCHIVAL) for _ in range(2))

    assert order == ["nonce", "good", "good", "good"]
    assert room.validate(first, datetime.now(UTC)).problems == room.validate(second, datetime.now(UTC)).problems == ()
