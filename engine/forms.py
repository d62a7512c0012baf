"""Forms: what an outcome asks of a person, as JSON Schema, and whether what they answered fits it.

A form is a schema of draft 2020-12 cut down to what a page can show: one object whose properties are text, numbers,
yes or no, or lists of these. Nothing in it can reach the network, name another schema or run a regular expression. A
property that says ``"x-vanthu-choices": "units"`` is filled by choosing; the application says from what. One that says
``"x-vanthu-suggested": "return_by"`` stands filled in with what the application knows; a person may change it.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry

from engine.errors import FieldError

Schema = Mapping[str, Any]
"""A JSON Schema as parsed JSON."""

CHOICES: Final = "x-vanthu-choices"
"""Keyword naming the list a property is chosen from, as in 'lead_units' or 'handlers'."""

LISTS: Final = frozenset({"agencies", "handlers", "lead_units", "units"})
"""The lists there are to choose from; how each is filled stands in engine.choices."""

SUGGESTED: Final = "x-vanthu-suggested"
"""Keyword naming what a field is filled in with at first, as in 'return_by': the way the applicant asked for."""

SUGGESTIONS: Final = frozenset({"return_by"})
"""What there is to suggest; how each is found stands in engine.choices."""

_KEYWORDS: Final = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "minItems", "maxItems", "uniqueItems"},
    "string": {"minLength", "maxLength", "format", "enum", "const", "oneOf", CHOICES, SUGGESTED},
    "integer": {"minimum", "maximum", "enum", "const", "oneOf"},
    "number": {"minimum", "maximum", "enum", "const", "oneOf"},
    "boolean": {"const"},
}
_NOTES: Final = {"$schema", "type", "title", "description", "default", "x-vanthu-title-en", "x-vanthu-rows"}
_NOTHING: Final[Mapping[str, str]] = {}
_CHOICE: Final = {"const"}
_RESERVED: Final = {"outcome", "by"}
_DEPTH: Final = 2
"""How deep a form goes: fields, and what is in a list."""
MAX_VALUES: Final = 3_000
"""Values in one form, of which every property takes some; a longer form belongs into several steps."""
MAX_ANSWER: Final = 65_536
"""Characters of everything filled into one form, as JSON."""
MAX_ROWS: Final = 100
"""Lines of a field for long text."""
MAX_NUMBER: Final = 2**53
"""What every program can still count to by one."""
MAX_LISTED: Final = 500
"""Values in one list of a form, as of those to choose from; what is more belongs into a list of the application."""
_MOST_ERRORS: Final = 100
"""Mistakes of one form, or of what was filled in, that are told at once."""
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing to choose: what is sent, and what the person reads."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaMistake:
    """What is wrong with a form itself: where ('properties/due_date'), a stable code, a sentence for its author."""

    place: str
    code: str
    message: str


def mistakes_in(schema: object) -> tuple[SchemaMistake, ...]:
    """Return what keeps *schema* (parsed JSON) from being a form, all at once; nothing for a good one."""
    if not isinstance(schema, Mapping) or schema.get("type") != "object":
        return (_mistake((), "form.not_an_object", "A form is a JSON Schema of type 'object'."),)
    if _is_too_large(schema):
        message = f"A form has at most {MAX_VALUES} values, {MAX_LISTED} in a list of them. Split it."
        return (_mistake((), "form.too_large", message),)
    try:
        found = Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema)
        invalid = sorted(islice(found, _MOST_ERRORS), key=str)
    except RecursionError:
        return (_mistake((), "form.invalid", "The schema is nested too deeply."),)
    if invalid:
        return tuple(_mistake(error.absolute_path, "form.invalid", error.message) for error in invalid)
    return tuple(_walk(schema, ()))


def _is_too_large(schema: Schema) -> bool:
    """The validator of schemas compares the values of a list with one another and prints each mistake whole."""
    seen = 0
    todo: list[object] = [schema]
    while todo and seen <= MAX_VALUES:
        value = todo.pop()
        seen += 1
        if isinstance(value, Mapping):
            todo += value.values()
        elif isinstance(value, list):
            if len(value) > MAX_LISTED:
                return True
            todo += value
    return seen > MAX_VALUES


def _walk(schema: Schema, place: tuple[str, ...]) -> Iterator[SchemaMistake]:
    kind = schema.get("type")
    if not isinstance(kind, str) or kind not in _KEYWORDS or (kind == "object" and place):
        yield _mistake(place, "form.type_unsupported", f"The type {kind!r} cannot be shown here.")
        return
    for keyword in sorted(set(schema) - _NOTES - _KEYWORDS[kind]):
        yield _mistake(place, "form.keyword_unsupported", f"'{keyword}' is not supported for the type '{kind}'.")
    if schema.get("format", "date") != "date":
        yield _mistake(place, "form.format_unsupported", f"The format {schema['format']!r} is not checked; use 'date'.")
    yield from _judge_offer(schema, place)
    if kind == "array":
        items = schema.get("items")
        yield from _walk(items if isinstance(items, Mapping) else {}, (*place, "items"))
    if kind == "object":
        yield from _walk_properties(schema, place)


def _judge_offer(schema: Schema, place: tuple[str, ...]) -> Iterator[SchemaMistake]:
    """Find what a page cannot show of a property: what there is to choose or suggest, how many lines it has."""
    given, listed = str(schema.get(CHOICES, "units")), ", ".join(sorted(LISTS))
    if given not in LISTS:
        message = f"There is no list '{given}' to choose from. There are: {listed}."
        yield _mistake(place, "form.choices_unknown", message)
    given, known = str(schema.get(SUGGESTED, "return_by")), ", ".join(sorted(SUGGESTIONS))
    if given not in SUGGESTIONS:
        message = f"There is nothing '{given}' to suggest. There is: {known}."
        yield _mistake(place, "form.suggestion_unknown", message)
    if not all(isinstance(one, Mapping) and _CHOICE <= set(one) <= _CHOICE | _NOTES for one in schema.get("oneOf", ())):
        message = "Each of 'oneOf' is one value to choose: a 'const' and its 'title'."
        yield _mistake((*place, "oneOf"), "form.choice_malformed", message)
    rows = schema.get("x-vanthu-rows", 1)
    if isinstance(rows, bool) or not isinstance(rows, int) or not 0 < rows <= MAX_ROWS:
        message = f"'x-vanthu-rows' is a number from 1 to {MAX_ROWS}."
        yield _mistake((*place, "x-vanthu-rows"), "form.rows", message)


def _walk_properties(schema: Schema, place: tuple[str, ...]) -> Iterator[SchemaMistake]:
    properties = schema.get("properties", {})
    if schema.get("additionalProperties", False) is not False:
        yield _mistake(
            place, "form.open", "A form cannot take fields it does not name: 'additionalProperties' is false."
        )
    for name in sorted(set(schema.get("required", ())) - set(properties)):
        yield _mistake((*place, "required"), "form.required_unknown", f"'{name}' is required but is no property.")
    for name, child in properties.items():
        here = (*place, "properties", str(name))
        if not str(name).isidentifier() or name in _RESERVED:
            yield _mistake(here, "form.name_unusable", f"The field name '{name}' cannot be used in expressions.")
        yield from _walk(child if isinstance(child, Mapping) else {}, here)


def choices_of(schema: Schema) -> frozenset[str]:
    """Return the names of the lists the form is filled from, as in {'lead_units', 'units'}."""
    fields = list(schema.get("properties", {}).values())
    fields += [field["items"] for field in fields if "items" in field]
    return frozenset(field[CHOICES] for field in fields if CHOICES in field)


def suggestions_of(schema: Schema) -> frozenset[str]:
    """Return the names of what the form is filled in with at first, as in {'return_by'}."""
    return frozenset(field[SUGGESTED] for field in schema.get("properties", {}).values() if SUGGESTED in field)


def offer(
    schema: Schema, choices: Mapping[str, Sequence[Choice]], suggested: Mapping[str, str] = _NOTHING
) -> dict[str, Any]:
    """Return *schema* as it is put before a person: with what there is to choose, and closed to other fields.

    What *suggested* knows by its name becomes the ``default`` of the fields that ask for it.

    A choice of nothing becomes ``enum: []``, which nothing satisfies: the page shows an empty list.

    Raises:
        KeyError: The form is filled from a list that *choices* lacks.
    """
    offered = {name: _offer(field, choices) for name, field in schema.get("properties", {}).items()}
    for name, field in offered.items():
        if field.get(SUGGESTED) in suggested:
            offered[name] = {**field, "default": suggested[field[SUGGESTED]]}
    return {**schema, "properties": offered, "additionalProperties": False}


def _offer(field: Schema, choices: Mapping[str, Sequence[Choice]]) -> dict[str, Any]:
    filled = dict(field)
    if "items" in field:
        filled["items"] = _offer(field["items"], choices)
    if CHOICES in field:
        listed = [{"const": choice.id, "title": choice.label} for choice in choices[field[CHOICES]]]
        filled |= {"oneOf": listed} if listed else {"enum": []}
    return filled


def errors_in(offered: Schema, data: object) -> tuple[FieldError, ...]:
    """Return every mistake in *data* (parsed JSON), field by field; nothing when it fits the form as offered."""
    if not isinstance(data, Mapping):
        return (FieldError(field="", code="type", message="Send the fields as one JSON object."),)
    answer = _shallow(data, _DEPTH)
    if len(json.dumps(answer)) > MAX_ANSWER:
        return (_error((), *_said("maxLength", MAX_ANSWER)),)
    # By the name of the dialect the library would choose its own validator.
    schema = {keyword: value for keyword, value in offered.items() if keyword != "$schema"}
    wrong = _EMPTY.evolve(schema=schema).iter_errors(answer)
    found = [field_error for error in wrong for field_error in _field_errors(error)]
    found += _unwritable(answer, ())
    return tuple(sorted(set(found), key=lambda error: (error.field, error.code, error.message))[:_MOST_ERRORS])


def _shallow(value: object, levels: int) -> object:
    """Empty what lies deeper than any form goes: it is wrong already, and jsonschema would print all of it."""
    if isinstance(value, Mapping):
        return {str(key): _shallow(child, levels - 1) for key, child in value.items()} if levels else {}
    if isinstance(value, list):
        return [_shallow(child, levels - 1) for child in value] if levels else []
    return value


def _field_errors(error: ValidationError) -> Iterator[FieldError]:
    path = tuple(str(step) for step in error.absolute_path)
    keyword = str(error.validator)
    limit: Any = error.validator_value
    given: Any = error.instance
    schema: Any = error.schema
    if keyword == "required":
        for name in set(limit) - set(given):
            yield _error((*path, name), "required", "This must be filled in.")
    elif keyword == "additionalProperties":
        for name in set(given) - set(schema["properties"]):
            yield _error((*path, name), "unknown", "This step does not ask for this field.")
    else:
        yield _error(path, *_said(keyword, limit))


def _said(keyword: str, limit: object) -> tuple[str, str]:
    code, sentence = _SENTENCES[keyword]
    return code, sentence.format(limit=limit)


_SENTENCES: Final = {
    "type": ("type", "This must be of the type '{limit}'."),
    "minLength": ("required", "This must be filled in, with at least {limit} characters."),
    "maxLength": ("too_long", "This may have at most {limit} characters."),
    "format": ("date", "This is not a date of the calendar; write it as 2026-02-28."),
    "enum": ("choice", "This is not one of those to choose from."),
    "const": ("choice", "This is not one of those to choose from."),
    "oneOf": ("choice", "This is not one of those to choose from."),
    "minimum": ("too_small", "This must be at least {limit}."),
    "maximum": ("too_large", "This must be at most {limit}."),
    "minItems": ("too_few", "Choose at least {limit}."),
    "maxItems": ("too_many", "Choose at most {limit}."),
    "uniqueItems": ("twice", "The same is given twice."),
}


def _unwritable(value: object, path: tuple[str, ...]) -> Iterator[FieldError]:
    """Find what no database keeps: the character NUL, halves of surrogate pairs, numbers that are none or too large."""
    if isinstance(value, int | float) and not abs(value) <= sys.float_info.max:
        yield _error(path, *_said("type", "number"))
    elif isinstance(value, int) and abs(value) > MAX_NUMBER:
        yield _error(path, *_said("maximum", MAX_NUMBER))
    if isinstance(value, str) and re.search(r"[\x00\ud800-\udfff]", value):
        yield _error(path, "characters", "This contains a character that cannot be kept. Type it again.")
    children = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from _unwritable(child, (*path, str(key)))


def _is_date(value: object) -> bool:
    # The pattern comes first: date.fromisoformat also takes '20260228' and '2026-W09-6'.
    if isinstance(value, str):
        return bool(_DATE.fullmatch(value)) and date.fromisoformat(value) is not None
    return True


def _min_length(_: object, limit: int, value: object, __: object) -> Iterator[ValidationError]:
    """Count only what can be seen, so that a reason made of blanks is none."""
    if isinstance(value, str) and len(value.strip()) < limit:
        yield ValidationError(f"shorter than {limit}")


def _one_of(_: object, choices: Sequence[Schema], value: object, __: object) -> Iterator[ValidationError]:
    """Compare with each choice, which is all they say of the value; the library tries each as a schema of its own."""
    if not any(choice["const"] == value for choice in choices):
        yield ValidationError("none of these")


def _unique(_: object, wanted: bool, value: object, __: object) -> Iterator[ValidationError]:  # as the library calls it
    """Compare each item once: the library compares all with all where they are of several kinds."""
    if wanted and isinstance(value, list) and len({json.dumps(item, sort_keys=True) for item in value}) < len(value):
        yield ValidationError("the same twice")


_FORMATS: Final = FormatChecker(formats=())
_FORMATS.checkers = {"date": (_is_date, ValueError)}
_extend: Any = extend  # its stub has no types
_Validator: Final = _extend(Draft202012Validator, {"minLength": _min_length, "oneOf": _one_of, "uniqueItems": _unique})
# What evolves from it need not look again for where references lead, half of an answer's check; a form has none.
_EMPTY: Final = _Validator({}, registry=Registry(), format_checker=_FORMATS)


def _error(path: Sequence[str], code: str, message: str) -> FieldError:
    return FieldError(field="/".join(path), code=code, message=message)


def _mistake(place: Sequence[object], code: str, message: str) -> SchemaMistake:
    return SchemaMistake(place="/".join(str(step) for step in place), code=code, message=message)
