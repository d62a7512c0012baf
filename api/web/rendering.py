"""Templates in the reader's language, and the headers that every page carries."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.texts import spoken, texts, until, written
from api.web import words
from api.web.action_words import ACTIONS
from api.web.case_words import figure
from engine.deadlines import VIETNAM

TEMPLATES: Final = Path(__file__).parent / "templates"
STATIC: Final = Path(__file__).parent / "static"
MB: Final = 1_000_000

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
        "connect-src 'self'; worker-src 'self'; object-src 'self'; frame-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def rendered(template: str, language: str, values: Mapping[str, object], status: int = 200) -> HTMLResponse:
    """Return a template as a page in the language."""
    html = _environment(language).get_template(template).render(values)
    return HTMLResponse(html, status_code=status, headers=dict(HEADERS))


@lru_cache
def _environment(language: str) -> Environment:
    catalogue = texts(language)

    def translate(template: str, **facts: object) -> Markup:
        said = Markup.escape(catalogue.gettext(template))
        return said % {name: written(fact) for name, fact in facts.items()} if facts else said

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    urgencies = [(level, translate(name)) for level, name in words.URGENCIES.items()]
    environment.globals |= {
        "_": translate,
        "language": language,
        "static": static_url,
        "urgencies": urgencies,
        "words": words,
        "actions": ACTIONS,
        "zone": VIETNAM,
    }
    environment.filters |= {"day": written, "moment": written, "size": _size, "term": translate}
    environment.filters["until"] = lambda due: until(due, language)
    environment.filters["figure"] = lambda value: figure(value, language)
    environment.filters["spoken"] = lambda text: spoken(text, language)
    return environment


@lru_cache
def static_url(name: str) -> str:
    """Return the address of one of our own static files; it changes with the content."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def _size(octets: int) -> str:
    """Return a size as people read it: '12 KB', '3,4 MB'."""
    if octets < MB:
        return f"{max(1, round(octets / 1000))} KB"
    return f"{octets / MB:.1f} MB".replace(".", ",")
