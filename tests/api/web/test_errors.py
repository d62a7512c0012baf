"""Error pages: each family of errors has its status, its sentence, and what to do next."""

from typing import Any

import pytest
from fastapi import Request
from lxml import html

from api.problems import Unexpected
from api.sessions import COOKIE
from api.web.errors import error_page
from engine.access import NotAllowed
from engine.documents import DocumentNotFound, DrafterMayNotSign
from engine.errors import VanthuError
from engine.files import FileTooLarge
from engine.people import NotSignedIn, SignInThrottled
from engine.signatures import TimestampUnavailable


def request(method: str = "GET", **headers: str) -> Request:
    named = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {
            "type": "http",
            "method": method,
            "path": "/documents",
            "query_string": b"q=a b",
            "headers": named,
            "server": ("localhost", 80),
            "scheme": "http",
        }
    )


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (NotAllowed(), 403, "Hãy hỏi đồng nghiệp phụ trách"),
        (DocumentNotFound(), 404, "Không có văn bản này."),
        (DrafterMayNotSign(), 409, "Hãy chọn người ký khác."),
        (FileTooLarge(limit_mb=50), 413, "Tệp lớn hơn 50 MB."),
        (SignInThrottled(retry_after_s=900), 429, "Hãy chờ 15 phút"),
        (Unexpected(), 500, "chưa có gì thay đổi"),
        (TimestampUnavailable(), 503, "Văn bản chờ và sẽ tự tiếp tục."),
    ],
)
def test_an_error_is_a_page_with_its_sentence_and_a_way_on(error: VanthuError, status: int, words: str) -> None:
    answer = error_page(request(), error, "vi")

    page: Any = html.document_fromstring(bytes(answer.body).decode())
    assert answer.status_code == status
    assert words in page.text_content()
    assert error.code in page.text_content()
    assert "/published" in page.xpath("//main//a/@href")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_only_who_is_signed_in_is_led_to_work_and_documents() -> None:
    ways = []
    for cookie in ({}, {"cookie": f"{COOKIE}=x"}):
        page: Any = html.document_fromstring(bytes(error_page(request(**cookie), 404, "vi").body).decode())
        ways.append(page.xpath("//main//a/@href"))

    assert ways == [["/published", "/track", "/sign-in"], ["/", "/documents"]]


@pytest.mark.parametrize("status", [400, 404, 405, 413, 418, 422, 500])
def test_a_bare_status_is_a_page_too(status: int) -> None:
    answer = error_page(request(), status, "en")

    page: Any = html.document_fromstring(bytes(answer.body).decode())
    assert answer.status_code == status
    assert page.findtext(".//h1")


def test_who_is_not_signed_in_comes_back_to_where_they_wanted_to_go() -> None:
    answer = error_page(request(), NotSignedIn(), "vi")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?goal=%2Fdocuments%3Fq%3Da%20b"


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in() -> None:
    answer = error_page(request(HX_Request="true"), NotSignedIn(), "vi")

    assert answer.headers["HX-Redirect"] == "/sign-in"
