"""The words people read: English in the code, Vietnamese from the catalogue, Vietnamese unless asked otherwise."""

import io
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from engine.deadlines import HALVES_OF_A_DAY, VIETNAM, Standing, end_of_day, office_date
from engine.errors import FieldError, VanthuError
from engine.explanations import Named, Sentence, time_left

VIETNAMESE, ENGLISH = "vi", "en"
LANGUAGES: Final = (VIETNAMESE, ENGLISH)
LOCALE: Final = Path(__file__).parent / "locale"
_AFTERNOON: Final = 14
_PLACE: Final = re.compile(r"%\((\w+)\)s")


@lru_cache
def texts(language: str) -> NullTranslations:
    """Return the catalogue of a language; English needs none, it is what the code says."""
    if language == ENGLISH:
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, _catalogue(language))
    compiled.seek(0)
    return Translations(compiled)


@lru_cache
def _catalogue(language: str) -> Catalog:
    with (LOCALE / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@lru_cache
def _templates(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return every template of the catalogue as a pattern of the sentences made from it, the wordiest first."""
    templates = [str(message.id) for message in _catalogue(language) if "%(" in str(message.id)]
    templates.sort(key=lambda template: len(_PLACE.sub("", template)), reverse=True)
    return tuple((_pattern(template), template) for template in templates)


def _pattern(template: str) -> re.Pattern[str]:
    parts = _PLACE.split(template)
    named: set[str] = set()
    pattern = re.escape(parts[0])
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        pattern += f"(?P={name})" if name in named else f"(?P<{name}>.*)"
        pattern += re.escape(text)
        named.add(name)
    return re.compile(pattern, re.DOTALL)


def preferred_language(accept_language: str | None) -> str:
    """Return the language a client asks for: Vietnamese, unless English stands before it in Accept-Language."""
    for part in (accept_language or "").split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag in LANGUAGES:
            return tag
    return VIETNAMESE


def sentence(error: VanthuError, language: str) -> str:
    """Return the error's sentence in the language, with its facts."""
    return _filled(error.template, error.facts, language)


def field_sentence(error: FieldError, language: str) -> str:
    """Return a field error's sentence in the language."""
    return spoken(error.message, language)


def spoken(text: str, language: str) -> str:
    """Return an English sentence of ours in the language, though its facts are filled in already.

    Incidents and fields keep sentences, not templates; the template that fits is looked for in the catalogue, and a
    sentence that none fits is left as it is.
    """
    if language == ENGLISH or not text:
        return text
    known = texts(language).gettext(text)
    if known != text:
        return known
    for pattern, template in _templates(language):
        found = pattern.fullmatch(text)
        if found:
            return _filled(template, found.groupdict(), language)
    return text


def explained(said: Sentence, language: str) -> str:
    """Return an explanation in the language: its terms translated, its causes too, its times those of Việt Nam."""
    either = " or " if language == ENGLISH else " hoặc "
    terms = {name: either.join(texts(language).gettext(term) for term in said.terms[name]) for name in said.terms}
    facts = {
        name: spoken(str(fact), language) if name == "cause" else _told(fact, language)
        for name, fact in said.facts.items()
    }
    return texts(language).gettext(said.template) % {**facts, **terms}


def told(found: Standing, language: str) -> str:
    """Say in the language how a time limit stands: 'còn 1,5 ngày làm việc', 'quá hạn 2 ngày làm việc'."""
    return explained(time_left(found, days_written(found.half_days, language)), language)


def days_written(half_days: int, language: str) -> str:
    """Return a number of half days as days: '2', '1,5' or in English '1.5'."""
    whole, half = divmod(half_days, HALVES_OF_A_DAY)
    return f"{whole}{'.' if language == ENGLISH else ','}5" if half else str(whole)


def notice_text(template: str, facts: Mapping[str, str], language: str) -> str:
    """Return the sentence of a notice or a check; a fact with an English twin ('step', 'step_en') is said by it."""
    twins = {name.removesuffix("_en"): fact for name, fact in facts.items() if name.endswith("_en")}
    chosen = {**facts, **twins} if language == ENGLISH else facts
    return explained(Sentence(template=template, facts=chosen), language)


def _told(fact: object, language: str) -> str:
    if isinstance(fact, Named):
        return f"'{fact.english if language == ENGLISH else fact.vietnamese}'"
    if isinstance(fact, tuple):
        return ", ".join(_told(part, language) for part in fact)
    if isinstance(fact, Decimal) and language != ENGLISH:
        return str(fact).replace(".", ",")
    return written(fact)


def written(value: object) -> str:
    """Return a value as people of the office write it: days as 28/02/2026, moments as 28/02/2026 09:15 (Việt Nam)."""
    if isinstance(value, datetime):
        # An end of the calendar, as in a certificate that never ends, is told as it was written.
        with suppress(OverflowError):
            value = value.astimezone(VIETNAM)
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)


def until(due: datetime, language: str) -> str:
    """Return a moment until which something is to be done: a half day by its name, the end of a day as the day."""
    day = office_date(due)
    if due == end_of_day(day):
        return written(day)
    # An office may close its morning at half past eleven; no half day but the first ends before two.
    if due.astimezone(VIETNAM).hour < _AFTERNOON:
        return explained(Sentence(template="the morning of %(day)s", facts={"day": day}), language)
    return written(due)


def _filled(template: str, facts: Mapping[str, object], language: str) -> str:
    """Fill a template's translation; facts that are words of ours, as the state 'closed', are translated too.

    So is a cause, a sentence of ours with its facts filled in.
    """
    catalogue = texts(language)

    def said(name: str, fact: object) -> str:
        if not isinstance(fact, str) or not fact:
            return written(fact)
        return spoken(fact, language) if name == "cause" else catalogue.gettext(fact)

    return catalogue.gettext(template) % {name: said(name, fact) for name, fact in facts.items()}
