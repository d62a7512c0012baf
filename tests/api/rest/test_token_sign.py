"""`vanthu token-sign` on an official's own computer: a real token, a real server, one PIN."""

import subprocess
from pathlib import Path

import pytest

from engine.documents import OutgoingState
from engine.ids import DocumentId
from tests.api.rest.callers import Callers
from tests.support.elsewhere import Holder
from tests.support.house import PASSWORD
from tests.support.machine import requires
from tests.support.office import Office
from tests.support.own_token import PIN, OwnToken

pytestmark = requires("softhsm2-util")
WAIT_S = 60


@pytest.fixture
def token(office: Office, tmp_path: Path) -> OwnToken:
    return OwnToken.made(tmp_path / "token", Holder(office=office, username="chutich").chosen())


@pytest.fixture
def url(served: Callers) -> str:
    return str(served.nobody.client.base_url)


@pytest.fixture
def session(served: Callers, tmp_path: Path) -> tuple[str, str]:
    file = tmp_path / "session"
    file.write_text(served["chutich"].token or "")
    return "--session-file", str(file)


def told(program: "subprocess.Popen[str]", *answers: str) -> str:
    output, _ = program.communicate("".join(f"{answer}\n" for answer in answers), timeout=WAIT_S)
    return output


def states(office: Office, ids: list[DocumentId]) -> list[OutgoingState]:
    office.run_jobs()
    return [office.outgoing(document_id).state for document_id in ids]


def test_several_documents_are_signed_with_one_pin_each_after_it_was_shown(
    office: Office, token: OwnToken, url: str
) -> None:
    ids = [office.reviewed(subject=f"Về việc số {n}") for n in (1, 2, 3)]
    program = token.sign(url, "--user", "chutich", "--all")

    output = told(program, PASSWORD, PIN, "y", "n", "y")

    assert program.returncode == 1, output
    assert output.count("signed and handed in") == 2
    assert output.count("NOT signed: you said no") == 1
    assert "Về việc số 1" in output
    assert PIN not in output
    assert PASSWORD not in output
    assert states(office, ids) == [OutgoingState.SIGNED, OutgoingState.SIGNING, OutgoingState.SIGNED]
    again = token.sign(url, "--user", "chutich", "--all")
    assert "signed and handed in" in told(again, PASSWORD, PIN, "y")
    assert (again.returncode, states(office, ids)) == (0, [OutgoingState.SIGNED] * 3)


@pytest.fixture
def strong_token(office: Office, tmp_path: Path) -> OwnToken:
    return OwnToken.made(tmp_path / "token", Holder(office=office, username="chutich", kind="ec-secp384r1").chosen())


def test_a_token_with_a_p384_key_signs_by_sha384(
    office: Office, strong_token: OwnToken, url: str, session: tuple[str, str]
) -> None:
    document_id = office.reviewed()

    output = told(strong_token.sign(url, *session, "--all"), PIN, "y")

    assert "SHA-384 of what is signed, reckoned here" in output
    assert states(office, [document_id]) == [OutgoingState.SIGNED]
    with office.house.services.begin() as work:
        (signing,) = work.signings.of_document(document_id)
    assert len(signing.digest) == 96


def test_a_token_pulled_out_in_mid_batch_leaves_the_rest_and_says_so(
    office: Office, token: OwnToken, url: str, session: tuple[str, str]
) -> None:
    ids = [office.reviewed() for _ in range(3)]
    program = token.sign(url, *session, "--all")
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(f"{PIN}\ny\n")
    program.stdin.flush()
    seen = ""
    while seen.count("Sign it?") < 2:
        line = program.stdout.readline()
        assert line, seen
        seen += line
    token.pull_out()

    output = seen + told(program, "y")

    assert program.returncode == 4, output
    assert output.count("signed and handed in") == 1
    assert output.count("NOT signed: the token was gone") == 2
    assert states(office, ids) == [OutgoingState.SIGNED, OutgoingState.SIGNING, OutgoingState.TO_SIGN]


def test_a_wrong_pin_is_tried_once(office: Office, token: OwnToken, url: str, session: tuple[str, str]) -> None:
    item = office.item(office.reviewed(), "sign")
    program = token.sign(url, *session, "--work-item", str(item.id))

    output = told(program, "0000", PIN)

    assert program.returncode == 3
    assert "tried once" in output


def test_what_cannot_begin_says_why(token: OwnToken, url: str, session: tuple[str, str], office: Office) -> None:
    nothing = token.sign(url, *session, "--all")
    assert "nothing waits" in told(nothing)
    office.reviewed()
    missing = token.sign(url, *session, "--all", label="Không có")
    assert "no token called" in told(missing)
    away = token.sign("http://127.0.0.1:1", *session, "--all")
    assert "does not answer" in told(away)
    clear = token.sign("http://vanthu.example.gov.vn", *session, "--all")
    assert "not an https address" in told(clear)

    assert [each.returncode for each in (nothing, missing, away, clear)] == [0, 4, 2, 2]


def test_another_s_token_signs_nothing(office: Office, url: str, session: tuple[str, str], tmp_path: Path) -> None:
    Holder(office=office, username="chutich").chosen()
    token = OwnToken.made(tmp_path / "token", Holder(office=office, username="phochutich"))
    document_id = office.reviewed()
    program = token.sign(url, *session, "--all")

    output = told(program, PIN, "y")

    assert program.returncode == 1
    assert "not the one on this token" in output
    assert states(office, [document_id]) == [OutgoingState.SIGNING]
