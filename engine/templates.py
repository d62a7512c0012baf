"""Templates of documents: texts with named fields, kept in versions that hold from a day on.

A text has fields in double braces, ``{{ holder }}``, which are expressions of the small safe language of the models. A
paragraph that begins with ``{% if expression %}`` is left out where that is not so; one that begins with
``{% each name in expression %}`` is written once for each element of a list. Nothing else is understood.

Source: Decree 30/2020/NĐ-CP, art. 8 and appendix I; the agency answers for the texts it issues.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Protocol

from engine.errors import Conflict, FieldError, Invalid, NotFound
from engine.ids import AgencyId, PersonId, TemplateId

MAX_PARAGRAPHS: Final = 200
MAX_PARAGRAPH: Final = 5_000
MAX_FIELDS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateField:
    """A name the texts may use, what it means to people, and an example by which a change is tried."""

    name: str
    label: str
    sample: object


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateText:
    """What a certificate (bằng công nhận, giấy chứng nhận) says; every part may have fields.

    Attributes:
        heading: As in 'BẰNG CÔNG NHẬN'.
        holder: Who or what is recognised.
        achievement: As what, as in 'ĐẠT CHUẨN NÔNG THÔN MỚI NĂM 2026'.
        details: Further lines, small.
    """

    heading: str
    holder: str
    achievement: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTemplate:
    """One version of a template; it never changes.

    Attributes:
        code: Its name for procedures, as in 'recognise_commune'.
        version: Counts an agency's own versions from 1; 0 is the one that comes with Vanthu.
        agency_id: Whose it is; None for those that come with Vanthu.
        type: Abbreviation of the document's type, as in 'QĐ'.
        head_only: Only the head of the agency may sign what is drafted from it.
        collective: In whose name is signed (TM.), or None.
        certificate: What goes with it as a certificate, or None.
        effective_from: The first day it is drafted from.
        source: Where the text comes from, in words.
    """

    code: str
    version: int
    agency_id: AgencyId | None
    name: str
    type: str
    subject: str
    paragraphs: tuple[str, ...]
    fields: tuple[TemplateField, ...]
    head_only: bool
    effective_from: date
    source: str
    collective: str | None = None
    certificate: CertificateText | None = None
    made_at: datetime | None = None
    made_by: PersonId | None = None

    @property
    def samples(self) -> Mapping[str, object]:
        """Return the examples of all fields by name."""
        return {field.name: field.sample for field in self.fields}

    def content(self) -> dict[str, Any]:
        """Return what makes the text, as JSON can hold it."""
        return {
            "name": self.name,
            "type": self.type,
            "subject": self.subject,
            "paragraphs": list(self.paragraphs),
            "fields": [asdict(field) for field in self.fields],
            "head_only": self.head_only,
            "collective": self.collective,
            "certificate": asdict(self.certificate) if self.certificate else None,
            "source": self.source,
        }

    def digest(self) -> str:
        """Return the SHA-256 of the text, by which a log names it."""
        written = json.dumps(self.content(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()

    def next(self, subject: str, paragraphs: Sequence[str], effective_from: date, source: str) -> "DocumentTemplate":
        """Return it with another text, the number of its version apart."""
        return replace(
            self, subject=subject, paragraphs=tuple(paragraphs), effective_from=effective_from, source=source
        )


def template_from(content: Mapping[str, Any], **kept: Any) -> DocumentTemplate:  # noqa: ANN401  # the other columns
    """Return a template of what ``content`` gave, and what is kept beside it."""
    certificate = content.get("certificate")
    return DocumentTemplate(
        name=content["name"],
        type=content["type"],
        subject=content["subject"],
        paragraphs=tuple(content["paragraphs"]),
        fields=tuple(TemplateField(**field) for field in content["fields"]),
        head_only=content["head_only"],
        collective=content.get("collective"),
        certificate=CertificateText(**{**certificate, "details": tuple(certificate["details"])})
        if certificate
        else None,
        source=content["source"],
        **kept,
    )


class Templates(Protocol):
    """The versions of templates agencies made of their own; whoever adds one holds the agency's series of them."""

    def get(self, template_id: TemplateId) -> DocumentTemplate:
        """Return this version, or raise TemplateNotFound."""

    def find(self, agency_id: AgencyId, code: str, on: date) -> DocumentTemplate | None:
        """Return the agency's newest version that holds on this day, or None."""

    def versions(self, agency_id: AgencyId, code: str) -> Sequence[DocumentTemplate]:
        """Return the agency's versions, the newest first."""

    def of_agency(self, agency_id: AgencyId) -> Sequence[DocumentTemplate]:
        """Return the newest version of each template the agency made its own."""

    def next_version(self, agency_id: AgencyId, code: str) -> int:
        """Return the number of the next version; who asks keeps others out until the transaction ends."""

    def add(self, template_id: TemplateId, template: DocumentTemplate) -> None:
        """Keep a new version under an id of its own."""


class TemplateNotFound(NotFound):
    """There is no template of this name."""

    code = "template.not_found"
    template = "There is no template '%(name)s'. Choose one from the list."


class TemplateInvalid(Invalid):
    """A text is not one that could be filled in; every wrong part is named."""

    code = "template.invalid"
    template = "The template cannot be kept so. Correct what is marked and save it again."


class TemplateUnfilled(Conflict):
    """A field has no value, or its expression does not fit what is known."""

    code = "template.unfilled"
    template = "The template '%(name)s' cannot be filled in: '%(field)s' (%(reason)s). Complete what is missing."


def wrong(field: str, code: str, message: str) -> FieldError:
    """Return what is wrong with one part of a template."""
    return FieldError(field=field, code=code, message=message)
