"""Forms: what was typed, whether it came from a page of ours, and how a form is shown again with its errors."""

import hashlib
import re
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated, Final, Self
from uuid import UUID

from fastapi import Depends, Request
from fastapi.datastructures import UploadFile as FastUploadFile
from starlette.datastructures import FormData, UploadFile

from api.sessions import COOKIE, CSRF_FIELD, csrf_matches
from api.texts import field_sentence, sentence, texts
from api.web.words import msgid
from engine.deadlines import VIETNAM
from engine.errors import Conflict, FieldError, Forbidden, Invalid, NeighbourAway, Refusal
from engine.queries import IdempotencyKeyReused, Once

NOBODY: Final = UUID(int=0)
"""An id that nothing has: what was not chosen, or is no id at all."""
CHOOSE: Final = msgid("Choose one from the list.")
_DIGITS: Final = 10
_VIETNAMESE_DATE: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class FormSentBefore(Conflict):
    """The same form came before, filled in otherwise: somebody went back in the browser and sent it anew."""

    code = "form.sent_before"
    template = (
        "You sent this form before, and what it said then was kept; what is different now was not added. Send it once"
        " more only if you mean it as a second one."
    )


class FormNotOurs(Forbidden):
    """The form did not come from a page of this session: a foreign page sent it, or the session changed since."""

    code = "form.not_ours"
    template = "This form does not belong to your present session. Go back, reload the page and send it again."


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form that was sent."""

    sent: FormData

    def text(self, name: str) -> str:
        """Return the text of a field, '' where it was not sent; lines end in newlines, whatever the browser sent."""
        value = self.sent.get(name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return every text sent under this name, empty ones left out."""
        return tuple(value for value in self.sent.getlist(name) if isinstance(value, str) and value)

    def files(self, name: str) -> tuple[UploadFile, ...]:
        """Return the files chosen under this name."""
        kinds = (UploadFile, FastUploadFile)
        return tuple(file for file in self.sent.getlist(name) if isinstance(file, kinds) and file.filename)

    def id(self, name: str) -> UUID:
        """Return the id chosen under this name, NOBODY where none was."""
        return id_of(self.text(name))

    def date(self, name: str) -> date | None:
        """Return a day, written as 2026-02-28 or 28/02/2026, or None where nothing was written.

        Raises:
            ValueError: It is no day of the calendar.
        """
        text = self.text(name).strip()
        return day_of(text) if text else None

    def moment(self, name: str) -> datetime | None:
        """Return a moment written in the office's time, None where none is."""
        try:
            return datetime.fromisoformat(self.text(name).strip()).replace(tzinfo=VIETNAM)
        except ValueError:
            return None

    def lines(self, name: str) -> tuple[str, ...]:
        """Return the lines written under this name that are not empty."""
        return tuple(line.strip() for line in self.text(name).splitlines() if line.strip())

    def number(self, name: str) -> int:
        """Return the number chosen under this name, -1 where none was."""
        text = self.text(name)
        return int(text) if text.isdecimal() and text.isascii() and len(text) < _DIGITS else -1

    def once(self, request: object) -> Once:
        """Return what makes sending this form twice harmless: its own key, and a digest of the request made from it."""
        return Once(key=_digest(self.text("once")), fingerprint=_digest(repr(request)))

    def values(self) -> dict[str, tuple[str, ...]]:
        """Return every text that was sent, by name."""
        return {name: self.texts(name) for name in self.sent}


def id_of(text: str) -> UUID:
    """Return the id a text is, or NOBODY."""
    try:
        return UUID(text)
    except ValueError:
        return NOBODY


def day_of(text: str) -> date:
    """Return the day a text names.

    Raises:
        ValueError: It names none.
    """
    written = _VIETNAMESE_DATE.fullmatch(text)
    if written:
        day, month, year = (int(part) for part in written.groups())
        return date(year, month, day)
    return date.fromisoformat(text)


async def sent_form(request: Request) -> AsyncIterator[Form]:
    """Read a form whoever sent it; only signing in may do without a session."""
    sent = await request.form()
    try:
        yield Form(sent)
    finally:
        await sent.close()


SentFormDep = Annotated[Form, Depends(sent_form)]


def own_form(request: Request, form: SentFormDep) -> Form:
    """Return a form that came from a page of this session.

    Raises:
        FormNotOurs: It did not.
    """
    token = request.cookies.get(COOKIE)
    if token is not None and not csrf_matches(token, form.text(CSRF_FIELD)):
        raise FormNotOurs
    return form


FormDep = Annotated[Form, Depends(own_form)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A form as it is shown: labels, what was typed, what is wrong with it.

    Attributes:
        labels: Field to its label, translated.
        values: Field to what was typed or chosen.
        errors: Field to sentences, translated.
        above: Sentences about the form as a whole.
        prefix: Put before the ids of its fields, where a page has several forms.
    """

    labels: Mapping[str, str]
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    above: Sequence[str] = ()
    prefix: str = ""

    def value(self, name: str) -> str:
        """Return what was typed into a field, or ''."""
        return next(iter(self.values.get(name, ())), "")

    def has(self, name: str, value: str) -> bool:
        """Say whether *value* was chosen in a field."""
        return value in self.values.get(name, ())

    def id(self, name: str) -> str:
        """Return the id of a field's element in the page."""
        return f"{self.prefix}{name}"

    def label(self, name: str) -> str:
        """Return the label of a field, or its name where it has none."""
        return self.labels.get(name, name)

    def is_wrong(self) -> bool:
        """Say whether anything is wrong."""
        return bool(self.errors or self.above)

    @classmethod
    def of(cls, labels: Mapping[str, str], language: str, /, **values: str) -> Self:
        """Return a fresh form; *labels* are English, *values* what stands in it from the start, under any name."""
        said = {name: texts(language).gettext(label) for name, label in labels.items()}
        given = {name: (value,) for name, value in values.items() if value}
        return cls(labels=said, values={**given, "once": (secrets.token_urlsafe(16),)})

    def typed(self, form: Form) -> Self:
        """Return this form with what was sent standing in it."""
        return replace(self, values=form.values())

    def with_value(self, name: str, value: str) -> Self:
        """Return this form with a field set to *value*."""
        return replace(self, values={**self.values, name: (value,)})

    def wrong(self, errors: Sequence[FieldError], language: str, renamed: Mapping[str, str] | None = None) -> Self:
        """Return this form with what is wrong with it.

        Args:
            errors: With paths such as 'attachments/0/name'; the first step names the field.
            language: Of the sentences.
            renamed: Fields that have another name on the page.
        """
        said: dict[str, list[str]] = {}
        above: list[str] = []
        for error in errors:
            name = error.field.split("/")[0]
            name = (renamed or {}).get(name, name)
            text = field_sentence(error, language)
            known = said.setdefault(name, []) if name in self.labels else above
            if text not in known:
                known.append(text)
        in_order = {name: said[name] for name in self.labels if name in said}
        return replace(self, errors=in_order, above=above)

    def refused(
        self, refusal: Refusal | NeighbourAway, language: str, renamed: Mapping[str, str] | None = None
    ) -> Self:
        """Return this form as refused: field by field where the refusal names fields, else by its sentence."""
        if isinstance(refusal, Invalid) and refusal.errors:
            return self.wrong(refusal.errors, language, renamed)
        if isinstance(refusal, IdempotencyKeyReused):
            afresh = self.with_value("once", secrets.token_urlsafe(16))
            return replace(afresh, above=[sentence(FormSentBefore(), language)])
        return replace(self, above=[sentence(refusal, language)])


def not_chosen(form: Form, *names: str) -> tuple[FieldError, ...]:
    """Return an error for each of these fields in which nothing was chosen; the rules would call it unknown."""
    return tuple(FieldError(field=name, code="required", message=CHOOSE) for name in names if not form.text(name))


def own_first(own: Sequence[FieldError], refusal: Invalid, renamed: Mapping[str, str]) -> list[FieldError]:
    """Return what is wrong with the fields: what the page found itself, and of the rules' findings the other fields."""
    named = {error.field for error in own}
    others = [error for error in refusal.errors if _field(error, renamed) not in named]
    return [*own, *others]


def _field(error: FieldError, renamed: Mapping[str, str]) -> str:
    name = error.field.split("/")[0]
    return renamed.get(name, name)
