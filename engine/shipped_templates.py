"""The templates that come with Vanthu, and which one an agency drafts from on a day: its own, else ours."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Final

from engine.ids import AgencyId
from engine.templates import CertificateText, DocumentTemplate, TemplateField, TemplateNotFound, Templates

FILE: Final = "shipped_templates.toml"


@cache
def shipped() -> Mapping[str, DocumentTemplate]:
    """Return the templates that come with Vanthu, by code."""
    written = tomllib.loads(resources.files("engine").joinpath(FILE).read_text(encoding="utf-8"))
    return {one["code"]: _template(one) for one in written["template"]}


def template_for(agency_id: AgencyId, code: str, on: date, templates: Templates) -> DocumentTemplate:
    """Return the template the agency drafts from on this day.

    Raises:
        TemplateNotFound: There is none of this code that holds then.
    """
    ours = shipped().get(code)
    if ours is None:
        raise TemplateNotFound(name=code)
    own = templates.find(agency_id, code, on)
    if own is None and ours.effective_from > on:
        raise TemplateNotFound(name=code)
    return own or ours


def _template(one: Mapping[str, Any]) -> DocumentTemplate:
    certificate = one.get("certificate")
    return DocumentTemplate(
        code=one["code"],
        version=0,
        agency_id=None,
        name=one["name"],
        type=one["type"],
        subject=one["subject"],
        paragraphs=tuple(one["paragraphs"]),
        fields=tuple(TemplateField(name=name, label=said[0], sample=said[1]) for name, said in one["fields"].items()),
        head_only=one["head_only"],
        effective_from=one["effective_from"],
        source=one["source"],
        collective=one.get("collective"),
        certificate=CertificateText(
            heading=certificate["heading"],
            holder=certificate["holder"],
            achievement=certificate["achievement"],
            details=tuple(certificate["details"]),
        )
        if certificate
        else None,
    )
