"""Signing in and out."""

from datetime import UTC, datetime, timedelta

from api.wiring import House
from engine.actions.sign_in import OF_NAME
from tests.api.rest.callers import Caller, Callers, counted, problem, wrong_fields
from tests.support.house import PASSWORD
from tests.support.judging import Judging


def test_the_right_password_gives_a_token_that_expires(callers: Callers) -> None:
    session = callers.nobody.made("/sessions", {"username": "vanthu", "password": PASSWORD})

    expires = datetime.fromisoformat(session["expires_at"])
    assert timedelta(hours=11) < expires - datetime.now(UTC) <= timedelta(hours=12)


def test_who_i_am_is_said_with_roles_units_and_agency(callers: Callers) -> None:
    me = callers["truongphong"].read("/me")

    assert me["person"]["name"] == "Lê Hoàng Phượng"
    assert me["roles"] == ["head_of_unit"]
    assert [unit["name"] for unit in me["units"]] == ["Phòng Nông thôn mới"]
    assert me["agency"]["name"] == "Ủy ban nhân dân tỉnh Thử Nghiệm"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(callers: Callers) -> None:
    wrong = callers.nobody.post("/sessions", {"username": "vanthu", "password": "no"})
    unknown = callers.nobody.post("/sessions", {"username": "nobody", "password": "no"})

    assert problem(wrong, 401, "session.refused") == problem(unknown, 401, "session.refused")


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(callers: Callers) -> None:
    for _ in range(5):
        problem(callers.nobody.post("/sessions", {"username": "vanthu", "password": "no"}), 401, "session.refused")

    right = callers.nobody.post("/sessions", {"username": "vanthu", "password": PASSWORD})
    problem(right, 429, "session.throttled")


def test_who_finds_no_place_to_be_judged_is_told_to_come_again_in_seconds(callers: Callers, house: House) -> None:
    Judging(house=house, network="testclient").is_killed(OF_NAME.most)

    crowded = callers.nobody.post("/sessions", {"username": "vanthu", "password": PASSWORD})

    problem(crowded, 429, "session.crowded")
    assert crowded.headers["Retry-After"] == "10"


def test_after_signing_out_the_token_is_worth_nothing(callers: Callers) -> None:
    clerk = callers["vanthu"]

    assert clerk.ask("DELETE", "/sessions/current").status_code == 204

    problem(clerk.get("/me"), 401, "session.needed")


def test_a_made_up_token_is_worth_nothing(callers: Callers) -> None:
    impostor = Caller(client=callers.nobody.client, token="A" * 43)

    problem(impostor.get("/me"), 401, "session.needed")


def test_every_wrong_field_of_a_sign_in_is_named_and_nothing_is_kept(callers: Callers, house: House) -> None:
    before = counted(house)

    answer = callers.nobody.post("/sessions", {"username": "", "admin": True})

    assert wrong_fields(answer) == {"username": "required", "password": "required", "admin": "unknown"}
    assert counted(house) == before


def test_a_name_no_database_keeps_is_a_wrong_field(callers: Callers) -> None:
    answer = callers.nobody.post("/sessions", {"username": "van\x00thu", "password": "x"})

    assert wrong_fields(answer) == {"username": "unprintable"}


def test_a_cookie_of_the_pages_is_no_token_of_the_api(callers: Callers) -> None:
    token = callers["vanthu"].token
    answer = callers.nobody.get("/me", headers={"Cookie": f"vanthu_session={token}"})

    problem(answer, 401, "session.needed")
