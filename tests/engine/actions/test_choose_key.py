"""Choosing who signs with which key, by the real action."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from engine.access import NotAllowed
from engine.actions.choose_key import ChooseKey, choose_key
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
from tests.support.authority import Authority, a_key, pem
from tests.support.office import Office


def a_certificate() -> bytes:
    """Return a certificate that may sign, as PEM."""
    return pem(Authority.root().issued(a_key("ec-secp256r1")))


def choose(office: Office, by: str = "quantri", **changes: Any) -> KeyChoice:  # noqa: ANN401  (any field)
    request = ChooseKey(
        person_id=office.people["chutich"].id,
        kind=KeyKind.CLIENT,
        certificate=a_certificate(),
        place={"token": "Chủ tịch"},
        secret="opens sesame",
    )
    return choose_key(replace(request, **changes), by=office.people[by], services=office.house.services)


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
