"""Pages of a document, one by one: what a person has had before them, which is asked of who signs many together."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response

from api.contents import file_answer
from api.deps import HouseDep, WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import Call, CallDep
from api.rest.paths import DocumentPath
from api.rest.routes import Door
from engine import access
from engine.actions.view_page import ViewPage, view_page
from engine.page_views import PageUnknown
from engine.parts import Part, parts_of

router = APIRouter(route_class=Door, tags=["documents"])

_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}


def _number(text: str) -> int:
    """Return a number of a path; what is none, or none there could be, names nothing."""
    if not (text.isascii() and text.isdecimal() and len(text) < _DIGITS):
        raise PageUnknown(page=text[:_DIGITS])
    return int(text)


def _page_number(n: Annotated[str, Path(description="From 1")]) -> int:
    return _number(n)


def _place_number(place: Annotated[str, Path(description="From 1")]) -> int:
    return _number(place) or _NOWHERE


_DIGITS = 7
_NOWHERE = -1
_Page = Annotated[int, Depends(_page_number)]
_Place = Annotated[int, Depends(_place_number)]


class ViewedPageAnswer(Answer):
    """A page, and when it was first delivered to the caller."""

    page: int
    at: datetime


class AttachmentPagesAnswer(Answer):
    """The pages of an attachment; `place` counts from 1."""

    place: int
    name: str
    file_id: str
    pages: int
    to_view: list[int]
    viewed: list[ViewedPageAnswer]


class PagesAnswer(Answer):
    """The pages of the current version: those to be seen before it is signed together with others, those delivered."""

    file_id: str
    pages: int
    to_view: list[int]
    viewed: list[ViewedPageAnswer]
    attachments: list[AttachmentPagesAnswer]


@router.get("/documents/{document_id}/pages", summary="Pages seen", response_model=PagesAnswer, responses=problems(404))
def get_pages(document_id: DocumentPath, call: CallDep, house: HouseDep, work: WorkDep) -> PagesAnswer:
    """Return which pages were delivered to the caller; another version has to be seen anew."""
    document = work.documents.get(document_id)
    access.require_read(call.by, document)
    views = work.page_views.several(call.by.id, [document.id])
    first, *attached = parts_of(document, house.settings.every_page_up_to, views, work)
    return PagesAnswer(
        file_id=first.file_id,
        pages=first.pages,
        to_view=list(first.to_view),
        viewed=_viewed(first),
        attachments=[
            AttachmentPagesAnswer(
                place=part.place,
                name=part.name,
                file_id=part.file_id,
                pages=part.pages,
                to_view=list(part.to_view),
                viewed=_viewed(part),
            )
            for part in attached
        ],
    )


def _viewed(part: Part) -> list[ViewedPageAnswer]:
    return [ViewedPageAnswer(page=page, at=at) for page, at in sorted(part.viewed.items())]


@router.get(
    "/documents/{document_id}/pages/{n}",
    summary="A page",
    response_class=Response,
    responses=problems(404) | _PDF,
)
def get_page(document_id: DocumentPath, n: _Page, call: CallDep, house: HouseDep) -> Response:
    """Return one page of the current version as a PDF of its own; of who has work on the document it is noted."""
    request = ViewPage(document_id=document_id, page=n, every_page_up_to=house.settings.every_page_up_to)
    return _sent(request, call)


@router.get(
    "/documents/{document_id}/attachments/{place}/pages/{n}",
    summary="A page of an attachment",
    response_class=Response,
    responses=problems(404) | _PDF,
)
def get_attachment_page(document_id: DocumentPath, place: _Place, n: _Page, call: CallDep, house: HouseDep) -> Response:
    """Return one page of an attachment, counted from 1, in the same way."""
    request = ViewPage(document_id=document_id, page=n, every_page_up_to=house.settings.every_page_up_to, place=place)
    return _sent(request, call)


def _sent(request: ViewPage, call: Call) -> Response:
    content, file = view_page(request, by=call.by, services=call.services)
    return file_answer(content, "application/pdf", f"{request.page}.pdf", tag=f"{file.id}-{request.page}")
