"""Reading a document page by page: each page is sent by itself, so that it is known which ones a person had."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from api.contents import file_answer
from api.deps import HouseDep, ServicesDep, WorkDep
from api.web.contents import readable
from api.web.desk import Desk, DeskDep
from api.web.forms import id_of
from api.wiring import House
from engine.actions.view_page import ViewPage, view_page
from engine.ids import DocumentId
from engine.neighbours import Services
from engine.page_views import PageNotFound
from engine.parts import file_at, parts_of
from engine.queries import PageRequest, WorkItemQuery

router = APIRouter()


@router.get("/documents/{document_id}/reading")
def read(desk: DeskDep, house: HouseDep, work: WorkDep, document_id: str) -> Response:
    """Show the current version page by page, and which pages the person had before them."""
    document = readable(document_id, desk, work)
    views = work.page_views.several(desk.person.id, [document.id])
    query = WorkItemQuery(person=desk.person, document_id=document.id)
    return desk.page(
        "documents/reading.html",
        document=document,
        parts=parts_of(document, house.settings.every_page_up_to, views, work),
        signs=desk.may("sign_documents"),
        mine=work.work_items.search(query, PageRequest(limit=1)).items,
    )


@router.get("/documents/{document_id}/pages/{n}")
def page(desk: DeskDep, house: HouseDep, services: ServicesDep, document_id: str, n: str) -> Response:
    """Send one page of the current version as a PDF of its own."""
    return _sent(_Wanted(document_id=document_id, place=0, page=n), desk, house, services)


@router.get("/documents/{document_id}/attachments/{place}/pages/{n}")
def attachment_page(
    desk: DeskDep, house: HouseDep, services: ServicesDep, document_id: str, place: str, n: str
) -> Response:
    """Send one page of an attachment, counted from 1, as a PDF of its own."""
    return _sent(_Wanted(document_id=document_id, place=_number(place) or -1, page=n), desk, house, services)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """The page that an address names; *place* is 0 for the document, its attachments count from 1."""

    document_id: str
    place: int
    page: str


def _number(text: str) -> int:
    """Return a number of an address, 0 where it is none."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 7 else 0  # noqa: PLR2004  no PDF has more


def _sent(wanted: _Wanted, desk: Desk, house: House, services: Services) -> Response:
    number = _number(wanted.page)
    if not number:
        with services.begin() as work:
            document = readable(wanted.document_id, desk, work)
            raise PageNotFound(page=wanted.page[:20], pages=work.files.get(file_at(document, wanted.place)).pages)
    request = ViewPage(
        document_id=DocumentId(id_of(wanted.document_id)),
        page=number,
        every_page_up_to=house.settings.every_page_up_to,
        place=wanted.place,
    )
    content, _ = view_page(request, by=desk.person, services=services)
    return file_answer(content, "application/pdf", f"{number}.pdf")
