"""Documents: finding them, reading one, its contents, its versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from api.contents import content_of, file_answer, file_headers
from api.deps import PageDep, WorkDep
from api.rest.answers import Answer, Names, PageOf, PersonRef, page_of, problems
from api.rest.calls import Call, CallDep
from api.rest.document_answers import DocumentAnswer, DocumentLine, document_answer, document_line, readable
from api.rest.fields import BLANK_AS_NONE, PRINTABLE, DocumentType, OptionalDate
from api.rest.paths import DocumentPath
from api.rest.preconditions import etag
from api.rest.routes import Door
from api.rest.work_item_answers import FileFacts, file_facts
from engine.document_lines import printed_number
from engine.documents import ArchivedFile, Document, VersionKind
from engine.files import FileNotFound
from engine.ids import FileId
from engine.queries import DocumentQuery
from engine.registers import Direction

router = APIRouter(route_class=Door, tags=["documents"])

_BYTES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The very bytes",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
    },
    304: {"description": "The caller has them already"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which documents are looked for; None does not matter."""

    direction: Direction | None
    text: str | None
    type: str | None
    from_date: date | None
    to_date: date | None


def search(
    direction: Annotated[Direction | None, BLANK_AS_NONE] = None,
    q: Annotated[
        Annotated[str, Field(max_length=200), PRINTABLE] | None,
        Query(description="Words of subject, number or sender; case and Vietnamese marks do not matter"),
    ] = None,
    document_type: Annotated[DocumentType | None, BLANK_AS_NONE, Query(alias="type")] = None,
    from_date: Annotated[OptionalDate, Query(alias="from", description="First day of arrival or drafting")] = None,
    to_date: Annotated[OptionalDate, Query(alias="to", description="Last such day, included")] = None,
) -> Search:
    """Return what a list of documents is asked for."""
    return Search(direction=direction, text=q or None, type=document_type, from_date=from_date, to_date=to_date)


class VersionAnswer(Answer):
    """The main file of a document as it stood from `made_at`; the highest `ordinal` is the current one."""

    ordinal: int
    kind: VersionKind
    file: FileFacts
    made_at: datetime
    made_by: PersonRef | None


@router.get("/documents", summary="Find documents", response_model=PageOf[DocumentLine], responses=problems(422))
def list_documents(
    asked: Annotated[Search, Depends(search)], page: PageDep, call: CallDep, work: WorkDep
) -> PageOf[DocumentLine]:
    """Return the documents one may read, the newest first."""
    query = DocumentQuery(
        reader=call.by,
        direction=asked.direction,
        text=asked.text,
        type=asked.type,
        from_date=asked.from_date,
        to_date=asked.to_date,
    )
    return page_of(work.documents.search(query, page), document_line)


@router.get("/documents/{document_id}", summary="A document", response_model=DocumentAnswer, responses=problems(404))
def get_document(document_id: DocumentPath, call: CallDep, work: WorkDep, response: Response) -> DocumentAnswer:
    """Return everything about the document: its fields, where it stands, what it waits for."""
    document = readable(document_id, call.by, work)
    response.headers["ETag"] = etag(document.rev)
    return document_answer(document, call, work)


@router.get(
    "/documents/{document_id}/content",
    summary="The PDF",
    response_class=Response,
    responses=_BYTES | problems(404, 422, 503),
)
def get_content(
    document_id: DocumentPath,
    call: CallDep,
    request: Request,
    version: Annotated[int | None, Query(ge=1, description="Ordinal of a version; the current one without it")] = None,
) -> Response:
    """Return the bytes of the current version, or of an earlier one, exactly as they were kept."""
    with call.services.begin() as work:
        document = readable(document_id, call.by, work)
        archived = work.documents.archived(document.id)
        found = [
            known for known in work.documents.versions(document.id) if known.ordinal == (version or document.version)
        ]
    if not found:
        raise FileNotFound
    return _pdf(found[0].file_id, _name(document), archived, call, request)


@router.get(
    "/documents/{document_id}/attachments/{n}",
    summary="An attachment",
    response_class=Response,
    responses=_BYTES | problems(404, 422, 503),
)
def get_attachment(document_id: DocumentPath, n: int, call: CallDep, request: Request) -> Response:
    """Return the bytes of the n-th attachment, from 1."""
    with call.services.begin() as work:
        document = readable(document_id, call.by, work)
        archived = work.documents.archived(document.id)
    if not 1 <= n <= len(document.attachments):
        raise FileNotFound
    attached = document.attachments[n - 1]
    return _pdf(attached.file_id, attached.name, archived, call, request)


@router.get(
    "/documents/{document_id}/versions",
    summary="Versions of the PDF",
    response_model=PageOf[VersionAnswer],
    responses=problems(404),
)
def list_versions(document_id: DocumentPath, call: CallDep, work: WorkDep) -> PageOf[VersionAnswer]:
    """Return all versions of the document's main file, the oldest first."""
    document = readable(document_id, call.by, work)
    names = Names(call.by.agency_id, work)
    return PageOf(
        items=[
            VersionAnswer(
                ordinal=version.ordinal,
                kind=version.kind,
                file=file_facts(work.files.get(version.file_id)),
                made_at=version.made_at,
                made_by=names.person(version.made_by),
            )
            for version in work.documents.versions(document.id)
        ]
    )


def _pdf(file_id: FileId, name: str, archived: Sequence[ArchivedFile], call: Call, request: Request) -> Response:
    cached = "private, no-cache"
    if f'"{file_id}"' in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=file_headers(name, cached=cached, tag=file_id))
    content = content_of(file_id, archived, call.services)
    return file_answer(content, "application/pdf", name, cached=cached, tag=file_id)


def _name(document: Document) -> str:
    number = printed_number(document) or document.type
    return f"{number.replace('/', '-')}.pdf"
