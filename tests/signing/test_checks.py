"""What is found of certificates and of the time-stamp authority before anybody signs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.certificates import (
    AlgorithmRefused,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    CertificateSelfSigned,
    CertificateUntrusted,
    CertificateWrongUsage,
    RevocationUnknown,
)
from engine.checks import GOOD, CheckState
from engine.errors import VanthuError
from engine.signatures import KeyUnavailable, TimestampUnavailable
from signing.algorithms import Algorithms, Rule
from signing.demo_pki import DemoPki, ensure
from signing.room import Room
from tests.support.pki import (
    CHAIRMAN,
    EXPIRED,
    HOLDERS,
    PASSPHRASE,
    REVOKED,
    ROGUE,
    SEAL,
    Office,
    a_free_port,
    file_key,
)
from tests.support.strangers import (
    FOR_SECRETS,
    LATER,
    SELF_SIGNED,
    SHORT,
    STRANGERS,
    answered_by,
    make_strangers,
    stale_list,
    unknown_to_ocsp,
)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def strangers(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Room:
    """A room with the keys nobody should sign with."""
    keys = tmp_path_factory.mktemp("strangers")
    make_strangers(office.pki, keys)
    return Room(replace(office.settings, keys=keys))


@pytest.mark.parametrize("key", [CHAIRMAN, SEAL])
def test_a_good_certificate_may_sign(room: Room, key: str) -> None:
    assert room.check_certificate(file_key(key), now()) == GOOD
    assert room.require_fit(file_key(key), now()).usages


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (REVOKED, CertificateRevoked),
        (EXPIRED, CertificateExpired),
        (ROGUE, CertificateUntrusted),
        (SELF_SIGNED, CertificateSelfSigned),
        (FOR_SECRETS, CertificateWrongUsage),
        (LATER, CertificateNotYetValid),
        (SHORT, AlgorithmRefused),
        ("nobody", KeyUnavailable),
    ],
)
def test_a_certificate_that_may_not_sign_is_refused_with_its_reason(
    room: Room, strangers: Room, key: str, reason: type[VanthuError]
) -> None:
    with pytest.raises(reason):
        (strangers if key in STRANGERS else room).require_fit(file_key(key), now())


def test_by_a_stricter_policy_the_same_key_may_not_sign(office: Office, room: Room) -> None:
    strict = Algorithms((Rule(name="rsa", bits=3072), Rule(name="ecdsa", bits=256), Rule(name="sha256")))

    assert room.require_fit(file_key(CHAIRMAN), now())
    with pytest.raises(AlgorithmRefused, match="rsa-2048"):
        Room(replace(office.settings, algorithms=strict)).require_fit(file_key(CHAIRMAN), now())


def test_a_key_that_is_soon_too_weak_is_warned_of(office: Office) -> None:
    soon = now() + timedelta(days=90)
    weakens = Algorithms((Rule(name="rsa", bits=2048, sign_until=soon.date()), *Algorithms.load().rules[2:]))
    found = Room(replace(office.settings, algorithms=weakens)).check_certificate(file_key(CHAIRMAN), now())

    assert (found.code, found.facts["algorithm"]) == ("weakens_soon", "rsa-2048")


@pytest.mark.parametrize("answer", ["silence", "unknown", "stale"])
def test_where_nobody_knows_whether_it_was_revoked_nothing_is_signed(
    office: Office, tmp_path_factory: pytest.TempPathFactory, answer: str
) -> None:
    pki = DemoPki(folder=tmp_path_factory.mktemp("unserved"), port=a_free_port())
    keys = tmp_path_factory.mktemp("keys")
    ensure(pki, HOLDERS[:1], keys=keys, passphrase=PASSPHRASE, fonts=office.fonts, at=now())
    contents = {
        "silence": {},
        "unknown": {"/ocsp/": unknown_to_ocsp(pki, CHAIRMAN)},
        "stale": {"/crls/ca": stale_list(pki, "ca", now()), "/crls/root": stale_list(pki, "root", now())},
    }[answer]
    room = Room(replace(office.settings, keys=keys, roots=(pki.root,)))

    with answered_by(pki, contents), pytest.raises(RevocationUnknown):
        room.require_fit(file_key(CHAIRMAN), now())


def test_what_was_found_fit_holds_for_a_batch_but_not_for_the_day(office: Office) -> None:
    room = Room(office.settings)
    room.require_fit(file_key(CHAIRMAN), now())
    room._settings = replace(office.settings, roots=())

    assert room.require_fit(file_key(CHAIRMAN), now() + timedelta(minutes=4))
    with pytest.raises(CertificateUntrusted):
        room.require_fit(file_key(CHAIRMAN), now() + timedelta(minutes=6))


def test_an_authority_that_answers_is_good(office: Office, room: Room) -> None:
    assert [room.check_timestamps(url, now()) for url in office.pki.tsa_urls] == [GOOD, GOOD]


def test_an_authority_that_does_not_answer_is_named(office: Office) -> None:
    away = "http://127.0.0.1:9/away"
    found = Room(replace(office.settings, tsa_urls=(away,))).check_timestamps(away, now())

    assert (found.state, found.code) == (CheckState.BAD, "away")
    with pytest.raises(TimestampUnavailable):
        Room(replace(office.settings, tsa_urls=())).check_timestamps(away, now())


def test_a_time_stamp_authority_nobody_vouches_for_is_found(office: Office) -> None:
    unknown = Room(replace(office.settings, roots=()))

    with pytest.raises(CertificateUntrusted):
        unknown.check_timestamps(office.pki.tsa_urls[0], now())
