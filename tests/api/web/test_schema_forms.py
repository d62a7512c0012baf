"""Forms of a model on a page: which fields they become, and what is made of what was typed."""

from typing import Any

import pytest
from starlette.datastructures import FormData, UploadFile

from api.web.forms import Form, Typed, day_of
from api.web.schema_forms import data_of, outcome_form
from engine.choices import OfferedOutcome
from engine.errors import FieldError

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "unit": {"type": "string", "title": "Đơn vị", "oneOf": [{"const": "a", "title": "Phòng A"}]},
        "others": {"type": "array", "title": "Phối hợp", "items": {"type": "string", "enum": ["a", "b"]}},
        "day": {"type": "string", "title": "Hạn", "format": "date"},
        "note": {"type": "string", "title": "Ý kiến", "x-vanthu-title-en": "Note", "maxLength": 1000},
        "name": {"type": "string", "title": "Tên", "maxLength": 50},
        "copies": {"type": "integer", "title": "Số bản", "default": 2},
        "share": {"type": "number", "title": "Tỷ lệ"},
        "sure": {"type": "boolean", "title": "Chắc chắn"},
    },
    "required": ["unit"],
}
OUTCOME = OfferedOutcome(id="assign", label="Giao", label_en="Assign", form=SCHEMA, signature=None)


def typed(**values: str | list[str]) -> Form:
    pairs: list[tuple[str, str | UploadFile]] = [
        (name, one) for name, value in values.items() for one in (value if isinstance(value, list) else [value])
    ]
    return Form(FormData(pairs))


def test_each_kind_of_property_is_asked_in_its_own_way() -> None:
    made = outcome_form(OUTCOME, "vi")

    assert {one.name: one.kind for one in made.fields} == {
        "unit": "select",
        "others": "checkboxes",
        "day": "date",
        "note": "textarea",
        "name": "text",
        "copies": "number",
        "share": "number",
        "sure": "yes",
    }
    assert [one.name for one in made.fields if one.required] == ["unit"]
    assert made.form.value("copies") == "2"


def test_labels_are_in_the_readers_language_where_the_model_has_it() -> None:
    assert outcome_form(OUTCOME, "en").form.label("note") == "Note"
    assert outcome_form(OUTCOME, "en").form.label("unit") == "Đơn vị"
    assert outcome_form(OUTCOME, "en").label == "Assign"


def test_what_was_typed_becomes_the_data_the_schema_asks_for() -> None:
    form = typed(
        unit="a", others=["a", "b"], day="28/02/2026", note=" Gấp\r\nlắm ", copies="3", share="0,5", sure="yes"
    )

    assert data_of(SCHEMA, form) == {
        "unit": "a",
        "others": ["a", "b"],
        "day": "2026-02-28",
        "note": "Gấp\nlắm",
        "copies": 3,
        "share": 0.5,
        "sure": True,
    }


def test_what_cannot_be_read_stays_as_it_was_typed_for_the_rules_to_refuse() -> None:
    data = data_of(SCHEMA, typed(day="30/02/2026", copies="ba"))

    assert data == {"day": "30/02/2026", "copies": "ba", "sure": False}


@pytest.mark.parametrize("text", ["28/02/2026", "28.2.2026", "28-02-2026", "2026-02-28"])
def test_a_day_may_be_written_in_the_ways_people_write_it(text: str) -> None:
    assert day_of(text).isoformat() == "2026-02-28"


@pytest.mark.parametrize("text", ["30/02/2026", "2026-13-01", "mai", "28/02/26"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        day_of(text)


def test_errors_stand_in_the_order_of_the_fields_and_those_of_no_field_above() -> None:
    form = Typed(labels={"one": "Một", "two": "Hai"})
    errors = [
        FieldError(field="two/0", code="x", message="This must be filled in."),
        FieldError(field="elsewhere", code="x", message="There is no such file. Upload it first."),
        FieldError(field="one", code="x", message="This must be filled in."),
    ]

    wrong = form.wrong(errors, "en")

    assert list(wrong.errors) == ["one", "two"]
    assert wrong.above == ["There is no such file. Upload it first."]
