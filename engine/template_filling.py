"""Filling templates in: fields become words, paragraphs are left out or repeated; nothing is left empty in silence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from engine.document_types import DOCUMENT_TYPES
from engine.errors import FieldError
from engine.runtime.errors import ExpressionRefused
from engine.runtime.expressions import check, evaluate, names_in
from engine.templates import (
    MAX_FIELDS,
    MAX_PARAGRAPH,
    MAX_PARAGRAPHS,
    CertificateText,
    DocumentTemplate,
    TemplateInvalid,
    TemplateUnfilled,
    wrong,
)

GIVEN: Final = ("agency", "agency_capitals", "place", "year")
"""Names every text may use besides its own fields: those of the agency, and the year."""
_FIELD: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_IF: Final = re.compile(r"\{%\s*if\s+(.+?)\s*%\}\s*", re.DOTALL)
_EACH: Final = re.compile(r"\{%\s*each\s+([a-z][a-z0-9_]*)\s+in\s+(.+?)\s*%\}\s*", re.DOTALL)
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_LEFT_OVER: Final = ("{{", "}}", "{%", "%}")
MAX_REPEATED: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A template with its fields filled in: what a draft is made of, and perhaps a certificate."""

    subject: str
    paragraphs: tuple[str, ...]
    certificate: CertificateText | None

    @property
    def body(self) -> str:
        """Return the paragraphs as the text of a draft."""
        return "\n".join(self.paragraphs)


def fill(template: DocumentTemplate, data: Mapping[str, object]) -> Filled:
    """Return the template filled in with *data* (what JSON can hold).

    Raises:
        TemplateUnfilled: A field has no value, or an expression does not fit the data.
    """
    unsaid = dict.fromkeys(field.name for field in template.fields)
    writer = _Writer(template.name, {**unsaid, **data})
    paragraphs = [line for text in template.paragraphs for line in writer.paragraph(text)]
    return Filled(
        subject=writer.text(template.subject),
        paragraphs=tuple(paragraphs),
        certificate=_certificate(template.certificate, writer),
    )


def require_sound(template: DocumentTemplate) -> None:
    """Raise TemplateInvalid unless every expression is of the language, knows its names and fits the samples."""
    errors = [*_errors_of_shape(template), *_errors_of_texts(template)]
    if not errors:
        try:
            fill(template, {**dict.fromkeys(GIVEN, "–"), **template.samples})
        except TemplateUnfilled as refused:
            errors = [wrong("paragraphs", "unfilled", str(refused))]
    if errors:
        raise TemplateInvalid(errors=errors)


def said(value: object) -> str:
    """Return a value as a document writes it: a fraction with a comma, an ISO date as 05/01/2026."""
    match value:
        case bool():
            return "có" if value else "không"
        case float() | Decimal():
            return f"{Decimal(str(value)).normalize():f}".replace(".", ",")
        case str() if _ISO_DAY.fullmatch(value):
            return date.fromisoformat(value).strftime("%d/%m/%Y")
        case list() | tuple():
            return ", ".join(said(one) for one in value)
        case _:
            return " ".join(str(value).split())


class _Writer:
    """Writes texts of one template with the values it was given."""

    def __init__(self, name: str, data: Mapping[str, object]) -> None:
        self._name = name
        self._data = data

    def paragraph(self, text: str) -> Iterator[str]:
        """Give the paragraph: none, once, or once for each element of its list."""
        if matched := _IF.match(text):
            if self._value(matched.group(1), self._data):
                yield self.text(text[matched.end() :])
            return
        if matched := _EACH.match(text):
            found = self._value(matched.group(2), self._data)
            if not isinstance(found, list | tuple) or len(found) > MAX_REPEATED:
                raise self._refused(matched.group(2), "it is no list, or too long")
            for one in found:
                yield self.text(text[matched.end() :], {**self._data, matched.group(1): one})
            return
        yield self.text(text)

    def text(self, text: str, data: Mapping[str, object] | None = None) -> str:
        """Return the text with its fields filled in, on one line."""
        known = self._data if data is None else data

        def filled(matched: re.Match[str]) -> str:
            value = self._value(matched.group(1), known)
            if value is None or value == "":
                raise self._refused(matched.group(1), "it is empty")
            return said(value)

        return " ".join(_FIELD.sub(filled, text).split())

    def _value(self, expression: str, data: Mapping[str, object]) -> object:
        try:
            return evaluate(expression.strip(), data)
        except ExpressionRefused as cause:
            raise self._refused(expression, str(cause.facts.get("reason"))) from cause

    def _refused(self, expression: str, reason: str) -> TemplateUnfilled:
        return TemplateUnfilled(name=self._name, field=expression.strip(), reason=reason)


def _certificate(text: CertificateText | None, writer: _Writer) -> CertificateText | None:
    if text is None:
        return None
    return CertificateText(
        heading=writer.text(text.heading),
        holder=writer.text(text.holder),
        achievement=writer.text(text.achievement),
        details=tuple(line for detail in text.details for line in writer.paragraph(detail)),
    )


def _errors_of_shape(template: DocumentTemplate) -> Iterator[FieldError]:
    if template.type not in DOCUMENT_TYPES:
        yield wrong("type", "unknown", "There is no such type of document. Choose one from the list.")
    if not template.name.strip() or not template.subject.strip():
        yield wrong("subject", "required", "This field must not be empty.")
    if not template.source.strip():
        yield wrong("source", "required", "Say by which decision or whose order the text was changed.")
    if not 0 < len(template.paragraphs) <= MAX_PARAGRAPHS:
        yield wrong("paragraphs", "too_many", f"A template has 1 to {MAX_PARAGRAPHS} paragraphs.")
    if len(template.fields) > MAX_FIELDS:
        yield wrong("fields", "too_many", f"A template has at most {MAX_FIELDS} fields.")
    if any(len(text) > MAX_PARAGRAPH for text in template.paragraphs):
        yield wrong("paragraphs", "too_long", f"A paragraph takes at most {MAX_PARAGRAPH} characters.")


def _errors_of_texts(template: DocumentTemplate) -> Iterator[FieldError]:
    known = {*GIVEN, *(field.name for field in template.fields)}
    texts: Sequence[tuple[str, str]] = [
        ("subject", template.subject),
        *((f"paragraphs/{place}", text) for place, text in enumerate(template.paragraphs)),
    ]
    for field, text in texts:
        for expression, local in _expressions(text):
            yield from _errors_of(field, expression, known | local)
        begins = _IF.match(text) or _EACH.match(text)
        left = _FIELD.sub("", text[begins.end() :] if begins else text)
        if any(brace in left for brace in _LEFT_OVER):
            yield wrong(field, "not_a_field", "A field stands in {{ and }}, and {% … %} only before a paragraph.")


def _expressions(text: str) -> Iterator[tuple[str, set[str]]]:
    local: set[str] = set()
    if matched := _IF.match(text):
        yield matched.group(1), set()
    if matched := _EACH.match(text):
        yield matched.group(2), set()
        local = {matched.group(1)}
    for field in _FIELD.finditer(text):
        yield field.group(1), local


def _errors_of(field: str, expression: str, known: set[str]) -> Iterator[FieldError]:
    try:
        check(expression.strip())
        unknown = sorted(names_in(expression.strip()) - known)
    except ExpressionRefused as refused:
        yield wrong(field, "expression", str(refused))
        return
    if unknown:
        names = ", ".join(sorted(known))
        yield wrong(field, "unknown_field", f"The template has no field '{unknown[0]}'. It has: {names}.")
