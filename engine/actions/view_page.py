"""View a page: it is made, and noted as delivered to whoever has work on the document, before it is sent."""

from dataclasses import dataclass

from engine import access
from engine.files import StoredFile
from engine.ids import DocumentId
from engine.neighbours import Services
from engine.page_views import PageNotFound, PageViews, pages_to_view
from engine.parts import file_at
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import PageRequest, WorkItemQuery
from engine.signature_batch_events import DocumentViewed


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPage:
    """A page, from 1, of a document's current version, or of one of its attachments.

    Attributes:
        place: 0 is the document, its attachments count from 1 (engine.parts).
        every_page_up_to: Of documents up to so many pages each has to be seen before they are signed together.
    """

    document_id: DocumentId
    page: int
    every_page_up_to: int
    place: int = 0


def view_page(request: ViewPage, *, by: Person, services: Services) -> tuple[bytes, StoredFile]:
    """Return the page as a PDF of its own, with the content it is a page of.

    Nothing is noted of readers who have no work on the document. The last of the pages that have to be seen makes one
    leaf with all of them.

    Raises:
        DocumentNotFound: The person may not read it.
        FileNotFound: It has no such attachment.
        PageNotFound: It has no such page.
    """
    with services.begin() as work:
        document = work.documents.get(request.document_id)
        access.require_read(by, document)
        file = work.files.get(file_at(document, request.place))
        query = WorkItemQuery(person=by, document_id=document.id)
        concerned = bool(work.work_items.search(query, PageRequest(limit=1)).items)
    if not 1 <= request.page <= file.pages:
        raise PageNotFound(page=request.page, pages=file.pages)
    content = services.pdfs.page(services.read(file.id), request.page)
    if concerned:
        with services.begin() as work:
            _note(request, file, by, services, work)
    return content, file


def _note(request: ViewPage, file: StoredFile, by: Person, services: Services, work: UnitOfWork) -> None:
    wanted, at = pages_to_view(file.pages, request.every_page_up_to), services.clock()
    new = PageViews(person_id=by.id, file_id=file.id, document_id=request.document_id, pages={request.page: at})
    views = work.page_views.add(new)
    # Whoever added the last of them tells; a page looked at once more tells nothing new.
    was_first = views.pages[request.page] == at
    if was_first and request.page in wanted and not views.missing(wanted):
        work.record(
            DocumentViewed(
                by=by.id,
                at=at,
                agency_id=by.agency_id,
                document_id=request.document_id,
                file_id=file.id,
                pages={str(page): views.pages[page].isoformat() for page in wanted},
            )
        )
