"""Signing in and out by the pages, and the language they speak."""

from contextlib import nullcontext
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.sessions import COOKIE
from api.wiring import House
from engine.actions.sign_in import OF_NAME
from tests.api.web.visitors import Visitors
from tests.support.house import PASSWORD
from tests.support.judging import Judging


def test_signing_in_leads_to_the_page_that_was_wanted(visitors: Visitors) -> None:
    visitor = visitors.nobody()
    form = visitor.open("/registers").form("/sign-in")

    page = visitor.send(form, username="vanthu", password=PASSWORD)

    assert page.path == "/registers"
    assert page.heading == "Sổ đăng ký"


def test_the_session_cookie_is_for_this_site_alone_and_not_for_scripts(visitors: Visitors) -> None:
    visitor = visitors.nobody()
    form = visitor.open("/sign-in").form("/sign-in")

    answer = visitor.client.post("/sign-in", data={**form.fields, "username": "vanthu", "password": PASSWORD})

    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_over_tls_alone_where_the_installation_says_so(house: House) -> None:
    secure = replace(house, settings=replace(house.settings, secure_cookies=True))
    with TestClient(create_app(lambda: nullcontext(secure)), follow_redirects=False) as client:
        cookies = client.get("/sign-in").headers.get_list("set-cookie")

    assert [cookie for cookie in cookies if "; Secure" not in cookie] == []


def test_a_note_that_is_none_of_ours_is_not_shown(visitors: Visitors) -> None:
    visitor = visitors["vanthu"]
    for kept in ("nonsense", "WyJmb3JnZWQiLCB7fV0=", "WyJkcmFmdGVkIiwgMV0="):
        visitor.client.cookies.set("vanthu_note", kept)

        assert visitor.open("/documents").note == "", kept


def test_a_wrong_password_says_so_and_keeps_the_name_not_the_password(visitors: Visitors) -> None:
    visitor = visitors.nobody()
    form = visitor.open("/sign-in").form("/sign-in")

    page = visitor.send(form, status=401, username="vanthu", password="wrong")

    assert page.errors() == ["Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra cả hai rồi thử lại."]
    assert page.form("/sign-in").fields["username"] == ["vanthu"]
    assert page.form("/sign-in").fields["password"] == [""]


def test_after_five_wrong_passwords_the_right_one_has_to_wait(visitors: Visitors) -> None:
    visitor = visitors.nobody()
    page = visitor.open("/sign-in")
    for _ in range(5):
        page = visitor.send(page.form("/sign-in"), status=401, username="chuyenvien", password="wrong")

    page = visitor.send(page.form("/sign-in"), status=429, username="chuyenvien", password=PASSWORD)

    assert page.errors() == ["Nhập sai mật khẩu quá nhiều lần. Hãy chờ 15 phút rồi thử lại."]


def test_who_finds_no_place_to_be_judged_is_told_to_come_again_in_seconds(visitors: Visitors, house: House) -> None:
    visitor = visitors.nobody()
    Judging(house=house, network="testclient").is_killed(OF_NAME.most)

    page = visitor.send(visitor.open("/sign-in").form("/sign-in"), status=429, username="vanthu", password=PASSWORD)

    assert page.errors() == ["Hệ thống đang kiểm tra nhiều lượt đăng nhập bằng tên này. Hãy chờ 10 giây rồi thử lại."]


def test_a_sign_in_form_of_another_site_is_refused(visitors: Visitors) -> None:
    visitor = visitors.nobody()
    visitor.open("/sign-in")

    answer = visitor.client.post("/sign-in", data={"username": "vanthu", "password": PASSWORD, "csrf_token": "guessed"})

    assert answer.status_code == 403
    assert COOKIE not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("goal", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site_after_signing_in(visitors: Visitors, goal: str) -> None:
    visitor = visitors.nobody()
    form = visitor.open("/sign-in").form("/sign-in")

    answer = visitor.client.post(
        "/sign-in", data={**form.fields, "username": "vanthu", "password": PASSWORD, "goal": goal}
    )

    assert answer.headers["Location"] == "/"


def test_signing_out_ends_the_session_for_its_token_too(visitors: Visitors) -> None:
    visitor = visitors["vanthu"]
    token = visitor.client.cookies[COOKIE]
    form = visitor.open("/documents").form("/sign-out")

    page = visitor.send(form)

    assert page.path == "/sign-in"
    visitor.client.cookies.set(COOKIE, token)
    assert visitor.get("/documents").status_code == 303


def test_pages_speak_vietnamese_until_the_switch_says_english(visitors: Visitors) -> None:
    visitor = visitors["vanthu"]
    first = visitor.open("/documents")

    english = visitor.open("/language/en?goal=/documents")

    assert (first.document.get("lang"), first.heading) == ("vi", "Văn bản")
    assert (english.document.get("lang"), english.heading) == ("en", "Documents")
    assert visitor.open("/work-items").heading == "My work"
    assert visitor.open("/language/vi?goal=/work-items").heading == "Việc của tôi"


def test_the_day_begins_with_ones_work_and_for_readers_with_the_documents(visitors: Visitors) -> None:
    assert visitors["vanthu"].open("/").path == "/work-items"
    assert visitors["kiemtra"].open("/").path == "/documents"


def test_an_empty_inbox_says_what_would_appear_in_it(visitors: Visitors) -> None:
    page = visitors["chuyenvien"].open("/work-items")

    assert page.texts('//div[@class="empty"]/h2') == ["Không có việc nào đang chờ"]
    assert page.says("sẽ tự xuất hiện ở đây")
