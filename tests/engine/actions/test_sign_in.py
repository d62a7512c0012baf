"""Signing in and out, storing files, founding an agency."""

import hashlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event

import pytest

from engine.access import NotAllowed
from engine.actions.sign_in import LOOKS, OF_NAME, OF_NETWORK, SignIn, sign_in
from engine.actions.sign_out import sign_out
from engine.actions.store_file import store_file
from engine.ids import FileId
from engine.pdfs import NotAPdf, PdfDamaged, PdfEmpty
from engine.people import Person, Session, SignInCrowded, SignInRefused, SignInSlowed, SignInThrottled
from engine.sign_in_tries import JUDGED_WITHIN
from tests.support.house import PASSWORD
from tests.support.judging import Judging
from tests.support.office import Office, a_pdf


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


TOKEN = digest("token")


def enter(
    office: Office, username: str, password: str = PASSWORD, network: str = "10.0.0.1", token: str = TOKEN
) -> tuple[Session, Person]:
    request = SignIn(username=username, password=password, address=network, network=network, token_sha256=token)
    return sign_in(request, services=office.house.services, hasher=office.house.hasher)


def later(office: Office, passed: timedelta) -> Office:
    services = office.house.services
    moved = replace(services, clock=lambda: services.clock() + passed)
    return replace(office, house=replace(office.house, services=moved))


def test_a_right_password_makes_a_session_until_it_is_ended(office: Office) -> None:
    session, person = enter(office, "vanthu")
    services = office.house.services
    with services.begin() as work:
        known = work.people.find_session(TOKEN, services.clock())
    with services.begin() as work:
        sign_out(session, by=person, at=services.clock(), work=work)
    with services.begin() as work:
        ended = work.people.find_session(TOKEN, services.clock())

    assert known is not None
    assert known[1].username == "vanthu"
    assert ended is None


def test_a_session_ends_by_itself(office: Office) -> None:
    session, _ = enter(office, "vanthu")

    with office.house.services.begin() as work:
        assert work.people.find_session(TOKEN, session.expires_at) is None


@pytest.mark.parametrize(("username", "password"), [("vanthu", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(office: Office, username: str, password: str) -> None:
    with pytest.raises(SignInRefused):
        enter(office, username, password)


def test_five_wrong_passwords_stop_this_name_from_this_network_only_and_for_a_quarter_of_an_hour(
    office: Office,
) -> None:
    for _ in range(OF_NAME.most):
        with pytest.raises(SignInRefused):
            enter(office, "vanthu", "wrong")

    with pytest.raises(SignInThrottled, match="15 minutes") as throttled:
        enter(office, "vanthu")
    assert 0 < throttled.value.retry_after_s <= OF_NAME.window.total_seconds()
    assert enter(office, "vanthu", network="10.0.0.2")
    assert enter(office, "chutich", token=digest("another"))
    assert enter(later(office, OF_NAME.window), "vanthu", token=digest("later"))


def test_of_many_wrong_passwords_at_one_moment_five_are_judged_and_no_more(office: Office) -> None:
    tries = 2 * OF_NAME.most
    together = Barrier(tries)

    def attempt(_: int) -> type[Exception]:
        together.wait()
        with pytest.raises((SignInRefused, SignInThrottled)) as refused:
            enter(office, "vanthu", "wrong")
        return refused.type

    with ThreadPoolExecutor(tries) as pool:
        answers = Counter(pool.map(attempt, range(tries)))

    assert answers == {SignInRefused: OF_NAME.most, SignInThrottled: tries - OF_NAME.most}


def test_who_finds_all_places_taken_waits_and_is_judged_when_one_is_given_back(office: Office) -> None:
    clerk, taken, given_back, looks = Judging(house=office.house), Barrier(2), Event(), Counter[str]()
    clerk.is_killed(OF_NAME.most - 1)

    def hold() -> None:
        taken.wait()
        given_back.wait()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(clerk.enters, meanwhile=hold)

        def look() -> None:
            looks["again"] += 1
            given_back.set()
            first.result()

        taken.wait()
        second = clerk.enters(at_each_look=look)

    assert second == first.result()
    assert looks["again"] == 1


def test_tries_that_a_killed_process_judged_hold_their_places_for_seconds_and_are_no_wrong_ones(office: Office) -> None:
    clerk, looks = Judging(house=office.house), Counter[str]()
    clerk.is_killed(OF_NAME.most)

    with pytest.raises(SignInCrowded, match="checked at this moment") as crowded:
        clerk.enters(at_each_look=lambda: looks.update(["look"]))

    assert looks["look"] == LOOKS
    assert 0 < crowded.value.retry_after_s <= JUDGED_WITHIN.total_seconds()
    after = Judging(house=later(office, JUDGED_WITHIN).house)
    for _ in range(OF_NAME.most):
        with pytest.raises(SignInRefused):
            after.enters(password="wrong")
    with pytest.raises(SignInThrottled):
        after.enters()


@pytest.mark.parametrize("password", ["wrong", PASSWORD])
def test_who_lost_their_place_to_another_learns_no_outcome(office: Office, password: str) -> None:
    clerk, another = Judging(house=office.house), Judging(house=later(office, JUDGED_WITHIN).house)

    with pytest.raises(SignInCrowded):
        clerk.enters(meanwhile=another.enters, password=password)


def test_a_right_password_is_no_wrong_one_however_often_one_signs_in(office: Office) -> None:
    for number in range(OF_NAME.most + 1):
        assert enter(office, "vanthu", token=digest(str(number)))


def test_one_password_tried_with_many_names_slows_the_network_for_a_minute_and_locks_nobody_out(
    office: Office,
) -> None:
    for number in range(OF_NETWORK.most):
        with pytest.raises(SignInRefused):
            enter(office, f"ten{number}", "MatKhau@123")

    with pytest.raises(SignInSlowed) as slowed:
        enter(office, "vanthu")
    assert 0 < slowed.value.retry_after_s <= OF_NETWORK.window.total_seconds()
    assert enter(office, "vanthu", network="10.0.0.2")
    assert enter(later(office, OF_NETWORK.window), "vanthu", token=digest("later"))


def test_a_content_is_stored_once_whoever_brings_it(office: Office) -> None:
    content = a_pdf(2)

    first = office.upload(content, by="vanthu")
    second = office.upload(content, by="chuyenvien")

    assert first == second == hashlib.sha256(content).hexdigest()
    assert office.house.services.read(first) == content


def test_the_auditor_stores_nothing(office: Office) -> None:
    with pytest.raises(NotAllowed):
        store_file(a_pdf(), by=office.people["kiemtra"], services=office.house.services)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [(b"", PdfEmpty), (b"PK\x03\x04 a zip", NotAPdf), (a_pdf()[:300], PdfDamaged)],
    ids=["0 bytes", "not a PDF", "truncated"],
)
def test_what_is_no_whole_pdf_is_refused_and_not_kept(office: Office, content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        office.upload(content)

    with office.house.services.begin() as work:
        assert work.files.find(FileId(hashlib.sha256(content).hexdigest())) is None


def test_every_office_of_the_province_is_founded_with_its_registers(office: Office) -> None:
    with office.house.services.begin() as work:
        agencies = work.people.agencies()
        registers = [register.direction for agency in agencies for register in work.registers.of_agency(agency.id)]

    assert len(agencies) == 3
    assert sorted(registers) == ["incoming"] * 3 + ["outgoing"] * 3
