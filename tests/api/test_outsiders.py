"""Doors without an account: forms are small and quick, limits hold however many come at once and per office."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.types import Message

from api.app import create_app
from api.contents import MadeContents, file_headers
from api.outsiders import PACE, SECONDS_AT_FIRST, SMALL, SmallBody, in_pace, once_of, provider_of
from api.problems import FormTooLarge, MediaTypeRefused, RequestTooSlow
from api.texts import texts
from engine.errors import VanthuError
from engine.ids import FileId
from engine.verifications import (
    FAR_ABOVE,
    PER_APPLICATION,
    PER_CODE,
    PER_NETWORK,
    Limits,
    Question,
    VerificationThrottled,
)
from engine.verifying import Asker, admit
from tests.api.outsiders import Outside
from tests.api.rest.streams import CHUNK, AheadLoop, Answered, a_long_body, send, stall
from tests.api.rest.test_anonymous_first import OPEN
from tests.api.rest.test_openapi import operations
from tests.api.web.test_pages import OPEN_TO_ALL

CODE = "0123456789abcdefghjkmnpqrs"
NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
WITH_FILES = {
    "/api/v1/verifications",
    "/api/v1/online-procedures/{procedure_id}/applications",
    "/api/v1/track/{code}/supplement",
    "/api/v1/signature-links/{token}",
    "/verify",
    "/verify/{code}",
    "/submit/{procedure_id}",
    "/track/{code}/supplement",
}
"""What takes files from people without an account, each of them bounded by itself."""
FORMS = {
    f"//track/{CODE}/feedback": "application/x-www-form-urlencoded",
    f"//drafts/{CODE}": "application/x-www-form-urlencoded",
    f"//survey/{CODE}": "application/x-www-form-urlencoded",
    "//sign-in": "application/x-www-form-urlencoded",
    f"/track/{CODE}/feedback": "application/json",
    "/sessions": "application/json",
}


def posts(app: Any, prefix: str = "") -> Iterator[tuple[str, APIRoute]]:
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from posts(inner, prefix + route.include_context.prefix)
        elif isinstance(route, APIRoute) and {"POST", "PUT", "DELETE", "PATCH"} & (route.methods or set()):
            yield prefix + route.path, route


def refused(answer: Answered) -> tuple[int, type[VanthuError] | None]:
    """Return the status of an answer, and which of the refusals a page or a problem document names."""
    kinds = (MediaTypeRefused, FormTooLarge, RequestTooSlow)
    if isinstance(answer.body, dict):
        return answer.status, next((kind for kind in kinds if kind.code == answer.body["code"]), None)
    # Facts stand in the middle of a sentence, the words before them name it.
    words = {kind: texts("vi").gettext(kind.template).partition("%")[0].split(".")[0] for kind in kinds}
    return answer.status, next((kind for kind, begun in words.items() if begun in answer.body), None)


def admitted(outside: Outside, question: Question, limits: Limits, address: str = "a", **known: str) -> bool:
    """Say whether one more question is let through; *known* is what else an Asker has."""
    try:
        with outside.house.services.begin() as work:
            admit(question, Asker(address=address, **known), limits, at=NOON, work=work)
    except VerificationThrottled:
        return False
    return True


def test_every_door_for_people_without_an_account_takes_a_small_body_unless_it_takes_files(outside: Outside) -> None:
    contract = operations(outside.app.openapi())
    called = {name.split()[1] for name, operation in contract.items() if not operation.get("security")}
    doors = {path: route for path, route in posts(outside.app) if path in called | OPEN_TO_ALL}

    assert len(doors) > len(WITH_FILES)
    assert {path for path, route in doors.items() if not isinstance(route, SmallBody)} == WITH_FILES


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_files_takes_none_and_stays_small(outside: Outside, path: str) -> None:
    kind = {"Content-Type": FORMS[path]}
    begun = b'{"text": "' if "json" in FORMS[path] else b"a="

    files = send(outside.app, path, a_long_body(1), {"Content-Type": "multipart/form-data; boundary=limit"})
    announced = send(outside.app, path, iter([b"x"]), {**kind, "Content-Length": str(SMALL + 1)})
    streamed = send(outside.app, path, iter([begun] + [CHUNK] * 9), kind)

    assert [refused(one) for one in (files, announced, streamed)] == [
        (415, MediaTypeRefused),
        (413, FormTooLarge),
        (413, FormTooLarge),
    ]
    assert (files.read, announced.read) == (0, 0)
    assert streamed.read <= SMALL + 2 * len(CHUNK)


@pytest.mark.parametrize("path", [*FORMS, "/verifications"])
def test_what_never_arrives_whole_is_given_up(outside: Outside, path: str) -> None:
    kind = FORMS.get(path, "multipart/form-data; boundary=limit")
    begun = b'{"te' if "json" in kind else b"a=" if path in FORMS else next(a_long_body(1))

    answer = stall(outside.app, path, begun, {"Content-Type": kind}, SECONDS_AT_FIRST + 1)

    assert refused(answer) == (408, RequestTooSlow)


@pytest.mark.parametrize(("size", "most", "pieces"), [(1, 300, 3), (10 * PACE, 300, 31), (10 * PACE, 60, 7)])
def test_who_keeps_sending_has_more_time_but_not_for_ever(size: int, most: int, pieces: int) -> None:
    came = list[Message]()

    async def send_all(loop: AheadLoop) -> None:
        async def piece() -> Message:
            loop.ahead += 10
            await asyncio.sleep(0)
            return {"type": "http.request", "body": bytes(size), "more_body": True}

        received = in_pace(piece, most)
        while len(came) < 100:
            came.append(await received())

    with asyncio.Runner(loop_factory=AheadLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, AheadLoop)
        with pytest.raises(RequestTooSlow):
            runner.run(send_all(loop))

    assert abs(len(came) - pieces) <= 1


def test_a_limit_holds_however_many_ask_at_once(outside: Outside) -> None:
    limits = Limits(per_address=3, overall=100)

    with ThreadPoolExecutor(12) as people:
        heard = list(people.map(lambda _: admitted(outside, Question.FILE, limits), range(12)))

    assert heard.count(True) == 3


def test_a_flood_at_one_office_closes_no_other(outside: Outside) -> None:
    limits = Limits(per_address=600, overall=2 * PER_APPLICATION)

    def applied(about: str) -> list[bool]:
        return [admitted(outside, Question.APPLICATION, limits, about=about) for _ in range(3)]

    assert [applied(office) for office in ("A", "B", "C")] == [[True, True, False]] * 3


def test_one_address_is_stopped_long_before_everybody_is(outside: Outside) -> None:
    limits = Limits(per_address=1, overall=1)

    first = [admitted(outside, Question.CODE, limits) for _ in range(PER_CODE + 1)]
    others = [admitted(outside, Question.CODE, limits, address=f"b{n}") for n in range(PER_CODE * FAR_ABOVE)]

    assert first == [True] * PER_CODE + [False]
    assert others.count(True) == PER_CODE * FAR_ABOVE - PER_CODE


def test_who_has_thousands_of_addresses_is_counted_by_their_network(outside: Outside) -> None:
    limits = Limits(per_address=1, overall=1_000)

    heard = [
        admitted(outside, Question.FILE, limits, address=f"2001:db8:1:{n:x}::1", around=provider_of("2001:db8:1::"))
        for n in range(PER_NETWORK + 1)
    ]

    assert heard == [True] * PER_NETWORK + [False]
    TestClient(outside.app, client=("2001:db8:7::1", 5)).get(f"/verify/{CODE}")
    with outside.superuser() as connection:
        counted = connection.execute("SELECT counter FROM verification_counts WHERE counter LIKE 'code%'").fetchall()
    assert len(counted) == len({"the address", "its network", "all"})
    assert provider_of("2001:db8:1:9::2%eth0") == provider_of("2001:db8:1::") != provider_of("2001:db8:2::")
    assert [provider_of(host) for host in ("192.0.2.7", "::ffff:192.0.2.7", "nobody")] == [""] * 3


def test_photos_of_a_product_use_up_no_codes(outside: Outside) -> None:
    limits = Limits(per_address=1, overall=1)

    assert all(admitted(outside, Question.CONTENT, limits) for _ in range(2 * PER_CODE))
    assert admitted(outside, Question.CODE, limits)


def test_who_sends_the_same_key_with_other_files_sends_something_else() -> None:
    first = once_of("k", "038090000001", {"name": "A"}, (("TP1", "a.pdf", "0" * 64),))

    assert first == once_of("k", "038090000001", {"name": "A"}, (("TP1", "a.pdf", "0" * 64),))
    other = once_of("k", "038090000001", {"name": "A"}, (("TP1", "a.pdf", "1" * 64),))
    stranger = once_of("k", "038090000002", {"name": "A"}, (("TP1", "a.pdf", "0" * 64),))
    assert first
    assert other
    assert stranger
    assert (first.key == other.key, first.fingerprint == other.fingerprint) == (True, False)
    assert stranger.key != first.key
    assert once_of("", "038090000001") is None


@pytest.mark.parametrize(
    "name", ['a".pdf', "a\r\nSet-Cookie: x=1.pdf", "Giấy mời.pdf", "a;filename=b.exe", "\x00", "a\u202efdp.exe"]
)
def test_the_name_of_a_file_cannot_add_to_its_headers(name: str) -> None:
    headers = file_headers(name)

    assert all(part.isascii() and part.isprintable() for part in headers.values())
    assert headers["Content-Disposition"].count('"') % 2 == 0


def test_what_was_made_to_be_shown_is_made_once_and_the_longest_unasked_goes_first() -> None:
    kept, made = MadeContents(most_bytes=10), list[str]()

    def ask(name: str, size: int = 4) -> bytes:
        def make() -> bytes:
            made.append(name)
            return bytes(size)

        return kept.of(FileId(name), make)

    for name in ("a", "b", "a", "c", "a", "b"):
        assert len(ask(name)) == 4
    assert ask("large", 11) == bytes(11)
    ask("a")

    assert made == ["a", "b", "c", "b", "large", "a"]


NOTHING_TO_KEEP = ("/assets", "/static", "/published/{code}/c", "/p/{code}/files", "/api/v1/publications/{code}/c")
"""What is the same for everybody, and may be kept for a while where it is found."""
JUNK = ("\x00\u202e", "9" * 4_900)
FIELDS = (
    "text",
    "identity",
    "once",
    "agreed",
    "satisfied",
    "satisfaction",
    "comment",
    "slip_id",
    "username",
    "password",
)


def open_doors() -> list[tuple[str, str]]:
    """Return method and address of every door for people without an account."""
    pages = [(method, path) for path in OPEN_TO_ALL for method in ("GET", "POST") if "{name" not in path]
    return sorted((*OPEN, *pages))


def addressed(path: str, value: str) -> str:
    return re.sub(r"\{\w+(:\w+)?\}", value, path)


@pytest.fixture(scope="module")
def patient(outside_house: Outside) -> Iterator[TestClient]:
    """A client of a house that hears everybody out."""
    house, most = outside_house.house, 1_000_000
    settings = replace(house.settings, verifications_per_address=most, verifications_overall=most)
    with TestClient(
        create_app(lambda: nullcontext(replace(house, settings=settings))), follow_redirects=False
    ) as client:
        yield client


def test_no_answer_to_whoever_has_no_account_is_kept_or_taken_for_something_else(patient: TestClient) -> None:
    for method, path in open_doors():
        headers = patient.request(method, addressed(path, CODE)).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        if not path.startswith(NOTHING_TO_KEEP):
            assert "no-store" in headers["Cache-Control"], path


@pytest.mark.parametrize("junk", JUNK, ids=["nul", "number"])
def test_nonsense_at_open_doors_is_no_fault_of_ours(patient: TestClient, junk: str) -> None:
    query = dict.fromkeys(("q", "year", "kind", "code", "office", "agency", "after", "sent", "given"), junk)
    faults = []
    for method, path in open_doors():
        address, sent = addressed(path, CODE), dict.fromkeys(FIELDS, junk)
        answers = [
            patient.request(method, address, params=query),
            patient.request(method, addressed(path, quote(junk))),
            *((patient.post(address, json=sent), patient.post(address, data=sent)) if method == "POST" else ()),
            *((patient.post(address, data=sent, files={"file": (junk, b"x")}),) if method == "POST" else ()),
            patient.request(method, address, headers={"Idempotency-Key": quote(junk), "Accept-Language": quote(junk)}),
        ]
        faults += [f"{method} {path} {one.status_code}" for one in answers if one.status_code >= 500]

    assert faults == []
