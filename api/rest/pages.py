"""Pages of a document, one by one: what a person has had before them, which is asked of who signs many together."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from api.deps import HouseDep, WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.paths import DocumentPath
from engine import access
from engine.actions.view_page import ViewPage, view_page
from engine.page_views import pages_to_view

router = APIRouter(tags=["documents"])

_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}


class ViewedPageAnswer(Answer):
    """A page, and when it was first delivered to the caller."""

    page: int
    at: datetime


class PagesAnswer(Answer):
    """The pages of the current version: those to be seen before it is signed together with others, those delivered."""

    file_id: str
    pages: int
    to_view: list[int]
    viewed: list[ViewedPageAnswer]


@router.get("/documents/{document_id}/pages", summary="Pages seen", response_model=PagesAnswer, responses=problems(404))
def get_pages(document_id: DocumentPath, call: CallDep, house: HouseDep, work: WorkDep) -> PagesAnswer:
    """Return which pages were delivered to the caller; another version has to be seen anew."""
    document = work.documents.get(document_id)
    access.require_read(call.by, document)
    pages = work.files.get(document.file_id).pages
    views = work.page_views.find(call.by.id, document)
    viewed = sorted(views.pages.items()) if views else ()
    return PagesAnswer(
        file_id=document.file_id,
        pages=pages,
        to_view=list(pages_to_view(pages, house.settings.every_page_up_to)),
        viewed=[ViewedPageAnswer(page=page, at=at) for page, at in viewed],
    )


@router.get(
    "/documents/{document_id}/pages/{n}",
    summary="A page",
    response_class=Response,
    responses=problems(404) | _PDF,
)
def get_page(
    document_id: DocumentPath,
    n: Annotated[int, Path(description="From 1", ge=1, le=1_000_000)],
    call: CallDep,
    house: HouseDep,
) -> Response:
    """Return one page of the current version as a PDF of its own; of who has work on the document it is noted."""
    request = ViewPage(document_id=document_id, page=n, every_page_up_to=house.settings.every_page_up_to)
    content, file = view_page(request, by=call.by, services=call.services)
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff", "ETag": f'"{file.id}-{n}"'}
    return Response(content, media_type="application/pdf", headers=headers)
