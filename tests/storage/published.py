"""Templates and publications, for tests of the storage."""

from dataclasses import replace
from datetime import date

from engine.ids import PublicationId, TemplateId
from engine.ports import UnitOfWork
from engine.publications import Publication, PublicationKind
from engine.shipped_templates import shipped
from engine.templates import DocumentTemplate
from tests.storage.builders import NOON, TODAY, Desk, new_id


def fill_published(work: UnitOfWork, desk: Desk) -> None:
    """Keep a row in each of their tables."""
    work.templates.add(TemplateId(new_id()), a_template(desk))
    work.publications.add(a_publication(desk))


def a_template(desk: Desk, version: int = 1, effective_from: date = TODAY) -> DocumentTemplate:
    """Return a version of the desk's agency."""
    return replace(
        shipped()["announcement"],
        version=version,
        agency_id=desk.office.agency.id,
        effective_from=effective_from,
        made_at=NOON,
        made_by=desk.office.person("clerk").id,
    )


def a_publication(desk: Desk) -> Publication:
    """Return the publication of the desk's document."""
    return Publication(
        id=PublicationId(new_id()),
        agency_id=desk.office.agency.id,
        document_id=desk.document.id,
        code="1" * 26,
        kind=PublicationKind.RECOGNITION,
        title="Công nhận xã Hoằng Thử đạt chuẩn nông thôn mới",
        holder="xã Hoằng Thử",
        award="nông thôn mới",
        number="15/QĐ-UBND",
        issued_on=TODAY,
        published_at=NOON,
        published_by=desk.office.person("clerk").id,
        facts=(("Bộ tiêu chí", "2026 - 2030"),),
    )
