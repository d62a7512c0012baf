"""Certificates found in files, at one fixed moment: what each is called, and whether it refutes the signature."""

from dataclasses import replace
from datetime import datetime

import pytest

from engine.validations import Indication, Level, RevocationState, ValidationReport, Verdict
from signing.algorithms import Algorithms
from signing.trust import Anchor, Trust
from signing.verifier import validate
from tests.signing.conftest import Life
from tests.signing.paper_pki import DAY, JUDGED, NOON, YEAR, Answer, PaperPki

UNKNOWN = {"signature.revocation_unknown"}


@pytest.fixture(scope="module")
def pki() -> PaperPki:
    return PaperPki()


def trust_in(pki: PaperPki, since: datetime | None = None) -> Trust:
    return Trust([Anchor(certificate=pki.root.asn1, because="thử nghiệm", since=since)], Algorithms.load())


def judged(pdf: bytes, trust: Trust) -> tuple[ValidationReport, set[str]]:
    report = validate(pdf, trust, JUDGED, online=False)
    return report, {problem.code for problem in report.problems}


def test_a_signature_with_a_good_certificate_is_valid_and_its_chain_is_told(pki: PaperPki, life: Life) -> None:
    holder = pki.holder()

    report, codes = judged(pki.signed(life.rendered.content, holder), trust_in(pki, NOON - YEAR))

    (signature,) = report.signatures
    signer, authority, root = signature.chain
    assert (report.verdict, codes) == (Verdict.VALID, set())
    assert (signature.indication, signature.ades, signature.level) == (Indication.PASSED, "OK", Level.BASIC)
    assert (signer.subject, signer.issuer, authority.issuer) == ("Nguyễn Văn Giấy", "CA giấy", root.subject)
    assert (signer.serial, signer.sha256) == (f"{holder.asn1.serial_number:x}", holder.asn1.sha256.hex())
    assert (signer.revocation.state, signer.revocation.source, signer.revocation.carried) == ("good", "ocsp", True)
    assert signer.revocation.at is not None
    assert (authority.revocation.state, authority.revocation.source) == ("good", "crl")
    assert (root.anchor, root.trusted_because, root.trusted_since) == (True, "thử nghiệm", NOON - YEAR)
    assert root.revocation.state is RevocationState.NOT_ASKED
    assert (signature.hash_algorithm, signature.signature_algorithm, signature.key_bits) == ("sha256", "ecdsa", 256)


@pytest.mark.parametrize(
    ("answer", "verdict", "codes", "state"),
    [
        (Answer.REVOKED, Verdict.INVALID, {"signature.revoked"}, RevocationState.REVOKED),
        (Answer.UNKNOWN, Verdict.REVIEW, UNKNOWN, RevocationState.UNKNOWN),
        (Answer.STALE_LIST, Verdict.REVIEW, UNKNOWN, RevocationState.UNKNOWN),
        (Answer.NONE, Verdict.REVIEW, UNKNOWN, RevocationState.UNKNOWN),
    ],
)
def test_only_a_fresh_good_answer_of_the_authority_makes_a_signature_valid(
    pki: PaperPki, life: Life, answer: Answer, verdict: Verdict, codes: set[str], state: RevocationState
) -> None:
    report, found = judged(pki.signed(life.rendered.content, pki.holder(), answer), trust_in(pki))

    assert (report.verdict, found) == (verdict, codes)
    assert report.signatures[0].indication is Indication.INDETERMINATE
    assert report.signatures[0].chain[0].revocation.state is state
    assert not report.signatures[0].trusted


@pytest.mark.parametrize(
    ("begin", "end", "code"),
    [
        (NOON - 2 * YEAR, NOON - YEAR, "signature.expired"),
        (NOON + DAY, NOON + YEAR, "signature.not_yet_valid"),
    ],
)
def test_a_certificate_signs_in_its_own_time_only(
    pki: PaperPki, life: Life, begin: datetime, end: datetime, code: str
) -> None:
    report, codes = judged(pki.signed(life.rendered.content, pki.holder(begin=begin, end=end)), trust_in(pki))

    assert (report.verdict, codes) == (Verdict.INVALID, {code})
    assert report.signatures[0].indication is Indication.INDETERMINATE


def test_a_certificate_that_ended_since_needs_a_proof_of_when_it_signed(pki: PaperPki, life: Life) -> None:
    ended = pki.holder(begin=NOON - 2 * YEAR, end=NOON - DAY)

    report, codes = judged(pki.signed(life.rendered.content, ended, at=NOON - YEAR), trust_in(pki))

    assert (report.verdict, codes) == (Verdict.REVIEW, {"signature.no_longer_valid"})


@pytest.mark.parametrize("usages", [("key_encipherment",), ("key_agreement",)])
def test_a_certificate_for_something_else_does_not_sign(pki: PaperPki, life: Life, usages: tuple[str, ...]) -> None:
    report, codes = judged(pki.signed(life.rendered.content, pki.holder(usages=usages)), trust_in(pki))

    assert (report.verdict, codes) == (Verdict.INVALID, {"signature.wrong_usage"})


@pytest.mark.parametrize("usages", [("digital_signature",), ("content_commitment",)])
def test_one_of_the_two_usages_for_signing_is_enough(pki: PaperPki, life: Life, usages: tuple[str, ...]) -> None:
    assert judged(pki.signed(life.rendered.content, pki.holder(usages=usages)), trust_in(pki))[1] == set()


def test_who_vouches_for_themselves_is_called_so(pki: PaperPki, life: Life) -> None:
    report, codes = judged(pki.signed(life.rendered.content, pki.self_signed()), trust_in(pki))

    assert (report.verdict, codes) == (Verdict.REVIEW, {"signature.self_signed"})


def test_an_authority_of_the_same_name_and_another_key_is_no_issuer(pki: PaperPki, life: Life) -> None:
    other = PaperPki()

    report, codes = judged(other.signed(life.rendered.content, other.holder()), trust_in(pki))

    assert (report.verdict, codes) == (Verdict.REVIEW, {"signature.untrusted"})
    assert [one.anchor for one in report.signatures[0].chain] == [False, False]
    assert report.signatures[0].chain[0].revocation.state is RevocationState.UNKNOWN


def test_an_authority_counts_only_from_the_day_it_is_trusted_from(pki: PaperPki, life: Life) -> None:
    report, codes = judged(pki.signed(life.rendered.content, pki.holder()), trust_in(pki, NOON + DAY))

    assert report.verdict is not Verdict.VALID
    assert codes


def test_a_report_comes_back_whole_from_what_is_kept_of_it(pki: PaperPki, life: Life) -> None:
    report, _ = judged(pki.signed(life.rendered.content, pki.holder(), Answer.REVOKED), trust_in(pki))

    assert ValidationReport.from_data(report.as_data()) == replace(report)
