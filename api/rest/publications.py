"""The public register of decisions: for everybody, without signing in."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from api.contents import PUBLIC, content_of, file_answer
from api.deps import PageDep, ServicesDep
from api.outsiders import admitted
from api.rest.answers import Answer, problems
from engine.ports import UnitOfWork
from engine.publications import Publication, PublicationKind, PublicationNotFound, PublicationQuery
from engine.verifications import Question, read_code

public = APIRouter(tags=["publications"], dependencies=[Depends(admitted(Question.CODE))])

MOST_WORDS = 200
Words = Annotated[str, Query(max_length=MOST_WORDS)]
Year = Annotated[int | None, Query(ge=2000, le=9999)]


class FactAnswer(Answer):
    """One more line about a decision."""

    label: str
    value: str


class AnnouncementAnswer(Answer):
    """How a decision was announced."""

    on: date
    place: str
    media: str


class PublicationAnswer(Answer):
    """A published decision; `in_force` is false once another one, of the code `revoked_by`, ended it."""

    code: str
    kind: PublicationKind
    title: str
    holder: str
    award: str
    number: str
    issued_date: date
    agency: str
    published_at: datetime
    in_force: bool
    revoked_by: str | None
    has_certificate: bool
    facts: list[FactAnswer]
    announced: AnnouncementAnswer | None


class PublicationsAnswer(Answer):
    """A page of published decisions, the newest first."""

    items: list[PublicationAnswer]
    next: UUID | None


@public.get(
    "/publications",
    summary="Published decisions",
    response_model=PublicationsAnswer,
    responses=problems(422, 429),
)
def list_publications(
    services: ServicesDep, page: PageDep, q: Words = "", kind: PublicationKind | None = None, year: Year = None
) -> PublicationsAnswer:
    """Return the decisions with these words, of this kind and year; nobody has to sign in."""
    with services.begin() as work:
        found = work.publications.search(PublicationQuery(text=q, kind=kind, year=year), page)
        items = [_answer(one, work) for one in found.items]
    return PublicationsAnswer(items=items, next=UUID(found.next) if found.next else None)


@public.get(
    "/publications/{code}",
    summary="One published decision",
    response_model=PublicationAnswer,
    responses=problems(404, 422, 429),
)
def show_publication(code: str, services: ServicesDep) -> PublicationAnswer:
    """Return the decision of this code, and whether it is in force."""
    with services.begin() as work:
        return _answer(_published(code, work), work)


@public.get(
    "/publications/{code}/content",
    summary="The PDF of a published decision",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, **problems(404, 422, 429, 503)},
)
def publication_content(code: str, services: ServicesDep) -> Response:
    """Return the decision as it was issued, with its signatures."""
    with services.begin() as work:
        known = _published(code, work)
        document = work.documents.get(known.document_id)
        archived = work.documents.archived(document.id)
    content = content_of(document.file_id, archived, services)
    return file_answer(content, "application/pdf", f"{known.number.replace('/', '-')}.pdf", cached=PUBLIC)


@public.get(
    "/publications/{code}/certificate",
    summary="The certificate of a published decision",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, **problems(404, 422, 429, 503)},
)
def publication_certificate(code: str, services: ServicesDep) -> Response:
    """Return the certificate the decision grants, as it was issued."""
    with services.begin() as work:
        known = _published(code, work)
        document = work.documents.get(known.document_id)
        granted = next((one.file_id for one in document.attachments if one.name == known.certificate), None)
        if granted is None:
            raise PublicationNotFound
        archived = work.documents.archived(document.id)
    content = content_of(granted, archived, services)
    return file_answer(content, "application/pdf", known.certificate_file_name, cached=PUBLIC)


def _published(code: str, work: UnitOfWork) -> Publication:
    read = read_code(code)
    found = work.publications.find(read) if read else None
    if found is None:
        raise PublicationNotFound
    return found


def _answer(known: Publication, work: UnitOfWork) -> PublicationAnswer:
    said = known.announced
    return PublicationAnswer(
        code=known.code,
        kind=known.kind,
        title=known.title,
        holder=known.holder,
        award=known.award,
        number=known.number,
        issued_date=known.issued_on,
        agency=work.people.get_agency(known.agency_id).name,
        published_at=known.published_at,
        in_force=known.in_force,
        revoked_by=work.publications.get(known.revoked_by).code if known.revoked_by else None,
        has_certificate=known.certificate is not None,
        facts=[FactAnswer(label=label, value=value) for label, value in known.facts],
        announced=AnnouncementAnswer(on=said.on, place=said.at, media=said.media) if said else None,
    )
