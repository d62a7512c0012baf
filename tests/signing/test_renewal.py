"""Keeping signatures provable: proofs and the archive time-stamp."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest

from engine.signatures import CertificateRejected, NotYetSigned, RevocationUnavailable, SignerRole, TimestampUnavailable
from engine.validations import Modification, SignatureKind, Verdict
from signing.demo_pki import DemoPki, Holder, ensure
from signing.documents import inspect
from signing.heard import FRESH_FOR, Answers
from signing.room import Room
from tests.signing.conftest import Life
from tests.signing.samples import sign
from tests.support.pki import CHAIRMAN, PASSPHRASE, REVOKED, ROGUE, Office, a_free_port


@pytest.fixture
def offline(office: Office) -> Room:
    """A room that asks nobody when it validates."""
    return Room(replace(office.settings, online=False))


def test_the_archived_file_proves_itself_without_asking_anybody(offline: Room, life: Life) -> None:
    report = offline.validate(life.archived, life.ended_at)

    assert report.problems == ()
    assert report.verdict is Verdict.VALID
    assert [signature.trusted for signature in report.signatures] == [True, True, True]


def test_without_proofs_somebody_has_to_be_asked(offline: Room, life: Life) -> None:
    report = offline.validate(life.sealed, life.ended_at)

    assert report.verdict is Verdict.REVIEW
    assert {problem.code for problem in report.problems} == {"signature.revocation_unknown"}


def test_the_time_stamp_covers_the_whole_file(life: Life, room: Room) -> None:
    *_, stamp = room.validate(life.archived, life.ended_at).signatures

    assert (stamp.kind, stamp.coverage, stamp.modification) == (SignatureKind.TIMESTAMP, "file", Modification.NONE)
    assert life.archived.startswith(life.sealed)


def test_a_renewed_file_is_valid_and_has_a_further_time_stamp(room: Room, offline: Room, life: Life) -> None:
    renewed = room.renew(life.archived, datetime.now(UTC))

    assert renewed.startswith(life.archived)
    assert inspect(renewed).fields[-2:] == ("DauThoiGian1", "DauThoiGian2")
    assert offline.validate(renewed, datetime.now(UTC)).verdict is Verdict.VALID


def test_an_unsigned_file_is_not_kept(room: Room, life: Life) -> None:
    with pytest.raises(NotYetSigned):
        room.extend(life.prepared, datetime.now(UTC))


@pytest.mark.parametrize("key", [REVOKED, ROGUE])
def test_a_revoked_or_foreign_certificate_is_not_kept(room: Room, life: Life, key: str) -> None:
    signed = sign(room, life.prepared, SignerRole.OFFICIAL, key)

    with pytest.raises(CertificateRejected):
        room.extend(signed, datetime.now(UTC))


def test_a_silent_time_stamp_authority_stops_it(office: Office, life: Life) -> None:
    away = Room(replace(office.settings, tsa_urls=(f"http://127.0.0.1:{a_free_port()}/tsa",)))

    with pytest.raises(TimestampUnavailable):
        away.extend(life.sealed, datetime.now(UTC))


def test_silent_revocation_services_stop_it(
    office: Office, life: Life, tmp_path_factory: pytest.TempPathFactory
) -> None:
    nobody_serves = DemoPki(folder=tmp_path_factory.mktemp("unserved"), port=a_free_port())
    keys = tmp_path_factory.mktemp("keys")
    signer = Holder(key="xa1", name="Chủ tịch xã", organization="UBND xã", title="Chủ tịch")
    ensure(nobody_serves, [signer], keys=keys, passphrase=PASSPHRASE, fonts=office.fonts, at=datetime.now(UTC))
    room = Room(replace(office.settings, keys=keys, roots=(nobody_serves.root, office.pki.root)))
    signed = sign(room, life.prepared, SignerRole.OFFICIAL, "xa1")

    with pytest.raises(RevocationUnavailable):
        room.extend(signed, datetime.now(UTC))


def test_answers_are_fresh_for_minutes_and_never_before_they_came() -> None:
    at = datetime.now(UTC)
    heard = Answers(since=at)

    assert heard.fresh(at + timedelta(minutes=4))
    assert not heard.fresh(at + FRESH_FOR)
    assert not heard.fresh(at - timedelta(seconds=1))


def answers_in(pdf: bytes) -> set[bytes]:
    """Return the answers about revocation that a file carries."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return {one.read_bytes() for one in opened.Root.DSS.get("/OCSPs", [])}


def test_answers_are_used_again_for_the_same_signers_while_fresh_and_every_file_carries_them(
    office: Office, offline: Room, life: Life
) -> None:
    room, at = Room(office.settings), datetime.now(UTC)

    first, second = room.extend(life.sealed, at), room.extend(life.sealed, at + timedelta(minutes=2))
    other = room.extend(sign(room, life.prepared, SignerRole.OFFICIAL, CHAIRMAN), at + timedelta(minutes=2))

    assert answers_in(first) == answers_in(second)
    assert not answers_in(first) & answers_in(other)
    for pdf in (first, second):
        assert offline.validate(pdf, datetime.now(UTC)).verdict is Verdict.VALID
