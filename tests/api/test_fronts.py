"""Before the application: the names it answers to, TLS for a year, whose word counts for where a call comes from."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wiring import House

HSTS = "Strict-Transport-Security"


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "TestServer"])
def test_loopback_and_the_names_that_were_set_are_ours(client: TestClient, host: str) -> None:
    assert client.get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "evil.example:8000"])
def test_another_name_is_refused_as_page_and_as_problem(client: TestClient, host: str) -> None:
    page = client.get("/sign-in", headers={"Host": host})
    answer = client.get("/api/v1/me", headers={"Host": host})

    assert (page.status_code, answer.status_code) == (400, 400)
    assert "không trả lời theo tên" in page.text
    assert answer.json()["code"] == "request.host_unknown"


def test_a_balancer_may_ask_by_any_name(client: TestClient) -> None:
    assert client.get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_browsers_are_kept_on_tls_only_where_there_is_tls(client: TestClient, house: House) -> None:
    behind = replace(house, settings=replace(house.settings, secure_cookies=True))

    with TestClient(create_app(lambda: nullcontext(behind))) as secure:
        assert secure.get("/sign-in").headers[HSTS] == "max-age=31536000"
    assert HSTS not in client.get("/sign-in").headers
    assert HSTS in client.get("https://testserver/sign-in").headers


def test_settings_go_to_other_processes_as_they_are() -> None:
    given: Mapping[str, str] = Settings(hosts=("a.vn", "b.vn"), secure_cookies=True).as_environment()

    assert (given["VANTHU_HOSTS"], given["VANTHU_SECURE_COOKIES"]) == ("a.vn,b.vn", "true")
