"""Choosing who signs with which key, by the real action."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.access import NotAllowed
from engine.actions.add_trust_anchor import AddTrustAnchor, add_trust_anchor
from engine.actions.choose_key import ChooseKey, ChosenKey, choose_key
from engine.certificates import CertificateSelfSigned, CertificateUntrusted
from engine.key_overview import REVOCATION_UNKNOWN
from engine.key_use import key_of
from engine.people import PersonNotFound
from engine.signing_keys import (
    CertificateUnreadable,
    KeyChoice,
    KeyChoiceInvalid,
    KeyChosenMeanwhile,
    KeyKind,
    SigningKey,
)
from engine.trust_anchors import TrustPurpose
from tests.support.authority import YEAR, Authority, a_key, pem, self_signed
from tests.support.office import Office

AUTHORITY = Authority.root()
OTHER_NAME = "The certificate is in another name than its holder's. Make sure that it is theirs."


@pytest.fixture(autouse=True)
def authority(office: Office) -> None:
    """Have the office trust the authority, which says nothing of revocation."""
    services = office.house.services
    candidate = services.pdfs.read_authority(pem(AUTHORITY.certificate))
    request = AddTrustAnchor(candidate=candidate, purpose=TrustPurpose.SIGNATURES, reason="thử nghiệm")
    with services.begin() as work:
        add_trust_anchor(request, by=office.people["quantri"], at=services.clock(), work=work)


def a_certificate(name: str = "Nguyễn Văn Đức", since: timedelta = -YEAR) -> bytes:
    """Return a certificate that may sign, as PEM."""
    return pem(AUTHORITY.issued(a_key("rsa-2048"), name, since=since))


def chosen(office: Office, by: str = "quantri", **changes: Any) -> ChosenKey:  # noqa: ANN401  (any field)
    request = ChooseKey(
        person_id=office.people["chutich"].id,
        kind=KeyKind.CLIENT,
        certificate=a_certificate(),
        place={"token": "Chủ tịch"},
        secret="opens sesame",
    )
    return choose_key(replace(request, **changes), by=office.people[by], services=office.house.services)


def choose(office: Office, **changes: Any) -> KeyChoice:  # noqa: ANN401  (any field)
    return chosen(office, **changes).choice


def wrong(office: Office, **changes: Any) -> dict[str, str]:  # noqa: ANN401  (any field)
    with pytest.raises(KeyChoiceInvalid) as refused:
        chosen(office, **changes)
    return {error.field: error.code for error in refused.value.errors}


def in_use(office: Office, username: str = "chutich") -> SigningKey:
    person, services = office.people[username], office.house.services
    with services.begin() as work:
        return key_of(person.agency_id, person.id, services=services, work=work)


def test_without_a_choice_the_file_called_after_the_holder_signs(office: Office) -> None:
    assert in_use(office, "phochutich") == SigningKey(holder=str(office.people["phochutich"].id))


def test_a_choice_holds_until_the_next_one_and_its_secret_is_kept_sealed(office: Office) -> None:
    first = choose(office)
    assert (first.sealed or "sesame").count("sesame") == 0
    assert in_use(office).secret == "opens sesame"
    assert in_use(office).place == {"token": "Chủ tịch"}
    second = choose(office, kind=KeyKind.FILE, certificate=None, place={}, secret=None)
    assert in_use(office).kind is KeyKind.FILE
    with office.house.services.begin() as work:
        kept = work.key_choices.of_agency(first.agency_id)
    assert [(each.id, each.ended_at is None) for each in kept] == [(second.id, True), (first.id, False)]


def test_only_administrators_choose_and_only_for_their_own_agency(office: Office) -> None:
    with pytest.raises(NotAllowed):
        choose(office, by="chutich")
    with pytest.raises(PersonNotFound):
        choose(office, person_id=office.people["vanthu.xa1"].id)


def test_a_certificate_that_is_none_or_is_missing_is_refused(office: Office) -> None:
    for wrong in (b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"0\x03\x02\x01\x05"):
        with pytest.raises(CertificateUnreadable):
            choose(office, certificate=wrong)
    with pytest.raises(KeyChoiceInvalid):
        choose(office, certificate=None)
    with pytest.raises(KeyChoiceInvalid):
        choose(office, kind=KeyKind.FILE)


def test_of_two_choices_at_the_same_moment_both_hold_one_after_the_other_or_one_is_refused(office: Office) -> None:
    def attempt(_: int) -> bool:
        try:
            choose(office)
        except KeyChosenMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert any(threads.map(attempt, range(4)))
    with office.house.services.begin() as work:
        kept = work.key_choices.of_agency(office.people["chutich"].agency_id)
    assert sum(each.ended_at is None and each.person_id is not None for each in kept) == 1


def test_a_certificate_of_nobody_trusted_is_refused_when_it_is_chosen(office: Office) -> None:
    stranger = Authority.root("ec-secp384r1")
    with pytest.raises(CertificateUntrusted):
        chosen(office, certificate=pem(stranger.issued(a_key("rsa-2048"))))
    with pytest.raises(CertificateUntrusted):
        # The name of a trusted authority alone is no trust, nor is a first day to come.
        chosen(office, certificate=pem(stranger.issued(a_key("rsa-2048"), since=Authority.DAY)))
    with pytest.raises(CertificateSelfSigned):
        chosen(office, certificate=pem(self_signed("Nguyễn Văn Đức")))
    assert in_use(office).kind is KeyKind.FILE


def test_that_nobody_says_whether_it_was_revoked_is_a_warning_and_no_refusal(office: Office) -> None:
    assert chosen(office).warnings == (REVOCATION_UNKNOWN,)


def test_a_key_that_the_office_can_ask_about_is_chosen_without_a_word(office: Office) -> None:
    assert chosen(office, kind=KeyKind.FILE, certificate=None, place={}, secret=None).warnings == ()


def test_a_name_that_is_nobody_s_here_is_a_warning_and_marks_and_capitals_make_no_other_name(office: Office) -> None:
    assert OTHER_NAME in chosen(office, certificate=a_certificate("Nguyễn Thị Ở Xa")).warnings
    for name in ("NGUYEN VAN DUC", "Nguyễn  văn đức", "CMND: Nguyễn Văn Đức"):
        assert OTHER_NAME not in chosen(office, certificate=a_certificate(name)).warnings


def test_a_certificate_in_the_name_of_a_colleague_or_of_the_agency_is_refused(office: Office) -> None:
    assert wrong(office, certificate=a_certificate("Trần Thị Hạnh")) == {"certificate": "of_another"}
    assert wrong(office, certificate=a_certificate("Ủy ban nhân dân tỉnh Thử Nghiệm")) == {"certificate": "of_another"}
    assert wrong(office, person_id=None) == {"certificate": "of_another"}


def test_one_certificate_is_not_chosen_for_two(office: Office) -> None:
    nobody_here = a_certificate("Nguyễn Thị Ở Xa")
    choose(office, certificate=nobody_here)

    assert wrong(office, person_id=office.people["phochutich"].id, certificate=nobody_here) == {"certificate": "in_use"}


def test_what_a_kind_of_key_does_not_take_is_refused_and_not_passed_over(office: Office) -> None:
    assert wrong(office, pin="1234") == {"pin": "not_asked"}
    assert wrong(office, kind=KeyKind.FILE, certificate=None, pin="1234") == {"pin": "not_asked"}
    assert wrong(office, pkcs12=b"0", passphrase="x") == {"pkcs12": "not_asked", "passphrase": "not_asked"}


def test_a_file_that_the_operator_did_not_put_there_is_not_chosen(office: Office) -> None:
    administrator = office.people["quantri"].id
    assert wrong(office, person_id=administrator, kind=KeyKind.FILE, certificate=None) == {"pkcs12": "not_there"}
