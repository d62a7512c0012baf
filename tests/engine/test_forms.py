"""Forms: what an outcome asks of a person, and which answers fit."""

from typing import Any

import pytest

from engine.choices import CHOICES
from engine.choices import SUGGESTIONS as FOUND
from engine.forms import (
    LISTS,
    SUGGESTED,
    SUGGESTIONS,
    Choice,
    choices_of,
    errors_in,
    mistakes_in,
    offer,
    suggestions_of,
)

CHOICES_OF = "x-vanthu-choices"
UNITS = [Choice(id="u1", label="Phòng Kinh tế"), Choice(id="u2", label="Phòng Nội vụ")]
ASSIGN: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "title": "Bút phê",
    "required": ["lead_unit"],
    "properties": {
        "lead_unit": {"type": "string", "title": "Đơn vị chủ trì", "x-vanthu-choices": "lead_units"},
        "coordinating_units": {
            "type": "array",
            "uniqueItems": True,
            "maxItems": 2,
            "items": {"type": "string", "x-vanthu-choices": "units"},
        },
        "due_date": {"type": "string", "format": "date"},
        "note": {"type": "string", "maxLength": 20},
        "copies": {"type": "integer", "minimum": 1, "maximum": 9},
    },
}
ANY: dict[str, Any] = {"type": "string"}
OFFERED = offer(ASSIGN, {"lead_units": UNITS, "units": UNITS})


def wrong(data: object) -> dict[str, str]:
    return {error.field: error.code for error in errors_in(OFFERED, data)}


def test_the_lists_a_form_may_be_filled_from_are_those_that_are_offered() -> None:
    assert CHOICES.keys() == LISTS


def test_an_answer_that_fits_has_no_errors() -> None:
    answer = {"lead_unit": "u1", "coordinating_units": ["u2"], "due_date": "2026-02-28", "note": "gấp", "copies": 2}

    assert wrong(answer) == {}


def test_optional_fields_may_be_left_out() -> None:
    assert wrong({"lead_unit": "u2"}) == {}


def test_every_wrong_field_is_named_at_once() -> None:
    answer = {"coordinating_units": ["u2", "u9"], "due_date": "2026-02-30", "note": "x" * 21, "copies": "two", "z": 1}

    assert wrong(answer) == {
        "lead_unit": "required",
        "coordinating_units/1": "choice",
        "due_date": "date",
        "note": "too_long",
        "copies": "type",
        "z": "unknown",
    }


@pytest.mark.parametrize(
    "day", ["2026-02-30", "2025-02-29", "2026-13-01", "20260228", "2026-W09-6", "28/02/2026", "", "٢٠٢٦-٠٢-٢٨"]
)
def test_a_day_that_does_not_exist_is_no_date(day: str) -> None:
    assert wrong({"lead_unit": "u1", "due_date": day}) == {"due_date": "date"}


def test_the_leap_day_of_a_leap_year_is_a_date() -> None:
    assert wrong({"lead_unit": "u1", "due_date": "2028-02-29"}) == {}


@pytest.mark.parametrize(
    ("answer", "errors"),
    [
        ({"lead_unit": "u3"}, {"lead_unit": "choice"}),
        ({"lead_unit": None}, {"lead_unit": "type"}),
        ({"lead_unit": "u1", "coordinating_units": "u2"}, {"coordinating_units": "type"}),
        ({"lead_unit": "u1", "coordinating_units": ["u2", "u2"]}, {"coordinating_units": "twice"}),
        ({"lead_unit": "u1", "copies": True}, {"copies": "type"}),
        ({"lead_unit": "u1", "copies": 0}, {"copies": "too_small"}),
        ({"lead_unit": "u1", "note": "a\x00b"}, {"note": "characters"}),
        ({"lead_unit": "u1", "note": "\ud800"}, {"note": "characters"}),
    ],
)
def test_an_answer_of_the_wrong_kind_is_refused(answer: dict[str, object], errors: dict[str, str]) -> None:
    assert wrong(answer).items() >= errors.items()


@pytest.mark.parametrize("data", [None, [], "text", 5])
def test_an_answer_that_is_no_object_is_refused(data: object) -> None:
    assert wrong(data) == {"": "type"}


def test_a_reason_of_blanks_is_no_reason() -> None:
    reason = offer({"type": "object", "properties": {"reason": {"type": "string", "minLength": 1}}}, {})

    assert [error.code for error in errors_in(reason, {"reason": "  \n "})] == ["required"]


def test_what_is_known_stands_in_the_form_and_what_is_not_leaves_it_as_it_was() -> None:
    form = {"type": "object", "properties": {"way": {"type": "string", SUGGESTED: "return_by"}}}

    assert suggestions_of(form) == set(SUGGESTIONS) == set(FOUND)
    assert offer(form, {}, {"return_by": "post"})["properties"]["way"]["default"] == "post"
    assert "default" not in offer(form, {})["properties"]["way"]


def test_deeply_nested_nonsense_is_refused_without_being_walked() -> None:
    nested: object = "x\x00"
    for _ in range(5000):
        nested = [nested]

    assert wrong({"lead_unit": "u1", "note": nested}) == {"note": "type"}


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 10**30, -(10**30)], ids=["no number", "infinite", "huge", "huge below"]
)
@pytest.mark.parametrize("kind", ["number", "integer"])
def test_a_number_that_no_program_can_keep_is_refused(kind: str, value: float) -> None:
    offered = offer({"type": "object", "properties": {"a": {"type": kind}}}, {})

    assert {error.field for error in errors_in(offered, {"a": value})} == {"a"}


def test_more_than_a_procedure_can_keep_is_refused_before_it_is_looked_at() -> None:
    assert wrong({"lead_unit": "u1", "coordinating_units": [str(n) for n in range(50_000)]}) == {"": "too_long"}


def test_a_long_list_of_several_kinds_is_compared_once_and_not_each_with_each() -> None:
    offered = offer({"type": "object", "properties": {"a": {"type": "array", "uniqueItems": True, "items": ANY}}}, {})

    found = errors_in(offered, {"a": [one for n in range(4_000) for one in (str(n), n)]})

    assert {error.code for error in found} == {"type"}
    assert len(found) == 100


def test_a_long_list_is_compared_with_what_there_is_to_choose_and_no_schema_is_tried_on_it() -> None:
    units = [Choice(id=f"u{n}", label="Xã") for n in range(3_000)]

    found = errors_in(
        offer(ASSIGN, {"lead_units": units, "units": units}), {"lead_unit": "u1", "coordinating_units": ["x"] * 10_000}
    )

    assert {error.code for error in found} == {"choice", "too_many", "twice"}


def test_what_there_is_to_choose_is_put_into_the_schema() -> None:
    assert OFFERED["properties"]["lead_unit"]["oneOf"] == [
        {"const": "u1", "title": "Phòng Kinh tế"},
        {"const": "u2", "title": "Phòng Nội vụ"},
    ]
    assert "oneOf" not in ASSIGN["properties"]["lead_unit"]


def test_the_lists_a_form_is_filled_from_are_known() -> None:
    assert choices_of(ASSIGN) == {"lead_units", "units"}


def test_nothing_to_choose_is_satisfied_by_nothing() -> None:
    offered = offer(ASSIGN, {"lead_units": [], "units": []})

    assert [error.code for error in errors_in(offered, {"lead_unit": "u1"})] == ["choice"]


def test_a_list_nobody_provides_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError, match="units"):
        offer(ASSIGN, {"lead_units": UNITS})


def test_a_good_form_has_no_mistakes() -> None:
    assert mistakes_in(ASSIGN) == ()


@pytest.mark.parametrize(
    ("schema", "code"),
    [
        ([], "form.not_an_object"),
        ({"type": "array"}, "form.not_an_object"),
        ({"type": "object", "required": "all"}, "form.invalid"),
        ({"type": "object", "properties": []}, "form.invalid"),
        ({"type": "object", "additionalProperties": True}, "form.open"),
        ({"type": "object", "required": ["a"]}, "form.required_unknown"),
        ({"type": "object", "$ref": "http://127.0.0.1/x"}, "form.keyword_unsupported"),
        ({"type": "object", "properties": {"a": {"type": "string", "pattern": "(a+)+$"}}}, "form.keyword_unsupported"),
        ({"type": "object", "properties": {"a": {"type": "string", "format": "email"}}}, "form.format_unsupported"),
        ({"type": "object", "properties": {"a": {"type": "string", CHOICES_OF: "kings"}}}, "form.choices_unknown"),
        ({"type": "object", "properties": {"a": {"type": "string", CHOICES_OF: ["units"]}}}, "form.choices_unknown"),
        ({"type": "object", "properties": {"a": {"type": "string", SUGGESTED: "gold"}}}, "form.suggestion_unknown"),
        (
            {"type": "object", "properties": {"a": {"type": "number", SUGGESTED: "x"}}},
            "form.keyword_unsupported",
        ),
        ({"type": "object", "properties": {"a": {"type": "object"}}}, "form.type_unsupported"),
        ({"type": "object", "properties": {"a": True}}, "form.type_unsupported"),
        ({"type": "object", "properties": {"a": {"type": "array"}}}, "form.type_unsupported"),
        ({"type": "object", "properties": {"by": {"type": "string"}}}, "form.name_unusable"),
        ({"type": "object", "properties": {"a": {"type": "string", "x-vanthu-rows": "x"}}}, "form.rows"),
        (
            {"type": "object", "properties": {"a": {"type": "string", "oneOf": [{"minLength": 1}]}}},
            "form.choice_malformed",
        ),
        ({"type": "object", "properties": {"a": {"type": "integer", "oneOf": [True]}}}, "form.choice_malformed"),
        ({"type": "object", "properties": {"due date": {"type": "string"}}}, "form.name_unusable"),
    ],
)
def test_a_form_that_cannot_be_asked_is_refused(schema: object, code: str) -> None:
    assert code in {mistake.code for mistake in mistakes_in(schema)}


def test_a_form_nested_a_thousand_times_is_refused() -> None:
    nested: dict[str, object] = {"type": "string"}
    for _ in range(1000):
        nested = {"type": "object", "properties": {"a": nested}}

    assert {mistake.code for mistake in mistakes_in(nested)} == {"form.too_large"}
