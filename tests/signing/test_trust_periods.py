"""Authorities that are trusted from one day to another: what they proved in that time stays proven, nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.certificates import CertificateUntrusted
from engine.checks import GOOD
from engine.trust_anchors import TrustPurpose
from engine.validations import Verdict
from signing.algorithms import Algorithms
from signing.checks import check_certificate
from signing.room import Room
from signing.trust import Anchor, Trust, certificates
from signing.verifier import validate
from tests.signing.conftest import Life
from tests.support.pki import CHAIRMAN, Office, file_key

HOUR = timedelta(hours=1)


@pytest.fixture
def root(office: Office) -> Anchor:
    """The authority behind everything in the file, people and time-stamps alike."""
    (file,) = office.settings.roots
    return Anchor(certificate=certificates(file.read_bytes())[0], because="thử nghiệm")


def judged(pdf: bytes, *anchors: Anchor) -> tuple[Verdict, set[bool]]:
    report = validate(pdf, Trust(anchors, Algorithms.load()), datetime.now(UTC), online=False)
    return report.verdict, {signature.trusted for signature in report.signatures}


def test_what_was_signed_while_an_authority_was_trusted_stays_valid_when_it_is_trusted_no_more(
    root: Anchor, life: Life
) -> None:
    for since, until in ((None, life.ended_at), (life.ended_at - HOUR, None), (None, life.ended_at + HOUR)):
        assert judged(life.archived, replace(root, since=since, until=until)) == (Verdict.VALID, {True})


def test_what_was_signed_before_or_after_its_authority_was_trusted_is_never_valid(root: Anchor, life: Life) -> None:
    later = life.ended_at + 400 * 24 * HOUR
    for since, until in ((None, life.ended_at - HOUR), (life.ended_at, None), (later, None)):
        assert judged(life.archived, replace(root, since=since, until=until)) == (Verdict.REVIEW, {False})


def test_an_authority_that_counts_in_another_time_does_not_harm_one_that_counts(root: Anchor, life: Life) -> None:
    over = replace(root, until=life.ended_at - HOUR)

    assert judged(life.archived, over, root) == (Verdict.VALID, {True})


def test_a_time_stamp_nobody_vouches_for_puts_no_signature_into_an_earlier_time(root: Anchor, life: Life) -> None:
    signatures = replace(root, purpose=TrustPurpose.SIGNATURES, until=life.ended_at)
    stamps = replace(root, purpose=TrustPurpose.TIMESTAMPS)

    assert judged(life.archived, signatures, stamps) == (Verdict.VALID, {True})
    assert True not in judged(life.archived, signatures)[1]


def test_nobody_signs_with_a_certificate_whose_authority_is_trusted_no_more_or_not_yet(
    root: Anchor, room: Room
) -> None:
    key, now = room._key(file_key(CHAIRMAN)), datetime.now(UTC)

    assert check_certificate(key, Trust([replace(root, until=now + HOUR)], Algorithms.load()), now) == GOOD
    for since, until in ((None, now), (now + HOUR, None)):
        with pytest.raises(CertificateUntrusted):
            check_certificate(key, Trust([replace(root, since=since, until=until)], Algorithms.load()), now)
