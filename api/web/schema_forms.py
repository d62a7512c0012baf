"""Forms of a model on a page: fields made from JSON Schema, and what was typed made into the data it asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from api.web.forms import Form, Typed, day_of
from engine.choices import OfferedOutcome
from engine.forms import Schema

DEFAULT_ROWS: Final = 3
SHORT: Final = 200
"""A text that may be longer than this gets several lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaField:
    """One field of a form.

    Attributes:
        kind: How it is asked: 'select', 'checkboxes', 'date', 'textarea', 'text', 'number' or 'yes'.
        choices: What there is to choose, value and label.
        most: Longest text, or None.
    """

    name: str
    kind: str
    required: bool
    hint: str
    choices: Sequence[tuple[str, str]] = ()
    rows: int = DEFAULT_ROWS
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeForm:
    """An outcome as a page offers it: its button, its fields, what stands in them."""

    outcome: OfferedOutcome
    label: str
    fields: Sequence[SchemaField]
    form: Typed


def outcome_form(outcome: OfferedOutcome, language: str) -> OutcomeForm:
    """Return the form of an outcome, with the model's defaults standing in it."""
    properties: Mapping[str, Schema] = outcome.form.get("properties", {})
    labels = {name: title_of(name, schema, language) for name, schema in properties.items()}
    defaults = {name: _shown(schema["default"]) for name, schema in properties.items() if "default" in schema}
    required = set(outcome.form.get("required", ()))
    return OutcomeForm(
        outcome=outcome,
        label=outcome.label if language == "vi" else outcome.label_en,
        fields=[_field(name, schema, required=name in required) for name, schema in properties.items()],
        form=Typed(labels=labels, values=defaults, prefix=f"{outcome.id}-"),
    )


def data_of(schema: Schema, form: Form) -> dict[str, object]:
    """Return what was typed as the form's data; what cannot be read stays text, and the rules say so."""
    properties: Mapping[str, Schema] = schema.get("properties", {})
    data = {name: _value(name, child, form) for name, child in properties.items()}
    return {name: value for name, value in data.items() if value not in (None, "", [])}


def typed_before(form: Typed, data: Mapping[str, object]) -> Typed:
    """Return the form with what was saved halfway standing in it."""
    return replace(form, values={name: _shown(value) for name, value in data.items()})


def title_of(name: str, schema: Schema, language: str) -> str:
    """Return what a field is called in the language."""
    vietnamese = str(schema.get("title", name))
    return vietnamese if language == "vi" else str(schema.get("x-vanthu-title-en", vietnamese))


def _field(name: str, schema: Schema, *, required: bool) -> SchemaField:
    kind = _kind(schema)
    items = schema.get("items", {})
    chosen = items if kind == "checkboxes" else schema
    return SchemaField(
        name=name,
        kind=kind,
        required=required,
        hint=str(schema.get("description", "")),
        choices=_choices(chosen),
        rows=int(schema.get("x-vanthu-rows", DEFAULT_ROWS)),
        most=schema.get("maxLength"),
    )


def _kind(schema: Schema) -> str:
    match schema.get("type"):
        case "array":
            return "checkboxes"
        case "boolean":
            return "yes"
        case _ if "oneOf" in schema or "enum" in schema:
            return "select"
        case "integer" | "number":
            return "number"
        case _ if schema.get("format") == "date":
            return "date"
        case _:
            long = "x-vanthu-rows" in schema or schema.get("maxLength", SHORT + 1) > SHORT
            return "textarea" if long else "text"


def _choices(schema: Schema) -> tuple[tuple[str, str], ...]:
    if "oneOf" in schema:
        return tuple((str(one["const"]), str(one.get("title", one["const"]))) for one in schema["oneOf"])
    return tuple((str(one), str(one)) for one in schema.get("enum", ()))


def _shown(value: object) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ("yes",) if value else ()
    return tuple(str(one) for one in value) if isinstance(value, list) else (str(value),)


def _value(name: str, schema: Schema, form: Form) -> object:
    text = form.text(name).strip()
    match schema.get("type"):
        case "array":
            return [_plain(schema.get("items", {}), one) for one in form.texts(name)]
        case "boolean":
            return text == "yes"
        case _:
            return _plain(schema, text) if text else None


def _plain(schema: Schema, text: str) -> object:
    """Return the text as the type the schema asks for, or as it is where it cannot be read."""
    try:
        if schema.get("type") == "integer":
            return int(text)
        if schema.get("type") == "number":
            return float(text.replace(",", "."))
        return day_of(text).isoformat() if schema.get("format") == "date" else text
    except ValueError:
        return text
