"""Reading a document page by page: each page is sent by itself, so that it is known which ones a person had."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import HouseDep, ServicesDep, WorkDep
from api.web.contents import HEADERS, readable
from api.web.desk import DeskDep
from api.web.forms import id_of
from engine.actions.view_page import ViewPage, view_page
from engine.ids import DocumentId
from engine.page_views import PageNotFound, pages_to_view

router = APIRouter()


@router.get("/documents/{document_id}/reading")
def read(desk: DeskDep, house: HouseDep, work: WorkDep, document_id: str) -> Response:
    """Show the current version page by page, and which pages the person had before them."""
    document = readable(document_id, desk, work)
    pages = work.files.get(document.file_id).pages
    views = work.page_views.find(desk.person.id, document)
    return desk.page(
        "documents/reading.html",
        document=document,
        pages=pages,
        to_view=pages_to_view(pages, house.settings.every_page_up_to),
        viewed=views.pages if views else {},
    )


@router.get("/documents/{document_id}/pages/{n}")
def page(desk: DeskDep, house: HouseDep, services: ServicesDep, document_id: str, n: str) -> Response:
    """Send one page of the current version as a PDF of its own."""
    number = int(n) if n.isdecimal() and n.isascii() and len(n) < 7 else 0  # noqa: PLR2004  no PDF has more
    if not number:
        with services.begin() as work:
            document = readable(document_id, desk, work)
            raise PageNotFound(page=n[:20], pages=work.files.get(document.file_id).pages)
    request = ViewPage(
        document_id=DocumentId(id_of(document_id)), page=number, every_page_up_to=house.settings.every_page_up_to
    )
    content, _ = view_page(request, by=desk.person, services=services)
    headers = {**HEADERS, "Content-Disposition": f'inline; filename="{number}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)
