"""What FastAPI found wrong with a request, said as everything else is: each field with a code and a sentence."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from fastapi.exceptions import RequestValidationError
from pydantic_core.core_schema import ErrorType

from api.problems import Problem, problem_of
from api.texts import texts
from engine.errors import Invalid

_SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("required", "This must be filled in."),
    "extra_forbidden": ("unknown", "This call does not take this field."),
    "string_too_short": ("required", "This must be filled in."),
    "string_too_long": ("too_long", "This may have at most %(max_length)s characters."),
    "string_type": ("type", "This must be text."),
    "string_unicode": ("characters", "This contains a character that cannot be kept. Type it again."),
    "string_pattern_mismatch": ("malformed", "This is not written as it must be."),
    "int_type": ("type", "This must be a whole number."),
    "int_parsing": ("type", "This must be a whole number."),
    "int_from_float": ("type", "This must be a whole number."),
    "int_parsing_size": ("type", "This must be a whole number."),
    "float_type": ("type", "This must be a number."),
    "float_parsing": ("type", "This must be a number."),
    "decimal_type": ("type", "This must be a number."),
    "decimal_parsing": ("type", "This must be a number."),
    "decimal_max_places": ("decimals", "This may have at most %(decimal_places)s decimals."),
    "finite_number": ("type", "This must be a number."),
    "bool_type": ("type", "This must be true or false."),
    "bool_parsing": ("type", "This must be true or false."),
    "list_type": ("type", "This must be a list."),
    "tuple_type": ("type", "This must be a list."),
    "dict_type": ("type", "This must be a JSON object."),
    "model_type": ("type", "This must be a JSON object."),
    "model_attributes_type": ("type", "Send the fields as one JSON object."),
    "too_long": ("too_many", "Give at most %(max_length)s."),
    "too_short": ("too_few", "Give at least %(min_length)s."),
    "greater_than_equal": ("too_small", "This must be at least %(ge)s."),
    "greater_than": ("too_small", "This must be more than %(gt)s."),
    "less_than_equal": ("too_large", "This must be at most %(le)s."),
    "uuid_parsing": ("id", "This is not an id. Take it from the list of what there is."),
    "uuid_type": ("id", "This is not an id. Take it from the list of what there is."),
    "enum": ("choice", "This is not one of those to choose from."),
    "literal_error": ("choice", "This is not one of those to choose from."),
    "file_twice": ("twice", "There are two files of this name."),
    "file_type": ("type", "This must be a file."),
    "json_invalid": ("json", "The body is not JSON."),
}
"""Kind of mistake, as pydantic names it → our code and sentence; mistakes we name ourselves bring their own."""
_UNSAID: Final = ("malformed", "This is not written as it must be.")
"""Of a mistake that pydantic names and we do not: its own words are English, and about types."""
_THEIRS: Final = frozenset(get_args(ErrorType))
_PLACES: Final = frozenset({"body", "query", "header", "cookie", "path"})


class RequestInvalid(Invalid):
    """A request does not have the form its call asks for; every wrong field is named."""

    code = "request.invalid"
    template = "Some fields are not right. Correct those that are marked and send again."


def invalid_problem(error: RequestValidationError, language: str) -> Problem:
    """Return the problem of a request that does not have the form its call asks for."""
    body = problem_of(RequestInvalid(), language)
    fields = [_field_problem(found, language) for found in error.errors()]
    return {**body, "errors": sorted(fields, key=lambda field: (field["field"], field["code"]))}


def _field_problem(found: Mapping[str, Any], language: str) -> dict[str, str]:
    kind: str = found["type"]
    code, template = _SENTENCES.get(kind) or (_UNSAID if kind in _THEIRS else (kind, found["msg"]))
    sentence = texts(language).gettext(template)
    return {"field": _path(found), "code": code, "message": sentence % found["ctx"] if "%(" in template else sentence}


def _path(found: Mapping[str, Any]) -> str:
    if found["type"] == "json_invalid":
        return ""
    location: Sequence[str | int] = found["loc"]
    inner = location[1:] if location and location[0] in _PLACES else location
    return "/".join(str(step) for step in inner)
