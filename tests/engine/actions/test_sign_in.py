"""Signing in and out, storing files, founding an agency."""

import hashlib

import pytest

from engine.access import NotAllowed
from engine.actions.sign_in import MAX_FAILURES, SignIn, sign_in
from engine.actions.sign_out import sign_out
from engine.actions.store_file import store_file
from engine.ids import FileId
from engine.pdfs import NotAPdf, PdfDamaged, PdfEmpty
from engine.people import Person, Session, SignInRefused, SignInThrottled
from tests.support.house import PASSWORD
from tests.support.office import Office, a_pdf


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


TOKEN = digest("token")


def enter(
    office: Office, username: str, password: str = PASSWORD, address: str = "10.0.0.1", token: str = TOKEN
) -> tuple[Session, Person]:
    request = SignIn(username=username, password=password, address=address, token_sha256=token)
    return sign_in(request, services=office.house.services, hasher=office.house.hasher)


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


def test_five_wrong_passwords_stop_this_name_at_this_address_only(office: Office) -> None:
    for _ in range(MAX_FAILURES):
        with pytest.raises(SignInRefused):
            enter(office, "vanthu", "wrong")

    with pytest.raises(SignInThrottled):
        enter(office, "vanthu")
    assert enter(office, "vanthu", address="10.0.0.2")
    assert enter(office, "chutich", token=digest("another"))


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
