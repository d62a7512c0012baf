"""Scenarios are rehearsed before a model is deployed; what does not go as written is named with step and line."""

import pytest

from engine.definitions import Finding
from engine.runtime.scenarios import MAX_BYTES, rehearse
from tests.engine.runtime.drawing import Walk, event, exclusive, flows, human, made, service

FORM = (
    b'{"type": "object", "required": ["days"], "properties": {"days": {"type": "integer"},'
    b' "who": {"type": "string", "x-vanthu-choices": "handlers"}}}'
)
BODY = (
    event("start", "begin"),
    human("ask", "yes:letter", "no"),
    exclusive("way", "done"),
    service("store", "archive", days="ask.days"),
    event("end", "done"),
    flows("begin > ask > way > store > done", "way > done", way_store="outcome == 'yes'"),
)
FILES = {"letter.json": FORM}
GOOD = """
- name: Stored
  start: {}
  steps:
    - {element: ask, by: clerk, outcome: yes, data: {days: 3, who: lan}}
    - {job: store, result: {place: cellar}}
  expect: {path: [ask, store], end: [done], data: {ask: {days: 3}, store: {place: cellar}}}
""".replace("outcome: yes", "outcome: 'yes'")


def rehearsed(text: str) -> list[Finding]:
    model = made(*BODY, files=FILES)
    found = rehearse(model, {**FILES, "scenarios.yaml": text.encode()})
    assert all(one.file == "scenarios.yaml" for one in found)
    return list(found)


def test_a_scenario_that_goes_as_written_is_no_finding() -> None:
    assert rehearsed(GOOD) == []
    assert rehearsed("") == []


@pytest.mark.parametrize(
    ("old", "new", "line", "element", "said"),
    [
        ("element: ask", "element: sign", 5, "sign", "'Stored', 1/2: expected the task 'sign' to wait, got: ask."),
        ("job: store", "job: burn", 6, "burn", "'Stored', 2/2: expected the job 'burn' to wait, got: store."),
        ("by: clerk", "by: head", 5, "ask", "'Stored', 1/2: expected the task to be for 'head', got: clerk."),
        ("'yes'", "maybe", 5, "ask", "'Stored', 1/2: expected the outcome 'maybe' to be offered, got: yes, no."),
        ("days: 3", "days: x", 5, "ask", "'Stored', 1/2: expected the form to take the data, got: days: This must be"
         " of the type 'integer'."),
        ("path: [ask, store]", "path: [ask]", 2, None, "'Stored': expected the way ask, got: ask, store."),
        ("end: [done]", "end: []", 2, None, "'Stored': expected the way , got: done."),
        ("{place: cellar}}}", "{place: roof}}}", 2, None, "'Stored': expected store to be {'place': 'roof'}, got:"
         " {'place': 'cellar'}."),
        ("    - {job: store, result: {place: cellar}}\n", "", 2, None, "'Stored': expected it to be finished, got:"
         " store."),
        ("days: 3, who", "days: 3, whom", 5, "ask", "'Stored', 1/2: expected the form to take the data, got: whom:"
         " This step does not ask for this field."),
        ("{place: cellar}}\n", "{2026-01-01: cellar}}\n", 6, "store", "'Stored', 2/2: it cannot go on: The data given"),
    ],
)  # fmt: skip
def test_what_does_not_go_as_written_is_named_with_step_and_line(
    old: str, new: str, line: int, element: str | None, said: str
) -> None:
    assert old in GOOD

    (found,) = rehearsed(GOOD.replace(old, new, 1))

    assert (found.code, found.line, found.element_id) == ("scenario.failed", line, element)
    assert found.message.startswith(said)


LAUGHS = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (LAUGHS, "scenario.malformed"),
        ("- {name: [", "scenario.malformed"),
        ("name: x", "scenario.malformed"),
        ("- x", "scenario.malformed"),
        ("- {name: x, start: {}, steps: {}, expect: {}}", "scenario.malformed"),
        ("- !!python/object/apply:os.system [ls]", "scenario.malformed"),
        ("[" * 5_000, "scenario.malformed"),
        ("- 2026-13-45", "scenario.malformed"),
        ("#" * (MAX_BYTES + 1), "scenario.too_large"),
        ("- {name: x, start: {}, expect: {}, steps: [" + "{}, " * 1_001 + "]}", "scenario.too_large"),
    ],
)
def test_what_is_no_file_of_scenarios_is_refused(text: str, code: str) -> None:
    assert {one.code for one in rehearsed(text)} == {code}


def test_a_rehearsal_goes_as_an_instance_goes() -> None:
    walk = Walk(made(*BODY, files=FILES))
    walk.complete("ask", "yes", by="clerk", days=3)
    walk.finish("store", place="cellar")

    assert walk.progress.finished
