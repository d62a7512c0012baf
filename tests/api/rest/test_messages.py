"""A message from outside: delivered to the one that waits for it, refused in words otherwise."""

from collections.abc import Callable
from typing import Any

import pytest

from api.wiring import House
from tests.api.rest.callers import Callers, counted, problem, wrong_fields
from tests.engine.runtime.drawing import event, flows, human, parallel
from tests.support.models import NAMES, after, boundary, catch, deployed
from tests.support.office import Office

REPLY = NAMES[0]


@pytest.fixture
def waiting(office: Office) -> Callable[[str], str]:
    """Register a document whose procedure waits for the reply, and return its id."""
    deployed(
        office,
        event("start", "begin"),
        catch("reply_came", "reply"),
        human("read_it"),
        event("end", "finished"),
        flows("begin > reply_came > read_it > finished"),
    )

    def register(number: str) -> str:
        return str(office.register(code_number=number).document.id)

    return register


def standing(callers: Callers, document_id: str) -> list[str]:
    items: list[Any] = callers["vanthu"].read(f"/work-items?document_id={document_id}")["items"]
    return [item["element_id"] for item in items]


def test_a_message_moves_the_procedure_that_waits_for_it(callers: Callers, waiting: Callable[[str], str]) -> None:
    document_id = waiting("1")

    made = callers["vanthu"].made("/messages", {"name": REPLY, "payload": {"number": "7/SNN"}})

    assert made["instance_id"] == callers["vanthu"].read(f"/documents/{document_id}")["instance_id"]
    assert standing(callers, document_id) == ["read_it"]


def test_a_document_says_what_its_procedure_waits_for(callers: Callers, office: Office) -> None:
    deployed(
        office,
        event("start", "begin"),
        parallel("fork"),
        catch("reply_came", "reply"),
        catch("rules_changed", "rules"),
        human("read_it"),
        boundary("overdue", "read_it", after("P1D")),
        *(event("end", end) for end in ("heard", "changed", "read", "late")),
        flows("begin > fork > reply_came > heard", "fork > rules_changed > changed"),
        flows("fork > read_it > read", "overdue > late"),
    )
    document_id = office.register().document.id

    said = callers["vanthu"].read(f"/documents/{document_id}", headers={"Accept-Language": "en"})["waits_for"]

    assert [sentence.split(" at ")[0] for sentence in said] == [
        "'read_it' waits for clerk.",
        "'overdue' comes by itself",
        f"'reply_came' goes on when the message '{REPLY}' comes.",
        f"'rules_changed' goes on when the signal '{NAMES[1]}' is given.",
    ]
    assert f"khi có thông điệp '{REPLY}'" in " ".join(callers["vanthu"].read(f"/documents/{document_id}")["waits_for"])


def test_the_same_message_with_the_same_key_is_delivered_once(callers: Callers, waiting: Callable[[str], str]) -> None:
    first, headers, clerk = waiting("1"), {"Idempotency-Key": "reply-7"}, callers["vanthu"]
    made = clerk.made("/messages", {"name": REPLY}, headers=headers)
    second = waiting("2")

    assert clerk.made("/messages", {"name": REPLY}, headers=headers) == made
    changed = {"name": REPLY, "payload": {"a": 1}}
    problem(clerk.post("/messages", changed, headers=headers), 409, "request.idempotency_key_reused")
    assert (standing(callers, first), standing(callers, second)) == (["read_it"], [])


def test_a_message_that_two_wait_for_says_how_many_and_reaches_neither(
    callers: Callers, waiting: Callable[[str], str], house: House
) -> None:
    waiting("1"), waiting("2")
    clerk, before = callers["vanthu"], counted(house)

    answer = problem(clerk.post("/messages", {"name": REPLY}), 409, "message.ambiguous")

    assert "2 bước" in answer["detail"]
    assert counted(house) == before


def test_a_message_nobody_waits_for_is_a_problem_in_words(
    callers: Callers, waiting: Callable[[str], str], house: House
) -> None:
    waiting("1")
    clerk, stranger, before = callers["vanthu"], callers["vanthu.xa1"], counted(house)

    for body in ({"name": "Không ai chờ"}, {"name": REPLY, "correlation": "7"}):
        problem(clerk.post("/messages", body), 404, "message.not_awaited")
    problem(stranger.post("/messages", {"name": REPLY}), 404, "message.not_awaited")
    assert counted(house) == before


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"name": "required"}),
        ({"name": " "}, {"name": "required"}),
        ({"name": "x" * 201}, {"name": "too_long"}),
        ({"name": "x", "correlation": "y" * 201}, {"correlation": "too_long"}),
        ({"name": "x", "correlation": "a\x00b"}, {"correlation": "unprintable"}),
        ({"name": "x", "payload": [1]}, {"payload": "type"}),
        ({"name": "x", "to": "y"}, {"to": "unknown"}),
    ],
)
def test_a_message_that_is_not_one_names_every_wrong_field(
    callers: Callers, body: dict[str, object], wrong: dict[str, str]
) -> None:
    assert wrong_fields(callers["vanthu"].post("/messages", body)) == wrong


def test_what_a_message_says_may_be_too_much_but_nothing_breaks(
    callers: Callers, waiting: Callable[[str], str]
) -> None:
    document_id = waiting("1")

    body = {"name": REPLY, "payload": {"text": "x" * 70_000}}
    problem(callers["vanthu"].post("/messages", body), 422, "instance.data_too_large")

    assert standing(callers, document_id) == []


@pytest.mark.parametrize("odd", ['"a\\u0000b"', '"\\ud800"', "1e400", "NaN", "9" * 40, f"{'[' * 2_000}{']' * 2_000}"])
def test_a_message_that_says_what_cannot_be_kept_is_refused_in_words(
    callers: Callers, waiting: Callable[[str], str], odd: str
) -> None:
    document_id = waiting("1")

    answer = callers["vanthu"].ask(
        "POST",
        "/messages",
        content=f'{{"name": "{REPLY}", "payload": {{"odd": {odd}}}}}'.encode(),
        headers={"Content-Type": "application/json"},
    )

    deep = odd.startswith("[")
    problem(answer, 400 if deep else 422, "request.unreadable" if deep else "message.not_plain")
    assert standing(callers, document_id) == []
