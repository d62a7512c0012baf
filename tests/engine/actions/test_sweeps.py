"""Tidying up: what has run out is forgotten, what nobody names is deleted, nothing else is touched."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.actions.forget_expired import forget_expired
from engine.actions.sign_in import LIFETIME, SignIn, sign_in
from engine.actions.sweep_contents import GRACE, sweep_contents
from engine.ids import FileId, PersonId
from engine.neighbours import WORK, Services
from engine.people import SignInRefused
from engine.queries import Once
from tests.support.builders import an_id
from tests.support.house import PASSWORD
from tests.support.office import Office, a_pdf

ONCE = Once(key="k", fingerprint="ab" * 32)
SOMEBODY = PersonId(an_id("somebody"))


def later(services: Services, by: timedelta) -> Services:
    return replace(services, clock=lambda: services.clock() + by)


def entered(office: Office, password: str, token: str) -> None:
    request = SignIn(
        username="vanthu", password=password, address="1.2.3.4", network="1.2.3.4", token_sha256=token * 64
    )
    sign_in(request, services=office.house.services, hasher=office.house.hasher)


def test_sessions_wrong_passwords_and_request_keys_are_forgotten_once_they_have_run_out(office: Office) -> None:
    services = office.house.services
    entered(office, PASSWORD, "a")
    with pytest.raises(SignInRefused):
        entered(office, "wrong", "b")
    with services.begin() as work:
        work.requests.remember(SOMEBODY, ONCE, an_id("made"), services.clock())

    def forget(by: timedelta) -> int:
        with services.begin() as work:
            return forget_expired(at=services.clock() + by, work=work)

    assert forget(timedelta(0)) == 0
    assert forget(timedelta(hours=1)) == 2  # of the name and of the network
    assert forget(LIFETIME + timedelta(hours=1)) == 1
    assert forget(timedelta(days=31)) == 1
    assert forget(timedelta(days=31)) == 0


def test_a_content_nobody_names_is_swept_after_a_day_and_what_is_named_stays(office: Office) -> None:
    services = office.house.services
    named, orphan = office.upload(a_pdf()), services.put(b"left by a request that died")

    assert sweep_contents(services=services) == 0
    assert sweep_contents(services=later(services, GRACE + timedelta(hours=1))) == 1

    assert services.store.exists(WORK, named)
    assert not services.store.exists(WORK, orphan)


def test_a_content_that_is_put_again_is_young_again(office: Office) -> None:
    services = office.house.services
    orphan: FileId = services.put(b"once more")
    place = office.house.settings.data / "objects" / WORK / orphan[:2] / orphan[2:4] / orphan
    os.utime(place, (0, 0))

    services.put(b"once more")

    assert sweep_contents(services=services) == 0
